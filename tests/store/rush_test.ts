import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { inDirectory, item, onDisk, opened } from "./stores.ts";

Deno.test(
  onDisk(
    "Store: an endless rush stays within the limit, and no words are indexed in vain",
    async () => {
      await inDirectory((directory) => {
        const store = opened(directory);
        const { history } = store;
        const database = new DatabaseSync(`${directory}/chat.db`, { readOnly: true });
        const ask = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
        history.limit(2000);
        for (let number = 0; number < 120_000; number++) {
          const conversation = number % 10 === 0 ? "#calm" : "#rush";
          const params = [conversation, `word${number}`];
          history.append(item({ msgid: `m${number}`, conversation, params, time: number }));
          if (number % 100 === 99) history.commit();
        }
        const count = Number(ask("SELECT count(*) FROM items"));
        const calm = 12_000;
        assert(count >= 50_000 + calm && count <= 53_000 + calm, `${count} are kept`);
        assertEquals(history.find("m8001"), undefined);
        assertEquals(history.find("m119999")?.msgid, "m119999");
        assertEquals(history.find("m10")?.conversation, "#calm", "which is left to the next look");
        const indexed = Number(ask("SELECT value FROM facts WHERE name = 'indexed'") ?? -1);
        assert(indexed < 0, `no words up to ${indexed}`);
        while (history.prune({ days: 0, perConversation: 2000 }, 0));
        assertEquals(ask("SELECT count(*) FROM items"), 4000);
        const query = { conversations: ["#rush"], text: "word119998", limit: 5 };
        // Each search indexes some more words.
        const found = [1, 2, 3].map(() => history.search(query));
        assertEquals(found.at(-1)!.map(({ msgid }) => msgid), ["m119998"]);
        database.close();
        store.close();
      });
    },
  ),
);
