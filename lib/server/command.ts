/**
 * The rows of the command table, and the context that a handler gets.
 * @module
 */
import type { Message } from "../irc/message.ts";
import { type NumericName, NUMERICS } from "../irc/numerics.ts";
import { clip } from "../text/bytes.ts";
import { fitLine } from "./delivery/fit_line.ts";
import type { User } from "./world/user.ts";
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
  /** The handler. Changes the world and puts messages into outboxes; never waits. */
  readonly run: (ctx: Context, msg: Message) => void;
}

export type CommandRows = Readonly<Record<string, CommandRow>>;

export type Command = Required<CommandRow> & { readonly name: string };

export type CommandTable = ReadonlyMap<string, Command>;

/** The context of one command: the world, the sender, the time, and replies. */
export class Context {
  readonly commands: CommandTable;
  readonly world: World;
  readonly user: User;
  /** The time of the command, in milliseconds since 1970. */
  readonly now: number;
  /** The label of the reply, if the sender asked for one (IRCv3 Labeled Responses). */
  label: string | undefined;
  /** The slow work that the command waits for; resolves after its `resume` has run. */
  deferred: Promise<void> | undefined;
  /** What the command costs more than its row says. */
  charged = 0;

  constructor(commands: CommandTable, world: World, user: User, now: number) {
    this.commands = commands;
    this.world = world;
    this.user = user;
    this.now = now;
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
   * Waits for slow work, then calls `resume`. The sender's next lines wait too, so that replies
   * keep their order. `resume` is not called if the sender is gone by then.
   */
  defer<T>(work: Promise<T>, resume: (result: T) => void): void {
    const captured = this.user.pauseCapture();
    const { sink } = this.user;
    this.deferred = work.then((result) => {
      if (this.user.gone) return;
      // Another connection knows nothing of the label.
      if (this.user.sink === sink) this.user.resumeCapture(captured);
      else this.label = undefined;
      resume(result);
    });
  }
}

/** How much of a peer's parameter is echoed, in bytes: the reply must fit on a line. */
const ECHO_BYTES = 180;

/** Makes what a peer wrote fit for the middle of a message. */
function middle(param: string): string {
  const word = clip(param.split(" ", 1)[0]!, ECHO_BYTES);
  return word === "" || word.startsWith(":") ? "*" : word;
}
