import { ownChannel } from "../../../lib/server/world/owned.ts";
import { assertEquals } from "@std/assert";
import { Channel } from "../../../lib/server/world/channel.ts";
import { listFilter } from "../../../lib/server/commands/list_filter.ts";

Deno.test("LIST: shows the rooms that meet all conditions", () => {
  const minute = 60_000;
  const now = 100 * minute;
  const channel = new Channel("#Games", now - 10 * minute);
  for (
    const [params, fits] of [
      ["", true],
      ["#g*", true],
      ["*GAME*", true],
      ["#x*", false],
      ["!#x*", true],
      ["!*games", false],
      ["C>9", true],
      ["C>10", false],
      ["c<11", true],
      ["C<10", false],
      ["T>1", false],
      ["T<99", false],
      [">0", false],
      ["<1", true],
      ["U<1", false],
      ["C>5,C<20", true],
      ["C>5 C<6", false],
      ["*game*,<1,C>1", true],
    ] as const
  ) {
    assertEquals(listFilter(params.split(" "), now).fits(channel), fits, params);
  }
  ownChannel(channel).topicChangedAt = now - 5 * minute;
  for (
    const [param, fits] of [["T>4", true], ["T>5", false], ["t<6", true], ["T<5", false]] as const
  ) {
    assertEquals(listFilter([param], now).fits(channel), fits, param);
  }
  assertEquals(listFilter(["#a,#b,*c*", "<3"], now).named, ["#a", "#b"]);
  assertEquals(listFilter(["*c*"], now).named, undefined);
});
