/**
 * Rooms: who comes and goes, topics, and modes.
 *
 * Source: Modern IRC Client Protocol, "Channel Operations"; IRCv3 `multi-prefix`, `chghost`,
 * `extended-join`, `invite-notify`, `draft/channel-rename`.
 * @module
 */
import { type Message, nickOf } from "../../irc/message.ts";
import * as people from "./acquaintances.ts";
import { namesAnswered } from "./capability_requests.ts";
import type { SessionContext } from "./context.ts";
import { expectNames } from "./entering.ts";
import { isRegistered, settle } from "./handshake.ts";
import { entered } from "./catch_up.ts";
import { addressed, isOwn, msgidOf, placeOf, timeOf } from "./messages.ts";
import { changesOf, modeWords } from "./mode_words.ts";
import { askAway, marksOf } from "./presence.ts";
import { takeModes } from "./replies.ts";
import { LONGEST_NAME, type Room } from "./rooms.ts";
import { dropTo } from "./drop_unsent.ts";
import { word } from "../phrases.ts";
import { CLIENT, NOT_SENT } from "../../wording/client.ts";
import { ROOM_MODES } from "../../wording/room_modes.ts";

/** How long the setter of a topic may come after it, in milliseconds. */
const SETTER_MS = 500;

/** The longest topic that is kept, in UTF-16 units. */
const LONGEST_TOPIC = 2000;

/** The most users of one answer to NAMES that are told; the rest is counted. */
const MOST_USERS = 2000;

/** Whether a room is the first one, which `phase` is about. */
export function isHome(ctx: SessionContext, name: string | undefined): boolean {
  return name !== undefined && ctx.isupport.same(name, ctx.home);
}

/** 353: some of the members of a room. */
export function names(ctx: SessionContext, { params }: Message): void {
  const name = params.at(-2) ?? "";
  const listed = params.at(-1) ?? "";
  const listing = ctx.names.get(ctx.isupport.fold(name));
  const room = ctx.rooms.get(name);
  for (const item of listed.split(" ")) {
    let at = 0;
    while (at < item.length && ctx.isupport.symbols.includes(item[at]!)) at++;
    // Some servers add `!user@host` unasked.
    const source = item.slice(at);
    const user = source.split("!", 1)[0]!;
    if (user === "") continue;
    if (listing !== undefined && listing.users.length >= MOST_USERS) listing.more++;
    else listing?.users.push(user.slice(0, LONGEST_NAME));
    if (room?.state !== "inside") continue;
    ctx.hosts.saw(source);
    ctx.rooms.enter(room, nickOf(source), ctx.isupport.ranksOf(item.slice(0, at)));
  }
}

/** 366: the end of the members. */
export function endOfNames(ctx: SessionContext, { params }: Message): void {
  const key = ctx.isupport.fold(params[1] ?? "");
  const listing = ctx.names.get(key);
  if (listing === undefined) return;
  if (isHome(ctx, params[1])) namesAnswered(ctx);
  // No other server answers this before registration.
  if (!isRegistered(ctx)) ctx.isOurs = true;
  ctx.names.delete(key);
  const { users, more } = listing;
  const known = ctx.rooms.get(params[1]);
  const room = known?.name ?? (isHome(ctx, params[1]) ? ctx.home : params[1]!);
  const marks = known?.state === "inside" ? marksOf(ctx, known) : {};
  ctx.emit({ type: "users", room, users, more, why: listing.why, ...marks });
  const isNew = listing.why === "entered" || listing.why === "resumed";
  if (known !== undefined && isNew) askAway(ctx, known);
  settle(ctx);
}

/** 332: the topic found on entering. Its setter mostly comes right after it. */
export function topicFound(ctx: SessionContext, { params }: Message): void {
  const room = ctx.rooms.get(params[1]);
  if (room === undefined) return;
  const isKnown = ctx.resume.isRunning && room.topic === (params[2] ?? "");
  room.topic = (params[2] ?? "").slice(0, LONGEST_TOPIC);
  if (isKnown) return;
  ctx.topic = { room: room.name, text: params[2] ?? "", until: ctx.now + SETTER_MS };
}

/** 333: who set the topic, and when. */
export function topicSetter(ctx: SessionContext, { params }: Message): void {
  const { topic } = ctx;
  if (topic === undefined || !ctx.isupport.same(topic.room, params[1] ?? "")) return;
  const at = /^\d{1,11}$/.test(params[3] ?? "") ? Number(params[3]) * 1000 : null;
  tellTopic(ctx, nickOf(params[2] ?? "") || null, at);
}

/** Tells the topic found on entering. */
export function tellTopic(
  ctx: SessionContext,
  setBy: string | null = null,
  setAt: number | null = null,
) {
  const { topic } = ctx;
  if (topic === undefined) return;
  ctx.topic = undefined;
  ctx.emit({ type: "topic", room: topic.room, text: topic.text, by: null, setBy, setAt });
}

export function topic(ctx: SessionContext, message: Message): void {
  const room = ctx.rooms.get(message.params[0]);
  if (room === undefined) return;
  const text = message.params[1] ?? "";
  room.topic = text.slice(0, LONGEST_TOPIC);
  const by = nickOf(message.source ?? "");
  const time = timeOf(ctx, message);
  ctx.emit({ type: "topic", room: room.name, text, by, setBy: null, setAt: null, time });
}

/** JOIN: somebody enters; if it is us, the server let us in. */
export function join(ctx: SessionContext, message: Message): void {
  const given = message.params[0];
  if (given === undefined || !ctx.isupport.isRoom(given) || !isRegistered(ctx)) return;
  const time = timeOf(ctx, message);
  const name = nickOf(message.source ?? "");
  if (name !== ctx.nick) {
    const room = ctx.rooms.get(given);
    if (room === undefined) return;
    ctx.rooms.enter(room, name);
    ctx.emit({ type: "joined", name, room: room.name, time });
    return;
  }
  const { resume } = ctx;
  if (resume.isRunning && resume.left.has(ctx.isupport.fold(given))) {
    const left = ctx.rooms.get(given);
    if (left !== undefined) left.leaving = true;
    ctx.send("PART", given);
    return;
  }
  if (ctx.rooms.get(given) === undefined && ctx.rooms.full) return;
  const room = ctx.rooms.add(given);
  ctx.rooms.rename(room, given);
  const again = room.entered;
  room.state = "inside";
  room.seat = "taken";
  room.joinEnds = undefined;
  room.entered = true;
  // We may have asked to leave again before we were let in.
  room.wanted = !room.leaving;
  ctx.rooms.empty(room);
  ctx.rooms.enter(room, name);
  if (isHome(ctx, given) || ctx.home === "") {
    ctx.home = given;
    ctx.enterPhase("inside");
    ctx.entered = true;
  }
  const resumed = resume.isRunning && again ? { resumed: true } as const : {};
  if (resume.isRunning) expectNames(ctx, room.name, again ? "resumed" : "entered");
  ctx.emit({ type: "entered", room: room.name, name, again, ...resumed, time });
  entered(ctx, room.name, { msgid: msgidOf(message), time });
}

export function part(ctx: SessionContext, message: Message): void {
  const [given, reason = ""] = message.params;
  gone(ctx, message, given, nickOf(message.source ?? ""), "part", null, reason);
}

export function kick(ctx: SessionContext, message: Message): void {
  const [given, name = "", reason = ""] = message.params;
  gone(ctx, message, given, name, "kick", nickOf(message.source ?? ""), reason);
}

function gone(
  ctx: SessionContext,
  message: Message,
  given: string | undefined,
  name: string,
  how: "part" | "kick",
  by: string | null,
  reason: string,
): void {
  const room = ctx.rooms.get(given);
  if (room === undefined) return;
  const time = timeOf(ctx, message);
  if (name !== ctx.nick) {
    ctx.rooms.leave(room, name);
    ctx.emit({ type: "left", name, how, by, reason, rooms: [room.name], time });
    people.outOfSight(ctx, name);
    return;
  }
  if (room.state === "joining" && how === "part") {
    // The room was left and is entered again at once.
    ctx.rooms.empty(room);
    ctx.emit({ type: "parted", room: room.name, time });
    return;
  }
  const leaving = room.leaving && how === "part";
  outside(ctx, room);
  if (!leaving) {
    // After a removal we come back when the person says something, not by ourselves.
    room.wanted = isHome(ctx, room.name);
    ctx.emit({ type: "removed", room: room.name, by, reason, time });
    return;
  }
  forget(ctx, room);
  ctx.emit({ type: "parted", room: room.name, time });
}

export function outside(ctx: SessionContext, room: Room): void {
  ctx.rooms.close(room);
  room.seat = "none";
  const key = ctx.isupport.fold(room.name);
  ctx.names.delete(key);
  ctx.history.postponed.delete(key);
  if (isHome(ctx, room.name)) ctx.enterPhase("outside");
}

/** RENAME: a room is renamed. */
export function renamed(ctx: SessionContext, message: Message): void {
  const [given, to = "", reason = ""] = message.params;
  const room = ctx.rooms.get(given);
  if (room === undefined) return;
  rename(ctx, room, to, nickOf(message.source ?? ""), reason, timeOf(ctx, message));
}

/**
 * Renames a room. What waits to be said there is said under the new name.
 *
 * @returns whether it worked: another room of ours may have that name.
 */
export function rename(
  ctx: SessionContext,
  room: Room,
  to: string,
  by: string,
  reason: string,
  time = ctx.now,
): boolean {
  const holder = ctx.rooms.get(to);
  if (!ctx.isupport.isRoom(to) || holder !== undefined && holder !== room) return false;
  const from = room.name;
  if (isHome(ctx, from)) ctx.home = to;
  ctx.rooms.rename(room, to);
  ctx.delivery.retarget((target) => {
    const meant = addressed(ctx, target);
    const isOld = meant !== undefined && ctx.isupport.same(meant.room, from);
    return isOld ? (meant.only ?? "") + to : target;
  });
  ctx.emit({ type: "roomRenamed", from, to, by, reason, time });
  return true;
}

export function dropUnsent(ctx: SessionContext, room: Room, why: string): void {
  const isThere = (target: string) => ctx.isupport.same(placeOf(ctx, target), room.name);
  dropTo(ctx, isThere, why);
}

/** A room was left for good. If it was the first one, another one becomes the first. */
export function forget(ctx: SessionContext, room: Room): void {
  ctx.rooms.remove(room);
  dropUnsent(ctx, room, NOT_SENT.leftRoom(room.name));
  if (!isHome(ctx, room.name)) return;
  const next = [...ctx.rooms].find(({ state }) => state === "inside");
  if (next === undefined) return;
  ctx.home = next.name;
  ctx.phase = "inside";
}

/** QUIT: somebody leaves the server. */
export function quit(ctx: SessionContext, message: Message): void {
  const name = nickOf(message.source ?? "");
  if (name === ctx.nick) return;
  const rooms = ctx.rooms.of(name);
  for (const room of rooms) ctx.rooms.leave(room, name);
  const time = timeOf(ctx, message);
  const reason = message.params[0] ?? "";
  const where = rooms.map((room) => room.name);
  ctx.emit({ type: "left", name, how: "quit", by: null, reason, rooms: where, time });
  people.left(ctx, name);
  freed(ctx, name);
}

/** NICK: somebody changes their name. */
export function nick(ctx: SessionContext, message: Message): void {
  const from = nickOf(message.source ?? "");
  const to = message.params[0] ?? "";
  if (from === "" || to === "" || ctx.isupport.isRoom(to)) return;
  const own = from === ctx.nick;
  if (own) {
    ctx.nick = to;
    ctx.wanted = to;
    ctx.source = ctx.source?.replace(/^[^!@]*/, () => to);
    if (ctx.lostName !== undefined && ctx.isupport.same(to, ctx.lostName.name)) {
      ctx.lostName = undefined;
    }
  }
  const rooms = ctx.rooms.renameMember(from, to).map((room) => room.name);
  ctx.hosts.renamed(from, to);
  if (!own) ctx.delivery.retarget((target) => ctx.isupport.same(target, from) ? to : target);
  people.renamed(ctx, from, to);
  ctx.emit({ type: "renamed", from, to, own, rooms, time: timeOf(ctx, message) });
  if (!own) freed(ctx, from);
}

/** A name became free: if it was ours, we take it back. */
export function freed(ctx: SessionContext, name: string): void {
  const { lostName } = ctx;
  if (lostName !== undefined && ctx.isupport.same(name, lostName.name)) {
    ctx.send("NICK", lostName.name);
  }
}

/** MODE of a room: told in words, and applied to the ranks. Modes of users are told if asked. */
export function mode(ctx: SessionContext, message: Message): void {
  const [target = "", ...changes] = message.params;
  const room = ctx.rooms.get(target);
  if (room === undefined) {
    if (takeModes(ctx, target)) ctx.inform(CLIENT.modesChanged(word(target), changes.join(" ")));
    return;
  }
  const { isupport } = ctx;
  const source = message.source ?? "";
  const by = source.includes("!") ? nickOf(source) : "";
  const time = timeOf(ctx, message);
  for (const change of changesOf(isupport, changes)) {
    const { add, letter, param } = change;
    const member = param === undefined ? undefined : ctx.rooms.member(room, param);
    if (member !== undefined && isupport.ranks.includes(letter)) {
      member.ranks = member.ranks.replaceAll(letter, "") + (add ? letter : "");
    }
    if (letter === "k" && add && param !== undefined && param !== "*") room.key = param;
    const explained = by === ctx.nick ? explainedMask : maskOnUs;
    const shown = add ? (mask: string) => explained(ctx, room, mask) : undefined;
    const text = modeWords(isupport, by, ctx.nick, change, shown);
    ctx.emit({ type: "mode", room: room.name, by, text, time });
  }
}

/** The most people who are named as hit by a mask; the rest is counted. */
const MOST_HIT = 5;

/** A mask that we set: for whom it was made, and whom else in the room it hits. */
function explainedMask(ctx: SessionContext, room: Room, mask: string): string {
  const meant = ctx.hosts.meantBy(mask);
  const members = [...room.members.values()].map(({ name }) => name);
  const others = ctx.hosts.hitBy(mask, members)
    .filter((name) => meant === undefined || !ctx.isupport.same(name, meant))
    .map((name) => name === ctx.nick ? ROOM_MODES.you : word(name));
  const whom = meant === undefined ? word(mask) : ROOM_MODES.masked(word(meant), word(mask));
  if (others.length === 0) return whom;
  const names = others.slice(0, MOST_HIT);
  return ROOM_MODES.hits(whom, names, others.length - names.length, meant !== undefined);
}

/** A mask that somebody else set: whether it hits us. */
function maskOnUs(ctx: SessionContext, _: Room, mask: string): string {
  const hit = ctx.hosts.hitBy(mask, [ctx.nick]).length > 0;
  return hit ? ROOM_MODES.masked(ROOM_MODES.you, word(mask)) : word(mask);
}

/** CHGHOST: somebody's host changes. */
export function hostChanged(ctx: SessionContext, message: Message): void {
  const [user = "", host = ""] = message.params;
  const source = `${nickOf(message.source ?? "")}!${user}@${host}`;
  ctx.hosts.saw(source);
  if (isOwn(ctx, message) && user !== "" && host !== "") ctx.source = source;
}

/** INVITE: we, or others into a room of ours, are invited. */
export function invited(ctx: SessionContext, { source, params }: Message): void {
  const [whom = "", room = ""] = params;
  const from = nickOf(source ?? "");
  const by = word(from);
  const own = params.length < 2 || ctx.isupport.same(whom, ctx.nick);
  const name = params.at(-1) ?? "";
  if (own) {
    const text = CLIENT.invitesYou(by, name);
    ctx.emit({ type: "info", text, by: from });
  } else {
    const text = CLIENT.invites(by, word(whom), room);
    ctx.emit({ type: "info", text, place: room, by: from });
  }
}
