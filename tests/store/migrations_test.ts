import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { migrate, MIGRATIONS, versionOf } from "../../lib/store/sqlite/schema.ts";
import { fileOfVersion, ROWS } from "./earlier.ts";
import { ids, inDirectory, item, onDisk, opened } from "./stores.ts";

const ALL = { limit: 100, events: true };

for (let version = 0; version <= MIGRATIONS.length; version++) {
  Deno.test(
    onDisk(
      `Migrations: a file of version ${version} becomes one of today, with all that is in it`,
      async () => {
        await inDirectory((directory) => {
          fileOfVersion(`${directory}/chat.db`, version);

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
