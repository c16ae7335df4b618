/**
 * Explains faults of a database and its files.
 * @module
 */

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
  [/database or disk is full|ENOSPC|No space left/i, "full", "the disk is full"],
  [
    /readonly|read-only|EROFS|EACCES|EPERM|permission denied|not permitted|requires \w+ access/i,
    "readonly",
    "it cannot be written",
  ],
  [/is locked|SQLITE_BUSY/i, "busy", "another program is holding it"],
  [/malformed|not a database|corrupt|no such table|vtable|fts5/i, "damaged", "it is damaged"],
  [/unable to open/i, "readonly", "it cannot be opened or written"],
  [/disk I\/O error/i, "failed", "the disk reports an error"],
];

/** Explains an error of SQLite or of the file system, in words for people. */
export function explainFault(error: unknown): { kind: FaultKind; words: string } {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  for (const [pattern, kind, words] of KINDS) if (pattern.test(text)) return { kind, words };
  // After the first line SQLite may repeat the query.
  const [words = text] = (error instanceof Error ? error.message : text).split("\n", 1);
  return { kind: "failed", words: words.trim() };
}

/** Something that the operator of a server must know about its store. */
export type StoreEvent =
  /** It can't be written any more; what comes next is in memory only. */
  | { readonly kind: FaultKind; readonly message: string }
  /** It was repaired, and nothing is lost. */
  | { readonly kind: "mended"; readonly message: string }
  /** It can be written again, and what was held in memory is written. */
  | { readonly kind: "works"; readonly message: string; readonly lost: number };

/** The notice that derived parts were made again. */
export function rebuiltNotice(path: string): string {
  return `The search index in ${path} was damaged, or another index of it, and was made again. ` +
    "Nothing is lost; older messages can be searched again in a while.";
}
