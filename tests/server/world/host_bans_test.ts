import { assertEquals } from "@std/assert";
import { type HostBan, HostBans } from "../../../lib/server/world/host_bans.ts";
import { memoryStore } from "../../../lib/store/memory/store.ts";

const BAN: HostBan = {
  mask: "10.0.0.0/8",
  kind: "DLINE",
  reason: "x",
  by: "o",
  at: 0,
  until: Infinity,
};

Deno.test("KeptBans: a ban survives a restart unless it was replaced or taken back", () => {
  const { serverState } = memoryStore();
  const bans = new HostBans(serverState, 0);
  const restarted = () => new HostBans(serverState, 0).list(0);
  assertEquals([bans.add(BAN), restarted()], [true, [BAN]]);
  assertEquals([bans.add({ ...BAN, mask: "nonsense" }), restarted()], [false, [BAN]]);
  const other: HostBan = { ...BAN, reason: "y", until: 100 };
  assertEquals([bans.add(other), restarted()], [true, [other]]);
  assertEquals([bans.remove(BAN.mask, "KLINE"), restarted()], [undefined, [other]]);
  assertEquals([bans.remove("10.9.9.9/8", "DLINE"), restarted()], [other, []]);
});

Deno.test("HostBans: a ban that ended by a clock that was ahead counts again after a new start", () => {
  const { serverState } = memoryStore();
  const bans = new HostBans(serverState, 0);
  bans.add({ ...BAN, until: 100 });
  assertEquals(bans.list(1000), [], "the clock is ahead");
  assertEquals(new HostBans(serverState, 50).list(50).map(({ mask }) => mask), [BAN.mask]);
  assertEquals(new HostBans(serverState, 100).list(100), []);
});

Deno.test("HostBans: a ban that was kept in another spelling is replaced, and taken back", () => {
  const { serverState } = memoryStore();
  const kept = { ...BAN, kind: "address", mask: "10.1.2.3/8", until: null };
  serverState.saveBan(kept);
  const bans = new HostBans(serverState, 0);
  assertEquals(bans.ofAddress("10.7.7.7", 0)?.mask, kept.mask);
  assertEquals(bans.add({ ...BAN, reason: "y" }), true);
  assertEquals(serverState.bans(0).map(({ mask, reason }) => [mask, reason]), [[
    "10.0.0.0/8",
    "y",
  ]]);
});

Deno.test("HostBans: a ban replaces one with the same mask and ends at its time", () => {
  const bans = new HostBans(memoryStore().serverState, 0);
  const ban = (mask: string, until: number, reason = "x") =>
    bans.add({ mask, kind: "DLINE", reason, by: "o", at: 0, until });
  assertEquals([ban("10.0.0.0/8", 100), ban("nonsense", 100)], [true, false]);
  ban("10.0.0.0/8", 200, "y");
  assertEquals(bans.list(0).map(({ reason }) => reason), ["y"]);
  assertEquals(bans.ofAddress("10.1.2.3", 199)?.reason, "y");
  assertEquals(bans.ofAddress("11.1.2.3", 199), undefined);
  assertEquals(bans.ofAddress("10.1.2.3", 200), undefined);
  assertEquals(bans.list(0).length, 1, "asking changes nothing");
  assertEquals(bans.remove("10.0.0.0/8", "DLINE", 200), undefined);
  assertEquals(bans.list(0), [], "it is forgotten, too");
});
