/**
 * Where a front end's output goes.
 * @module
 */
import type { Output } from "./front_end.ts";
import { type ByteSink, Writer } from "./writer.ts";

/** Standard output and standard error. */
export class Streams {
  readonly #out: Writer;
  readonly #err: Writer;

  /**
   * Makes them.
   *
   * @param broke called once, where nobody reads standard output any more.
   */
  constructor(out: ByteSink, err: ByteSink, broke: () => void) {
    this.#out = new Writer(out, broke);
    this.#err = new Writer(err);
  }

  /** Writes, each stream in its order. */
  write(outputs: readonly Output[]): void {
    for (const { stream, text } of outputs) {
      (stream === "out" ? this.#out : this.#err).write(text);
    }
  }

  /** Resolves when there is room for more; undefined where there is. */
  get room(): Promise<void> | undefined {
    return this.#out.room;
  }

  /** Resolves when all is written. Never rejects. */
  async flushed(): Promise<void> {
    await Promise.all([this.#out.flushed(), this.#err.flushed()]);
  }
}
