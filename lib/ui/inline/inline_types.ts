/**
 * What goes in and out of the interactive front end.
 * @module
 */
import type { FrontAction } from "../../client/input/action.ts";
import type { Clock } from "../format.ts";
import type { BellMode } from "../terminal/notify.ts";
import type { Size } from "./screen.ts";
import type { Style } from "../terminal/style.ts";
import type { QUESTIONS } from "../texts.ts";

export type { Size };

/** What is to be done because of a key. */
export type Intent =
  /** A line was typed for a place. Of several lines, separated by LF, it is never a command. */
  | { readonly do: "line"; readonly text: string; readonly place: string }
  /** The answer to the question that was asked. */
  | { readonly do: "answer"; readonly text: string }
  /** The person types, pauses or has given it up. */
  | {
    readonly do: "typing";
    readonly place: string;
    readonly state: "active" | "paused" | "done";
  }
  /** The person wants to leave. */
  | { readonly do: "leave" }
  /** The program is to be stopped until the shell continues it. */
  | { readonly do: "suspend" }
  /** All was garbled and is to be drawn again; the next drawing does. */
  | { readonly do: "redraw" };

/** What can be asked for. */
export type InlineQuestion = keyof typeof QUESTIONS;

/** What is typed as an answer to these is shown nowhere. */
export const SECRET_QUESTIONS: ReadonlySet<InlineQuestion> = new Set<InlineQuestion>([
  "password",
  "accountPassword",
  "newPassword",
  "newPasswordAgain",
]);

/** These can be left without an answer, which ends nothing else. */
export const OPTIONAL_QUESTIONS: ReadonlySet<InlineQuestion> = new Set<InlineQuestion>([
  "accountPassword",
  "newPassword",
  "newPasswordAgain",
  "remember",
]);

/**
 * What commands ask of this front end; `/save` is a matter of files, and accounts are one of the
 * session.
 */
export type InlineAction = Exclude<FrontAction, { readonly do: "save" | "register" | "login" }>;

/** Completes what is typed; as `complete` in lib/client/completion.ts. */
export type Complete = (
  text: string,
  cursor: number,
  around: { readonly names: readonly string[]; readonly rooms: readonly string[] },
) => { readonly from: number; readonly candidates: readonly string[] };

/** With what the front end starts. */
export interface InlineInit {
  /** How big the terminal is. */
  readonly size: Size;
  /** What the terminal can do: `detectStyle`. */
  readonly style: Style;
  /** When the bell rings. */
  readonly bell: BellMode;
  /** How times of day are written: `clockFor`. */
  readonly clock: Clock;
  /** The room that is entered first. It may change by {@linkcode InlineView.home}. */
  readonly home: string;
  /** Who is hidden. */
  readonly ignored: readonly string[];
  /** Now, in milliseconds since 1970. */
  readonly now: number;
  /** What Tab does; without it, nothing. */
  readonly complete?: Complete;
}

/** A room, as the session has it. */
export interface OpenRoom {
  /** Its name. */
  readonly name: string;
  /** Whether we are in it. */
  readonly state: "joining" | "inside" | "outside";
  /** Its topic; empty where there is none. */
  readonly topic: string;
  /** Who is in it. */
  readonly members: readonly {
    /** The name. */
    readonly name: string;
  }[];
}

/** Something that was said and that the server has not accepted yet. */
export interface UnsentLine {
  /** To whom. */
  readonly target: string;
  /** A message or a `/me`. */
  readonly kind: "privmsg" | "action";
  /** The text. */
  readonly text: string;
  /** Whether it is on its way. */
  readonly state: "waiting" | "sent";
}

/** What the front end shows of the session besides its events. */
export interface InlineView {
  /** Our name; empty before there is one. */
  readonly nick: string;
  /** The rooms. */
  readonly rooms: readonly OpenRoom[];
  /** What was said and is not accepted yet, oldest first. */
  readonly unsent: readonly UnsentLine[];
  /** Whether there is a connection: being made, made, or waited for. */
  readonly link: "connecting" | "up" | "waiting";
  /** When it dials again, in milliseconds since 1970; undefined where it does not wait. */
  readonly retryAt: number | undefined;
  /** The first room, where it is not the one of the beginning any more. */
  readonly home?: string;
}
