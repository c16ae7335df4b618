/**
 * A person's stay in chat rooms, over as many connections as it takes.
 *
 * A pure state machine: lines and the time go in, lines to send and events come out. It never waits
 * and knows no socket.
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
import { withoutSecret } from "../input/secret.ts";
import { type Phase, SessionContext, type SessionOptions, type Step } from "./context.ts";
import { disconnect } from "./disconnect.ts";
import type { UnsentItem } from "./outbound.ts";
import { lossFault } from "../trust/dial_fault.ts";
import { regain } from "./entering.ts";
import { handle } from "./handlers.ts";
import { giveUp } from "./catch_up.ts";
import { claim, claimName, greet, isRegistered, stopWaiting } from "./handshake.ts";
import { Liveness, PATIENCE, type Patience } from "./server_liveness.ts";
import { type Message, parse } from "../../irc/message.ts";
import type { NodePlace } from "../../irc/node_address.ts";
import { perform } from "./perform.ts";
import { batchOf, pump, tellTyping } from "./pump.ts";
import { shutOut } from "./handle_refusal.ts";
import type { ResumeSecret } from "./resume_state.ts";
import { forgetSecret } from "./resuming.ts";
import { resumeFailed } from "./resumed.ts";
import { tellTopic } from "./room_events.ts";
import type { RoomView } from "./rooms.ts";
import type { Secrecy } from "./doubt.ts";
import type { TypingState } from "./typing.ts";
import { CLIENT } from "../../wording/client.ts";
import { CONNECTION, CONNECTION_FAULT } from "../../wording/reaching.ts";

export type Wants = "name" | "password" | "confirmation" | "text" | "nothing";

/** Characters that no line can hold (Modern IRC, "Message Format"). */
const UNUSABLE = /[\0\r\n]/;

/** The token of a PING by which we find out whether the server still answers. */
const ALIVE = "chat-alive";

/** What a stay knows of a new connection. */
export interface Opening {
  /** The server's host, if it is another one than before: part of a sentence. */
  readonly host?: string | undefined;
  /** Whether other servers of the same chat are known. */
  readonly elsewhere?: boolean;
  /** How long the first word may take, in milliseconds; undefined to wait. */
  readonly firstMs?: number | undefined;
}

/** A stay. The caller has to carry out every {@linkcode Step} that a method returns. */
export class Session {
  readonly #ctx: SessionContext;
  readonly #liveness = new Liveness();

  constructor(options: SessionOptions) {
    this.#ctx = new SessionContext(options);
  }

  get phase(): Phase {
    return this.#ctx.phase;
  }

  /** Our name as the server has it; empty before the first welcome. */
  get nick(): string {
    return this.#ctx.nick;
  }

  /** The state of the connection as people see it. */
  get link(): "connecting" | "up" | "waiting" {
    if (isRegistered(this.#ctx)) return "up";
    return this.#ctx.phase === "offline" || this.#ctx.phase === "over" ? "waiting" : "connecting";
  }

  /** The first room: the one from the options, or one that it forwards to. */
  get home(): string {
    return this.#ctx.home;
  }

  /** Every room that we are in, are entering, or were removed from. */
  get rooms(): readonly RoomView[] {
    return Array.from(this.#ctx.rooms, (room) => this.#ctx.rooms.view(room));
  }

  /** The room of this name, in any spelling that the server takes for it. */
  room(name: string): RoomView | undefined {
    const room = this.#ctx.rooms.get(name);
    return room && this.#ctx.rooms.view(room);
  }

  /** Whether the server takes two names, or two rooms, for the same. */
  same(a: string, b: string): boolean {
    return this.#ctx.isupport.same(a, b);
  }

  /** Whether a place is a room; else it is a person. */
  isRoom(place: string): boolean {
    return this.#ctx.isupport.isRoom(place);
  }

  /** The messages that the server has not yet accepted, in order. */
  get unsentItems(): readonly UnsentItem[] {
    return this.#ctx.delivery.items.map((item) => ({
      ...item,
      text: withoutSecret(item.target, item.text),
    }));
  }

  /** Whether the server takes messages of several lines. */
  get takesLines(): boolean {
    return batchOf(this.#ctx) !== undefined;
  }

  /** Whether the room was entered on this or an earlier connection. */
  get entered(): boolean {
    return this.#ctx.entered;
  }

  /** Whether the server ever sent something that is IRC. */
  get spoke(): boolean {
    return this.#ctx.spoke;
  }

  /** Whether the stay may go on after a loss of the connection, as if there was none. */
  get canResume(): boolean {
    return this.#ctx.resume.secret !== undefined;
  }

  /** Whether the server of this connection has said that it ends it. */
  get dismissed(): boolean {
    return this.#ctx.farewell !== undefined;
  }

  /** The other servers of the same chat, as far as the server of this connection has told them. */
  get nodes(): readonly NodePlace[] | undefined {
    const { phase, isupport } = this.#ctx;
    return phase === "inside" || phase === "outside" ? isupport.nodes : undefined;
  }

  /** The secret by which another session can go on with this stay, if the server gave one. */
  get secret(): ResumeSecret | undefined {
    return this.#ctx.resume.secret;
  }

  get wants(): Wants {
    const { asked, doubt, entered, delivery, phase, login } = this.#ctx;
    if (doubt !== undefined) return "confirmation";
    if (login.asking !== undefined) return "password";
    if (asked) return "name";
    return (entered || phase === "outside") && !delivery.full ? "text" : "nothing";
  }

  /** When to call {@linkcode tick}, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    const { phase, phaseEnds, delivery, history, login, lostName, rooms, topic, resume } =
      this.#ctx;
    if (phase === "offline" || phase === "over") return undefined;
    const alive = this.#liveness.wakeAt(this.#patience);
    const times = [phaseEnds, alive, delivery.barrierAt, history.wakeAt];
    times.push(lostName?.tryAt, topic?.until, login.run?.until, resume.until, this.#answerEnds);
    times.push(this.#silenceEnds);
    for (const { joinEnds } of rooms) times.push(joinEnds);
    return times.reduce((a, b) => a === undefined || b !== undefined && b < a ? b : a);
  }

  /**
   * A connection was made.
   *
   * @param secrecy who can hear what is sent on it.
   */
  open(now: number, secrecy: Secrecy = "open", opening: Opening = {}): Step {
    return this.#step(now, (ctx) => {
      ctx.secrecy = secrecy;
      ctx.host = opening.host;
      ctx.elsewhere = opening.elsewhere ?? false;
      this.#liveness.opened(now, opening.firstMs);
      greet(ctx);
    });
  }

  /** Handles a line from the server, without its line end. */
  receive(line: string, now: number): Step {
    return this.#step(now, (ctx) => {
      this.#liveness.heard(now);
      const received = UNUSABLE.test(line) ? undefined : parse(line);
      if (received === undefined) return;
      if (isIrc(received)) ctx.spoke = true;
      handle(ctx, received);
    });
  }

  /** The shell reads from the server again after a pause, during which silence meant nothing. */
  listen(now: number): Step {
    return this.#step(now, (ctx) => {
      this.#liveness.heard(now);
      ctx.delivery.listen(now);
    });
  }

  /** How long the server may be silent. */
  get #patience(): Patience {
    const ctx = this.#ctx;
    if (!this.canResume) return PATIENCE.usual;
    // While a stay is taken over, nothing may be sent that the server could answer.
    const asks = isRegistered(ctx) && !ctx.resume.isRunning;
    return asks && ctx.isupport.nodes.length > 0 ? PATIENCE.elsewhere : PATIENCE.kept;
  }

  /** When a server that does not accept our messages is given up; never before a person's eyes. */
  get #answerEnds(): number | undefined {
    return this.#ctx.options.stays === true ? undefined : this.#ctx.delivery.answerEnds;
  }

  /** When silence after a message means that the connection is dead, if the stay can go on. */
  get #silenceEnds(): number | undefined {
    const { askedAt } = this.#ctx.delivery;
    if (askedAt === undefined) return undefined;
    return Math.max(askedAt, this.#liveness.heardAt) + this.#patience.messageMs;
  }

  /** The connection may be dead: finds it out soon. */
  check(now: number): Step {
    return this.#step(now, (ctx) => {
      if (!isRegistered(ctx)) return;
      this.#liveness.check(now);
      ctx.send("PING", ALIVE);
    });
  }

  /** Does what is due at this time. */
  tick(now: number): Step {
    return this.#step(now, (ctx) => {
      const due = this.#liveness.tick(now, this.#patience);
      if (due === "dead" || now >= (this.#silenceEnds ?? Infinity)) {
        return ctx.end({ kind: "dead", reason: CONNECTION_FAULT.silent });
      }
      // Before the person has said yes to sending a password, the server was told nothing.
      if (due === "tell" && ctx.doubt === undefined) ctx.inform(CONNECTION.mute);
      if (due === "ask") ctx.send("PING", ALIVE);
      if (now >= (this.#answerEnds ?? Infinity)) {
        return ctx.refuse(CLIENT.unconfirmed);
      }
      if (now >= (ctx.resume.until ?? Infinity)) {
        if (!canMove(ctx)) forgetSecret(ctx);
        return ctx.end({ kind: "dead", reason: CONNECTION_FAULT.notAdmitted });
      }
      giveUp(ctx, now);
      if (now >= (ctx.topic?.until ?? Infinity)) tellTopic(ctx);
      if (now >= (ctx.lostName?.tryAt ?? Infinity)) regain(ctx);
      for (const room of [...ctx.rooms]) {
        if (now < (room.joinEnds ?? Infinity)) continue;
        shutOut(ctx, room, CLIENT.noAnswerToJoin(room.name), "", null);
      }
      if (now >= (ctx.login.run?.until ?? Infinity)) stopLogin(ctx);
      if (now < (ctx.phaseEnds ?? Infinity)) return;
      if (ctx.phase === "greeting") stopWaiting(ctx);
      // Another server may know the secret.
      else if (ctx.phase === "resuming" && !canMove(ctx)) resumeFailed(ctx);
      else if (ctx.phase === "nameBusy") claim(ctx);
      else if (ctx.phase === "loggingIn") stopLogin(ctx);
      else ctx.end({ kind: "dead", reason: CONNECTION_FAULT.notAdmitted });
    });
  }

  /**
   * The connection was lost. Nothing is told if the person is just answering a question.
   *
   * @param reason why, unless the server gave a reason.
   */
  lose(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      const quiet = ctx.asked || ctx.login.asking !== undefined || ctx.phase === "over" ||
        ctx.phase === "asking" && ctx.doubt !== undefined;
      // A connection that was found dead is offline already.
      if (ctx.nick !== "") ctx.history.lost ??= { at: now, heard: ctx.history.heardAt };
      disconnect(ctx);
      if (!quiet) ctx.emit({ type: "lost", reason: lossFault(ctx.farewell || reason) });
    });
  }

  claim(name: string, now: number): Step {
    return this.#step(now, (ctx) => claimName(ctx, name));
  }

  /** The account that the server says we are logged in to. */
  get account(): string | undefined {
    return this.#ctx.login.account;
  }

  /** The last account that we were logged in to, on this or an earlier connection. */
  get lastAccount(): string | undefined {
    return this.#ctx.login.last;
  }

  /** Why no account can be made now: a sentence; undefined if it can. */
  get signUpFault(): string | undefined {
    return signUpFault(this.#ctx);
  }

  /** The person gave the requested password, or an empty one to choose another name. */
  givePassword(password: string, now: number): Step {
    return this.#step(now, (ctx) => givePassword(ctx, password));
  }

  /** The person said whether to send a password although others can hear it. */
  confirm(yes: boolean, now: number): Step {
    return this.#step(now, (ctx) => confirm(ctx, yes));
  }

  /** Answers a request for the stored password of an account; undefined if there is none. */
  recalled(account: string, password: string | undefined, now: number): Step {
    return this.#step(now, (ctx) => recalled(ctx, account, password));
  }

  /** Answers a request for the proof of a challenge; undefined if there can be none. */
  proved(id: number, proof: Uint8Array | undefined, now: number): Step {
    return this.#step(now, (ctx) => proved(ctx, id, proof));
  }

  signUp(password: string, now: number): Step {
    return this.#step(now, (ctx) => signUp(ctx, password));
  }

  logIn(account: string, password: string, now: number): Step {
    return this.#step(now, (ctx) => logIn(ctx, { account, password }));
  }

  /**
   * Carries out a command. What it says is kept until the server has accepted it.
   *
   * @param where the room or person that the front end shows; empty for the first room.
   */
  perform(action: SessionAction, where: string, now: number): Step {
    return this.#step(now, (ctx) => perform(ctx, action, where));
  }

  /**
   * Tells others that the person is typing, if the server passes that on. Not to be called for
   * commands: nobody should wait for what is not said to them.
   *
   * @param where the room or person that the line is for.
   */
  typing(where: string, state: TypingState, now: number): Step {
    return this.#step(now, (ctx) => tellTyping(ctx, where, state));
  }

  /** Leaves as soon as the server has accepted all that was said. */
  finish(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      ctx.finishing = reason;
    });
  }

  /** Leaves as soon as the server has accepted what was sent; what still waits is dropped. */
  abandon(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      ctx.delivery.abandon();
      ctx.finishing = reason;
    });
  }

  /** Leaves at once. The last messages may be lost. */
  quit(reason: string, now: number): Step {
    return this.#step(now, (ctx) => leave(ctx, reason));
  }

  #step(now: number, run: (ctx: SessionContext) => void): Step {
    const ctx = this.#ctx;
    ctx.now = now;
    if (ctx.phase !== "over") run(ctx);
    if (pump(ctx)) leave(ctx, ctx.finishing!);
    return ctx.take();
  }
}

function leave(ctx: SessionContext, reason: string): void {
  if (ctx.phase !== "offline" && ctx.phase !== "over") ctx.send("QUIT", reason);
  ctx.end({ kind: "left" });
}

/** Whether the stay can go on with another server at once. */
function canMove({ elsewhere, isupport }: SessionContext): boolean {
  return elsewhere || isupport.nodes.length > 0;
}

/** Whether a line can hardly be of another protocol (HTTP, SMTP): its numbers have no source. */
function isIrc({ command, source }: Message): boolean {
  return /^\d{3}$/.test(command) ? source !== undefined : /^(CAP|NOTICE|PING|ERROR)$/.test(command);
}
