/**
 * Inputs and outputs of the interactive front end.
 * @module
 */
import type { FrontAction, SessionAction } from "../../client/input/action.ts";
import type { TypingState } from "../../client/session/typing.ts";
import type { Clock } from "../format.ts";
import type { BellMode } from "../terminal/notify.ts";
import type { Size } from "./screen.ts";
import type { Style } from "../terminal/style.ts";

export type { Size };

/** What the shell has to do because of a key or a typed line. */
export type Intent =
  | { readonly do: "perform"; readonly action: SessionAction; readonly place: string }
  /** Takes the answer to the open question. */
  | { readonly do: "answer"; readonly text: string }
  /** Tells others that the person types, pauses, or has given it up. */
  | { readonly do: "typing"; readonly place: string; readonly state: TypingState }
  /** Asks about an account, or leaves. */
  | Extract<FrontAction, { readonly do: "register" | "login" | "leave" }>
  | { readonly do: "save"; readonly file: string; readonly text: string }
  /** Stores who is hidden in the settings. */
  | { readonly do: "remember"; readonly ignore: readonly string[] }
  /** Stops the program until the shell continues it. */
  | { readonly do: "suspend" };

/** An action that this front end carries out itself. */
export type LocalAction = Exclude<
  FrontAction,
  { readonly do: "save" | "register" | "login" | "leave" }
>;

export interface InlineInit {
  readonly size: Size;
  /** What the terminal can do: `detectStyle`. */
  readonly style: Style;
  readonly bell: BellMode;
  readonly clock: Clock;
  /** The first room. It may change by `InlineView.home`. */
  readonly home: string;
  readonly ignored: readonly string[];
  /** Now, in milliseconds since 1970. */
  readonly now: number;
}
