/**
 * Lines in pieces that look different, for a terminal or a page.
 * @module
 */
import { fold } from "../irc/names.ts";

/** The role of a piece of a line, which decides how it looks. */
export type Role =
  | "text"
  /** A message: its links are made clickable. */
  | "said"
  /** A name, in its colour. */
  | "name"
  /** Our own name. */
  | "own"
  /** The name before a message that names us. */
  | "mention"
  /** The text of a message that names us. */
  | "strong"
  /** Details, dimmed. */
  | "quiet"
  | "error";

/** A piece of a line; harmless. */
export interface Span {
  readonly text: string;
  readonly role: Role;
}

/** The plain text of pieces. */
export function plainText(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join("");
}

/** A hash of a name (FNV-1a) for its colour: equal for names that are equal to the server. */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (const char of fold(name)) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
