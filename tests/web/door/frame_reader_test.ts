import { assertEquals } from "@std/assert";
import { CLIENT_LINES } from "../../../lib/irc/lines.ts";
import { FrameReader } from "../../../lib/web/door/frame_reader.ts";
import { clientClose, type ClientFrame, clientFrame, joined } from "./client_frames.ts";
import { readFrames } from "./reading.ts";

const LIMIT = CLIENT_LINES.tags + CLIENT_LINES.line;

/** Bytes in hexadecimal. */
const hex = (text: string) =>
  Uint8Array.from(text.split(" ").filter(Boolean), (byte) => parseInt(byte, 16));

const text = (payload: string | Uint8Array, more: Partial<ClientFrame> = {}) =>
  clientFrame({ opcode: 1, payload, ...more });
const binary = (payload: string | Uint8Array, more: Partial<ClientFrame> = {}) =>
  clientFrame({ opcode: 2, payload, ...more });
const start = (payload: string | Uint8Array) => text(payload, { isLast: false });
const more = (payload: string | Uint8Array) => clientFrame({ opcode: 0, payload, isLast: false });
const end = (payload: string | Uint8Array) => clientFrame({ opcode: 0, payload });
const ping = (payload: string | Uint8Array) => clientFrame({ opcode: 9, payload });

/** What should come of some bytes: lines, then perhaps a fault, a close code or a ping. */
interface Expected {
  readonly bytes?: string;
  readonly fault?: number;
  readonly closed?: number;
  readonly ping?: string;
}

/** Checks what is read, and that it makes no difference where the bytes are cut. */
function check(name: string, input: Uint8Array, expected: Expected): void {
  const read = (size: () => number) => {
    const { bytes, fault, closed, ping } = readFrames(input, size);
    // A char for each byte.
    const chars = (array: Uint8Array) => Array.from(array, (b) => String.fromCharCode(b)).join("");
    return {
      bytes: chars(bytes),
      ...(fault === undefined ? {} : { fault: fault.code }),
      ...(closed === undefined ? {} : { closed }),
      ...(ping === undefined ? {} : { ping: chars(ping) }),
    };
  };
  const all = { bytes: "", ...expected };
  assertEquals(read(() => input.length), all, `${name}, whole`);
  for (const size of [1, 2, 3, 5, 7, 1023]) assertEquals(read(() => size), all, `${name}, ${size}`);
  const step = Math.ceil(input.length / 100);
  for (let first = 1; first < input.length; first += step) {
    let size = first;
    const cut = () => {
      const now = size;
      size = input.length;
      return now;
    };
    assertEquals(read(cut), all, `${name}, cut after ${first}`);
  }
}

Deno.test("FrameReader: the examples of RFC 6455 section 5.7 are read", () => {
  const hello = "7f 9f 4d 51 58";
  const cases: [name: string, input: Uint8Array, expected: Expected][] = [
    ["a masked text", hex(`81 85 37 fa 21 3d ${hello}`), { bytes: "Hello\n" }],
    ["an unmasked text", hex("81 05 48 65 6c 6c 6f"), { fault: 1002 }],
    ["unmasked fragments", hex("01 03 48 65 6c 80 02 6c 6f"), { fault: 1002 }],
    ["fragments", hex("01 83 37 fa 21 3d 7f 9f 4d 80 82 3d 37 fa 21 51 58"), { bytes: "Hello\n" }],
    ["an unmasked ping", hex("89 05 48 65 6c 6c 6f"), { fault: 1002 }],
    ["a masked ping", hex(`89 85 37 fa 21 3d ${hello}`), { ping: "Hello" }],
    ["a masked pong", hex(`8a 85 37 fa 21 3d ${hello}`), {}],
    ["256 bytes", binary("x".repeat(256)), { bytes: `${"x".repeat(256)}\n` }],
    ["64 kB", binary("x".repeat(0x10000)), { fault: 1009 }],
  ];
  for (const [name, input, expected] of cases) check(name, input, expected);
  assertEquals(text("Hello"), hex(`81 85 37 fa 21 3d ${hello}`));
});

Deno.test("FrameReader: messages become lines", () => {
  const cases: [name: string, input: Uint8Array, expected: Expected][] = [
    ["messages one after the other", joined(text("a"), binary("b")), { bytes: "a\nb\n" }],
    ["an empty message is an empty line", joined(text(""), text("a")), { bytes: "\na\n" }],
    ["an empty message of fragments", joined(start(""), more(""), end("")), { bytes: "\n" }],
    ["a line end is taken as it is", text("a\r\n"), { bytes: "a\r\n\n" }],
    ["lines within a message are lines", text("a\nb\rc"), { bytes: "a\nb\rc\n" }],
    ["NUL is left to the lines", text("a\0b"), { bytes: "a\0b\n" }],
    ["fragments", joined(start("a"), more(""), more("b"), end("c")), { bytes: "abc\n" }],
    ["an unfinished message is no line", joined(start("a"), more("b")), { bytes: "ab" }],
    ["125 bytes", text("x".repeat(125)), { bytes: `${"x".repeat(125)}\n` }],
    ["126 bytes", text("x".repeat(126)), { bytes: `${"x".repeat(126)}\n` }],
    ["no mask to speak of", text("a", { mask: [0, 0, 0, 0] }), { bytes: "a\n" }],
    ["bytes of any kind", binary(hex("ff fe 80 00")), { bytes: "\xff\xfe\x80\0\n" }],
    ["the longest message", text("x".repeat(LIMIT)), { bytes: `${"x".repeat(LIMIT)}\n` }],
    [
      "the longest message of fragments",
      joined(start("x".repeat(LIMIT - 1)), end("y"), text("z")),
      { bytes: `${"x".repeat(LIMIT - 1)}y\nz\n` },
    ],
    [
      "control frames between fragments",
      joined(start("a"), ping("1"), clientFrame({ opcode: 10, payload: "p" }), end("b")),
      { bytes: "ab\n", ping: "1" },
    ],
    ["the last ping counts", joined(ping("1"), ping(""), ping("22")), { ping: "22" }],
    ["a ping of 125 bytes", ping("x".repeat(125)), { ping: "x".repeat(125) }],
    ["a ping without payload", ping(""), { ping: "" }],
  ];
  for (const [name, input, expected] of cases) check(name, input, expected);
});

Deno.test("FrameReader: what breaks a rule ends it, and what came before counts", () => {
  const cases: [name: string, input: Uint8Array, expected: Expected][] = [
    ...[0x40, 0x20, 0x10].map((reserved): [string, Uint8Array, Expected] => [
      `reserved bit ${reserved}`,
      text("a", { reserved }),
      { fault: 1002 },
    ]),
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Uint8Array, Expected] => [
      `opcode ${opcode}`,
      clientFrame({ opcode, payload: "a" }),
      { fault: 1002 },
    ]),
    ...[8, 9, 10].flatMap((opcode): [string, Uint8Array, Expected][] => [
      [`fragment of ${opcode}`, clientFrame({ opcode, isLast: false }), { fault: 1002 }],
      [`long ${opcode}`, clientFrame({ opcode, payload: "a".repeat(126) }), { fault: 1002 }],
      [`wide ${opcode}`, clientFrame({ opcode, payload: "a", wide: 2 }), { fault: 1002 }],
      [`unmasked ${opcode}`, clientFrame({ opcode, mask: undefined }), { fault: 1002 }],
    ]),
    ["no mask", text("a", { mask: undefined }), { fault: 1002 }],
    ["a fragment that continues nothing", end("a"), { fault: 1002 }],
    ["a fragment after the end", joined(text("a"), end("b")), { bytes: "a\n", fault: 1002 }],
    ["a text within a message", joined(start("a"), text("b")), { bytes: "a", fault: 1002 }],
    ["binary within a message", joined(start("a"), binary("b")), { bytes: "a", fault: 1002 }],
    ["125 in 2 bytes", text("x".repeat(125), { wide: 2 }), { fault: 1002 }],
    ["0 in 8 bytes", text("", { wide: 8 }), { fault: 1002 }],
    ["65535 in 8 bytes", text("", { wide: 8, length: 0xffff }), { fault: 1002 }],
    ["the highest bit of a length", hex("81 ff 80 00 00 00 00 00 00 00"), { fault: 1002 }],
    ["the greatest length of all", hex("81 ff ff ff ff ff ff ff ff ff"), { fault: 1002 }],
    ["an enormous length", hex("81 ff 7f ff ff ff ff ff ff ff"), { fault: 1009 }],
    ["64 kB by the header alone", hex("82 ff 00 00 00 00 00 01 00 00"), { fault: 1009 }],
    ["a byte too many by the header alone", hex("81 fe 12 01"), { fault: 1009 }],
    [
      "a byte too many in fragments",
      joined(start("x".repeat(LIMIT)), clientFrame({ opcode: 0, length: 1 })),
      { bytes: "x".repeat(LIMIT), fault: 1009 },
    ],
    ["nothing after a fault", joined(text("a", { reserved: 0x40 }), text("b")), { fault: 1002 }],
  ];
  for (const [name, input, expected] of cases) check(name, input, expected);
});

Deno.test("FrameReader: texts must be UTF-8 over all their fragments", () => {
  const whole = "é€👩\u{10ffff}";
  const bytes = new TextEncoder().encode(whole);
  const chars = (array: Uint8Array) => String.fromCharCode(...array);
  for (let at = 0; at <= bytes.length; at++) {
    const fragments = joined(start(bytes.subarray(0, at)), ping("p"), end(bytes.subarray(at)));
    check(`cut after ${at}`, fragments, { bytes: `${chars(bytes)}\n`, ping: "p" });
  }
  const bad = [
    ...["80", "c0 80", "c1 bf", "e0 80 80", "e0 9f bf", "ed a0 80", "f0 8f bf bf", "f4 90 80 80"],
    ...["f5 80 80 80", "ff", "fe", "e2 82 61", "c3 28", "f0 9f 91 0a", "e2 28 a1"],
  ];
  for (const sequence of bad) {
    const { bytes, fault } = readFrames(joined(text("a"), text(hex(sequence))), () => 1000);
    assertEquals(fault?.code, 1007, sequence);
    assertEquals(chars(bytes.subarray(0, 2)), "a\n");
    check(sequence, text(hex(sequence)), { bytes: chars(bytes.subarray(2)), fault: 1007 });
  }
  for (const unfinished of ["c3", "e2 82", "f0 9f 91"]) {
    const expected = { bytes: chars(hex(unfinished)), fault: 1007 };
    check(unfinished, text(hex(unfinished)), expected);
    check(`${unfinished} in fragments`, joined(start(hex(unfinished)), end("")), expected);
    // A binary message does not begin within a character of the text before.
    check(`${unfinished} twice`, joined(binary(hex(unfinished)), text("a")), {
      bytes: `${expected.bytes}\na\n`,
    });
  }
});

Deno.test("FrameReader: a close frame has no code, or one that may be sent, and UTF-8", () => {
  const valid = [
    ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014],
    ...[3000, 3999, 4000, 4999],
  ];
  const invalid = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535];
  for (const code of valid) check(`${code}`, clientClose(code), { closed: code });
  for (const code of invalid) check(`${code}`, clientClose(code, "why"), { fault: 1002 });
  check("no code", clientClose(), { closed: 1005 });
  check("half a code", clientFrame({ opcode: 8, payload: hex("03") }), { fault: 1002 });
  check("a reason", clientClose(1001, "é".repeat(61)), { closed: 1001 });
  check("no UTF-8", clientFrame({ opcode: 8, payload: hex("03 e8 c3") }), { fault: 1007 });
  check("nothing after it", joined(clientClose(1000), text("a"), ping("")), { closed: 1000 });
  check("within a message", joined(start("a"), clientClose(1001)), { bytes: "a", closed: 1001 });
});

Deno.test("FrameReader: a ping is taken once", () => {
  const reader = new FrameReader();
  const frame = ping("a");
  reader.push(joined(new Uint8Array(1), frame), 1, frame.length + 1);
  assertEquals([reader.takePing(), reader.takePing()], [hex("61"), undefined]);
});
