/**
 * What happens in a chat, as the front ends are told.
 *
 * These are also the objects that `chat join --json` prints, one a line, with `time` as an ISO 8601
 * string: fields are added over time, never renamed or taken away.
 *
 * All text in them is as the server sent it: whoever shows it to a person makes it harmless first
 * (`visible` in lib/ui/text.ts).
 * @module
 */

/** What every event has. */
export interface EventBase {
  /** When it happened, in milliseconds since 1970: the server's word where it gives one. */
  readonly time: number;
}

/** A connection is being made. */
export interface Dialling extends EventBase {
  /** Tells it from other events. */
  readonly type: "dialling";
  /** `host:port`. */
  readonly address: string;
}

/** Who is in the room. */
export interface Users extends EventBase {
  /** Tells it from other events. */
  readonly type: "users";
  /** The room. */
  readonly room: string;
  /** Their names, in the server's order. */
  readonly users: readonly string[];
  /** How many more there are: the list is bounded. */
  readonly more: number;
  /** On arrival before a name is chosen, after having entered, or because it was asked for. */
  readonly why: "arrived" | "entered" | "asked";
}

/** A username is needed: the next line of input is taken as one. */
export interface AskName extends EventBase {
  /** Tells it from other events. */
  readonly type: "askName";
}

/** The username asked for can't be had. */
export interface NameRefused extends EventBase {
  /** Tells it from other events. */
  readonly type: "nameRefused";
  /** The name asked for. */
  readonly name: string;
  /** Why not: a sentence without its full stop. */
  readonly reason: string;
  /** The name that one has and keeps; null where one has none yet. */
  readonly keeps: string | null;
}

/** Our own name is still held, most likely by our lost connection; it is tried again. */
export interface NameBusy extends EventBase {
  /** Tells it from other events. */
  readonly type: "nameBusy";
  /** The name. */
  readonly name: string;
}

/** We are in the room. */
export interface Entered extends EventBase {
  /** Tells it from other events. */
  readonly type: "entered";
  /** The room. */
  readonly room: string;
  /** Our name. */
  readonly name: string;
  /** Whether we were in it before and come back. */
  readonly again: boolean;
}

/** Somebody said something. */
export interface Said extends EventBase {
  /** Tells it from other events. */
  readonly type: "message";
  /** What it is: a message, a notice (never to be answered by a program), or a `/me`. */
  readonly kind: "privmsg" | "notice" | "action";
  /** Who said it; the server's name where the server speaks. */
  readonly from: string;
  /** To whom: the room, or our name where it is private. */
  readonly target: string;
  /** What was said. */
  readonly text: string;
  /** Whether it was said to us alone. */
  readonly private: boolean;
  /** Whether the server itself speaks. */
  readonly server: boolean;
  /** Whether it is ours: it tells that the server has accepted it. */
  readonly own: boolean;
}

/** Somebody came in. */
export interface Joined extends EventBase {
  /** Tells it from other events. */
  readonly type: "joined";
  /** Who. */
  readonly name: string;
  /** Where. */
  readonly room: string;
}

/** Somebody went. */
export interface Left extends EventBase {
  /** Tells it from other events. */
  readonly type: "left";
  /** Who. */
  readonly name: string;
  /** Left the room, left the server, or was removed from the room. */
  readonly how: "part" | "quit" | "kick";
  /** Who removed them; null where nobody did. */
  readonly by: string | null;
  /** What was said about it; may be empty. */
  readonly reason: string;
}

/** We are no longer in the room, though still on the server; saying something takes us back. */
export interface Removed extends EventBase {
  /** Tells it from other events. */
  readonly type: "removed";
  /** The room. */
  readonly room: string;
  /** Who removed us; null where nobody did. */
  readonly by: string | null;
  /** What was said about it; may be empty. */
  readonly reason: string;
}

/** Somebody has another name now. */
export interface Renamed extends EventBase {
  /** Tells it from other events. */
  readonly type: "renamed";
  /** The old name. */
  readonly from: string;
  /** The new name. */
  readonly to: string;
  /** Whether it is us. */
  readonly own: boolean;
}

/** The room's topic. */
export interface Topic extends EventBase {
  /** Tells it from other events. */
  readonly type: "topic";
  /** The room. */
  readonly room: string;
  /** The topic; empty where there is none any more. */
  readonly text: string;
  /** Who changed it; null where it is just what we find. */
  readonly by: string | null;
}

/** An answer to something that was asked, in plain words. */
export interface Info extends EventBase {
  /** Tells it from other events. */
  readonly type: "info";
  /** One line. */
  readonly text: string;
}

/** Something could not be done, in plain words. */
export interface Failed extends EventBase {
  /** Tells it from other events. */
  readonly type: "error";
  /** One sentence. */
  readonly text: string;
  /** The numeric or code that the server gave; null where it is not from the server. */
  readonly code: string | null;
}

/** A line of input was not sent. */
export interface NotSent extends EventBase {
  /** Tells it from other events. */
  readonly type: "notSent";
  /** Why, in plain words. */
  readonly text: string;
  /** The line. */
  readonly line: string;
}

/** The connection is gone. */
export interface Lost extends EventBase {
  /** Tells it from other events. */
  readonly type: "lost";
  /** Why, in plain words, without a full stop. */
  readonly reason: string;
}

/** We will dial again. */
export interface Retrying extends EventBase {
  /** Tells it from other events. */
  readonly type: "retrying";
  /** In how many milliseconds. */
  readonly after: number;
  /** Why the last attempt failed; null right after a loss. */
  readonly reason: string | null;
}

/** The end: the program exits. */
export interface Closed extends EventBase {
  /** Tells it from other events. */
  readonly type: "closed";
  /** The exit status. */
  readonly status: number;
  /** Why, in plain words; null where one simply left. */
  readonly reason: string | null;
}

/** Everything that can happen. */
export type ChatEvent =
  | Dialling
  | Users
  | AskName
  | NameRefused
  | NameBusy
  | Entered
  | Said
  | Joined
  | Left
  | Removed
  | Renamed
  | Topic
  | Info
  | Failed
  | NotSent
  | Lost
  | Retrying
  | Closed;
