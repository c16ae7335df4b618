/**
 * Reads the heads of HTTP/1.1 requests.
 *
 * It is strict: what servers and proxies could understand in different ways is refused, so that no
 * request can be smuggled in another. There are no requests with a body.
 *
 * Source: RFC 9112 sections 2, 3, 5 and 6; RFC 9110 sections 5, 7.2 and 7.8.
 * @module
 */
import { REQUEST_FAULTS } from "../../wording/web_faults.ts";

/** The head of a request. */
export interface WebRequest {
  /** `GET` or `HEAD`. */
  readonly method: string;
  /** The path without the query, as it was sent: `%20` is not decoded. */
  readonly path: string;
  /** What follows the first `?`; empty if there is none. */
  readonly query: string;
  /** The fields by their names in lower case. Repeated ones are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether another request may follow on the connection. */
  readonly keepAlive: boolean;
}

/** Why a request is refused. The connection is of no more use. */
export interface RequestFault {
  readonly status: 400 | 405 | 413 | 414 | 431 | 501 | 505;
  /** A sentence for the person who wrote the client. */
  readonly why: string;
}

/** The longest first line, in bytes. */
const REQUEST_LINE_BYTES = 2048;

/** The longest head, in bytes, all line ends included. */
const HEAD_BYTES = 8192;

const MAX_FIELDS = 64;

/** Fields that decide who may connect or how; two proxies could each look at another one. */
const SINGLE: ReadonlySet<string> = new Set([
  ...["host", "origin", "content-length", "sec-websocket-key", "sec-websocket-version"],
]);

const HT = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;
const EMPTY = new Uint8Array(0);

const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/(\d\.\d)$/;
/** The path and the query of RFC 9112 section 3.2.1, behind the host of section 3.2.2 if any. */
const TARGET = /^(?:https?:\/\/([!"$-.0->@-~]+))?((?:\/[!"$->@-~]*)?)(?:\?([!"$-~]*))?$/i;
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/;
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** A request of which not all fields have come yet. */
interface Head {
  readonly method: string;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly version: string;
  readonly headers: Map<string, string>;
  fields: number;
}

/**
 * Reads requests from a stream of bytes. The result does not depend on how the bytes were split over
 * reads. It holds at most one head of {@linkcode HEAD_BYTES}.
 */
export class RequestReader {
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The start of an unfinished line. Joined strings would take many times its size. */
  #held = EMPTY;
  #heldLength = 0;
  #hasCr = false;
  /** The bytes of this head that were read. */
  #bytes = 0;
  #head: Head | undefined;
  #fault: RequestFault | undefined;

  /** Adds bytes, once {@linkcode next} has returned `undefined`. The chunk is not copied. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next request; `undefined` if more bytes are needed. After a fault, that fault for ever. */
  next(): WebRequest | RequestFault | undefined {
    const chunk = this.#chunk;
    while (this.#fault === undefined && this.#at < chunk.length) {
      const end = controlAt(chunk, this.#at);
      this.#fault = this.#take(chunk.subarray(this.#at, end)) ?? this.#control(chunk[end]);
      this.#at = Math.min(end + 1, chunk.length);
      if (this.#fault !== undefined || chunk[end] !== LF) continue;
      const result = this.#endLine();
      if (result === undefined) continue;
      if (!("status" in result)) return result;
      this.#fault = result;
    }
    return this.#fault;
  }

  /** A copy of the bytes after the last request, such as the first of a WebSocket. */
  rest(): Uint8Array<ArrayBuffer> {
    return this.#chunk.slice(this.#at);
  }

  /** Takes bytes of a line. */
  #take(piece: Uint8Array): RequestFault | undefined {
    if (piece.length === 0) return undefined;
    if (this.#hasCr) return fault(400, "lineEnd");
    const length = this.#heldLength + piece.length;
    if (this.#head === undefined && length > REQUEST_LINE_BYTES) {
      return fault(414, "requestLineLength");
    }
    this.#bytes += piece.length;
    if (this.#bytes > HEAD_BYTES) return fault(431, "head");
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(length, this.#held.length * 2));
      grown.set(this.#held);
      this.#held = grown;
    }
    this.#held.set(piece, this.#heldLength);
    this.#heldLength = length;
    return undefined;
  }

  /** Takes a control character, or nothing at the end of the chunk: only CR LF is right. */
  #control(byte: number | undefined): RequestFault | undefined {
    if (byte === undefined) return undefined;
    if (byte !== CR && byte !== LF) return fault(400, "control");
    if (this.#hasCr !== (byte === LF)) return fault(400, "lineEnd");
    this.#hasCr = byte === CR;
    this.#bytes++;
    return this.#bytes > HEAD_BYTES ? fault(431, "head") : undefined;
  }

  #endLine(): WebRequest | RequestFault | undefined {
    const line = chars(this.#held.subarray(0, this.#heldLength));
    this.#held = EMPTY;
    this.#heldLength = 0;
    if (this.#head === undefined) {
      // An empty line ahead of a request is ignored (RFC 9112 section 2.2).
      if (line === "" && this.#bytes === 2) return undefined;
      const head = readRequestLine(line);
      if ("status" in head) return head;
      this.#head = head;
      return undefined;
    }
    if (line !== "") return addField(this.#head, line);
    const head = this.#head;
    this.#head = undefined;
    this.#bytes = 0;
    return finish(head);
  }
}

/** The place of the next control character but the tab; the chunk's length if there is none. */
function controlAt(chunk: Uint8Array, from: number): number {
  let at = from;
  while (at < chunk.length) {
    const byte = chunk[at]!;
    if (byte < SPACE && byte !== HT || byte === DELETE) break;
    at++;
  }
  return at;
}

/** A char for each byte: a value may hold what is not ASCII, in no known encoding. */
function chars(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

type Reason = {
  [Key in keyof typeof REQUEST_FAULTS]: (typeof REQUEST_FAULTS)[Key] extends string ? Key : never;
}[keyof typeof REQUEST_FAULTS];

function fault(status: RequestFault["status"], reason: Reason): RequestFault {
  return { status, why: REQUEST_FAULTS[reason] };
}

function readRequestLine(line: string): Head | RequestFault {
  const [, method, target = "", version = ""] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined) return fault(400, "requestLine");
  if (version !== "1.1" && version !== "1.0") return fault(505, "version");
  if (method !== "GET" && method !== "HEAD") return fault(405, "method");
  const [matches, authority, path = "", query = ""] = TARGET.exec(target) ?? [];
  if (matches === undefined || path === "" && authority === undefined) return fault(400, "target");
  return { method, authority, path: path || "/", query, version, headers: new Map(), fields: 0 };
}

function addField(head: Head, line: string): RequestFault | undefined {
  if (++head.fields > MAX_FIELDS) return fault(431, "fields");
  // A line that continues the one before it starts with a space, so it is no field.
  const [, written, padded = ""] = FIELD.exec(line) ?? [];
  if (written === undefined) return fault(400, "field");
  const value = trimmed(padded);
  const name = written.toLowerCase();
  const before = head.headers.get(name);
  if (before !== undefined && SINGLE.has(name)) {
    return { status: 400, why: REQUEST_FAULTS.repeated(name) };
  }
  if (name === "host" && !HOST.test(value)) return fault(400, "host");
  if (name === "transfer-encoding") return fault(501, "coding");
  if (name === "content-length" && !/^0+$/.test(value)) {
    return /^\d+$/.test(value) ? fault(413, "body") : fault(400, "contentLength");
  }
  head.headers.set(name, before === undefined ? value : `${before}, ${value}`);
  return undefined;
}

function finish(
  { method, authority, path, query, version, headers }: Head,
): WebRequest | RequestFault {
  const host = headers.get("host");
  // HTTP/1.0 allows that, but who may connect goes by the host.
  if (host === undefined) return fault(400, "noHost");
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return fault(400, "otherHost");
  }
  const keepAlive = version === "1.1" && !hasToken(headers.get("connection"), "close");
  return { method, path, query, headers, keepAlive };
}

/** Whether a field that is a list has a token, in any case. */
export function hasToken(value: string | undefined, token: string): boolean {
  return listOf(value).some((one) => one.toLowerCase() === token);
}

/** The items of a field that is a list. */
export function listOf(value = ""): string[] {
  return value.split(",").map(trimmed).filter((item) => item !== "");
}

/**
 * A value without the spaces and tabs around it. `trim` takes other characters too, and an expression
 * that ends with spaces takes quadratic time if there are many within the value.
 */
function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlankAt(value, start)) start++;
  while (start < end && isBlankAt(value, end - 1)) end--;
  return value.slice(start, end);
}

function isBlankAt(value: string, index: number): boolean {
  const unit = value.charCodeAt(index);
  return unit === SPACE || unit === HT;
}
