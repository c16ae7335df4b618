/**
 * Up to where people have read: for as long as they stay, and with an account for good.
 *
 * Source: IRCv3 `draft/read-marker`.
 * @module
 */
import { fold, type Folded } from "../../irc/names.ts";
import type { StateStore } from "../../store/server_state.ts";
import type { User } from "./user.ts";

/** How many read markers a user has. */
export const MAX_READ_MARKERS = 200;

/** Gives a user who logs in the markers of the account. */
export function loadMarkers(serverState: StateStore, { account, readMarkers }: User): void {
  if (account === undefined) return;
  for (const [target, at] of serverState.readMarkers(account)) {
    if (readMarkers.size >= MAX_READ_MARKERS) break;
    const key = target as Folded;
    readMarkers.set(key, Math.max(readMarkers.get(key) ?? 0, at));
  }
}

/** A user's marker as it is told. */
export function markerOf({ readMarkers }: User, target: string, now: number): string {
  const at = readMarkers.get(fold(target));
  return at === undefined ? "*" : `timestamp=${new Date(Math.min(at, now)).toISOString()}`;
}
