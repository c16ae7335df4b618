/**
 * The state of a session, which its parts share while they handle one line.
 * @module
 */
import type { Tags } from "../../irc/message.ts";
import type { Folded } from "../../irc/names.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import { BoundedSet } from "../../collections/bounded_set.ts";
import { Answers } from "./answers.ts";
import { Batches } from "./batches.ts";
import { Outbound } from "./outbound.ts";
import type { ChatEvent, Happening, Users } from "../events.ts";
import { History } from "./shown_history.ts";
import { Hostmasks } from "./hostmasks.ts";
import { Isupport } from "./isupport.ts";
import { type LoginOptions, type LoginRequest, LoginState } from "./login_state.ts";
import { type ResumeSecret, ResumeState } from "./resume_state.ts";
import { Rooms } from "./rooms.ts";
import type { Asked, Insecure, Secrecy } from "./doubt.ts";
import { TypingOut } from "./typing.ts";
import { lineOf } from "./wire.ts";
import { CONNECTION_FAULT } from "../../wording/reaching.ts";

/**
 * The phase of a session with regard to its first room; other rooms are entered and left meanwhile.
 *
 * - `offline`: there is no connection.
 * - `greeting`: capabilities and the room's users were requested.
 * - `resuming`: the secret was shown by which the stay goes on that was lost.
 * - `asking`: a name is needed, or a password for one.
 * - `loggingIn`: the name is known, and a login for it runs before it is claimed.
 * - `claiming`: a name was sent, the welcome has not come.
 * - `nameBusy`: somebody holds our previous name; it is tried again from time to time.
 * - `joining`: registered, JOIN was sent.
 * - `inside`: in the room.
 * - `outside`: registered, removed from the room.
 * - `over`: QUIT was sent.
 */
export type Phase =
  | "offline"
  | "greeting"
  | "resuming"
  | "asking"
  | "loggingIn"
  | "claiming"
  | "nameBusy"
  | "joining"
  | "inside"
  | "outside"
  | "over";

/** How a connection or the whole session ends. */
export type End =
  /** QUIT is the last line: close the connection and leave. */
  | { readonly kind: "left" }
  /** The connection is dead: close it and dial again. */
  | { readonly kind: "dead"; readonly reason: string }
  /** Dialling again would not help: leave and say why. */
  | {
    readonly kind: "refused";
    readonly reason: string;
    /** What would help, if that is known. */
    readonly wants?: "password";
  };

export interface Step {
  /** Lines to send, in order, without their CR LF. */
  readonly send: readonly string[];
  readonly events: readonly ChatEvent[];
  /** What the shell has to look up or compute; each answer is a step of its own. */
  readonly requests: readonly LoginRequest[];
  /** Set if the connection or the stay ends after the lines are sent. */
  readonly end: End | undefined;
  /**
   * Set by a command that says where the next lines go: the room, or null if the command failed, so
   * that the person does not say there what was meant for another room.
   */
  readonly destination: string | null | undefined;
}

export interface SessionOptions {
  readonly room: string;
  /** Whether the person named no room: then `room` is entered only on a server of this project. */
  readonly unnamed?: boolean | undefined;
  readonly name: string | undefined;
  readonly password: string | undefined;
  /** The secret of an invitation, sent as the password; its owner has said where it may go. */
  readonly invitation?: string | undefined;
  /** What to do if others can hear a password; it is not sent if this is left out. */
  readonly insecure?: Insecure | undefined;
  readonly key?: string | undefined;
  /** What CTCP VERSION is answered: the name of the program and its version. */
  readonly version?: string | undefined;
  /** Whether others are told that the person is typing, which is the default. */
  readonly typing?: boolean | undefined;
  /** Whether messages of several lines can be shown and are sent as one. */
  readonly multiline?: boolean | undefined;
  /**
   * Whether a person sits before a screen. The session then stays on the server if the first room
   * can't be entered, since the person can do something about it; else that is the end.
   */
  readonly stays?: boolean | undefined;
  /**
   * Whether there is somebody who can choose another name. If not, a name that the server keeps for
   * a lost connection is waited for: a program that was killed is often started again at once.
   */
  readonly person?: boolean | undefined;
  /**
   * Which old messages to request: those from before entering and those that were missed (true), or
   * only those that were missed between two connections.
   */
  readonly history?: boolean | "missed" | undefined;
  /** The secret of a stay to go on with, of an earlier session. */
  readonly secret?: ResumeSecret | undefined;
  /** How to log in to accounts; it does not if this is left out. */
  readonly login?: LoginOptions | undefined;
}

/** The most lines that wait while a stay is taken over: few, unless the server asks without end. */
const MOST_HELD = 2000;

/** The most people of private conversations that are remembered. */
const MOST_PEOPLE = 500;

export class SessionContext {
  /** The time of what is being handled, in milliseconds since 1970. */
  now = 0;
  readonly options: SessionOptions;
  /** What was said and is not yet accepted. */
  readonly delivery: Outbound = new Outbound();
  readonly isupport: Isupport = new Isupport();
  /** The rooms; the first one only after JOIN was sent for it. */
  readonly rooms: Rooms = new Rooms(this.isupport);
  /** The room that `phase` is about: the first one, or another if that was left; may be empty. */
  home: string;
  readonly batches: Batches = new Batches();
  /** Which old messages were shown, and which were requested. */
  readonly history: History = new History();
  readonly answers: Answers = new Answers();
  readonly typing: TypingOut = new TypingOut();
  readonly hosts: Hostmasks = new Hostmasks(this.isupport);
  readonly login: LoginState;
  readonly resume: ResumeState = new ResumeState();
  /** Who can hear what is sent on this connection. */
  secrecy: Secrecy = "open";
  /** The host of this connection's server, if it is another one than before. */
  host: string | undefined;
  /** Whether other servers of the same chat are known, from this connection or an earlier one. */
  elsewhere = false;
  /** The questions about sending a password that were answered with yes. */
  readonly agreed: Set<string> = new Set();
  /** Such a question that is not answered yet. */
  doubt: Asked | undefined;
  phase: Phase = "offline";
  /** When the phase times out, or `nameBusy` tries again. */
  phaseEnds: number | undefined;
  /** The name that the person wants; undefined if the session has to ask for one. */
  wanted: string | undefined;
  /** Whether the person was asked for a name and has not answered. */
  asked = false;
  /** Our name, as the server has it. */
  nick = "";
  /** `nick!user@host` as others see us; undefined until it is known. */
  source: string | undefined;
  entered = false;
  /** Whether the users of the room were shown, or could not be. */
  arrived = false;
  /** How often in a row our previous name was found busy. */
  busy = 0;
  /** The reason of a QUIT that is sent as soon as everything that was said is accepted. */
  finishing: string | undefined;
  caps: CapState = { step: "listing", offered: new Set(), hasBegun: false };
  /** Whether this server answers CAP, once that is known; if not, it is not asked again. */
  answersCap: boolean | undefined;
  /**
   * How many connections in a row ended because the server did not list its capabilities, though it
   * has before.
   */
  silences = 0;
  readonly enabled: Set<string> = new Set();
  /** The values of the capabilities that the server offers. */
  readonly capValues: Map<string, string> = new Map();
  introduced = false;
  /** Whether the server has ever sent something that only IRC servers send. */
  spoke = false;
  /** The answers to NAMES that are coming in, by room. */
  readonly names: Map<Folded, Listing> = new Map();
  /** The topic found on entering, while the line with its setter may still come. */
  topic: { readonly room: string; readonly text: string; readonly until: number } | undefined;
  away: string | undefined;
  /** A name of ours that somebody else has now; it is taken back when it is free. */
  lostName: { readonly name: string; tries: number; tryAt: number } | undefined;
  /** Until when the server's answers are told in its own words, after `/raw`. */
  rawUntil = 0;
  /** The message of the day: its lines so far, whether the person asked, and what was told before. */
  readonly motd: { lines: string[]; asked: boolean; told: string | undefined } = {
    lines: [],
    asked: false,
    told: undefined,
  };
  /** The people of private conversations: those who are there, watched by MONITOR, or have left. */
  readonly people = {
    known: new BoundedMap<Folded, string>(MOST_PEOPLE),
    watched: new Set<Folded>(),
    gone: new BoundedSet<Folded>(MOST_PEOPLE),
  };
  /** The ids of the last messages of others, by place. */
  readonly lastHeard: BoundedMap<Folded, string> = new BoundedMap(MOST_PEOPLE);
  /** Whether the server is one of this project. */
  isOurs = false;
  /** Whether the first room waits until it is known whose server this is. */
  undecided = false;
  /** When the last CTCP requests were answered, in milliseconds since 1970. */
  readonly ctcpAnswers: number[] = [];
  /** The text of the server's ERROR. */
  farewell: string | undefined;
  #send: string[] = [];
  /** The lines that wait; undefined if none has to. */
  #held: string[] | undefined;
  #events: ChatEvent[] = [];
  #requests: LoginRequest[] = [];
  #end: End | undefined;
  /** {@linkcode Step.destination} of the step being taken. */
  destination: string | null | undefined;

  constructor(options: SessionOptions) {
    this.options = options;
    this.home = options.room;
    this.resume.secret = options.secret;
    this.wanted = options.name;
    this.login = new LoginState(options.login?.given);
  }

  /**
   * Queues a line. Its last parameter is cut if the line would be too long; what can't be a line at
   * all is not sent.
   *
   * @returns whether it is sent.
   */
  send(command: string, ...params: string[]): boolean {
    return this.#queue(lineOf(command, params));
  }

  /** Queues a line with tags, as {@linkcode send} does. */
  sendTagged(tags: Tags, command: string, ...params: string[]): boolean {
    return this.#queue(lineOf(command, params, tags));
  }

  /** Queues a line as it is. */
  sendRaw(line: string): void {
    (this.#held ?? this.#send).push(line);
    if ((this.#held?.length ?? 0) <= MOST_HELD) return;
    this.dropHeld();
    this.resume.secret = undefined;
    this.end({ kind: "dead", reason: CONNECTION_FAULT.notAdmitted });
  }

  #queue(line: string | undefined): boolean {
    if (line !== undefined) this.sendRaw(line);
    return line !== undefined;
  }

  /** From now on, lines wait until {@linkcode letGo}. */
  hold(): void {
    this.#held ??= [];
  }

  /** The lines that wait need not any more. */
  letGo(): void {
    this.#send.push(...this.#held ?? []);
    this.#held = undefined;
  }

  /** The connection is gone, and with it the lines that wait. */
  dropHeld(): void {
    this.#held = undefined;
  }

  /** Requests what the session can't do itself. */
  request(request: LoginRequest): void {
    this.#requests.push(request);
  }

  /** Tells the front end. An event without a time happens now. */
  emit(event: Happening): void {
    this.#events.push({ ...event, time: event.time ?? this.now } as ChatEvent);
  }

  /** Tells the person something: one sentence, about a place if one is given. */
  inform(text: string, place?: string): void {
    this.emit({ type: "info", text, ...(place === undefined ? {} : { place }) });
  }

  /** Tells the person that something could not be done, as {@linkcode inform} does. */
  fail(text: string, place?: string): void {
    this.emit({ type: "error", text, code: null, ...(place === undefined ? {} : { place }) });
  }

  /** Ends the session with a reason for the person: one sentence. */
  refuse(reason: string): void {
    this.end({ kind: "refused", reason });
  }

  /** Ends the connection or the session. The first reason counts. */
  end(end: End): void {
    this.#end ??= end;
    this.phase = end.kind === "dead" ? "offline" : "over";
    // A farewell must not wait.
    this.letGo();
    if (end.kind !== "dead") this.resume.secret = undefined;
  }

  /** Enters a phase, with a timeout in milliseconds if it has one. */
  enterPhase(phase: Phase, timeout?: number): void {
    this.phase = phase;
    this.phaseEnds = timeout === undefined ? undefined : this.now + timeout;
  }

  /** Takes what was queued since the last call. */
  take(): Step {
    const step = {
      send: this.#send,
      events: this.#events,
      requests: this.#requests,
      end: this.#end,
      destination: this.destination,
    };
    [this.#send, this.#events, this.#requests] = [[], [], []];
    this.#end = this.destination = undefined;
    return step;
  }
}

/** An answer to NAMES that is coming in. */
export interface Listing {
  readonly why: Users["why"];
  readonly users: string[];
  more: number;
}

export type CapState =
  | { readonly step: "listing"; readonly offered: Set<string>; hasBegun: boolean }
  | { readonly step: "requesting"; readonly pending: Set<string> }
  | { readonly step: "done"; readonly refused: boolean };
