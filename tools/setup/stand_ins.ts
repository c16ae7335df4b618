import { createHash } from "node:crypto";
import { removeMarker } from "./marker.ts";
import { swapIn } from "./swap.ts";

/** One package of stand-ins. */
export interface StandIn {
  /** The package that it stands in for: `@std/cli`. */
  readonly name: string;
  /** File name to source. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Export to file, as in the package's own metadata: `./parse-args` to `./parse_args.ts`. */
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * Reads the stand-ins.
 *
 * `tools/offline_std/cli/parse_args.ts` becomes the export `@std/cli/parse-args`, `mod.ts` the
 * package itself, and a file whose name starts with `_` is exported under no name.
 *
 * @returns The packages, and a hash that changes with any of them.
 */
export async function readStandIns(directory: URL): Promise<[StandIn[], string]> {
  const hash = createHash("sha256");
  const standIns: StandIn[] = [];
  for (const name of await list(directory, (entry) => entry.isDirectory)) {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    const exports: Record<string, string> = {};
    const folder = new URL(`${name}/`, directory);
    for (const file of await list(folder, (entry) => entry.name.endsWith(".ts"))) {
      const source = await Deno.readFile(new URL(file, folder));
      files.set(file, source);
      hash.update(`${name}/${file} ${source.length}\n`).update(source);
      if (file === "mod.ts") exports["."] = "./mod.ts";
      else if (!file.startsWith("_")) {
        exports[`./${file.slice(0, -".ts".length).replaceAll("_", "-")}`] = `./${file}`;
      }
    }
    standIns.push({ name: `@std/${name}`, files, exports });
  }
  return [standIns, hash.digest("hex")];
}

/** Names in a directory, sorted, of the entries that `want` accepts. */
async function list(directory: URL, want: (entry: Deno.DirEntry) => boolean): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.filter(want).map((entry) => entry.name).sort();
}

/**
 * Where Deno keeps a registry's packages in `vendor/`.
 *
 * @returns The directory, or `undefined` if Deno vendors nothing of that registry (`file:`) or
 * would give the directory a name that it makes by hashing.
 */
export function packageDirectory(vendor: string, registry: URL): string | undefined {
  if (registry.protocol !== "https:" && registry.protocol !== "http:") return undefined;
  const host = `${registry.protocol === "http:" ? "http_" : ""}${registry.host.replace(":", "_")}`;
  const segments = registry.pathname.split("/").filter((segment) => segment !== "");
  const plain = /^[a-z0-9][a-z0-9._-]{0,29}$/;
  if (!segments.every((segment) => plain.test(segment))) return undefined;
  return [vendor, host, ...segments].join("/");
}

/**
 * Lays the stand-ins down in Deno's vendor layout, in place of whatever is there.
 *
 * @throws {Error} If a pinned package has no stand-in, or the registry has no place in `vendor/`.
 */
export async function writeStandIns(
  vendor: string,
  registry: URL,
  pins: ReadonlyMap<string, string>,
  standIns: readonly StandIn[],
): Promise<void> {
  const staging = `${vendor}/.new`;
  const base = packageDirectory(staging, registry);
  if (base === undefined) throw new Error(`cannot get @std from ${registry.href} (JSR_URL)`);
  await Deno.remove(staging, { recursive: true }).catch(() => {});
  for (const [name, version] of pins) {
    const standIn = standIns.find((candidate) => candidate.name === name);
    if (standIn === undefined) {
      throw new Error(`JSR can't be reached, and tools/offline_std has no stand-in for ${name}`);
    }
    const directory = `${base}/${name}`;
    await Deno.mkdir(`${directory}/${version}`, { recursive: true });
    const manifest: Record<string, { size: number; checksum: string }> = {};
    for (const [file, source] of standIn.files) {
      await Deno.writeFile(`${directory}/${version}/${file}`, source);
      const checksum = `sha256-${createHash("sha256").update(source).digest("hex")}`;
      manifest[`/${file}`] = { size: source.length, checksum };
    }
    const [scope, unscoped] = name.slice(1).split("/");
    const meta = { scope, name: unscoped, latest: version, versions: { [version]: {} } };
    await Deno.writeTextFile(`${directory}/meta.json`, JSON.stringify(meta));
    await Deno.writeTextFile(
      `${directory}/${version}_meta.json`,
      JSON.stringify({ manifest, exports: standIn.exports }),
    );
  }
  await removeMarker(vendor);
  await swapIn(staging, vendor);
}
