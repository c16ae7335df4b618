/**
 * Relays what a user says: who may say it, who gets it, and whether it is kept.
 *
 * Source: Modern IRC Client Protocol, "Sending Messages"; IRCv3 `echo-message`, `message-tags`,
 * `multiline`.
 * @module
 */
import { actionOf, isCtcp } from "../../irc/ctcp.ts";
import { NO_TAGS, type Tags } from "../../irc/message.ts";
import { atLeast, type Prefix, PREFIXES } from "../../irc/modes.ts";
import type { BatchLine } from "../../irc/multiline.ts";
import { isChannelName } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import { askNickServ } from "../accounts/nickserv.ts";
import { isService } from "../accounts/service.ts";
import type { Context, Outcome } from "../command.ts";
import { isExempt, networkOf } from "../entry/admission.ts";
import { conversationOf, keep } from "../history/record.ts";
import type { Channel, Obstacle } from "../world/channel.ts";
import { serialOf } from "../world/message_id.ts";
import type { User } from "../world/user.ts";
import type { Delivery } from "./delivery.ts";
import { asBatch, asLines, type Forms } from "./line_forms.ts";

/** What a user says: a message, a message of several lines, or tags alone. */
export interface Utterance {
  readonly command: "PRIVMSG" | "NOTICE" | "TAGMSG";
  /** The client-only tags that are passed on. */
  readonly client: Tags;
  /** The text, with line feeds between the lines of several; empty for TAGMSG. */
  readonly text: string;
  /** The lines, if it is a message of several (IRCv3 `draft/multiline`). */
  readonly lines?: readonly BatchLine[];
}

function formsOf(
  { user, world, now }: Context,
  { command, client, text, lines }: Utterance,
  target: string,
  msgid: string,
): Forms {
  const tags = { now, msgid, client };
  if (lines === undefined) {
    const params = command === "TAGMSG" ? [target] : [target, text];
    return { lines: [world.from(user, command, params, tags)] };
  }
  const several = { command, source: user.source, target, tags: world.tagsOf(user, tags), lines };
  // As long as the message: it may be sent again by another server. Those of replies are digits.
  const reference = `m${serialOf(msgid).toString(36)}`;
  return { lines: asLines(several), batch: asBatch(several, reference, world.name) };
}

/** Says something to a target: a channel, its members from a rank up, or a user. */
export function relayTo(ctx: Context, target: string, utterance: Utterance): void {
  const status = statusOf(target);
  const name = status === undefined ? target : target.slice(1);
  if (isChannelName(name)) toChannel(ctx, name, status, utterance);
  else toUser(ctx, target, utterance);
}

/**
 * The rank in a target such as `@#room`: only its members and higher ones get the message (ISUPPORT
 * `STATUSMSG`).
 */
function statusOf(target: string): Prefix | undefined {
  if (!isChannelName(target.slice(1))) return undefined;
  return PREFIXES.find((prefix) => prefix.symbol === target[0]);
}

function toChannel(
  ctx: Context,
  name: string,
  status: Prefix | undefined,
  utterance: Utterance,
): void {
  const { user, world } = ctx;
  const channel = world.channels.find(name);
  const obstacle = channel?.obstacle(user, isForbiddenCtcp(utterance.text));
  if (channel === undefined || obstacle !== undefined && !channel.isVisibleTo(user)) {
    return refuse(ctx, utterance.command, "ERR_NOSUCHCHANNEL", name);
  }
  if (obstacle !== undefined) {
    return refuse(ctx, utterance.command, "ERR_CANNOTSENDTOCHAN", channel.name, REASONS[obstacle]);
  }
  const heard = (status?.symbol ?? "") + channel.name;
  const msgid = world.nextMessageId();
  const forms = formsOf(ctx, utterance, heard, msgid);
  const tagsOnly = utterance.command === "TAGMSG";
  if (status === undefined && !tagsOnly && forms.batch === undefined) {
    const except = hearsItself(user, channel) ? undefined : user;
    for (const line of forms.lines) world.burst.say(channel.members.list, line, except);
    if (except !== undefined) echo(user, forms);
  } else {
    for (const [member, ranks] of channel.members) {
      if (member === user || status !== undefined && !atLeast(ranks, status.bit)) continue;
      if (tagsOnly && !member.caps.has("message-tags")) continue;
      hand(member, forms);
      if (status !== undefined) noteUnstored(ctx, member, forms, utterance);
    }
    echo(user, forms);
    if (status !== undefined) noteUnstored(ctx, user, forms, utterance);
  }
  world.recent.add(msgid, { sender: user.identity, target: channel.identity });
  // The history is for all members, so it does not keep what only some may read.
  if (status === undefined) keepSaid(ctx, channel.folded, forms, utterance);
  if (!tagsOnly) {
    world.said.rooms++;
    const { address, nick } = user;
    world.log({ kind: "said", address, nick, channel: heard, text: utterance.text });
  }
}

/** Whether a user gets its own message back in the same form as the others. */
function hearsItself(user: User, channel: Channel): boolean {
  return user.caps.has("echo-message") && !user.isCapturing && channel.members.has(user);
}

/** The texts of ERR_CANNOTSENDTOCHAN. */
const REASONS: Readonly<Record<Obstacle, string>> = {
  outside: "Cannot send to channel (+n)",
  banned: "Cannot send to channel (+b)",
  moderated: "Cannot send to channel (+m)",
  unregistered: "Cannot send to channel (+M)",
  ctcp: "Cannot send to channel (+C)",
};

/** Whether a text is CTCP other than ACTION. */
function isForbiddenCtcp(text: string): boolean {
  return isCtcp(text) && actionOf(text) === undefined;
}

/**
 * What keeping a message without text costs its sender: together with TAGMSG, as much as a text.
 */
const KEPT_TAGS_COST = 0.5;

/** Keeps an utterance in the history, if it is worth keeping. */
function keepSaid(ctx: Context, conversation: string, forms: Forms, utterance: Utterance): void {
  if (!isKept(utterance)) return;
  if (utterance.command === "TAGMSG") ctx.charged += KEPT_TAGS_COST;
  keep(ctx.world.store.history, conversation, forms.lines[0]!, utterance.lines);
}

/**
 * Whether an utterance is worth keeping: text and reactions, but not messages between programs
 * (IRCv3 `react`, which needs `reply` too; `persist`).
 */
function isKept({ command, text, client }: Utterance): boolean {
  if (command !== "TAGMSG") return !isForbiddenCtcp(text);
  const isReply = client.has("+draft/reply") || client.has("+reply");
  const isReaction = client.has("+draft/react") || client.has("+draft/unreact");
  return isReply && isReaction || client.has("+draft/persist");
}

function toUser(ctx: Context, target: string, utterance: Utterance): void {
  const { user, world } = ctx;
  if (isService(target)) return toService(ctx, utterance);
  const receiver = world.users.find(target);
  if (receiver === undefined) return refuse(ctx, utterance.command, "ERR_NOSUCHNICK", target);
  const listens = receiver === user || !receiver.modes.includes("R") ||
    user.account !== undefined ||
    user.oper !== undefined;
  if (!listens) {
    const why = "You must be logged in to an account to message this user";
    return refuse(ctx, utterance.command, "ERR_NEEDREGGEDNICK", receiver.nick, why);
  }
  const msgid = world.nextMessageId();
  const forms = formsOf(ctx, utterance, receiver.nick, msgid);
  if (utterance.command !== "TAGMSG" || receiver.caps.has("message-tags")) {
    // For a message to oneself, only the echo is part of a labelled reply.
    for (const delivery of formFor(receiver, forms)) receiver.deliverUnlabelled(delivery);
  }
  echo(user, forms);
  if (utterance.command !== "TAGMSG") world.said.persons++;
  world.recent.add(msgid, { sender: user.identity, target: receiver.identity });
  const conversation = conversationOf(user, receiver);
  const kept = conversation !== undefined && mayKeep(ctx, receiver, conversation, utterance);
  if (kept) keepSaid(ctx, conversation, forms, utterance);
  for (const each of new Set([receiver, user])) {
    noteUnstored(ctx, each, forms, utterance, kept && isKept(utterance));
  }
  if (receiver.away !== undefined && utterance.command === "PRIVMSG") {
    ctx.reply("RPL_AWAY", receiver.nick, receiver.away);
  }
}

/**
 * Notes a message for a user to whom it must be sent again if the connection breaks now, as the
 * history may not have it.
 */
function noteUnstored(
  { user: sender, world, now }: Context,
  user: User,
  forms: Forms,
  { command }: Utterance,
  stored = false,
): void {
  const isSent = user !== sender || user.caps.has("echo-message");
  if (command !== "TAGMSG" && isSent) world.stays.told(user, forms, stored, now);
}

/**
 * Whether a conversation may be kept. A new one with a guest counts against the sender's network.
 */
function mayKeep(
  { user, world, now }: Context,
  receiver: User,
  conversation: string,
  utterance: Utterance,
): boolean {
  if (user.account !== undefined && receiver.account !== undefined) return true;
  if (!isKept(utterance) || isExempt(world.config.limits, user.ip)) return true;
  return world.store.history.knows(conversation) ||
    world.guestTalks.tryTake(networkOf(user.ip), now);
}

/** A user has said something, which ends its idle time. */
const spoke: Outcome<null> = { name: "spoke", run: ({ user, now }) => user.lastSpoke = now };

export const speechOutcomes = [spoke];

/** @param isShared whether all servers of a cluster note it. */
export function noteSpeech(ctx: Context, isShared: boolean): void {
  if (isShared) spoke.run(ctx, null);
  else void ctx.tell(spoke, null);
}

/** Messages to the service contain passwords: nobody else gets them, and they are never kept. */
function toService(ctx: Context, utterance: Utterance): void {
  echo(ctx.user, formsOf(ctx, utterance, SERVICE, ctx.world.passingId(ctx.now)));
  if (utterance.command === "PRIVMSG") askNickServ(ctx, utterance.text);
}

function echo(user: User, forms: Forms): void {
  if (user.caps.has("echo-message")) hand(user, forms);
}

/** Sends a user again the private messages that it may not have received. */
export function sayAgain({ world, user }: Context): void {
  for (const forms of world.stays.unsure(user)) hand(user, forms);
}

function hand(receiver: User, forms: Forms): void {
  for (const delivery of formFor(receiver, forms)) receiver.deliver(delivery);
}

function formFor(receiver: User, { lines, batch }: Forms): readonly Delivery[] {
  return batch !== undefined && receiver.hasCapWithBatch("draft/multiline") ? batch : lines;
}

/** Replies that something can't be said; a NOTICE is never answered. */
export function refuse(
  ctx: Context,
  command: Utterance["command"],
  ...reply: Parameters<Context["reply"]>
): void {
  if (command !== "NOTICE") ctx.reply(...reply);
}

/** The client-only tags, which are passed on (IRCv3 Message Tags). */
export function clientTags(ctx: Context, tags: Tags): Tags {
  if (tags.size === 0 || !ctx.user.caps.has("message-tags")) return NO_TAGS;
  return new Map([...tags].filter(([key]) => key.startsWith("+")));
}
