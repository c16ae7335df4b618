/**
 * What came out of a process or a connection so far, and a way to wait for more.
 * @module
 */

/** How long anything may take before a test gives up on it. Only ever reached by a failure. */
const DEADLINE_MS = 30_000;

/**
 * Resolves as `work` does; rejects when that takes unreasonably long.
 *
 * @param what completes "Waited in vain for ...".
 */
export async function inTime<T>(work: Promise<T>, what: () => string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`Waited in vain for ${what()}`)),
    DEADLINE_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A text that grows. Each wait goes on behind what the last one found. */
export class Transcript {
  readonly #name: string;
  #text = "";
  #at = 0;
  #ended = false;
  #changed = Promise.withResolvers<void>();

  /** @param name tells it from others where a wait fails. */
  constructor(name: string) {
    this.#name = name;
  }

  /** All that came so far. */
  get text(): string {
    return this.#text;
  }

  /** Its whole lines so far, without their ends. */
  get lines(): string[] {
    return this.#text.split(/\r?\n/).slice(0, -1);
  }

  /** Adds a piece. */
  add(piece: string): void {
    this.#text += piece;
    this.#wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Takes over everything that a stream brings, to its end. Never rejects. */
  async follow(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.add(decoder.decode(value, { stream: true }));
      }
    } catch {
      // A stream that breaks off has brought what it had.
    }
    this.end();
  }

  /** Waits for the next whole line that fits, passing over those before it. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#find(pattern, () => {
      for (;;) {
        const end = this.#text.indexOf("\n", this.#at);
        if (end < 0) return null;
        const line = this.#text.slice(this.#at, end).replace(/\r$/, "");
        this.#at = end + 1;
        const found = pattern.exec(line);
        if (found) return found;
      }
    });
  }

  /** Waits for a text anywhere, also in a line that is not complete, such as a prompt. */
  part(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#find(pattern, () => {
      const found = pattern.exec(this.#text.slice(this.#at));
      if (found) this.#at += found.index + found[0].length;
      return found;
    });
  }

  async #find(
    pattern: RegExp,
    search: () => RegExpExecArray | null,
  ): Promise<RegExpExecArray> {
    const from = this.#at;
    const where = () => `${pattern} from ${this.#name}; it said:\n${this.#text.slice(from)}`;
    const waiting = async () => {
      for (;;) {
        const { promise } = this.#changed;
        const found = search();
        if (found) return found;
        if (this.#ended) throw new Error(`There was no ${where()}`);
        await promise;
      }
    };
    return await inTime(waiting(), where);
  }
}
