import { assertEquals } from "@std/assert";
import { actionOf, actionText, isCtcp } from "../../lib/irc/ctcp.ts";

Deno.test("CTCP: a message between programs is known by its first character", () => {
  for (
    const [text, ctcp, action] of [
      ["hello", false, undefined],
      ["ACTION waves", false, undefined],
      ["\x01VERSION\x01", true, undefined],
      ["\x01ACTIONS\x01", true, undefined],
      ["\x01ACTION waves\x01", true, "waves"],
      ["\x01ACTION waves", true, "waves"],
      ["\x01ACTION \x01", true, ""],
    ] as const
  ) {
    assertEquals([isCtcp(text), actionOf(text)], [ctcp, action], JSON.stringify(text));
  }
  assertEquals(actionOf(actionText("waves")), "waves");
});
