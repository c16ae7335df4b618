/**
 * Makes the imports of `@std/...` work, with JSR or without it.
 *
 * Every task runs this first. If `vendor/` holds what `deno.json` pins, it ends at once. Else it
 * has Deno fetch the real packages; if JSR can't be reached, it lays down the stand-ins of
 * `tools/offline_std/` and says so in one line. Stand-ins are replaced when JSR answers again: it
 * is asked once a day, and at once with `--retry`.
 *
 * Exit status 1, with one line that says why, if neither is possible.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long JSR may take to answer at all: a firewall that drops packets answers never. */
const PROBE_MS = 3_000;

/** How long fetching may take: some dozen small files. */
const FETCH_MS = 60_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const vendor = `${root}/vendor`;
const registry = new URL(Deno.env.get("JSR_URL") || "https://jsr.io/");

/** The folder of `vendor/` in which Deno looks for the packages of the registry. */
const folder = (registry.protocol === "http:" ? "http_" : "") + registry.host.replace(":", "_");

/** Is there beside the stand-ins: their fingerprint, written when JSR was last asked. */
const marker = `${vendor}/${folder}/.stand-ins`;

/** A package: its name in its scope, its version, and the stand-in's files by name. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** The packages that `deno.json` pins, each with its stand-in. */
async function readPackages(): Promise<Package[]> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const packages = Object.entries<string>(imports).map(async ([name, specifier]) => {
    const [, unscoped, version] = /^jsr:@std\/([a-z]+)@(\d+\.\d+\.\d+)$/.exec(specifier) ?? [];
    if (unscoped === undefined || version === undefined || name !== `@std/${unscoped}`) {
      throw new Error(`deno.json imports ${name} as ${specifier}; it must be @std, at one version`);
    }
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    const directory = `${root}/tools/offline_std/${unscoped}`;
    for (const file of (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name)) {
      files.set(file, await Deno.readFile(`${directory}/${file}`));
    }
    return { name: unscoped, version, files };
  });
  return await Promise.all(packages);
}

/** Export to file: `./parse-args` is in `parse_args.ts`; what starts with `_` is not exported. */
function exportsOf({ files }: Package): Record<string, string> {
  const exported = [...files.keys()].filter((file) => !file.startsWith("_"));
  return Object.fromEntries(exported.map((file) => {
    const path = file === "mod.ts" ? "." : `./${file.replace(/\.ts$/, "").replaceAll("_", "-")}`;
    return [path, `./${file}`];
  }));
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function fingerprint(packages: readonly Package[]): string {
  return sha256(JSON.stringify(packages.map(({ name, version, files }) => [
    name,
    version,
    [...files].sort().map(([file, bytes]) => [file, sha256(bytes)]),
  ])));
}

/** Whether there is nothing to do. */
async function isDone(packages: readonly Package[], retry: boolean): Promise<boolean> {
  for (const { name, version } of packages) {
    if (!await exists(`${vendor}/${folder}/@std/${name}/${version}_meta.json`)) return false;
  }
  if (!await exists(marker)) return true;
  const asked = (await Deno.stat(marker)).mtime?.getTime() ?? 0;
  return !retry && Date.now() - asked < DAY_MS &&
    await Deno.readTextFile(marker) === fingerprint(packages);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Why JSR can't be used; undefined if it answers as it should. */
async function probe([first]: readonly Package[]): Promise<string | undefined> {
  try {
    const url = new URL(`@std/${first?.name}/meta.json`, registry);
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) });
    // Only a body of the right shape counts: a captive portal answers 200 to everything.
    const { versions } = JSON.parse(await response.text());
    return typeof versions === "object" ? undefined : `${registry.host} does not answer as JSR`;
  } catch (error) {
    return error instanceof SyntaxError
      ? `${registry.host} does not answer as JSR`
      : `${registry.host} can't be reached`;
  }
}

/** Has Deno fetch the packages below a directory. Returns whether it could. */
async function fetchPackages(packages: readonly Package[], directory: string): Promise<boolean> {
  const imports = packages.flatMap((one) =>
    Object.keys(exportsOf(one)).map((path) => `jsr:@std/${one.name}@${one.version}${path.slice(1)}`)
  );
  const config = { vendor: true, lock: false, imports: {} };
  await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify(config));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", ...imports],
    cwd: directory,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(FETCH_MS),
  }).output();
  return success;
}

/** Lays down the stand-ins below a directory, in the layout in which Deno vendors packages. */
async function writeStandIns(packages: readonly Package[], directory: string): Promise<void> {
  const place = `${directory}/vendor/${folder}`;
  for (const one of packages) {
    const { name, version, files } = one;
    const base = `${place}/@std/${name}`;
    await Deno.mkdir(`${base}/${version}`, { recursive: true });
    for (const [file, bytes] of files) await Deno.writeFile(`${base}/${version}/${file}`, bytes);
    const manifest = Object.fromEntries(
      [...files].map(([file, bytes]) => [
        `/${file}`,
        { size: bytes.length, checksum: `sha256-${sha256(bytes)}` },
      ]),
    );
    const meta = { scope: "std", name, latest: version, versions: { [version]: {} } };
    await Deno.writeTextFile(`${base}/meta.json`, JSON.stringify(meta));
    await Deno.writeTextFile(
      `${base}/${version}_meta.json`,
      JSON.stringify({ manifest, exports: exportsOf(one) }),
    );
  }
  await Deno.writeTextFile(`${place}/.stand-ins`, fingerprint(packages));
}

/** Sets up. The caller holds the lock. */
async function install(packages: readonly Package[]): Promise<void> {
  const staging = await Deno.makeTempDir({ dir: vendor });
  try {
    let reason = await probe(packages);
    if (reason === undefined && !await fetchPackages(packages, staging)) {
      reason = `fetching from ${registry.host} failed`;
    }
    const before = await exists(marker);
    if (reason !== undefined) await writeStandIns(packages, staging);
    // What was there moves into the staging directory, and goes with it.
    const place = `${vendor}/${folder}`;
    if (await exists(place)) await Deno.rename(place, `${staging}/old`);
    await Deno.rename(`${staging}/vendor/${folder}`, place);
    if (reason !== undefined) {
      console.error(
        `setup: using the stand-ins for @std in tools/offline_std (${reason}); ` +
          "`deno task setup` asks again.",
      );
    } else if (before) console.error("setup: the real @std replaces the stand-ins.");
  } finally {
    await Deno.remove(staging, { recursive: true });
  }
}

try {
  const packages = await readPackages();
  const retry = Deno.args.includes("--retry");
  if (!await isDone(packages, retry)) {
    // Two tasks may start at the same time on a fresh checkout: the second waits for the first,
    // then finds everything there. A set-up that is killed leaves no lock behind.
    await Deno.mkdir(vendor, { recursive: true });
    using lock = await Deno.open(`${vendor}/.lock`, { create: true, write: true });
    await lock.lock(true);
    if (!await isDone(packages, retry)) await install(packages);
  }
} catch (error) {
  console.error(`setup: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}
