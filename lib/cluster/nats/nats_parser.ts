/**
 * Parses what a NATS server sends, whatever pieces it comes in.
 *
 * Bytes are read directly into {@linkcode NatsParser.room}, and messages are views of them: a
 * payload is copied only if it began in a buffer that was too small for it.
 *
 * Source: the client protocol of NATS (https://docs.nats.io/reference/reference-protocols).
 * @module
 */
import { lossyText } from "../../text/bytes.ts";
import { ENGINE_REASON } from "../../wording/engine.ts";

/** A message for a subscription. */
export interface NatsMessage {
  readonly kind: "message";
  readonly sid: number;
  readonly subject: string;
  /** The subject for an answer; empty if none is wanted. */
  readonly reply: string;
  /** The block of headers, as it came; empty if there is none. See {@linkcode headerOf}. */
  readonly headers: Uint8Array;
  /** The status of a message by the server itself, such as 503; 0 if it has none. */
  readonly status: number;
  /** A view of a larger buffer, which nothing changes any more. Copy it to keep it for long. */
  readonly payload: Uint8Array;
}

/** What a server tells of itself, within bounds. */
export interface NatsInfo {
  readonly name: string;
  readonly version: string;
  /** The most bytes that a message may have. */
  readonly maxPayload: number;
  readonly headers: boolean;
  readonly tlsRequired: boolean;
  readonly tlsAvailable: boolean;
  /** The servers of the cluster that are connected, itself among them: HOST:PORT. May be empty. */
  readonly others: readonly string[];
  /** Whether it is about to shut down. */
  readonly leaving: boolean;
}

export type NatsHeard =
  | NatsMessage
  | { readonly kind: "info"; readonly info: NatsInfo }
  | { readonly kind: "error"; readonly words: string }
  | { readonly kind: "ping" | "pong" | "ok" };

/** The longest line, in bytes. The longest that servers send is INFO. */
const LINE_BYTES = 64 * 1024;

/** The size of a buffer; several messages share one. */
const BLOCK_BYTES = 64 * 1024;

/** The least that is read at once, if possible. */
const READ_BYTES = 8 * 1024;

/** The most that is accepted as `max_payload`; servers accept no more in their configuration. */
const PAYLOAD_BYTES = 64 * 1024 * 1024;

/** The most that the server's own headers add to a message of the stream. */
const ADDED_BYTES = 1024;

/** How many servers are taken from INFO, and how long their addresses may be. */
const OTHERS = { count: 64, length: 280 };

const [LF, CR, SPACE] = [10, 13, 32];
const NOTHING = new Uint8Array(0);

/** A message of which the line was parsed. */
interface Expected {
  readonly sid: number;
  readonly subject: string;
  readonly reply: string;
  readonly headBytes: number;
  readonly bytes: number;
}

export class NatsParser {
  readonly #heard: (heard: NatsHeard) => void;
  #buffer = new Uint8Array(BLOCK_BYTES);
  /** What is between these was not parsed yet. */
  #from = 0;
  #to = 0;
  /** Up to here there is no line end. */
  #searched = 0;
  #expected: Expected | undefined;
  #maxPayload = 1024 * 1024;

  /** @param heard is called for each message, in order. */
  constructor(heard: (heard: NatsHeard) => void) {
    this.#heard = heard;
  }

  /** Whether everything that came in was parsed. */
  get isEmpty(): boolean {
    return this.#from === this.#to && this.#expected === undefined;
  }

  /** The place for the next bytes, never empty. Valid until {@linkcode took}. */
  room(): Uint8Array<ArrayBuffer> {
    const expected = this.#expected;
    const free = this.#buffer.length - this.#to;
    const missing = expected === undefined ? 0 : expected.bytes + 2 - (this.#to - this.#from);
    if (free < missing || free < READ_BYTES && missing <= 0) {
      const rest = this.#buffer.subarray(this.#from, this.#to);
      this.#buffer = new Uint8Array(rest.length + Math.max(missing, 0) + BLOCK_BYTES);
      this.#buffer.set(rest);
      this.#searched -= this.#from;
      [this.#from, this.#to] = [0, rest.length];
    }
    return this.#buffer.subarray(this.#to);
  }

  /**
   * Parses so many bytes that were read into the room. Returns undefined, or what is wrong with
   * them, as part of a sentence: then nothing more may be parsed.
   */
  took(count: number): string | undefined {
    this.#to += count;
    for (;;) {
      if (this.#expected !== undefined) {
        if (this.#to - this.#from < this.#expected.bytes + 2) return undefined;
        const fault = this.#message(this.#expected);
        if (fault !== undefined) return fault;
        continue;
      }
      const end = this.#buffer.subarray(0, this.#to).indexOf(LF, this.#searched);
      this.#searched = end < 0 ? this.#to : end + 1;
      const length = (end < 0 ? this.#to : end) - this.#from;
      if (length > LINE_BYTES) return ENGINE_REASON.line;
      if (end < 0) return undefined;
      if (length === 0 || this.#buffer[end - 1] !== CR) return ENGINE_REASON.line;
      const line = lossyText(this.#buffer.subarray(this.#from, end - 1));
      this.#from = end + 1;
      const fault = this.#line(line);
      if (fault !== undefined) return fault;
    }
  }

  #line(line: string): string | undefined {
    if (line.startsWith("MSG ")) return this.#expect(line.split(" "), false);
    if (line.startsWith("HMSG ")) return this.#expect(line.split(" "), true);
    if (line === "PING") this.#heard({ kind: "ping" });
    else if (line === "PONG") this.#heard({ kind: "pong" });
    else if (line === "+OK") this.#heard({ kind: "ok" });
    else if (line.startsWith("-ERR")) {
      this.#heard({ kind: "error", words: line.slice(4).trim().replace(/^'(.*)'$/, "$1") });
    } else if (line.startsWith("INFO ")) {
      const info = parseInfo(line.slice(5));
      if (info === undefined) return ENGINE_REASON.info;
      this.#maxPayload = info.maxPayload;
      this.#heard({ kind: "info", info });
    } else return ENGINE_REASON.unknown;
    return undefined;
  }

  /** `MSG subject sid [reply] bytes`, `HMSG subject sid [reply] headBytes bytes`. */
  #expect(words: readonly string[], hasHead: boolean): string | undefined {
    const least = hasHead ? 5 : 4;
    if (words.length !== least && words.length !== least + 1) return ENGINE_REASON.numbers;
    const sid = number(words[2]!);
    const bytes = number(words.at(-1)!);
    const headBytes = hasHead ? number(words.at(-2)!) : 0;
    if (!(sid >= 0 && headBytes >= 0 && bytes >= headBytes)) return ENGINE_REASON.numbers;
    const most = this.#maxPayload + (hasHead ? ADDED_BYTES : 0);
    if (bytes > most) return ENGINE_REASON.payload;
    const reply = words.length > least ? words[3]! : "";
    this.#expected = { sid, subject: words[1]!, reply, headBytes, bytes };
    return undefined;
  }

  #message({ sid, subject, reply, headBytes, bytes }: Expected): string | undefined {
    const from = this.#from;
    const end = from + bytes;
    if (this.#buffer[end] !== CR || this.#buffer[end + 1] !== LF) return ENGINE_REASON.end;
    this.#expected = undefined;
    this.#from = this.#searched = end + 2;
    const headers = headBytes === 0 ? NOTHING : this.#buffer.subarray(from, from + headBytes);
    const payload = this.#buffer.subarray(from + headBytes, end);
    const status = statusOf(headers);
    this.#heard({ kind: "message", sid, subject, reply, headers, status, payload });
    return undefined;
  }
}

/** A whole number of at most 9 digits, or NaN. */
function number(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}

/** The status in `NATS/1.0 503 words`; 0 if there is none. */
function statusOf(headers: Uint8Array): number {
  if (headers.length < 12 || headers[8] !== SPACE) return 0;
  return number(lossyText(headers.subarray(9, 12))) || 0;
}

/** The value of a header, by its name in small letters; undefined if it is not there. */
export function headerOf(
  { headers }: { readonly headers: Uint8Array },
  name: string,
): string | undefined {
  if (headers.length === 0) return undefined;
  for (const line of lossyText(headers).split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) {
      return line.slice(colon + 1).trim();
    }
  }
  return undefined;
}

function parseInfo(json: string): NatsInfo | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const text = (field: unknown) => typeof field === "string" ? field.slice(0, 100) : "";
  const { max_payload: max, connect_urls: urls } = value;
  if (typeof max !== "number" || !(max > 0)) return undefined;
  const isShort = (url: unknown) => typeof url === "string" && url.length <= OTHERS.length;
  return {
    name: text(value.server_name),
    version: text(value.version),
    maxPayload: Math.min(Math.floor(max), PAYLOAD_BYTES),
    headers: value.headers === true,
    tlsRequired: value.tls_required === true,
    tlsAvailable: value.tls_available === true,
    others: Array.isArray(urls) ? urls.slice(0, OTHERS.count).filter(isShort) : [],
    leaving: value.ldm === true,
  };
}
