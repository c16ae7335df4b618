import { AssertionError as Reporter } from "node:assert";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  /**
   * Makes one.
   *
   * @param message What was expected and what was there.
   * @param options The cause, if another error was.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Throws unless `ok`; the caller's own message goes after what is wrong. */
export function check(ok: boolean, wrong: () => string, msg?: string): asserts ok {
  if (!ok) throw new AssertionError(msg ? `${wrong().replace(/\.$/, "")}: ${msg}` : wrong());
}

/** A value on as few lines as are readable. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    iterableLimit: Infinity,
    sorted: true,
    trailingComma: true,
    strAbbreviateSize: Infinity,
  });
}

/** Two values that differ, line by line. */
export function difference(actual: unknown, expected: unknown): string {
  const { message } = new Reporter({ actual, expected, operator: "deepStrictEqual" });
  return message.slice(message.indexOf("\n") + 1);
}
