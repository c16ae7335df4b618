/**
 * The file of known servers.
 * @module
 */
import {
  type KnownHost,
  type KnownLine,
  parseKnownHosts,
  withKnown,
} from "../../client/trust/known_hosts.ts";
import { HERE, type Platform } from "../os/data_directory.ts";

/**
 * Where the file is.
 *
 * @returns undefined where the system doesn't say where such things go.
 */
export function knownHostsPath({ os, env }: Platform = HERE): string | undefined {
  const under = (home: string | undefined, path: string) => home ? home + path : undefined;
  if (os === "windows") return under(env("LOCALAPPDATA"), "\\chat\\known_hosts");
  const config = env("XDG_CONFIG_HOME");
  // XDG Base Directory Specification: a path that is not absolute is to be ignored.
  if (config?.startsWith("/")) return `${config}/chat/known_hosts`;
  const mac = os === "darwin";
  return under(
    env("HOME"),
    `${mac ? "/Library/Application Support" : "/.config"}/chat/known_hosts`,
  );
}

/**
 * Reads the file.
 *
 * @returns no servers where there is no file.
 * @throws {KnownHostsError} where a line of it is broken; {Error} where it can't be read.
 */
export async function readKnownHosts(path: string): Promise<readonly KnownLine[]> {
  return parseKnownHosts(await textOf(path), path);
}

/**
 * Adds a server to the file, or replaces it there. The file is written aside and then put in its
 * place, so that it is whole whatever happens; only its owner can read it.
 *
 * @throws {KnownHostsError} where the file is broken; {Error} where it can't be written.
 */
export async function rememberHost(path: string, entry: KnownHost): Promise<void> {
  // Read anew: another client may have added something meanwhile.
  const text = withKnown(await textOf(path), entry, path);
  const directory = path.replace(/[\\/][^\\/]*$/, "");
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${crypto.randomUUID()}`;
  try {
    await Deno.writeTextFile(draft, text, { createNew: true, mode: 0o600 });
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
