/**
 * Read markers: kept while a user is connected, and with an account in the store.
 *
 * Source: IRCv3 `draft/read-marker`.
 * @module
 */
import { fold, type Folded } from "../../irc/names.ts";
import type { StateStore } from "../../store/server_state.ts";
import type { User } from "./user.ts";

export const MAX_READ_MARKERS = 200;

/** Adds the markers of the account that a user logged in to. */
export function loadMarkers(serverState: StateStore, { account, readMarkers }: User): void {
  if (account === undefined) return;
  for (const [target, at] of serverState.readMarkers(account)) {
    if (readMarkers.size >= MAX_READ_MARKERS) break;
    const key = target as Folded;
    readMarkers.set(key, Math.max(readMarkers.get(key) ?? 0, at));
  }
}

/** A user's marker as the parameter of MARKREAD. One that is in the future is shown as now. */
export function markerOf({ readMarkers }: User, target: string, now: number): string {
  const at = readMarkers.get(fold(target));
  return at === undefined ? "*" : `timestamp=${new Date(Math.min(at, now)).toISOString()}`;
}
