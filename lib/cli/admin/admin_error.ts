/** Something can't be done with a server's data, or there is no such room. The message is one line in the user's words. */
export class AdminError extends Error {
  override readonly name = "AdminError";
}
