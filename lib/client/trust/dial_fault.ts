/**
 * Why a connection could not be made, or was lost, in plain words.
 * @module
 */
import { CONNECTION_FAULT } from "../../wording/reaching.ts";

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED|ConnectionRefused|refused/i, CONNECTION_FAULT.refused],
  [/EHOSTUNREACH|no route|unreachable host/i, CONNECTION_FAULT.hostUnreachable],
  [/ENETUNREACH|network (is )?unreachable/i, CONNECTION_FAULT.networkUnreachable],
  [/ETIMEDOUT|TimedOut|TimeoutError|timed out|AbortError/i, CONNECTION_FAULT.timedOut],
  [/ECONNRESET|ConnectionReset|reset/i, CONNECTION_FAULT.reset],
  [
    /lookup address|ENOTFOUND|EAI_|name or service|nodename|no such host/i,
    CONNECTION_FAULT.unknownName,
  ],
  [/NotCapable|PermissionDenied|EACCES|EPERM/i, CONNECTION_FAULT.notPermitted],
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
      return CONNECTION_FAULT.closed;
    case "Connection reset by peer":
      return CONNECTION_FAULT.resetLater;
    default:
      // Closing link: host (The server is closing)
      return /^Closing link: *\S+ (?:by \S+ )?[[(](.+)[\])]$/is.exec(reason)?.[1] ?? reason;
  }
}
