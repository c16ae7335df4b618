/**
 * From a line to the command that it asks for: the gates before, the replies after.
 * @module
 */
import type { Line, LineFault } from "../irc/lines.ts";
import { type Message, parse } from "../irc/message.ts";
import { type CommandTable, Context } from "./command.ts";
import { collectLine } from "./delivery/multiline_batch.ts";
import { byteLength } from "../text/bytes.ts";
import type { User } from "./world/user.ts";
import type { World } from "./world/world.ts";

/** What a line costs that leads to no command. */
const NOTHING_COST = 1;

/**
 * Takes one line from a peer.
 *
 * @param commands the command table.
 * @param now the time, in milliseconds since 1970.
 * @returns how long the peer's next line has to wait, in milliseconds; a promise of it where the
 * command itself has to wait.
 */
export function receive(
  commands: CommandTable,
  world: World,
  user: User,
  line: Line,
  now: number,
): number | Promise<number> {
  if (user.gone) return 0;
  world.heard(user, now);
  const ctx = new Context(commands, world, user, now);
  const cost = line.fault === undefined ? run(ctx, line.text) : refuse(ctx, line.fault, line.text);
  const { bucket } = user.allowance;
  const { charged } = ctx;
  const wait = bucket.take(cost + charged, now);
  if (wait > 0) hold(ctx);
  return ctx.deferred?.then(() => {
    const later = ctx.charged - charged;
    return later > 0 ? bucket.take(later, now) : wait;
  }) ?? wait;
}

/** The longest label, in bytes (IRCv3 Labeled Responses, "Tag value"). */
const LABEL_BYTES = 64;

/** How often a peer that has to wait is asked whether it is still there, in milliseconds. */
const PROBE_MS = 5000;

/**
 * A peer has to wait. While it does, nothing is read from it, so that it goes unnoticed if it has
 * gone: what is written to it then fails, and ends it.
 */
function hold(ctx: Context): void {
  const { user, world, now } = ctx;
  logOnce(ctx, "flood");
  if (!user.registered || now - user.probedAt < PROBE_MS) return;
  user.probedAt = now;
  user.deliver(world.fromServer("PING", [world.name], now));
}

/** Runs the command that a line asks for. Returns its cost. */
function run(ctx: Context, text: string): number {
  const msg = parse(text);
  if (msg === undefined) return NOTHING_COST;
  startReply(ctx, msg);
  const cost = msg.tags.has("batch") && ctx.user.hasCapWithBatch("draft/multiline")
    ? collectLine(ctx, msg)
    : runCommand(ctx, msg);
  if (ctx.deferred === undefined) answer(ctx);
  else void ctx.deferred.then(() => answer(ctx), () => {});
  return cost;
}

/** From here on all that the sender gets is the reply to a labelled command, if it is one. */
function startReply(ctx: Context, msg: Message): void {
  // A line of a batch has no label of its own: the reply is to the batch.
  if (ctx.user.batch !== undefined && msg.tags.has("batch")) return;
  const label = msg.tags.get("label");
  if (!label || byteLength(label) > LABEL_BYTES || !ctx.user.hasCapWithBatch("labeled-response")) {
    return;
  }
  ctx.label = label;
  ctx.user.capture();
}

/** Sends what the command brought as the labelled reply that was asked for. */
function answer({ user, label, world, now }: Context): void {
  if (label !== undefined && !user.gone) {
    user.sendLabelled(label, world.name, world.nextSerial(), now);
  }
}

function runCommand(ctx: Context, msg: Message): number {
  const { user, world, commands } = ctx;
  const command = commands.get(msg.command);
  if (!user.registered && command?.for !== "peers") {
    ctx.reply("ERR_NOTREGISTERED");
    return NOTHING_COST;
  }
  if (command === undefined) {
    ctx.reply("ERR_UNKNOWNCOMMAND", msg.command);
    return NOTHING_COST;
  }
  world.usage.set(command.name, (world.usage.get(command.name) ?? 0) + 1);
  if (command.for === "operators" && user.oper === undefined) ctx.reply("ERR_NOPRIVILEGES");
  else if (msg.params.length < command.min) ctx.reply("ERR_NEEDMOREPARAMS", command.name);
  else command.run(ctx, msg);
  return command.cost;
}

function refuse(ctx: Context, fault: LineFault, text: string): number {
  REFUSALS[fault](ctx, text);
  logOnce(ctx, fault);
  return NOTHING_COST;
}

const REFUSALS: Readonly<Record<LineFault, (ctx: Context, text: string) => void>> = {
  "too-long": (ctx) => ctx.reply("ERR_INPUTTOOLONG"),
  "not-utf8": (ctx, text) => refuseEncoding(ctx, parse(text)),
  nul: (ctx) => ctx.reply("ERR_UNKNOWNERROR", "*", "Message rejected: it holds a NUL character"),
};

/** IRCv3 UTF8ONLY: the message is dropped, and its sender told with a standard reply. */
function refuseEncoding(ctx: Context, msg: Message | undefined): void {
  if (msg !== undefined) startReply(ctx, msg);
  ctx.fail(msg?.command ?? "*", "INVALID_UTF8", "Message rejected: it is not UTF-8");
  answer(ctx);
}

/** A peer that goes on misbehaving doesn't fill the log. */
function logOnce({ world, user }: Context, fault: LineFault | "flood"): void {
  if (user.logged.has(fault)) return;
  user.logged.add(fault);
  world.log({ kind: "fault", address: user.address, nick: user.nick, fault });
}
