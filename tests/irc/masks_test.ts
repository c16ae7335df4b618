import { assertEquals } from "@std/assert";
import { fitsMask } from "../../lib/irc/masks.ts";

Deno.test("fitsMask: * stands for any characters, ? for any one", () => {
  for (
    const [mask, ...texts] of [
      ["", ""],
      ["*", "", "a", "a*b?c", "陳"],
      ["a", "a"],
      ["a*", "a", "ab", "a*"],
      ["*a", "a", "ba", "aa"],
      ["*a*", "a", "bab"],
      ["a?c", "abc", "a?c", "a陳c", "a🦊c"],
      ["?", "x", "🦊"],
      ["*?", "x", "xy"],
      ["a*b*c", "abc", "aXbXc", "abcbc", "abbcc"],
      ["**a**", "a", "xax"],
      ["*.*", ".", "a.b"],
      ["[a-c]", "[a-c]"],
      ["(.+)\\", "(.+)\\"],
    ] as const
  ) {
    for (const text of texts) assertEquals(fitsMask(mask, text), true, `${mask} ${text}`);
  }
});

Deno.test("fitsMask: text that the mask does not cover does not fit", () => {
  for (
    const [mask, ...texts] of [
      ["", "a"],
      ["a", "", "A", "ab", "ba"],
      ["?", "", "ab"],
      ["a?", "a"],
      ["a*b", "a", "b", "abc", "ba"],
      ["a*b*c", "acb", "abcd"],
      [".*", "a"],
      ["[a-c]", "a"],
    ] as const
  ) {
    for (const text of texts) assertEquals(fitsMask(mask, text), false, `${mask} ${text}`);
  }
});

Deno.test("fitsMask: a hostile mask does not take exponential time", () => {
  // A regular expression for these masks would take practically for ever.
  const text = "a".repeat(5000);
  assertEquals(fitsMask(`${"a*".repeat(100)}b`, text), false);
  assertEquals(fitsMask(`${"*a".repeat(100)}*b`, text), false);
  assertEquals(fitsMask("*".repeat(200), text), true);
  assertEquals(fitsMask(`${"?*".repeat(100)}b`, text), false);
});
