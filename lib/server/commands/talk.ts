/**
 * PRIVMSG, NOTICE, TAGMSG, BATCH.
 *
 * Source: Modern IRC Client Protocol, "Sending Messages"; IRCv3 `message-tags`, `multiline`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import { isConfided } from "../accounts/service.ts";
import type { CommandRows, Context } from "../command.ts";
import { MAX_TARGETS } from "../entry/isupport_tokens.ts";
import { batch } from "../delivery/multiline_batch.ts";
import { clientTags, noteSpeech, refuse, relayTo, type Utterance } from "../delivery/relay.ts";

export const messageCommands: CommandRows = {
  PRIVMSG: {
    usage: "target[,target...] :text",
    help: "Sends a message to a room or to a user.",
    for: "users",
    secret: isForService,
    run: (ctx, msg) => say(ctx, msg, "PRIVMSG"),
  },
  NOTICE: {
    usage: "target[,target...] :text",
    help: "Like PRIVMSG, for programs: never answered, not even with an error.",
    for: "users",
    secret: isForService,
    run: (ctx, msg) => say(ctx, msg, "NOTICE"),
  },
  TAGMSG: {
    usage: "target[,target...]",
    help: "Sends tags without text, such as a typing notification or a reaction.",
    min: 1,
    for: "users",
    cost: 0.5,
    secret: isForService,
    run: (ctx, msg) => say(ctx, msg, "TAGMSG"),
  },
  BATCH: {
    usage: "+reference draft/multiline target | -reference",
    help: "Starts or ends a message of several lines.",
    min: 1,
    for: "users",
    cost: 0.5,
    run: batch,
  },
};

function isForService({ params: [targets = ""] }: Message): boolean {
  return isConfided(targets);
}

function say(ctx: Context, msg: Message, command: Utterance["command"]): void {
  const [targets, text = ""] = msg.params;
  if (!targets) return refuse(ctx, command, "ERR_NORECIPIENT", `No recipient given (${command})`);
  if (text === "" && command !== "TAGMSG") return refuse(ctx, command, "ERR_NOTEXTTOSEND");
  const names = namesIn(targets);
  if (names.length > MAX_TARGETS) return refuse(ctx, command, "ERR_TOOMANYTARGETS", targets);
  const client = clientTags(ctx, msg.tags);
  if (command === "TAGMSG" && client.size === 0) return;
  if (!ctx.isShared && names.length > 1) return refuse(ctx, command, "ERR_TOOMANYTARGETS", targets);
  if (command !== "TAGMSG") noteSpeech(ctx, ctx.isShared);
  for (const target of names) relayTo(ctx, target, { command, client, text });
}

/** The names in a list of targets, each once, in whatever case it is written. */
function namesIn(targets: string): string[] {
  if (!targets.includes(",")) return [targets];
  const names = new Map(targets.split(",").map((name) => [fold(name), name]));
  names.delete(fold(""));
  return [...names.values()];
}
