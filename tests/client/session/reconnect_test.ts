import { assertEquals } from "@std/assert";
import { Reconnect } from "../../../lib/client/session/reconnect.ts";

/** The pauses between attempts if each connection is lost. */
function pauses(reconnect: Reconnect, count: number): (number | string)[] {
  let now = 0;
  return Array.from({ length: count }, () => {
    reconnect.dialling();
    const after = reconnect.lost(now);
    now += after ?? 0;
    return after ?? "give up";
  });
}

Deno.test("Reconnect: the pauses double up to a minute, each shortened at random by up to half", () => {
  const slow = new Reconnect(() => 1);
  assertEquals(pauses(slow, 9), [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
  const fast = new Reconnect(() => 0);
  assertEquals(pauses(fast, 8), [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
});

Deno.test("Reconnect: it gives up when told to, with a last attempt at the very end", () => {
  const reconnect = new Reconnect(() => 1, 60_000);
  assertEquals(pauses(reconnect, 8), [1000, 2000, 4000, 8000, 16000, 29000, "give up", "give up"]);
  assertEquals(reconnect.state, "idle");
});

Deno.test("Reconnect: the pauses start anew after a long connection, but not after a short one", () => {
  const reconnect = new Reconnect(() => 1);
  pauses(reconnect, 3);
  reconnect.up(20_000);
  assertEquals(reconnect.lost(21_000), 8000);
  reconnect.up(30_000);
  assertEquals(reconnect.lost(40_000), 1000);
});

Deno.test("Reconnect: the time for giving up counts from the last good moment", () => {
  const reconnect = new Reconnect(() => 1, 5000);
  reconnect.lost(0);
  reconnect.up(4000);
  assertEquals(reconnect.lost(100_000), 1000);
  assertEquals(reconnect.lost(105_000), undefined);
});

Deno.test("Reconnect: its state follows what it is told", () => {
  const reconnect = new Reconnect(() => 1);
  const states = [reconnect.state];
  reconnect.dialling();
  states.push(reconnect.state);
  reconnect.registering();
  states.push(reconnect.state);
  reconnect.up(0);
  states.push(reconnect.state);
  reconnect.lost(1);
  states.push(reconnect.state);
  assertEquals(states, ["idle", "dialling", "registering", "up", "waiting"]);
});

Deno.test("Reconnect: while the server keeps the stay, it dials at once and then about every second", () => {
  const lose = (reconnect: Reconnect, times: number, now = 0) =>
    Array.from({ length: times }, () => {
      const after = reconnect.lost(now, true)!;
      now += after;
      return after;
    });
  const [slow, fast] = [new Reconnect(() => 1), new Reconnect(() => 0)];
  for (const reconnect of [slow, fast]) reconnect.up(-10_000);
  assertEquals([lose(slow, 4), lose(fast, 4)], [[250, 1000, 1000, 1000], [0, 500, 500, 500]]);
  // After a minute the server has given the stay up.
  assertEquals(lose(slow, 2, 61_000), [1000, 2000]);
  slow.up(70_000);
  assertEquals(lose(slow, 2, 71_000), [1000, 1000], "it begins anew with each loss");
  slow.up(80_000);
  assertEquals(slow.lost(81_000, false), 4000, "without a secret the pauses grow");
});

Deno.test("Reconnect: a server that lets in and closes for ever is not dialled every second for ever", () => {
  const reconnect = new Reconnect(() => 1);
  const pauses = Array.from({ length: 503 }, (_, i) => {
    reconnect.up(i * 2000);
    return reconnect.lost(i * 2000 + 1000, true);
  });
  assertEquals(pauses.slice(-4), [1000, 1000, 2000, 4000]);
});

Deno.test("Reconnect: while pauses are short an attempt may not take long, then ever longer", () => {
  const reconnect = new Reconnect(() => 1);
  const patience = [reconnect.patience];
  for (const isKept of [true, true, true, false]) {
    reconnect.lost(0, isKept);
    patience.push(reconnect.patience);
  }
  assertEquals(patience, [undefined, 1500, 2000, 2500, undefined]);
});
