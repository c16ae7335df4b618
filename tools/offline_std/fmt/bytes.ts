/**
 * Stand-in for `@std/fmt/bytes`: the same results, written for this project.
 *
 * @module
 */

/** Options of {@linkcode format}. */
export interface FormatOptions {
  /** Whether the number counts bits. */
  bits?: boolean;
  /** Whether units are powers of 1024. */
  binary?: boolean;
  /** Whether a positive number gets a plus sign. */
  signed?: boolean;
  /** Language of the number; `true` for that of the system. */
  locale?: boolean | string | string[];
  /** Least number of digits after the point. */
  minimumFractionDigits?: number;
  /** Greatest number of digits after the point. */
  maximumFractionDigits?: number;
}

/**
 * Writes a size for people: 1337 as `1.34 kB`.
 *
 * @param num The number of bytes.
 * @param options How it is written.
 * @returns The text: three significant digits, unless the options give the digits.
 * @throws {TypeError} If the number is not finite.
 */
export function format(num: number, options: FormatOptions = {}): string {
  if (!Number.isFinite(num)) {
    throw new TypeError(`Expected a finite number, got ${typeof num}: ${num}`);
  }
  const { bits = false, binary = false, signed = false, locale } = options;
  const one = bits ? "b" : "B";
  if (signed && num === 0) return ` 0 ${one}`;
  const sign = num < 0 ? "-" : signed ? "+" : "";
  const size = Math.abs(num);

  let power = 0;
  if (size >= 1) {
    power = Math.floor(binary ? Math.log(size) / Math.log(1024) : Math.log10(size) / 3);
    power = Math.min(power, "kMGTPEZY".length);
  }
  const scaled = size / (binary ? 1024 : 1000) ** power;
  const unit = power === 0
    ? one
    : "kMGTPEZY".charAt(power - 1) + (binary ? "i" : "") + (bits ? "bit" : "B");

  const { minimumFractionDigits: least, maximumFractionDigits: most } = options;
  const digits = least || most
    ? {
      ...(least === undefined ? {} : { minimumFractionDigits: least }),
      ...(most === undefined ? {} : { maximumFractionDigits: most }),
    }
    : undefined;
  const rounded = digits || size < 1 ? scaled : Number(scaled.toPrecision(3));
  const language = typeof locale === "boolean" ? undefined : locale;
  const text = language !== undefined || locale === true || digits !== undefined
    ? rounded.toLocaleString(language, digits)
    : String(rounded);
  return `${sign}${text} ${unit}`;
}
