/**
 * What a node publishes: one entry at a time, exactly once and in order. What comes while one is on
 * its way is the next.
 * @module
 */
import { encodeEntry, type LogRecord, type Past } from "./records.ts";

/** The most bytes of an entry, below what engines take by default (1 MB). */
const ENTRY_BYTES = 256 * 1024;

/** Publishes a payload, and resolves when it is safe. Rejects if that is impossible. */
export type PublishEntry = (payload: Uint8Array<ArrayBuffer>, number: number) => Promise<void>;

export class Outflow {
  readonly #node: string;
  readonly #epoch: number;
  readonly #publish: PublishEntry;
  readonly #failed: (error: unknown) => void;
  readonly #soon: (run: () => void) => void;
  readonly #past: () => Past;
  #queue: LogRecord[] = [];
  #number = 0;
  #sending = false;
  #stopped = false;
  #idle: (() => void)[] = [];

  /**
   * @param soon calls back when everything that came in at once has been handled.
   * @param past what has been applied.
   */
  constructor(
    { node, epoch, publish, failed, soon, past }: {
      readonly node: string;
      readonly epoch: number;
      readonly publish: PublishEntry;
      readonly failed: (error: unknown) => void;
      readonly soon: (run: () => void) => void;
      readonly past: () => Past;
    },
  ) {
    this.#node = node;
    this.#epoch = epoch;
    this.#publish = publish;
    this.#failed = failed;
    this.#soon = soon;
    this.#past = past;
  }

  /** How many records wait to be published. */
  get waiting(): number {
    return this.#queue.length;
  }

  push(record: LogRecord): void {
    if (this.#stopped) return;
    this.#queue.push(record);
    this.#start();
  }

  /** Publishes an entry without records if nothing else is on its way, to show that it is alive. */
  beat(): void {
    if (!this.#sending && !this.#stopped) this.#start();
  }

  /** Resolves when all that was pushed is safe, or it was stopped. */
  empty(): Promise<void> {
    if (!this.#sending || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Publishes nothing more. What waits is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    this.#settle();
  }

  #start(): void {
    if (this.#sending) return;
    this.#sending = true;
    this.#soon(() => void this.#send());
  }

  async #send(): Promise<void> {
    try {
      do {
        const records = this.#take();
        const number = this.#number++;
        const [node, epoch, past] = [this.#node, this.#epoch, this.#past()];
        await this.#publish(encodeEntry({ node, epoch, number, past, records }), number);
      } while (this.#queue.length > 0 && !this.#stopped);
    } catch (error) {
      this.#stopped = true;
      this.#failed(error);
    }
    this.#sending = false;
    this.#settle();
  }

  /** As many records as fit into an entry. */
  #take(): readonly LogRecord[] {
    let [count, bytes] = [0, 0];
    for (const record of this.#queue) {
      // A character takes three bytes at most, six if it is escaped.
      bytes += "text" in record ? 100 + record.text.length * 3 : JSON.stringify(record).length * 3;
      if (bytes > ENTRY_BYTES && count > 0) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  #settle(): void {
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
