/**
 * Splits bytes from the wire into lines of text.
 *
 * Source: Modern IRC Client Protocol, "Message Format"; IRCv3 "Message Tags", "Size limit"; IRCv3
 * UTF8ONLY.
 * @module
 */
import { decodeText, lossyText } from "../text/bytes.ts";
import { CLIENT_TAG_BYTES, LINE_BYTES } from "./message.ts";

/** Why a line can't be used: it is too long, holds NUL, or is not UTF-8. */
export type LineFault = "too-long" | "nul" | "not-utf8";

export interface Line {
  /** The text without the line end. If there is a fault, as much of it as can be decoded. */
  readonly text: string;
  readonly fault: LineFault | undefined;
}

/** Bounds of a {@linkcode LineBuffer}, in bytes. */
export interface LineLimits {
  /** The longest tag section, `@` and space included. */
  readonly tags: number;
  /** The longest line without its tags, line end included. */
  readonly line: number;
}

/** The limits of a server. */
export const CLIENT_LINES: LineLimits = { tags: CLIENT_TAG_BYTES, line: LINE_BYTES };

/** The limits of a client. Several servers pass on lines far longer than 512 bytes. */
export const SERVER_LINES: LineLimits = { tags: 8192, line: 16 * 1024 };

const LF = 0x0a;
const CR = 0x0d;
const AT = 0x40;
const SPACE = 0x20;
const EMPTY = new Uint8Array(0);

/**
 * Splits a stream of bytes into lines. A line ends with CR LF, a lone LF or a lone CR; empty lines
 * are skipped. The result does not depend on how the bytes were split over reads.
 *
 * It holds at most one partial line of the limit's size. Of a longer line only the start is kept,
 * and the line is reported once, as `too-long`, when it ends.
 *
 * ```ts
 * lines.push(chunk);
 * for (let line = lines.next(); line !== undefined; line = lines.next()) use(line);
 * ```
 */
export class LineBuffer {
  readonly #cap: number;
  readonly #limits: LineLimits;
  /** The start of an unfinished line. */
  #held: Uint8Array = EMPTY;
  #heldLength = 0;
  #overflowed = false;
  #chunk: Uint8Array = EMPTY;
  /** Where the next line starts in the chunk. */
  #at = 0;

  constructor(limits: LineLimits) {
    this.#limits = limits;
    this.#cap = limits.tags + limits.line;
  }

  get held(): number {
    return this.#heldLength;
  }

  /** Adds bytes, once {@linkcode next} has returned `undefined`. The chunk is not copied. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next complete line; `undefined` if more bytes are needed. */
  next(): Line | undefined {
    const chunk = this.#chunk;
    while (this.#at < chunk.length) {
      const end = lineEnd(chunk, this.#at);
      if (end < 0) {
        this.#hold(chunk.subarray(this.#at));
        this.#at = chunk.length;
        break;
      }
      const piece = chunk.subarray(this.#at, end);
      this.#at = end + 1;
      if (this.#heldLength === 0 && !this.#overflowed) {
        if (piece.length > 0) return this.#line(piece);
        continue;
      }
      this.#hold(piece);
      const whole = this.#held.subarray(0, this.#heldLength);
      const line = this.#overflowed ? tooLong(whole) : this.#line(whole);
      this.#heldLength = 0;
      this.#held = EMPTY;
      this.#overflowed = false;
      return line;
    }
    this.#chunk = EMPTY;
    return undefined;
  }

  #hold(piece: Uint8Array): void {
    const room = this.#cap - this.#heldLength;
    if (piece.length > room) {
      this.#overflowed = true;
      piece = piece.subarray(0, room);
    }
    const length = this.#heldLength + piece.length;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.min(this.#cap, Math.max(length, this.#held.length * 2)));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(piece, this.#heldLength);
    this.#heldLength = length;
  }

  #line(bytes: Uint8Array): Line {
    let tags = 0;
    if (bytes[0] === AT) {
      const space = bytes.indexOf(SPACE);
      tags = space < 0 ? bytes.length : space + 1;
    }
    // The limit includes the CR LF, which is already gone.
    if (tags > this.#limits.tags || bytes.length - tags > this.#limits.line - 2) {
      return tooLong(bytes);
    }
    if (bytes.includes(0)) return { text: lossyText(bytes), fault: "nul" };
    const text = decodeText(bytes);
    return text === undefined
      ? { text: lossyText(bytes), fault: "not-utf8" }
      : { text, fault: undefined };
  }
}

function tooLong(bytes: Uint8Array): Line {
  return { text: lossyText(bytes), fault: "too-long" };
}

function lineEnd(chunk: Uint8Array, from: number): number {
  const lf = chunk.indexOf(LF, from);
  const cr = chunk.indexOf(CR, from);
  return lf < 0 || cr < 0 ? Math.max(lf, cr) : Math.min(lf, cr);
}
