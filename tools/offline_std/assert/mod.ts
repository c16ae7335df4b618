/**
 * Stand-in for the part of `@std/assert` that this project uses: the same results, written for
 * this project.
 *
 * @module
 */

import { AssertionError, check, difference, show } from "./_error.ts";
import { equal } from "./_equal.ts";

export { AssertionError } from "./_error.ts";
export { equal } from "./_equal.ts";
export { assertRejects, assertThrows } from "./_throws.ts";

/** What counts as false. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** @internal */
// deno-lint-ignore no-explicit-any
type AnyClass = abstract new (...args: any[]) => any;

/** Asserts that a value counts as true. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that a value counts as false. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/** Asserts that two values are equal in depth. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  check(false, () => "Values are not equal.", diffed(actual, expected, msg));
}

/** The caller's own message, then how two values differ. */
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

/** Asserts that two values are the same one. */
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

/** Asserts that two values are not the same one. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  check(
    !Object.is(actual, expected),
    () => `Expected "actual" to not be strictly equal to: ${show(actual)}`,
    msg,
  );
}

/** Asserts that two numbers differ by no more than the tolerance. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  // As @std has it: a ten-millionth of the expected number, if nothing is said.
  const most = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected) * 1e-7 : 1e-7);
  check(
    Object.is(actual, expected) || Math.abs(expected - actual) <= most,
    () => `Expected actual: "${actual}" to be close to "${expected}"`,
    msg,
  );
}

/** Asserts that a value is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  check(
    actual !== undefined && actual !== null,
    () => `Expected actual: "${actual}" to not be null or undefined.`,
    msg,
  );
}

/** Asserts that a value is an instance of a class. */
export function assertInstanceOf<T extends AnyClass>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  check(
    actual instanceof expectedType,
    () => `Expected object to be an instance of "${expectedType.name}" but was ${show(actual)}.`,
    msg,
  );
}

/** Asserts that a text includes another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  check(
    actual.includes(expected),
    () => `Expected actual: "${actual}" to contain: "${expected}".`,
    msg,
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

/** Asserts that a list has everything that another has. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const have = Array.from(actual);
  const missing = Array.from(expected).filter((item) => !have.some((other) => equal(item, other)));
  check(
    missing.length === 0,
    () =>
      `Expected actual: "${show(actual)}" to include: "${show(expected)}", missing: ` +
      show(missing),
    msg,
  );
}

/** Asserts that an object has the members of another, in depth; it may have more. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals<unknown>(narrowed(actual, expected), expected, msg);
}

/** Those members of `actual` that `expected` has too. */
function narrowed(actual: unknown, expected: unknown): unknown {
  if (typeof actual !== "object" || actual === null) return actual;
  if (typeof expected !== "object" || expected === null) return actual;
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return expected.map((item, i) => narrowed(actual[i], item)).slice(0, actual.length);
  }
  const prototype = Object.getPrototypeOf(expected);
  if (prototype !== Object.prototype && prototype !== null) return actual;
  return Object.fromEntries(
    Object.entries(expected).filter(([key]) => key in actual)
      .map(([key, value]) => [key, narrowed(Reflect.get(actual, key), value)]),
  );
}

/** Asserts that the first value is greater. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  check(actual > expected, () => `Expect ${show(actual)} > ${show(expected)}`, msg);
}

/** Asserts that the first value is greater or equal. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  check(actual >= expected, () => `Expect ${show(actual)} >= ${show(expected)}`, msg);
}

/** Asserts that the first value is less. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  check(actual < expected, () => `Expect ${show(actual)} < ${show(expected)}`, msg);
}

/** Asserts that the first value is less or equal. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  check(actual <= expected, () => `Expect ${show(actual)} <= ${show(expected)}`, msg);
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg ? `: ${msg}` : "."}`);
}

/** Fails, as this place is never to be reached. */
export function unreachable(msg?: string): never {
  throw new AssertionError(`Unreachable${msg ? `: ${msg}` : "."}`);
}

/** Fails, as this is still to be written. */
export function unimplemented(msg?: string): never {
  throw new AssertionError(`Unimplemented${msg ? `: ${msg}` : "."}`);
}
