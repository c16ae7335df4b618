/**
 * Notices a server that no longer answers.
 * @module
 */

/** How long a server may take to say its first word before the person is told, in milliseconds. */
const MUTE_MS = 10_000;

/** How long a server may be silent, in milliseconds. */
export interface Patience {
  /** Before it gets a PING. */
  readonly silentMs: number;
  /** After that. */
  readonly answerMs: number;
  /** After a message, which it should answer. */
  readonly messageMs: number;
}

/** By what is lost if the connection is given up by mistake. */
export const PATIENCE = {
  /** The stay. */
  usual: { silentMs: 60_000, answerMs: 45_000, messageMs: Infinity },
  /** Nothing: the stay goes on over another connection. */
  kept: { silentMs: 60_000, answerMs: 10_000, messageMs: 10_000 },
  /** Nothing, and another server can go on with it at once. */
  elsewhere: { silentMs: 1500, answerMs: 2000, messageMs: 3500 },
} as const satisfies Readonly<Record<string, Patience>>;

/** How long it may take if there is a reason to think that the connection is dead. */
const CHECK_MS = 3000;

/** Measures the silence of one connection at a time. */
export class Liveness {
  #heard = 0;
  #asked: number | undefined;
  /** How long it may take to answer, if it is not as usual. */
  #within: number | undefined;
  /** Whether nothing has come yet, and the person does not know. */
  #isNew = false;
  #firstMs: number | undefined;

  /** @param firstMs how long the first word may take; undefined to wait. */
  opened(now: number, firstMs?: number): void {
    this.heard(now);
    this.#isNew = true;
    this.#firstMs = firstMs;
  }

  /** Something came in, or the measuring starts anew. */
  heard(now: number): void {
    this.#heard = now;
    this.#asked = this.#within = undefined;
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
  wakeAt({ silentMs, answerMs }: Patience): number {
    if (this.#isNew) return this.#heard + (this.#firstMs ?? MUTE_MS);
    if (this.#asked === undefined) return this.#heard + silentMs;
    return this.#asked + (this.#within ?? answerMs);
  }

  /** What to do now: tell that nothing has come, send a PING, give the connection up, or nothing. */
  tick(now: number, patience: Patience): "tell" | "ask" | "dead" | undefined {
    if (now < this.wakeAt(patience)) return undefined;
    if (this.#isNew) {
      this.#isNew = false;
      return this.#firstMs === undefined ? "tell" : "dead";
    }
    if (this.#asked !== undefined) return "dead";
    this.#asked = now;
    return "ask";
  }
}
