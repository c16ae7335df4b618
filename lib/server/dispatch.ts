/**
 * From a line to the command that it asks for: the gates before, the replies after.
 * @module
 */
import type { Line } from "../irc/lines.ts";
import { type Message, parse, type Tags } from "../irc/message.ts";
import { type NumericName, NUMERICS } from "../irc/numerics.ts";
import type { Delivery } from "./fanout.ts";
import { clip } from "./text.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** One command: a row of the command table. */
export interface Command {
  /** Its name, in capitals. */
  readonly name: string;
  /** Its parameters, as the help shows them. */
  readonly usage: string;
  /** What it does, in one plain sentence. */
  readonly help: string;
  /** The least number of parameters; with fewer it is refused and not run. */
  readonly min: number;
  /** Whether a peer may use it before it is registered. */
  readonly early: boolean;
  /** What it takes from the sender's allowance; a message takes 1. */
  readonly cost: number;
  /** Does it. Changes the world and puts messages into outboxes; never waits. */
  readonly run: (ctx: Context, msg: Message) => void;
}

/** What a command gets to work with. */
export class Context {
  /** Everything on the server. */
  readonly world: World;
  /** Who sent the command. */
  readonly user: User;
  /** When it came in, in milliseconds since 1970. */
  readonly now: number;

  /** Makes the context of one command. */
  constructor(world: World, user: User, now: number) {
    this.world = world;
    this.user = user;
    this.now = now;
  }

  /**
   * Answers with a numeric. Its own text, where it has one, comes last.
   *
   * @param params what stands between the nick and the text. What the peer wrote may be passed as
   * it is: a part that can't stand there is made to.
   */
  reply(name: NumericName, ...params: readonly string[]): void {
    const [code, text] = NUMERICS[name];
    const all = text === undefined ? [...params] : [...params, text];
    for (let index = 0; index < all.length - 1; index++) all[index] = middle(all[index]!);
    this.send(code, this.user.target, ...all);
  }

  /** Answers with a message from the server. */
  send(command: string, ...params: readonly string[]): void {
    this.user.deliver(this.world.fromServer(command, params, this.now));
  }

  /**
   * Refuses with a standard reply (IRCv3 Standard Replies): `FAIL command code context :text`.
   */
  fail(command: string, code: string, ...contextAndText: readonly string[]): void {
    this.send("FAIL", command, code, ...contextAndText);
  }

  /** A message from the sender of the command, at the time of the command. */
  relay(command: string, params: readonly string[], msgid?: string, client?: Tags): Delivery {
    return this.world.from(this.user, command, params, { time: this.now, msgid, client });
  }
}

/** What of a parameter that a peer wrote is said back to it, in bytes: its line has to fit. */
const ECHO_BYTES = 100;

/** Makes what a peer wrote fit for the middle of a message. */
function middle(param: string): string {
  const word = clip(param.split(" ", 1)[0]!, ECHO_BYTES);
  return word === "" || word.startsWith(":") ? "*" : word;
}

/**
 * Takes one line from a peer.
 *
 * @param commands the command table.
 * @param now the time, in milliseconds since 1970.
 * @returns how long the peer's next line has to wait, in milliseconds.
 */
export function receive(
  commands: ReadonlyMap<string, Command>,
  world: World,
  user: User,
  line: Line,
  now: number,
): number {
  if (user.gone) return 0;
  user.lastSeen = now;
  user.pinged = false;
  const ctx = new Context(world, user, now);
  const cost = line.fault === undefined ? run(commands, ctx, line.text) : refuse(ctx, line);
  const wait = user.bucket.take(cost, now);
  if (wait > 0) logOnce(ctx, "flood");
  return wait;
}

/** What a line costs that leads to no command. */
const NOTHING_COST = 1;

function run(commands: ReadonlyMap<string, Command>, ctx: Context, text: string): number {
  const msg = parse(text);
  if (msg === undefined) return NOTHING_COST;
  const command = commands.get(msg.command);
  const { user } = ctx;
  if (!user.registered && !command?.early) {
    ctx.reply("ERR_NOTREGISTERED");
    return NOTHING_COST;
  }
  if (command === undefined) {
    ctx.reply("ERR_UNKNOWNCOMMAND", msg.command);
    return NOTHING_COST;
  }
  if (msg.params.length < command.min) ctx.reply("ERR_NEEDMOREPARAMS", command.name);
  else command.run(ctx, msg);
  return command.cost;
}

function refuse(ctx: Context, line: Line): number {
  const { fault } = line;
  switch (fault) {
    case "too-long":
      ctx.reply("ERR_INPUTTOOLONG");
      break;
    case "not-utf8":
      // IRCv3 UTF8ONLY: the message is dropped, and its sender told with a standard reply.
      ctx.fail(
        middle(parse(line.text)?.command ?? "*"),
        "INVALID_UTF8",
        "Message rejected: it is not UTF-8",
      );
      break;
    case "nul":
      ctx.reply("ERR_UNKNOWNERROR", "*", "Message rejected: it holds a NUL character");
      break;
    case undefined:
      return 0;
    default:
      fault satisfies never;
  }
  logOnce(ctx, fault);
  return NOTHING_COST;
}

/** A peer that goes on misbehaving doesn't fill the log. */
function logOnce({ world, user }: Context, fault: NonNullable<Line["fault"]> | "flood"): void {
  if (user.logged.has(fault)) return;
  user.logged.add(fault);
  world.log({ kind: "fault", address: user.address, nick: user.nick, fault });
}
