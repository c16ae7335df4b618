import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { HistoryStore } from "../../lib/store/history.ts";
import { openReader } from "../../lib/store/history_reader.ts";
import { migrate, MIGRATIONS } from "../../lib/store/sqlite/schema.ts";
import { ids, inDirectory, item, onDisk, opened } from "./stores.ts";

const ALL = { limit: 5000, events: true };

/** Appends messages to some rooms in turns, and commits. Returns their ids. */
function say(history: HistoryStore, first: number, count: number, rooms: number): string[] {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  for (const number of numbers) {
    const conversation = `#room${number % rooms}`;
    history.append(item({ msgid: `n${number}`, conversation, time: 1000 + number }));
  }
  history.commit();
  return numbers.map((number) => `n${number}`);
}

/** The state of the tables, as another program sees it. */
function look(directory: string) {
  const db = new DatabaseSync(`${directory}/chat.db`, { readOnly: true });
  const ask = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  const seen = {
    items: ask("SELECT count(*) FROM items"),
    byConversation: ask(
      `SELECT count(*) FROM by_conversation b
       JOIN items i USING (place, conversation, message)`,
    ),
    byMsgid: ask("SELECT count(*) FROM by_msgid m JOIN items i USING (place, msgid)"),
    stray:
      ask("SELECT count(*) FROM by_conversation WHERE place NOT IN (SELECT place FROM items)") +
      ask("SELECT count(*) FROM by_msgid WHERE place NOT IN (SELECT place FROM items)"),
  };
  db.close();
  return seen;
}

/** The ids in a conversation, as another program reads them. */
function read(directory: string, conversation: string): string {
  const result = openReader(directory);
  if ("fault" in result) throw new Error(result.fault.message);
  const { reader } = result;
  const found = ids([...reader.items(conversation, -Infinity, Infinity)]);
  reader.close();
  return found;
}

Deno.test(
  onDisk("Filing: items are filed many at once, and found whether filed or not", async () => {
    await inDirectory((directory) => {
      const store = opened(directory);
      const { history } = store;
      const said = say(history, 0, 60, 2);
      assertEquals(look(directory), { items: 60, byConversation: 0, byMsgid: 0, stray: 0 });
      const even = said.filter((_, index) => index % 2 === 0);
      assertEquals(ids(history.latest("#room0", undefined, ALL)), even.join(" "));
      assertEquals(history.find("n59")?.conversation, "#room1");
      assertEquals(ids(history.after("#room0", { msgid: "n54" }, ALL)), "n56 n58");
      assertEquals(read(directory, "#room0"), even.join(" "));
      assertEquals(look(directory).byConversation, 0, "to look through so few is nothing");

      // Append more than may wait.
      say(history, 60, 500, 2);
      assertEquals(look(directory), { items: 560, byConversation: 560, byMsgid: 560, stray: 0 });
      assertEquals(history.latest("#room1", undefined, ALL).length, 280);

      // More messages wait than a query looks through.
      say(history, 560, 150, 2);
      assertEquals(look(directory).byMsgid, 560);
      assertEquals(ids(history.after("#room0", { msgid: "n704" }, ALL)), "n706 n708");
      assertEquals(look(directory), { items: 710, byConversation: 710, byMsgid: 710, stray: 0 });
      assertEquals(read(directory, "#room0").split(" ").length, 355);
      store.close();
    });
  }),
);

Deno.test(onDisk("Filing: more messages wait if they go to many rooms", async () => {
  await inDirectory((directory) => {
    const store = opened(directory);
    say(store.history, 0, 700, 100);
    assertEquals(look(directory).byConversation, 0);
    say(store.history, 700, 100, 100);
    assertEquals(look(directory).byConversation, 800);
    store.close();
  });
}));

Deno.test(
  onDisk(
    "Filing: what is redacted is found by its id; what is taken out is filed nowhere",
    async () => {
      await inDirectory((directory) => {
        const store = opened(directory);
        const { history } = store;
        say(history, 0, 600, 1);
        say(history, 600, 50, 1);
        for (const msgid of ["n3", "n620"]) assert(history.redact(msgid));
        assertEquals(look(directory), { items: 650, byConversation: 600, byMsgid: 600, stray: 0 });
        while (history.prune({ days: 0, perConversation: 20 }, 0));
        assertEquals(look(directory), { items: 20, byConversation: 0, byMsgid: 0, stray: 0 });
        assertEquals(history.latest("#room0", undefined, ALL).length, 20);
        while (history.prune({ days: 1, perConversation: 0 }, 1e12));
        assertEquals(look(directory), { items: 0, byConversation: 0, byMsgid: 0, stray: 0 });
        assertEquals(history.conversations(""), []);
        store.close();
      });
    },
  ),
);

Deno.test(onDisk("Filing: a server finds what a killed one had not filed", async () => {
  await inDirectory((directory) => {
    const store = opened(directory);
    say(store.history, 0, 50, 1);
    // A copy of the files is what a killed process would leave.
    Deno.mkdirSync(`${directory}/copy`);
    for (const name of ["chat.db", "chat.db-wal"]) {
      Deno.copyFileSync(`${directory}/${name}`, `${directory}/copy/${name}`);
    }
    store.close();
    assertEquals(look(`${directory}/copy`).byMsgid, 0);
    const next = opened(`${directory}/copy`);
    assertEquals(next.history.latest("#room0", undefined, ALL).length, 50);
    say(next.history, 50, 500, 1);
    assertEquals(next.history.latest("#room0", undefined, ALL).length, 550);
    assertEquals(look(`${directory}/copy`).byMsgid, 550);
    next.close();
  });
}));

for (let version = 1; version < MIGRATIONS.length; version++) {
  Deno.test(
    onDisk(
      `Filing: history is read from a file of version ${version} that no server has opened since`,
      async () => {
        await inDirectory((directory) => {
          const db = new DatabaseSync(`${directory}/chat.db`);
          migrate(db, version);
          db.exec(`
        INSERT INTO conversations VALUES (7, '#lobby');
        INSERT INTO authors VALUES (3, 'Ada!ada@host', 'ada', 0, 1000);
        INSERT INTO items VALUES
          (1024000, 7, 3, 1, 'PRIVMSG', 'old-1', '#lobby', NULL, NULL, NULL),
          (2048001, 7, 3, 0, 'JOIN', 'old-2', '#lobby', NULL, NULL, NULL);
      `);
          db.close();
          assertEquals(read(directory, "#lobby"), "old-1 old-2");
        });
      },
    ),
  );
}
