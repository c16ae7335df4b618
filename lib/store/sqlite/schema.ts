/**
 * The tables, and the migrations from earlier versions.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./statements.ts";

/**
 * The steps from an empty file to today's: a file with `user_version` N has had the first N. A step
 * that was ever released is never changed, only followed by others.
 */
export const MIGRATIONS: readonly string[] = [
  // History. `place` orders by time, then by writing, so that everything that reads a stretch of
  // time reads neighbours; see `placeAt`. `time` is only set if the place does not tell it.
  // Conversations may have several rows with the same key: one was renamed into another.
  `
  CREATE TABLE conversations (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
  CREATE INDEX conversations_by_key ON conversations (key);
  CREATE TABLE authors (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, account TEXT, bot INTEGER NOT NULL,
    born INTEGER NOT NULL
  );
  CREATE TABLE items (
    place INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, author INTEGER NOT NULL,
    message INTEGER NOT NULL, command TEXT NOT NULL, msgid TEXT NOT NULL UNIQUE,
    params TEXT, tags TEXT, concat TEXT, time INTEGER
  );
  CREATE INDEX items_by_conversation ON items (conversation, place, message);
  CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  `,
  // The words of messages. Their text is in the items already, so it is not kept again.
  `
  CREATE VIRTUAL TABLE words USING fts5 (
    text, room, who, content = '', columnsize = 0, tokenize = 'ascii'
  );
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
  `,
  // Accounts and invitations. Names that look the same have the same `small` and `capital`.
  `
  CREATE TABLE accounts (
    folded TEXT PRIMARY KEY, small TEXT NOT NULL UNIQUE, capital TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, mechanism TEXT NOT NULL, salt TEXT NOT NULL, iterations INTEGER NOT NULL,
    stored_key TEXT NOT NULL, server_key TEXT NOT NULL, created_at INTEGER NOT NULL,
    last_login_at INTEGER, oper INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
    failed_at INTEGER, failed_from TEXT
  ) WITHOUT ROWID;
  CREATE TABLE invitations (
    id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, for_name TEXT,
    created_at INTEGER NOT NULL, expires_at INTEGER, uses_left INTEGER
  ) WITHOUT ROWID;
  `,
  // Channels, bans, read markers. The state of a channel is read and written as a whole.
  `
  CREATE TABLE channels (folded TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE bans (
    kind TEXT NOT NULL, mask TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
    at INTEGER NOT NULL, until INTEGER, PRIMARY KEY (kind, mask)
  ) WITHOUT ROWID;
  CREATE TABLE read_markers (
    account TEXT NOT NULL, target TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (account, target)
  ) WITHOUT ROWID;
  `,
  // Indexes messages separately from events: the latest message of a room can lie behind 20,000
  // joins and parts, and going over those at each JOIN took 2 ms.
  `
  DROP INDEX items_by_conversation;
  CREATE INDEX items_by_conversation ON items (conversation, message, place);
  `,
  // The tables that find items by conversation and id are filled later, for many at once: see
  // `filing.ts`. The fact `filed` says up to which place that is done.
  `
  CREATE TABLE new_items (
    place INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, author INTEGER NOT NULL,
    message INTEGER NOT NULL, command TEXT NOT NULL, msgid TEXT NOT NULL,
    params TEXT, tags TEXT, concat TEXT, time INTEGER
  );
  INSERT INTO new_items SELECT * FROM items;
  DROP TABLE items;
  ALTER TABLE new_items RENAME TO items;
  CREATE TABLE by_conversation (
    conversation INTEGER NOT NULL, message INTEGER NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (conversation, message, place)
  ) WITHOUT ROWID;
  CREATE TABLE by_msgid (msgid TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO by_conversation SELECT conversation, message, place FROM items ORDER BY 1, 2, 3;
  INSERT INTO by_msgid SELECT msgid, place FROM items ORDER BY 1;
  INSERT INTO facts
    SELECT 'filed', coalesce(max(place), ${Number.MIN_SAFE_INTEGER}) FROM items;
  `,
  // Two accounts may look alike by the rules of another version, so looks are not kept. Guests of
  // an invitation: the name that they came in with (`entered`), and their latest name.
  `
  CREATE TABLE new_accounts (
    folded TEXT PRIMARY KEY, name TEXT NOT NULL, mechanism TEXT NOT NULL, salt TEXT NOT NULL,
    iterations INTEGER NOT NULL, stored_key TEXT NOT NULL, server_key TEXT NOT NULL,
    created_at INTEGER NOT NULL, last_login_at INTEGER, oper INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0, failed_at INTEGER, failed_from TEXT
  ) WITHOUT ROWID;
  INSERT INTO new_accounts SELECT folded, name, mechanism, salt, iterations, stored_key, server_key,
    created_at, last_login_at, oper, failures, failed_at, failed_from FROM accounts;
  DROP TABLE accounts;
  ALTER TABLE new_accounts RENAME TO accounts;
  CREATE TABLE guests (
    id INTEGER PRIMARY KEY, invitation TEXT NOT NULL, entered TEXT NOT NULL, name TEXT NOT NULL,
    at INTEGER NOT NULL
  );
  CREATE INDEX guests_by_invitation ON guests (invitation);
  `,
  // The networks from which somebody logged in to an account: words, the latest first.
  `
  ALTER TABLE accounts ADD COLUMN homes TEXT NOT NULL DEFAULT '';
  `,
  // Whether an account is shown the last messages of a room on entering it, and up to when it has
  // them already.
  `
  ALTER TABLE accounts ADD COLUMN replays INTEGER NOT NULL DEFAULT 1;
  CREATE TABLE departures (
    account TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (account, channel)
  ) WITHOUT ROWID;
  CREATE INDEX departures_by_at ON departures (at);
  `,
  // A server that is one of several: how far it has come (`applied`), a snapshot, and the keys that
  // conversations had when that was made, if they have others now.
  `
  CREATE TABLE replica (name TEXT PRIMARY KEY, value);
  CREATE TABLE renamed (conversation INTEGER PRIMARY KEY, key TEXT NOT NULL);
  `,
];

/**
 * Prepares a connection that writes: deleted data is overwritten. It waits for other programs for
 * so many milliseconds. Throws if the file is not a database.
 */
export function setUp(db: DatabaseSync, patience: number): void {
  // The last statement reads the file: unlike `exec`, `prepare` of Deno 2.4 does not tell what is
  // wrong.
  db.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA secure_delete = ON; PRAGMA schema_version`);
}

export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}

/**
 * Migrates a file, each step in a transaction of its own. Throws what SQLite throws if it can't be
 * written; then the file has one of the versions. Only tests migrate to an earlier one.
 */
export function migrate(db: DatabaseSync, to: number = MIGRATIONS.length): void {
  while (versionOf(db) < to) {
    inTransaction(db, () => {
      // Another process may have been faster.
      const version = versionOf(db);
      if (version < to) db.exec(`${MIGRATIONS[version]}; PRAGMA user_version = ${version + 1};`);
    });
  }
}
