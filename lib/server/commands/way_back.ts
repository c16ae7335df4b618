/**
 * RESUME: the way back into one's own stay.
 *
 * Source: docs/protocol.md, "The way back".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { RESUME } from "../../irc/resume.ts";
import { logInReply } from "../accounts/account_login.ts";
import { type CommandRows, Context, type Outcome } from "../command.ts";
import { announceJoin } from "../delivery/announce.ts";
import { sayAgain } from "../delivery/relay.ts";
import { expel } from "../entry/expel.ts";
import { sendSecret, welcome } from "../entry/registration.ts";
import { showLastMessages } from "../history/on_join.ts";
import { takeOver } from "../world/take_over.ts";
import type { Channel } from "../world/channel.ts";
import type { StayKey } from "../world/stay_key.ts";
import { showChannel } from "./membership.ts";
import { sendUserModes } from "./mode.ts";

export const resumeCommands: CommandRows = {
  RESUME: {
    usage: "secret",
    help: "Continues as the user to whom the secret was given on an earlier connection.",
    min: 1,
    for: "peers",
    secret: true,
    issues: true,
    run: resume,
  },
};

function resume(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  if (user.registered) return refuse(ctx, "CANNOT_RESUME", "You have a name already");
  if (!user.caps.has(RESUME)) {
    return refuse(ctx, "CANNOT_RESUME", `Request the capability ${RESUME} first`);
  }
  ctx.apply(resumed, world.stays.keyOf(msg.params[0]!));
}

/** A peer has shown a secret. */
const resumed: Outcome<StayKey> = { name: "resumed", run: tryReturn };

/** It has waited for its turn. */
const waited: Outcome<StayKey> = { name: "waited", run: goOn };

export const resumeOutcomes = [resumed, waited];

function tryReturn(ctx: Context, key: StayKey): void {
  const { user, world, now } = ctx;
  const found = world.stays.find(key);
  if (found === undefined) return invalid(ctx);
  if (found.secure && !user.secure) {
    // Others may have read it. Nobody else can come back as a user whose connection is lost.
    if (found.lost === undefined) world.stays.forget(found);
    else world.quit(found, found.lost.why, now);
    return refuse(ctx, "INSECURE", "The secret was given on an encrypted connection");
  }
  const wait = world.stays.take(found, now);
  if (wait === 0) goOn(ctx, key);
  else ctx.defer(() => world.init.wait(wait).then(() => key), waited);
}

function invalid(ctx: Context): void {
  refuse(ctx, "INVALID_TOKEN", "There is no way back with this secret: choose a name");
}

function refuse(ctx: Context, code: string, why: string): void {
  ctx.fail("RESUME", code, why);
}

/** Moves a user to the connection of this command, and shows it where it is. */
function goOn(asked: Context, key: StayKey): void {
  const { commands, world, now } = asked;
  const user = world.stays.find(key);
  // It may have gone, or have been resumed by another connection.
  if (user === undefined) return invalid(asked);
  asked.send("RESUME", "SUCCESS", user.nick);
  // The rest is no reply, but what the server tells the user whose connection it is now.
  asked.answer();
  takeOver(world, user, asked.user, key, now);
  user.nextWay = asked.user.nextWay;
  const ctx = new Context(commands, world, user, now);
  const ban = world.bans.ofUser(user, now);
  if (ban !== undefined) return expel(world, user, ban, now);
  welcome(ctx);
  sendUserModes(ctx);
  if (user.account !== undefined) logInReply(world, user, user.account, now);
  if (user.away !== undefined) ctx.reply("RPL_NOWAWAY");
  for (const channel of user.channels) {
    if (channel.renamedAt >= world.stays.unsureSince(user)) tellNames(ctx, channel);
    world.leavers.left(user, channel, user.heard);
    announceJoin(world, user, channel, [user], now);
    showChannel(ctx, channel);
    showLastMessages(ctx, channel);
  }
  sayAgain(ctx);
  sendSecret(ctx);
}

/** Tells a client, which may know a channel by a former name, that it was renamed. */
function tellNames({ world, user, now }: Context, channel: Channel): void {
  if (!user.caps.has("draft/channel-rename")) return;
  for (const name of world.channels.formerNames(channel)) {
    user.deliver(world.fromServer("RENAME", [name, channel.name, ""], now));
  }
}
