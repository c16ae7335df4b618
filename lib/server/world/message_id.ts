/**
 * Message ids (IRCv3 Message IDs): a prefix for each run of the server, and a serial number.
 * @module
 */

export function messageId(runId: string, serial: number): string {
  return `${runId}-${serial.toString(36)}`;
}

/** Whether an id was made in this run of the server. */
export function ofRun(runId: string, msgid: string): boolean {
  return msgid.startsWith(`${runId}-`);
}

/** The serial number of an id that {@linkcode messageId} made; for other text, anything or NaN. */
export function serialOf(msgid: string): number {
  return parseInt(msgid.slice(msgid.lastIndexOf("-") + 1), 36);
}
