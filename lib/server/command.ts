/**
 * The rows of the command table, and the context that a handler gets.
 * @module
 */
import type { Message } from "../irc/message.ts";
import { type NumericName, NUMERICS } from "../irc/numerics.ts";
import { clip } from "../text/bytes.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { fitLine } from "./delivery/fit_line.ts";
import type { Sink, User } from "./world/user.ts";
import type { World } from "./world/world.ts";

/** Who may use a command: connections before registration too, users, server operators. */
export type Caller = "peers" | "users" | "operators";

/** A command as its row says it. */
export interface CommandRow {
  readonly usage: string;
  readonly help: string;
  /** The least number of parameters, 0 by default; with fewer it is refused and not run. */
  readonly min?: number;
  readonly for: Caller;
  /** What it takes from the sender's token bucket, 1 by default, like a message. */
  readonly cost?: number;
  /**
   * Whether it only reads the world, for this message: then one server of several runs it alone. It
   * must change nothing that a snapshot of the world holds.
   */
  readonly reads?: boolean | ((msg: Message) => boolean);
  /**
   * Whether the message may hold a secret, which must not leave the server that it came to: this one
   * alone runs the command. It changes the world only by {@linkcode Context.apply} and the like.
   */
  readonly secret?: boolean | ((msg: Message) => boolean);
  /** Whether it may give its sender a new secret for the way back. */
  readonly issues?: boolean;
  /** The handler. Changes the world and puts messages into outboxes; never waits. */
  readonly run: (ctx: Context, msg: Message) => void;
}

export type CommandRows = Readonly<Record<string, CommandRow>>;

export type Command = Required<CommandRow> & { readonly name: string };

export type CommandTable = ReadonlyMap<string, Command>;

/**
 * What a command does to the world after work that only the server of its sender does. It is a row
 * of a table, since the result may come from another server.
 */
export interface Outcome<T> {
  readonly name: string;
  /** Changes the world, like a handler. The result is plain JSON data without secrets. */
  readonly run: (ctx: Context, result: T) => void;
}

/** The context of one command: the world, the sender, the time, and replies. */
export class Context {
  readonly commands: CommandTable;
  readonly world: World;
  readonly user: User;
  /** The time of the command, in milliseconds since 1970; of an outcome, when it is applied. */
  now: number;
  /** Whether all servers of a cluster run it, so that it may change the world itself. */
  isShared: boolean;
  /** The label of the reply, if the sender asked for one (IRCv3 Labeled Responses). */
  label: string | undefined;
  /** What the command waits for; resolves when nothing more follows from it. */
  deferred: Promise<void> | undefined;
  /** What the command costs more than its row says. */
  charged = 0;
  /** The labelled reply while the command waits, and the connection that it is for. */
  #held: { readonly reply: Delivery[] | undefined; readonly sink: Sink } | undefined;

  constructor(commands: CommandTable, world: World, user: User, now: number, isShared = true) {
    this.commands = commands;
    this.world = world;
    this.user = user;
    this.now = now;
    this.isShared = isShared;
  }

  /**
   * Replies with a numeric. The text of its row, if any, comes last. Input of the peer can be
   * passed as it is: {@linkcode send} makes it fit for the middle of a line.
   */
  reply(name: NumericName, ...params: readonly string[]): void {
    const [code, text] = NUMERICS[name];
    this.send(code, this.user.target, ...params, ...text === undefined ? [] : [text]);
  }

  /** Replies with a message from the server; the parameters as in {@linkcode reply}. */
  send(command: string, ...params: readonly string[]): void {
    if (!this.user.hears) return;
    const last = params.length - 1;
    const fit = params.map((param, index) => index < last ? middle(param) : param);
    // An echoed token or request may be too long for the longer reply: then it is cut.
    const line = fitLine(this.world.name, command, fit);
    this.user.deliver(this.world.fromServer(command, line, this.now));
  }

  /** Sends `FAIL command code context :text` (IRCv3 Standard Replies). */
  fail(command: string, code: string, ...contextAndText: readonly string[]): void {
    this.send("FAIL", command, code, ...contextAndText);
  }

  /**
   * Does slow work, then what {@linkcode apply} does with its result. Only the server that has the
   * connection does the work. The sender's next lines wait, so that replies keep their order. Nothing
   * follows if the sender is gone by then.
   */
  defer<T>(work: () => Promise<T>, outcome: Outcome<T>): void {
    this.wait(work, (result) => this.apply(outcome, result));
  }

  /** {@linkcode defer} with something else than an outcome to follow, on this server only. */
  wait<T>(work: () => Promise<T>, done: (result: T) => void): void {
    if (!this.#isOurs) return;
    this.#pause();
    this.#await(
      work().then((result) => {
        if (this.user.gone) return;
        this.#resume();
        done(result);
      }),
    );
  }

  /** Runs an outcome on all servers of a cluster; on a server of its own at once. */
  apply<T>(outcome: Outcome<T>, result: T): void {
    const { share } = this.world.init;
    if (share === undefined) return outcome.run(this, result);
    if (!this.#isOurs) return;
    this.#pause();
    this.#await(share(this.user, outcome.name, result, (now) => this.finish(outcome, result, now)));
  }

  /**
   * Runs an outcome that is no reply to the command, as {@linkcode apply} does. Resolves when it has
   * run here.
   */
  tell<T>(outcome: Outcome<T>, result: T): Promise<void> {
    const ctx = new Context(this.commands, this.world, this.user, this.now);
    const { share } = this.world.init;
    if (share !== undefined) {
      return share(this.user, outcome.name, result, (now) => ctx.finish(outcome, result, now));
    }
    outcome.run(ctx, result);
    return Promise.resolve();
  }

  /**
   * Runs an outcome that came to all servers of a cluster, and answers the command if nothing more
   * follows. Does nothing if the sender is gone.
   */
  finish<T>(outcome: Outcome<T>, result: T, now: number): void {
    if (this.user.gone) return;
    const { deferred } = this;
    this.now = now;
    this.isShared = true;
    this.#resume();
    outcome.run(this, result);
    if (this.deferred === deferred) this.answer();
  }

  /** Sends what was collected as the labelled reply. */
  answer(): void {
    const { user, label, world, now } = this;
    if (label === undefined || user.gone) return;
    this.label = undefined;
    user.sendLabelled(label, world.name, world.nextReference(), now);
  }

  /** Whether this server does what only one of several does for the command. */
  get #isOurs(): boolean {
    return !this.isShared || this.world.isHere(this.user);
  }

  #await(work: Promise<void>): void {
    const all: Promise<void> = work.then(() => this.deferred === all ? undefined : this.deferred);
    this.deferred = all;
  }

  /** What reaches the sender meanwhile is no part of the labelled reply. */
  #pause(): void {
    this.#held = { reply: this.user.pauseCapture(), sink: this.user.sink };
  }

  /** Goes on with the reply after the command has waited. */
  #resume(): void {
    if (this.#held === undefined) return;
    const { reply, sink } = this.#held;
    this.#held = undefined;
    // Another connection knows nothing of the label.
    if (this.user.sink === sink) this.user.resumeCapture(reply);
    else this.label = undefined;
  }
}

/** How much of a peer's parameter is echoed, in bytes: the reply must fit on a line. */
const ECHO_BYTES = 180;

/** Makes what a peer wrote fit for the middle of a message. */
function middle(param: string): string {
  const word = clip(param.split(" ", 1)[0]!, ECHO_BYTES);
  return word === "" || word.startsWith(":") ? "*" : word;
}
