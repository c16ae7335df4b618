import { assertEquals } from "@std/assert";
import { messageId } from "../../../lib/server/world/message_id.ts";
import { RECENT_MESSAGES, RecentMessages } from "../../../lib/server/history/recent.ts";

const id = (serial: number) => messageId("run-1", serial);

Deno.test("RecentMessages: only a limited number of messages are remembered, the latest", () => {
  const recent = new RecentMessages("run-1");
  const target = Symbol();
  for (let serial = 0; serial <= 2 * RECENT_MESSAGES; serial++) {
    const sender = Symbol();
    recent.add(id(serial), { sender, target });
    assertEquals(recent.find(id(serial)), { sender, target });
    assertEquals(recent.find(id(serial - RECENT_MESSAGES)), undefined);
    assertEquals(recent.size, Math.min(serial + 1, RECENT_MESSAGES));
    const oldest = Math.max(0, serial + 1 - RECENT_MESSAGES);
    assertEquals(recent.find(id(oldest))?.target, target);
  }
});

Deno.test("RecentMessages: a removed message is forgotten, and a similar id finds nothing", () => {
  const recent = new RecentMessages("run-1");
  for (let serial = 0; serial < 100; serial++) {
    recent.add(id(serial), { sender: Symbol(), target: Symbol() });
  }
  const others = [
    "run-2-c",
    "run-1-C",
    "run-1-0c",
    "run-1-c.",
    "c",
    "-c",
    "",
    "run-1-",
    "run-1--1",
  ];
  for (const other of [...others, id(100)]) {
    assertEquals(recent.find(other), undefined, other);
    recent.remove(other);
  }
  assertEquals(recent.find(id(12)) === undefined, false);
  recent.remove(id(12));
  assertEquals([recent.find(id(12)), recent.size], [undefined, 99]);
  assertEquals(recent.find(id(13)) === undefined, false);
  assertEquals(recent.find("run-1--1"), undefined);
});
