/**
 * Writes to the file, or notes that it can't be written and when to try again.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { explainFault, rebuiltNotice, type StoreEvent } from "./faults.ts";

/** How long a file that could not be written is left alone, in milliseconds. */
export const PAUSE = 5000;

/** Wraps everything that is written to a database into transactions, and survives where they fail. */
export class Writer {
  /** The database. */
  readonly db: DatabaseSync;
  /** The file as the messages name it. */
  readonly path: string;
  readonly #clock: () => number;
  readonly #onFault: (event: StoreEvent) => void;
  readonly #begin;
  readonly #end;
  readonly #rolledBack: (() => void)[] = [];
  #repairs: (() => void)[] = [];
  #isWriting = false;
  #wasRepaired = false;
  /** Where it is for good, only a new start can help. */
  #fault: { readonly forGood: boolean; readonly retryAt: number } | undefined;

  /**
   * Makes one that works.
   *
   * @param path the file as the messages name it.
   * @param clock milliseconds since 1970.
   * @param onFault is told once when writing fails, and once when it works again.
   */
  constructor(
    db: DatabaseSync,
    path: string,
    clock: () => number,
    onFault: (event: StoreEvent) => void,
  ) {
    this.db = db;
    this.path = path;
    this.#clock = clock;
    this.#onFault = onFault;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#end = db.prepare("COMMIT");
  }

  /** Prepares statements, by their names. */
  prepare<Name extends string>(
    sql: Readonly<Record<Name, string>>,
  ): Readonly<Record<Name, StatementSync>> {
    const prepared = Object.entries<string>(sql).map((
      [name, text],
    ) => [name, this.db.prepare(text)]);
    return Object.fromEntries(prepared) as Record<Name, StatementSync>;
  }

  /** The time, in milliseconds since 1970. */
  get now(): number {
    return this.#clock();
  }

  /** Whether the file could not be written the last time. */
  get broken(): boolean {
    return this.#fault !== undefined;
  }

  /**
   * Has a damaged file repaired before it is given up: what failed is tried again after each of
   * these. Each is called once, outside of a transaction, and throws if it can't.
   */
  onDamage(...repairs: (() => void)[]): void {
    this.#repairs = repairs;
  }

  /** Tells whoever runs the server something about the file. */
  tell(event: StoreEvent): void {
    this.#onFault(event);
  }

  /** Has something run whenever what was written is taken back: what is known of it is wrong. */
  onRollback(forget: () => void): void {
    this.#rolledBack.push(forget);
  }

  /**
   * Writes, all of it or nothing.
   *
   * @returns whether it is written. Where the file was found broken it is not even tried until
   * some time has passed.
   */
  transaction(write: () => void): boolean {
    const fault = this.#fault;
    if (fault !== undefined && (fault.forGood || this.#clock() < fault.retryAt)) return false;
    let error = this.#tried(write);
    while (error !== undefined && this.#repaired(error)) error = this.#tried(write);
    if (error !== undefined) this.failed(error);
    else this.#mended();
    return error === undefined;
  }

  #tried(write: () => void): unknown {
    try {
      this.#begin.run();
      this.#isWriting = true;
      write();
      this.#end.run();
      return undefined;
    } catch (error) {
      this.#rollBack();
      return error ?? new Error("unknown");
    } finally {
      this.#isWriting = false;
    }
  }

  /** Reads. If that fails, it is as if nothing were there. */
  read<T>(read: () => T, nothing: T): T {
    for (;;) {
      try {
        const result = read();
        this.#mended();
        return result;
      } catch (error) {
        // What is read to be written fails as a whole.
        if (this.#isWriting) throw error;
        if (this.#repaired(error)) continue;
        this.failed(error);
        return nothing;
      }
    }
  }

  /** Whether a fault was one of damage, and something of the file was made again. */
  #repaired(error: unknown): boolean {
    if (explainFault(error).kind !== "damaged") return false;
    for (let repair = this.#repairs.shift(); repair !== undefined; repair = this.#repairs.shift()) {
      try {
        repair();
      } catch {
        continue;
      }
      for (const forget of this.#rolledBack) forget();
      this.#wasRepaired = true;
      return true;
    }
    return false;
  }

  /** Something works: if it was repaired before, that has helped. */
  #mended(): void {
    if (!this.#wasRepaired) return;
    this.#wasRepaired = false;
    if (!this.broken) this.#onFault({ kind: "mended", message: rebuiltNotice(this.path) });
  }

  /** Notes that the file works again. */
  works(lost: number): void {
    if (this.#fault === undefined) return;
    this.#fault = undefined;
    const gone = lost === 0 ? "" : ` ${lost} of them were too many to be held, and are lost.`;
    const message =
      `History is written to ${this.path} again, with what was said meanwhile.${gone}`;
    this.#onFault({ kind: "works", message, lost });
  }

  /** Nothing can be written in this run, as its user was told already. */
  freeze(): void {
    this.#fault = { forGood: true, retryAt: Infinity };
  }

  /** Notes a failure, and says so if it is a new one. */
  failed(error: unknown): void {
    const before = this.#fault;
    if (before?.forGood) return;
    const { kind, words } = explainFault(error);
    const forGood = kind === "damaged";
    this.#fault = { forGood, retryAt: this.#clock() + PAUSE };
    if (before !== undefined && !forGood) return;
    const then = forGood
      ? "It is looked after at the next start."
      : "It is written as soon as that works again.";
    const message = `Cannot write to ${this.path}: ${words}. ` +
      `What is said from now on is kept in memory only. ${then}`;
    this.#onFault({ kind, message });
  }

  #rollBack(): void {
    try {
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
    } catch {
      // What can't be rolled back was, by SQLite itself.
    }
    for (const forget of this.#rolledBack) forget();
  }
}
