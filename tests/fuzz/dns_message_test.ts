/** Packets from anybody against the parser, the responder and the browser of multicast DNS. */
import { assert, assertEquals } from "@std/assert";
import { decodeMessage, encodeMessage } from "../../lib/lan/dns_message.ts";
import { Responder } from "../../lib/lan/responder.ts";
import { RoomBrowser } from "../../lib/lan/room_browser.ts";
import { recordsOf } from "../../lib/lan/room_records.ts";
import { NOTICE } from "../lan/quiet_lan.ts";
import { forManySeeds, Random } from "./random.ts";

const { shared, own } = recordsOf(NOTICE, "buro-chat", ["10.0.0.1", "fe80::1"]);
const QUESTIONS = shared.map(({ name, type }) => ({ name, type, direct: true }));

/** Sound packets, which are damaged. */
const SOUND = [
  encodeMessage({ response: true, answers: [...shared, ...own] }),
  encodeMessage({ questions: QUESTIONS, answers: shared }),
  encodeMessage({ questions: QUESTIONS, authorities: own }),
  encodeMessage({ response: true, answers: own.map((record) => ({ ...record, ttl: 0 })) }),
];

/** How many packets each seed makes. */
const PACKETS = 400;

function packet(random: Random): Uint8Array {
  if (random.oneIn(10)) {
    return Uint8Array.from(random.several(random.below(60), () => random.below(256)));
  }
  const bytes = Uint8Array.from(random.pick(SOUND));
  for (let count = random.below(6); count > 0; count--) {
    const at = random.below(bytes.length);
    // The bytes that have a meaning of their own, more often than others.
    bytes[at] = random.oneIn(3) ? random.pick([0, 0xc0, 0xff, 12, 63, 64]) : random.below(256);
  }
  return random.oneIn(4) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

Deno.test("DNS: whatever comes in is refused or understood, and what is understood is stable", async () => {
  await forManySeeds(900, (seed) => {
    const random = new Random(seed);
    for (let count = 0; count < PACKETS; count++) {
      const message = decodeMessage(packet(random));
      if (message === undefined) continue;
      let again: Uint8Array;
      try {
        again = encodeMessage(message);
      } catch {
        // A label that was not UTF-8 may be too long for a label now.
        continue;
      }
      assertEquals(decodeMessage(again), message);
    }
  });
});

Deno.test("Responder and browser: whatever comes in, they hold no more, and go on", async () => {
  await forManySeeds(700, (seed) => {
    const random = new Random(seed);
    const responder = new Responder(NOTICE, "machine", () => random.next());
    const browser = new RoomBrowser(0);
    responder.connect([{ id: "eth0", addresses: ["10.0.0.1", "fe80::1"] }], 0);
    let now = 0;
    let sent = 0;
    for (let count = 0; count < PACKETS / 4; count++) {
      now += random.below(100);
      const [bytes, port] = [packet(random), random.oneIn(2) ? 5353 : 40_000];
      sent += responder.receive(bytes, { link: "eth0", address: "10.0.0.2", port }, now).length;
      sent += responder.tick(now).length;
      browser.receive(bytes, "eth0", now);
      sent += browser.tick(now).length;
      assert(browser.rooms(now).length <= 100);
    }
    assert(sent <= now / 1000 * 60 + 100, `${sent} packets in ${now} ms`);
    responder.tick(now + 10_000);
    for (let at = now + 10_000; at < now + 30_000; at += 50) responder.tick(at);
    assert(responder.names !== undefined, "it is announced in the end");
  });
});
