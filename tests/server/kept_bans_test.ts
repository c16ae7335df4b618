import { assertEquals } from "@std/assert";
import type { HostBan } from "../../lib/server/host_bans.ts";
import { KeptBans } from "../../lib/server/kept_bans.ts";
import { memoryStore } from "../../lib/store/memory.ts";

const BAN: HostBan = {
  mask: "10.0.0.0/8",
  kind: "DLINE",
  reason: "x",
  by: "o",
  at: 0,
  until: Infinity,
};

Deno.test("bans are there again after a new start, but for those that were replaced or taken back", () => {
  const { settings } = memoryStore();
  const bans = new KeptBans(settings, 0);
  const restarted = () => new KeptBans(settings, 0).list(0);
  assertEquals([bans.add(BAN), restarted()], [true, [BAN]]);
  assertEquals([bans.add({ ...BAN, mask: "nonsense" }), restarted()], [false, [BAN]]);
  const other: HostBan = { ...BAN, kind: "KLINE", until: 100 };
  assertEquals([bans.add(other), restarted()], [true, [other]]);
  assertEquals([bans.remove(BAN.mask, "DLINE"), restarted()], [undefined, [other]]);
  assertEquals([bans.remove(BAN.mask, "KLINE"), restarted()], [other, []]);
});
