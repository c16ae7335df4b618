/**
 * A stay in a chat, from the first dial to the end: dials, runs the session over the connection,
 * and dials again. The rules are in `lib/client`; the audience shows what happens.
 * @module
 */
import type { ChatEvent } from "../events.ts";
import type { SessionAction } from "../input/action.ts";
import type { Step } from "../session/context.ts";
import type { LoginRequest } from "../session/login_state.ts";
import { Reconnect } from "../session/reconnect.ts";
import type { Session } from "../session/session.ts";
import type { TypingState } from "../session/typing.ts";
import type { Unsaid } from "../session/unsaid.ts";
import { addressOf } from "../trust/target.ts";
import { Alarm } from "./alarm.ts";
import { CurrentLink } from "./current_link.ts";
import { Ending } from "./ending.ts";
import { newSession } from "./new_session.ts";
import { News } from "./news.ts";
import { type NetworkListener, STATUS, type StayMeans, type StayOptions } from "./stay_options.ts";
import { CLIENT, PIPE } from "../../wording/client.ts";
import { CONNECTION, CONNECTION_FAULT } from "../../wording/reaching.ts";

/** How long the chat of a program may fail to reconnect before it gives up, in milliseconds. */
const GIVE_UP_MS = 60_000;

/** How often a connection that ends while the person answers a question is replaced at once. */
const QUIET_DIALS = 3;

/** How long {@linkcode Stay.fail} waits for sent messages to be accepted, in milliseconds. */
const SETTLE_MS = 5000;

export class Stay implements NetworkListener {
  /** The session. {@linkcode apply} carries out the steps that its methods return. */
  readonly session: Session;
  readonly #options: StayOptions;
  readonly #means: StayMeans;
  readonly #reconnect: Reconnect;
  readonly #link: CurrentLink;
  readonly #news: News;
  readonly #ending = new Ending();
  #port: number | undefined;
  #reached = false;
  #heard = false;
  /** How many servers closed the connection before any had said something. */
  #unheard = 0;
  /** Whether reading from the server is paused. */
  #deaf = false;
  #quietDials = 0;
  #nameWasRefused = false;
  #wantsPassword = false;
  #retryAt: number | undefined;
  /** Whether the network has changed since the attempt to connect began. */
  #isStale = false;
  /** Whether the last connection was given up. */
  #dead = false;
  readonly #wake: Alarm;
  readonly #dialling: Alarm;
  readonly #settling: Alarm;

  constructor(options: StayOptions, means: StayMeans) {
    this.#options = options;
    this.#means = means;
    const { hashes, random, timers } = means;
    this.session = newSession(options, hashes);
    this.#link = new CurrentLink(options.target, means);
    this.#news = new News(options.audience, timers);
    this.#reconnect = new Reconnect(random, options.person ? undefined : GIVE_UP_MS);
    this.#wake = new Alarm(timers);
    this.#dialling = new Alarm(timers);
    this.#settling = new Alarm(timers);
  }

  /** What could not be said. If there is something, a program's stay has failed. */
  get unsaid(): Unsaid {
    return this.#ending.unsaid;
  }

  /** Whether it is decided that it ends. */
  get ending(): boolean {
    return this.#ending.isDecided;
  }

  get nameWasRefused(): boolean {
    return this.#nameWasRefused;
  }

  /** Whether it ended because the server wants a password, or another one. */
  get wantsPassword(): boolean {
    return this.#wantsPassword;
  }

  get link(): NetworkListener["link"] {
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
    const deaf = this.#means.watch?.(this);
    void this.#connect();
    try {
      return await this.#ending.done;
    } finally {
      deaf?.();
      for (const alarm of [this.#wake, this.#dialling, this.#settling]) alarm.clear();
    }
  }

  async #connect(): Promise<void> {
    const { target, audience } = this.#options;
    this.#reconnect.dialling();
    this.#news.show({ type: "dialling", address: addressOf(target), time: this.#now });
    audience.stepped(undefined);
    this.#isStale = false;
    const { patience } = this.#reconnect;
    const { route, outcome: dialled } = await this.#link.dial(patience);
    if (this.ending) {
      if (dialled.kind === "connected") dialled.link.close(CLIENT.leaving);
      return;
    }
    // Dialling again would change nothing, and the person should notice what is wrong.
    if (dialled.kind === "refused") {
      const isOther = this.#reached && route !== undefined;
      if (isOther) return this.#retry(CONNECTION_FAULT.notTrusted);
      return this.stop(STATUS.failed, dialled.text);
    }
    this.#port = dialled.port;
    if (dialled.kind === "failed") {
      if (this.#isStale) return void this.#connect();
      return this.#reached ? this.#retry(dialled.why) : this.#fail(dialled.why);
    }
    const { link, secrecy } = dialled;
    this.#reached = true;
    this.#dead = false;
    const host = this.#link.open(link, route, secrecy);
    this.#news.connected(dialled);
    this.#reconnect.registering();
    const firstMs = this.#canMove ? patience : undefined;
    const opening = { host, elsewhere: this.#link.wasTold, firstMs };
    this.apply(this.session.open(this.#now, secrecy, opening));
    link.run({
      line: (text) => {
        this.#heard = true;
        if (text !== undefined) this.apply(this.session.receive(text, this.#now));
        else if (this.session.spoke) this.#news.inform(CLIENT.lineTooLong);
        const { room } = audience;
        return room && this.#wait(room);
      },
      closed: (reason) => this.#lost(reason),
    });
  }

  get #now(): number {
    return this.#means.timers.now();
  }

  /** Pauses reading, during which the server's silence means nothing. */
  async #wait(room: Promise<void>): Promise<void> {
    this.#deaf = true;
    this.#wake.clear();
    await room;
    this.#deaf = false;
    this.apply(this.session.listen(this.#now));
  }

  /**
   * Carries out a command.
   *
   * @param place the room or person that the front end shows.
   */
  perform(action: SessionAction, place: string): void {
    this.apply(this.session.perform(action, place, this.#now));
  }

  typing(place: string, state: TypingState): void {
    this.apply(this.session.typing(place, state, this.#now));
  }

  apply(step: Step): void {
    this.#link.send(step.send);
    for (const event of step.events) {
      // Nobody is asked for another name after the end was decided.
      if (!this.ending) this.#react(event);
    }
    for (const request of step.requests) void this.#answer(request);
    this.#conclude(step.end);
    // A person who is not let into the room is on the server nevertheless.
    if (this.session.phase === "outside") this.#reconnect.up(this.#now);
    this.#link.learn(this.session.nodes);
    this.#options.audience.stepped(step.destination);
    this.#wake.clear();
    if (this.#ending.isFinished || this.#deaf) return;
    this.#wake.set(this.session.wakeAt, () => this.apply(this.session.tick(this.#now)));
  }

  #conclude(end: Step["end"]): void {
    switch (end?.kind) {
      case "left":
      case "refused":
        if (end.kind === "refused") this.#wantsPassword = end.wants === "password";
        if (end.kind === "left") this.#ending.decide(STATUS.left, null);
        else this.#ending.decide(STATUS.failed, end.reason);
        if (!this.#link.end()) void this.#finish();
        return;
      case "dead":
        this.#dead = true;
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
        return this.apply(this.session.recalled(account, password, this.#now));
      }
      case "prove": {
        const { exchange, challenge, id } = request;
        const proof = await exchange.answer(challenge);
        return this.apply(this.session.proved(id, proof, this.#now));
      }
      default:
        request satisfies never;
    }
  }

  #react(event: ChatEvent): void {
    if (event.type === "lost") return this.#news.lost(event, this.#canMove);
    this.#news.show(event);
    if (event.type === "entered") {
      this.#reconnect.up(this.#now);
    } else if (event.type === "nameRefused" && event.keeps === null) {
      this.#nameWasRefused = true;
      const { name, person } = this.#options;
      // A line that is piped in later is a message, not a name.
      if (!person && (name !== undefined || this.session.entered)) {
        this.stop(STATUS.nameRefused, PIPE.otherName);
      }
    }
  }

  /** Whether another server may go on with the stay. */
  get #canMove(): boolean {
    return this.session.canResume && this.#link.others > 0;
  }

  #lost(reason: string): void {
    this.#link.lost(this.#dead || this.session.dismissed || this.#reconnect.state !== "up");
    if (!this.session.spoke && !this.ending) {
      if (!this.#heard && this.#unheard++ < this.#link.others) return void this.#connect();
      return this.#fail(
        this.#heard
          ? CONNECTION_FAULT.notChat
          : this.#link.secrecy === "open"
          ? CONNECTION_FAULT.resetPlain
          : CONNECTION_FAULT.reset,
      );
    }
    const thinking = this.#thinking;
    this.apply(this.session.lose(reason, this.#now));
    if (this.ending) {
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
    const now = this.#now;
    const others = reason === null ? this.#link.others : 0;
    const after = this.#reconnect.lost(now, this.session.canResume, others);
    if (after === undefined) {
      return this.#fail(CONNECTION_FAULT.gaveUp(reason ?? CONNECTION_FAULT.keepsClosing));
    }
    this.#retryAt = now + after;
    this.#news.retrying(after, reason);
    this.#options.audience.stepped(undefined);
    this.#dialling.set(this.#retryAt, () => void this.#connect());
  }

  check(): void {
    switch (this.#reconnect.state) {
      case "waiting":
        this.#dialling.clear();
        return void this.#connect();
      case "dialling":
        if (!this.#reached) return;
        this.#isStale = true;
        return this.#link.breakOff();
      default:
        // Silence means nothing while nobody listens.
        if (!this.#deaf) this.apply(this.session.check(this.#now));
    }
  }

  cut(): void {
    if (this.#reconnect.state !== "dialling") this.#link.close(CONNECTION_FAULT.addressGone);
  }

  claim(name: string): void {
    this.apply(this.session.claim(name, this.#now));
    this.#goOn();
  }

  /** Answers the question for a password; with an empty one, to choose another name. */
  givePassword(password: string): void {
    this.apply(this.session.givePassword(password, this.#now));
    this.#goOn();
  }

  /** Answers the question whether to send a password although others can hear it. */
  confirm(yes: boolean): void {
    this.apply(this.session.confirm(yes, this.#now));
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
    else this.apply(this.session.finish(reason || CLIENT.leaving, this.#now));
  }

  /**
   * Ends the stay now.
   *
   * @param reason a sentence; null if the person just wants to leave.
   */
  stop(status: number, reason: string | null = null): void {
    if (this.ending) return;
    this.#ending.decide(status, reason);
    this.#dialling.clear();
    this.apply(this.session.quit(CLIENT.leaving, this.#now));
  }

  /**
   * Ends the stay because it can't go on here: what was sent may still be accepted, what waits is
   * dropped.
   *
   * @param reason a sentence.
   */
  fail(reason: string): void {
    if (this.ending) return;
    this.#ending.decide(STATUS.failed, reason);
    this.#dialling.clear();
    this.unsaid.addWaiting(this.session.unsentItems);
    this.#settling.set(
      this.#now + SETTLE_MS,
      () => this.apply(this.session.quit(CLIENT.leaving, this.#now)),
    );
    this.apply(this.session.abandon(CLIENT.leaving, this.#now));
  }

  /** Ends the stay at once, telling nobody. */
  abort(status: number): void {
    this.#ending.abort(status);
  }

  async #finish(): Promise<void> {
    this.#wake.clear();
    this.#settling.clear();
    await this.#ending.finish(this.#options, this.session.unsentItems, this.#now);
  }
}
