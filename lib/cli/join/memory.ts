/**
 * What is remembered of servers, from the person's own files.
 * @module
 */
import type { Memory } from "../../client/trust/nearby.ts";
import { parseVisits, type PastVisit, withVisit } from "../../client/trust/visits.ts";
import { readKnownHosts } from "./known_hosts_file.ts";
import { type OwnPaths, textOf, writeOwnFile } from "./own_files.ts";

/** Reads the files; what can't be read is not remembered. Dialling tells what is wrong with them. */
export async function readMemory({ knownHosts, visits }: OwnPaths): Promise<Memory> {
  const known = knownHosts === undefined ? [] : await readKnownHosts(knownHosts).catch(() => []);
  const text = visits === undefined ? "" : await textOf(visits).catch(() => "");
  return { known, visits: parseVisits(text ?? "") };
}

/** Notes a visit in the file. It only helps the person, so a file that can't be written is none. */
export async function noteVisit(path: string, visit: PastVisit): Promise<void> {
  try {
    const text = await textOf(path) ?? "";
    const changed = withVisit(text, visit);
    if (changed !== text) await writeOwnFile(path, changed);
  } catch {
    // Then it is not remembered.
  }
}
