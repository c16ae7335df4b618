/**
 * The connection to the server: dialled again and again, one at a time.
 * @module
 */
import type { Timers } from "./alarm.ts";
import type { Dial, DialOutcome, LineLink } from "./line_link.ts";

export class CurrentLink {
  readonly #dial: Dial;
  readonly #timers: Timers;
  #attempt: AbortController | undefined;
  #link: LineLink | undefined;

  constructor(dial: Dial, timers: Timers) {
    this.#dial = dial;
    this.#timers = timers;
  }

  get isOpen(): boolean {
    return this.#link !== undefined;
  }

  /**
   * Dials. {@linkcode breakOff} ends the attempt. Never rejects.
   *
   * @param patience how long it may take, in milliseconds; undefined for as long as it takes.
   */
  async dial(patience?: number): Promise<DialOutcome> {
    const attempt = this.#attempt = new AbortController();
    const relax = patience && this.#timers.after(patience, () => attempt.abort());
    try {
      return await this.#dial(attempt.signal);
    } finally {
      if (relax) relax();
    }
  }

  /** Ends the dialling. */
  breakOff(): void {
    this.#attempt?.abort();
  }

  open(link: LineLink): void {
    this.#link = link;
  }

  send(lines: readonly string[]): void {
    if (lines.length > 0) this.#link?.send(lines);
  }

  /** Ends the dialling, or the connection after what was sent. Returns whether there was one. */
  end(): boolean {
    this.breakOff();
    this.#link?.end();
    return this.isOpen;
  }

  close(reason: string): void {
    this.#link?.close(reason);
  }

  lost(): void {
    this.#link = undefined;
  }
}
