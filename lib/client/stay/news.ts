/**
 * What a stay tells its audience about its connections.
 * @module
 */
import type { ChatEvent, Lost } from "../events.ts";
import type { Timers } from "./alarm.ts";
import type { DialOutcome } from "./line_link.ts";
import type { Audience } from "./stay_options.ts";

export class News {
  readonly #audience: Audience;
  readonly #timers: Timers;
  /** Whether the person was told that the connection is not encrypted. */
  #warned = false;
  /** A loss of which nobody is told if another server takes us at once. */
  #loss: Lost | undefined;

  constructor(audience: Audience, timers: Timers) {
    this.#audience = audience;
    this.#timers = timers;
  }

  show(event: ChatEvent): void {
    if (event.type === "entered") this.#loss = undefined;
    this.#audience.show(event);
  }

  inform(text: string): void {
    this.show({ type: "info", text, time: this.#timers.now() });
  }

  /** A connection was made. That it is not encrypted is told once. */
  connected({ notice, secrecy }: Extract<DialOutcome, { kind: "connected" }>): void {
    const isOpen = secrecy === "open";
    if (notice === undefined || isOpen && this.#warned) return;
    this.#warned ||= isOpen;
    this.inform(notice);
  }

  /** @param isQuiet whether another server may take us. */
  lost(event: Lost, isQuiet: boolean): void {
    if (isQuiet) this.#loss = event;
    else this.show(event);
  }

  /** @param reason why the last attempt failed; null if this is the first one. */
  retrying(after: number, reason: string | null): void {
    if (this.#loss !== undefined) {
      if (reason === null) return;
      this.show(this.#loss);
      this.#loss = undefined;
    }
    this.show({ type: "retrying", after, reason, time: this.#timers.now() });
  }
}
