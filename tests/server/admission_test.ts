import { assertEquals } from "@std/assert";
import { Admission, networkOf } from "../../lib/server/admission.ts";
import { defaults, type LimitsConfig } from "../../lib/server/config.ts";

const limits = (changes: Partial<LimitsConfig>) => ({ ...defaults().limits, ...changes });

Deno.test("connections over a limit are refused, and let in again when others left", () => {
  for (
    const [changes, host, refusal] of [
      [{ connections: 2 }, "3.3.3.3", "The server is full"],
      [{ connectionsPerIp: 2 }, "1.1.1.1", "Too many connections from your address"],
    ] as const
  ) {
    const admission = new Admission();
    const enter = (from: string) => admission.enter(from, limits(changes), 0, 0);
    assertEquals(enter("1.1.1.1"), undefined);
    assertEquals(enter("1.1.1.1"), undefined);
    assertEquals(enter(host), refusal);
    admission.leave("1.1.1.1", 0);
    assertEquals(enter(host), undefined);
  }
});

Deno.test("new connections of one address are counted by the minute", () => {
  const admission = new Admission();
  const enter = (now: number) => {
    const refusal = admission.enter("1.1.1.1", limits({ connectionsPerMinute: 2 }), 0, now);
    if (refusal === undefined) admission.leave("1.1.1.1", now);
    return refusal;
  };
  const refusal = "Too many new connections from your address, try again in a minute";
  assertEquals([0, 1, 2, 59_999, 60_000].map(enter), [
    undefined,
    undefined,
    refusal,
    refusal,
    undefined,
  ]);
});

Deno.test("connections without a username are limited", () => {
  const refusal = new Admission().enter("1.1.1.1", limits({ unregistered: 5 }), 5, 0);
  assertEquals(refusal, "Too many connections are being set up, try again in a moment");
});

Deno.test("a limit of 0 is off", () => {
  const off = { connections: 0, connectionsPerIp: 0, connectionsPerMinute: 0, unregistered: 0 };
  const admission = new Admission();
  for (let count = 0; count < 1000; count++) {
    assertEquals(admission.enter("1.1.1.1", limits(off), 1000, 0), undefined);
  }
});

Deno.test("who is gone for a minute is forgotten", () => {
  const admission = new Admission();
  for (let count = 0; count < 1000; count++) {
    const host = `10.0.${count >> 8}.${count & 255}`;
    admission.enter(host, limits({}), 0, 0);
    if (count > 0) admission.leave(host, 0);
  }
  admission.enter("1.1.1.1", limits({}), 0, 61_000);
  assertEquals(admission.size, 2, "who is still here and who just came");
});

Deno.test("of an IPv6 address the first 64 bits count", () => {
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
