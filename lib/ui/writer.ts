/**
 * Text to a stream of the process, in order.
 * @module
 */

/** The part of `Deno.stdout` that a writer needs. */
export interface ByteSink {
  /** As `Deno.stdout.write`. */
  write(bytes: Uint8Array): Promise<number>;
}

/** With more than this pending, in UTF-16 units, whoever produces text should wait. */
const MUCH = 256 * 1024;

const encoder = new TextEncoder();

/** Writes text in order, one write at a time, all that is pending joined. */
export class Writer {
  readonly #sink: ByteSink;
  readonly #broke: () => void;
  #pending = "";
  #writing: Promise<void> | undefined;
  #broken = false;

  /**
   * Makes one.
   *
   * @param broke called once, where nobody reads the stream any more.
   */
  constructor(sink: ByteSink, broke: () => void = () => {}) {
    this.#sink = sink;
    this.#broke = broke;
  }

  /** Writes, as soon as what came before is written. After a break it does nothing. */
  write(text: string): void {
    if (this.#broken || text === "") return;
    this.#pending += text;
    this.#writing ??= this.#run();
  }

  /** Resolves when little is pending; undefined where that is so already. */
  get room(): Promise<void> | undefined {
    return this.#pending.length > MUCH ? this.#writing : undefined;
  }

  /** Resolves when all is written, or nobody reads it any more. Never rejects. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #run(): Promise<void> {
    try {
      while (this.#pending !== "") {
        let bytes = encoder.encode(this.#pending);
        this.#pending = "";
        while (bytes.length > 0) bytes = bytes.subarray(await this.#sink.write(bytes));
      }
    } catch {
      this.#broken = true;
      this.#pending = "";
      this.#broke();
    }
    this.#writing = undefined;
  }
}
