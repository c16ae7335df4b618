/**
 * Explains faults of a database and its files.
 * @module
 */
import { withoutErrno } from "../../text/without_errno.ts";
import { DATA_FAULTS } from "../../wording/log.ts";

export type FaultKind =
  /** No space is left on the disk. */
  | "full"
  /** The file or its directory can't be written. */
  | "readonly"
  /** Another program holds the file for too long. */
  | "busy"
  /** The file is no longer what was written to it. */
  | "damaged"
  | "failed";

/** SQLite's errors are told apart by their texts: not all of them have a number. */
const KINDS: readonly (readonly [RegExp, FaultKind, words: string])[] = [
  [/database or disk is full|ENOSPC|No space left/i, "full", DATA_FAULTS.full],
  [
    /readonly|read-only|EROFS|EACCES|EPERM|permission denied|not permitted|requires \w+ access/i,
    "readonly",
    DATA_FAULTS.readonly,
  ],
  [/is locked|SQLITE_BUSY/i, "busy", DATA_FAULTS.busy],
  [/malformed|not a database|corrupt|no such table|vtable|fts5/i, "damaged", DATA_FAULTS.damaged],
  [/unable to open/i, "readonly", DATA_FAULTS.unopened],
  [/disk I\/O error/i, "failed", DATA_FAULTS.disk],
];

/** Explains an error of SQLite or of the file system, in words for people. */
export function explainFault(error: unknown): { kind: FaultKind; words: string } {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  for (const [pattern, kind, words] of KINDS) if (pattern.test(text)) return { kind, words };
  // After the first line SQLite may repeat the query.
  const [words = text] = (error instanceof Error ? error.message : text).split("\n", 1);
  return { kind: "failed", words: withoutErrno(words).trim() };
}

/** Something that the operator of a server must know about its store. */
export type StoreEvent =
  /** It can't be written any more; what comes next is in memory only. */
  | { readonly kind: FaultKind; readonly message: string }
  /** It was repaired, and nothing is lost. */
  | { readonly kind: "mended"; readonly message: string }
  /** It can be written again, and what was held in memory is written. */
  | { readonly kind: "works"; readonly message: string; readonly lost: number };
