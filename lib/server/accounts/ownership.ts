/**
 * Ownership of names: an account owns its name and names that look like it. Nobody else may take
 * them, and others make way when the owner comes.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import { VOICE } from "../../irc/modes.ts";
import { sameName } from "../../irc/names.ts";
import { isReserved, looksLikeService } from "../../irc/reserved.ts";
import type { Owner } from "../../store/accounts.ts";
import type { Channel } from "../world/channel.ts";
import { isSameGuest } from "../entry/door.ts";
import { serviceNotice } from "./service.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";
import { plural } from "../../wording/plural.ts";

/** What ERR_NICKNAMEINUSE, QUIT, PART and the notices of NickServ say. */
const TEXTS = {
  inUse: "Nickname is already in use",
  kept: (seconds: number) =>
    `Nickname is kept for ${plural(seconds, "more second")}, because the connection of its user ` +
    "broke: choose it again then, or another one now",
  reserved: "Nickname is reserved for the server",
  looksLikeUser: (nick: string) => `Nickname looks like ${nick}, who is here`,
  owned: "Nickname belongs to an account: log in to it, or choose another name",
  looksLikeOwned: (owner: string) => `Nickname looks like ${owner}, which belongs to an account`,
  lost: "Nickname has an owner whose account cannot be read now: choose another",
  looksLikeLost: (owner: string) =>
    `Nickname looks like ${owner}, which has an owner whose account cannot be read now: ` +
    "choose another",
  onlyGuests: "The server cannot read its accounts at the moment and gives out only guest names",
  elsewhere: (name: string) => `${name} connected from elsewhere`,
  ownerCame: (nick: string) => `${nick} belongs to an account whose owner has logged in.`,
  notYours: (nick: string) => `${nick} belongs to an account that you are not logged in to.`,
  likeNotYours: (nick: string, owner: string) =>
    `${nick} looks like ${owner}, which belongs to an account that you are not logged in to.`,
  renamed: (nick: string) => `Your name is now ${nick}. To choose another one, type: /nick NAME`,
  renamedWhileBanned: "Renamed while banned",
} as const;

/** How long a name that was taken over can't be taken over again, in milliseconds. */
const KEEPS_MS = 30 * SECOND_MS;

/**
 * The account that owns a name, or a name that it looks like; undefined if there is none or it
 * can't be read.
 */
export function ownerOf(world: World, nick: string): string | undefined {
  const owner = world.store.accounts.ownerOf(nick);
  return owner.kind === "account" ? owner.name : undefined;
}

export function isLoggedInTo(user: User, account: string): boolean {
  return user.account !== undefined && sameName(user.account, account);
}

/** The account that owns a name, unless the user is logged in to it. */
export function belongsToAnother(world: World, user: User, nick: string): string | undefined {
  const owner = ownerOf(world, nick);
  return owner !== undefined && !isLoggedInTo(user, owner) ? owner : undefined;
}

/**
 * The text if a user can't have a checked name now; undefined if it can. For the owner of the name,
 * holders that {@linkcode makeWay} can move don't count.
 */
export function whyNot(world: World, user: User, nick: string, now: number): string | undefined {
  const owner = world.store.accounts.ownerOf(nick);
  const owned = "name" in owner && isLoggedInTo(user, owner.name);
  // The server's own names can be given to an account, but for those of services.
  if (looksLikeService(nick) || !owned && isReserved(nick, world.name)) {
    return TEXTS.reserved;
  }
  const refusal = owned ? undefined : refusalBy(owner, nick, user.nick);
  if (refusal !== undefined) return refusal;
  const holder = world.users.holderOf(nick, user);
  if (holder === undefined) return undefined;
  const moves = owned ? canMove(world, user, holder, now) : isGhost(world, user, holder, now);
  if (moves) return undefined;
  if (world.users.find(nick) !== holder) return TEXTS.looksLikeUser(holder.nick);
  const { lost } = holder;
  if (lost === undefined) return TEXTS.inUse;
  return TEXTS.kept(Math.max(1, Math.ceil((lost.since + lost.ms - now) / SECOND_MS)));
}

/** The text if someone other than the owner can't have a name; undefined if they can. */
function refusalBy(owner: Owner, nick: string, had: string): string | undefined {
  // If ownership can't be read, whoever has the name may keep it, in another spelling too.
  if (owner.kind !== "account" && sameName(nick, had)) return undefined;
  switch (owner.kind) {
    case "nobody":
      return undefined;
    case "account":
      return sameName(owner.name, nick) ? TEXTS.owned : TEXTS.looksLikeOwned(owner.name);
    case "lost":
      return sameName(owner.name, nick) ? TEXTS.lost : TEXTS.looksLikeLost(owner.name);
    case "unknown":
      return TEXTS.onlyGuests;
    default:
      return owner satisfies never;
  }
}

/**
 * A guest name for a newcomer whose name may be owned by somebody; undefined if that can be told.
 */
export function nameInstead(world: World, user: User, nick: string): string | undefined {
  const isUnknown = world.store.accounts.ownerOf(nick).kind === "unknown";
  return isUnknown ? guestName(world, user) : undefined;
}

/**
 * The first channel in which a ban silences a user: then it may not change its name, which would
 * get it around the ban. As in solanum and InspIRCd, a name that a ban matches may be taken: that
 * gains nothing.
 */
export function channelThatBans(user: User): Channel | undefined {
  return [...user.channels].find((channel) => isSilencedIn(channel, user));
}

function isSilencedIn(channel: Channel, user: User): boolean {
  return !channel.hasRank(user, VOICE) && channel.isSilenced(user);
}

/**
 * Whether a holder of a name makes way for the owner. Two programs of one owner would otherwise
 * throw each other out in turns, whenever they reconnect.
 */
function canMove(world: World, owner: User, holder: User, now: number): boolean {
  if (owner.account !== undefined && isLoggedInTo(holder, owner.account)) {
    return !keepsName(holder, now);
  }
  return holder.account === undefined || ownerOf(world, holder.nick) !== holder.account;
}

/** Whether a holder is an earlier connection of the guest, which its token proves. */
function isGhost(world: World, guest: User, holder: User, now: number): boolean {
  return !keepsName(holder, now) && isSameGuest(world, guest, holder);
}

/** Whether a holder took its name over just now, and has a connection. */
function keepsName({ lost, tookOverAt }: User, now: number): boolean {
  return lost === undefined && now - tookOverAt < KEEPS_MS;
}

/**
 * Frees a name for its owner after {@linkcode whyNot} allowed it: ends the owner's other
 * connection, or renames anyone else to a guest.
 */
export function makeWay(world: World, owner: User, nick: string, now: number): void {
  for (;;) {
    const holder = world.users.holderOf(nick, owner);
    if (holder === undefined) return;
    if (owner.account !== undefined && isLoggedInTo(holder, owner.account)) {
      owner.tookOverAt = now;
      world.quit(holder, TEXTS.elsewhere(holder.account!), now);
    } else {
      makeGuest(
        world,
        holder,
        TEXTS.ownerCame(holder.nick),
        now,
      );
    }
  }
}

/** Renames a registered user to a guest if its name belongs to another account. */
export function giveUpName(world: World, user: User, now: number): void {
  if (!user.registered || user.gone) return;
  const owner = belongsToAnother(world, user, user.nick);
  if (owner === undefined) return;
  const { nick } = user;
  const why = sameName(owner, nick) ? TEXTS.notYours(nick) : TEXTS.likeNotYours(nick, owner);
  makeGuest(world, user, why, now);
}

/** Takes an account's name, and names that look like it, from everyone not logged in to it. */
export function clearName(world: World, account: string, now: number): void {
  for (const user of world.users.alike(account)) giveUpName(world, user, now);
}

/** A guest name that nobody has or owns. */
function guestName(world: World, user: User): string {
  for (;;) {
    const nick = `Guest${world.nextGuest()}`;
    const isOwned = "name" in world.store.accounts.ownerOf(nick);
    if (!isOwned && world.users.holderOf(nick, user) === undefined) return nick;
  }
}

function makeGuest(world: World, user: User, why: string, now: number): void {
  const nick = guestName(world, user);
  // The ban would not match the new name, so the user leaves, as when it changes its name itself.
  for (const channel of [...user.channels]) {
    if (isSilencedIn(channel, user)) world.part(user, channel, TEXTS.renamedWhileBanned, now);
  }
  world.rename(user, nick, now);
  serviceNotice(world, user, `${why} ${TEXTS.renamed(nick)}`, now);
}
