/**
 * The connection to the server: dialled again and again, one at a time.
 * @module
 */
import type { Dial, DialOutcome, LineLink } from "./line_link.ts";

export class CurrentLink {
  readonly #dial: Dial;
  #attempt: AbortController | undefined;
  #link: LineLink | undefined;

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  get isOpen(): boolean {
    return this.#link !== undefined;
  }

  /** Dials. {@linkcode end} breaks it off. Never rejects. */
  dial(): Promise<DialOutcome> {
    this.#attempt = new AbortController();
    return this.#dial(this.#attempt.signal);
  }

  open(link: LineLink): void {
    this.#link = link;
  }

  send(lines: readonly string[]): void {
    if (lines.length > 0) this.#link?.send(lines);
  }

  /** Ends the dialling, or the connection after what was sent. Returns whether there was one. */
  end(): boolean {
    this.#attempt?.abort();
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
