/**
 * What goes wrong with a file, in words for people.
 * @module
 */

/** What kind of thing went wrong. */
export type FaultKind =
  /** No room is left on the disk. */
  | "full"
  /** The file or its directory can't be written. */
  | "readonly"
  /** Another program holds the file for too long. */
  | "busy"
  /** The file is no longer what was written to it. */
  | "damaged"
  /** Anything else. */
  | "failed";

/** A failure of SQLite is told by its text alone: not all of them have a number. */
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

/** What an error of SQLite or of the file system means. */
export function explainFault(error: unknown): { kind: FaultKind; words: string } {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  for (const [pattern, kind, words] of KINDS) if (pattern.test(text)) return { kind, words };
  // Behind the first line SQLite may repeat what it was asked.
  const [words = text] = (error instanceof Error ? error.message : text).split("\n", 1);
  return { kind: "failed", words: words.trim() };
}

/** Something that the operator of a server has to know about its store. */
export type StoreEvent =
  /** It can't be written any more; what comes next is in memory only. */
  | { readonly kind: FaultKind; readonly message: string }
  /** What was wrong is right again. Nothing is lost. */
  | { readonly kind: "mended"; readonly message: string }
  /** It can be written again, and what was held in memory has been. */
  | { readonly kind: "works"; readonly message: string; readonly lost: number };

/** What is said if what is derived was made again. */
export function rebuiltNotice(path: string): string {
  return `The search index in ${path} was damaged, or another index of it, and was made again. ` +
    "Nothing is lost; older messages can be searched again in a while.";
}
