/**
 * Parses the arguments of commands.
 * @module
 */
import type { Action, RankName } from "./action.ts";

/** How many old messages `/history` requests by default. */
const HISTORY_COUNT = 50;

/** The most that it requests. */
const HISTORY_MOST = 1000;

export function whom(rest: string, action: (who: string) => Action): Action | undefined {
  return rest === "" ? action("") : named(rest, action);
}

/** A name that can be a parameter on the wire: no spaces, no list, no colon. */
export function named(rest: string, action: (name: string) => Action): Action | undefined {
  // Tab adds a colon at the start of a line.
  const name = rest.replace(/[:,]$/, "");
  return /^[^\s:,][^\s,]*$/u.test(name) ? action(name) : undefined;
}

/** `NAME TEXT` */
export function aimed(
  rest: string,
  action: (target: string, text: string) => Action,
): Action | undefined {
  const [, target, text] = /^([^\s:,][^\s,]*)\s+(.+)$/su.exec(rest) ?? [];
  return target === undefined || text === undefined ? undefined : action(target, text);
}

export function rank(rest: string, rank: RankName, give: boolean): Action | undefined {
  return named(rest, (name) => ({ do: "rank", name, rank, give }));
}

export function isRoom(name: string): boolean {
  return /^[#&]/.test(name);
}

/** A room as people type it, `music` or `#music`; undefined if the name is not valid. */
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
