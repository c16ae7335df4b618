/**
 * Reads the frames of a WebSocket's client.
 *
 * Text and binary messages are both read, whatever was agreed on: what is sent on is UTF-8 in any
 * case, because the lines are checked as those of any connection.
 *
 * Source: RFC 6455 sections 5, 7.4 and 8.1; the codes that IANA has registered since.
 * @module
 */
import { CLIENT_LINES } from "../../irc/lines.ts";
import { decodeText } from "../../text/bytes.ts";
import { FRAME_FAULTS } from "../../wording/web_faults.ts";
import { afterByte, BAD, BETWEEN, type Utf8State } from "./utf8.ts";

/** How a client broke the rules. */
export interface FrameFault {
  /** The code to close with: a broken rule, text that is not UTF-8, a message that is too long. */
  readonly code: 1002 | 1007 | 1009;
  /** A part of a sentence, for the log and the peer. */
  readonly why: string;
}

export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What `closed` is if the peer gave no code (RFC 6455 section 7.1.5). */
export const NO_CODE = 1005;

/** The longest message, in bytes: one that is longer is no line, whatever it holds. */
const MESSAGE_BYTES = CLIENT_LINES.tags + CLIENT_LINES.line;

/** The longest payload of a control frame (RFC 6455 section 5.5). */
const CONTROL_BYTES = 125;

const LF = 0x0a;

/** The parts of a frame, in order. */
const PART = { first: 0, second: 1, length: 2, mask: 3, payload: 4 } as const;

/**
 * Reads messages from a stream of bytes, in place: it moves their payloads to the start of the
 * buffer, with LF after each message. The result does not depend on how the bytes were split over
 * reads.
 *
 * A message should be one line. If it holds several, they are several lines, as on any connection,
 * each with its own bounds and its own cost; an empty message is an empty line, which is nothing.
 */
export class FrameReader {
  #part: number = PART.first;
  /** How many bytes of the length or of the mask are missing. */
  #missing = 0;
  /** How many bytes encode the length, if the second byte does not. */
  #wide = 0;
  #opcode = 0;
  #isLast = false;
  /** How many bytes of the payload are missing. */
  #left = 0;
  /** The mask; the part of it for the next byte comes first. */
  #mask = 0;
  /** The opcode that began the unfinished message; 0 if there is none. */
  #message = 0;
  #messageBytes = 0;
  #utf8: Utf8State = BETWEEN;
  /** The payload of the control frame that is being read. */
  #control: Uint8Array<ArrayBuffer> | undefined;
  #ping: Uint8Array<ArrayBuffer> | undefined;
  #fault: FrameFault | undefined;
  #closed: number | undefined;

  /** How the peer broke the rules, if it did. Nothing after that is read. */
  get fault(): FrameFault | undefined {
    return this.#fault;
  }

  /** The code of the peer's close frame, if there was one. Nothing after that is read. */
  get closed(): number | undefined {
    return this.#closed;
  }

  /** Takes the payload of the last ping, if it was not taken yet. */
  takePing(): Uint8Array<ArrayBuffer> | undefined {
    const ping = this.#ping;
    this.#ping = undefined;
    return ping;
  }

  /**
   * Reads the bytes of a buffer from `from` to `to`, and overwrites them.
   *
   * @param from at least 1: the end of a message that began in another buffer takes a byte more.
   * @returns how many bytes of messages the buffer now starts with.
   */
  push(buffer: Uint8Array, from: number, to: number): number {
    let written = 0;
    let at = from;
    while (at < to && this.#fault === undefined && this.#closed === undefined) {
      if (this.#part === PART.payload) {
        const end = Math.min(to, at + this.#left);
        this.#left -= end - at;
        written = this.#payload(buffer, at, end, written);
        at = end;
      } else {
        this.#header(buffer[at++]!);
      }
      if (this.#part === PART.payload && this.#left === 0 && this.#fault === undefined) {
        this.#part = PART.first;
        if (this.#endFrame()) buffer[written++] = LF;
      }
    }
    return written;
  }

  #fail(code: FrameFault["code"], rule: keyof typeof FRAME_FAULTS): void {
    this.#fault = { code, why: FRAME_FAULTS[rule] };
  }

  get #isControl(): boolean {
    return this.#opcode >= OPCODE.close;
  }

  #header(byte: number): void {
    switch (this.#part) {
      case PART.first:
        return this.#first(byte);
      case PART.second:
        return this.#second(byte);
      case PART.length:
        if (this.#missing === 8 && byte >= 0x80) return this.#fail(1002, "length");
        // Beyond 2^53 it is not exact, but far too long all the same.
        this.#left = this.#left * 256 + byte;
        if (--this.#missing === 0) this.#checkLength();
        return;
      default:
        this.#mask = this.#mask << 8 | byte;
        if (--this.#missing === 0) this.#part = PART.payload;
    }
  }

  #first(byte: number): void {
    const opcode = byte & 0x0f;
    this.#opcode = opcode;
    this.#isLast = byte >= 0x80;
    this.#part = PART.second;
    if ((byte & 0x70) !== 0) return this.#fail(1002, "reserved");
    if (opcode > OPCODE.pong || opcode > OPCODE.binary && opcode < OPCODE.close) {
      return this.#fail(1002, "opcode");
    }
    if (this.#isControl) {
      if (!this.#isLast) this.#fail(1002, "brokenControl");
    } else if (opcode === OPCODE.more) {
      if (this.#message === 0) this.#fail(1002, "noStart");
    } else if (this.#message !== 0) {
      this.#fail(1002, "noEnd");
    } else {
      this.#message = opcode;
    }
  }

  #second(byte: number): void {
    const length = byte & 0x7f;
    if (byte < 0x80) return this.#fail(1002, "unmasked");
    if (this.#isControl && length > CONTROL_BYTES) return this.#fail(1002, "longControl");
    this.#wide = length === 127 ? 8 : length === 126 ? 2 : 0;
    this.#left = this.#wide === 0 ? length : 0;
    this.#missing = this.#wide;
    this.#part = PART.length;
    if (this.#wide === 0) this.#checkLength();
  }

  #checkLength(): void {
    const least = this.#wide === 8 ? 0x10000 : this.#wide === 2 ? 126 : 0;
    if (this.#left < least) return this.#fail(1002, "length");
    if (this.#isControl) {
      // Nobody waits for a pong: we send no pings.
      this.#control = this.#opcode === OPCODE.pong ? undefined : new Uint8Array(this.#left);
    } else {
      this.#messageBytes += this.#left;
      if (this.#messageBytes > MESSAGE_BYTES) return this.#fail(1009, "tooLong");
    }
    this.#missing = 4;
    this.#part = PART.mask;
  }

  /** Unmasks a piece of the payload. Returns how many bytes are written in the buffer then. */
  #payload(buffer: Uint8Array, from: number, to: number, written: number): number {
    let mask = this.#mask;
    let state = this.#utf8;
    const control = this.#isControl;
    const isText = !control && this.#message === OPCODE.text;
    let place = (this.#control?.length ?? 0) - this.#left - (to - from);
    for (let at = from; at < to; at++) {
      const byte = buffer[at]! ^ mask >>> 24;
      mask = mask << 8 | mask >>> 24;
      if (control) {
        if (this.#control !== undefined) this.#control[place++] = byte;
        continue;
      }
      if (isText && (byte >= 0x80 || state !== BETWEEN)) {
        state = afterByte(state, byte);
        if (state === BAD) {
          this.#fail(1007, "notUtf8");
          break;
        }
      }
      buffer[written++] = byte;
    }
    this.#mask = mask;
    if (isText) this.#utf8 = state;
    return written;
  }

  /** Returns whether a message has ended. */
  #endFrame(): boolean {
    const payload = this.#control;
    this.#control = undefined;
    if (this.#opcode === OPCODE.ping) this.#ping = payload;
    else if (this.#opcode === OPCODE.close) this.#close(payload!);
    if (this.#isControl || !this.#isLast) return false;
    const isWhole = this.#utf8 === BETWEEN;
    if (!isWhole) this.#fail(1007, "notUtf8");
    this.#message = 0;
    this.#messageBytes = 0;
    return isWhole;
  }

  #close(payload: Uint8Array): void {
    if (payload.length === 0) {
      this.#closed = NO_CODE;
      return;
    }
    const code = payload.length === 1 ? 0 : payload[0]! << 8 | payload[1]!;
    if (!isCloseCode(code)) this.#fail(1002, "closeCode");
    else if (decodeText(payload.subarray(2)) === undefined) this.#fail(1007, "closeReason");
    else this.#closed = code;
  }
}

/** Whether a close frame may carry this code (RFC 6455 section 7.4). */
function isCloseCode(code: number): boolean {
  return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 ||
    code >= 3000 && code <= 4999;
}
