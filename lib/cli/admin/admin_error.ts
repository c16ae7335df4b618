/** What can't be done with the data of a server. The message is a line in the words of the user. */
export class AdminError extends Error {
  /** Tells it from other errors. */
  override readonly name = "AdminError";
}
