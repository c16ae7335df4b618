/**
 * Chance that can be repeated.
 * @module
 */
import { env } from "../permitted.ts";

/** The seed of this run: `CHAT_FUZZ_SEED`, or a new one each time. */
export const SEED: number = Number(env("CHAT_FUZZ_SEED") ?? "") ||
  crypto.getRandomValues(new Uint32Array(1))[0]!;

/** How much longer than usual to look for trouble: `CHAT_FUZZ_TIMES`. */
const TIMES = Number(env("CHAT_FUZZ_TIMES") ?? "") || 1;

/** Numbers that follow from a seed (mulberry32). */
export class Random {
  #state: number;

  /** Two with the same seed give the same. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True in one of so many cases. */
  oneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  /** One of these. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** As many as asked for, made one after another. */
  several<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }
}

/**
 * Runs a case for a seed after another until the time is up, at least a few of them. A failure
 * tells how to repeat it.
 *
 * @param run takes the seed of one case.
 */
export async function forManySeeds(
  milliseconds: number,
  run: (seed: number) => void | Promise<void>,
): Promise<void> {
  const until = performance.now() + milliseconds * TIMES;
  for (let count = 0; count < 3 || performance.now() < until; count++) {
    const seed = SEED + count;
    try {
      await run(seed);
    } catch (error) {
      throw new Error(`Again with: CHAT_FUZZ_SEED=${seed} deno task test tests/fuzz`, {
        cause: error,
      });
    }
  }
}
