/**
 * Stand-in for `@std/fmt/duration`: the same results, written for this project.
 *
 * @module
 */

/** Options of {@linkcode format}. */
export interface FormatOptions {
  /** `1m 39s`, `1 minutes, 39 seconds` or `00:00:01:39:000:000:000`. */
  style?: "narrow" | "digital" | "full";
  /** Whether parts that are zero are left out; of "digital", only those at the end. */
  ignoreZero?: boolean;
}

/** Each part: its size in nanoseconds, how many make the next larger one, its names, its digits. */
const PARTS = [
  [86_400_000_000_000n, 0n, "d", "days", 2],
  [3_600_000_000_000n, 24n, "h", "hours", 2],
  [60_000_000_000n, 60n, "m", "minutes", 2],
  [1_000_000_000n, 60n, "s", "seconds", 2],
  [1_000_000n, 1000n, "ms", "milliseconds", 3],
  [1_000n, 1000n, "µs", "microseconds", 3],
  [1n, 1000n, "ns", "nanoseconds", 3],
] as const;

/**
 * Writes a duration.
 *
 * @param ms The duration in milliseconds; its sign is ignored.
 * @param options How it is written.
 * @returns The text.
 * @throws {TypeError} If the style is none of the three.
 */
export function format(ms: number, options: FormatOptions = {}): string {
  const { style = "narrow", ignoreZero = false } = options;
  const [whole = "0", fraction = ""] = Math.abs(ms).toFixed(7).split(".");
  const total = BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6));
  const parts = PARTS.map(([size, modulus, short, long, digits]) => ({
    value: modulus === 0n ? total / size : total / size % modulus,
    short,
    long,
    digits,
  }));
  const shown = ignoreZero ? parts.filter(({ value }) => value !== 0n) : parts;
  switch (style) {
    case "narrow":
      return shown.map(({ value, short }) => `${value}${short}`).join(" ");
    case "full":
      return shown.map(({ value, long }) => `${value} ${long}`).join(", ");
    case "digital": {
      const end = ignoreZero ? parts.findLastIndex(({ value }) => value !== 0n) + 1 : parts.length;
      return parts.slice(0, end)
        .map(({ value, digits }) => String(value).padStart(digits, "0")).join(":");
    }
    default:
      throw new TypeError(`style must be "narrow", "full", or "digital"!`);
  }
}
