/**
 * The commands that carry what people say: PRIVMSG, NOTICE, TAGMSG, BATCH.
 *
 * Source: Modern IRC Client Protocol, "Sending Messages"; IRCv3 `message-tags`, `multiline`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { Command, Context } from "../command.ts";
import { MAX_TARGETS } from "../entry/isupport_tokens.ts";
import { batch } from "../delivery/multiline_batch.ts";
import { clientTags, relayTo, type Utterance } from "../delivery/relay.ts";

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
