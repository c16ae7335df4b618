/**
 * CTCP: messages between programs within messages between people.
 *
 * Source: "Client-to-Client Protocol (CTCP)", draft-oakley-irc-ctcp-02.
 * @module
 */

const DELIMITER = "\x01";
const ACTION = `${DELIMITER}ACTION `;

export function isCtcp(text: string): boolean {
  return text.startsWith(DELIMITER);
}

/** The text of an action (`waves` for `/me waves`); `undefined` if the text is not an action. */
export function actionOf(text: string): string | undefined {
  if (!text.startsWith(ACTION)) return undefined;
  return text.slice(ACTION.length, text.endsWith(DELIMITER) ? -DELIMITER.length : undefined);
}

/** The command and the text of a request or an answer; undefined if the text is no CTCP. */
export function ctcpOf(
  text: string,
): { readonly command: string; readonly text: string } | undefined {
  if (!isCtcp(text)) return undefined;
  const [inner = ""] = text.slice(1).split(DELIMITER, 1);
  const [, command, rest = ""] = /^(\S+) ?(.*)$/s.exec(inner) ?? [];
  return command === undefined ? undefined : { command: command.toUpperCase(), text: rest };
}

/** Formats a request or an answer. */
export function ctcpText(command: string, text = ""): string {
  return DELIMITER + `${command} ${text}`.trimEnd() + DELIMITER;
}

/** Formats an action, as `/me` sends it. */
export function actionText(what: string): string {
  return ACTION + what + DELIMITER;
}
