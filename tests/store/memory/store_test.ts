import { assertEquals } from "@std/assert";
import { memoryStore } from "../../../lib/store/memory/store.ts";
import { item } from "../stores.ts";

const ALL = { limit: 1000, events: true };

Deno.test("memoryStore: holds a limited amount per conversation and in all, and forgets the oldest", () => {
  const { history } = memoryStore({ perConversation: 100, total: 150 });
  const count = (conversation: string) => history.latest(conversation, undefined, ALL).length;
  for (let index = 0; index < 1000; index++) {
    history.append(item({ msgid: `a${index}`, time: index, conversation: "#a" }));
    assertEquals(count("#a") <= 125, true);
  }
  assertEquals(count("#a") >= 100, true);
  assertEquals(history.find("a999")?.time, 999);
  assertEquals(history.find("a0"), undefined);
  for (let index = 0; index < 1000; index++) {
    const conversation = `#b${index % 10}`;
    history.append(item({ msgid: `b${index}`, time: 2000 + index, conversation }));
    const total = history.conversations("").map(count).reduce((sum, one) => sum + one, 0);
    assertEquals(total <= 188, true, `${total}`);
  }
  assertEquals(history.conversations("#a"), [], "an empty conversation is gone");
  assertEquals(history.latest("#b9", undefined, ALL).at(-1)?.msgid, "b999");
  assertEquals(history.after("#b9", { msgid: "b989" }, ALL).map(({ msgid }) => msgid), ["b999"]);
});
