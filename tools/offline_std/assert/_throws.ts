import { AssertionError, check } from "./_error.ts";

/** @internal */
// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** The arguments after the function, of either form. */
type Rest<E extends Error> = [
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
];

/** Checks an error against the expected class and message. */
function judge<E extends Error>(error: unknown, [kind, includes, msg]: Rest<E>): unknown {
  if (typeof kind !== "function") return error;
  const note = msg ? `: ${msg}` : "";
  if (!(error instanceof Error)) throw new AssertionError(`A non-Error object was thrown${note}`);
  if (!(error instanceof kind)) {
    throw new AssertionError(
      `Expected error to be instance of "${kind.name}", but was "${error.constructor.name}"${note}`,
      { cause: error },
    );
  }
  check(
    includes === undefined || error.message.includes(includes),
    () =>
      `Expected error message to include ${JSON.stringify(includes)}, but got ` +
      JSON.stringify(error.message),
    msg,
  );
  return error;
}

/** The caller's own message, of either form. */
function note([kind, , msg]: Rest<Error>): string | undefined {
  return typeof kind === "string" ? kind : msg;
}

/** Asserts that a function throws. Returns the error. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that a function throws an error of a class, whose message includes a text. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(fn: () => unknown, ...rest: Rest<E>): unknown {
  try {
    fn();
  } catch (error) {
    return judge(error, rest);
  }
  return check(false, () => "Expected function to throw", note(rest));
}

/** Asserts that a promise is rejected. Returns the error. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that a promise is rejected with an error of a class, whose message includes a text. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  ...rest: Rest<E>
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    const cause = error instanceof Error ? { cause: error } : undefined;
    throw new AssertionError("Function throws when expected to reject", cause);
  }
  try {
    await promise;
  } catch (error) {
    return judge(error, rest);
  }
  return check(false, () => "Expected function to reject", note(rest));
}
