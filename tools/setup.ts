/**
 * Makes the imports of `@std/...` work, with JSR or without it.
 *
 * Every task runs this first. It does nothing if `vendor/` holds what `deno.json` pins. Otherwise
 * Deno fetches the packages; if JSR can't be reached, it copies the stand-ins of
 * `tools/offline_std/` and says so in one line. It asks JSR again once a day, or at once with
 * `--retry`, and replaces the stand-ins when JSR answers. With `--quiet` it only reports failure.
 * @module
 */

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long JSR may take to answer: a firewall that drops packets never does. */
const PROBE_MS = 3_000;

/** How long fetching some dozen small files may take. */
const FETCH_MS = 60_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const vendor = `${root}/vendor`;
const registry = new URL(Deno.env.get("JSR_URL") || "https://jsr.io/");

/** The folder of `vendor/` in which Deno looks for the packages of the registry. */
const folder = (registry.protocol === "http:" ? "http_" : "") + registry.host.replace(":", "_");

/** A file beside the stand-ins with their fingerprint, written when JSR was last asked. */
const marker = `${vendor}/${folder}/.stand-ins`;

/** A package that `deno.json` pins: the text of its stand-in's files, and its exports, by file. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly exports: Readonly<Record<string, string>>;
}

async function readPackages(): Promise<Package[]> {
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  return await Promise.all(
    Object.values<string>(imports).map(async (specifier) => {
      const [, name = "", version = ""] = /^jsr:@std\/(.+)@(.+)$/.exec(specifier) ?? [];
      const directory = `${root}/tools/offline_std/${name}`;
      const names = (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
      const files = names.map((file) =>
        [file, Deno.readTextFileSync(`${directory}/${file}`)] as const
      );
      // `parse_args.ts` is exported as `./parse-args`, `mod.ts` as `.`, `_wide.ts` not at all.
      const exports = Object.fromEntries(
        names.filter((file) => !file.startsWith("_")).map((file) => {
          const path = `./${file.replace(/\.ts$/, "").replaceAll("_", "-")}`;
          return [path === "./mod" ? "." : path, `./${file}`];
        }),
      );
      return { name, version, files, exports };
    }),
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whether there is nothing to do. */
async function isDone(packages: readonly Package[], retry: boolean): Promise<boolean> {
  for (const { name, version } of packages) {
    if (!await exists(`${vendor}/${folder}/@std/${name}/${version}_meta.json`)) return false;
  }
  if (!await exists(marker)) return true;
  const asked = (await Deno.stat(marker)).mtime?.getTime() ?? 0;
  return !retry && Date.now() - asked < DAY_MS &&
    await Deno.readTextFile(marker) === sha256(JSON.stringify(packages));
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

/** Has Deno fetch the packages below a directory. Returns whether it could. */
async function fetchPackages(packages: readonly Package[], directory: string): Promise<boolean> {
  const asked = new URL(`@std/${packages[0]?.name}/meta.json`, registry);
  const answer = await fetch(asked, { signal: AbortSignal.timeout(PROBE_MS) }).catch(() => null);
  await answer?.body?.cancel();
  if (!answer?.ok) return false;
  const imports = packages.flatMap(({ name, version, exports }) =>
    Object.keys(exports).map((path) => `jsr:@std/${name}@${version}${path.slice(1)}`)
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

/** Writes the stand-ins below a directory, in the layout in which Deno vendors packages. */
async function writeStandIns(packages: readonly Package[], directory: string): Promise<void> {
  const place = `${directory}/vendor/${folder}`;
  for (const { name, version, files, exports } of packages) {
    const base = `${place}/@std/${name}`;
    await Deno.mkdir(`${base}/${version}`, { recursive: true });
    for (const [file, text] of files) {
      await Deno.writeTextFile(`${base}/${version}/${file}`, text);
    }
    const manifest = Object.fromEntries(files.map(([file, text]) => [
      `/${file}`,
      { size: new TextEncoder().encode(text).length, checksum: `sha256-${sha256(text)}` },
    ]));
    const meta = { scope: "std", name, latest: version, versions: { [version]: {} } };
    await Deno.writeTextFile(`${base}/meta.json`, JSON.stringify(meta));
    await Deno.writeTextFile(
      `${base}/${version}_meta.json`,
      JSON.stringify({ manifest, exports }),
    );
  }
  await Deno.writeTextFile(`${place}/.stand-ins`, sha256(JSON.stringify(packages)));
}

/** Sets up; the caller holds the lock. */
async function install(packages: readonly Package[]): Promise<void> {
  const staging = await Deno.makeTempDir({ dir: vendor });
  try {
    const before = await exists(marker);
    const fetched = await fetchPackages(packages, staging);
    if (!fetched) await writeStandIns(packages, staging);
    // The old folder moves into the staging directory, which is removed below.
    const place = `${vendor}/${folder}`;
    if (await exists(place)) await Deno.rename(place, `${staging}/old`);
    await Deno.rename(`${staging}/vendor/${folder}`, place);
    if (Deno.args.includes("--quiet")) return;
    if (!fetched) {
      console.error(
        `setup: using the stand-ins for @std in tools/offline_std (${registry.host} can't be ` +
          "reached); `deno task setup` asks again.",
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
    // then finds everything there. A setup that is killed leaves no lock behind.
    await Deno.mkdir(vendor, { recursive: true });
    using lock = await Deno.open(`${vendor}/.lock`, { create: true, write: true });
    await lock.lock(true);
    if (!await isDone(packages, retry)) await install(packages);
  }
} catch (error) {
  console.error(`setup: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}
