/**
 * A snapshot in the database, of a server that is one of several.
 *
 * The small tables are copied to JSON by SQLite itself, and back: that takes a tenth of the time
 * that objects would take.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { HistoryEnd } from "../history_end.ts";
import type { ReplicaStore, Snapshot } from "../replica.ts";
import type { SqliteAccounts } from "./accounts.ts";
import type { SqliteHistory } from "./history.ts";
import { KEYS } from "./salvage.ts";
import { textOrNull } from "./statements.ts";
import type { Writer } from "./writer.ts";

/** What else has to be written or forgotten with it. */
interface Around {
  readonly history: SqliteHistory;
  readonly accounts: SqliteAccounts;
  /** Commits everything of the store. */
  readonly commit: () => void;
}

export class SqliteReplica implements ReplicaStore {
  readonly #writer: Writer;
  readonly #db: DatabaseSync;
  readonly #around: Around;
  #applied: number | undefined;
  /** What is in the file. */
  #written = 0;
  /** A snapshot that is not in the file yet, and the end of the history in it. */
  #kept: Snapshot | undefined;
  /** Whether the tables are read, so that what waits for the next commit must be done. */
  #isRead = false;
  #end: HistoryEnd | undefined;

  constructor(writer: Writer, around: Around) {
    this.#writer = writer;
    this.#db = writer.db;
    this.#around = around;
  }

  share(): void {
    this.#around.history.share();
  }

  get applied(): number {
    return this.#applied ??= this.#written = Number(this.#read("applied") ?? 0);
  }

  advance(sequence: number): void {
    this.#applied = sequence;
  }

  /** Whether there is something to write even if nothing else is. */
  get dirty(): boolean {
    return this.#kept !== undefined || this.#isRead;
  }

  keep(snapshot: Snapshot): boolean {
    this.#kept = snapshot;
    this.#around.commit();
    const isKept = this.#kept === undefined;
    this.#kept = undefined;
    return isKept;
  }

  /** Writes what is new. Called within a transaction, after everything else. */
  write(): void {
    if (this.#applied !== undefined && this.#applied !== this.#written) {
      this.#note("applied", this.#applied);
    }
    if (this.#kept === undefined) return;
    const { sequence, world } = this.#kept;
    this.#end = this.#around.history.mark();
    this.#note("sequence", sequence);
    this.#note("world", world);
    this.#note("tables", this.#tables());
    this.#note("end", JSON.stringify(this.#end));
  }

  written(): void {
    if (this.#applied !== undefined) this.#written = this.#applied;
    if (this.#end !== undefined) this.#around.history.marked(this.#end);
    this.#kept = this.#end = undefined;
  }

  get snapshot(): Snapshot | undefined {
    const world = textOrNull(this.#read("world"));
    return world === null ? undefined : { sequence: Number(this.#read("sequence")), world };
  }

  rewind(): Snapshot | undefined {
    const { snapshot } = this;
    if (snapshot === undefined) return undefined;
    const { sequence } = snapshot;
    const done = this.#writer.transaction(() => {
      this.#restore(String(this.#read("tables")));
      this.#around.history.rewind(JSON.parse(String(this.#read("end"))));
      this.#note("applied", sequence);
    });
    if (!done) return undefined;
    this.#applied = this.#written = sequence;
    return snapshot;
  }

  leave(): void {
    const done = this.#writer.transaction(() => {
      this.#db.exec("DELETE FROM replica; DELETE FROM renamed");
    });
    if (done) this.#applied = this.#written = 0;
  }

  tables(): string {
    this.#isRead = true;
    this.#around.commit();
    this.#isRead = false;
    return this.#tables();
  }

  #tables(): string {
    const parts = Object.entries(KEYS).map(([table, keys]) => {
      const columns = this.#columns(table);
      const row = this.#db.prepare(
        `SELECT json_group_array(json_array(${columns.join(", ")})) AS rows
         FROM (SELECT * FROM ${table} ORDER BY ${keys.join(", ")})`,
      ).get();
      return `"${table}":{"columns":${JSON.stringify(columns)},"rows":${row!.rows}}`;
    });
    parts.push(`"names":${JSON.stringify(this.#around.accounts.lost)}`);
    return `{${parts.join(",")}}`;
  }

  #restore(tables: string): void {
    for (const table of Object.keys(KEYS)) {
      const known = new Set(this.#columns(table));
      const state = this.#db.prepare("SELECT json_extract(?, ?) AS columns")
        .get(tables, `$.${table}.columns`)?.columns ?? null;
      this.#db.exec(`DELETE FROM ${table}`);
      // An earlier version may not have had it.
      if (state === null) continue;
      const columns: string[] = JSON.parse(String(state));
      // A later version may have other columns.
      const both = columns.flatMap((column, index) =>
        known.has(column) ? [{ column, value: `value ->> ${index}` }] : []
      );
      this.#db.prepare(
        `INSERT INTO ${table} (${both.map(({ column }) => column).join(", ")})
         SELECT ${both.map(({ value }) => value).join(", ")} FROM json_each(?, ?)`,
      ).run(tables, `$.${table}.rows`);
    }
    const names = this.#db.prepare("SELECT json_extract(?, '$.names') AS names").get(tables)?.names;
    this.#around.accounts.replaced(JSON.parse(String(names)));
  }

  #columns(table: string): string[] {
    return this.#db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all()
      .map(({ name }) => String(name));
  }

  /** Undefined: a new server gets a copy of the file. */
  whole(): undefined {}

  become(): void {
    throw new TypeError("A file is replaced while no server has it open");
  }

  #read(name: string) {
    return this.#db.prepare("SELECT value FROM replica WHERE name = ?").get(name)?.value;
  }

  #note(name: string, value: string | number): void {
    this.#db.prepare("INSERT OR REPLACE INTO replica (name, value) VALUES (?, ?)").run(name, value);
  }
}
