/**
 * One stay on a server, from the first dial to the end: dials, runs the session over the
 * connection, and dials again. The rules are in `lib/client`; whoever shows it all, and takes in
 * what a person or a program wants, is its audience.
 * @module
 */
import type { ChatEvent } from "../../client/events.ts";
import type { Credentials, LoginRequest } from "../../client/session/login_state.ts";
import { Reconnect } from "../../client/session/reconnect.ts";
import type { Insecure } from "../../client/session/doubt.ts";
import { Session, type Step } from "../../client/session/session.ts";
import { addressOf, type Target } from "../../client/trust/target.ts";
import { Unsaid } from "../../client/session/unsaid.ts";
import { webHashes } from "../../crypto/hashes.ts";
import { toBase64 } from "../../crypto/base64.ts";
import { SERVER_LINES } from "../../irc/lines.ts";
import { ScramClient } from "../../crypto/scram.ts";
import { Connection } from "../../net/connection.ts";
import type { Dialled } from "../../net/dial.ts";
import { Flusher } from "../../net/flusher.ts";
import type { Proxy } from "../../net/proxy.ts";
import { type Confirm, Dialler, type Trust } from "./dialler.ts";

/** How long a program's chat may fail to come back before it gives up, in milliseconds. */
const GIVE_UP_MS = 60_000;

/** How often a connection that ends while a name is thought about is replaced at once. */
const QUIET_DIALS = 3;

/** The most that may wait to be sent, in bytes; only a server that does not read comes near. */
const SEND_QUEUE_BYTES = 1024 * 1024;

/** How long what is on its way may take to be accepted if nothing else can be said, in milliseconds. */
const SETTLE_MS = 5000;

/** The exit status, by how it ended. */
export const STATUS = { left: 0, failed: 1, nameRefused: 3, interrupted: 130 } as const;

/** What is said on leaving without a reason. */
const BYE = "Leaving";

/** The longest pause, in milliseconds: if the clock is set back by weeks, no timer is as long. */
const LONGEST_PAUSE_MS = 60_000;

/** How long it is until a time, as a timer takes it. */
export function pause(at: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(0, at - Date.now()));
}

const TOO_LONG = "The server sent a line that is too long. It is left out here.";

const encoder = new TextEncoder();

/** Who shows what happens. */
export interface Audience {
  /** Something happened. */
  show(event: ChatEvent): void;
  /** The session took a step, and its events were shown: it may want something else than before. */
  stepped(): void;
  /** Resolves when more can be shown; undefined where it can now. */
  readonly room: Promise<void> | undefined;
  /** Resolves when all is shown, or nobody looks any more. Never rejects. */
  flushed(): Promise<void>;
  /** What was still to be said when it failed, beside what the session was given. */
  readonly rest?: () => Promise<Unsaid>;
}

/** How a stay logs in. */
export interface StayLogin {
  /** The account to use, where it was given in advance. */
  readonly given: Credentials | undefined;
  /** Whether somebody can be asked for a password. */
  readonly asks: boolean;
  /** The password that is kept for an account; undefined where there is none. Never rejects. */
  readonly recall: (account: string) => Promise<string | undefined>;
}

/** In bytes, before they are written as base64. */
const NONCE_BYTES = 18;

/** What a stay is. */
export interface StayOptions {
  /** Where. */
  readonly target: Target;
  /** The name to claim; undefined where one is to be asked for. */
  readonly name: string | undefined;
  /** The server's password, where there is one; else an invitation in the target counts. */
  readonly password: string | undefined;
  /** What is done if others can hear a password. */
  readonly insecure: Insecure;
  /** Whom to trust. */
  readonly trust: Trust;
  /** The proxy to go through; undefined for none. */
  readonly proxy: Proxy | undefined;
  /** Asks whether to trust a new server; undefined where there is nobody to be asked. */
  readonly confirm: Confirm | undefined;
  /** Whether a person is there: else nobody can be asked, and it does not try for ever. */
  readonly person: boolean;
  /** Whether it is shown on a screen: old messages are of use, and a person can do something. */
  readonly rich: boolean;
  /** Whether others are told that we are typing. */
  readonly typing: boolean;
  /** How it logs in to accounts; it doesn't where this is undefined. */
  readonly login: StayLogin | undefined;
  /** Who shows it. */
  readonly audience: Audience;
}

/** Where the connection stands, as a person would say it. */
export type StayLink = "connecting" | "up" | "waiting";

/** One stay. */
export class Stay {
  /** What is said and heard. Every step that it returns goes to {@linkcode apply}. */
  readonly session: Session;
  /** What was refused so far; that it is not empty makes a program's stay one that failed. */
  readonly unsaid = new Unsaid();
  readonly #options: StayOptions;
  readonly #reconnect: Reconnect;
  readonly #dialler: Dialler;
  readonly #flusher = new Flusher();
  readonly #done = Promise.withResolvers<number>();
  #connection: Connection | undefined;
  #dial: AbortController | undefined;
  /** The port that it was last dialled at. */
  #port: number | undefined;
  /** Whether a connection was ever made. */
  #reached = false;
  /** Whether it was said that it is not encrypted. */
  #warned = false;
  /** Whether the other side ever said anything. */
  #heard = false;
  /** Whether nothing is read from the server at the moment. */
  #deaf = false;
  #quietDials = 0;
  #refused = false;
  /** How it ends, once it does. */
  #outcome: { readonly status: number; readonly reason: string | null } | undefined;
  #finished = false;
  #wantsPassword = false;
  #retryAt: number | undefined;
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;
  #dialTimer: ReturnType<typeof setTimeout> | undefined;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

  /** Makes one that has not dialled yet. */
  constructor(options: StayOptions) {
    this.#options = options;
    const { target, name, password, insecure, person, rich, typing, trust, confirm, login } =
      options;
    const { proxy } = options;
    const hashes = webHashes();
    const exchange = (account: string, password: string) =>
      new ScramClient(hashes, account, password, toBase64(hashes.random(NONCE_BYTES)));
    this.session = new Session({
      ...{ room: target.room, name, password, invitation: target.invite, insecure },
      ...{ typing, multiline: true, stays: rich },
      history: rich ? true : "missed",
      login: login && { given: login.given, asks: login.asks, exchange },
    });
    this.#dialler = new Dialler(target, trust, confirm, proxy);
    this.#reconnect = new Reconnect({
      random: Math.random,
      giveUpAfter: person ? undefined : GIVE_UP_MS,
    });
  }

  /** Whether it is decided that it ends. */
  get ending(): boolean {
    return this.#outcome !== undefined;
  }

  /** Whether any name was refused. */
  get nameWasRefused(): boolean {
    return this.#refused;
  }

  /** Whether it ended because the server wants a password, or another one. */
  get wantsPassword(): boolean {
    return this.#wantsPassword;
  }

  /** Where the connection stands. */
  get link(): StayLink {
    switch (this.#reconnect.state) {
      case "waiting":
        return "waiting";
      case "up":
        return "up";
      default:
        // While a name is thought about, nobody waits for anything.
        return this.#thinking ? "up" : "connecting";
    }
  }

  /** When it dials again, in milliseconds since 1970; undefined where it does not wait. */
  get retryAt(): number | undefined {
    return this.#reconnect.state === "waiting" ? this.#retryAt : undefined;
  }

  /** Stays. Returns the exit status. To be called once. */
  async run(): Promise<number> {
    void this.#connect();
    try {
      return await this.#done.promise;
    } finally {
      clearTimeout(this.#wakeTimer);
      clearTimeout(this.#dialTimer);
      clearTimeout(this.#settleTimer);
    }
  }

  async #connect(): Promise<void> {
    const { target, audience } = this.#options;
    this.#reconnect.dialling();
    this.#show({ type: "dialling", address: addressOf(target), time: Date.now() });
    audience.stepped();
    const dial = this.#dial = new AbortController();
    const dialled = await this.#dialler.dial(dial.signal);
    if (this.#outcome !== undefined) {
      if (dialled.kind === "connected") dialled.socket.close();
      return;
    }
    // Trying again would change nothing, and what is wrong is to be noticed.
    if (dialled.kind === "refused") return this.stop(STATUS.failed, dialled.text);
    this.#port = dialled.port;
    if (dialled.kind === "failed") return this.#unreachable(dialled.why);
    this.#tell(dialled);
    const { socket } = dialled;
    this.#reached = true;
    this.#reconnect.registering();
    const connection = this.#connection = new Connection(socket, {
      lines: SERVER_LINES,
      sendQueueBytes: SEND_QUEUE_BYTES,
      flusher: this.#flusher,
    });
    const secrecy = dialled.sure ? "sure" : dialled.secure ? "local" : "open";
    this.apply(this.session.open(Date.now(), secrecy));
    await connection.run({
      line: ({ text, fault }) => {
        this.#heard = true;
        if (fault !== "too-long") this.apply(this.session.receive(text, Date.now()));
        // What is left of it says something else than the line did.
        else if (this.session.spoke) this.#inform(TOO_LONG);
        const { room } = audience;
        return room && this.#wait(room);
      },
      overflow: () => connection.close("the server does not take what we send"),
      closed: (reason) => this.#lost(reason),
    });
  }

  /** Reads nothing for a while. That nothing is heard then, is no fault of the server. */
  async #wait(room: Promise<void>): Promise<void> {
    this.#deaf = true;
    clearTimeout(this.#wakeTimer);
    await room;
    this.#deaf = false;
    this.apply(this.session.listen(Date.now()));
  }

  /** Tells what the person should know of a connection: that it is not encrypted, only once. */
  #tell({ notice, secure }: Extract<Dialled, { kind: "connected" }>): void {
    if (notice === undefined || !secure && this.#warned) return;
    this.#warned ||= !secure;
    this.#inform(notice);
  }

  #inform(text: string): void {
    this.#show({ type: "info", text, time: Date.now() });
  }

  /** Carries out what the session says. */
  apply(step: Step): void {
    for (const line of step.send) this.#connection?.send(encoder.encode(`${line}\r\n`));
    for (const event of step.events) {
      // Nobody is asked for another name after the end was decided.
      if (this.#outcome === undefined) this.#react(event);
    }
    for (const request of step.requests) void this.#answer(request);
    switch (step.end?.kind) {
      case "left":
      case "refused":
        if (step.end.kind === "refused") this.#wantsPassword = step.end.wants === "password";
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
    // Whoever is not let into the room is on the server all the same.
    if (this.session.phase === "outside") this.#reconnect.up(Date.now());
    this.#options.audience.stepped();
    clearTimeout(this.#wakeTimer);
    const at = this.session.wakeAt;
    if (at === undefined || this.#finished || this.#deaf) return;
    const wake = () => this.apply(this.session.tick(Date.now()));
    this.#wakeTimer = setTimeout(wake, pause(at));
  }

  /** Does what the session can't do itself. */
  async #answer(request: LoginRequest): Promise<void> {
    switch (request.kind) {
      case "recall": {
        const { account } = request;
        const password = await this.#options.login?.recall(account);
        return this.apply(this.session.recalled(account, password, Date.now()));
      }
      case "prove": {
        const { exchange, challenge, id } = request;
        const proof = await exchange.answer(challenge);
        return this.apply(this.session.proved(id, proof, Date.now()));
      }
      default:
        request satisfies never;
    }
  }

  #react(event: ChatEvent): void {
    this.#show(event);
    if (event.type === "entered") {
      this.#reconnect.up(Date.now());
    } else if (event.type === "nameRefused" && event.keeps === null) {
      this.#refused = true;
      const { name, person } = this.#options;
      // A line that is piped in later is something to say, not a name.
      if (!person && (name !== undefined || this.session.entered)) {
        this.stop(STATUS.nameRefused, "Choose another one with --name NAME.");
      }
    }
  }

  #show(event: ChatEvent): void {
    this.#options.audience.show(event);
  }

  /** The connection is gone. */
  #lost(reason: string): void {
    this.#connection = undefined;
    if (!this.session.spoke && this.#outcome === undefined) {
      return this.#fail(
        this.#heard
          ? "what answers there is not a chat server"
          : "it closed the connection without a word",
      );
    }
    const thinking = this.#thinking;
    this.apply(this.session.lose(reason, Date.now()));
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
    if (!this.#reached) return this.#fail(reason);
    this.#retry(reason);
  }

  #fail(reason: string): void {
    const { host, port } = this.#options.target;
    const address = addressOf({ host, port: this.#port ?? port });
    this.stop(STATUS.failed, `Cannot reach a chat server at ${address}: ${reason}.`);
  }

  #retry(reason: string | null): void {
    const now = Date.now();
    const next = this.#reconnect.lost(now);
    if (next === "give up") return this.#fail(`${reason ?? "it closes the connection"}; gave up`);
    this.#retryAt = now + next.after;
    this.#show({ type: "retrying", after: next.after, reason, time: now });
    this.#options.audience.stepped();
    this.#dialTimer = setTimeout(() => void this.#connect(), next.after);
  }

  /** The name that was asked for is given. */
  claim(name: string): void {
    this.apply(this.session.claim(name, Date.now()));
    this.#goOn();
  }

  /** The password that was asked for is given; empty for another name. */
  givePassword(password: string): void {
    this.apply(this.session.givePassword(password, Date.now()));
    this.#goOn();
  }

  /** It was answered whether a password is to be sent whoever can hear it. */
  confirm(yes: boolean): void {
    this.apply(this.session.confirm(yes, Date.now()));
    this.#goOn();
  }

  /** Whether a person thinks about an answer, and the connection may wait. */
  get #thinking(): boolean {
    const { wants } = this.session;
    return wants === "name" || wants === "password" || wants === "confirmation";
  }

  #goOn(): void {
    const idle = this.#connection === undefined && !this.#thinking;
    if (idle && this.#reconnect.state === "registering") void this.#connect();
  }

  /** Leaves when what was said is accepted. No person waits for a server to come back. */
  leave(reason: string): void {
    if (this.#options.person && this.#connection === undefined) this.stop(STATUS.left, null);
    else this.apply(this.session.finish(reason || BYE, Date.now()));
  }

  /**
   * Ends it now.
   *
   * @param reason why, in plain words; null where somebody simply wants to.
   */
  stop(status: number, reason: string | null): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { status, reason };
    clearTimeout(this.#dialTimer);
    this.apply(this.session.quit(BYE, Date.now()));
  }

  /**
   * Ends it because going on makes no sense here: what is on its way may still arrive, what waits is
   * not sent.
   *
   * @param reason why, in plain words.
   */
  fail(reason: string): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { status: STATUS.failed, reason };
    clearTimeout(this.#dialTimer);
    this.#keepUnsaid();
    this.#settleTimer = setTimeout(
      () => this.apply(this.session.quit(BYE, Date.now())),
      SETTLE_MS,
    );
    this.apply(this.session.abandon(BYE, Date.now()));
  }

  #keepUnsaid(): void {
    for (const { doubtful, text } of this.session.unsentItems) {
      if (!doubtful) this.unsaid.add(text);
    }
  }

  /** Ends it without a word to anyone. */
  abort(status: number): void {
    this.#finished = true;
    this.#done.resolve(status);
  }

  async #finish(): Promise<void> {
    if (this.#finished || this.#outcome === undefined) return;
    this.#finished = true;
    clearTimeout(this.#wakeTimer);
    clearTimeout(this.#settleTimer);
    const { audience, person } = this.#options;
    let { status, reason } = this.#outcome;
    this.#keepUnsaid();
    if (status !== STATUS.left && audience.rest !== undefined) {
      this.unsaid.append(await audience.rest());
    }
    if (status === STATUS.left && !person && this.unsaid.count > 0) status = STATUS.failed;
    const doubtful = this.session.unsentItems.filter(({ doubtful }) => doubtful).length;
    const texts = [
      ...doubtful === 0 ? [] : [
        doubtful === 1
          ? "The last message may not have been delivered."
          : `The last ${doubtful} messages may not have been delivered.`,
      ],
      ...this.unsaid.count === 0 ? [] : [this.unsaid.text],
    ];
    const time = Date.now();
    if (status !== STATUS.left) reason = [...reason === null ? [] : [reason], ...texts].join(" ");
    else for (const text of texts) this.#show({ type: "error", text, code: null, time });
    this.#show({ type: "closed", status, reason, time });
    await audience.flushed();
    this.#done.resolve(status);
  }
}
