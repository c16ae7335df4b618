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
import { textOf, writeOwnFile } from "./own_files.ts";

/**
 * Reads the file; there are no servers if there is no file.
 *
 * @throws {KnownHostsError} if a line is broken; {Error} if the file can't be read.
 */
export async function readKnownHosts(path: string): Promise<readonly KnownLine[]> {
  return parseKnownHosts(await textOf(path) ?? "", path);
}

/**
 * Adds a server to the file, or replaces it there.
 *
 * @throws {KnownHostsError} if the file is broken; {Error} if it can't be written.
 */
export async function rememberHost(path: string, entry: KnownHost): Promise<void> {
  // Read again: another client may have added something meanwhile.
  await writeOwnFile(path, withKnown(await textOf(path) ?? "", entry, path));
}
