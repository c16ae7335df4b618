/**
 * Up to where people have read: for as long as they stay, and with an account for good.
 *
 * Source: IRCv3 `draft/read-marker`.
 * @module
 */
import { fold, type Folded } from "../../irc/names.ts";
import type { SettingsStore } from "../../store/settings.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** How many read markers a user has. */
export const MAX_READ_MARKERS = 200;

/** Gives a user who logs in the markers of the account. */
export function loadMarkers(settings: SettingsStore, { account, readMarkers }: User): void {
  if (account === undefined) return;
  for (const [target, at] of settings.readMarkers(account)) {
    if (readMarkers.size >= MAX_READ_MARKERS) break;
    const key = target as Folded;
    readMarkers.set(key, Math.max(readMarkers.get(key) ?? 0, at));
  }
}

/**
 * Moves a marker on, and shows it to all who are logged in to the same account. Nobody has read
 * what is still to come, and what was read stays read.
 *
 * @param at up to when, in milliseconds since 1970.
 * @returns false where the user has too many of them.
 */
export function setMarker(
  world: World,
  user: User,
  target: string,
  at: number,
  now: number,
): boolean {
  const key = fold(target);
  const known = user.readMarkers.get(key);
  if (known === undefined && user.readMarkers.size >= MAX_READ_MARKERS) return false;
  // One that is in the future was set while the clock was ahead.
  const moved = Math.max(Math.min(known ?? 0, now), Math.min(at, now));
  user.readMarkers.set(key, moved);
  const { account } = user;
  if (account === undefined || moved === known) return true;
  world.store.settings.saveReadMarker(account, key, moved);
  for (const other of world.users.all()) {
    if (other === user || other.account !== account) continue;
    if (!other.readMarkers.has(key) && other.readMarkers.size >= MAX_READ_MARKERS) continue;
    other.readMarkers.set(key, moved);
    if (!other.caps.has("draft/read-marker")) continue;
    other.deliver(world.fromServer("MARKREAD", [target, markerOf(other, target, now)], now));
  }
  return true;
}

/** A user's marker as it is told. */
export function markerOf({ readMarkers }: User, target: string, now: number): string {
  const at = readMarkers.get(fold(target));
  return at === undefined ? "*" : `timestamp=${new Date(Math.min(at, now)).toISOString()}`;
}
