import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { migrate, MIGRATIONS, versionOf } from "../../lib/store/sqlite/schema.ts";
import { ids, inDirectory, item, onDisk, opened } from "./stores.ts";

const ALL = { limit: 100, events: true };

/**
 * Rows that each version added. They are written as SQL, because the code that wrote them no longer
 * exists.
 */
const ROWS: Readonly<Record<number, string>> = {
  1: `
    INSERT INTO conversations VALUES (7, '#lobby');
    INSERT INTO authors VALUES (3, 'Ada!ada@host', 'ada', 0, 1000);
    INSERT INTO items VALUES (1024000, 7, 3, 1, 'PRIVMSG', 'old-1',
      '#lobby' || char(13) || 'Hello Çağrı', '+a=b', NULL, NULL);
    INSERT INTO items VALUES (2048001, 7, 3, 0, 'JOIN', 'old-2', '#lobby', NULL, NULL, NULL);
  `,
  2: `
    INSERT INTO words (rowid, text, room, who) VALUES (1024000, 'hello cagri', 'c7', 'ada');
    INSERT INTO facts VALUES ('words', 'by older rules'), ('indexed', 2048001);
  `,
  3: `
    INSERT INTO accounts (folded, small, capital, name, mechanism, salt, iterations, stored_key,
      server_key, created_at) VALUES ('ada', 'ada', 'ADA', 'Ada', 'SCRAM-SHA-256', 'c2FsdA==', 4096,
      'c3RvcmVk', 'c2VydmVy', 1000),
      ('adá', 'adá', 'ADÁ', 'Adá', 'SCRAM-SHA-256', 'c2FsdA==', 4096, 'c3RvcmVk', 'c2VydmVy', 1001);
    INSERT INTO invitations VALUES ('i1', 'aa', NULL, 1000, NULL, 3);
  `,
  4: `
    INSERT INTO channels VALUES ('#lobby', '{"name":"#lobby","flags":"nt"}');
    INSERT INTO bans VALUES ('user', '*@bad', 'spam', 'Ada', 1000, NULL);
    INSERT INTO read_markers VALUES ('ada', '#lobby', 1000);
  `,
  // Other indexes; no new data.
  5: "",
  6: "",
  7: `
    INSERT INTO guests VALUES (1, 'i1', 'deniz', 'Deniz', 1000);
  `,
  8: "UPDATE accounts SET homes = 'abc.ip def.ip'",
  9: "INSERT INTO departures VALUES ('ada', '#lobby', 1000);",
};

for (let version = 0; version <= MIGRATIONS.length; version++) {
  Deno.test(
    onDisk(
      `Migrations: a file of version ${version} becomes one of today, with all that is in it`,
      async () => {
        await inDirectory((directory) => {
          const db = new DatabaseSync(`${directory}/chat.db`);
          for (let step = 1; step <= version; step++) {
            migrate(db, step);
            db.exec(ROWS[step]!);
          }
          assertEquals(versionOf(db), version);
          db.close();

          const { history, accounts, serverState, close } = opened(directory);
          if (version >= 1) {
            assertEquals(history.latest("#lobby", undefined, ALL), [
              item({
                msgid: "old-1",
                time: 1000,
                account: "ada",
                params: ["#lobby", "Hello Çağrı"],
                tags: "+a=b",
              }),
              item({
                msgid: "old-2",
                time: 2000,
                account: "ada",
                command: "JOIN",
                params: ["#lobby"],
              }),
            ]);
            assertEquals(history.find("old-2")?.time, 2000);
          }
          history.append(item({ msgid: "new", time: 3000, params: ["#lobby", "hello again"] }));
          history.commit();
          const found = history.search({ conversations: ["#lobby"], text: "hello", limit: 9 });
          assertEquals(ids(found), version >= 1 ? "old-1 new" : "new");
          const cagri = history.search({ conversations: ["#lobby"], text: "CAGRI", limit: 9 });
          assertEquals(ids(cagri), version >= 1 ? "old-1" : "");
          assertEquals(accounts.find("ADA")?.createdAt, version >= 3 ? 1000 : undefined);
          const homes = version >= 8 ? ["abc.ip", "def.ip"] : version >= 3 ? [] : undefined;
          assertEquals(accounts.find("ADA")?.homes, homes);
          // Today's rules would refuse the second name beside the first. Both stay.
          const names = accounts.list().map(({ name }) => name);
          assertEquals(names, version >= 3 ? ["Ada", "Adá"] : []);
          assertEquals(accounts.findInvitation("aa", 5)?.usesLeft, version >= 3 ? 3 : undefined);
          assertEquals(
            serverState.channels().map(({ flags }) => flags),
            version >= 4 ? ["nt"] : [],
          );
          assertEquals(serverState.bans(5).length, version >= 4 ? 1 : 0);
          assertEquals(
            serverState.readMarkers("Ada").get("#lobby"),
            version >= 4 ? 1000 : undefined,
          );
          assertEquals(accounts.find("Ada")?.replays, version >= 3 ? true : undefined);
          assertEquals(
            serverState.departures("Ada").get("#lobby"),
            version >= 9 ? 1000 : undefined,
          );
          close();

          const after = new DatabaseSync(`${directory}/chat.db`);
          assertEquals(versionOf(after), MIGRATIONS.length);
          assertEquals(after.prepare("PRAGMA integrity_check").all().length, 1);
          after.close();
        });
      },
    ),
  );
}

Deno.test(onDisk("Migrations: this test has rows for every version", () => {
  assertEquals(Object.keys(ROWS).length, MIGRATIONS.length);
}));

Deno.test(onDisk("Migrations: a step that fails leaves the file as it was", async () => {
  await inDirectory((directory) => {
    const db = new DatabaseSync(`${directory}/chat.db`);
    migrate(db, 2);
    db.exec("CREATE TABLE invitations (in_the_way)");
    let failed = false;
    try {
      migrate(db);
    } catch {
      failed = true;
    }
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE name = 'accounts'").all();
    assertEquals([failed, versionOf(db), tables], [true, 2, []]);
    db.close();
  });
}));
