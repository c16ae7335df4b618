/** A command line that can't be understood. The message is one line in the user's words. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
