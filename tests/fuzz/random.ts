/**
 * Seeded random numbers.
 * @module
 */
import { env } from "../permitted.ts";

/** The seed of this run: `CHAT_FUZZ_SEED`, or a new one each time. */
export const SEED: number = Number(env("CHAT_FUZZ_SEED") ?? "") ||
  crypto.getRandomValues(new Uint32Array(1))[0]!;

/** How many times longer than usual the tests run: `CHAT_FUZZ_TIMES`. */
const TIMES = Number(env("CHAT_FUZZ_TIMES") ?? "") || 1;

/** How many inputs each parser gets at least, in tests that count them: `CHAT_FUZZ_INPUTS`. */
const INPUTS = Number(env("CHAT_FUZZ_INPUTS") ?? "") || 0;

/** A seeded random number generator (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 (inclusive) to `end` (exclusive). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True in one of `cases` cases. */
  oneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  /** A random item. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** An array of `count` items from `make`. */
  several<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }
}

/**
 * Runs a case with one seed after another until the time is up, and at least a few times. A failure
 * names the seed that repeats it.
 *
 * @param run Runs the case of one seed.
 * @param inputs How many inputs that is, if they are counted.
 */
export async function forManySeeds(
  milliseconds: number,
  run: (seed: number) => void | Promise<void>,
  inputs?: number,
): Promise<void> {
  const until = performance.now() + milliseconds * TIMES;
  const least = inputs === undefined ? 3 : Math.max(3, INPUTS / inputs);
  for (let count = 0; count < least || performance.now() < until; count++) {
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
