/**
 * The file beside the database that names all owned names, so that they stay protected if the
 * database can't be read. Every program that changes an account writes it.
 * @module
 */
import type { KnownNames } from "../accounts.ts";
import { explainFault } from "./faults.ts";
import { replaceFile } from "./files.ts";
import { DATA_FAULTS } from "../../wording/log.ts";

/** The name of the file in its directory. */
export const NAMES = "chat.names";

export type FoundNames =
  | { readonly kind: "known"; readonly names: KnownNames }
  | { readonly kind: "absent" }
  /** It is there, but can't be read or understood: why, as part of a sentence. */
  | { readonly kind: "broken"; readonly why: string };

/** Nobody owns anything. */
export const NO_NAMES: KnownNames = { accounts: [], lost: [], complete: true };

export function readNames(path: string): FoundNames {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "absent" };
    return { kind: "broken", why: explainFault(error).words };
  }
  const names = parse(text);
  return names === undefined
    ? { kind: "broken", why: DATA_FAULTS.damaged }
    : { kind: "known", names };
}

function parse(text: string): KnownNames | undefined {
  try {
    const { accounts, pending = [], lost, complete } = JSON.parse(text) as Partial<KnownNames>;
    const isOurs = isList(accounts) && isList(pending) && isList(lost);
    return isOurs && typeof complete === "boolean"
      ? { accounts, pending, lost, complete }
      : undefined;
  } catch {
    return undefined;
  }
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** Writes the file atomically. Throws what the system throws if it can't be written. */
export function writeNames(path: string, names: KnownNames): void {
  const text = `${JSON.stringify(names, null, 1)}\n`;
  replaceFile(path, text, (draft) => giveToOwner(draft, path));
}

/** Root may manage the accounts of a server that runs as another user, who has to read the file. */
function giveToOwner(draft: string, path: string): void {
  if (Deno.build.os === "windows") return;
  const directory = path.replace(/[^/]*$/, "") || ".";
  const [wanted, made] = [Deno.statSync(directory), Deno.statSync(draft)];
  try {
    if (wanted.uid !== made.uid) Deno.chownSync(draft, wanted.uid, wanted.gid);
  } catch {
    // Only root can, and only for root it matters.
  }
}
