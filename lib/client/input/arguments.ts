/**
 * What stands behind the name of a command, understood.
 * @module
 */
import type { Action, RankName } from "./action.ts";

/** How many old messages `/history` shows where no number is given. */
const HISTORY_COUNT = 50;

/** The most that it shows at once. */
const HISTORY_MOST = 1000;

/** One name, or none. */
export function whom(rest: string, action: (who: string) => Action): Action | undefined {
  return rest === "" ? action("") : named(rest, action);
}

/** A name as it can stand on the wire: no spaces, no list, nothing that ends the line. */
export function named(rest: string, action: (name: string) => Action): Action | undefined {
  // What Tab completes at the start of a line ends with a colon.
  const name = rest.replace(/[:,]$/, "");
  return /^[^\s:,][^\s,]*$/u.test(name) ? action(name) : undefined;
}

/** A rank that is given or taken. */
export function rank(rest: string, rank: RankName, give: boolean): Action | undefined {
  return named(rest, (name) => ({ do: "rank", name, rank, give }));
}

/** Whether a name is one of a room. */
export function isRoom(name: string): boolean {
  return /^[#&]/.test(name);
}

/** A room as people type it, `music` or `#music`; undefined where it can be none. */
export function roomName(typed: string): string | undefined {
  const name = (isRoom(typed) ? typed : `#${typed}`).normalize("NFC");
  return /^.[^\s,\p{Cc}]+$/u.test(name) ? name : undefined;
}

/** `ROOM [KEY]` */
export function join(rest: string): Action | undefined {
  const [typed = "", key, ...more] = rest.split(/\s+/u);
  const room = typed === "" ? undefined : roomName(typed);
  const isKey = key === undefined || /^[^:,][^,]*$/u.test(key);
  return room === undefined || !isKey || more.length > 0 ? undefined : { do: "join", room, key };
}

/** `[ROOM] [REASON]` */
export function part(rest: string): Action | undefined {
  const [, typed, reason = ""] = /^([#&]\S*)\s*(.*)$/su.exec(rest) ?? [];
  if (typed === undefined) return { do: "part", room: undefined, reason: rest };
  const room = roomName(typed);
  return room === undefined ? undefined : { do: "part", room, reason };
}

/** `[NUMBER]` */
export function history(rest: string): Action | undefined {
  if (rest === "") return { do: "history", count: HISTORY_COUNT };
  const count = /^\d{1,6}$/.test(rest) ? Number(rest) : 0;
  return count === 0 ? undefined : { do: "history", count: Math.min(count, HISTORY_MOST) };
}

/** `NAME [REASON]` */
export function kick(rest: string): Action | undefined {
  const [, name, reason = ""] = /^(\S+)\s*(.*)$/su.exec(rest) ?? [];
  return name === undefined ? undefined : named(name, (name) => ({ do: "kick", name, reason }));
}
