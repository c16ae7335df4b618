/**
 * `chat join`: dials, runs the session over the connection, dials again, and connects it all with
 * the terminal or the pipe. The rules are in `lib/client`, the looks in `lib/ui`.
 * @module
 */
import { readPassword } from "./lib/cli/load.ts";
import type { JoinOptions } from "./lib/cli/request.ts";
import { UsageError } from "./lib/cli/usage_error.ts";
import { type Actor, interpret, isLeaving, startsWithPath } from "./lib/client/commands.ts";
import { dialFault } from "./lib/client/dial_fault.ts";
import type { ChatEvent } from "./lib/client/events.ts";
import { Reconnect } from "./lib/client/reconnect.ts";
import { Session, type Step } from "./lib/client/session.ts";
import { addressOf, parseTarget, type Target } from "./lib/client/target.ts";
import { SERVER_LINES } from "./lib/irc/lines.ts";
import { Connection } from "./lib/net/connection.ts";
import { Flusher } from "./lib/net/flusher.ts";
import { onStopSignals } from "./lib/signals.ts";
import { askTarget } from "./lib/ui/ask_target.ts";
import type { FrontEnd, Output } from "./lib/ui/front_end.ts";
import { Json } from "./lib/ui/json.ts";
import { Plain } from "./lib/ui/plain.ts";
import { LineReader } from "./lib/ui/reader.ts";
import { Streams } from "./lib/ui/streams.ts";

/** How long a dial may take, in milliseconds. */
const DIAL_MS = 15_000;

/** How long a program's chat may fail to come back before it gives up. */
const GIVE_UP_MS = 60_000;

/** How often a connection that ends while a name is thought about is replaced at once. */
const QUIET_DIALS = 3;

/** The most that may wait to be sent, in bytes; only a server that does not read comes near. */
const SEND_QUEUE_BYTES = 1024 * 1024;

const STATUS = { left: 0, failed: 1, nameRefused: 3, interrupted: 130 } as const;

const encoder = new TextEncoder();

/**
 * Enters a chat room and stays until its person leaves.
 *
 * @returns the exit status: 0 left, 1 could not go on, 3 the name was refused and nobody can be
 * asked for another.
 * @throws {UsageError} where the target can't be understood.
 */
export async function join(options: JoinOptions): Promise<number> {
  const around = { typed: Deno.stdin.isTerminal(), shown: Deno.stdout.isTerminal() };
  const front = options.frontEnd === "json" ? new Json() : new Plain(around);
  const input = new LineReader(Deno.stdin);
  const broken = Promise.withResolvers<void>();
  const streams = new Streams(Deno.stdout, Deno.stderr, broken.resolve);
  const given = options.target === undefined ? undefined : parseTarget(options.target);
  if (given !== undefined && "fault" in given) throw new UsageError(given.fault);
  const password = options.passwordFile === undefined
    ? undefined
    : await readPassword(options.passwordFile, Deno.readTextFile);
  const check = given ?? await askTarget(front, input, streams, around.typed);
  if (check === undefined) return STATUS.left;
  if ("fault" in check) throw new UsageError(check.fault);
  const { typed } = around;
  const { target } = check;
  const client = new Client({
    target,
    name: options.name,
    password,
    front,
    input,
    streams,
    typed,
    broken: broken.promise,
  });
  return await client.run();
}

interface ClientOptions {
  readonly target: Target;
  readonly name: string | undefined;
  readonly password: string | undefined;
  readonly front: FrontEnd;
  readonly input: LineReader;
  readonly streams: Streams;
  /** Resolves when nobody reads standard output any more. */
  readonly broken: Promise<void>;
  /** Whether a person types: else nobody can be asked, and it does not try for ever. */
  readonly typed: boolean;
}

/** One stay, from the first dial to the end. */
class Client implements Actor {
  readonly #options: ClientOptions;
  readonly #session: Session;
  readonly #reconnect: Reconnect;
  readonly #flusher = new Flusher();
  readonly #done = Promise.withResolvers<number>();
  #connection: Connection | undefined;
  #dial: AbortController | undefined;
  /** Whether a connection was ever made. */
  #reached = false;
  /** Whether the other side ever said anything. */
  #heard = false;
  #quietDials = 0;
  /** Whether any name was refused. */
  #refused = false;
  /** How it ends, once it does. */
  #outcome: { readonly status: number; readonly reason: string | null } | undefined;
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;
  #dialTimer: ReturnType<typeof setTimeout> | undefined;
  /** Resolved when the session may want something else than before. */
  #changed = Promise.withResolvers<void>();

  constructor(options: ClientOptions) {
    this.#options = options;
    const { target, name, password, typed } = options;
    this.#session = new Session({ room: target.room, name, password });
    this.#reconnect = new Reconnect({
      random: Math.random,
      giveUpAfter: typed ? undefined : GIVE_UP_MS,
    });
  }

  async run(): Promise<number> {
    const interrupt = () => {
      // What the terminal shows for Ctrl-C stands where the next line should start.
      if (this.#options.typed) this.#write([...this.#options.front.answered(), NEW_LINE]);
      this.#stop(STATUS.left, null);
    };
    const abort = () => this.#done.resolve(STATUS.interrupted);
    const deaf = onStopSignals(interrupt, abort, { hangup: true });
    try {
      void this.#options.broken.then(() => this.#stop(STATUS.left, null));
      void this.#connect();
      void this.#listen();
      return await this.#done.promise;
    } finally {
      deaf();
      clearTimeout(this.#wakeTimer);
      clearTimeout(this.#dialTimer);
    }
  }

  async #connect(): Promise<void> {
    const { target } = this.#options;
    this.#reconnect.dialling();
    this.#show({ type: "dialling", address: addressOf(target), time: Date.now() });
    const dial = this.#dial = new AbortController();
    const timeout = setTimeout(() => dial.abort(new DOMException("", "TimeoutError")), DIAL_MS);
    let socket: Deno.TcpConn;
    try {
      const { host: hostname, port } = target;
      socket = await Deno.connect({ hostname, port, signal: dial.signal });
      socket.setNoDelay(true);
    } catch (error) {
      return this.#unreachable(dialFault(error));
    } finally {
      clearTimeout(timeout);
    }
    if (this.#outcome !== undefined) return socket.close();
    this.#reached = true;
    this.#reconnect.registering();
    const connection = this.#connection = new Connection(socket, {
      lines: SERVER_LINES,
      sendQueueBytes: SEND_QUEUE_BYTES,
      flusher: this.#flusher,
    });
    this.#apply(this.#session.open(Date.now()));
    await connection.run({
      line: ({ text, fault }) => {
        this.#heard = true;
        // What is left of a line that is too long says something else than the line did.
        if (fault !== "too-long") this.#apply(this.#session.receive(text, Date.now()));
        return this.#options.streams.room;
      },
      overflow: () => connection.close("the server does not take what we send"),
      closed: (reason) => this.#lost(reason),
    });
  }

  /** Carries out what the session says. */
  #apply(step: Step): void {
    for (const line of step.send) this.#connection?.send(encoder.encode(`${line}\r\n`));
    for (const event of step.events) {
      // Nobody is asked for another name after the end was decided.
      if (this.#outcome === undefined) this.#react(event);
    }
    switch (step.end?.kind) {
      case "left":
      case "refused":
        this.#outcome ??= step.end.kind === "left"
          ? { status: STATUS.left, reason: null }
          : { status: STATUS.failed, reason: step.end.reason };
        this.#dial?.abort();
        if (this.#connection === undefined) void this.#finish();
        else this.#connection.end("left");
        break;
      case "dead":
        this.#connection?.close(step.end.reason);
        break;
      case undefined:
        break;
      default:
        step.end satisfies never;
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    clearTimeout(this.#wakeTimer);
    const at = this.#session.wakeAt;
    if (at === undefined) return;
    const wake = () => this.#apply(this.#session.tick(Date.now()));
    this.#wakeTimer = setTimeout(wake, Math.max(0, at - Date.now()));
  }

  #react(event: ChatEvent): void {
    this.#show(event);
    if (event.type === "entered") {
      this.#reconnect.up(Date.now());
    } else if (event.type === "nameRefused" && event.keeps === null) {
      this.#refused = true;
      const { name, typed } = this.#options;
      // A line that is piped in later is something to say, not a name.
      if (!typed && (name !== undefined || this.#session.entered)) {
        this.#stop(STATUS.nameRefused, "Choose another one with --name NAME.");
      }
    }
  }

  #show(event: ChatEvent): void {
    this.#write(this.#options.front.show(event));
  }

  #write(outputs: readonly Output[]): void {
    this.#options.streams.write(outputs);
  }

  /** The connection is gone. */
  #lost(reason: string): void {
    this.#connection = undefined;
    if (!this.#session.spoke && this.#outcome === undefined) {
      return this.#fail(
        this.#heard
          ? "what answers there is not a chat server"
          : "it closed the connection without a word",
      );
    }
    const thinking = this.#session.wants === "name";
    this.#apply(this.#session.lose(reason, Date.now()));
    if (this.#outcome !== undefined) {
      void this.#finish();
    } else if (!thinking) {
      this.#retry(null);
    } else if (this.#quietDials++ < QUIET_DIALS) {
      // Servers don't wait long for a name. Whoever takes the time need not notice.
      void this.#connect();
    }
  }

  /** A dial failed. */
  #unreachable(reason: string): void {
    if (this.#outcome !== undefined) return;
    if (!this.#reached) return this.#fail(reason);
    this.#retry(reason);
  }

  #fail(reason: string): void {
    const address = addressOf(this.#options.target);
    this.#stop(STATUS.failed, `Cannot reach a chat server at ${address}: ${reason}.`);
  }

  #retry(reason: string | null): void {
    const next = this.#reconnect.lost(Date.now());
    if (next === "give up") return this.#fail(`${reason ?? "it closes the connection"}; gave up`);
    this.#show({ type: "retrying", after: next.after, reason, time: Date.now() });
    this.#dialTimer = setTimeout(() => void this.#connect(), next.after);
  }

  /** Takes in what is typed or piped, as fast as it can be used. */
  async #listen(): Promise<void> {
    const { input, typed } = this.#options;
    for (;;) {
      const line = await input.next();
      if (typed && line !== undefined && isLeaving(line.text) && this.#session.wants !== "text") {
        this.#write(this.#options.front.answered());
        return this.#stop(STATUS.left, null);
      }
      while (this.#session.wants === "nothing" && this.#outcome === undefined) {
        await this.#changed.promise;
      }
      if (this.#outcome !== undefined) return;
      if (line === undefined) return this.#endOfInput();
      if (this.#session.wants === "name") this.#answer(line.text);
      else if (line.continued || !typed && startsWithPath(line.text)) this.say(line.text);
      else interpret(line.text, this);
    }
  }

  #answer(name: string): void {
    this.#write(this.#options.front.answered());
    if (isLeaving(name)) return this.#stop(STATUS.left, null);
    this.#apply(this.#session.claim(name, Date.now()));
    const idle = this.#connection === undefined && this.#session.wants !== "name";
    if (idle && this.#reconnect.state === "registering") void this.#connect();
  }

  #endOfInput(): void {
    if (this.#session.wants === "text") return this.leave("");
    if (this.#options.typed) this.#stop(STATUS.left, null);
    else if (this.#refused) this.#stop(STATUS.nameRefused, "No other username was given.");
    else this.#stop(STATUS.failed, "No username was given. Give it with --name NAME.");
  }

  say(text: string): void {
    this.#apply(this.#session.say(text, Date.now()));
  }

  tell(target: string, text: string): void {
    this.#apply(this.#session.tell({ target, kind: "privmsg", text }, Date.now()));
  }

  act(text: string): void {
    this.#apply(this.#session.act(text, Date.now()));
  }

  rename(name: string): void {
    this.#apply(this.#session.claim(name, Date.now()));
  }

  who(): void {
    this.#apply(this.#session.who(Date.now()));
  }

  /** Leaves when what was said is accepted. Nobody at a terminal waits for a server to come back. */
  leave(reason: string): void {
    if (this.#options.typed && this.#connection === undefined) this.#stop(STATUS.left, null);
    else this.#apply(this.#session.finish(reason || BYE, Date.now()));
  }

  inform(text: string): void {
    this.#show({ type: "info", text, time: Date.now() });
  }

  reject(line: string, text: string): void {
    this.#show({ type: "notSent", line, text, time: Date.now() });
  }

  /** Ends it now. */
  #stop(status: number, reason: string | null): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { status, reason };
    clearTimeout(this.#dialTimer);
    this.#apply(this.#session.quit(BYE, Date.now()));
  }

  #finished = false;

  async #finish(): Promise<void> {
    if (this.#finished || this.#outcome === undefined) return;
    this.#finished = true;
    const { status, reason } = this.#outcome;
    const time = Date.now();
    const { unsent } = this.#session;
    if (unsent > 0) {
      const text = unsent === 1
        ? "The last message may not have been delivered."
        : `The last ${unsent} messages may not have been delivered.`;
      this.#show({ type: "error", text, code: null, time });
    }
    this.#show({ type: "closed", status, reason, time });
    await this.#options.streams.flushed();
    this.#done.resolve(status);
  }
}

const NEW_LINE: Output = { stream: "out", text: "\n" };

const BYE = "Leaving";
