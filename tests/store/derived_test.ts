import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { ChannelState } from "../../lib/store/server_state.ts";
import { openStore, type StoreEvent } from "../../lib/store/open.ts";
import { openReader } from "../../lib/store/history_reader.ts";
import { rebuildDerived } from "../../lib/store/sqlite/derived.ts";
import { migrate } from "../../lib/store/sqlite/schema.ts";
import type { Store } from "../../lib/store/store.ts";
import { ids, inDirectory, item, onDisk, opened } from "./stores.ts";

const ALL = { limit: 10_000, events: true };
const KEYS = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };
const MESSAGES = 1500;

/** Opens a database without SQLite's defensive mode. Deno's types don't know the option yet. */
function undefended(path: string): DatabaseSync {
  const options: object = { defensive: false };
  return new DatabaseSync(path, options);
}

/** Fills a store with all kinds of data. */
function filled(directory: string): void {
  const store = opened(directory);
  store.accounts.add("Ada", KEYS, 1);
  store.accounts.addInvitation({
    ...{ id: "i1", tokenHash: "aa", forName: null, createdAt: 1, expiresAt: null, usesLeft: 5 },
  });
  store.accounts.addGuest("i1", "Can", 2);
  store.serverState.saveReadMarker("ada", "#lobby", 5);
  store.serverState.saveChannel("#lobby", { name: "#lobby", flags: "nt" } as ChannelState);
  for (let index = 0; index < MESSAGES; index++) {
    const conversation = index % 3 === 0 ? "#other" : "#lobby";
    const params = [conversation, `word${index} ${"long ".repeat(index % 20)}`];
    store.history.append(item({ msgid: `n${index}`, time: index, conversation, params }));
  }
  store.history.commit();
  assertEquals(found(store, "word600"), "n600");
  store.close();
}

function found({ history }: Store, text: string): string {
  return ids(history.search({ conversations: ["#lobby", "#other"], text, limit: 9 }));
}

/** Asserts that nothing is missing. */
function assertWhole(store: Store): void {
  const { history, accounts, serverState } = store;
  assertEquals(history.latest("#other", undefined, ALL).length, MESSAGES / 3);
  assertEquals(history.latest("#lobby", undefined, ALL).length, 2 * MESSAGES / 3);
  assertEquals(ids(history.after("#lobby", { msgid: "n4" }, { ...ALL, limit: 2 })), "n5 n7");
  assertEquals(history.find("n3")?.conversation, "#other");
  assertEquals(found(store, "word601"), "n601");
  assertEquals(found(store, "word1499"), "n1499");
  assertEquals(accounts.find("ada")?.name, "Ada");
  assertEquals(accounts.trouble, undefined);
  assertEquals(accounts.invitation("i1")?.guests.map(({ name }) => name), ["Can"]);
  assertEquals(serverState.readMarkers("ada").get("#lobby"), 5);
  assertEquals(serverState.channels().map(({ name }) => name), ["#lobby"]);
}

/** Overwrites the first page of a table or an index with garbage. */
function spoilPage(path: string, name: string): void {
  const db = new DatabaseSync(path);
  const page = Number(
    db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name)!.rootpage,
  );
  db.close();
  const file = Deno.openSync(path, { write: true });
  file.seekSync((page - 1) * 4096, Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(4096).fill(0xa5));
  file.close();
}

/** The faults that SQLite finds in a file, except for unused pages. */
function faults(path: string): string[] {
  const db = new DatabaseSync(path);
  const lines = db.prepare("PRAGMA integrity_check(100000)").all()
    .flatMap((row) => String(row.integrity_check).split("\n"));
  db.close();
  return lines.filter((line) =>
    !/^(?:ok|\*\*\* in database main.*|Page \d+: never used)$/.test(line)
  );
}

const run = (sql: string) => (path: string) => {
  const db = undefended(path);
  db.exec(sql);
  db.close();
};

/** Ways to break derived data that a start notices. */
const BROKEN: Readonly<Record<string, (path: string) => void>> = {
  "the version in the configuration row": run("UPDATE words_config SET v = 'x'"),
  "no configuration row": run("DELETE FROM words_config"),
  "no configuration": run("DROP TABLE words_config"),
  "no data": run("DROP TABLE words_data"),
  "no index of words": run("DROP TABLE words"),
  "the page of the configuration": (path) => spoilPage(path, "words_config"),
  "the first page of the data": (path) => spoilPage(path, "words_data"),
  "the first page of the index of the data": (path) => spoilPage(path, "words_idx"),
  "no by_msgid": run("DROP TABLE by_msgid"),
  "no by_conversation": run("DROP TABLE by_conversation"),
  "the first page of by_msgid": (path) => spoilPage(path, "by_msgid"),
  "the first page of by_conversation": (path) => spoilPage(path, "by_conversation"),
  "the first page of conversations_by_key": (path) => spoilPage(path, "conversations_by_key"),
  "the first page of guests_by_invitation": (path) => spoilPage(path, "guests_by_invitation"),
  "the first page of departures_by_at": (path) => spoilPage(path, "departures_by_at"),
  "the first page of the facts": (path) => spoilPage(path, "facts"),
  "no facts": run("DROP TABLE facts"),
  "no fact of filing": run("DELETE FROM facts WHERE name = 'filed'"),
  "a fact of filing that is none": run("UPDATE facts SET value = 'x' WHERE name = 'filed'"),
  "a fact of the words that is none": run("UPDATE facts SET value = 'x' WHERE name = 'indexed'"),
};

for (const [name, spoil] of Object.entries(BROKEN)) {
  Deno.test(
    onDisk(`Derived: a start makes it again (${name}), and nothing else is lost`, async () => {
      await inDirectory((directory) => {
        filled(directory);
        spoil(`${directory}/chat.db`);
        const events: StoreEvent[] = [];
        const result = openStore(directory, (event) => events.push(event));
        if ("fault" in result) throw new Error(result.fault.message);
        assertMatch(
          result.notices.join(),
          /^An index in .*chat\.db was damaged.* Nothing is/,
        );
        assertWhole(result.store);
        result.store.close();
        assertEquals(events, []);
        assertEquals(faults(`${directory}/chat.db`), []);
        const again = openStore(directory, (event) => events.push(event));
        assert("store" in again);
        assertEquals([again.notices, events], [[], []]);
        assertWhole(again.store);
        again.store.close();
        assertEquals(
          [...Deno.readDirSync(directory)].filter(({ name }) => /corrupt/.test(name)),
          [],
        );
      });
    }),
  );
}

Deno.test(
  onDisk("Derived: history is exported without it, and the file is left as it is", async () => {
    for (const [name, spoil] of Object.entries(BROKEN)) {
      // The index of rooms itself is needed; a start creates it again.
      if (name.includes("conversations_by_key")) continue;
      await inDirectory((directory) => {
        filled(directory);
        const path = `${directory}/chat.db`;
        spoil(path);
        const before = Deno.readFileSync(path);
        const result = openReader(directory);
        if ("fault" in result) throw new Error(`${name}: ${result.fault.message}`);
        const { reader } = result;
        assertEquals(reader.conversations("#"), ["#lobby", "#other"], name);
        assertEquals([...reader.items("#other", 0, 10_000)].length, MESSAGES / 3, name);
        assertEquals([...reader.items("#lobby", 1400, 1403)].map(({ msgid }) => msgid), [
          "n1400",
          "n1402",
        ], name);
        reader.close();
        assertEquals(Deno.readFileSync(path), before, name);
      });
    }
  }),
);

Deno.test(
  onDisk(
    "Derived: damage that shows while a server runs is mended at once, and that is said",
    async () => {
      const breakers: Readonly<Record<string, (path: string) => void>> = {
        "the words": run("UPDATE words_data SET block = randomblob(length(block)) WHERE id > 10"),
        "the configuration": run("UPDATE words_config SET v = 'x'"),
        "no words": run("DROP TABLE words"),
        "no by_msgid": run("DROP TABLE by_msgid"),
        "no by_conversation": run("DROP TABLE by_conversation"),
        "no facts": run("DROP TABLE facts"),
      };
      for (const [name, spoil] of Object.entries(breakers)) {
        await inDirectory((directory) => {
          filled(directory);
          const events: StoreEvent[] = [];
          const store = opened(directory, { events });
          spoil(`${directory}/chat.db`);
          store.history.append(item({ msgid: "new", time: 5000, params: ["#lobby", "brandnew"] }));
          store.history.commit();
          assertEquals(store.history.redact("new"), true, name);
          assertWhole(store);
          store.history.append(item({ msgid: "newer", time: 5001, params: ["#lobby", "newest"] }));
          store.history.commit();
          assertEquals(found(store, "newest"), "newer", name);
          const kinds = new Set(events.map(({ kind }) => kind));
          assertEquals(
            [...kinds].filter((kind) => kind !== "mended"),
            [],
            name,
          );
          store.close();
          const result = openStore(directory, (event) => events.push(event));
          // The running store had this in its cache, so only the next start finds it.
          const later = name === "the configuration" ? 1 : 0;
          assert("store" in result && result.notices.length === later, name);
          assertEquals(found(result.store, "newest"), "newer", name);
          result.store.close();
        });
      }
    },
  ),
);

Deno.test(onDisk("Derived: what is made again is what the migrations make", async () => {
  await inDirectory((directory) => {
    const path = `${directory}/chat.db`;
    const db = new DatabaseSync(path);
    migrate(db);
    const schema = () =>
      db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").all()
        .map((row) => ({ ...row, sql: String(row.sql).replace(/\s+/g, " ") }));
    const before = schema();
    rebuildDerived(path, 0);
    assertEquals(schema(), before);
    db.close();
  });
}));

Deno.test(
  onDisk(
    "Derived: nothing of the old index stays in the file, whatever of it can be read",
    async () => {
      const breakers = {
        "UPDATE words_config SET v = 'x'": run("UPDATE words_config SET v = 'x'"),
        "the first page": (path: string) => spoilPage(path, "words_data"),
      };
      for (const [name, spoil] of Object.entries(breakers)) {
        await inDirectory((directory) => {
          filled(directory);
          const path = `${directory}/chat.db`;
          const has = (word: string) =>
            new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes(word);
          const store = opened(directory);
          store.history.append(item({ msgid: "z", time: 6000, params: ["#lobby", "zebrafish"] }));
          assertEquals(found(store, "zebrafish"), "z");
          store.close();
          const before = Deno.statSync(path).size;
          spoil(path);
          const mended = opened(directory);
          assertEquals(mended.history.redact("z"), true);
          mended.history.commit();
          mended.close();
          assert(!has("zebrafish"), name);
          assert(has("word600"), name);
          assertEquals(faults(path), [], name);
          // Dropped pages were reused.
          assert(Deno.statSync(path).size <= before * 2, name);
        });
      }
    },
  ),
);

Deno.test(
  onDisk(
    "Derived: what could not be given back while a server ran is overwritten by the next start",
    async () => {
      await inDirectory((directory) => {
        filled(directory);
        const path = `${directory}/chat.db`;
        const store = opened(directory);
        spoilPage(path, "words_data");
        // A write by another program makes the store read the page again.
        run("INSERT INTO read_markers VALUES ('eve', '#lobby', 1)")(path);
        assertEquals(found(store, "word600"), "n600");
        store.history.redact("n600");
        store.close();
        assertEquals(
          [...Deno.readDirSync(directory)].some(({ name }) => /damaged$/.test(name)),
          true,
        );
        const again = openStore(directory, () => {});
        assert("store" in again);
        assertEquals(again.notices, []);
        assertEquals(found(again.store, "word601"), "n601");
        again.store.close();
        assertEquals(faults(path), []);
        assertEquals(
          [...Deno.readDirSync(directory)].some(({ name }) => /damaged$/.test(name)),
          false,
        );
      });
    },
  ),
);
