import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../lib/store/open.ts";
import { takeLock } from "../../lib/store/sqlite/files.ts";
import { fill, ids, inDirectory, item, opened } from "./stores.ts";
import { needing } from "../permitted.ts";

const permitted = needing("read", "run", "write");

const ALL = { limit: 1000, events: true };
const KEYS = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };

/** Starts a process that opens a store, and waits for its first line. */
async function other(directory: string, what = "lock") {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("child.ts", import.meta.url).href, directory, what],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  return {
    said: value.trim(),
    more: async () => (await reader.read()).value ?? "",
    async end(signal?: Deno.Signal) {
      if (signal !== undefined) child.kill(signal);
      await child.stdin.close().catch(() => {});
      while (!(await reader.read()).done);
      await child.status;
    },
  };
}

Deno.test(
  permitted("Lock: one server uses a directory, and the lock of a killed one is free", async () => {
    await inDirectory(async (directory) => {
      const first = await other(directory);
      assertEquals(first.said, "open");
      const refused = openStore(directory, () => {});
      if (!("fault" in refused)) throw new Error("two servers have it");
      assertEquals(refused.fault.kind, "locked");
      assertMatch(refused.fault.message, /^Another server \(process \d+\) is using the data in /);
      await first.end("SIGKILL");
      const store = opened(directory);
      const second = await other(directory);
      assertMatch(second.said, /^Another server \(process \d+\)/);
      await second.end();
      store.close();
      const third = await other(directory);
      assertEquals(third.said, "open");
      await third.end();
    });
  }),
);

Deno.test(
  permitted("Lock: a second holder is refused even if the runtime has no tryLockSync", async () => {
    const { tryLockSync } = Deno.FsFile.prototype;
    Reflect.deleteProperty(Deno.FsFile.prototype, "tryLockSync");
    try {
      await inDirectory((directory) => {
        const path = `${directory}/chat.lock`;
        for (let time = 0; time < 2; time++) {
          const first = takeLock(path);
          if ("holder" in first) throw new Error("it is not free");
          assertEquals(takeLock(path), { holder: `${Deno.pid}` });
          first.release();
        }
      });
    } finally {
      Deno.FsFile.prototype.tryLockSync = tryLockSync;
    }
  }),
);

Deno.test(
  permitted(
    "Accounts: whenever a server is killed, no account's name is missing among those that are noted",
    async () => {
      for (const count of [3, 10, 25, 40]) {
        await inDirectory(async (directory) => {
          const child = await other(directory, "register");
          while (!child.said.includes(`+n${count}x`)) child.said += await child.more();
          await child.end("SIGKILL");
          const db = new DatabaseSync(`${directory}/chat.db`);
          const kept = db.prepare("SELECT name FROM accounts").all().map(({ name }) =>
            String(name)
          );
          db.close();
          const noted = JSON.parse(Deno.readTextFileSync(`${directory}/chat.names`));
          assertEquals(kept.filter((name) => !noted.accounts.includes(name)), []);
          assertEquals(kept.length >= count / 2, true);
        });
      }
    },
  ),
);

Deno.test(
  permitted("Accounts: another program sees and changes them while a server runs", async () => {
    await inDirectory(async (directory) => {
      const server = opened(directory);
      const admin = opened(directory, { server: false });
      const before = server.accounts.version();
      assertEquals(server.accounts.version(), before);
      assertEquals(admin.accounts.add("Ada", KEYS, 5), true);
      await Promise.resolve(); // It is looked at once in each task.
      assertEquals(server.accounts.version() === before, false);
      const now = server.accounts.version();
      assertEquals(server.accounts.find("ada")?.name, "Ada");
      server.accounts.loginFailed("Ada", "192.0.2.1", 6);
      assertEquals(server.accounts.version(), now, "our own changes don't count");
      assertEquals(admin.accounts.find("ada")?.failures, 1);
      fill(server.history, "a b c");
      assertEquals(ids(admin.history.latest("#lobby", undefined, ALL)), "a b c");
      server.history.append(item({ msgid: "d" }));
      assertEquals(ids(admin.history.latest("#lobby", undefined, ALL)), "a b c", "not committed");
      admin.close();
      server.close();
    });
  }),
);
