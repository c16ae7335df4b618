import { removeMarker } from "./marker.ts";
import type { StandIn } from "./stand_ins.ts";
import { swapIn } from "./swap.ts";

/** How long the registry may take to answer at all. */
const PROBE_MS = 3_000;

/** How long fetching may take: a few dozen small files. */
const FETCH_MS = 60_000;

/**
 * Asks the registry for one small file.
 *
 * @returns `undefined` if it answers as a registry does, else why it can't be used.
 */
export async function probeRegistry(
  registry: URL,
  pins: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const [name] = pins.keys();
  if (name === undefined) return undefined;
  const where = registry.protocol === "file:" ? registry.href : registry.host;
  try {
    const url = new URL(`${name}/meta.json`, registry);
    // Only a body of the right shape counts: a captive portal answers 200 to everything.
    const { versions } = JSON.parse(await read(url));
    return typeof versions === "object" ? undefined : `${where} answers, but not as JSR does`;
  } catch (error) {
    if (error instanceof SyntaxError) return `${where} answers, but not as JSR does`;
    if (error instanceof HttpError) return `${where} answers ${error.message}`;
    return `${where} can't be reached`;
  }
}

/** An answer other than 200. */
class HttpError extends Error {}

/** The text of a file of the registry. */
async function read(url: URL): Promise<string> {
  if (url.protocol === "file:") return await Deno.readTextFile(url);
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(PROBE_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new HttpError(`${response.status}`);
  return text;
}

/**
 * Has Deno fetch the pinned packages, and puts what it vendored into `vendor`. It fetches in a
 * directory of its own: there an unfinished fetch harms nobody.
 *
 * @returns `undefined` if all is there now, else why not.
 */
export async function fetchPackages(
  vendor: string,
  registry: URL,
  pins: ReadonlyMap<string, string>,
  standIns: readonly StandIn[],
): Promise<string | undefined> {
  const staging = `${vendor}/.fetch`;
  await Deno.remove(staging, { recursive: true }).catch(() => {});
  await Deno.mkdir(`${staging}/vendor`, { recursive: true });
  const imports = Object.fromEntries([...pins].map(([name, at]) => [name, `jsr:${name}@${at}`]));
  const config = { vendor: true, lock: false, imports };
  await Deno.writeTextFile(`${staging}/deno.json`, JSON.stringify(config));
  // What has a stand-in is what the program imports, so this is all that it needs.
  const specifiers = [...pins.keys()].flatMap((name) => {
    const exports = standIns.find((standIn) => standIn.name === name)?.exports ?? { ".": "" };
    return Object.keys(exports).map((path) => name + path.slice(1));
  });
  await Deno.writeTextFile(
    `${staging}/all.ts`,
    specifiers.map((specifier) => `import ${JSON.stringify(specifier)};\n`).join(""),
  );
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "all.ts"],
    cwd: staging,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(FETCH_MS),
  }).output();
  if (success) {
    await removeMarker(vendor);
    await swapIn(`${staging}/vendor`, vendor);
  }
  await Deno.remove(staging, { recursive: true });
  if (success) return undefined;
  const [why] = new TextDecoder().decode(stderr).split("\n").filter((line) => line.trim() !== "");
  return `fetching from ${registry.host} failed: ${
    why?.replace(/^error: /, "") ?? "it took too long"
  }`;
}
