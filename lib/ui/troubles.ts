/**
 * What was told about a lost connection: it is dialled about every second, and the same line each
 * time would push everything else off the screen.
 * @module
 */
import type { ChatEvent } from "../client/events.ts";

export class Troubles {
  readonly #told = new Map<ChatEvent["type"], string>();

  /** Whether this says the same as the last event of its kind since the connection worked. */
  isRepeated(type: "lost" | "retrying", text: string): boolean {
    const before = this.#told.get(type);
    this.#told.set(type, text);
    return before === text;
  }

  /** The connection works. */
  clear(): void {
    this.#told.clear();
  }
}
