/** What a NATS server sends, in any pieces, sound and damaged, against a simple reader. */
import { assert, assertEquals } from "@std/assert";
import { headerOf, type NatsHeard, NatsParser } from "../../lib/cluster/nats/nats_parser.ts";
import { forManySeeds, Random } from "./random.ts";

/** What was understood, one text each, and whether the rest was refused. */
interface Reading {
  readonly heard: readonly string[];
  readonly isRefused: boolean;
}

const MAX_PAYLOAD = 3_000;

const latin1 = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf8 = (text: string) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(text));

/** Reads everything at once, by regular expressions. */
function readSimply(bytes: Uint8Array): Reading {
  const heard: string[] = [];
  let rest = latin1(bytes);
  let most = 1024 * 1024;
  const refused = () => ({ heard, isRefused: true });
  while (rest !== "") {
    const end = rest.indexOf("\n");
    if ((end < 0 ? rest.length : end) > 65536) return refused();
    if (end < 0) break;
    if (end === 0 || rest[end - 1] !== "\r") return refused();
    const line = utf8(rest.slice(0, end - 1));
    rest = rest.slice(end + 1);
    const message =
      /^(?:MSG ([^ ]*) (\d{1,9}) (?:([^ ]*) )?()|HMSG ([^ ]*) (\d{1,9}) (?:([^ ]*) )?(\d{1,9}) )(\d{1,9})$/s
        .exec(line);
    if (message !== null) {
      const [, subject = message[5], sid = message[6], reply, headBytes = message[8]] = message;
      const size = Number(message[9]);
      const head = Number(headBytes || message[8] || 0);
      const added = line.startsWith("H") ? 1024 : 0;
      if (size < head || size > most + added) return refused();
      if (rest.length < size + 2) break;
      if (rest.slice(size, size + 2) !== "\r\n") return refused();
      const answer = reply ?? message[7] ?? "";
      const headers = rest.slice(0, head);
      const status = Number(/^.{8} (\d{3})/s.exec(headers)?.[1] ?? 0);
      heard.push(
        ["message", Number(sid), subject, answer, status, headers, rest.slice(head, size)].join(
          "|",
        ),
      );
      rest = rest.slice(size + 2);
    } else if (/^(PING|PONG|\+OK)$/.test(line)) {
      heard.push({ PING: "ping", PONG: "pong", "+OK": "ok" }[line]!);
    } else if (line.startsWith("-ERR")) {
      heard.push(`error|${line.slice(4).trim().replace(/^'(.*)'$/, "$1")}`);
    } else if (line.startsWith("INFO ")) {
      try {
        const info = JSON.parse(line.slice(5));
        const { max_payload: max } = info;
        if (typeof max !== "number" || !(max > 0)) return refused();
        most = Math.min(Math.floor(max), 64 * 1024 * 1024);
        heard.push(`info|${most}`);
      } catch {
        return refused();
      }
    } else return refused();
  }
  return { heard, isRefused: false };
}

function textOf(heard: NatsHeard): string {
  switch (heard.kind) {
    case "message": {
      const { sid, subject, reply, status, headers, payload } = heard;
      return ["message", sid, subject, reply, status, latin1(headers), latin1(payload)].join("|");
    }
    case "error":
      return `error|${heard.words}`;
    case "info":
      return `info|${heard.info.maxPayload}`;
    default:
      return heard.kind;
  }
}

/** Parses in pieces. What was heard is looked at in the end only, so that it must not change. */
function parse(bytes: Uint8Array, pieces: (left: number) => number): Reading {
  const heard: NatsHeard[] = [];
  const parser = new NatsParser((one) => heard.push(one));
  for (let at = 0; at < bytes.length;) {
    const room = parser.room();
    assert(room.length > 0 && room.buffer.byteLength <= MAX_PAYLOAD + 2 ** 20 + 3 * 2 ** 16);
    const count = Math.min(room.length, bytes.length - at, pieces(bytes.length - at));
    room.set(bytes.subarray(at, at + count));
    at += count;
    if (parser.took(count) !== undefined) return { heard: heard.map(textOf), isRefused: true };
  }
  return { heard: heard.map(textOf), isRefused: false };
}

function payload(random: Random): string {
  const length = random.oneIn(8) ? random.below(MAX_PAYLOAD - 100) : random.below(40);
  const sound = ["\r\n", "PING\r\n", "MSG a 1 2\r\n", "\0", "\xff"];
  return random.several(length, () => random.pick([..."abc ", ...sound])).join("").slice(0, length);
}

function one(random: Random): string {
  const subject = random.pick(["a", "chat.in.a", "_INBOX.x.y", "\xc3\xb6.b"]);
  const reply = random.pick(["", "", "r.s ", "$JS.ACK.CHAT.c.1.5.5.1690000000123456789.0 "]);
  const sid = random.below(1000);
  switch (random.below(9)) {
    case 0:
      return random.pick(["PING\r\n", "PONG\r\n", "+OK\r\n"]);
    case 1:
      return `-ERR '${random.pick(["Authorization Violation", "it's so", ""])}'\r\n`;
    case 2:
      return `INFO {"max_payload":${MAX_PAYLOAD},"connect_urls":["a:1"],"headers":true}\r\n`;
    case 3:
    case 4: {
      const head = random.pick([
        "NATS/1.0\r\nA: b\r\n\r\n",
        "NATS/1.0 503\r\n\r\n",
        "NATS/1.0 100 Idle\r\n\r\n",
        "",
      ]);
      const body = payload(random);
      return `HMSG ${subject} ${sid} ${reply}${head.length} ${
        head.length + body.length
      }\r\n${head}${body}\r\n`;
    }
    default: {
      const body = payload(random);
      return `MSG ${subject} ${sid} ${reply}${body.length}\r\n${body}\r\n`;
    }
  }
}

function session(random: Random): Uint8Array {
  const messages = random.several(1 + random.below(60), () => one(random)).join("");
  return bytesOf(`INFO {"max_payload":${MAX_PAYLOAD}}\r\n${messages}`);
}

Deno.test("NatsParser: sound input is understood, in whatever pieces it comes", async () => {
  await forManySeeds(600, (seed) => {
    const random = new Random(seed);
    const bytes = session(random);
    const expected = readSimply(bytes);
    assertEquals(expected.isRefused, false);
    assertEquals(parse(bytes, (left) => left), expected);
    assertEquals(parse(bytes, () => 1), expected);
    assertEquals(parse(bytes, () => 1 + random.below(100)), expected);
  });
});

Deno.test("NatsParser: every way to cut a session in two is understood", () => {
  const parts = [5, 6, 7].map((seed) => session(new Random(seed)).subarray(0, 2_000));
  for (const bytes of parts) everyCut(bytes);
});

function everyCut(bytes: Uint8Array): void {
  const expected = readSimply(bytes);
  for (let cut = 1; cut < bytes.length; cut++) {
    let first = cut;
    const piece = (left: number) => first > 0 ? (([left, first] = [first, 0]), left) : left;
    assertEquals(parse(bytes, piece), expected);
  }
}

Deno.test("NatsParser: damaged input is refused at the same place, or understood alike", async () => {
  await forManySeeds(900, (seed) => {
    const random = new Random(seed);
    const bytes = session(random);
    for (let count = 1 + random.below(5); count > 0; count--) {
      const at = random.below(bytes.length);
      bytes[at] = random.oneIn(2)
        ? bytesOf(random.pick([..." \r\n09-{}'"]))[0]!
        : random.below(256);
    }
    assertEquals(parse(bytes, () => 1 + random.below(200)), readSimply(bytes));
  });
});

Deno.test("NatsParser: what would take memory without end is refused", () => {
  const info = `INFO {"max_payload":${MAX_PAYLOAD}}\r\n`;
  const cases = [
    "x".repeat(70_000),
    `INFO {"max_payload":1e300}\r\nMSG a 1 99999999999\r\n`,
    `INFO {"max_payload":1e300}\r\nMSG a 1 999999999\r\n`,
    `${info}MSG a 1 ${MAX_PAYLOAD + 1}\r\n`,
    `${info}HMSG a 1 12 ${MAX_PAYLOAD + 1025}\r\n`,
    `${info}MSG a 1 -1\r\n`,
    `${info}HMSG a 1 9 8\r\n`,
    `${info}MSG a 1\r\n`,
    `${info}MSG a b c d 1\r\n`,
    `${info}MSG a 1 2\r\nabcd`,
    `INFO {"max_payload":"1"}\r\n`,
    "INFO null\r\n",
    "INFO 1\r\n",
    "NOTICE\r\n",
    "PING\n",
    "\r\n",
  ];
  for (const text of cases) {
    const reading = parse(bytesOf(text), () => 1_000);
    assertEquals([reading.isRefused, text], [true, text]);
    assertEquals(readSimply(bytesOf(text)), reading);
  }
});

Deno.test("NatsParser: headers are found by name, in any case of letters", () => {
  const headers = bytesOf(
    "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 7\r\nx:y: z\r\nbroken\r\n\r\n",
  );
  assertEquals(headerOf({ headers }, "nats-last-consumer"), "7");
  assertEquals(headerOf({ headers }, "x"), "y: z");
  assertEquals(headerOf({ headers }, "broken"), undefined);
  assertEquals(headerOf({ headers: new Uint8Array() }, "x"), undefined);
});
