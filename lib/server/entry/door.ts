/**
 * Who may come in if not everyone may: with the server's password, an invitation or an account.
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

/** Whether a server with these settings takes in everyone. */
export function isOpen({ password, accounts }: Config): boolean {
  return password === null && !accounts.required;
}

/**
 * Whether a peer may come in, and see who is there. An account opens every door: who has one was
 * let in before. If accounts are required the server's password alone does not.
 */
export function isAdmitted({ config }: World, { account, registration }: User): boolean {
  if (isOpen(config) || account !== undefined) return true;
  const { key } = registration;
  return key?.kind === "invitation" || key?.kind === "password" && !config.accounts.required;
}

/** What the peer is told who may not come in. */
export function refusalOf({ config }: World): string {
  return config.accounts.required
    ? "Only who has an account or an invitation may come in"
    : "The server's password is needed";
}

/**
 * What a text opens that a peer gave as the password; the answer to a wrong one is held back. Nobody guesses a token, so one that is used up counts against nobody: a whole school may
 * try the same.
 */
export async function checkKey(ctx: Context, given: string): Promise<DoorKey | undefined> {
  const { world, user, now } = ctx;
  const { password } = world.config;
  if (isInvitationToken(given)) {
    const { init: { hashes }, store: { accounts } } = world;
    const found = accounts.findInvitation(await hashToken(hashes, given), now);
    return found && { kind: "invitation", id: found.id };
  }
  if (password === null) return undefined;
  const { kind } = await verifySlowly(world, user, SERVER_SECRET, password, given, now);
  return kind === "right" ? { kind: "password" } : undefined;
}

/** The invitation that a peer needs to come in, and has. */
function invitationOf(world: World, user: User): KeptInvitation | undefined {
  const { key } = user.registration;
  const counts = !isOpen(world.config) && user.account === undefined;
  return counts && key?.kind === "invitation" ? world.store.accounts.invitation(key.id) : undefined;
}

/** Whether an invitation is for one person, so that its token proves who that is. */
function isForOne({ forName, usesLeft, guests }: KeptInvitation): boolean {
  return forName !== null || usesLeft !== null && usesLeft + guests.length === 1;
}

/** The guest who came in on an invitation under this name, or has it now. */
function guestCalled({ guests, forName }: KeptInvitation, name: string): Guest | undefined {
  if (forName !== null) return guests[0];
  const called = (guest: Guest) => sameName(guest.name, name) || sameName(guest.entered, name);
  return guests.find(({ name: latest }) => sameName(latest, name)) ?? guests.find(called);
}

/**
 * Lets a peer in on its invitation, if it needs that: as the guest that it was before, else as a
 * new one, which takes one use. If the guest's last connection is still there, it is ended if the
 * invitation is for one person; else somebody else has the same idea of a name.
 *
 * @param nick the name under which it comes in.
 * @returns whether it may come in: an invitation may be used up or revoked by now.
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
      world.quit(here, `${here.nick} came in from elsewhere`, now);
    } else {
      guest = undefined;
    }
  }
  guest ??= world.store.accounts.addGuest(key.id, nick, now);
  if (guest === undefined) return false;
  user.registration.key = { ...key, guest };
  return true;
}

/** The connection of a guest, if it is another one than this. */
function connectionOf(world: World, user: User, { id }: Guest): User | undefined {
  for (const other of world.users.all()) {
    const { key } = other.registration;
    if (other !== user && key?.kind === "invitation" && key.guest === id) return other;
  }
  return undefined;
}

/** Whether a connection is an earlier one of the guest that a peer is, by their invitation. */
export function isSameGuest(world: World, user: User, holder: User): boolean {
  const [mine, theirs] = [user.registration.key, holder.registration.key];
  if (mine?.kind !== "invitation" || theirs?.kind !== "invitation") return false;
  if (mine.id !== theirs.id || theirs.guest === undefined || holder.account !== undefined) {
    return false;
  }
  const invitation = invitationOf(world, user);
  return invitation !== undefined && isForOne(invitation);
}

/** The names under which a peer may come in, if its invitation says so: the first is on it. */
export function namesOnInvitation(world: World, user: User): readonly string[] {
  const invitation = invitationOf(world, user);
  if (invitation === undefined || invitation.forName === null) return [];
  return [invitation.forName, ...invitation.guests.map(({ name }) => name)];
}
