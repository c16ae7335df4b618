import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type FaultKind, openStore, type StoreEvent } from "../../lib/store/open.ts";
import { explainFault } from "../../lib/store/sqlite/faults.ts";
import { migrate } from "../../lib/store/sqlite/schema.ts";
import { sqliteStore } from "../../lib/store/sqlite/store.ts";
import { PAUSE } from "../../lib/store/sqlite/writer.ts";
import type { ChannelState } from "../../lib/store/server_state.ts";
import type { Store } from "../../lib/store/store.ts";
import { fill, ids, inDirectory, item, onDisk, opened } from "./stores.ts";

const ALL = { limit: 50_000, events: true };

Deno.test(
  onDisk("Faults: what went wrong is told in one line, without what SQLite was asked", () => {
    const cases: [message: string, kind: FaultKind, words: string][] = [
      [
        "table x already exists in \n  CREATE TABLE x (y);\n",
        "failed",
        "table x already exists in",
      ],
      ["database disk image is malformed", "damaged", "it is damaged"],
      ["", "failed", ""],
    ];
    for (const [message, kind, words] of cases) {
      assertEquals(explainFault(new Error(message)), { kind, words });
    }
  }),
);

interface Broken {
  readonly store: Store;
  readonly db: DatabaseSync;
  readonly path: string;
  readonly events: StoreEvent[];
  now: number;
}

/** Runs a test with a store on a database that it can break, and with a clock that it controls. */
async function withDatabase(test: (broken: Broken) => void | Promise<void>) {
  await inDirectory(async (directory) => {
    const path = `${directory}/chat.db`;
    const db = new DatabaseSync(path);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON");
    migrate(db);
    const events: StoreEvent[] = [];
    const onFault = (event: StoreEvent) => events.push(event);
    const clock = () => broken.now;
    const around = { path, clock, onFault, background: false, frozen: false };
    const broken = { store: sqliteStore(db, around), db, path, events, now: 0 };
    db.exec("PRAGMA busy_timeout = 1");
    try {
      await test(broken);
    } finally {
      broken.store.close();
    }
  });
}

/** Ways to make a database unwritable, and to repair it. */
const WAYS: readonly {
  readonly kind: FaultKind;
  readonly break: (broken: Broken) => () => void;
}[] = [
  {
    kind: "full",
    break({ db }) {
      db.exec("CREATE TABLE filler (text)");
      const size = db.prepare("PRAGMA page_count").get()?.page_count;
      db.exec(`PRAGMA max_page_count = ${size}`);
      // Fill the free space in the existing pages.
      const insert = db.prepare("INSERT INTO filler VALUES (?)");
      for (const length of [3000, 1000, 100]) {
        for (let count = 0; count < 50; count++) {
          try {
            insert.run("x".repeat(length));
          } catch {
            break;
          }
        }
      }
      return () => db.exec("PRAGMA max_page_count = 100000");
    },
  },
  {
    kind: "readonly",
    break({ db }) {
      db.exec("PRAGMA query_only = ON");
      return () => db.exec("PRAGMA query_only = OFF");
    },
  },
  {
    kind: "busy",
    break({ path }) {
      const other = new DatabaseSync(path);
      other.exec("BEGIN IMMEDIATE");
      return () => other.close();
    },
  },
];

for (const way of WAYS) {
  Deno.test(
    onDisk(
      `Faults: data stays in memory while the file cannot be written (${way.kind}), then is saved`,
      async () => {
        await withDatabase((broken) => {
          const { store, events } = broken;
          const { history, serverState, accounts } = store;
          fill(history, "a b c");
          serverState.saveReadMarker("ada", "#lobby", 5);
          history.commit();
          const repair = way.break(broken);
          // A page with free space may still accept some.
          const long = "long ".repeat(1000);
          const names: string[] = [];
          for (let index = 0; index < 40; index++) {
            names.push(`d${index}`);
            const params = ["#lobby", `${long}d${index}`];
            history.append(item({ msgid: `d${index}`, time: 2000 + index, params }));
            history.commit();
          }
          assertEquals(events.map(({ kind }) => kind), [way.kind]);
          assertMatch(events[0]!.message, /^Cannot write to .*chat\.db: .* in memory only\. /);
          serverState.saveReadMarker("ada", "#lobby", 6);
          serverState.saveReadMarker("ada", "#other", 7);
          assertEquals(history.redact("b"), true);
          assertEquals(history.redact("b"), false);
          assertEquals(history.redact("d1"), true);
          names.splice(1, 1);
          history.prune({ days: 1, perConversation: 1 }, 3000);
          accounts.loginFailed("nobody", "192.0.2.1", 5);
          const all = `a c ${names.join(" ")}`;
          const check = () => {
            assertEquals(ids(history.latest("#lobby", undefined, ALL)), all);
            assertEquals(ids(history.before("#lobby", { msgid: "d0" }, ALL)), "a c");
            assertEquals(ids(history.after("#lobby", { msgid: "c" }, { ...ALL, limit: 1 })), "d0");
            const query = { conversations: ["#lobby"], text: "long d39", limit: 5 };
            assertEquals(ids(history.search(query)), "d39");
            assertEquals(history.find("b"), undefined);
            assertEquals(history.find("a")?.msgid, "a");
            assertEquals([...serverState.readMarkers("ada")], [["#lobby", 6], ["#other", 7]]);
            assertEquals(history.conversations("#"), ["#lobby"]);
            assertEquals(history.targets(["#lobby"], 0, 1e15, 5)[0]?.time, 2039);
          };
          check();
          // Still broken: the store tries again without another report.
          broken.now += PAUSE;
          history.commit();
          repair();
          history.commit();
          check();
          assertEquals(events.length, 1, "it is left alone for a while");
          broken.now += PAUSE;
          history.append(item({ msgid: "e", time: 1500 }));
          history.redact("e");
          history.commit();
          assertEquals(events.map(({ kind }) => kind), [way.kind, "works"]);
          check();
          const others = new DatabaseSync(broken.path);
          const kept = others.prepare("SELECT msgid FROM items WHERE message <> 2 ORDER BY place")
            .all();
          others.close();
          assertEquals(kept.map(({ msgid }) => msgid).join(" "), all);
        });
      },
    ),
  );
}

Deno.test(
  onDisk(
    "Faults: a rename takes effect at once and for good if the file cannot be written",
    async () => {
      await withDatabase((broken) => {
        const { store: { history }, path } = broken;
        fill(history, "a", { conversation: "#closed", params: ["#closed", "text"] });
        fill(history, "b", { conversation: "#other", time: 1001 });
        fill(history, "c", { conversation: "#third", time: 1002 });
        // This search indexes all words.
        assertEquals(ids(history.search({ conversations: ["#third"], text: "c", limit: 9 })), "c");
        const other = new DatabaseSync(path);
        other.exec("BEGIN IMMEDIATE");
        history.rename("#closed", "#middle");
        history.rename("#other", "#closed");
        fill(history, "d", { conversation: "#closed", time: 1003 });
        const check = (step: string, middle: string) => {
          const read = (key: string) => ids(history.latest(key, undefined, ALL));
          assertEquals([read("#closed"), read(middle), read("#other")], ["b d", "a", ""], step);
          const search = (key: string) =>
            ids(history.search({ conversations: [key], text: "text", limit: 9 }));
          assertEquals(
            [search("#closed"), search(middle), search("#other")],
            ["b d", "a", ""],
            step,
          );
          const keys = ["a", "b", "c"].map((id) => history.find(id)?.conversation);
          assertEquals(keys, [middle, "#closed", "#third"], step);
          assertEquals(ids(history.after("#closed", { msgid: "a" }, ALL)), "", step);
          assertEquals(ids(history.after("#closed", { msgid: "b" }, ALL)), "d", step);
          assertEquals(history.conversations("#"), ["#closed", middle, "#third"].sort(), step);
          const active = history.targets(["#closed", middle, "#other"], 0, 5000, 9);
          assertEquals(
            active.map(({ conversation, time }) => `${conversation} ${time}`),
            [`${middle} 1000`, "#closed 1003"],
            step,
          );
        };
        check("busy", "#middle");
        other.close();
        broken.now += PAUSE;
        // This change is written together with the earlier ones.
        history.rename("#middle", "-gone");
        assertEquals(ids(history.latest("-gone", undefined, ALL)), "a");
        history.rename("-gone", "#end");
        check("another", "#end");
        history.commit();
        check("written", "#end");
        const others = new DatabaseSync(path);
        const kept = others.prepare(
          `SELECT msgid, key FROM items JOIN conversations c ON c.id = conversation ORDER BY place`,
        ).all().map(({ msgid, key }) => `${msgid} ${key}`);
        others.close();
        assertEquals(kept, ["a #end", "b #closed", "c #third", "d #closed"]);
      });
    },
  ),
);

Deno.test(
  onDisk(
    "Faults: memory has a bound while the file cannot be written, and lost items are counted",
    async () => {
      await withDatabase((broken) => {
        const { store: { history }, events, db } = broken;
        db.exec("PRAGMA query_only = ON");
        history.append(item({ msgid: "first", time: 1 }));
        history.commit();
        for (let index = 0; index < 60_000; index++) {
          history.append(item({ msgid: `n${index}`, time: 2 + index }));
        }
        history.commit();
        assertEquals(history.find("first"), undefined);
        const held = history.latest("#lobby", undefined, { limit: 100_000, events: true });
        assertEquals(held.length >= 20_000 && held.length <= 25_000, true, `${held.length}`);
        assertEquals(held.at(-1)?.msgid, "n59999");
        db.exec("PRAGMA query_only = OFF");
        broken.now += PAUSE;
        history.commit();
        const works = events[1];
        assertEquals(works?.kind === "works" && works.lost, 60_001 - held.length);
        assertMatch(works!.message, /lost/);
      });
    },
  ),
);

Deno.test(
  onDisk(
    "Faults: everything said in one turn is kept, however much, if it can be written",
    async () => {
      await withDatabase(({ store: { history }, events }) => {
        for (let index = 0; index < 60_000; index++) {
          history.append(item({ msgid: `n${index}`, time: index }));
        }
        history.commit();
        const all = history.latest("#lobby", undefined, { limit: 100_000, events: true });
        assertEquals(all.length, 60_000);
        assertEquals(events, []);
      });
    },
  ),
);

Deno.test(
  onDisk(
    "Faults: an account that cannot be written is not made, and the fault is reported",
    async () => {
      await withDatabase((broken) => {
        const { store: { accounts, history }, events, db } = broken;
        const keys = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };
        db.exec("PRAGMA query_only = ON");
        assertEquals(accounts.add("Ada", keys, 1), false);
        assertEquals(events.length, 1);
        assertEquals(accounts.find("Ada"), undefined);
        db.exec("PRAGMA query_only = OFF");
        broken.now += PAUSE;
        history.commit();
        assertEquals(events.length, 2, "with nothing to write it is found out all the same");
        assertEquals(accounts.add("Ada", keys, 1), true);
      });
    },
  ),
);

/** Reasons why a store can't be opened. */
const WRONG: readonly {
  readonly name: string;
  readonly make: (directory: string) => void;
  readonly kind: string;
  readonly message: RegExp;
}[] = [
  {
    name: "a file where the directory should be",
    make: (directory) => Deno.writeTextFileSync(`${directory}/data`, ""),
    kind: "directory",
    message: /^Cannot create the directory .*data: a file is in the way\.$/,
  },
  {
    name: "a directory where the file should be",
    make: (directory) => Deno.mkdirSync(`${directory}/data/chat.db`, { recursive: true }),
    kind: "readonly",
    message: /^Cannot open .*chat\.db: it can't be opened or written\.$/,
  },
  {
    name: "a file of a later version",
    make(directory) {
      opened(`${directory}/data`).close();
      const db = new DatabaseSync(`${directory}/data/chat.db`);
      db.exec("PRAGMA user_version = 99");
      db.close();
    },
    kind: "newer",
    message: /^The data in .*chat\.db was written by a later version of chat\. /,
  },
];

for (const { name, make, kind, message } of WRONG) {
  Deno.test(onDisk(`${name}: the store is not opened, and the reason is told`, async () => {
    await inDirectory((directory) => {
      make(directory);
      const result = openStore(`${directory}/data`, () => {});
      if (!("fault" in result)) throw new Error("it was opened");
      assertEquals(result.fault.kind, kind);
      assertMatch(result.fault.message, message);
      // Nothing stays locked: after a repair the store can be used.
      Deno.removeSync(`${directory}/data`, { recursive: true });
      opened(`${directory}/data`).close();
    });
  }));
}

Deno.test(
  onDisk(
    "openStore: a program other than the server opens nothing if there is no server's data",
    async () => {
      await inDirectory((directory) => {
        const result = openStore(directory, () => {}, { server: false });
        assertEquals("fault" in result && result.fault.kind, "absent");
        assertEquals([...Deno.readDirSync(directory)], []);
      });
    },
  ),
);

/** Ways to damage a file. */
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  "another file": (path) => Deno.writeTextFileSync(path, "This is a letter. ".repeat(500)),
  "a torn file": (path) => Deno.truncateSync(path, 20_000),
  "a broken page": (path) => {
    const file = Deno.openSync(path, { write: true });
    file.seekSync(3 * 4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096).fill(0xa5));
    file.close();
    // An earlier server left this file when it ran into the damage.
    Deno.writeTextFileSync(path.replace("chat.db", "chat.db.damaged"), "");
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  Deno.test(
    onDisk(
      `Faults: a damaged file (${name}) is put aside, and accounts that can be read are saved`,
      async () => {
        await inDirectory((directory) => {
          const store = opened(directory);
          const keys = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };
          store.accounts.add("Ada", keys, 1);
          store.serverState.saveReadMarker("ada", "#lobby", 5);
          for (let index = 0; index < 500; index++) store.history.append(item());
          store.close();
          damage(`${directory}/chat.db`);
          const clock = () => Date.UTC(2026, 0, 2, 3, 4, 5);
          const result = openStore(directory, () => {}, { clock });
          if ("fault" in result) throw new Error(result.fault.message);
          assertMatch(
            result.notices.join(),
            /^The data in .*chat\.db is damaged\. The file was renamed to .*chat\.db\.corrupt-20260102T030405Z, .*history begins anew/,
          );
          const { history, accounts, serverState } = result.store;
          fill(history, "a b");
          assertEquals(ids(history.latest("#lobby", undefined, ALL)), "a b");
          const saved = /saved from it: 1/.test(result.notices.join());
          assertEquals(accounts.find("Ada")?.name, saved ? "Ada" : undefined);
          if (saved) assertEquals(serverState.readMarkers("ada").get("#lobby"), 5);
          assertEquals(saved, name === "a broken page");
          result.store.close();
          const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
          assertEquals(names.filter((name) => !name.endsWith("-shm") && !name.endsWith("-wal")), [
            "chat.db",
            "chat.db.corrupt-20260102T030405Z",
            "chat.lock",
            "chat.names",
          ]);
          opened(directory).close();
        });
      },
    ),
  );
}

/** Overwrites the pages of a database that hold one of these texts. Returns how many. */
function damagePages(path: string, texts: readonly string[]): number {
  const bytes = Deno.readFileSync(path);
  let count = 0;
  for (let at = 0; at < bytes.length; at += 4096) {
    const page = bytes.subarray(at, at + 4096);
    const text = new TextDecoder("latin1").decode(page);
    if (!texts.some((each) => text.includes(each))) continue;
    page.fill(0xa5);
    count++;
  }
  Deno.writeFileSync(path, bytes);
  return count;
}

Deno.test(
  onDisk("Faults: damaged pages of history cost only the messages on them", async () => {
    await inDirectory((directory) => {
      const path = `${directory}/chat.db`;
      const store = opened(directory);
      fill(store.history, "p1 p2", { time: 0, conversation: "=ada bob" });
      const name = (index: number) => `n${String(index).padStart(4, "0")}`;
      for (let index = 0; index < 4000; index++) {
        const msgid = name(index);
        // One of them is so long that it takes pages of its own.
        const text = index === 1000 ? `${"x".repeat(9000)} torn` : `say ${msgid}`;
        store.history.append(item({ msgid, time: 1000 + index, params: ["#lobby", text] }));
      }
      store.history.redact(name(7));
      store.close();
      const lost = damagePages(path, ["say n0500", "say n2000", "say n3999", " torn"]);
      assertEquals(lost, 4);
      Deno.writeTextFileSync(`${path}.damaged`, "");
      const result = openStore(directory, () => {});
      if ("fault" in result) throw new Error(result.fault.message);
      const [notice] = result.notices;
      const { history } = result.store;
      const kept = history.latest("#lobby", undefined, ALL);
      const saved = kept.length + 2;
      assertMatch(notice!, new RegExp(`renamed to .*, and ${saved} messages could be saved from`));
      const found = new Set(kept.map(({ msgid }) => msgid));
      // Each page has some 100 of them.
      assertEquals(saved > 3600 && saved < 4000, true, `${saved}`);
      for (const index of [0, 7, 300, 700, 999, 1000, 1001, 1700, 2300, 3700]) {
        assertEquals(found.has(name(index)), ![7, 1000].includes(index), name(index));
      }
      for (const index of [500, 2000, 3999]) assertEquals(found.has(name(index)), false);
      assertEquals(kept.every(({ source }) => source === "Ada!ada@host"), true);
      assertEquals(ids(history.latest("=ada bob", undefined, ALL)), "p1 p2");
      const query = { conversations: ["#lobby"], text: "n0300", limit: 5 };
      assertEquals(ids(history.search(query)), "n0300");
      assertEquals(
        ids(history.after("#lobby", { msgid: name(3700) }, { ...ALL, limit: 1 })),
        "n3701",
      );
      fill(history, "z", { time: 10_000 });
      assertEquals(ids(history.latest("#lobby", undefined, { ...ALL, limit: 1 })), "z");
      result.store.close();
      opened(directory).close();
    });
  }),
);

Deno.test(
  onDisk(
    "Faults: damaged keys of history, which lead back to earlier rows, are not followed",
    async () => {
      await inDirectory((directory) => {
        const path = `${directory}/chat.db`;
        const store = opened(directory);
        for (let index = 0; index < 4000; index++) {
          store.history.append(item({ msgid: `n${index}`, time: 1000 + index }));
        }
        store.close();
        const bytes = Deno.readFileSync(path);
        let damaged = 0;
        for (let at = 0; at < bytes.length; at += 4096) {
          const page = bytes.subarray(at, at + 4096);
          // A leaf of a table (13): behind its head it has the offsets of its rows.
          if (page[0] !== 13 || !/n22\d\d/.test(new TextDecoder("latin1").decode(page))) continue;
          const view = new DataView(page.buffer, page.byteOffset, page.length);
          for (let cell = 0; cell < view.getUint16(3); cell++) {
            // A byte of its length, then its place: of these four bytes, the first is the highest.
            const place = view.getUint16(8 + 2 * cell) + 1;
            if (page[place] === 0x81) page[place] = 0x80;
            damaged++;
          }
        }
        assertEquals(damaged > 100, true, `${damaged}`);
        Deno.writeFileSync(path, bytes);
        Deno.writeTextFileSync(`${path}.damaged`, "");
        const result = openStore(directory, () => {});
        if ("fault" in result) throw new Error(result.fault.message);
        assertMatch(result.notices[0]!, /messages could be saved/);
        const found = new Set(
          result.store.history.latest("#lobby", undefined, ALL).map(({ msgid }) => msgid),
        );
        for (const msgid of ["n0", "n1000", "n1900", "n2600", "n3999"]) {
          assertEquals(found.has(msgid), true, msgid);
        }
        result.store.close();
      });
    },
  ),
);

Deno.test(
  onDisk(
    "Faults: if the state of rooms can't be read, what was said in closed ones is not open to everyone",
    async () => {
      for (const table of ["channels", "bans"]) {
        await inDirectory((directory) => {
          const store = opened(directory);
          const key = { name: "#lobby", key: "secret", flags: "nt" } as ChannelState;
          store.serverState.saveChannel("#lobby", key);
          fill(store.history, "a b");
          store.close();
          const path = `${directory}/chat.db`;
          const db = new DatabaseSync(path);
          const page = Number(
            db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table)!.rootpage,
          );
          db.close();
          const file = Deno.openSync(path, { write: true });
          file.seekSync((page - 1) * 4096, Deno.SeekMode.Start);
          file.writeSync(new Uint8Array(4096).fill(0xa5));
          file.close();
          const result = openStore(directory, () => {});
          if ("fault" in result) throw new Error(result.fault.message);
          assertMatch(
            result.notices.join(),
            /history begins anew.* Rooms may have lost their keys, /,
          );
          assertEquals(ids(result.store.history.latest("#lobby", undefined, ALL)), "", table);
          const kept = result.store.serverState.channels().map(({ key }) => key);
          assertEquals(kept, table === "bans" ? ["secret"] : []);
          result.store.close();
        });
      }
    },
  ),
);

Deno.test(
  onDisk(
    "Faults: damage found while a server runs is reported, and handled at the next start",
    async () => {
      await inDirectory((directory) => {
        const events: StoreEvent[] = [];
        const store = opened(directory, { events });
        for (let index = 0; index < 3000; index++) store.history.append(item({ time: index }));
        store.close();
        const path = `${directory}/chat.db`;
        const file = Deno.openSync(path, { read: true, write: true });
        const pages = Deno.statSync(path).size / 4096;
        // Spare what a start reads: the top of the tables and the latest items.
        for (let page = 25; page < pages / 2; page++) {
          file.seekSync(page * 4096, Deno.SeekMode.Start);
          file.writeSync(new Uint8Array(4096).fill(0xa5));
        }
        file.close();
        const again = opened(directory, { events });
        assertEquals(events, []);
        again.history.latest("#lobby", undefined, ALL);
        fill(again.history, "a b", { time: 5000 });
        assertEquals(
          events.map(({ kind }) => kind),
          ["damaged"],
        );
        assertMatch(events[0]!.message, /damaged.*next start/);
        assertEquals(ids(again.history.latest("#lobby", { time: 4999 }, ALL)), "a b");
        again.close();
        const result = openStore(directory, (event) => events.push(event));
        if ("fault" in result) throw new Error(result.fault.message);
        assertMatch(result.notices.join(), /renamed to/);
        result.store.close();
        assertEquals(events.length, 1);
      });
    },
  ),
);

for (const [name, touch] of [["a search", "search"], ["a redaction", "redact"]] as const) {
  Deno.test(onDisk(`Faults: a damaged word index is rebuilt when ${name} meets it`, async () => {
    await withDatabase(({ store: { history }, path, events }) => {
      for (let index = 0; index < 500; index++) {
        history.append(
          item({ msgid: `n${index}`, time: index, params: ["#lobby", `word${index}`] }),
        );
      }
      const query = (text: string) => history.search({ conversations: ["#lobby"], text, limit: 5 });
      assertEquals(ids(query("word499")), "n499");
      // SQLite's defensive mode would forbid this write to the tables of the index. Deno's types
      // don't know the option yet.
      const options: object = { defensive: false };
      const other = new DatabaseSync(path, options);
      other.exec("UPDATE words_data SET block = randomblob(length(block)) WHERE id > 10");
      other.close();
      if (touch === "redact") history.redact("n7");
      assertEquals(ids(query("word499")), "n499");
      assertEquals(ids(query("word100")), "n100");
      // A search notices the damage and repeats itself; a write to the index reports it.
      assertEquals(events.map(({ kind }) => kind), touch === "redact" ? ["mended"] : []);
    });
  }));
}

Deno.test(onDisk("Store files: only their owner can read and write them", async () => {
  if (Deno.build.os === "windows") return;
  await inDirectory((directory) => {
    const data = `${directory}/new/data`;
    const store = opened(data);
    fill(store.history, "a");
    const mode = (path: string) => (Deno.statSync(path).mode! & 0o777).toString(8);
    assertEquals(mode(data), "700");
    for (const name of ["chat.db", "chat.db-wal", "chat.db-shm", "chat.lock"]) {
      assertEquals([name, mode(`${data}/${name}`)], [name, "600"]);
    }
    store.close();
  });
}));

Deno.test(
  onDisk("Faults: messages that are pushed out of memory count as a change", async () => {
    await withDatabase(({ store: { history }, path }) => {
      using other = new DatabaseSync(path);
      other.exec("BEGIN IMMEDIATE");
      history.append(item({ msgid: "quiet", conversation: "#quiet" }));
      const latest = () => history.latest("#quiet", undefined, { limit: 1, events: false });
      assertEquals(latest().length, 1);
      for (let count = 0; latest().length > 0; count++) {
        const { changes } = history;
        const join = { command: "JOIN", conversation: "#busy" };
        // It asks only now and then, which is slow.
        for (let more = 0; more < 500; more++) {
          history.append(item({ ...join, msgid: `${count}-${more}` }));
        }
        if (latest().length === 0) assertEquals(history.changes > changes, true);
      }
    });
  }),
);
