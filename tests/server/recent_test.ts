import { assertEquals } from "@std/assert";
import { RECENT_MESSAGES, RecentMessages } from "../../lib/server/recent.ts";

Deno.test("of what was said so much is remembered, the latest", () => {
  const recent = new RecentMessages();
  const message = { sender: Symbol(), target: Symbol() };
  for (let count = 0; count <= 2 * RECENT_MESSAGES; count++) {
    recent.add(`${count}`, message);
    assertEquals(recent.size <= 2 * RECENT_MESSAGES, true);
    const kept = Math.max(0, count + 1 - RECENT_MESSAGES);
    assertEquals(recent.find(`${kept}`), message, "the latest are there");
  }
  assertEquals(recent.find("0"), undefined);
  recent.remove(`${2 * RECENT_MESSAGES}`);
  assertEquals(recent.find(`${2 * RECENT_MESSAGES}`), undefined);
});
