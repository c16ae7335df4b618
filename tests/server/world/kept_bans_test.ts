import { assertEquals } from "@std/assert";
import type { HostBan } from "../../../lib/server/world/host_bans.ts";
import { KeptBans } from "../../../lib/server/world/kept_bans.ts";
import { memoryStore } from "../../../lib/store/memory/store.ts";

const BAN: HostBan = {
  mask: "10.0.0.0/8",
  kind: "DLINE",
  reason: "x",
  by: "o",
  at: 0,
  until: Infinity,
};

Deno.test("bans are there again after a new start, but for those that were replaced or taken back", () => {
  const { serverState } = memoryStore();
  const bans = new KeptBans(serverState, 0);
  const restarted = () => new KeptBans(serverState, 0).list(0);
  assertEquals([bans.add(BAN), restarted()], [true, [BAN]]);
  assertEquals([bans.add({ ...BAN, mask: "nonsense" }), restarted()], [false, [BAN]]);
  const other: HostBan = { ...BAN, reason: "y", until: 100 };
  assertEquals([bans.add(other), restarted()], [true, [other]]);
  assertEquals([bans.remove(BAN.mask, "KLINE"), restarted()], [undefined, [other]]);
  assertEquals([bans.remove("10.9.9.9/8", "DLINE"), restarted()], [other, []]);
});

Deno.test("KeptBans: a ban that ended by a clock that was ahead counts again after a new start", () => {
  const { serverState } = memoryStore();
  const bans = new KeptBans(serverState, 0);
  bans.add({ ...BAN, until: 100 });
  assertEquals(bans.list(1000), [], "the clock is ahead");
  assertEquals(new KeptBans(serverState, 50).list(50).map(({ mask }) => mask), [BAN.mask]);
  assertEquals(new KeptBans(serverState, 100).list(100), []);
});

Deno.test("KeptBans: a ban that was kept in another spelling is replaced, and taken back", () => {
  const { serverState } = memoryStore();
  const kept = { ...BAN, kind: "address", mask: "10.1.2.3/8", until: null };
  serverState.saveBan(kept);
  const bans = new KeptBans(serverState, 0);
  assertEquals(bans.ofAddress("10.7.7.7", 0)?.mask, kept.mask);
  assertEquals(bans.add({ ...BAN, reason: "y" }), true);
  assertEquals(serverState.bans(0).map(({ mask, reason }) => [mask, reason]), [[
    "10.0.0.0/8",
    "y",
  ]]);
});
