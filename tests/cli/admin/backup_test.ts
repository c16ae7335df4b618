import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { AdminError } from "../../../lib/cli/admin/admin_error.ts";
import { backup } from "../../../lib/cli/admin/backup.ts";
import { restore } from "../../../lib/cli/admin/restore.ts";
import { parseTarHeader, tarHeader } from "../../../lib/cli/admin/tar.ts";
import { MIGRATIONS, versionOf } from "../../../lib/store/sqlite/schema.ts";
import { needing } from "../../permitted.ts";
import { fileOfVersion } from "../../store/earlier.ts";
import { ids, inDirectory, item, opened } from "../../store/stores.ts";

const permitted = needing("read", "write");

const signalling = needing("read", "write", "run");

const NOW = Date.UTC(2026, 10, 30);

const VERIFIER = {
  mechanism: "SCRAM-SHA-256",
  salt: "c2FsdA==",
  iterations: 4096,
  storedKey: "c3RvcmVk",
  serverKey: "c2VydmVy",
} as const;

const ALL = { limit: 100, events: true };

/** Data of a server: an account, a message, and the small files beside the database. */
function fill(directory: string): void {
  const { accounts, history, close } = opened(directory);
  accounts.add("Ada", VERIFIER, NOW);
  history.append(item({ msgid: "m1", time: NOW, params: ["#lobby", "hello"] }));
  history.commit();
  close();
  Deno.writeTextFileSync(`${directory}/cloak.key`, "key\n", { mode: 0o600 });
  Deno.mkdirSync(`${directory}/tls`, { mode: 0o700 });
  Deno.writeTextFileSync(`${directory}/tls/cert.pem`, "cert\n");
  Deno.writeTextFileSync(`${directory}/tls/key.pem`, "secret\n", { mode: 0o600 });
}

/** The permissions of a file, in octal. Windows has none, so there any will do. */
function modeOf(path: string): string {
  const { mode, isDirectory } = Deno.statSync(path);
  if (Deno.build.os === "windows") return isDirectory ? "700" : "600";
  return (mode! & 0o777).toString(8);
}

/** The names of all files in a directory, with their permissions. */
function filesIn(directory: string, inside = ""): string[] {
  return Array.from(Deno.readDirSync(directory + inside)).flatMap(({ name, isDirectory }) => {
    const path = `${inside}/${name}`;
    const own = `${path} ${modeOf(directory + path)}`;
    return isDirectory ? [own, ...filesIn(directory, path)] : [own];
  }).sort();
}

const save = (file: string, data: string) => backup({ file, data }, NOW);

Deno.test(
  permitted("Backup: restored, everything is there, and only its owner can read it", async () => {
    await inDirectory(async (work) => {
      const [data, file, other] = [`${work}/data`, `${work}/b.tar`, `${work}/other`];
      fill(data);
      assertMatch(await save(file, data), /^The backup is in .*b\.tar\. It contains keys/);
      assertEquals(modeOf(file), "600");
      assertMatch(restore({ file, data: other }), /Start the server: chat serve --data /);
      assertEquals(filesIn(other).filter((name) => !name.startsWith("/chat.lock")), [
        ...["/chat.db 600", "/chat.names 600", "/cloak.key 600"],
        ...["/tls 700", "/tls/cert.pem 600", "/tls/key.pem 600"],
      ]);
      for (const name of ["cloak.key", "tls/cert.pem", "tls/key.pem"]) {
        const [one, two] = [data, other].map((place) => Deno.readTextFileSync(`${place}/${name}`));
        assertEquals(one, two);
      }
      const { accounts, history, close } = opened(other);
      assertEquals(accounts.trouble, undefined);
      assertEquals(accounts.find("ada")?.verifier, VERIFIER);
      assertEquals(ids(history.latest("#lobby", undefined, ALL)), "m1");
      close();
      // Nothing is left behind.
      assertEquals(Array.from(Deno.readDirSync(work), ({ name }) => name).sort(), [
        ...["b.tar", "data", "other"],
      ]);
    });
  }),
);

Deno.test(
  permitted("Backup: while a server writes, the copy is of one moment", async () => {
    await inDirectory(async (work) => {
      const { accounts, history, close } = opened(`${work}/data`);
      accounts.add("Ada", VERIFIER, NOW);
      for (let i = 0; i < 5000; i++) {
        history.append(item({ msgid: `m${i}`, time: NOW + i, params: ["#lobby", "hello"] }));
      }
      history.commit();
      const saving = save(`${work}/b.tar`, `${work}/data`);
      history.append(item({ msgid: "later", time: NOW + 9999, params: ["#lobby", "hello"] }));
      history.commit();
      accounts.add("Bob", VERIFIER, NOW);
      await saving;
      close();
      restore({ file: `${work}/b.tar`, data: `${work}/other` });
      const copy = opened(`${work}/other`);
      assertEquals(copy.accounts.trouble, undefined);
      assert(copy.history.find("m4999") !== undefined);
      copy.close();
    });
  }),
);

for (let version = 1; version <= MIGRATIONS.length; version++) {
  Deno.test(
    permitted(`Backup: data of version ${version} is restored, and stays usable`, async () => {
      await inDirectory(async (work) => {
        Deno.mkdirSync(`${work}/data`);
        fileOfVersion(`${work}/data/chat.db`, version);
        await save(`${work}/b.tar`, `${work}/data`);
        restore({ file: `${work}/b.tar`, data: `${work}/other` });
        const kept = new DatabaseSync(`${work}/other/chat.db`, { readOnly: true });
        // The program that wrote it can still read it.
        assertEquals(versionOf(kept), version);
        kept.close();
        const { history, accounts, close } = opened(`${work}/other`);
        assertEquals(ids(history.latest("#lobby", undefined, ALL)), "old-1 old-2");
        const names = accounts.list().map(({ name }) => name);
        assertEquals([names, accounts.trouble], [version >= 3 ? ["Ada", "Adá"] : [], undefined]);
        close();
      });
    }),
  );
}

Deno.test(permitted("Backup: names that were lost before stay owned", async () => {
  await inDirectory(async (work) => {
    fill(`${work}/data`);
    const names = { accounts: ["Ada"], pending: [], lost: ["Bob"], complete: true };
    Deno.writeTextFileSync(`${work}/data/chat.names`, JSON.stringify(names));
    await save(`${work}/b.tar`, `${work}/data`);
    restore({ file: `${work}/b.tar`, data: `${work}/other` });
    const { accounts, close } = opened(`${work}/other`);
    assertEquals(accounts.ownerOf("Bob"), { kind: "lost", name: "Bob" });
    close();
  });
}));

Deno.test(permitted("Backup: what can't be backed up is said, and nothing is written", async () => {
  await inDirectory(async (work) => {
    const cases: [make: (data: string) => void, message: RegExp][] = [
      [(data) => Deno.mkdirSync(data), /^There is no data of a chat server in /],
      [(data) => Deno.writeTextFileSync(data, ""), /^(?:Cannot read|There is no data)/],
      [(data) => {
        Deno.mkdirSync(data);
        Deno.writeTextFileSync(`${data}/chat.db`, "");
      }, /chat\.db is damaged, so there is no backup of it\. Start the server anew/],
      [(data) => {
        fill(data);
        const db = Deno.openSync(`${data}/chat.db`, { write: true });
        db.seekSync(4096 * 3, Deno.SeekMode.Start);
        db.writeSync(new Uint8Array(4096).fill(7));
        db.close();
      }, /chat\.db is damaged, so there is no backup of it/],
      [(data) => {
        fill(data);
        const db = new DatabaseSync(`${data}/chat.db`);
        db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
        db.close();
      }, /was written by a later version of chat\. Use that version/],
    ];
    for (const [i, [make, message]] of cases.entries()) {
      make(`${work}/${i}`);
      const { message: said } = await assertRejects(
        () => save(`${work}/b.tar`, `${work}/${i}`),
        AdminError,
      );
      assertMatch(said, message);
    }
    fill(`${work}/good`);
    for (const file of [`${work}/none/b.tar`, `${work}/good`, `${work}/1/b.tar`]) {
      await assertRejects(() => save(file, `${work}/good`), AdminError);
    }
    const left = Array.from(Deno.readDirSync(work), ({ name }) => name).sort();
    assertEquals(left, [...cases.keys().map(String), "good"]);
  });
}));

Deno.test(
  signalling(
    "Backup: a signal to stop leaves nothing behind",
    async () => {
      await inDirectory(async (work) => {
        fill(`${work}/data`);
        // On a busy machine the signal may arrive when the backup is whole, or even later.
        using stack = new DisposableStack();
        const ignore = () => {};
        Deno.addSignalListener("SIGTERM", ignore);
        stack.defer(() => Deno.removeSignalListener("SIGTERM", ignore));
        let stopped = false;
        for (let times = 0; !stopped; times++) {
          assert(times < 100, "it is never stopped");
          const saving = save(`${work}/b.tar`, `${work}/data`);
          Deno.kill(Deno.pid, "SIGTERM");
          const said = await saving.catch((error) => error);
          stopped = said instanceof AdminError;
          if (!stopped) Deno.removeSync(`${work}/b.tar`);
          else assertEquals(said.message, "The backup was stopped. Nothing was written.");
          assertEquals(Array.from(Deno.readDirSync(work), ({ name }) => name), ["data"]);
        }
      });
    },
    Deno.build.os === "windows" ? "Windows has no such signal" : "",
  ),
);

Deno.test(permitted("Restore: a directory with data is left alone", async () => {
  await inDirectory(async (work) => {
    fill(`${work}/data`);
    await save(`${work}/b.tar`, `${work}/data`);
    const refused = (data: string) =>
      assertThrows(() => restore({ file: `${work}/b.tar`, data }), AdminError).message;
    assertMatch(refused(`${work}/data`), /^There is data of a server in .* \(chat\.names\)\./);
    for (const name of ["chat.db", "cloak.key"]) {
      const data = `${work}/${name}`;
      Deno.mkdirSync(data);
      Deno.writeTextFileSync(`${data}/${name}`, "mine");
      assertMatch(refused(data), new RegExp(`already \\(${name}\\)\\. Name another directory`));
      assertEquals(Deno.readTextFileSync(`${data}/${name}`), "mine");
    }
    // A server that has only begun has the lock.
    const { close } = opened(`${work}/busy`);
    assertMatch(refused(`${work}/busy`), /^A server is using /);
    close();
  });
}));

Deno.test(permitted("Restore: a newer database is refused, with what to do", async () => {
  await inDirectory(async (work) => {
    fill(`${work}/data`);
    const db = new DatabaseSync(`${work}/data/chat.db`);
    const mark = (version: number) => db.exec(`PRAGMA user_version = ${version}`);
    mark(MIGRATIONS.length - 1);
    db.close();
    await save(`${work}/b.tar`, `${work}/data`);
    const bytes = Deno.readFileSync(`${work}/b.tar`);
    // The version is a number of four bytes at 60 in the file format, and the sums tell of it.
    const parts = partsOf(bytes);
    parts.get("chat.db")![63] = MIGRATIONS.length + 1;
    await rewrite(parts, `${work}/b.tar`);
    const { message } = assertThrows(
      () => restore({ file: `${work}/b.tar`, data: `${work}/other` }),
      AdminError,
    );
    assertMatch(message, /was made by a later version of chat\. Use that version to restore it\.$/);
    assertThrows(() => Deno.statSync(`${work}/other`), Deno.errors.NotFound);
  });
}));

Deno.test(permitted("Restore: a cut or damaged file is refused as a whole", async () => {
  await inDirectory(async (work) => {
    fill(`${work}/data`);
    await save(`${work}/b.tar`, `${work}/data`);
    const whole = Deno.readFileSync(`${work}/b.tar`);
    const refused = (bytes: Uint8Array) => {
      Deno.writeFileSync(`${work}/bad.tar`, bytes);
      assertThrows(() => restore({ file: `${work}/bad.tar`, data: `${work}/other` }), AdminError);
      assertThrows(() => Deno.statSync(`${work}/other`), Deno.errors.NotFound);
    };
    for (const length of [0, 1, 511, 512, 600, 5000, whole.length - 1024, whole.length - 1]) {
      refused(whole.subarray(0, length));
    }
    // Padding says nothing, and owner and time of a file don't matter; each other byte does.
    for (const [name, at] of offsetsOf(whole)) {
      for (const [where, offset] of [["name", 0], ["size", 130], ["type", 156], ["text", 512]]) {
        const bad = whole.slice();
        bad[at + Number(offset)]! ^= 1;
        assert(bad[at + Number(offset)] !== whole[at + Number(offset)], `${name}: ${where}`);
        refused(bad);
      }
    }
    for (let at = 0; at < whole.length; at += 4999) {
      const bad = whole.slice();
      bad[at]! ^= 0x10;
      if (!isPadding(whole, at)) refused(bad);
    }
  });
}));

Deno.test(permitted("Restore: links, foreign files and paths of others are refused", async () => {
  await inDirectory(async (work) => {
    fill(`${work}/data`);
    await save(`${work}/b.tar`, `${work}/data`);
    const parts = partsOf(Deno.readFileSync(`${work}/b.tar`));
    const refused = () => {
      const { message } = assertThrows(
        () => restore({ file: `${work}/bad.tar`, data: `${work}/other` }),
        AdminError,
      );
      assertMatch(message, /is not a backup that chat made\.$/);
      assertThrows(() => Deno.statSync(`${work}/other`), Deno.errors.NotFound);
    };
    for (const name of ["../evil", "/tmp/evil", "tls/../../evil", "evil", "chat.db-wal", "tls/x"]) {
      await rewrite(new Map([[name, new Uint8Array(1)], ...parts]), `${work}/bad.tar`);
      refused();
    }
    // Twice the same, the wrong order, or without the database.
    const db = parts.get("chat.db")!;
    await rewrite(new Map([["chat.db", db], ...[...parts].slice(0, 2)]), `${work}/bad.tar`);
    refused();
    await rewrite(new Map([...parts].filter(([name]) => name !== "chat.db")), `${work}/bad.tar`);
    refused();
    // A link of the name of a file.
    const link = tarHeader("chat.names", 0, 0);
    link[156] = "2".charCodeAt(0);
    link.set(new TextEncoder().encode("/etc/passwd"), 157);
    const sum = link.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    link.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    Deno.writeFileSync(`${work}/bad.tar`, link);
    refused();
  });
}));

/** Where the headers of an archive are, by the name of the file. */
function offsetsOf(archive: Uint8Array): Map<string, number> {
  const offsets = new Map<string, number>();
  for (let at = 0;;) {
    const header = parseTarHeader(archive.subarray(at, at + 512));
    if (header === undefined) return offsets;
    offsets.set(header.name, at);
    at += 512 + Math.ceil(header.size / 512) * 512;
  }
}

/** The files of an archive. */
function partsOf(archive: Uint8Array): Map<string, Uint8Array<ArrayBuffer>> {
  const parts = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, at] of offsetsOf(archive)) {
    const { size } = parseTarHeader(archive.subarray(at, at + 512))!;
    if (name !== "SHA256SUMS") parts.set(name, archive.slice(at + 512, at + 512 + size));
  }
  return parts;
}

/** Whether a byte of an archive is padding, or in a field of a header that does not matter. */
function isPadding(archive: Uint8Array, at: number): boolean {
  const [, start] = [...offsetsOf(archive)].findLast(([, start]) => start <= at)!;
  const { size } = parseTarHeader(archive.subarray(start, start + 512))!;
  return at >= start + 512 + size;
}

/** Writes an archive with right sums. */
async function rewrite(
  parts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  path: string,
): Promise<void> {
  using out = Deno.openSync(path, { write: true, create: true, truncate: true });
  let sums = "";
  const put = (name: string, bytes: Uint8Array) => {
    out.writeSync(tarHeader(name, bytes.length, 0));
    out.writeSync(bytes);
    out.writeSync(new Uint8Array((512 - bytes.length % 512) % 512));
  };
  for (const [name, bytes] of parts) {
    put(name, bytes);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    sums += `${sum.toHex()}  ${name}\n`;
  }
  put("SHA256SUMS", new TextEncoder().encode(sums));
  out.writeSync(new Uint8Array(1024));
}
