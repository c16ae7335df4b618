/**
 * Commands: a row of the command table each, and what its handler works with.
 * @module
 */
import type { Message, Tags } from "../irc/message.ts";
import { type NumericName, NUMERICS } from "../irc/numerics.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { clip } from "../text/bytes.ts";
import { fitLine } from "./delivery/fit_line.ts";
import type { User } from "./world/user.ts";
import type { World } from "./world/world.ts";

/** Who may use a command: peers before they are registered too, users, operators of the server. */
export type Caller = "peers" | "users" | "operators";

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
  /** Who may use it. */
  readonly for: Caller;
  /** What it takes from the sender's allowance; a message takes 1. */
  readonly cost: number;
  /** Does it. Changes the world and puts messages into outboxes; never waits. */
  readonly run: (ctx: Context, msg: Message) => void;
}

/** The commands by name. */
export type CommandTable = ReadonlyMap<string, Command>;

/** What a command gets to work with. */
export class Context {
  /** All commands. */
  readonly commands: CommandTable;
  /** Everything on the server. */
  readonly world: World;
  /** Who sent the command. */
  readonly user: User;
  /** When it came in, in milliseconds since 1970. */
  readonly now: number;
  /** What the reply is marked with, if the sender asked for it (IRCv3 Labeled Responses). */
  label: string | undefined;
  #deferred: Promise<void> | undefined;
  #charged = 0;

  /** Makes the context of one command. */
  constructor(commands: CommandTable, world: World, user: User, now: number) {
    this.commands = commands;
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
    this.send(code, this.user.target, ...params, ...text === undefined ? [] : [text]);
  }

  /** Answers with a message from the server; the parameters as in {@linkcode reply}. */
  send(command: string, ...params: readonly string[]): void {
    const last = params.length - 1;
    const fit = params.map((param, index) => index < last ? middle(param) : param);
    // A token or a request of a whole line comes back as far as the longer line has room for it.
    const line = fitLine(this.world.name, command, fit);
    this.user.deliver(this.world.fromServer(command, line, this.now));
  }

  /**
   * Refuses with a standard reply (IRCv3 Standard Replies): `FAIL command code context :text`.
   */
  fail(command: string, code: string, ...contextAndText: readonly string[]): void {
    this.send("FAIL", command, code, ...contextAndText);
  }

  /** A message from the sender of the command, at the time of the command. */
  relay(command: string, params: readonly string[], msgid: string, client: Tags): Delivery {
    return this.world.from(this.user, command, params, { now: this.now, msgid, client });
  }

  /**
   * Waits for slow work before the command goes on. Until then the sender's next lines wait too,
   * so that replies keep their order; if it goes meanwhile, `resume` is not called.
   */
  defer<T>(work: Promise<T>, resume: (result: T) => void): void {
    const captured = this.user.pauseCapture();
    this.#deferred = work.then((result) => {
      if (this.user.gone) return;
      this.user.resumeCapture(captured);
      resume(result);
    });
  }

  /** Makes the command cost more than its row says. */
  charge(cost: number): void {
    this.#charged += cost;
  }

  /** What was charged on top. */
  get charged(): number {
    return this.#charged;
  }

  /** What {@linkcode defer} was told to wait for, with its `resume` done. */
  get deferred(): Promise<void> | undefined {
    return this.#deferred;
  }
}

/** What of a parameter that a peer wrote is said back to it, in bytes: its line has to fit. */
const ECHO_BYTES = 180;

/** Makes what a peer wrote fit for the middle of a message. */
function middle(param: string): string {
  const word = clip(param.split(" ", 1)[0]!, ECHO_BYTES);
  return word === "" || word.startsWith(":") ? "*" : word;
}
