/**
 * To whom a name belongs: an account owns its name and what looks like it, and nobody else may
 * take either. Who is in the way when the owner comes makes room.
 * @module
 */
import { VOICE } from "../../irc/modes.ts";
import { sameName } from "../../irc/names.ts";
import { isReserved, looksLikeService } from "../../irc/reserved.ts";
import type { Owner } from "../../store/accounts.ts";
import type { Channel } from "../world/channel.ts";
import { isSameGuest } from "../entry/door.ts";
import { serviceNotice } from "./service.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

/** For so long a name is not taken over once more, in milliseconds. */
const KEEPS_MS = 30_000;

/** The name of the account that a name belongs to, by itself or by its looks, if it can be read. */
export function ownerOf(world: World, nick: string): string | undefined {
  const owner = world.store.accounts.ownerOf(nick);
  return owner.kind === "account" ? owner.name : undefined;
}

/** Whether a user is logged in to this account. */
export function isLoggedInTo(user: User, account: string): boolean {
  return user.account !== undefined && sameName(user.account, account);
}

/** The account that a name belongs to, where the user is not logged in to it. */
export function belongsToAnother(world: World, user: User, nick: string): string | undefined {
  const owner = ownerOf(world, nick);
  return owner !== undefined && !isLoggedInTo(user, owner) ? owner : undefined;
}

/**
 * Why a user may not have a name now, in words for it; `undefined` where it may. For the owner of
 * the name nobody is in the way whom {@linkcode makeWay} can move.
 *
 * @param nick a checked name.
 * @param now the time, in milliseconds since 1970.
 */
export function whyNot(world: World, user: User, nick: string, now: number): string | undefined {
  const owner = world.store.accounts.ownerOf(nick);
  const owned = "name" in owner && isLoggedInTo(user, owner.name);
  // Whoever runs the server can give its other names to somebody.
  if (looksLikeService(nick) || !owned && isReserved(nick, world.name)) {
    return "Nickname is reserved for the server";
  }
  const refusal = owned ? undefined : refusalBy(owner, nick, user.nick);
  if (refusal !== undefined) return refusal;
  const holder = world.users.holderOf(nick, user);
  if (holder === undefined) return undefined;
  const moves = owned ? canMove(world, user, holder, now) : isGhost(world, user, holder, now);
  if (moves) return undefined;
  return world.users.find(nick) === holder
    ? "Nickname is already in use"
    : `Nickname looks like ${holder.nick}, who is here`;
}

/** Why the owner of a name keeps it from everyone else, in words for who asked. */
function refusalBy(owner: Owner, nick: string, had: string): string | undefined {
  // If nobody can tell whose a name is, whoever has it keeps it, in another form too.
  if (owner.kind !== "account" && sameName(nick, had)) return undefined;
  switch (owner.kind) {
    case "nobody":
      return undefined;
    case "account":
      return sameName(owner.name, nick)
        ? "Nickname belongs to someone: log in, or choose another"
        : `Nickname looks like ${owner.name}, which belongs to someone`;
    case "lost": {
      const like = sameName(owner.name, nick) ? "" : `looks like ${owner.name}, which `;
      return `Nickname ${like}has an owner, whose account can't be read now: choose another`;
    }
    case "unknown":
      return "Only names as guests are given now: the server can't tell whose the others are";
    default:
      return owner satisfies never;
  }
}

/**
 * The name under which a newcomer comes in if nobody can tell whose its own is; undefined if that
 * can be told.
 */
export function nameInstead(world: World, user: User, nick: string): string | undefined {
  const isUnknown = world.store.accounts.ownerOf(nick).kind === "unknown";
  return isUnknown ? guestName(world, user) : undefined;
}

/**
 * The first channel that keeps a user from changing its name, which would get it around a ban: it
 * is in there, and may not speak because of a ban. As in solanum and InspIRCd, a name that a ban
 * speaks of may be taken: that does nothing for the user.
 */
export function channelThatBans(user: User): Channel | undefined {
  return [...user.channels].find((channel) => isSilencedIn(channel, user));
}

function isSilencedIn(channel: Channel, user: User): boolean {
  return !channel.hasRank(user, VOICE) && channel.isSilenced(user);
}

/**
 * Whether a holder makes room for the owner. Two programs of one person that both want the name
 * would else throw each other out in turns, each time they connect again.
 */
function canMove(world: World, owner: User, holder: User, now: number): boolean {
  if (owner.account !== undefined && isLoggedInTo(holder, owner.account)) {
    return now - holder.tookOverAt >= KEEPS_MS;
  }
  return holder.account === undefined || ownerOf(world, holder.nick) !== holder.account;
}

/** Whether a holder is an earlier connection of the guest who asks, who proves that by a token. */
function isGhost(world: World, guest: User, holder: User, now: number): boolean {
  return now - holder.tookOverAt >= KEEPS_MS && isSameGuest(world, guest, holder);
}

/**
 * Frees a name for its owner, who {@linkcode whyNot} said may have it: a connection of the owner's
 * own is ended, anyone else gets another name.
 */
export function makeWay(world: World, owner: User, nick: string, now: number): void {
  for (;;) {
    const holder = world.users.holderOf(nick, owner);
    if (holder === undefined) return;
    if (owner.account !== undefined && isLoggedInTo(holder, owner.account)) {
      owner.tookOverAt = now;
      world.quit(holder, `${holder.account} came in from elsewhere`, now);
    } else {
      makeGuest(world, holder, `${holder.nick} belongs to someone who has logged in`, now);
    }
  }
}

/** Takes a name from a registered user if it is no longer its own. */
export function giveUpName(world: World, user: User, now: number): void {
  if (!user.registered || user.gone) return;
  const owner = belongsToAnother(world, user, user.nick);
  if (owner === undefined) return;
  const whose = sameName(owner, user.nick) ? "belongs to" : `looks like ${owner}, which belongs to`;
  makeGuest(world, user, `${user.nick} ${whose} an account that you are not logged in to`, now);
}

/** Takes the name of an account, and what looks like it, from everyone who is not logged in to it. */
export function clearName(world: World, account: string, now: number): void {
  for (const user of world.users.alike(account)) giveUpName(world, user, now);
}

/** A name that nobody has, owned or not. */
function guestName(world: World, user: User): string {
  for (;;) {
    const nick = `Guest${world.nextGuest()}`;
    const isOwned = "name" in world.store.accounts.ownerOf(nick);
    if (!isOwned && world.users.holderOf(nick, user) === undefined) return nick;
  }
}

function makeGuest(world: World, user: User, why: string, now: number): void {
  const nick = guestName(world, user);
  // Under another name a ban would not speak of it any more: as whoever changes the name, it leaves.
  for (const channel of [...user.channels]) {
    if (isSilencedIn(channel, user)) world.part(user, channel, "Lost its name while banned", now);
  }
  world.rename(user, nick, now);
  serviceNotice(world, user, `${why}: you are ${nick} now. NICK and a name chooses another.`, now);
}
