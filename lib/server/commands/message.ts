/**
 * The commands that carry what people say: PRIVMSG, NOTICE.
 *
 * Source: Modern IRC Client Protocol, "Sending Messages"; IRCv3 `echo-message`, `message-tags`.
 * @module
 */
import { type Message, NO_TAGS, type Tags } from "../../irc/message.ts";
import { fold, isChannelName } from "../../irc/names.ts";
import type { Command, Context } from "../dispatch.ts";
import { fanout } from "../fanout.ts";
import { MAX_TARGETS } from "../isupport.ts";

/** The rows of these commands. */
export const messageCommands: readonly Command[] = [
  {
    name: "PRIVMSG",
    usage: "target[,target...] :text",
    help: "Says something in a room or to someone.",
    min: 0,
    early: false,
    cost: 1,
    run: (ctx, msg) => say(ctx, msg, true),
  },
  {
    name: "NOTICE",
    usage: "target[,target...] :text",
    help: "As PRIVMSG, for programs: never answered, not even with an error.",
    min: 0,
    early: false,
    cost: 1,
    run: (ctx, msg) => say(ctx, msg, false),
  },
];

function say(ctx: Context, msg: Message, answered: boolean): void {
  const [targets, text] = msg.params;
  const refuse: Context["reply"] = (...args) => {
    if (answered) ctx.reply(...args);
  };
  if (!targets) return refuse("ERR_NORECIPIENT", `No recipient given (${msg.command})`);
  if (!text) return refuse("ERR_NOTEXTTOSEND");
  // Each target once, whatever the case it is written in.
  const names = new Map(targets.split(",").map((name) => [fold(name), name]));
  names.delete(fold(""));
  if (names.size > MAX_TARGETS) return refuse("ERR_TOOMANYTARGETS", targets);
  const client = clientTags(msg.tags);
  ctx.user.lastSpoke = ctx.now;
  for (const target of names.values()) {
    if (isChannelName(target)) toChannel(ctx, msg.command, target, text, client, refuse);
    else toUser(ctx, msg.command, target, text, client, refuse);
  }
}

function toChannel(
  ctx: Context,
  command: string,
  target: string,
  text: string,
  client: Tags,
  refuse: Context["reply"],
): void {
  const { user, world } = ctx;
  const channel = world.findChannel(target);
  if (channel === undefined) return refuse("ERR_NOSUCHCHANNEL", target);
  if (channel.flags.has("n") && !channel.members.has(user)) {
    return refuse("ERR_CANNOTSENDTOCHAN", channel.name);
  }
  const delivery = ctx.relay(command, [channel.name, text], world.nextMessageId(), client);
  fanout(delivery, channel.members.keys(), user);
  if (user.caps.has("echo-message")) user.deliver(delivery);
  world.log({
    kind: "said",
    address: user.address,
    nick: user.nick,
    channel: channel.name,
    text,
  });
}

function toUser(
  ctx: Context,
  command: string,
  target: string,
  text: string,
  client: Tags,
  refuse: Context["reply"],
): void {
  const { user, world } = ctx;
  const receiver = world.findUser(target);
  if (receiver === undefined) return refuse("ERR_NOSUCHNICK", target);
  const delivery = ctx.relay(command, [receiver.nick, text], world.nextMessageId(), client);
  receiver.deliver(delivery);
  if (user.caps.has("echo-message") && receiver !== user) user.deliver(delivery);
}

/** The tags that are passed on: those of clients for clients (IRCv3 Message Tags). */
function clientTags(tags: Tags): Tags {
  if (tags.size === 0) return NO_TAGS;
  return new Map([...tags].filter(([key]) => key.startsWith("+")));
}
