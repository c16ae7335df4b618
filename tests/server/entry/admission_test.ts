import { assertEquals } from "@std/assert";
import { Admission, networkOf } from "../../../lib/server/entry/admission.ts";
import { defaults, type LimitsConfig } from "../../../lib/server/settings/config.ts";
import { Harness } from "../harness.ts";

const NONE = { all: 0, ofNetwork: 0 };

const limits = (changes: Partial<LimitsConfig>) => ({ ...defaults().limits, ...changes });

Deno.test("Admission: connections over a limit are refused until others have left", () => {
  for (
    const [changes, host, refusal] of [
      [{ connections: 2 }, "3.3.3.3", "The server is full"],
      [{ connectionsPerIp: 2 }, "1.1.1.1", "Too many connections from your address"],
    ] as const
  ) {
    const admission = new Admission();
    const enter = (from: string) => admission.enter(from, limits(changes), NONE, 0);
    assertEquals(enter("1.1.1.1"), undefined);
    assertEquals(enter("1.1.1.1"), undefined);
    assertEquals(enter(host)?.text, refusal);
    admission.leave("1.1.1.1", 0);
    assertEquals(enter(host), undefined);
  }
});

Deno.test("Admission: new connections from one address are counted by the minute", () => {
  const admission = new Admission();
  const enter = (now: number) => {
    const refusal = admission.enter("1.1.1.1", limits({ connectionsPerMinute: 2 }), NONE, now);
    if (refusal === undefined) admission.leave("1.1.1.1", now);
    return refusal?.text;
  };
  const refusal = "Too many new connections from your address: try again in a minute";
  assertEquals([0, 1, 2, 59_999, 60_000].map(enter), [
    undefined,
    undefined,
    refusal,
    refusal,
    undefined,
  ]);
});

Deno.test("Admission: connections without a username are limited", () => {
  const refusal = new Admission().enter("1.1.1.1", limits({ unregistered: 5 }), {
    all: 5,
    ofNetwork: 0,
  }, 0);
  assertEquals(refusal?.text, "Too many connections are being set up: try again in a moment");
});

Deno.test("Admission: a limit of 0 is off", () => {
  const off = { connections: 0, connectionsPerIp: 0, connectionsPerMinute: 0, unregistered: 0 };
  const admission = new Admission();
  for (let count = 0; count < 1000; count++) {
    assertEquals(
      admission.enter("1.1.1.1", limits(off), { all: 1000, ofNetwork: 1000 }, 0),
      undefined,
    );
  }
});

Deno.test("Admission: an address is forgotten a minute after its last connection", () => {
  const admission = new Admission();
  for (let count = 0; count < 1000; count++) {
    const host = `10.0.${count >> 8}.${count & 255}`;
    admission.enter(host, limits({}), NONE, 0);
    if (count > 0) admission.leave(host, 0);
  }
  admission.enter("1.1.1.1", limits({}), NONE, 61_000);
  assertEquals(admission.size, 2, "the remaining one and the new one");
});

Deno.test("networkOf: the first 64 bits of an IPv6 address count", () => {
  for (
    const [host, network] of [
      ["1.2.3.4", "1.2.3.4"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
      ["2001:0db8::1", "2001:db8:0:0"],
      ["2001:db8:1:2::1", "2001:db8:1:2"],
      ["::1", "0:0:0:0"],
      ["fe80::1", "fe80:0:0:0"],
    ] as const
  ) {
    assertEquals(networkOf(host), network);
  }
});

Deno.test("Admission: one network has an eighth of the places for those without a username", () => {
  const exempt = ["192.0.2.0/24", "2001:db8:f::/48"];
  const refusal = "Too many connections from your address are being set up: try again in a moment";
  for (
    const [unregistered, host, ofNetwork, answer] of [
      [1000, "1.1.1.1", 124, undefined],
      [1000, "1.1.1.1", 125, refusal],
      [1000, "2001:db8::1", 125, refusal],
      [4, "1.1.1.1", 0, undefined],
      [4, "1.1.1.1", 1, refusal],
      [0, "1.1.1.1", 9999, undefined],
      [1000, "192.0.2.7", 999, undefined],
      [1000, "2001:db8:f:1::1", 999, undefined],
    ] as const
  ) {
    const newcomers = { all: ofNetwork, ofNetwork };
    const given = new Admission().enter(host, limits({ unregistered, exempt }), newcomers, 0);
    assertEquals(given?.text, answer, `${host}, ${ofNetwork} of ${unregistered}`);
  }
});

Deno.test("Admission: for exempt addresses there are the limits for all only", () => {
  const admission = new Admission();
  const some = { connectionsPerIp: 1, connectionsPerMinute: 1, connections: 3, exempt: ["::1"] };
  const enter = (host: string) => admission.enter(host, limits(some), NONE, 0);
  assertEquals([enter("::1"), enter("::1"), enter("::1")], [undefined, undefined, undefined]);
  assertEquals(enter("::1")?.text, "The server is full");
});

Deno.test("World: it knows how many of a network have no username", () => {
  const harness = new Harness();
  const { world } = harness;
  const all = ["192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::2"].map((host) =>
    harness.connect(host)
  );
  assertEquals(world.newcomersLike("192.0.2.1"), { all: 4, ofNetwork: 2 });
  assertEquals(world.newcomersLike("2001:db8::9"), { all: 4, ofNetwork: 2 });
  all[0]!.send("NICK a", "USER a 0 * :a");
  all[2]!.vanish();
  assertEquals(world.newcomersLike("192.0.2.1"), { all: 2, ofNetwork: 1 });
  all[0]!.send("QUIT");
  assertEquals(world.newcomersLike("2001:db8::9"), { all: 2, ofNetwork: 1 });
});
