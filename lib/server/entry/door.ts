/**
 * Who may enter a server that is not open: with its password, an invitation or an account.
 * @module
 */
import { hashToken, isInvitationToken } from "../../irc/invitation.ts";
import { sameName } from "../../irc/names.ts";
import type { Guest, KeptInvitation } from "../../store/accounts.ts";
import type { Config } from "../settings/config.ts";
import type { Context } from "../command.ts";
import { SERVER_SECRET } from "../accounts/login_guard.ts";
import { verifySlowly } from "../accounts/compare.ts";
import type { DoorKey, User } from "../world/user.ts";
import type { World } from "../world/world.ts";

export function isOpen({ password, accounts }: Config): boolean {
  return password === null && !accounts.required;
}

/**
 * Whether a peer may enter, and see who is here. An account always may: it was let in once. If
 * accounts are required, the server's password is not enough.
 */
export function isAdmitted({ config }: World, { account, registration }: User): boolean {
  if (isOpen(config) || account !== undefined) return true;
  const { key } = registration;
  return key?.kind === "invitation" || key?.kind === "password" && !config.accounts.required;
}

/** The text for a peer that may not enter. */
export function refusalOf({ config }: World): string {
  return config.accounts.required
    ? "Only people with an account or an invitation can enter"
    : "The server requires a password";
}

/**
 * What a peer's PASS proves; undefined for nothing. The answer to a wrong password is held back.
 * Tokens can't be guessed, so a used-up one does not count as a failure: a whole school may try the
 * same.
 */
export async function checkKey(ctx: Context, given: string): Promise<DoorKey | undefined> {
  const { world, now } = ctx;
  const { password } = world.config;
  if (isInvitationToken(given)) {
    const { init: { hashes }, store: { accounts } } = world;
    const found = accounts.findInvitation(await hashToken(hashes, given), now);
    return found && { kind: "invitation", id: found.id };
  }
  if (password === null) return undefined;
  const { kind } = await verifySlowly(ctx, SERVER_SECRET, password, given);
  return kind === "right" ? { kind: "password" } : undefined;
}

/** The invitation that lets a peer in; undefined if it needs none or has none. */
function invitationOf(world: World, user: User): KeptInvitation | undefined {
  const { key } = user.registration;
  const counts = !isOpen(world.config) && user.account === undefined;
  return counts && key?.kind === "invitation" ? world.store.accounts.invitation(key.id) : undefined;
}

/** Whether an invitation is for one person, so that its token proves who that is. */
function isForOne({ forName, usesLeft, guests }: KeptInvitation): boolean {
  return forName !== null || usesLeft !== null && usesLeft + guests.length === 1;
}

/** The guest of an invitation who entered under this name, or has it now. */
function guestCalled({ guests, forName }: KeptInvitation, name: string): Guest | undefined {
  if (forName !== null) return guests[0];
  const called = (guest: Guest) => sameName(guest.name, name) || sameName(guest.entered, name);
  return guests.find(({ name: latest }) => sameName(latest, name)) ?? guests.find(called);
}

/**
 * Uses a peer's invitation if it needs that: as the guest that it was before, or as a new one,
 * which takes one use. If that guest is still connected, its old connection is ended if the
 * invitation is for one person; otherwise somebody else chose the same name. Returns false if the
 * invitation is used up or revoked by now.
 */
export function useKey(world: World, user: User, nick: string, now: number): boolean {
  const { key } = user.registration;
  const isNeeded = !isOpen(world.config) && user.account === undefined;
  if (!isNeeded || key?.kind !== "invitation") return true;
  const invitation = invitationOf(world, user);
  if (invitation === undefined) return false;
  const known = guestCalled(invitation, nick);
  const here = known && connectionOf(world, user, known);
  let guest = known?.id;
  if (here !== undefined) {
    if (isForOne(invitation)) {
      user.tookOverAt = now;
      world.quit(here, `${here.nick} connected from elsewhere`, now);
    } else {
      guest = undefined;
    }
  }
  guest ??= world.store.accounts.addGuest(key.id, nick, now);
  if (guest === undefined) return false;
  user.registration.key = { ...key, guest };
  return true;
}

/** Another connection of a guest. */
function connectionOf(world: World, user: User, { id }: Guest): User | undefined {
  for (const other of world.users.all()) {
    const { key } = other.registration;
    if (other !== user && key?.kind === "invitation" && key.guest === id) return other;
  }
  return undefined;
}

/** Whether `holder` is an earlier connection of the same guest. */
export function isSameGuest(world: World, user: User, holder: User): boolean {
  const [mine, theirs] = [user.registration.key, holder.registration.key];
  if (mine?.kind !== "invitation" || theirs?.kind !== "invitation") return false;
  if (mine.id !== theirs.id || theirs.guest === undefined || holder.account !== undefined) {
    return false;
  }
  const invitation = invitationOf(world, user);
  return invitation !== undefined && isForOne(invitation);
}

/** The names that a peer's invitation allows, the one on it first; empty for any. */
export function namesOnInvitation(world: World, user: User): readonly string[] {
  const invitation = invitationOf(world, user);
  if (invitation === undefined || invitation.forName === null) return [];
  return [invitation.forName, ...invitation.guests.map(({ name }) => name)];
}
