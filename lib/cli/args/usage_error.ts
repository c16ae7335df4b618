/**
 * A command line that can't be understood. The message is one line in the words of the user, and
 * all that is shown.
 */
export class UsageError extends Error {
  /** Tells it from other errors. */
  override readonly name = "UsageError";
}
