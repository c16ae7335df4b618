import { assertEquals } from "@std/assert";
import {
  compareBytes,
  decodeMessage,
  encodeMessage,
  RECORD_TYPE,
} from "../../lib/lan/dns_message.ts";
import { encodeName, nameKey } from "../../lib/lan/dns_name.ts";
import { addressText, decodeTexts, recordsOf } from "../../lib/lan/room_records.ts";
import { NOTICE } from "./quiet_lan.ts";

/** A header with so many questions and answers, and what follows. */
function packet(questions: number, answers: number, ...rest: number[]): Uint8Array {
  return Uint8Array.from([0, 0, 0x84, 0, 0, questions, 0, answers, 0, 0, 0, 0, ...rest]);
}

Deno.test("DNS: a message is decoded to what was encoded", () => {
  const { shared, own } = recordsOf(NOTICE, "buro-chat", ["192.168.1.20", "fe80::1", "2001:db8::"]);
  const message = {
    ...{ id: 7, response: true, more: false },
    questions: [{ name: ["a", "local"], type: RECORD_TYPE.ANY, direct: true }],
    ...{ answers: shared, authorities: own.slice(0, 2), additionals: own },
  };
  assertEquals(decodeMessage(encodeMessage(message)), message);
});

Deno.test("DNS: names in records are compressed, and read wherever they point", () => {
  const { shared, own } = recordsOf(NOTICE, "h", []);
  const once = encodeMessage({ answers: [shared[0]!] }).length;
  const twice = encodeMessage({ answers: [shared[0]!, shared[0]!] }).length;
  assertEquals(twice - once, 2 + 10 + shared[0]!.data.length);
  // SRV whose target is a pointer: others compress it.
  const bytes = packet(
    0,
    1,
    1,
    97,
    0,
    0,
    33,
    0,
    1,
    0,
    0,
    0,
    9,
    0,
    8,
    0,
    0,
    0,
    0,
    0x1a,
    0x29,
    0xc0,
    12,
  );
  const [record] = decodeMessage(bytes)!.answers;
  assertEquals(record!.data, Uint8Array.from([0, 0, 0, 0, 0x1a, 0x29, 1, 97, 0]));
  assertEquals(own.length, 2);
});

Deno.test("DNS: broken packets are refused as a whole", () => {
  const question = [0, 12, 0, 1];
  const cases: Record<string, Uint8Array> = {
    "nothing": new Uint8Array(),
    "half a header": new Uint8Array(11),
    "a question that is missing": packet(1, 0),
    "a pointer to itself": packet(1, 0, 0xc0, 12, ...question),
    "pointers in a circle": packet(2, 0, 0xc0, 14, 0xc0, 12, ...question),
    "a pointer forwards": packet(1, 0, 0xc0, 18, ...question, 0, ...question),
    "a label that is too long": packet(1, 0, 64, ...Array(64).fill(97), 0, ...question),
    "a label beyond the end": packet(1, 0, 9, 97),
    "a name that is too long": packet(
      1,
      0,
      ...Array.from({ length: 5 }, () => [63, ...Array(63).fill(97)]).flat(),
      0,
      ...question,
    ),
    "data beyond the end": packet(0, 1, 0, 0, 16, 0, 1, 0, 0, 0, 9, 0, 5, 1),
    "an address of five bytes": packet(0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 5, 1, 2, 3, 4, 5),
    "a short SRV": packet(0, 1, 0, 0, 33, 0, 1, 0, 0, 0, 9, 0, 6, 0, 0, 0, 0, 0, 0),
    "more than a packet holds": new Uint8Array(9001),
    "another operation": Uint8Array.from([0, 0, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    assertEquals(decodeMessage(bytes), undefined, what);
  }
});

Deno.test("DNS: records of other classes are left out", () => {
  const other = packet(0, 1, 0, 0, 16, 0, 3, 0, 0, 0, 9, 0, 1, 0);
  assertEquals(decodeMessage(other)?.answers, []);
});

Deno.test("DNS: names are compared by ASCII letters without case, and labels may have dots", () => {
  assertEquals(nameKey(["A.b", "LOCAL"]), "a\\.b.local");
  assertEquals(nameKey(["Ü"]) === nameKey(["ü"]), false);
  assertEquals([...encodeName(["ü"])], [2, 0xc3, 0xbc, 0]);
  assertEquals(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)) < 0, true);
});

Deno.test("DNS: what a room says is understood, and nonsense in it is left out", () => {
  const texts = (...all: string[]) =>
    Uint8Array.from(all.flatMap((text) => [text.length, ...new TextEncoder().encode(text)]));
  const { title: _title, port: _port, secure: _secure, ...told } = {
    ...NOTICE,
    ...{ web: 8097, needs: "invite" as const },
  };
  const { own } = recordsOf({ ...NOTICE, ...told }, "h", []);
  assertEquals(decodeTexts(own[1]!.data), told);
  const nothing = { channel: undefined, fingerprint: undefined, web: undefined, needs: undefined };
  assertEquals(decodeTexts(texts("room=a b", "fp=x", "web=99999", "open=yes", "=", "x")), nothing);
  assertEquals(decodeTexts(Uint8Array.of(200, 1)), nothing);
  assertEquals(
    decodeTexts(texts("FP=" + NOTICE.fingerprint, "fp=x")).fingerprint,
    NOTICE.fingerprint,
  );
});

Deno.test("DNS: addresses are written as people know them", () => {
  for (const address of ["192.168.1.20", "fe80::1", "2001:db8::", "::1", "2001:db8:1:2:3:4:5:6"]) {
    const { own } = recordsOf(NOTICE, "h", [address]);
    assertEquals(addressText(own[2]!.data), address);
  }
  assertEquals(recordsOf(NOTICE, "h", ["nonsense"]).own.length, 2);
});
