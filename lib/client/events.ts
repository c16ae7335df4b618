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
  /** `host:port`, or only the host where none was given. */
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
  /** Those who run the room; left out where we are not in it. */
  readonly operators?: readonly string[];
  /** Those who are known to be away; left out where we are not in it. */
  readonly away?: readonly string[];
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
  /** What was said. Of a message of several lines they are separated by LF. */
  readonly text: string;
  /** Whether it was said to us alone. */
  readonly private: boolean;
  /** Whether the server itself speaks. */
  readonly server: boolean;
  /** Whether it is ours: it tells that the server has accepted it. */
  readonly own: boolean;
  /**
   * Where it belongs, and an answer goes: the room, with the symbols of `only` before it; or the
   * other person's name if it is private. Empty for what the server says of itself.
   */
  readonly place: string;
  /**
   * The symbols of those in the room to whom alone it was said: `@` for its operators; null if it
   * was said to all, or privately.
   */
  readonly only: string | null;
  /** The server's id of it; null where it gives none. */
  readonly msgid: string | null;
  /** Whether it was said while we were not there: before we came, or while we were cut off. */
  readonly old: boolean;
  /**
   * Why an old message comes: we came in, we were cut off, or older ones were asked for; left out if
   * the server sent it by itself, and of a new one.
   */
  readonly why?: "entered" | "missed" | "asked";
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
  /** The rooms of ours that they were in. Empty where that is not known. */
  readonly rooms: readonly string[];
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
  /** The rooms of ours that they are in. Empty where that is not known. */
  readonly rooms: readonly string[];
}

/** A room of ours has another name now; who is in it stays. */
export interface RoomRenamed extends EventBase {
  /** Tells it from other events. */
  readonly type: "roomRenamed";
  /** The old name. */
  readonly from: string;
  /** The new name. */
  readonly to: string;
  /** Who renamed it. */
  readonly by: string;
  /** What was said about it; may be empty. */
  readonly reason: string;
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
  /** Who had set what we find; null where that is not known, or where it changes now. */
  readonly setBy: string | null;
  /** When what we find was set, in milliseconds since 1970; null as above. */
  readonly setAt: number | null;
}

/** An answer to something that was asked, in plain words. */
export interface Info extends EventBase {
  /** Tells it from other events. */
  readonly type: "info";
  /** One line. */
  readonly text: string;
  /** The room or the person that it is about; left out where it is about none. */
  readonly place?: string;
  /** Who caused it; left out where it was nobody else. */
  readonly by?: string;
}

/** Something could not be done, in plain words. */
export interface Failed extends EventBase {
  /** Tells it from other events. */
  readonly type: "error";
  /** One sentence. */
  readonly text: string;
  /** The numeric or code that the server gave; null where it is not from the server. */
  readonly code: string | null;
  /** The room or the person that it is about; left out where it is about none. */
  readonly place?: string;
  /** The message that the server refused; left out if it was none. */
  readonly line?: string;
}

/** Somebody begins or stops to type. Nothing tells that they have stopped if they just go away. */
export interface Typing extends EventBase {
  /** Tells it from other events. */
  readonly type: "typing";
  /** Who. */
  readonly name: string;
  /** The room, as of a message; or their name if it is to us alone. */
  readonly place: string;
  /** Whether they type; true comes again while they go on. */
  readonly active: boolean;
}

/** The modes of a room, or the ranks in it, were changed. */
export interface Mode extends EventBase {
  /** Tells it from other events. */
  readonly type: "mode";
  /** The room. */
  readonly room: string;
  /** Who changed them; empty where the server did. */
  readonly by: string;
  /** What that means, in plain words: a sentence without its full stop. */
  readonly text: string;
}

/** Somebody who shares a room with us goes away from the keyboard, or is back. */
export interface Away extends EventBase {
  /** Tells it from other events. */
  readonly type: "away";
  /** Who. */
  readonly name: string;
  /** The rooms of ours that they are in. */
  readonly rooms: readonly string[];
  /** What they say about it; null where they are back. */
  readonly reason: string | null;
}

/** We have left a room, and wanted to. */
export interface Parted extends EventBase {
  /** Tells it from other events. */
  readonly type: "parted";
  /** The room. */
  readonly room: string;
}

/** A message was taken back. */
export interface Redacted extends EventBase {
  /** Tells it from other events. */
  readonly type: "redacted";
  /** Where it was said: a room or the other person's name. */
  readonly place: string;
  /** The id of the message. */
  readonly msgid: string;
  /** Who took it back. */
  readonly by: string;
}

/** A message that was searched for. Its time is that of the message. */
export interface Found extends EventBase {
  /** Tells it from other events. */
  readonly type: "found";
  /** What was searched for. */
  readonly query: string;
  /** Where it was said, as of a message. */
  readonly place: string;
  /** To whom alone in the room it was said, as of a message. */
  readonly only: string | null;
  /** Who said it. */
  readonly from: string;
  /** What it is. */
  readonly kind: "privmsg" | "notice" | "action";
  /** What was said. */
  readonly text: string;
  /** The server's id of it; null where it gives none. */
  readonly msgid: string | null;
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

/** We are logged in to an account, whether that was asked for or not. */
export interface LoggedIn extends EventBase {
  /** Tells it from other events. */
  readonly type: "loggedIn";
  /** The account. */
  readonly account: string;
}

/** We are logged in to no account any more. */
export interface LoggedOut extends EventBase {
  /** Tells it from other events. */
  readonly type: "loggedOut";
}

/** A login did not work. */
export interface LoginFailed extends EventBase {
  /** Tells it from other events. */
  readonly type: "loginFailed";
  /** The account. */
  readonly account: string;
  /** Why: a part of a sentence, in plain words. */
  readonly reason: string;
  /** Whether the password was wrong; else it makes no difference whether it is right. */
  readonly wrong: boolean;
}

/** Our name has an account now, and is ours. */
export interface Registered extends EventBase {
  /** Tells it from other events. */
  readonly type: "registered";
  /** The account. */
  readonly account: string;
}

/** A password is needed before it goes on. Only where somebody can be asked. */
export interface AskPassword extends EventBase {
  /** Tells it from other events. */
  readonly type: "askPassword";
  /** Of which account. */
  readonly account: string;
  /** Because the name belongs to it, the last one was wrong, or nobody comes in without. */
  readonly why: "owned" | "wrong" | "required";
}

/**
 * A password would be sent to somebody who may not be meant: that takes a yes. It comes only if
 * somebody can be asked.
 */
export interface AskInsecure extends EventBase {
  /** Tells it from other events. */
  readonly type: "askInsecure";
  /** Who can hear it, and the question. */
  readonly text: string;
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
  | RoomRenamed
  | Topic
  | Typing
  | Mode
  | Away
  | Parted
  | Redacted
  | Found
  | Info
  | Failed
  | NotSent
  | LoggedIn
  | LoggedOut
  | LoginFailed
  | Registered
  | AskPassword
  | AskInsecure
  | Lost
  | Retrying
  | Closed;

/** An event as a handler makes it: where it says no time, it happens now. */
export type Happening = ChatEvent extends infer E
  ? E extends ChatEvent ? Omit<E, "time"> & { readonly time?: number } : never
  : never;
