/**
 * Makes the imports of `@std/...` work, with JSR or without it.
 *
 * Every task runs this first. When `vendor/` already holds what `deno.json` pins, it ends at
 * once. Else it asks Deno to fetch the real packages, and only where JSR can't be reached does it
 * lay down the stand-ins of `tools/offline_std/`. Run with `--retry` it asks JSR again even if
 * that was tried a short while ago.
 *
 * Exit status 1, with one line that says why, if neither is possible.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { fetchPackages, probeRegistry } from "./setup/registry.ts";
import { packageDirectory, readStandIns, type StandIn, writeStandIns } from "./setup/stand_ins.ts";
import { readPins } from "./setup/pins.ts";
import { type Marker, readMarker, writeMarker } from "./setup/marker.ts";

/** How long the stand-ins are used before JSR is asked again: it costs up to three seconds where
 * packets are dropped, which is too much for every task and nothing once a day. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** What a set-up works with. */
interface Setup {
  readonly vendor: string;
  readonly registry: URL;
  readonly pins: ReadonlyMap<string, string>;
  readonly standIns: readonly StandIn[];
  readonly standInsHash: string;
}

/** Whether what the marker speaks of is what `deno.json` and `JSR_URL` now ask for, and is there. */
async function isComplete(setup: Setup, marker: Marker | undefined): Promise<boolean> {
  if (marker === undefined || marker.registry !== setup.registry.href) return false;
  if (JSON.stringify(marker.pins) !== JSON.stringify(Object.fromEntries(setup.pins))) return false;
  if (marker.kind === "stand-ins" && marker.hash !== setup.standInsHash) return false;
  // Deno reads a registry on disk where it lies and vendors nothing of it.
  if (setup.registry.protocol === "file:") return true;
  const base = packageDirectory(setup.vendor, setup.registry);
  if (base === undefined) return marker.kind === "jsr";
  for (const [name, version] of setup.pins) {
    if (!await exists(`${base}/${name}/${version}_meta.json`)) return false;
  }
  return true;
}

/** Whether the file is there. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether nothing is to be done. */
async function isDone(setup: Setup, retry: boolean): Promise<boolean> {
  const marker = await readMarker(setup.vendor);
  if (!await isComplete(setup, marker)) return false;
  if (marker?.kind === "jsr") return true;
  return !retry && Date.now() - Date.parse(marker?.tried ?? "") < RETRY_AFTER_MS;
}

/** Fetches the real packages, or lays down the stand-ins. The caller holds the lock. */
async function install(setup: Setup): Promise<void> {
  const { vendor, registry, pins, standIns, standInsHash: hash } = setup;
  const before = await readMarker(vendor);
  const reason = await probeRegistry(registry, pins) ??
    await fetchPackages(vendor, registry, pins, standIns);
  const marker = {
    registry: registry.href,
    pins: Object.fromEntries(pins),
    hash,
    tried: new Date().toISOString(),
  };
  if (reason === undefined) {
    await writeMarker(vendor, { kind: "jsr", ...marker });
    if (before?.kind === "stand-ins") console.error("setup: the real @std replaces the stand-ins.");
    return;
  }
  if (!await isComplete(setup, before)) await writeStandIns(vendor, registry, pins, standIns);
  await writeMarker(vendor, { kind: "stand-ins", ...marker });
  console.error(
    `setup: using the stand-ins for @std in tools/offline_std (${reason}); ` +
      "`deno task setup` asks again.",
  );
}

/** Sets up the tree that this file is in. */
async function main(): Promise<void> {
  const root = new URL("..", import.meta.url);
  const [pins, [standIns, standInsHash]] = await Promise.all([
    readPins(new URL("deno.json", root)),
    readStandIns(new URL("tools/offline_std/", root)),
  ]);
  const base = Deno.env.get("JSR_URL") || "https://jsr.io/";
  const registry = new URL(base.endsWith("/") ? base : `${base}/`);
  const vendor = fileURLToPath(new URL("vendor", root));
  const setup: Setup = { vendor, registry, pins, standIns, standInsHash };
  const retry = Deno.args.includes("--retry");
  if (await isDone(setup, retry)) return;

  // Two tasks may start at the same time on a fresh checkout: the second waits for the first,
  // then finds everything there. The lock is the kernel's, so a killed set-up leaves none behind.
  await Deno.mkdir(vendor, { recursive: true });
  using lock = await Deno.open(`${vendor}/.lock`, { create: true, write: true });
  await lock.lock(true);
  if (!await isDone(setup, retry)) await install(setup);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(`setup: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}
