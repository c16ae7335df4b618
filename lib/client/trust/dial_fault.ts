/**
 * Why a connection could not be made, or was lost, in plain words.
 * @module
 */

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED|ConnectionRefused|refused/i, "nothing answers on this port"],
  [/EHOSTUNREACH|no route|unreachable host/i, "there is no way to this machine"],
  [/ENETUNREACH|network (is )?unreachable/i, "there is no network that leads there"],
  [/ETIMEDOUT|TimedOut|TimeoutError|timed out|AbortError/i, "it does not answer"],
  [/ECONNRESET|ConnectionReset|reset/i, "it closed the connection at once"],
  [/lookup address|ENOTFOUND|EAI_|name or service|nodename|no such host/i, "its name is not known"],
  [/NotCapable|PermissionDenied|EACCES|EPERM/i, "this program may not connect there"],
];

/** An error of a dial in plain words: part of a sentence. */
export function dialFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Its message is plain already and says that it is not the server's fault.
  if (error.name === "ProxyError") return error.message;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const told = `${error.name} ${code} ${error.message}`;
  const found = WORDS.find(([pattern]) => pattern.test(told));
  return found?.[1] ?? error.message.replace(/ \(os error \d+\)$/, "").split("\n", 1)[0]!;
}

/**
 * The reason of a loss in plain words: part of a sentence.
 *
 * @param reason the text of ERROR, or the reason that the connection gives.
 */
export function lossFault(reason: string): string {
  switch (reason) {
    case "Connection closed":
      return "the server closed the connection";
    case "Connection reset by peer":
      return "the connection was reset";
    default:
      // Closing link: host (The server is closing)
      return /^Closing link\b.*[[(]([^[\]()]+)[\])]$/is.exec(reason)?.[1] ?? reason;
  }
}
