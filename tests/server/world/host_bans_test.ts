import { assertEquals } from "@std/assert";
import { HostBans } from "../../../lib/server/world/host_bans.ts";

Deno.test("bans are replaced by their mask and end at their time", () => {
  const bans = new HostBans();
  const ban = (mask: string, until: number, reason = "x") =>
    bans.add({ mask, kind: "DLINE", reason, by: "o", at: 0, until });
  assertEquals([ban("10.0.0.0/8", 100), ban("nonsense", 100)], [true, false]);
  ban("10.0.0.0/8", 200, "y");
  assertEquals(bans.list(0).map(({ reason }) => reason), ["y"]);
  assertEquals(bans.ofAddress("10.1.2.3", 199)?.reason, "y");
  assertEquals(bans.ofAddress("11.1.2.3", 199), undefined);
  assertEquals(bans.ofAddress("10.1.2.3", 200), undefined);
  assertEquals(bans.list(0), [], "it is forgotten, too");
});
