import type { Platform } from "../os/data_directory.ts";
import type { ExportOptions } from "../args/request.ts";
import { UsageError } from "../args/usage_error.ts";
import { fold } from "../../irc/names.ts";
import { nearest } from "../../text/nearest.ts";
import { type HistoryReader, openReader } from "../../store/history_reader.ts";
import { visibleName } from "../../text/text.ts";
import { AdminError } from "./admin_error.ts";
import { dayOf, type ExportFormat, HTML, JSON_LINES, TEXT } from "./export_format.ts";
import { parseWhen } from "./when.ts";
import { serverDirectory } from "./with_accounts.ts";
import { ADMIN, EXPORT, USAGE } from "../../wording/command_line.ts";

const FORMATS: Readonly<Record<ExportOptions["format"], ExportFormat>> = {
  text: TEXT,
  json: JSON_LINES,
  html: HTML,
};

/** How much to gather before a write, in UTF-16 units. */
const CHUNK = 65_536;

/** How many rooms an error message names. */
const NAMED = 10;

/**
 * Runs `chat export`: writes the history of a room, a piece at a time.
 *
 * @param now in milliseconds since 1970.
 * @throws {UsageError} for a wrong time
 * @throws {AdminError} if there is no such room, or its history can't be read
 */
export async function exportRoom(
  { room, since, until, format, data }: ExportOptions,
  now: number,
  write: (text: string) => Promise<void>,
  here?: Platform,
): Promise<void> {
  const from = since === undefined ? 0 : timeOf("since", since, false, now);
  const to = until === undefined ? 8.64e15 : timeOf("until", until, true, now);
  const opened = openReader(serverDirectory(data, here));
  if ("fault" in opened) {
    const { message } = opened.fault;
    throw new AdminError(data === undefined ? ADMIN.elsewhere(message) : message);
  }
  const { reader } = opened;
  try {
    await writeAll(reader, findRoom(reader, room), from, to, FORMATS[format], write);
  } finally {
    reader.close();
  }
}

function timeOf(name: string, text: string, end: boolean, now: number): number {
  const time = parseWhen(text, end, now);
  if (time === undefined) throw new UsageError(USAGE.time(name));
  return time;
}

/** The key of a room, typed with or without its `#`. */
function findRoom(reader: HistoryReader, typed: string): string {
  const key = fold(typed.startsWith("#") ? typed : `#${typed}`);
  const rooms = reader.conversations("#");
  if (rooms.includes(key)) return key;
  const asked = visibleName(key);
  if (rooms.length === 0) throw new AdminError(EXPORT.noRooms(asked));
  const guess = nearest(key, rooms);
  if (guess !== undefined) throw new AdminError(EXPORT.misspelled(asked, visibleName(guess)));
  const names = rooms.slice(0, NAMED).map(visibleName).join(", ");
  const all = rooms.length > NAMED ? EXPORT.andMore(names, rooms.length - NAMED) : names;
  throw new AdminError(EXPORT.otherRooms(asked, all));
}

async function writeAll(
  reader: HistoryReader,
  room: string,
  since: number,
  until: number,
  format: ExportFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  let pending = format.head(room);
  let today = "";
  for (const item of reader.items(room, since, until)) {
    const day = dayOf(item.time);
    if (day !== today) pending += format.day(day);
    today = day;
    pending += format.item(item);
    if (pending.length < CHUNK) continue;
    await write(pending);
    pending = "";
  }
  await write(pending + format.tail);
}
