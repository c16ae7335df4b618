import { assertEquals, assertMatch } from "@std/assert";
import { type Memory, Nearby, placeOf } from "../../../lib/client/trust/nearby.ts";
import type { FoundRoom } from "../../../lib/lan/room_browser.ts";
import { fingerprint } from "../../../lib/irc/fingerprint.ts";
import { NOTICE } from "../../lan/quiet_lan.ts";

const [MINE, OTHER] = [1, 2].map((byte) => fingerprint(new Uint8Array(32).fill(byte)));

function room(title: string, more: Partial<FoundRoom> = {}): FoundRoom {
  return { ...NOTICE, title, fingerprint: MINE, addresses: ["10.0.0.1"], ...more };
}

const EMPTY: Memory = { known: [], visits: [] };

/** Somebody who was in the room Lab. */
const BEEN: Memory = {
  known: [{ host: "10.0.0.7", port: 6697, fingerprint: MINE!, since: "2026-01-02" }],
  visits: [{ title: "Lab", place: "10.0.0.7:6697", fingerprint: MINE, day: "2026-03-04" }],
};

function targets(nearby: Nearby, ...texts: string[]): (string | undefined)[] {
  return texts.map((text) => {
    const check = nearby.choose(text);
    return check === undefined ? undefined : "target" in check ? check.target.host : check.fault;
  });
}

Deno.test("Nearby: rooms are listed once, numbered as they come, and again if they change", () => {
  const nearby = new Nearby(EMPTY);
  const lab = room("Lab", { needs: "invite" });
  const party = room("Party", { secure: false, port: 6667, fingerprint: undefined });
  assertEquals(nearby.update([lab]), [
    "Rooms on this network (type a number, a part of a title, or any address):",
    '  1  "Lab" at 10.0.0.1:6697, by invitation'.replace(":6697", ""),
  ]);
  assertEquals(nearby.update([lab, party]), ['  2  "Party" at 10.0.0.1:6667, not encrypted']);
  assertEquals(nearby.update([party, lab]), []);
  assertEquals(nearby.update([party]), ['"Lab" is not there any more.']);
  assertEquals(targets(nearby, "1", "2", "3"), [
    '"Lab" is not there any more.',
    "10.0.0.1",
    "There is no room with the number 3 here.",
  ]);
  assertEquals(nearby.update([party, { ...lab, addresses: ["10.0.0.2"] }]), [
    '  1  "Lab" at 10.0.0.2, by invitation',
  ]);
});

Deno.test("Nearby: a number, an address or a part of a title chooses", () => {
  const nearby = new Nearby(EMPTY);
  assertEquals(targets(nearby, "1", "lab"), [undefined, undefined], "no room is there");
  nearby.update([
    room("Büro chat", { addresses: ["10.0.0.1", "fe80::1%eth0"] }),
    room("Computer LAB", { addresses: ["10.0.0.2"], port: 7001 }),
    room("Lab", { addresses: ["10.0.0.3"] }),
  ]);
  assertEquals(
    targets(nearby, "2", "büro", "CHAT", "LAB", "computer", "10.0.0.2", "fe80::1%eth0"),
    [
      ...["10.0.0.2", "10.0.0.1", "10.0.0.1", "10.0.0.3", "10.0.0.2", "10.0.0.2", "fe80::1%eth0"],
    ],
  );
  assertMatch(targets(nearby, "b")[0]!, /^That is a part of several titles: "Büro chat", "Comp/);
  assertEquals(
    targets(nearby, "10.0.0.9", "elsewhere", "10.0.0.2:7000", ""),
    Array(4).fill(undefined),
  );
  const check = nearby.choose("2");
  assertEquals(check, {
    target: {
      ...{ host: "10.0.0.2", port: 7001, encryption: "always", room: "#lobby", unnamed: true },
      title: "Computer LAB",
    },
  });
});

Deno.test("Nearby: no title takes the place of a known server or of an address", () => {
  const known = [{ host: "work", port: 6697, fingerprint: OTHER!, since: "2026-01-02" }];
  const nearby = new Nearby({ known, visits: [] });
  nearby.update([room("work"), room("see chat.example for more")]);
  assertEquals(targets(nearby, "work", "WORK", "chat.example"), [undefined, undefined, undefined]);
});

Deno.test("Nearby: a known room must have its fingerprint, and then nobody is asked", () => {
  const nearby = new Nearby(BEEN);
  assertEquals(
    nearby.update([room("Lab")]).at(-1),
    '  1  "Lab" at 10.0.0.1, you were there on 2026-03-04',
  );
  const check = nearby.choose("lab");
  assertEquals(check && "target" in check && check.target.fingerprint, MINE);
  assertMatch(
    new Nearby(BEEN).update([room("Fun")]).at(-1)!,
    /, you were there on 2026-03-04, then called "Lab"$/,
  );
});

Deno.test("Nearby: a fingerprint that differs from the remembered one is marked and never chosen", () => {
  const cases: Record<string, FoundRoom> = {
    "the same title": room("lab", { fingerprint: OTHER }),
    "the same title without encryption": room("Lab", { secure: false, fingerprint: undefined }),
    "the same address": room("New", { fingerprint: OTHER, addresses: ["10.0.0.7"] }),
  };
  for (const [what, found] of Object.entries(cases)) {
    const nearby = new Nearby(BEEN);
    assertMatch(
      nearby.update([found]).at(-1)!,
      /, WARNING: its fingerprint is not that of 2026/,
      what,
    );
    for (const typed of ["1", found.title]) {
      assertMatch(
        targets(nearby, typed)[0]!,
        /so it may be somebody else's room\. If you know/,
        what,
      );
    }
    assertMatch(JSON.stringify(nearby.titled(found.title)), /may be somebody else's/, what);
  }
});

Deno.test("Nearby: a room that the person has forgotten among the known servers is not trusted", () => {
  const nearby = new Nearby({ ...BEEN, known: [] });
  nearby.update([room("Lab")]);
  const check = nearby.choose("lab");
  assertEquals(check && "target" in check && check.target.fingerprint, undefined);
});

Deno.test("Nearby: titles are harmless, and can't pass for more of the line", () => {
  const nearby = new Nearby(EMPTY);
  const title = '\x1b[31mA", you were there on 2026-01-01\n\u202e' + " ".repeat(20) + "b";
  assertEquals(
    nearby.update([room(title)]).at(-1),
    `  1  "A', you were there on 2026-01-01     b" at 10.0.0.1`.replace("     b", "    b"),
  );
});

Deno.test("Nearby: rooms that change all the time fill neither the screen nor the list", () => {
  const nearby = new Nearby(EMPTY);
  let lines = 0;
  for (let count = 0; count < 300; count++) {
    lines += nearby.update([room("Lab", { port: 7000 + count }), room(`R${count}`)]).length;
  }
  assertEquals(lines <= 1 + 5 + 2 * 100, true, `${lines}`);
  assertEquals(targets(nearby, "1"), ['"Lab" is not there any more.']);
});

Deno.test("Nearby: an address leaves out what is usual", () => {
  assertEquals([
    placeOf(room("a")),
    placeOf(room("a", { port: 7001, channel: "#x" })),
    placeOf(room("a", { addresses: ["2001:db8::1"], channel: undefined })),
    placeOf(room("a", { port: 6667, secure: false })),
  ], ["10.0.0.1", "10.0.0.1:+7001/x", "2001:db8::1", "10.0.0.1:6667"]);
});
