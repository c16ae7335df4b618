/**
 * Notices a server that no longer answers.
 * @module
 */

/** How long a server may take to say its first word before the person is told, in milliseconds. */
const MUTE_MS = 10_000;

/** How long a server may be silent before it gets a PING, in milliseconds. */
const SILENT_MS = 60_000;

/** How long it may take to answer, in milliseconds. */
const ANSWER_MS = 45_000;

/** Measures the silence of one connection at a time. */
export class Liveness {
  #heard = 0;
  #asked: number | undefined;
  /** Whether nothing has come yet, and the person does not know. */
  #isNew = false;

  opened(now: number): void {
    this.heard(now);
    this.#isNew = true;
  }

  /** Something came in, or the measuring starts anew. */
  heard(now: number): void {
    this.#heard = now;
    this.#asked = undefined;
    this.#isNew = false;
  }

  /** When {@linkcode tick} has something to say, in milliseconds since 1970. */
  get wakeAt(): number {
    if (this.#isNew) return this.#heard + MUTE_MS;
    return this.#asked === undefined ? this.#heard + SILENT_MS : this.#asked + ANSWER_MS;
  }

  /** What to do now: tell that nothing has come, send a PING, give the connection up, or nothing. */
  tick(now: number): "tell" | "ask" | "dead" | undefined {
    if (now < this.wakeAt) return undefined;
    if (this.#isNew) {
      this.#isNew = false;
      return "tell";
    }
    if (this.#asked !== undefined) return "dead";
    this.#asked = now;
    return "ask";
  }
}
