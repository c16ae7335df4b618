/**
 * One person's stay in a room, over as many connections as it takes.
 *
 * A pure state machine: what comes in and the time are arguments, what is to be sent and what has
 * happened are results. It never waits, and knows no socket.
 * @module
 */
import {
  confirm,
  givePassword,
  logIn,
  proved,
  recalled,
  signUp,
  signUpFault,
  stopLogin,
} from "./own_account.ts";
import type { SessionAction } from "../input/action.ts";
import type { End, Phase, SessionContext, SessionOptions } from "./context.ts";
import type { Happening } from "../events.ts";
import type { Outgoing, UnsentItem } from "./outbound.ts";
import { lossFault } from "../trust/dial_fault.ts";
import { regain } from "./entering.ts";
import type { ChatEvent } from "../events.ts";
import { handle } from "./handlers.ts";
import { giveUp } from "./catch_up.ts";
import { claim, claimName, greet, isRegistered, stopWaiting } from "./handshake.ts";
import { Liveness } from "./server_liveness.ts";
import type { LoginRequest } from "./login_state.ts";
import { type Message, parse } from "../../irc/message.ts";
import { perform, say } from "./perform.ts";
import { pump, tellTyping } from "./pump.ts";
import { shutOut } from "./handle_refusal.ts";
import { tellTopic } from "./room_events.ts";
import type { RoomView } from "./rooms.ts";
import type { Secrecy } from "./doubt.ts";
import { disconnect, initialState } from "./state.ts";
import type { TypingState } from "./typing.ts";
import { lineOf } from "./wire.ts";

/** What comes of one call. */
export interface Step {
  /** Lines to send, in order, without their CR LF. */
  readonly send: readonly string[];
  /** What has happened, in order. */
  readonly events: readonly ChatEvent[];
  /** What is to be looked up or worked out for it; the answers are steps of their own. */
  readonly requests: readonly LoginRequest[];
  /** Set where the connection or the stay is to end, after the lines were sent. */
  readonly end: End | undefined;
}

/** What a session can use from its person now. */
export type Wants = "name" | "password" | "confirmation" | "text" | "nothing";

/** What no line can hold (Modern IRC, "Message Format"). */
const UNUSABLE = /[\0\r\n]/;

/** A stay. Every method that returns a {@linkcode Step} has to have it carried out. */
export class Session {
  readonly #ctx: SessionContext;
  readonly #liveness = new Liveness();
  #send: string[] = [];
  #events: ChatEvent[] = [];
  #requests: LoginRequest[] = [];
  #end: End | undefined;

  /** Makes one that has no connection yet. */
  constructor(options: SessionOptions) {
    this.#ctx = {
      ...initialState(options),
      send: (command, ...params) => this.#queue(lineOf(command, params)),
      sendTagged: (tags, command, ...params) => this.#queue(lineOf(command, params, tags)),
      sendRaw: (line) => this.#queue(line),
      request: (request) => this.#requests.push(request),
      emit: (event) => this.#emit(event),
      end: (end) => {
        this.#end ??= end;
        this.#ctx.phase = end.kind === "dead" ? "offline" : "over";
      },
    };
  }

  /** Where it stands. */
  get phase(): Phase {
    return this.#ctx.phase;
  }

  /** Our name as the server has it; empty before the first welcome. */
  get nick(): string {
    return this.#ctx.nick;
  }

  /** The connection as people see it: it comes to be, is there, or is to be made again. */
  get link(): "connecting" | "up" | "waiting" {
    if (isRegistered(this.#ctx)) return "up";
    return this.#ctx.phase === "offline" || this.#ctx.phase === "over" ? "waiting" : "connecting";
  }

  /** The room that one is in first: the one that was asked for, or one that it leads to. */
  get home(): string {
    return this.#ctx.home;
  }

  /** Every room that we are in, on the way into, or were put out of. */
  get rooms(): readonly RoomView[] {
    return Array.from(this.#ctx.rooms, (room) => this.#ctx.rooms.view(room));
  }

  /** The room of this name, however it is written. */
  room(name: string): RoomView | undefined {
    const room = this.#ctx.rooms.get(name);
    return room && this.#ctx.rooms.view(room);
  }

  /** Whether a capability is on. */
  supports(capability: string): boolean {
    return this.#ctx.enabled.has(capability);
  }

  /** Whether two names, or two rooms, are the same on this server. */
  same(a: string, b: string): boolean {
    return this.#ctx.isupport.same(a, b);
  }

  /** Whether a place is a room; else it is a person. */
  isRoom(place: string): boolean {
    return this.#ctx.isupport.isRoom(place);
  }

  /** What the server has not yet accepted, in its order. */
  get unsentItems(): readonly UnsentItem[] {
    return this.#ctx.delivery.items;
  }

  /** Whether the room was entered on this or an earlier connection. */
  get entered(): boolean {
    return this.#ctx.entered;
  }

  /** Whether anything that the server said was IRC. */
  get spoke(): boolean {
    return this.#ctx.spoke;
  }

  /** How many messages are not yet accepted by the server. */
  get unsent(): number {
    return this.#ctx.delivery.size;
  }

  /** What it can use from its person now. */
  get wants(): Wants {
    const { asked, doubt, entered, delivery, phase, login } = this.#ctx;
    if (doubt !== undefined) return "confirmation";
    if (login.asking !== undefined) return "password";
    if (asked) return "name";
    return (entered || phase === "outside") && !delivery.full ? "text" : "nothing";
  }

  /** When {@linkcode tick} is to be called, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    const { phase, phaseEnds, delivery, history, login, lostName, rooms, topic } = this.#ctx;
    if (phase === "offline" || phase === "over") return undefined;
    const times = [phaseEnds, this.#liveness.wakeAt, delivery.barrierAt, history.wakeAt];
    times.push(lostName?.tryAt, topic?.until, login.run?.until, this.#answerEnds);
    for (const { joinEnds } of rooms) times.push(joinEnds);
    return times.reduce((a, b) => a === undefined || b !== undefined && b < a ? b : a);
  }

  /**
   * A connection is there.
   *
   * @param secrecy who can hear what is sent on it.
   */
  open(now: number, secrecy: Secrecy = "open"): Step {
    return this.#step(now, (ctx) => {
      ctx.secrecy = secrecy;
      this.#liveness.start(now);
      greet(ctx);
    });
  }

  /** A line came in, without its line end. */
  receive(line: string, now: number): Step {
    return this.#step(now, (ctx) => {
      this.#liveness.heard(now);
      const received = UNUSABLE.test(line) ? undefined : parse(line);
      if (received === undefined) return;
      if (isIrc(received)) ctx.spoke = true;
      handle(ctx, received);
    });
  }

  /** The server was not listened to for a while, and is again: its silence meant nothing. */
  listen(now: number): Step {
    return this.#step(now, (ctx) => {
      this.#liveness.start(now);
      ctx.delivery.listen(now);
    });
  }

  /** Until when it may stay open whether the server takes what we say; a person sees that it is. */
  get #answerEnds(): number | undefined {
    return this.#ctx.options.stays === true ? undefined : this.#ctx.delivery.answerEnds;
  }

  /** Time has passed. */
  tick(now: number): Step {
    return this.#step(now, (ctx) => {
      const due = this.#liveness.tick(now);
      if (due === "dead") {
        ctx.end({ kind: "dead", reason: "the server does not answer any more" });
        return;
      }
      if (due === "ask") ctx.send("PING", "chat-alive");
      if (now >= (this.#answerEnds ?? Infinity)) {
        const reason = "The server does not say whether it takes what is said to it.";
        ctx.end({ kind: "refused", reason });
        return;
      }
      giveUp(ctx, now);
      if (ctx.topic !== undefined && now >= ctx.topic.until) tellTopic(ctx);
      if (ctx.lostName !== undefined && now >= ctx.lostName.tryAt) regain(ctx);
      for (const room of [...ctx.rooms]) {
        if (room.joinEnds === undefined || now < room.joinEnds) continue;
        shutOut(
          ctx,
          room,
          `The server does not answer whether you may enter ${room.name}.`,
          "",
          null,
        );
      }
      if ((ctx.login.run?.until ?? Infinity) <= now) stopLogin(ctx);
      if (ctx.phaseEnds === undefined || now < ctx.phaseEnds) return;
      if (ctx.phase === "greeting") stopWaiting(ctx);
      else if (ctx.phase === "nameBusy") claim(ctx);
      else if (ctx.phase === "loggingIn") stopLogin(ctx);
      else ctx.end({ kind: "dead", reason: "the server does not let us in" });
    });
  }

  /**
   * The connection is gone, for the reason that it gives where the server gave none. While a name
   * is being thought about, nobody needs to know.
   */
  lose(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      const quiet = ctx.asked || ctx.login.asking !== undefined || ctx.phase === "over" ||
        ctx.phase === "asking" && ctx.doubt !== undefined;
      if (isRegistered(ctx)) ctx.history.lost ??= { at: now, heard: ctx.history.heardAt };
      disconnect(ctx);
      if (!quiet) ctx.emit({ type: "lost", reason: lossFault(ctx.farewell || reason) });
    });
  }

  /** The person chose a name. It is claimed as soon as that can be. */
  claim(name: string, now: number): Step {
    return this.#step(now, (ctx) => claimName(ctx, name));
  }

  /** The account that the server says we are logged in to; undefined for none. */
  get account(): string | undefined {
    return this.#ctx.login.account;
  }

  /** The account that we were logged in to last, here or on an earlier connection. */
  get lastAccount(): string | undefined {
    return this.#ctx.login.last;
  }

  /** Why no account can be made now, a sentence; undefined where it can. */
  get signUpFault(): string | undefined {
    return signUpFault(this.#ctx);
  }

  /** The person gave the password that was asked for; empty for another name. */
  givePassword(password: string, now: number): Step {
    return this.#step(now, (ctx) => givePassword(ctx, password));
  }

  /** The person has said whether a password is to be sent whoever can hear it. */
  confirm(yes: boolean, now: number): Step {
    return this.#step(now, (ctx) => confirm(ctx, yes));
  }

  /** What is kept for an account, as a request asked; undefined where nothing is. */
  recalled(account: string, password: string | undefined, now: number): Step {
    return this.#step(now, (ctx) => recalled(ctx, account, password));
  }

  /** The answer to a challenge, as a request asked; undefined where there can be none. */
  proved(id: number, proof: Uint8Array | undefined, now: number): Step {
    return this.#step(now, (ctx) => proved(ctx, id, proof));
  }

  /** Makes an account under our name. */
  signUp(password: string, now: number): Step {
    return this.#step(now, (ctx) => signUp(ctx, password));
  }

  /** Logs in to an account. */
  logIn(account: string, password: string, now: number): Step {
    return this.#step(now, (ctx) => logIn(ctx, { account, password }));
  }

  /**
   * Does what a command asks for.
   *
   * @param where the room or the person that the front end shows; empty for the first room.
   */
  perform(action: SessionAction, where: string, now: number): Step {
    return this.#step(now, (ctx) => perform(ctx, action, where));
  }

  /**
   * Says something. Kept until the server has accepted it. Several lines are separated by LF.
   *
   * @param where to whom: a room or a person; the first room where it is left out.
   */
  say(text: string, now: number, where: string = this.#ctx.home): Step {
    return this.tell({ target: where || this.#ctx.home, kind: "privmsg", text }, now);
  }

  /** Does something (`/me`), as {@linkcode say} says it. */
  act(text: string, now: number, where: string = this.#ctx.home): Step {
    return this.tell({ target: where || this.#ctx.home, kind: "action", text }, now);
  }

  /** Says something to anyone. Kept until the server has accepted it. */
  tell(item: Outgoing, now: number): Step {
    return this.#step(now, (ctx) => say(ctx, item));
  }

  /** Asks who is in a room. */
  who(now: number, room: string = this.#ctx.home): Step {
    return this.perform({ do: "who", room: undefined }, room, now);
  }

  /**
   * Tells others that one types, where the server passes that on. Not to be called while the line
   * is a command: nobody is to wait for what is not said to them.
   *
   * @param where to whom the line goes that is being written.
   */
  typing(where: string, state: TypingState, now: number): Step {
    return this.#step(now, (ctx) => tellTyping(ctx, where, state));
  }

  /** Leaves as soon as all that was said is accepted; at once where nothing is left. */
  finish(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      ctx.finishing = reason;
    });
  }

  /** Leaves as soon as what is on its way is accepted; what was never sent is not sent. */
  abandon(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      ctx.delivery.abandon();
      ctx.finishing = reason;
    });
  }

  /** Leaves at once. What was said last may be lost. */
  quit(reason: string, now: number): Step {
    return this.#step(now, (ctx) => this.#leave(ctx, reason));
  }

  #leave(ctx: SessionContext, reason: string): void {
    if (ctx.phase !== "offline" && ctx.phase !== "over") ctx.send("QUIT", reason);
    ctx.end({ kind: "left" });
  }

  #step(now: number, run: (ctx: SessionContext) => void): Step {
    this.#ctx.now = now;
    if (this.#ctx.phase !== "over") run(this.#ctx);
    pump(this.#ctx, (reason) => this.#leave(this.#ctx, reason));
    const step = {
      send: this.#send,
      events: this.#events,
      requests: this.#requests,
      end: this.#end,
    };
    this.#send = [];
    this.#events = [];
    this.#requests = [];
    this.#end = undefined;
    return step;
  }

  #queue(line: string | undefined): boolean {
    if (line !== undefined) this.#send.push(line);
    return line !== undefined;
  }

  #emit(event: Happening): void {
    this.#events.push({ ...event, time: event.time ?? this.#ctx.now } as ChatEvent);
  }
}

/** Whether another protocol (HTTP, SMTP) would hardly say this: its numbers have no source. */
function isIrc({ command, source }: Message): boolean {
  return /^\d{3}$/.test(command) ? source !== undefined : /^(CAP|NOTICE|PING|ERROR)$/.test(command);
}
