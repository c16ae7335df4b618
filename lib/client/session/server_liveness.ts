/**
 * Notices a server that is gone without a word.
 * @module
 */

/** How long a server may be silent before it is asked for a sign of life, in milliseconds. */
const SILENT_MS = 60_000;

/** How long it may take to answer. */
const ANSWER_MS = 45_000;

/** Counts the silence of one connection at a time. */
export class Liveness {
  #heard = 0;
  #asked: number | undefined;

  /** A connection is there. */
  start(now: number): void {
    this.#heard = now;
    this.#asked = undefined;
  }

  /** Something came in. */
  heard(now: number): void {
    this.start(now);
  }

  /** When {@linkcode tick} has something to say, in milliseconds since 1970. */
  get wakeAt(): number {
    return this.#asked === undefined ? this.#heard + SILENT_MS : this.#asked + ANSWER_MS;
  }

  /** What is to be done now: ask with a PING, give the connection up, or nothing. */
  tick(now: number): "ask" | "dead" | undefined {
    if (now < this.wakeAt) return undefined;
    if (this.#asked !== undefined) return "dead";
    this.#asked = now;
    return "ask";
  }
}
