/**
 * Messages between programs inside of messages between people.
 *
 * Source: "Client-to-Client Protocol (CTCP)", draft-oakley-irc-ctcp-02.
 * @module
 */

const DELIMITER = "\x01";
const ACTION = `${DELIMITER}ACTION `;

/** Whether a text is a CTCP message. */
export function isCtcp(text: string): boolean {
  return text.startsWith(DELIMITER);
}

/** What someone does who says `/me waves`: `waves`; `undefined` for any other text. */
export function actionOf(text: string): string | undefined {
  if (!text.startsWith(ACTION)) return undefined;
  return text.slice(ACTION.length, text.endsWith(DELIMITER) ? -DELIMITER.length : undefined);
}

/** The text that says that someone does something. */
export function actionText(what: string): string {
  return ACTION + what + DELIMITER;
}
