import { assertEquals } from "@std/assert";
import type { SearchQuery } from "../../lib/store/history.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { ids, inDirectory, item, onDisk, opened } from "./stores.ts";

const START = 1000;

/** More than SQLite combines for a prefix: 60,000 words with the same beginning. */
const MANY = 500;
const TEXT = Array.from({ length: 120 }, (_, index) => `prefix${index}`).join(" ");

/** More rooms than one SQLite query covers. */
const ROOMS = Array.from({ length: 250 }, (_, index) => `#room${index}`);

Deno.test(
  onDisk(
    "Word search: the start of many words finds the latest, and other conditions find the rest",
    async () => {
      await inDirectory((directory) => {
        const memory = memoryStore({ perConversation: 100_000, total: 100_000 });
        const disk = opened(directory);
        let count = 0;
        const say = (text: string) => {
          const one = item({
            msgid: `n${count}`,
            time: START + count,
            conversation: ROOMS[count % ROOMS.length]!,
            source: `${count % 100 === 0 ? "Bob" : "Ada"}!user@host`,
            params: ["#room", text],
          });
          memory.history.append(one);
          disk.history.append(one);
          count++;
        };
        const search = (asked: Partial<SearchQuery>) => {
          const query = { conversations: ROOMS, text: "", limit: 50, ...asked };
          return [disk, memory].map(({ history }) => ids(history.search(query)));
        };
        // Each search indexes a part of the new messages.
        const catchUp = () => {
          for (let times = 0; times < 5; times++) search({ text: "all" });
        };

        for (let index = 0; index < MANY; index++) {
          say(index === 10 ? `${TEXT} prefabricated seldom` : TEXT);
        }
        for (let index = 0; index < 1000; index++) say("of other things");
        catchUp();
        const exact: readonly Partial<SearchQuery>[] = [
          { text: "pre" },
          { text: "prefix1" },
          { text: "prefix10" },
          { text: "pre", conversations: ["#room4"] },
          { text: "pre", conversations: ["#nowhere"] },
          { text: "pre", from: "bob" },
          { text: "pre", from: "nobody" },
          { text: "pre", before: START + 100 },
          { text: "pre", after: START + MANY - 10 },
          { text: "prefix3 pre" },
          { text: "prefix3-pre" },
          { text: "prefix4-prefix3-pre" },
          { text: "seldom pre" },
          { text: "other pre" },
          { text: "prefab" },
        ];
        for (const asked of exact) {
          const [found, expected] = search(asked);
          assertEquals(found, expected, JSON.stringify(asked));
        }

        for (let index = 0; index < 5000; index++) say("of other things");
        catchUp();
        const later: readonly [Partial<SearchQuery>, boolean][] = [
          [{ text: "pre" }, false],
          [{ text: "pre", before: START + MANY + 50 }, true],
          [{ text: "prefix1 pre" }, true],
          [{ text: "pre", from: "bob" }, true],
          // Few words have this prefix, so old messages are found too.
          [{ text: "prefab" }, true],
        ];
        for (const [asked, isFound] of later) {
          const [found, expected] = search(asked);
          assertEquals(found, isFound ? expected : "", JSON.stringify(asked));
        }
        disk.close();
      });
    },
  ),
);
