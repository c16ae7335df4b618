/**
 * The commands that carry what people say: PRIVMSG, NOTICE, TAGMSG, BATCH, REDACT.
 *
 * Source: Modern IRC Client Protocol, "Sending Messages"; IRCv3 `message-tags`, `multiline`,
 * `message-redaction`.
 * @module
 */
import { type Message, NO_TAGS } from "../../irc/message.ts";
import { fold, isChannelName } from "../../irc/names.ts";
import { MODERATOR } from "../channel.ts";
import type { Command, Context } from "../dispatch.ts";
import { fanout } from "../fanout.ts";
import { KICK_BYTES, MAX_TARGETS } from "../isupport.ts";
import { batch } from "../multiline.ts";
import { clientTags, relayTo, type Utterance } from "../relay.ts";
import { clip } from "../text.ts";
import type { User } from "../user.ts";

/** The rows of these commands. */
export const messageCommands: readonly Command[] = [
  {
    name: "PRIVMSG",
    usage: "target[,target...] :text",
    help: "Says something in a room or to someone.",
    min: 0,
    for: "users",
    cost: 1,
    run: (ctx, msg) => say(ctx, msg, "PRIVMSG"),
  },
  {
    name: "NOTICE",
    usage: "target[,target...] :text",
    help: "As PRIVMSG, for programs: never answered, not even with an error.",
    min: 0,
    for: "users",
    cost: 1,
    run: (ctx, msg) => say(ctx, msg, "NOTICE"),
  },
  {
    name: "TAGMSG",
    usage: "target[,target...]",
    help: "Sends tags without a text: that one is typing, or a reaction.",
    min: 1,
    for: "users",
    cost: 0.5,
    run: (ctx, msg) => say(ctx, msg, "TAGMSG"),
  },
  {
    name: "BATCH",
    usage: "+reference draft/multiline target | -reference",
    help: "Opens or closes a message of several lines.",
    min: 1,
    for: "users",
    cost: 0.5,
    run: batch,
  },
  {
    name: "REDACT",
    usage: "target msgid [reason]",
    help: "Takes back a message of yours, or as operator of a room, one in it.",
    min: 2,
    for: "users",
    cost: 1,
    run: redact,
  },
];

function say(ctx: Context, msg: Message, command: Utterance["command"]): void {
  const [targets, text = ""] = msg.params;
  const answered = command !== "NOTICE";
  const refuse: Context["reply"] = (...args) => {
    if (answered) ctx.reply(...args);
  };
  if (!targets) return refuse("ERR_NORECIPIENT", `No recipient given (${command})`);
  if (text === "" && command !== "TAGMSG") return refuse("ERR_NOTEXTTOSEND");
  // Each target once, whatever the case it is written in.
  const names = new Map(targets.split(",").map((name) => [fold(name), name]));
  names.delete(fold(""));
  if (names.size > MAX_TARGETS) return refuse("ERR_TOOMANYTARGETS", targets);
  const client = clientTags(ctx, msg.tags);
  if (command === "TAGMSG" && client.size === 0) return;
  if (command !== "TAGMSG") ctx.user.lastSpoke = ctx.now;
  const utterance: Utterance = {
    command,
    answered,
    client,
    text,
    forms: (target, msgid) => ({
      lines: [ctx.relay(command, command === "TAGMSG" ? [target] : [target, text], msgid, client)],
    }),
  };
  for (const target of names.values()) relayTo(ctx, target, utterance);
}

function redact(ctx: Context, msg: Message): void {
  const [target = "", msgid = "", reason] = msg.params;
  const { user, world } = ctx;
  const channel = isChannelName(target) ? world.findChannel(target) : undefined;
  const receiver = isChannelName(target) ? undefined : world.users.find(target);
  if (channel === undefined && receiver === undefined || channel?.members.has(user) === false) {
    return ctx.fail("REDACT", "INVALID_TARGET", target, "You cannot delete messages from there");
  }
  const known = world.recent.find(msgid);
  if (known === undefined || known.target !== (channel ?? receiver)?.identity) {
    const why = "This message does not exist or is too old";
    return ctx.fail("REDACT", "UNKNOWN_MSGID", target, msgid, why);
  }
  if (known.sender !== user.identity && !channel?.hasRank(user, MODERATOR)) {
    const why = "You are not authorised to delete this message";
    return ctx.fail("REDACT", "REDACT_FORBIDDEN", target, msgid, why);
  }
  world.recent.remove(msgid);
  const params = [channel?.name ?? receiver!.nick, msgid];
  if (reason) params.push(clip(reason, KICK_BYTES));
  const told = ctx.relay("REDACT", params, world.nextMessageId(), NO_TAGS);
  const hears = (each: User) => each !== user && each.caps.has("draft/message-redaction");
  const all = channel === undefined ? [receiver!] : [...channel.members.keys()];
  fanout(told, all.filter(hears));
  if (user.caps.has("echo-message") && user.caps.has("draft/message-redaction")) user.deliver(told);
}
