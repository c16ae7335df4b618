/**
 * What is remembered of servers, from the person's own files.
 * @module
 */
import type { NodeMemory } from "../../client/stay/stay_options.ts";
import { knownNodes, withNodes } from "../../client/trust/known_nodes.ts";
import type { Memory } from "../../client/trust/nearby.ts";
import type { Target } from "../../client/trust/target.ts";
import { parseVisits, type PastVisit, withVisit } from "../../client/trust/visits.ts";
import { SECURE_PORT } from "../../net/dial.ts";
import { readKnownHosts } from "./known_hosts_file.ts";
import { type OwnPaths, textOf, writeOwnFile } from "./own_files.ts";

/** Reads the files; what can't be read is not remembered. Dialling tells what is wrong with them. */
export async function readMemory({ knownHosts, visits }: OwnPaths): Promise<Memory> {
  const known = knownHosts === undefined ? [] : await readKnownHosts(knownHosts).catch(() => []);
  const text = visits === undefined ? "" : await textOf(visits).catch(() => "");
  return { known, visits: parseVisits(text ?? "") };
}

/** Remembers in the file of `nodes` what is learned of the chat of a server. */
export function nodeMemory(path: string, target: Target): NodeMemory {
  const server = { host: target.host, port: target.port ?? SECURE_PORT };
  let saving = Promise.resolve();
  return {
    recall: async () => knownNodes(await textOf(path).catch(() => "") ?? "", server),
    learned(nodes) {
      saving = saving.then(() => change(path, (text) => withNodes(text, server, nodes)));
    },
  };
}

/** Notes a visit in the file. */
export async function noteVisit(path: string, visit: PastVisit): Promise<void> {
  await change(path, (text) => withVisit(text, visit));
}

/** Changes a file that only helps the person, so one that can't be written is none. */
async function change(path: string, changed: (text: string) => string): Promise<void> {
  try {
    const before = await textOf(path) ?? "";
    const text = changed(before);
    if (text !== before) await writeOwnFile(path, text);
  } catch {
    // Then it is not remembered.
  }
}
