/**
 * Writes to a database, and copes with faults: a file that can't be written is tried again later.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { explainFault, type StoreEvent } from "./faults.ts";
import { inTransaction } from "./statements.ts";
import { DATA, DATA_FAULTS } from "../../wording/log.ts";

/** How long a file that could not be written is left alone, in milliseconds. */
export const PAUSE = 5000;

export interface WriterOptions {
  /** The file, as messages name it. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Called once when writing fails, and once when it works again. */
  readonly onFault: (event: StoreEvent) => void;
  /** Whether nothing can be written in this run, which the operator was told already. */
  readonly frozen: boolean;
}

/** Reads from and writes to a database. A fault is reported instead of thrown. */
export class Writer {
  readonly db: DatabaseSync;
  readonly path: string;
  readonly clock: () => number;
  /** Reports something about the file to the operator of the server. */
  readonly tell: (event: StoreEvent) => void;
  readonly #rolledBack: (() => void)[] = [];
  #repairs: (() => void)[] = [];
  #isWriting = false;
  #wasRepaired = false;
  /** With `forGood`, only a restart can help. */
  #fault:
    | { readonly forGood: boolean; readonly retryAt: number; readonly message: string }
    | undefined;

  constructor(db: DatabaseSync, { path, clock, onFault, frozen }: WriterOptions) {
    this.db = db;
    this.path = path;
    this.clock = clock;
    this.tell = onFault;
    if (!frozen) return;
    const message = DATA.cannotWrite(path, DATA_FAULTS.readonly);
    this.#fault = { forGood: true, retryAt: Infinity, message };
  }

  /** Whether the last write to the file failed. */
  get broken(): boolean {
    return this.#fault !== undefined;
  }

  /** Why that was, in sentences for the operator. */
  get fault(): string | undefined {
    return this.#fault?.message;
  }

  /**
   * Sets how a damaged file is repaired. What failed is tried again after each repair. Each is
   * called at most once, outside of a transaction, and throws if it fails.
   */
  onDamage(...repairs: (() => void)[]): void {
    this.#repairs = repairs;
  }

  /** Calls a function after each rollback: what is cached of the file is no longer right. */
  onRollback(forget: () => void): void {
    this.#rolledBack.push(forget);
  }

  /**
   * Writes in a transaction. Returns whether it is written; a broken file is left alone for a
   * while.
   */
  transaction(work: () => void): boolean {
    return this.write(() => (work(), true), false);
  }

  /** As {@linkcode transaction}, but returns what the work returns, or else `otherwise`. */
  write<T>(work: () => T, otherwise: T): T {
    const fault = this.#fault;
    if (fault !== undefined && (fault.forGood || this.clock() < fault.retryAt)) return otherwise;
    return this.read(() => {
      try {
        this.#isWriting = true;
        return inTransaction(this.db, work);
      } catch (error) {
        for (const forget of this.#rolledBack) forget();
        throw error;
      } finally {
        this.#isWriting = false;
      }
    }, otherwise);
  }

  /** Reads; returns `otherwise` if that fails. Within a transaction it throws. */
  read<T>(work: () => T, otherwise: T): T {
    for (;;) {
      try {
        const result = work();
        this.#mended();
        return result;
      } catch (error) {
        if (this.#isWriting) throw error;
        if (this.#repaired(error)) continue;
        this.failed(error);
        return otherwise;
      }
    }
  }

  /** Repairs the file if it is damaged. Returns whether that worked. */
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

  /** Reports a repair once something works after it. */
  #mended(): void {
    if (!this.#wasRepaired) return;
    this.#wasRepaired = false;
    if (!this.broken) this.tell({ kind: "mended", message: DATA.rebuilt(this.path) });
  }

  /** Notes that the file can be written again. */
  works(lost: number): void {
    if (this.#fault === undefined) return;
    this.#fault = undefined;
    this.tell({ kind: "works", message: DATA.works(this.path, lost), lost });
  }

  /** Notes a failure, and reports it if it is a new one. */
  failed(error: unknown): void {
    const before = this.#fault;
    if (before?.forGood) return;
    const { kind, words } = explainFault(error);
    const forGood = kind === "damaged";
    const message = DATA.cannotWrite(this.path, words) +
      (forGood ? DATA.repairedLater : DATA.writtenLater);
    this.#fault = { forGood, retryAt: this.clock() + PAUSE, message };
    if (before !== undefined && !forGood) return;
    this.tell({ kind, message });
  }
}
