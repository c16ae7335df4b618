/**
 * Writes text to standard output and standard error, in one order.
 * @module
 */
import { type ByteSink, writeAll } from "../../text/write_all.ts";
import type { Output } from "../front_end.ts";
import { PIPE } from "../../wording/client.ts";

/**
 * With more than this pending, in UTF-16 units, producers should wait. It is days of conversation:
 * until then, a server is read on and its PINGs are answered.
 */
export const MUCH: number = 16 * 2 ** 20;

const encoder = new TextEncoder();

/** Why standard output can't be written, from the error that a write gave: a sentence. */
export function outputFault(error: unknown): string {
  const isOver = error instanceof Error && error.name === "BrokenPipe";
  const why = isOver ? PIPE.notRead : reasonOf(error);
  return PIPE.cannotWrite(why);
}

/** Why standard input can't be read, as a sentence, from the error of a read. */
export function inputFault(error: unknown): string {
  return PIPE.cannotRead(reasonOf(error));
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const words = message.replace(/ \(os error \d+\)$/, "");
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/**
 * The output of a front end. Both streams may end in one terminal, so texts are written in order
 * across them.
 */
export class Streams {
  readonly #sinks: Record<Output["stream"], ByteSink | undefined>;
  readonly #broke: (fault: string) => void;
  #pending: Output[] = [];
  #length = 0;
  #writing: Promise<void> | undefined;

  /**
   * @param broke called once if standard output can't be written any more, with the reason as a
   * sentence. Further text for it is dropped.
   */
  constructor(out: ByteSink, err: ByteSink, broke: (fault: string) => void) {
    this.#sinks = { out, err };
    this.#broke = broke;
  }

  /** Writes after all that is pending. */
  write(outputs: readonly Output[]): void {
    for (const { stream, text } of outputs) {
      if (text === "") continue;
      const last = this.#pending.at(-1);
      // Texts to one stream in a row are one write.
      if (last?.stream === stream) this.#pending.pop();
      this.#pending.push({ stream, text: last?.stream === stream ? last.text + text : text });
      this.#length += text.length;
      this.#writing ??= this.#run();
    }
  }

  /**
   * Writes to standard error ahead of all that is pending: a warning about a stuck standard output
   * can't wait for it.
   */
  warn(text: string): void {
    const sink = this.#sinks.err;
    if (sink !== undefined) void writeAll(sink, encoder.encode(text)).catch(() => {});
  }

  /** Resolves when little is pending; undefined if that is so already. */
  get room(): Promise<void> | undefined {
    return this.#length > MUCH ? this.#writing : undefined;
  }

  /** Resolves when all is written, or nobody reads it any more. Never rejects. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #run(): Promise<void> {
    // Collects what is written in this turn.
    await undefined;
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      this.#length -= next.text.length;
      await this.#put(next);
    }
    this.#writing = undefined;
  }

  async #put({ stream, text }: Output): Promise<void> {
    const sink = this.#sinks[stream];
    if (sink === undefined) return;
    try {
      await writeAll(sink, encoder.encode(text));
    } catch (error) {
      this.#sinks[stream] = undefined;
      if (stream === "out") this.#broke(outputFault(error));
    }
  }
}
