/**
 * The output of a process or a connection so far, and ways to wait for more.
 * @module
 */

/** How long a test waits for anything. Only a failure gets here. */
const DEADLINE_MS = 30_000;

/**
 * Resolves as `work` does, or rejects after a deadline.
 *
 * @param what Completes the message "Waited in vain for ...".
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

/** A growing text. Each wait continues after the last match. */
export class Transcript {
  readonly #name: string;
  #text = "";
  #at = 0;
  #ended = false;
  #changed = Promise.withResolvers<void>();

  /** @param name The name in error messages. */
  constructor(name: string) {
    this.#name = name;
  }

  get text(): string {
    return this.#text;
  }

  /** The complete lines so far, without line ends. */
  get lines(): string[] {
    return this.#text.split(/\r?\n/).slice(0, -1);
  }

  /** Appends a piece. */
  add(piece: string): void {
    this.#text += piece;
    this.#wake();
  }

  /** Marks the end of the text. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Appends everything from a stream until its end. Never rejects. */
  async follow(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.add(decoder.decode(value, { stream: true }));
      }
    } catch {
      // Keep what a broken stream delivered.
    }
    this.end();
  }

  /** Waits for the next complete line that matches, skipping those before it. */
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

  /** Waits for a match anywhere, even in an incomplete line such as a prompt. */
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
