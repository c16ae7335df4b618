/**
 * What the parts of a session share while they handle one line.
 * @module
 */
import type { ChatEvent } from "./events.ts";
import type { Delivery } from "./delivery.ts";
import type { NamesReply } from "./names_reply.ts";

/**
 * Where a session stands.
 *
 * - `offline`: there is no connection.
 * - `greeting`: capabilities and the room's users were asked for.
 * - `asking`: a name is needed.
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
  | { readonly kind: "refused"; readonly reason: string };

/** What a session is to do; told once. */
export interface SessionOptions {
  /** The room to enter. */
  readonly room: string;
  /** The name to claim, where it is known in advance. */
  readonly name: string | undefined;
  /** The server's password, where there is one. */
  readonly password: string | undefined;
}

/** An event as a handler makes it: where it says no time, it happens now. */
export type Happening = ChatEvent extends infer E
  ? E extends ChatEvent ? Omit<E, "time"> & { readonly time?: number } : never
  : never;

/** The state of a session, and its ways out. */
export interface Context {
  /** The time of what is being handled, in milliseconds since 1970. */
  now: number;
  /** What it is to do. */
  readonly options: SessionOptions;
  /** What was said and is not yet accepted. */
  readonly delivery: Delivery;
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
  /** Whether USER was sent on this connection. */
  introduced: boolean;
  /** Whether the server has said anything that IRC servers say, on any connection. */
  spoke: boolean;
  /** The names that are coming in. */
  names: { readonly why: "arrived" | "entered" | "asked"; readonly reply: NamesReply } | undefined;
  /** The characters that mark a rank before a name. */
  symbols: string;
  /** What the server said before it closed the connection. */
  farewell: string | undefined;
  /** Queues a line. */
  send(command: string, ...params: string[]): void;
  /** Tells the front end. */
  emit(event: Happening): void;
  /** Ends. */
  end(end: End): void;
}

/** How far the capability negotiation has come. */
export type CapState =
  | { readonly step: "listing"; readonly offered: Set<string> }
  | { readonly step: "requesting"; readonly pending: Set<string> }
  | { readonly step: "done"; readonly refused: boolean };
