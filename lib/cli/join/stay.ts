/**
 * A stay on a server, from the first dial to the end: dials, runs the session over the connection,
 * and dials again. The rules are in `lib/client`; the audience shows what happens.
 * @module
 */
import type { SessionAction } from "../../client/input/action.ts";
import type { ChatEvent } from "../../client/events.ts";
import type { Step } from "../../client/session/context.ts";
import type { LoginRequest } from "../../client/session/login_state.ts";
import { Reconnect } from "../../client/session/reconnect.ts";
import { Session } from "../../client/session/session.ts";
import type { TypingState } from "../../client/session/typing.ts";
import { addressOf } from "../../client/trust/target.ts";
import { doubtfulText, Unsaid } from "../../client/session/unsaid.ts";
import { webHashes } from "../../crypto/hashes.ts";
import { toBase64 } from "../../crypto/base64.ts";
import { ScramClient } from "../../crypto/scram.ts";
import type { Dialled } from "../../net/dial.ts";
import { Alarm } from "./alarm.ts";
import { Dialler } from "./dialler.ts";
import { ServerLink } from "./server_link.ts";
import { STATUS, type StayOptions } from "./stay_options.ts";
import { CLIENT, PIPE } from "../../wording/client.ts";
import { CONNECTION, CONNECTION_FAULT } from "../../wording/reaching.ts";

/** How long the chat of a program may fail to reconnect before it gives up, in milliseconds. */
const GIVE_UP_MS = 60_000;

/** How often a connection that ends while the person answers a question is replaced at once. */
const QUIET_DIALS = 3;

/** How long {@linkcode Stay.fail} waits for sent messages to be accepted, in milliseconds. */
const SETTLE_MS = 5000;

/** The size of a SCRAM nonce in bytes, before it is written as base64. */
const NONCE_BYTES = 18;

export class Stay {
  /** The session. {@linkcode apply} carries out the steps that its methods return. */
  readonly session: Session;
  /** What could not be said. If there is something, a program's stay has failed. */
  readonly unsaid = new Unsaid();
  readonly #options: StayOptions;
  readonly #reconnect: Reconnect;
  readonly #link: ServerLink;
  readonly #done = Promise.withResolvers<number>();
  #port: number | undefined;
  #reached = false;
  #secure = false;
  /** Whether the person was told that the connection is not encrypted. */
  #warned = false;
  #heard = false;
  /** Whether reading from the server is paused. */
  #deaf = false;
  #quietDials = 0;
  #nameWasRefused = false;
  /** How it ends, once that is decided. */
  #outcome: { readonly status: number; readonly reason: string | null } | undefined;
  #finished = false;
  #wantsPassword = false;
  #retryAt: number | undefined;
  readonly #wake = new Alarm();
  #dialTimer: ReturnType<typeof setTimeout> | undefined;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StayOptions) {
    this.#options = options;
    const { target, name, password, trust, proxy, insecure, confirm, person, rich, typing } =
      options;
    const { login } = options;
    const hashes = webHashes();
    const exchange = (account: string, password: string) =>
      new ScramClient(hashes, account, password, toBase64(hashes.random(NONCE_BYTES)));
    this.session = new Session({
      ...{ room: target.room, unnamed: target.unnamed, key: options.key ?? target.key },
      ...{ name, password, invitation: target.invite, insecure, version: options.version },
      ...{ typing, multiline: true, stays: rich },
      history: rich ? true : "missed",
      login: login && { given: login.given, asks: login.asks, exchange },
    });
    this.#link = new ServerLink(new Dialler(target, trust, confirm, proxy));
    this.#reconnect = new Reconnect(Math.random, person ? undefined : GIVE_UP_MS);
  }

  /** Whether it is decided that it ends. */
  get ending(): boolean {
    return this.#outcome !== undefined;
  }

  get nameWasRefused(): boolean {
    return this.#nameWasRefused;
  }

  /** Whether it ended because the server wants a password, or another one. */
  get wantsPassword(): boolean {
    return this.#wantsPassword;
  }

  /** The state of the connection, as people see it. */
  get link(): "connecting" | "up" | "waiting" {
    const { state } = this.#reconnect;
    if (state === "waiting" || state === "up") return state;
    // A person who answers a question waits for nothing.
    return this.#thinking ? "up" : "connecting";
  }

  /** When it dials again, in milliseconds since 1970; undefined if it does not wait. */
  get retryAt(): number | undefined {
    return this.#reconnect.state === "waiting" ? this.#retryAt : undefined;
  }

  /** Runs the stay, once. Returns the exit status. */
  async run(): Promise<number> {
    void this.#connect();
    try {
      return await this.#done.promise;
    } finally {
      this.#wake.clear();
      clearTimeout(this.#dialTimer);
      clearTimeout(this.#settleTimer);
    }
  }

  async #connect(): Promise<void> {
    const { target, audience } = this.#options;
    this.#reconnect.dialling();
    this.#show({ type: "dialling", address: addressOf(target), time: Date.now() });
    audience.stepped(undefined);
    const dialled = await this.#link.dial();
    if (this.#outcome !== undefined) {
      if (dialled.kind === "connected") dialled.socket.close();
      return;
    }
    // Dialling again would change nothing, and the person should notice what is wrong.
    if (dialled.kind === "refused") return this.stop(STATUS.failed, dialled.text);
    this.#port = dialled.port;
    if (dialled.kind === "failed") {
      return this.#reached ? this.#retry(dialled.why) : this.#fail(dialled.why);
    }
    this.#tell(dialled);
    this.#reached = true;
    this.#secure = dialled.secure;
    this.#reconnect.registering();
    const connection = this.#link.open(dialled.socket);
    const secrecy = dialled.sure ? "sure" : dialled.secure ? "local" : "open";
    this.apply(this.session.open(Date.now(), secrecy));
    await connection.run({
      line: ({ text, fault }) => {
        this.#heard = true;
        if (fault !== "too-long") this.apply(this.session.receive(text, Date.now()));
        // The rest of such a line would say something else than the whole.
        else if (this.session.spoke) this.#inform(CLIENT.lineTooLong);
        const { room } = audience;
        return room && this.#wait(room);
      },
      overflow: () => connection.close(CONNECTION_FAULT.tooSlow),
      closed: (reason) => this.#lost(reason),
    });
  }

  /** Pauses reading, during which the server's silence means nothing. */
  async #wait(room: Promise<void>): Promise<void> {
    this.#deaf = true;
    this.#wake.clear();
    await room;
    this.#deaf = false;
    this.apply(this.session.listen(Date.now()));
  }

  /** Tells the person about a new connection; only once that it is not encrypted. */
  #tell({ notice, secure }: Extract<Dialled, { kind: "connected" }>): void {
    if (notice === undefined || !secure && this.#warned) return;
    this.#warned ||= !secure;
    this.#inform(notice);
  }

  #inform(text: string): void {
    this.#show({ type: "info", text, time: Date.now() });
  }

  /**
   * Carries out a command.
   *
   * @param place the room or person that the front end shows.
   */
  perform(action: SessionAction, place: string): void {
    this.apply(this.session.perform(action, place, Date.now()));
  }

  typing(place: string, state: TypingState): void {
    this.apply(this.session.typing(place, state, Date.now()));
  }

  apply(step: Step): void {
    this.#link.send(step.send);
    for (const event of step.events) {
      // Nobody is asked for another name after the end was decided.
      if (this.#outcome === undefined) this.#react(event);
    }
    for (const request of step.requests) void this.#answer(request);
    this.#conclude(step.end);
    // A person who is not let into the room is on the server nevertheless.
    if (this.session.phase === "outside") this.#reconnect.up(Date.now());
    this.#options.audience.stepped(step.destination);
    this.#wake.clear();
    if (this.#finished || this.#deaf) return;
    this.#wake.set(this.session.wakeAt, () => this.apply(this.session.tick(Date.now())));
  }

  #conclude(end: Step["end"]): void {
    switch (end?.kind) {
      case "left":
      case "refused":
        if (end.kind === "refused") this.#wantsPassword = end.wants === "password";
        this.#outcome ??= end.kind === "left"
          ? { status: STATUS.left, reason: null }
          : { status: STATUS.failed, reason: end.reason };
        if (!this.#link.end()) void this.#finish();
        return;
      case "dead":
        return this.#link.close(end.reason);
      case undefined:
        return;
      default:
        end satisfies never;
    }
  }

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
      this.#nameWasRefused = true;
      const { name, person } = this.#options;
      // A line that is piped in later is a message, not a name.
      if (!person && (name !== undefined || this.session.entered)) {
        this.stop(STATUS.nameRefused, PIPE.otherName);
      }
    }
  }

  #show(event: ChatEvent): void {
    this.#options.audience.show(event);
  }

  #lost(reason: string): void {
    this.#link.lost();
    if (!this.session.spoke && this.#outcome === undefined) {
      const { notChat, reset, resetPlain } = CONNECTION_FAULT;
      return this.#fail(this.#heard ? notChat : this.#secure ? reset : resetPlain);
    }
    const thinking = this.#thinking;
    this.apply(this.session.lose(reason, Date.now()));
    if (this.#outcome !== undefined) {
      void this.#finish();
    } else if (!thinking) {
      this.#retry(null);
    } else if (this.#quietDials++ < QUIET_DIALS) {
      // Servers don't wait long for a name. A person who takes time need not notice.
      void this.#connect();
    }
  }

  #fail(reason: string): void {
    const { host, port } = this.#options.target;
    const address = addressOf({ host, port: this.#port ?? port });
    this.stop(STATUS.failed, CONNECTION.unreachable(address, reason));
  }

  #retry(reason: string | null): void {
    const now = Date.now();
    const after = this.#reconnect.lost(now);
    if (after === undefined) {
      return this.#fail(CONNECTION_FAULT.gaveUp(reason ?? CONNECTION_FAULT.keepsClosing));
    }
    this.#retryAt = now + after;
    this.#show({ type: "retrying", after, reason, time: now });
    this.#options.audience.stepped(undefined);
    this.#dialTimer = setTimeout(() => void this.#connect(), after);
  }

  claim(name: string): void {
    this.apply(this.session.claim(name, Date.now()));
    this.#goOn();
  }

  /** Answers the question for a password; with an empty one, to choose another name. */
  givePassword(password: string): void {
    this.apply(this.session.givePassword(password, Date.now()));
    this.#goOn();
  }

  /** Answers the question whether to send a password although others can hear it. */
  confirm(yes: boolean): void {
    this.apply(this.session.confirm(yes, Date.now()));
    this.#goOn();
  }

  /** Whether the person answers a question, and the connection may wait. */
  get #thinking(): boolean {
    return ["name", "password", "confirmation"].includes(this.session.wants);
  }

  #goOn(): void {
    const idle = !this.#link.isOpen && !this.#thinking;
    if (idle && this.#reconnect.state === "registering") void this.#connect();
  }

  /** Leaves when what was said is accepted. No person waits for a server to come back. */
  leave(reason: string): void {
    if (this.#options.person && !this.#link.isOpen) this.stop(STATUS.left);
    else this.apply(this.session.finish(reason || CLIENT.leaving, Date.now()));
  }

  /**
   * Ends the stay now.
   *
   * @param reason a sentence; null if the person just wants to leave.
   */
  stop(status: number, reason: string | null = null): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { status, reason };
    clearTimeout(this.#dialTimer);
    this.apply(this.session.quit(CLIENT.leaving, Date.now()));
  }

  /**
   * Ends the stay because it can't go on here: what was sent may still be accepted, what waits is
   * dropped.
   *
   * @param reason a sentence.
   */
  fail(reason: string): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { status: STATUS.failed, reason };
    clearTimeout(this.#dialTimer);
    this.unsaid.addWaiting(this.session.unsentItems);
    this.#settleTimer = setTimeout(
      () => this.apply(this.session.quit(CLIENT.leaving, Date.now())),
      SETTLE_MS,
    );
    this.apply(this.session.abandon(CLIENT.leaving, Date.now()));
  }

  /** Ends the stay at once, telling nobody. */
  abort(status: number): void {
    this.#finished = true;
    this.#done.resolve(status);
  }

  async #finish(): Promise<void> {
    if (this.#finished || this.#outcome === undefined) return;
    this.#finished = true;
    this.#wake.clear();
    clearTimeout(this.#settleTimer);
    const { audience, person } = this.#options;
    let { status, reason } = this.#outcome;
    this.unsaid.addWaiting(this.session.unsentItems);
    if (status !== STATUS.left && audience.rest !== undefined) {
      this.unsaid.append(await audience.rest());
    }
    if (status === STATUS.left && !person && this.unsaid.count > 0) status = STATUS.failed;
    const texts = [doubtfulText(this.session.unsentItems), this.unsaid.text].filter(Boolean);
    const time = Date.now();
    if (status !== STATUS.left) reason = [reason, ...texts].filter(Boolean).join(" ");
    else for (const text of texts) this.#show({ type: "error", text, code: null, time });
    this.#show({ type: "closed", status, reason, time });
    await audience.flushed();
    this.#done.resolve(status);
  }
}
