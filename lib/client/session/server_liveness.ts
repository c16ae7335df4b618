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

/** How long it may take if the stay goes on over another connection, in milliseconds. */
const QUICK_ANSWER_MS = 10_000;

/** How long it may take if there is a reason to think that the connection is dead. */
const CHECK_MS = 3000;

/** Measures the silence of one connection at a time. */
export class Liveness {
  #heard = 0;
  #asked: number | undefined;
  #within = ANSWER_MS;
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

  /** When something came in last, in milliseconds since 1970. */
  get heardAt(): number {
    return this.#heard;
  }

  /** A PING is sent because the connection may be dead. */
  check(now: number): void {
    this.#isNew = false;
    this.#asked = now;
    this.#within = CHECK_MS;
  }

  /** When {@linkcode tick} has something to say, in milliseconds since 1970. */
  get wakeAt(): number {
    if (this.#isNew) return this.#heard + MUTE_MS;
    return this.#asked === undefined ? this.#heard + SILENT_MS : this.#asked + this.#within;
  }

  /**
   * What to do now: tell that nothing has come, send a PING, give the connection up, or nothing.
   *
   * @param isKept whether the stay goes on over another connection.
   */
  tick(now: number, isKept: boolean): "tell" | "ask" | "dead" | undefined {
    if (now < this.wakeAt) return undefined;
    if (this.#isNew) {
      this.#isNew = false;
      return "tell";
    }
    if (this.#asked !== undefined) return "dead";
    this.#asked = now;
    this.#within = isKept ? QUICK_ANSWER_MS : ANSWER_MS;
    return "ask";
  }
}
