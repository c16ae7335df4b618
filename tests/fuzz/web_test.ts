/**
 * Random requests and frames, right and broken ones, against the readers of the port for browsers.
 * Each is judged by a second reader, which sees all bytes at once and is written in another way.
 */
import { assertEquals } from "@std/assert";
import type { WebRequest } from "../../lib/web/door/request_reader.ts";
import { readHandshake } from "../../lib/web/door/web_handshake.ts";
import { type ClientFrame, clientFrame, joined } from "../web/door/client_frames.ts";
import { readFrames, readRequests } from "../web/door/reading.ts";
import { forManySeeds, Random } from "./random.ts";

const MILLISECONDS = 300;

/** How many inputs one seed gives. */
const INPUTS = 500;

const MAX_HEAD = 8192;
const MAX_MESSAGE = 4096 + 512;

/** A char for each byte. */
const chars = (bytes: Uint8Array) => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Fails with both values, but compares them faster than `assertEquals`. */
function same(actual: string, expected: string, input: Uint8Array): void {
  if (actual !== expected) {
    assertEquals(actual, expected, JSON.stringify(chars(input)).slice(0, 500));
  }
}

/** Sizes of pieces: mostly two, now and then many. */
function sizes(random: Random, length: number): () => number {
  const most = random.oneIn(20) ? random.pick([1, 3, 20]) : length;
  return () => 1 + random.below(most);
}

/** Bytes that mean something in requests or in frames. */
const BYTES = [0, 1, 9, 10, 13, 32, 35, 44, 58, 63, 0x7f, 0x80, 0x81, 0x88, 0xc3, 0xfe, 0xff];

/** Makes a few mistakes in a copy: bytes that change, are left out, come twice or come new. */
function mistaken(random: Random, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let copy = bytes.slice();
  do {
    const at = random.below(copy.length + 1);
    const kind = random.below(8);
    if (kind < 4) {
      copy[at] = random.oneIn(2) ? random.pick(BYTES) : random.below(256);
      continue;
    }
    const to = Math.min(copy.length, at + 1 + random.below(8));
    const middle = kind === 7 ? Uint8Array.of(random.pick(BYTES)) : copy.subarray(at, to);
    copy = kind === 4
      ? joined(copy.subarray(0, at), copy.subarray(to))
      : joined(copy.subarray(0, at), middle, copy.subarray(at));
  } while (random.oneIn(3));
  return copy;
}

/** Calls back with inputs: each that `make` makes, and several with mistakes. */
function forInputs(
  random: Random,
  make: (random: Random) => Uint8Array,
  run: (input: Uint8Array) => void,
): void {
  for (let count = 0; count < INPUTS; count += 10) {
    const right = make(random);
    run(right);
    for (let mistakes = 1; mistakes < 10; mistakes++) run(mistaken(random, right));
  }
}

const TARGETS = ["/", "/a", "/a%20b?c=d", "/?", "http://a/b", "http://b", "//", "*", "a:80", "/#"];
const FIELDS = [
  ...["Accept: */*", "Accept:text/html", "X:", "A:\t b c ", "Connection: keep-alive, Upgrade"],
  ...["Connection: close", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Origin: http://a"],
  ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: text.ircv3.net"],
  ...["Content-Length: 0", "Content-Length: 5", "Transfer-Encoding: chunked", "Host: a", "host:b"],
  ...["Cookie: \xe9", " folded", "bad name: a", "bad : a", "A"],
];

/** Requests one after the other; most are valid. */
function requests(random: Random): Uint8Array<ArrayBuffer> {
  const one = () => {
    const good = random.below(8) > 0;
    const method = good ? random.pick(["GET", "HEAD"]) : random.pick(["POST", "get", "G T", ""]);
    const target = good ? random.pick(TARGETS.slice(0, 5)) : random.pick(TARGETS);
    const version = random.pick(["1.1", "1.1", "1.1", "1.0", ...good ? [] : ["1.2", "2.0", "1"]]);
    const likely = good ? FIELDS.slice(0, 12) : FIELDS;
    const fields = random.several(
      random.oneIn(200) ? 70 : random.below(6),
      () => random.pick(likely),
    );
    if (!random.oneIn(20)) fields.splice(random.below(fields.length + 1), 0, "Host: a");
    if (random.oneIn(300)) fields.push(`Long: ${"y".repeat(8000 + random.below(200))}`);
    return `${method} ${target} HTTP/${version}\r\n${
      fields.map((line) => `${line}\r\n`).join("")
    }\r\n`;
  };
  return bytesOf(random.several(random.oneIn(3) ? 2 : 1, one).join(""));
}

/** The requests of a text up to the first that is wrong, by splitting it. */
function judge(text: string): { readonly heads: readonly string[]; readonly isRefused: boolean } {
  const heads: string[] = [];
  for (let rest = text; rest !== "";) {
    // An empty line may be ahead.
    const ahead = rest.startsWith("\r\n") ? 2 : 0;
    rest = rest.slice(ahead);
    const end = rest.indexOf("\r\n\r\n");
    const isWhole = end >= 0;
    const head = isWhole ? rest.slice(0, end) : rest;
    const length = ahead + head.length + (isWhole ? 4 : 0);
    const verdict = length > MAX_HEAD ? undefined : judgeHead(head, isWhole);
    if (verdict === undefined) return { heads, isRefused: true };
    if (!isWhole) break;
    heads.push(verdict);
    rest = rest.slice(end + 4);
  }
  return { heads, isRefused: false };
}

/** Whether there is a control character, but for the tab. */
function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 && code !== 9 || code === 127) return true;
  }
  return false;
}

/** Describes a head; undefined if it is wrong. Of an unfinished one, whole lines are judged. */
function judgeHead(head: string, isWhole: boolean): string | undefined {
  const lines = head.split("\r\n");
  // At the end of what is unfinished, CR may be half of a line end.
  const shown = isWhole ? head : head.replace(/\r$/, "");
  if (hasControl(shown.replaceAll("\r\n", ""))) return undefined;
  if (lines[0]!.length > 2048) return undefined;
  if (!isWhole) lines.pop();
  const [first, ...fields] = lines;
  if (first === undefined) return "";
  const words = first.split(" ");
  const [method = "", target = "", version = ""] = words;
  if (words.length !== 3 || !["GET", "HEAD"].includes(method)) return undefined;
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0") return undefined;
  if (!/^[!-~]*$/.test(target) || target.includes("#")) return undefined;
  const absolute = /^https?:\/\//i.exec(target)?.[0].length;
  const path = absolute === undefined ? target : target.slice(absolute).replace(/^[^/?]*/, "");
  const authority = absolute === undefined ? "" : target.slice(absolute).split(/[/?]/)[0]!;
  if (absolute === undefined ? !target.startsWith("/") : authority === "") return undefined;
  if (fields.length > 64) return undefined;
  const found = new Map<string, string[]>();
  for (const field of fields) {
    const colon = field.indexOf(":");
    const name = field.slice(0, colon).toLowerCase();
    if (colon < 1 || /[^a-z0-9!#$%&'*+.^_`|~-]/.test(name)) {
      return undefined;
    }
    const value = field.slice(colon + 1).replace(/^[ \t]*/, "").replace(/[ \t]*$/, "");
    found.set(name, [...found.get(name) ?? [], value]);
  }
  const single = ["host", "origin", "content-length", "sec-websocket-key", "sec-websocket-version"];
  if (single.some((name) => (found.get(name) ?? []).length > 1)) return undefined;
  if (found.has("transfer-encoding")) return undefined;
  if (!/^0+$/.test(found.get("content-length")?.[0] ?? "0")) return undefined;
  const host = found.get("host")?.[0];
  if (host !== undefined && !/^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$/i.test(host)) {
    return undefined;
  }
  if (!isWhole) return "";
  if (host === undefined) return undefined;
  if (absolute !== undefined && authority.toLowerCase() !== host.toLowerCase()) return undefined;
  const mark = path.indexOf("?");
  return JSON.stringify([
    method,
    (mark < 0 ? path : path.slice(0, mark)) || "/",
    mark < 0 ? "" : path.slice(mark + 1),
    [...found].map(([name, values]) => [name, values.join(", ")]),
  ]);
}

Deno.test("RequestReader: whatever comes, a second reader says the same, however it is cut", async () => {
  await forManySeeds(MILLISECONDS, (seed) => {
    const random = new Random(seed);
    forInputs(random, requests, (input) => {
      const { requests, fault } = readRequests(input, () => input.length);
      const heads = requests.map(shown).join("\n");
      const judged = judge(chars(input));
      same(heads, judged.heads.join("\n"), input);
      same(`${fault !== undefined}`, `${judged.isRefused}`, input);
      const cut = readRequests(input, sizes(random, input.length));
      same(cut.requests.map(shown).join("\n"), heads, input);
      same(`${cut.fault?.why}`, `${fault?.why}`, input);
      // It takes whatever a request may hold.
      for (const request of requests) readHandshake(request);
    });
  }, INPUTS);
});

function shown({ method, path, query, headers }: WebRequest): string {
  return JSON.stringify([method, path, query, [...headers]]);
}

const PIECES = ["a", "PRIVMSG #lobby :", "é", "€", "👩‍👩‍👧", "\r\n", "\n", "\0", " ", "x".repeat(120)];

/** What a client says. */
interface Said {
  readonly frames: ClientFrame[];
  /** What becomes of it. */
  readonly lines: string;
}

/** A message in random fragments, with control frames between them. */
function say(random: Random): Said {
  const isText = random.oneIn(2);
  const count = random.oneIn(50) ? random.below(60) : random.below(4);
  const whole = isText || random.oneIn(2)
    ? new TextEncoder().encode(random.several(count, () => random.pick(PIECES)).join(""))
    : Uint8Array.from(random.several(count, () => random.below(256)));
  const payload = whole.subarray(0, MAX_MESSAGE);
  // No text ends within a character.
  if (payload.length < whole.length) payload.fill(0x61);
  const frames: ClientFrame[] = [];
  const mask = () => random.several(4, () => random.below(256));
  let at = 0;
  let isLast = false;
  while (!isLast) {
    const length = random.oneIn(2) ? payload.length - at : random.below(payload.length - at + 1);
    isLast = at + length === payload.length && !random.oneIn(9);
    const opcode = frames.length > 0 ? 0 : isText ? 1 : 2;
    frames.push({ opcode, isLast, mask: mask(), payload: payload.slice(at, at + length) });
    at += length;
    if (random.oneIn(8)) {
      const control = Uint8Array.from(random.several(random.below(126), () => random.below(256)));
      frames.push({ opcode: random.pick([9, 10]), mask: mask(), payload: control });
    }
  }
  return { frames, lines: `${chars(payload)}\n` };
}

Deno.test("FrameReader: what clients say arrives, however it is fragmented, masked and cut", async () => {
  await forManySeeds(MILLISECONDS, (seed) => {
    const random = new Random(seed);
    const said = random.several(100, () => say(random));
    const frames = said.flatMap(({ frames }) => frames);
    const input = joined(...frames.map(clientFrame));
    const { bytes, fault, closed, ping } = readFrames(input, sizes(random, input.length));
    same(chars(bytes), said.map(({ lines }) => lines).join(""), input);
    const last = frames.findLast(({ opcode }) => opcode === 9)?.payload;
    same(`${fault?.why} ${closed} ${ping}`, `undefined undefined ${last}`, input);
  });
});

/** Frames of which some are wrong, and bytes that are none. */
function frames(random: Random): Uint8Array<ArrayBuffer> {
  const any = (): ClientFrame => ({
    opcode: random.pick([0, 1, 2, 8, 9, 10, 3, 15]),
    isLast: !random.oneIn(3),
    payload: Uint8Array.from(random.several(random.below(9), () => random.below(256))),
    ...(random.oneIn(20) ? { reserved: random.pick([0x10, 0x20, 0x40]) } : {}),
    ...(random.oneIn(20) ? { mask: undefined } : {}),
    ...(random.oneIn(20) ? { wide: random.pick([2, 8]) } : {}),
    ...(random.oneIn(20)
      ? { length: random.pick([126, 4608, 4609, 0xffff, 0x10000, 2 ** 52]) }
      : {}),
  });
  const close = (): ClientFrame => ({
    opcode: 8,
    payload: Uint8Array.of(
      random.pick([3, 4, 11, 15, 19, 20]),
      random.below(256),
      ...random.oneIn(2) ? [0xc3, 0xa9] : [],
    ),
  });
  return joined(
    ...random.several(1 + random.below(2), () => {
      const kind = random.below(6);
      return kind < 3 ? say(random).frames : kind < 5 ? [any()] : [close()];
    }).flat().map(clientFrame),
  );
}

/** What a whole stream of frames means: its messages, and how it ends. */
function meaning(input: Uint8Array): { readonly messages: string; readonly end: string } {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  const open: Uint8Array[] = [];
  let kind = 0;
  let messages = "";
  const text = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const isUtf8 = (bytes: Uint8Array) =>
    joined(new TextEncoder().encode(text(bytes))).length === bytes.length &&
    chars(new TextEncoder().encode(text(bytes))) === chars(bytes);
  /** Whether bytes can become UTF-8 if more follow. */
  const mayBe = (bytes: Uint8Array) =>
    [[], [0x80], [0x90], [0xa0], [0x80, 0x80], [0x90, 0x80], [0xa0, 0x80], [0x80, 0x80, 0x80], [
      0x90,
      0x80,
      0x80,
    ]]
      .some((more) => isUtf8(joined(bytes, Uint8Array.from(more))));
  const size = () => open.reduce((sum, { length }) => sum + length, 0);
  for (let at = 0;;) {
    if (at >= input.length) break;
    const first = view.getUint8(at);
    const opcode = first & 15;
    if (first & 0x70 || ![0, 1, 2, 8, 9, 10].includes(opcode)) return { messages, end: "1002" };
    if (opcode > 2 && first < 0x80) return { messages, end: "1002" };
    if (opcode <= 2 && (opcode === 0) !== (kind !== 0)) return { messages, end: "1002" };
    if (at + 1 >= input.length) break;
    const second = view.getUint8(at + 1);
    const short = second & 127;
    if (second < 128 || opcode > 2 && short > 125) return { messages, end: "1002" };
    const wide = short < 126 ? 0 : short === 126 ? 2 : 8;
    if (wide === 8 && at + 2 < input.length && view.getUint8(at + 2) > 127) {
      return { messages, end: "1002" };
    }
    if (at + 2 + wide > input.length) break;
    const length = wide === 0
      ? short
      : wide === 2
      ? view.getUint16(at + 2)
      : Number(view.getBigUint64(at + 2));
    if (wide === 2 && length < 126 || wide === 8 && length < 65536) {
      return { messages, end: "1002" };
    }
    if (opcode <= 2 && size() + length > MAX_MESSAGE) return { messages, end: "1009" };
    const start = at + 2 + wide + 4;
    const mask = input.subarray(start - 4, start);
    const payload = input.slice(start, start + length).map((byte, index) =>
      byte ^ mask[index % 4]!
    );
    const isWhole = start + length <= input.length;
    at = start + length;
    if (opcode === 8 && isWhole) {
      if (length === 0) return { messages, end: "closed 1005" };
      const code = length === 1 ? 0 : payload[0]! * 256 + payload[1]!;
      const ours = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
      if (!ours.includes(code) && !(code >= 3000 && code < 5000)) return { messages, end: "1002" };
      return { messages, end: isUtf8(payload.subarray(2)) ? `closed ${code}` : "1007" };
    }
    if (opcode <= 2) {
      kind ||= opcode;
      open.push(payload);
      const isLast = first >= 128 && isWhole;
      const message = joined(...open);
      if (kind === 1 && !(isLast ? isUtf8(message) : mayBe(message))) {
        return { messages, end: "1007" };
      }
      if (isLast) {
        messages += `${chars(message)}\n`;
        open.length = 0;
        kind = 0;
      }
    }
    if (!isWhole) break;
  }
  return { messages, end: "open" };
}

Deno.test("FrameReader: whatever comes, a second reader says the same, however it is cut", async () => {
  await forManySeeds(MILLISECONDS, (seed) => {
    const random = new Random(seed);
    forInputs(random, frames, (input) => {
      const whole = readFrames(input, () => input.length);
      const { fault, closed } = whole;
      const cut = readFrames(input, sizes(random, input.length));
      const bytes = chars(whole.bytes);
      same(chars(cut.bytes), bytes, input);
      same(
        `${cut.fault?.why} ${cut.closed} ${cut.ping}`,
        `${fault?.why} ${closed} ${whole.ping}`,
        input,
      );
      const { messages, end } = meaning(input);
      // The start of an unfinished message is handed out too, without LF.
      same(bytes.slice(0, messages.length), messages, input);
      same(
        fault !== undefined ? `${fault.code}` : closed !== undefined ? `closed ${closed}` : "open",
        end,
        input,
      );
    });
  }, INPUTS);
});
