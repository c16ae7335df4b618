import { type InputLine, InputLines } from "./input.ts";
import { inputFault } from "./streams.ts";

/** The part of `Deno.stdin` that a reader needs. */
interface ByteSource {
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Reads lines, only as fast as they are taken. */
export class LineReader {
  readonly #source: ByteSource;
  readonly #lines = new InputLines();
  readonly #buffer = new Uint8Array(16 * 1024);
  #ready: InputLine[] = [];
  #ended = false;
  #fault: string | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Why the stream could not be read to its end, as a sentence; undefined if it could so far. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** The next line if it is there already, which {@linkcode next} would return at once. */
  peek(): InputLine | undefined {
    return this.#ready[0];
  }

  /** The next line; undefined at the end, or if the stream can't be read any more. */
  async next(): Promise<InputLine | undefined> {
    while (this.#ready.length === 0 && !this.#ended) {
      const count = await this.#source.read(this.#buffer).catch((error) => {
        this.#fault = inputFault(error);
        return null;
      });
      this.#ended = count === null;
      this.#ready = count === null
        ? this.#lines.end()
        : this.#lines.push(this.#buffer.subarray(0, count));
    }
    return this.#ready.shift();
  }
}
