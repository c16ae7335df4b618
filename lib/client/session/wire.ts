/**
 * Builds lines that are valid and fit.
 * @module
 */
import { format, LINE_BYTES, message, type Tags } from "../../irc/message.ts";
import { byteLength } from "../../text/bytes.ts";
import { split } from "./split.ts";
import { isParam } from "../phrases.ts";

/** The most bytes of a line without its line end. */
const MOST = LINE_BYTES - 2;

/** The commands that end with a text, and how many parameters they have then. */
const FREE_TEXT: Readonly<Record<string, number>> = {
  AWAY: 1,
  KICK: 3,
  PART: 2,
  QUIT: 1,
  TOPIC: 2,
  USER: 4,
};

/**
 * A line as it is sent. A text at its end is cut if the line would be too long.
 *
 * @returns undefined if a parameter would mean something else on the wire, or is too long and can't
 * be cut.
 */
export function lineOf(
  command: string,
  params: readonly string[],
  tags?: Tags,
): string | undefined {
  const init = tags === undefined ? {} : { tags };
  const before = params.slice(0, -1);
  const last = params.at(-1);
  if (!before.every(isParam) || last !== undefined && /[\0\r\n]/.test(last)) return undefined;
  const tooLong = byteLength(format(message(command, params))) - MOST;
  // A server that asks with more than a line gets its own words back.
  if (tooLong <= 0 || command === "PONG") return format(message(command, params, init));
  if (last === undefined || params.length !== FREE_TEXT[command]) return undefined;
  const left = byteLength(last) - tooLong;
  if (left < 4) return undefined;
  return format(message(command, [...before, split(last, left)[0] ?? ""], init));
}
