/**
 * Ids of messages (IRCv3 Message IDs): what is the same for a run of the server, and a number.
 * @module
 */

/** The id of a number. */
export function messageId(runId: string, serial: number): string {
  return `${runId}-${serial.toString(36)}`;
}

/** Whether an id is of this run of the server. */
export function ofRun(runId: string, msgid: string): boolean {
  return msgid.startsWith(`${runId}-`);
}

/** The number of an id that {@linkcode messageId} made; of another text, anything or NaN. */
export function serialOf(msgid: string): number {
  return parseInt(msgid.slice(msgid.lastIndexOf("-") + 1), 36);
}
