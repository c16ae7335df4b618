/** Databases as earlier versions of the program wrote them. */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "../../lib/store/sqlite/schema.ts";

/**
 * Rows that each version added. They are written as SQL, because the code that wrote them no longer
 * exists.
 */
export const ROWS: Readonly<Record<number, string>> = {
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
  10: "INSERT INTO replica VALUES ('applied', 5); INSERT INTO renamed VALUES (7, '#old')",
};

/** Makes a database of a version, with the rows of it and of all before. */
export function fileOfVersion(path: string, version: number): void {
  const db = new DatabaseSync(path);
  for (let step = 1; step <= version; step++) {
    migrate(db, step);
    db.exec(ROWS[step]!);
  }
  db.close();
}
