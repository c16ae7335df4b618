import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { user } from "../../../lib/cli/admin/users.ts";
import { openData } from "../../../lib/cli/serve/data.ts";
import { defaults, merge } from "../../../lib/server/settings/config.ts";
import { openStore, type StoreEvent } from "../../../lib/store/open.ts";
import type { Store } from "../../../lib/store/store.ts";
import { fill, inDirectory } from "../../store/stores.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

const KEYS = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };

const PRIVATE = { mode: 0o600 };

interface Opened {
  readonly directory: string | null;
  readonly kept: boolean;
  readonly store: Store;
  readonly warnings: readonly string[];
  readonly events: readonly StoreEvent[];
}

function open(directory: string): Opened {
  const events: StoreEvent[] = [];
  const opened = openData(merge(defaults(), { data: directory }), (event) => events.push(event));
  if ("refusal" in opened) throw new Error(opened.refusal);
  return { ...opened, events };
}

/** Leaves the data of a server with two accounts in a directory. */
function ran(directory: string): void {
  const { store } = open(directory);
  for (const name of ["Ada", "Can"]) assert(store.accounts.add(name, KEYS, 1));
  fill(store.history, "a b c");
  store.close();
}

function names(directory: string): { accounts: string[]; lost: string[]; complete: boolean } {
  return JSON.parse(Deno.readTextFileSync(`${directory}/chat.names`));
}

/** The owners of three names: an owned one, one that looks like it, and one without an owner. */
function owners({ store: { accounts } }: Opened): string[] {
  return ["ada", "Adá", "Eve"].map((name) => {
    const owner = accounts.ownerOf(name);
    return "name" in owner ? `${owner.kind} ${owner.name}` : owner.kind;
  });
}

/** States of the database in which accounts can't be read. */
const STATES: readonly (readonly [name: string, make: (path: string) => void, why: RegExp])[] = [
  [
    "a directory",
    (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    },
    /^Cannot open .*chat\.db: it can't be opened or written\. /,
  ],
  [
    "empty",
    (path) => Deno.truncateSync(path),
    /^\S+chat\.db is empty, although a server ran here /,
  ],
  [
    "a database without tables",
    (path) => {
      Deno.removeSync(path);
      const db = new DatabaseSync(path);
      db.exec("PRAGMA journal_mode = WAL; CREATE TABLE x (y); DROP TABLE x");
      db.close();
      Deno.chmodSync(path, 0o600);
    },
    /^\S+chat\.db is empty, although a server ran here before\. /,
  ],
  [
    "missing",
    (path) => Deno.removeSync(path),
    /^\S+chat\.db is missing, although a server with accounts ran here\. /,
  ],
];

for (const [name, make, why] of STATES) {
  Deno.test(
    permitted(
      `Accounts: if chat.db is ${name}, their names are theirs, and nobody is served an empty one`,
      async () => {
        await inDirectory((directory) => {
          ran(directory);
          const path = `${directory}/chat.db`;
          const copy = Deno.readFileSync(path);
          make(path);
          // The result is the same at every start.
          for (let times = 0; times < 2; times++) {
            const opened = open(directory);
            assertEquals(opened.warnings.length, 1);
            assertMatch(opened.warnings[0]!, why);
            assertEquals(
              [opened.directory, opened.kept],
              [directory, false],
              "the key is kept there",
            );
            assertMatch(opened.warnings[0]!, / The 2 usernames with an owner can't be used\. /);
            assertEquals(opened.store.accounts.trouble?.text, opened.warnings[0]);
            assertEquals(owners(opened), ["lost Ada", "lost Ada", "nobody"]);
            const { accounts } = opened.store;
            assertEquals([accounts.add("Eve", KEYS, 1), accounts.find("Ada")], [false, undefined]);
            opened.store.close();
            assertEquals(names(directory).accounts, ["Ada", "Can"]);
          }
          // Restoring the file restores the accounts.
          if (name !== "missing") Deno.removeSync(path, { recursive: true });
          Deno.writeFileSync(path, copy, PRIVATE);
          const restored = open(directory);
          assertEquals([restored.warnings, restored.store.accounts.find("ada")?.name], [[], "Ada"]);
          restored.store.close();
        });
      },
    ),
  );

  Deno.test(
    permitted(
      `Accounts: if chat.db is ${name} and so are the names, nobody can tell whose one is`,
      async () => {
        for (const lose of ["missing", "broken"]) {
          await inDirectory((directory) => {
            ran(directory);
            make(`${directory}/chat.db`);
            if (lose === "broken") {
              Deno.writeTextFileSync(`${directory}/chat.names`, "{ oh", PRIVATE);
            } else Deno.removeSync(`${directory}/chat.names`);
            const opened = open(directory);
            // Deleting both files makes a new store.
            const anew = name === "missing" && lose === "missing";
            assertEquals(owners(opened), Array(3).fill(anew ? "nobody" : "unknown"));
            assertEquals(opened.store.accounts.trouble === undefined, anew);
            if (!anew) {
              assertMatch(opened.warnings.join(), /newcomers get guest names/);
            }
            opened.store.close();
          });
        }
      },
    ),
  );
}

Deno.test(
  permitted(
    "Accounts: a server that was stopped while it began, or had none, begins again",
    async () => {
      await inDirectory((directory) => {
        Deno.writeTextFileSync(`${directory}/chat.db`, "", PRIVATE);
        const first = open(directory);
        assertEquals([first.warnings, owners(first)], [[], Array(3).fill("nobody")]);
        first.store.close();
        for (const suffix of ["", "-wal", "-shm"]) {
          try {
            Deno.removeSync(`${directory}/chat.db${suffix}`);
          } catch {
            // SQLite may not have made this file.
          }
        }
        Deno.writeTextFileSync(`${directory}/chat.db`, "", PRIVATE);
        const again = open(directory);
        assertEquals(again.warnings, []);
        assert(again.store.accounts.add("Eve", KEYS, 1));
        again.store.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: their names are noted by whoever changes them, for nobody else to read",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        const mode = () => (Deno.statSync(`${directory}/chat.names`).mode! & 0o777).toString(8);
        if (Deno.build.os !== "windows") assertEquals(mode(), "600");
        const server = open(directory);
        const admin = openStore(directory, () => {}, { server: false });
        assert("store" in admin);
        admin.store.accounts.add("Deniz", KEYS, 1);
        assertEquals(names(directory).accounts, ["Ada", "Can", "Deniz"]);
        server.store.accounts.remove("ada");
        assertEquals(names(directory).accounts, ["Can", "Deniz"]);
        assertEquals(owners(server), Array(3).fill("nobody"));
        // Changes that an earlier version made without updating the file are added at the next
        // start.
        admin.store.close();
        server.store.close();
        Deno.writeTextFileSync(
          `${directory}/chat.names`,
          '{"accounts":["Can"],"lost":[],"complete":true}',
          PRIVATE,
        );
        open(directory).store.close();
        assertEquals(names(directory), { accounts: ["Can", "Deniz"], lost: [], complete: true });
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: what a sound file has no more, an older copy or one without its log, is nobody else's",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        const path = `${directory}/chat.db`;
        const copy = Deno.readFileSync(path);
        const server = open(directory);
        assert(server.store.accounts.add("Deniz", KEYS, 1));
        server.store.accounts.remove("Can");
        server.store.close();
        Deno.writeFileSync(path, copy, PRIVATE);
        const opened = open(directory);
        assertEquals(opened.warnings.length, 1);
        assertMatch(
          opened.warnings[0]!,
          /^These accounts were lost with .*: Deniz\. To restore one: /,
        );
        const { accounts } = opened.store;
        assertEquals(accounts.ownerOf("D3niz").kind, "nobody");
        assertEquals(accounts.ownerOf("Deniz"), { kind: "lost", name: "Deniz" });
        assertEquals(accounts.ownerOf("deníz"), { kind: "lost", name: "Deniz" });
        // Accounts in the backup are available again.
        assertEquals(accounts.ownerOf("Can").kind, "account");
        assertEquals(names(directory), {
          accounts: ["Ada", "Can"],
          lost: ["Deniz"],
          complete: true,
        });
        assert(accounts.add("Deniz", KEYS, 1), "its host gives it back");
        assertEquals(accounts.trouble, undefined);
        opened.store.close();
        assertEquals(names(directory).lost, []);
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: of a file that can only be read, names that it lacks are nobody else's",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        const path = `${directory}/chat.db`;
        const copy = Deno.readFileSync(path);
        const server = open(directory);
        assert(server.store.accounts.add("Deniz", KEYS, 1));
        server.store.close();
        Deno.writeFileSync(path, copy, PRIVATE);
        // Without a lock nothing is written.
        Deno.removeSync(`${directory}/chat.lock`);
        Deno.mkdirSync(`${directory}/chat.lock`);
        const opened = open(directory);
        assertMatch(opened.warnings[0]!, /^Cannot write to .* What is in it can be read, /);
        assertEquals([opened.directory, opened.kept], [directory, false]);
        const { accounts } = opened.store;
        assertEquals(accounts.ownerOf("Deniz"), { kind: "lost", name: "Deniz" });
        assertEquals(accounts.ownerOf("Ada").kind, "account");
        opened.store.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: names that were lost and can't be noted are nobody else's either",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        Deno.writeTextFileSync(
          `${directory}/chat.names`,
          '{"accounts":["Ada","Can","Deniz"],"lost":[],"complete":true}',
          PRIVATE,
        );
        // A temporary file that can't be removed.
        Deno.mkdirSync(`${directory}/chat.names.new/x`, { recursive: true });
        const opened = open(directory);
        const { accounts } = opened.store;
        assertEquals(accounts.ownerOf("Deniz"), { kind: "lost", name: "Deniz" });
        assertEquals(accounts.add("Eve", KEYS, 1), false);
        assertEquals(accounts.ownerOf("Deniz"), { kind: "lost", name: "Deniz" });
        opened.store.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: one whose server was killed before it was made is not lost, and one that was made is there",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        const noted = {
          accounts: ["Ada", "Can", "Eve"],
          pending: ["Eve"],
          lost: [],
          complete: true,
        };
        const file = `${directory}/chat.names`;
        const whoWrites = () => Deno.writeTextFileSync(file, JSON.stringify(noted), PRIVATE);
        whoWrites();
        // Another program opens the store before the account is committed.
        const admin = openStore(directory, () => {}, { server: false });
        assert("store" in admin);
        assertEquals(admin.store.accounts.trouble, undefined);
        admin.store.close();
        const opened = open(directory);
        assertEquals([opened.warnings, opened.store.accounts.ownerOf("Eve").kind], [[], "nobody"]);
        assertEquals(names(directory), { accounts: ["Ada", "Can"], lost: [], complete: true });
        opened.store.close();
        // If nothing can be read, the account may have been committed.
        whoWrites();
        Deno.truncateSync(`${directory}/chat.db`);
        const lost = open(directory);
        assertEquals(lost.store.accounts.ownerOf("Eve").kind, "lost");
        lost.store.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: of a badly damaged file the names that were lost are kept, until somebody decides",
    async () => {
      await inDirectory(async (directory) => {
        ran(directory);
        Deno.writeTextFileSync(`${directory}/chat.db`, "This is a letter. ".repeat(500), PRIVATE);
        const first = open(directory);
        assertMatch(first.warnings.join(" "), /renamed to .* No accounts could be saved from it\./);
        assertMatch(
          first.warnings.join(" "),
          /lost with a damaged file.*: Ada, Can\. .* chat user add/,
        );
        assertEquals(owners(first), ["lost Ada", "lost Ada", "nobody"]);
        assertEquals(first.store.accounts.trouble?.total, false);
        first.store.close();
        const second = open(directory);
        assertEquals(second.warnings.length, 1, "the next start says it too");
        assertEquals(owners(second), ["lost Ada", "lost Ada", "nobody"]);
        const input = {
          isTerminal: () => false,
          read: (buffer: Uint8Array) => {
            const { written } = new TextEncoder().encodeInto("correct horse\n", buffer);
            return Promise.resolve(written);
          },
          setRaw: () => {},
          show: () => {},
          stopped: () => new Promise<never>(() => {}),
        };
        const data = directory;
        assertMatch(await user({ action: "list", data }, input), /^Ada, lost with a damaged file/);
        assertMatch(
          await user({ action: "delete", name: "can", data }, input),
          /^The account can was deleted/,
        );
        // The running server sees the change.
        assertEquals(second.store.accounts.ownerOf("Can"), { kind: "nobody" });
        assertEquals(second.store.accounts.trouble?.lost, ["Ada"]);
        assertMatch(
          await user({ action: "add", name: "Ada", data }, input),
          /^The account Ada was created/,
        );
        assertEquals(owners(second), ["account Ada", "account Ada", "nobody"]);
        assertEquals(second.store.accounts.trouble, undefined);
        second.store.close();
        assertEquals(names(directory), { accounts: ["Ada"], lost: [], complete: true });
      });
    },
  ),
);

Deno.test(
  permitted("Accounts: what is saved of a damaged file frees none of the other names", async () => {
    await inDirectory((directory) => {
      const { store } = open(directory);
      // The accounts fill several pages.
      for (let index = 0; index < 400; index++) {
        store.accounts.add(`name${index}x`, { ...KEYS, salt: "s".repeat(200) }, 1);
      }
      store.close();
      const path = `${directory}/chat.db`;
      const db = new DatabaseSync(path);
      const root = Number(
        db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'").get()!.rootpage,
      );
      db.close();
      const bytes = Deno.readFileSync(path);
      // Find a leaf in the middle. An inner page holds its rightmost child after the header, and
      // each of its cells begins with the page number of a left child.
      const LEAF = 10;
      let child = root;
      for (;;) {
        const page = new DataView(bytes.buffer, (child - 1) * 4096, 4096);
        if (page.getUint8(0) === LEAF) break;
        child = child === root ? page.getUint32(8) : page.getUint32(page.getUint16(12));
      }
      bytes.fill(0xa5, (child - 1) * 4096, child * 4096);
      Deno.writeFileSync(path, bytes, PRIVATE);
      const opened = open(directory);
      const saved = opened.store.accounts.list().length;
      assert(saved > 100 && saved < 400, `${saved} were saved, from both ends`);
      const kinds = new Set<string>();
      for (let index = 0; index < 400; index++) {
        kinds.add(opened.store.accounts.ownerOf(`name${index}x`).kind);
      }
      assertEquals([...kinds].sort(), ["account", "lost"]);
      assertEquals(names(directory).lost.length, 400 - saved);
      opened.store.close();
    });
  }),
);

Deno.test(
  permitted(
    "Accounts: if it is not known which were lost, nobody is given a name, until the names are deleted",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        Deno.removeSync(`${directory}/chat.names`);
        Deno.writeTextFileSync(`${directory}/chat.db`, "This is a letter. ".repeat(500), PRIVATE);
        for (let times = 0; times < 2; times++) {
          const opened = open(directory);
          assertEquals(owners(opened), Array(3).fill("unknown"));
          assertMatch(opened.warnings.at(-1)!, /delete \S+chat\.names and start the server again/);
          opened.store.close();
        }
        Deno.removeSync(`${directory}/chat.names`);
        const anew = open(directory);
        assertEquals([anew.warnings, owners(anew)], [[], Array(3).fill("nobody")]);
        anew.store.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: if they can't be read any more while a server runs, their names stay theirs",
    async () => {
      await inDirectory(async (directory) => {
        ran(directory);
        const opened = open(directory);
        const { accounts } = opened.store;
        assertEquals(owners(opened), ["account Ada", "account Ada", "nobody"]);
        const other = new DatabaseSync(`${directory}/chat.db`);
        other.exec("ALTER TABLE accounts RENAME TO hidden");
        await Promise.resolve(); // The file is looked at once in each task.
        assertEquals(owners(opened), ["lost Ada", "lost Ada", "nobody"]);
        assertEquals([accounts.trouble?.total, accounts.find("Ada")], [true, undefined]);
        assertEquals([accounts.mayExist("Ada"), accounts.mayExist("Eve")], [true, true]);
        assertEquals(accounts.add("Eve", KEYS, 1), false);
        assertMatch(
          opened.events.map(({ message }) => message).join(),
          /accounts in \S+ can't be read/,
        );
        other.exec("ALTER TABLE hidden RENAME TO accounts");
        other.close();
        await Promise.resolve();
        assertEquals(owners(opened), ["account Ada", "account Ada", "nobody"]);
        assertEquals(accounts.trouble, undefined);
        assertMatch(opened.events.at(-1)!.message, /can be read again\.$/);
        opened.store.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: chat user makes no empty database of one that is missing or empty",
    async () => {
      await inDirectory((directory) => {
        ran(directory);
        const path = `${directory}/chat.db`;
        Deno.truncateSync(path);
        const empty = openStore(directory, () => {}, { server: false });
        assert("fault" in empty);
        assertMatch(empty.fault.message, /chat\.db is empty\.$/);
        assertEquals(Deno.statSync(path).size, 0);
        Deno.removeSync(path);
        const missing = openStore(directory, () => {}, { server: false });
        assert("fault" in missing);
        assertEquals(names(directory).accounts, ["Ada", "Can"]);
      });
    },
  ),
);
