/**
 * What the parts of a session share while they handle one line.
 * @module
 */
import type { Tags } from "../../irc/message.ts";
import type { Folded } from "../../irc/names.ts";
import type { Answers } from "./answers.ts";
import type { Batches } from "./batches.ts";
import type { Outbound } from "./outbound.ts";
import type { Happening } from "../events.ts";
import type { History } from "./shown_history.ts";
import type { Hostmasks } from "./hostmasks.ts";
import type { Isupport } from "./isupport.ts";
import type { LoginOptions, LoginRequest, LoginState } from "./login_state.ts";
import type { NamesReply } from "./names_reply.ts";
import type { Rooms } from "./rooms.ts";
import type { Asked, Insecure, Secrecy } from "./doubt.ts";
import type { TypingOut } from "./typing.ts";

/**
 * Where a session stands, as seen from its first room; the others are entered and left meanwhile.
 *
 * - `offline`: there is no connection.
 * - `greeting`: capabilities and the room's users were asked for.
 * - `asking`: a name is needed, or a password for one.
 * - `loggingIn`: the name is known, and a login for it goes on before it is claimed.
 * - `claiming`: a name was sent, the welcome has not come.
 * - `nameBusy`: our name from before is held by somebody; it is tried again now and then.
 * - `joining`: registered, on the way into the room.
 * - `inside`: in the room.
 * - `outside`: registered, removed from the room.
 * - `over`: it has said good-bye.
 */
export type Phase =
  | "offline"
  | "greeting"
  | "asking"
  | "loggingIn"
  | "claiming"
  | "nameBusy"
  | "joining"
  | "inside"
  | "outside"
  | "over";

/** How a session says that its connection, or it itself, is to end. */
export type End =
  /** All is said, QUIT is the last line: close, and leave. */
  | { readonly kind: "left" }
  /** The connection is dead: close it, and dial again. */
  | { readonly kind: "dead"; readonly reason: string }
  /** It makes no sense to go on: leave, and say why. */
  | {
    readonly kind: "refused";
    readonly reason: string;
    /** What would help, where that is known. */
    readonly wants?: "password";
  };

/** What a session is to do; told once. */
export interface SessionOptions {
  /** The room to enter. */
  readonly room: string;
  /** The name to claim, where it is known in advance. */
  readonly name: string | undefined;
  /** The server's password, where there is one. */
  readonly password: string | undefined;
  /** The secret of an invitation, which goes in its place; its owner has said where it may go. */
  readonly invitation?: string | undefined;
  /** What is done if others can hear a password; it is not sent if this is left out. */
  readonly insecure?: Insecure | undefined;
  /** The word that lets one into the room, where there is one. */
  readonly key?: string | undefined;
  /** Whether others may be told that one types; they are unless this is false. */
  readonly typing?: boolean | undefined;
  /** Whether messages of several lines can be shown, and are sent as one. */
  readonly multiline?: boolean | undefined;
  /**
   * Whether one stays on the server where the first room can't be entered: a person can do
   * something about it, or go elsewhere. Else that is the end.
   */
  readonly stays?: boolean | undefined;
  /**
   * Whether old messages are asked for: on entering and those that were missed; or only what was
   * missed between two connections, and on entering the server shows as many as it wants to.
   */
  readonly history?: boolean | "missed" | undefined;
  /** How it logs in to accounts; it doesn't where this is left out. */
  readonly login?: LoginOptions | undefined;
}

/** The state of a session, and its ways out. */
export interface SessionContext {
  /** The time of what is being handled, in milliseconds since 1970. */
  now: number;
  /** What it is to do. */
  readonly options: SessionOptions;
  /** What was said and is not yet accepted. */
  readonly delivery: Outbound;
  /** What the server can do. */
  readonly isupport: Isupport;
  /** The rooms, but for the first before it was tried to enter it. */
  readonly rooms: Rooms;
  /** The room that the phase speaks of: the first one, or another where that was left. */
  home: string;
  /** What is coming in as one. */
  readonly batches: Batches;
  /** Which old messages are there, and which are on their way. */
  readonly history: History;
  /** Answers of several lines that are coming in. */
  readonly answers: Answers;
  /** What was told of our typing. */
  readonly typing: TypingOut;
  /** The hosts of others. */
  readonly hosts: Hostmasks;
  /** What it knows of its account. */
  readonly login: LoginState;
  /** Who can hear what is sent on this connection. */
  secrecy: Secrecy;
  /** The questions whether a password may be sent all the same that were answered with yes. */
  readonly agreed: Set<string>;
  /** Such a question that waits for its answer. */
  doubt: Asked | undefined;
  /** Where it stands. */
  phase: Phase;
  /** When the phase has taken too long (or, for `nameBusy`, is to be tried again). */
  phaseEnds: number | undefined;
  /** The name that the person wants; undefined where one has to be asked for. */
  wanted: string | undefined;
  /** Whether the person was asked for a name and has not answered. */
  asked: boolean;
  /** Our name, as the server has it. */
  nick: string;
  /** `nick!user@host` as others see us; undefined until it is known. */
  source: string | undefined;
  /** Whether the room was entered before. */
  entered: boolean;
  /** Whether those in the room were shown, or could not be. */
  arrived: boolean;
  /** How often in a row our name from before was found busy. */
  busy: number;
  /** Everything is said: leave when it is accepted. */
  finishing: string | undefined;
  /** The server's answer to CAP: not yet here, asked for these, or all settled. */
  caps: CapState;
  /** Whether this server keeps silent about CAP; then it is not asked again. */
  silentCaps: boolean;
  /** The capabilities that are on. */
  readonly enabled: Set<string>;
  /** What the server said beside the name of a capability that it offers. */
  readonly capValues: Map<string, string>;
  /** Whether USER was sent on this connection. */
  introduced: boolean;
  /** Whether the server has said anything that IRC servers say, on any connection. */
  spoke: boolean;
  /** The names that are coming in, by room. */
  readonly names: Map<Folded, Listing>;
  /** The topic that was found and whose setter may still be told. */
  topic: { readonly room: string; readonly text: string; readonly until: number } | undefined;
  /** Why we are not there, as we said; undefined while we are. */
  away: string | undefined;
  /** A name of ours that somebody else has now; it is taken back when it is free. */
  lostName: { readonly name: string; tries: number; tryAt: number } | undefined;
  /** Until when all that the server answers is told in its own words. */
  rawUntil: number;
  /** What the server said before it closed the connection. */
  farewell: string | undefined;
  /**
   * Queues a line. Its last parameter is cut where the line would be too long; what can't be a
   * line at all is not sent.
   *
   * @returns whether it is sent.
   */
  send(command: string, ...params: string[]): boolean;
  /** Queues a line with tags, as {@linkcode send} does. */
  sendTagged(tags: Tags, command: string, ...params: string[]): boolean;
  /** Queues a line as it is. */
  sendRaw(line: string): void;
  /** Asks for what a session can't do itself. */
  request(request: LoginRequest): void;
  /** Tells the front end. */
  emit(event: Happening): void;
  /** Ends. */
  end(end: End): void;
}

/** The names of a room that are coming in. */
export interface Listing {
  /** For what they were asked. */
  readonly why: "arrived" | "entered" | "asked";
  /** What has come of them. */
  readonly reply: NamesReply;
}

/** How far the capability negotiation has come. */
export type CapState =
  | { readonly step: "listing"; readonly offered: Set<string> }
  | { readonly step: "requesting"; readonly pending: Set<string> }
  | { readonly step: "done"; readonly refused: boolean };
