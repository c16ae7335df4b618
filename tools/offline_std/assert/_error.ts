import { AssertionError as Reporter } from "node:assert";

/** The error of a failed assertion. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Throws unless `ok`; the caller's own message follows the fault. */
export function check(ok: boolean, wrong: () => string, msg?: string): asserts ok {
  if (!ok) throw new AssertionError(msg ? `${wrong().replace(/\.$/, "")}: ${msg}` : wrong());
}

/** Prints a value as @std does. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    iterableLimit: Infinity,
    sorted: true,
    trailingComma: true,
    strAbbreviateSize: Infinity,
  });
}

/** The difference of two values, line by line. */
export function difference(actual: unknown, expected: unknown): string {
  const { message } = new Reporter({ actual, expected, operator: "deepStrictEqual" });
  return message.slice(message.indexOf("\n") + 1);
}
