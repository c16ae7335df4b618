/**
 * Whether what is typed is meant for what stands there: what somebody has begun to write for some is
 * never said to others.
 * @module
 */
import type { Key } from "../terminal/key.ts";

/** Keys with shorter pauses than this between them belong to one line, in milliseconds. */
const PAUSE_MS = 1000;

/** Follows the keys. */
export class Intended {
  /** When a key came last that belongs to a line which is not there any more. */
  #strayAt: number | undefined;
  #doubtful = false;

  /** A line was begun, and something else stands in its place by itself: its rest is for nobody. */
  stray(now: number): void {
    this.#strayAt = now;
  }

  /** Whether a key still belongs to that line. Enter ends it, and so does a pause or a command. */
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

  /**
   * It is not certain that the next line is meant for the place that is shown. The next Enter then
   * only tells where it would go.
   */
  doubt(): void {
    this.#doubtful = true;
  }

  /** It is certain again. */
  trust(): void {
    this.#doubtful = false;
  }

  /**
   * Whether a key would say a line of which that is not certain. Then it is told once.
   *
   * @param line what is typed.
   */
  isDoubtful(key: Key, line: string): boolean {
    const enters = key.kind === "key" && key.name === "enter" &&
      !key.alt && !key.shift && !key.ctrl;
    const text = line.trim();
    if (!this.#doubtful || !enters || text === "" || /^\/(?!\/)/u.test(text)) return false;
    this.#doubtful = false;
    return true;
  }
}
