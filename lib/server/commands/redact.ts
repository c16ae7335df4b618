/**
 * REDACT.
 *
 * Source: IRCv3 `draft/message-redaction`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { isChannelName, sameName } from "../../irc/names.ts";
import { MODERATOR } from "../world/channel.ts";
import type { CommandRows, Context, Outcome } from "../command.ts";
import { fanout } from "../delivery/delivery.ts";
import { type Readable, readable } from "../history/access.ts";
import { conversationOf, keep } from "../history/record.ts";
import { KICK_BYTES } from "../entry/isupport_tokens.ts";
import { clip } from "../../text/bytes.ts";
import type { User } from "../world/user.ts";

export const redactCommands: CommandRows = {
  REDACT: {
    usage: "target msgid [reason]",
    help: "Deletes a message of yours. Operators of a room can delete any message in it.",
    min: 2,
    for: "users",
    // Only the outcome changes anything.
    secret: true,
    run: redact,
  },
};

/** What can be deleted; a reaction too. */
const SAID: ReadonlySet<string> = new Set(["PRIVMSG", "NOTICE", "TAGMSG"]);

function redact(ctx: Context, msg: Message): void {
  const [target = "", msgid = "", reason] = msg.params;
  const { user, world } = ctx;
  const channel = isChannelName(target) ? world.channels.find(target) : undefined;
  const receiver = isChannelName(target) ? undefined : world.users.find(target);
  // A member may delete what it said in a channel even if it may not read it.
  const place = channel === undefined
    ? readable(world, user, target)
    : { conversation: channel.folded, name: channel.name, since: 0 };
  const known = channel === undefined ? receiver ?? place : channel.members.get(user);
  if (known === undefined) {
    return ctx.fail("REDACT", "INVALID_TARGET", target, "You cannot delete messages from there");
  }
  const own = ownership(ctx, (channel ?? receiver)?.identity, place, msgid);
  if (own === undefined) {
    const why = "This message does not exist or is too old";
    return ctx.fail("REDACT", "UNKNOWN_MSGID", target, msgid, why);
  }
  if (own === "others" && !channel?.hasRank(user, MODERATOR)) {
    const why = "You are not authorised to delete this message";
    return ctx.fail("REDACT", "REDACT_FORBIDDEN", target, msgid, why);
  }
  const params = [channel?.name ?? receiver?.nick ?? place!.name, msgid];
  if (reason) params.push(clip(reason, KICK_BYTES));
  const conversation = place?.conversation ?? (receiver && conversationOf(user, receiver)) ?? null;
  const isKept = world.store.history.find(msgid) !== undefined;
  ctx.apply(redacted, { target, msgid, params, conversation: isKept ? conversation : null });
}

interface Redaction {
  /** As the user gave it. */
  readonly target: string;
  readonly msgid: string;
  /** What others are told. */
  readonly params: readonly string[];
  /** The conversation that keeps that it was redacted; null for none. */
  readonly conversation: string | null;
}

/**
 * Deletes a message. Whether that is allowed is decided by one server, since how long the oldest
 * messages of a room are kept differs between the servers of a cluster.
 */
const redacted: Outcome<Redaction> = {
  name: "redacted",
  run({ user, world, now }, { target, msgid, params, conversation }) {
    const channel = isChannelName(target) ? world.channels.find(target) : undefined;
    const receiver = isChannelName(target) ? undefined : world.users.find(target);
    world.recent.remove(msgid);
    for (const each of receiver ? [user, receiver] : []) world.stays.deleted(each, msgid);
    world.store.history.redact(msgid);
    const told = world.event(user, "REDACT", params, now);
    const hears = (each: User) => each !== user && each.caps.has("draft/message-redaction");
    const all = channel !== undefined ? [...channel.members.keys()] : receiver ? [receiver] : [];
    fanout(told, all.filter(hears));
    const echoes = user.caps.has("echo-message") && user.caps.has("draft/message-redaction");
    if (echoes) user.deliver(told);
    if (conversation !== null) keep(world.store.history, conversation, told);
  },
};

export const redactOutcomes = [redacted];

/**
 * Whether a message is the user's own: it sent it on this connection, or with its account.
 * Undefined if there is no such message to this target.
 */
function ownership(
  { user, world }: Context,
  target: symbol | undefined,
  place: Readable | undefined,
  msgid: string,
): "own" | "others" | undefined {
  const recent = world.recent.find(msgid);
  const sent = recent !== undefined && recent.target === target ? recent : undefined;
  if (sent?.sender === user.identity) return "own";
  const item = place && world.store.history.find(msgid);
  const said = item?.conversation === place?.conversation && SAID.has(item?.command ?? "");
  if (!said) return sent === undefined ? undefined : "others";
  const same = item!.account !== null && user.account !== undefined &&
    sameName(item!.account, user.account);
  // Before the account was made, the name may have been somebody else's.
  const since = same ? world.store.accounts.find(user.account!)?.createdAt ?? Infinity : Infinity;
  return item!.time >= since ? "own" : "others";
}
