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

/** Formats an action, as `/me` sends it. */
export function actionText(what: string): string {
  return ACTION + what + DELIMITER;
}
