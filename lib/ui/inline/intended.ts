/**
 * Guards against keys and lines that go elsewhere than the person meant: what was begun for some
 * people is never said to others.
 * @module
 */
import type { Key } from "../terminal/key.ts";

/** Keys with shorter pauses than this between them belong to one line, in milliseconds. */
const PAUSE_MS = 1000;

/** Decides whether a key is meant for what the screen shows. */
export class Intended {
  /** When the last key came for a line that is not on the screen any more. */
  #strayAt: number | undefined;
  #doubtful = false;

  /** The line that the person was typing was replaced: the rest of it belongs nowhere. */
  stray(now: number): void {
    this.#strayAt = now;
  }

  /** Whether a key belongs to a replaced line, which a pause, Enter or a command ends. */
  isStray(key: Key, now: number): boolean {
    const since = this.#strayAt;
    if (since === undefined) return false;
    this.#strayAt = undefined;
    const commands = key.kind === "key" &&
      (key.ctrl ? /^[cdlz]$/.test(key.name) : key.alt && key.name !== "enter");
    if (commands || now - since >= PAUSE_MS) return false;
    if (key.kind !== "key" || key.name !== "enter") this.#strayAt = now;
    return true;
  }

  /** The next line may be meant for another place: the next Enter only tells where it would go. */
  doubt(): void {
    this.#doubtful = true;
  }

  trust(): void {
    this.#doubtful = false;
  }

  /** Whether a key would say a line while there is doubt. Asking ends the doubt. */
  isDoubtful(key: Key, line: string): boolean {
    const enters = key.kind === "key" && key.name === "enter" &&
      !key.alt && !key.shift && !key.ctrl;
    const text = line.trim();
    if (!this.#doubtful || !enters || text === "" || /^\/(?!\/)/u.test(text)) return false;
    this.#doubtful = false;
    return true;
  }
}
