/**
 * Dispatches a line to its command: parses it, checks who may use it, and sends the labelled reply.
 * @module
 */
import { SECOND_MS } from "../text/duration.ts";
import type { Line, LineFault } from "../irc/lines.ts";
import { type Message, parse } from "../irc/message.ts";
import { type Command, type CommandTable, Context } from "./command.ts";
import { collectLine } from "./delivery/multiline_batch.ts";
import { byteLength } from "../text/bytes.ts";
import type { User } from "./world/user.ts";
import type { World } from "./world/world.ts";

const NOTHING_COST = 1;

/**
 * Who handles a line in a cluster: all servers do if it is `shared`. Otherwise only the one that it
 * came to does, after the earlier lines of its sender; a `local` line changes nothing, a `secret` one
 * only by outcomes.
 */
export type LineKind = "shared" | "local" | "secret";

/**
 * The kind of a line. The line alone decides: earlier lines of its sender may still be under way.
 */
export function kindOf(commands: CommandTable, line: Line): LineKind {
  const msg = line.fault === undefined ? parse(line.text) : undefined;
  if (msg === undefined) return "local";
  const command = commands.get(msg.command);
  const is = (flag: Command["reads"]) => typeof flag === "function" ? flag(msg) : flag ?? false;
  // What is no command may be a secret in the wrong place.
  if (command === undefined) return msg.tags.has("batch") ? "secret" : "local";
  if (is(command.secret)) return "secret";
  // As a line of a batch, it may spoil the batch.
  return is(command.reads) && !msg.tags.has("batch") ? "local" : "shared";
}

/**
 * Handles one line from a peer. Returns how long its next line must wait, in milliseconds; a
 * promise if the command waits for slow work.
 */
export function receive(
  commands: CommandTable,
  world: World,
  user: User,
  line: Line,
  now: number,
  kind: LineKind = "shared",
): number | Promise<number> {
  if (user.gone) return 0;
  const isShared = kind === "shared";
  if (isShared) world.heard(user, now);
  else world.heardHere(user, now);
  const ctx = new Context(commands, world, user, now, isShared);
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

/** How often a peer that must wait is sent a PING, in milliseconds. */
const PROBE_MS = 5 * SECOND_MS;

/**
 * Notes that a peer must wait. Nothing is read from it meanwhile, so a lost connection shows only
 * when a PING can't be written.
 */
function hold(ctx: Context): void {
  const { user, world, now } = ctx;
  logOnce(ctx, "flood");
  if (!user.registered || now - user.probedAt < PROBE_MS) return;
  user.probedAt = now;
  user.deliver(world.ping(now));
}

function run(ctx: Context, text: string): number {
  const msg = parse(text);
  if (msg === undefined) return NOTHING_COST;
  startReply(ctx, msg);
  const cost = msg.tags.has("batch") && ctx.user.hasCapWithBatch("draft/multiline")
    ? collectLine(ctx, msg)
    : runCommand(ctx, msg);
  if (ctx.deferred === undefined) ctx.answer();
  else void ctx.deferred.then(() => ctx.answer(), () => {});
  return cost;
}

/** Starts to collect what the sender gets into a labelled reply, if it asked for one. */
function startReply(ctx: Context, msg: Message): void {
  // Lines of a batch have no label of their own: the reply is to the batch.
  if (ctx.user.batch !== undefined && msg.tags.has("batch")) return;
  const label = msg.tags.get("label");
  if (!label || byteLength(label) > LABEL_BYTES || !ctx.user.hasCapWithBatch("labeled-response")) {
    return;
  }
  ctx.label = label;
  ctx.user.capture();
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
  nul: (ctx) => ctx.reply("ERR_UNKNOWNERROR", "*", "Message rejected: it contains a NUL character"),
};

/** IRCv3 UTF8ONLY: the message is dropped, and its sender gets a standard reply. */
function refuseEncoding(ctx: Context, msg: Message | undefined): void {
  if (msg !== undefined) startReply(ctx, msg);
  ctx.fail(msg?.command ?? "*", "INVALID_UTF8", "Message rejected: it is not valid UTF-8");
  ctx.answer();
}

/** Logs each kind of fault of a peer once, so that it can't fill the log. */
function logOnce({ world, user }: Context, fault: LineFault | "flood"): void {
  if (user.logged.has(fault)) return;
  user.logged.add(fault);
  world.log({ kind: "fault", address: user.address, nick: user.nick, fault });
}
