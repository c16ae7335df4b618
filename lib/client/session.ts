/**
 * One person's stay in a room, over as many connections as it takes.
 *
 * A pure state machine: what comes in and the time are arguments, what is to be sent and what has
 * happened are results. It never waits, and knows no socket.
 * @module
 */
import { actionText } from "../irc/ctcp.ts";
import { format, message, parse } from "../irc/message.ts";
import type { ChatEvent } from "./events.ts";
import type { Context, End, Happening, Phase, SessionOptions } from "./context.ts";
import { lossFault } from "./dial_fault.ts";
import { Delivery, type Outgoing } from "./delivery.ts";
import { claim, enter, greet, stopWaiting, unsendable } from "./handshake.ts";
import { handle } from "./handlers.ts";
import { Liveness } from "./liveness.ts";
import { NamesReply, USUAL_SYMBOLS } from "./names_reply.ts";
import { roomFor } from "./split.ts";

/** What comes of one call. */
export interface Step {
  /** Lines to send, in order, without their CR LF. */
  readonly send: readonly string[];
  /** What has happened, in order. */
  readonly events: readonly ChatEvent[];
  /** Set where the connection or the stay is to end, after the lines were sent. */
  readonly end: End | undefined;
}

/** What a session can use from its person now. */
export type Wants = "name" | "text" | "nothing";

/** The longest host that servers give their users, in bytes, while ours is not known. */
const HOST_BYTES = 63;

/** The longest user name that servers give, in bytes, `~` included. */
const USER_BYTES = 21;

/** What no line can hold (Modern IRC, "Message Format"). */
const UNUSABLE = /[\0\r\n]/;

/** A server that gives us a name as long as a line does not make us send letter by letter. */
const LEAST_BYTES = 64;

/** What the marks of an action add to its text, in bytes. */
const ACTION_BYTES = actionText("").length;

/** A stay. Every method that returns a {@linkcode Step} has to have it carried out. */
export class Session {
  readonly #ctx: Context;
  readonly #liveness = new Liveness();
  #send: string[] = [];
  #events: ChatEvent[] = [];
  #end: End | undefined;

  /** Makes one that has no connection yet. */
  constructor(options: SessionOptions) {
    this.#ctx = {
      now: 0,
      options,
      delivery: new Delivery(),
      phase: "offline",
      phaseEnds: undefined,
      wanted: undefined,
      asked: false,
      nick: "",
      source: undefined,
      entered: false,
      arrived: false,
      busy: 0,
      finishing: undefined,
      caps: { step: "listing", offered: new Set() },
      silentCaps: false,
      enabled: new Set(),
      introduced: false,
      spoke: false,
      names: undefined,
      symbols: USUAL_SYMBOLS,
      farewell: undefined,
      send: (command, ...params) => this.#send.push(format(message(command, params))),
      emit: (event) => this.#emit(event),
      end: (end) => {
        this.#end ??= end;
        this.#ctx.phase = end.kind === "dead" ? "offline" : "over";
      },
    };
    this.#ctx.wanted = options.name;
  }

  /** Where it stands. */
  get phase(): Phase {
    return this.#ctx.phase;
  }

  /** Our name as the server has it; empty before the first welcome. */
  get nick(): string {
    return this.#ctx.nick;
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
    const { asked, entered, delivery } = this.#ctx;
    if (asked) return "name";
    return entered && !delivery.full ? "text" : "nothing";
  }

  /** When {@linkcode tick} is to be called, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    const { phase, phaseEnds, delivery } = this.#ctx;
    if (phase === "offline" || phase === "over") return undefined;
    const times = [phaseEnds, this.#liveness.wakeAt, delivery.barrierAt];
    return times.reduce((a, b) => a === undefined || b !== undefined && b < a ? b : a);
  }

  /** A connection is there. */
  open(now: number): Step {
    return this.#step(now, (ctx) => {
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
      if (/^(\d{3}|CAP|NOTICE|PING|ERROR)$/.test(received.command)) ctx.spoke = true;
      handle(ctx, received);
    });
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
      if (ctx.phaseEnds === undefined || now < ctx.phaseEnds) return;
      if (ctx.phase === "greeting") stopWaiting(ctx);
      else if (ctx.phase === "nameBusy") claim(ctx);
      else ctx.end({ kind: "dead", reason: "the server does not let us in" });
    });
  }

  /**
   * The connection is gone, for the reason that it gives where the server gave none. While a name
   * is being thought about, nobody needs to know.
   */
  lose(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      const quiet = ctx.asked || ctx.phase === "over";
      ctx.delivery.reset();
      if (ctx.phase !== "over") ctx.phase = "offline";
      ctx.phaseEnds = undefined;
      ctx.names = undefined;
      if (!quiet) ctx.emit({ type: "lost", reason: lossFault(ctx.farewell || reason) });
    });
  }

  /** The person chose a name. It is claimed as soon as that can be. */
  claim(name: string, now: number): Step {
    return this.#step(now, (ctx) => {
      const wanted = name.trim().normalize("NFC");
      const reason = unsendable(wanted);
      if (reason !== undefined) {
        ctx.emit({ type: "nameRefused", name: wanted, reason, keeps: ctx.nick || null });
        if (ctx.asked) ctx.emit({ type: "askName" });
        return;
      }
      ctx.asked = false;
      const registered = ctx.phase === "inside" || ctx.phase === "outside" ||
        ctx.phase === "joining";
      if (registered) {
        ctx.send("NICK", wanted);
        return;
      }
      ctx.wanted = wanted;
      if (ctx.phase === "asking" || ctx.phase === "nameBusy") claim(ctx);
    });
  }

  /** Says something to the room. Kept until the server has accepted it. */
  say(text: string, now: number): Step {
    return this.tell({ target: this.#ctx.options.room, kind: "privmsg", text }, now);
  }

  /** Does something in the room (`/me`). Kept until the server has accepted it. */
  act(text: string, now: number): Step {
    return this.tell({ target: this.#ctx.options.room, kind: "action", text }, now);
  }

  /** Says something to anyone. Kept until the server has accepted it. */
  tell(item: Outgoing, now: number): Step {
    // No front end lets these through; they would end the line on the wire.
    const text = item.text.replace(/[\0\r\n]/g, " ");
    return this.#step(now, (ctx) => ctx.delivery.add({ ...item, text }));
  }

  /** Asks who is in the room. */
  who(now: number): Step {
    return this.#step(now, (ctx) => {
      if (ctx.phase !== "inside") {
        ctx.emit({ type: "error", text: "You are not in the chat room now.", code: null });
      } else {
        ctx.names = { why: "asked", reply: new NamesReply() };
        ctx.send("NAMES", ctx.options.room);
      }
    });
  }

  /** Leaves as soon as all that was said is accepted; at once where nothing is left. */
  finish(reason: string, now: number): Step {
    return this.#step(now, (ctx) => {
      ctx.finishing = reason;
    });
  }

  /** Leaves at once. What was said last may be lost. */
  quit(reason: string, now: number): Step {
    return this.#step(now, (ctx) => this.#leave(ctx, reason));
  }

  #leave(ctx: Context, reason: string): void {
    if (ctx.phase !== "offline" && ctx.phase !== "over") ctx.send("QUIT", reason);
    ctx.end({ kind: "left" });
  }

  #step(now: number, run: (ctx: Context) => void): Step {
    this.#ctx.now = now;
    if (this.#ctx.phase !== "over") run(this.#ctx);
    this.#pump(this.#ctx);
    const step = { send: this.#send, events: this.#events, end: this.#end };
    this.#send = [];
    this.#events = [];
    this.#end = undefined;
    return step;
  }

  /** Sends what can be sent now, and leaves where all is done. */
  #pump(ctx: Context): void {
    const { delivery, now } = ctx;
    if (ctx.phase === "outside" && delivery.waiting) enter(ctx);
    if (ctx.phase === "inside") {
      for (;;) {
        const item = delivery.next(now, (item) => this.#roomFor(item));
        if (item === undefined) break;
        const action = item.kind === "action";
        ctx.send("PRIVMSG", item.target, action ? actionText(item.text) : item.text);
      }
    }
    if (ctx.phase === "inside" || ctx.phase === "outside") {
      const soon = ctx.finishing !== undefined || !ctx.enabled.has("echo-message");
      const token = delivery.barrier(now, soon);
      if (token !== undefined) ctx.send("PING", token);
    }
    const settled = delivery.size === 0 && ctx.phase !== "over";
    if (ctx.finishing !== undefined && settled) this.#leave(ctx, ctx.finishing);
  }

  #roomFor(item: Outgoing): number {
    const { nick, source } = this.#ctx;
    const guess = `${nick}!${"u".repeat(USER_BYTES)}@${"h".repeat(HOST_BYTES)}`;
    const room = roomFor(source ?? guess, "PRIVMSG", item.target);
    return Math.max(LEAST_BYTES, room - (item.kind === "action" ? ACTION_BYTES : 0));
  }

  #emit(event: Happening): void {
    this.#events.push({ ...event, time: event.time ?? this.#ctx.now } as ChatEvent);
  }
}
