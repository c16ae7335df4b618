import { AssertionError, check, difference, show } from "./_error.ts";
import { equal } from "./_equal.ts";

export { AssertionError } from "./_error.ts";
export { assertRejects, assertThrows } from "./_throws.ts";

/** Asserts that a value counts as true. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that two values are equal in depth. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  check(false, () => "Values are not equal.", diffed(actual, expected, msg));
}

/** The caller's own message, then the difference of two values. */
function diffed(actual: unknown, expected: unknown, msg?: string): string {
  return `${msg ?? ""}\n${difference(actual, expected)}`;
}

/** Asserts that two values are not equal in depth. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  check(
    !equal(actual, expected),
    () => `Expected actual: ${show(actual)} not to be: ${show(expected)}.`,
    msg,
  );
}

/** Asserts that two values are the same (`Object.is`). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const same = equal(actual, expected);
  check(
    false,
    () =>
      same
        ? "Values have the same structure but are not reference-equal."
        : "Values are not strictly equal.",
    same ? msg : diffed(actual, expected, msg),
  );
}

/** Asserts that a text matches a pattern. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  check(expected.test(actual), () => `Expected actual: "${actual}" to match: "${expected}".`, msg);
}

/** Asserts that a text does not match a pattern. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  check(
    !expected.test(actual),
    () => `Expected actual: "${actual}" to not match: "${expected}".`,
    msg,
  );
}

/** Asserts that the first value is less. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  check(actual < expected, () => `Expect ${show(actual)} < ${show(expected)}`, msg);
}
