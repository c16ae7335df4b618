/**
 * Events: what happens in a chat, as the front ends are told.
 *
 * `chat join --json` prints these objects too, one a line, with `time` as an ISO 8601 string: fields
 * are added over time, never renamed or removed.
 *
 * All text is as the server sent it. Front ends make it harmless (`visible` in lib/text/text.ts)
 * before they show it to a person.
 * @module
 */

export interface EventOf<Type extends string> {
  readonly type: Type;
  /** When it happened, in milliseconds since 1970: by the server's clock if it tells the time. */
  readonly time: number;
}

export interface Dialling extends EventOf<"dialling"> {
  /** `host:port`, or `host` if no port was given. */
  readonly address: string;
}

/** The users of a room. */
export interface Users extends EventOf<"users"> {
  readonly room: string;
  readonly users: readonly string[];
  readonly more: number;
  /**
   * On arrival before a name is chosen, after entering, because our stay goes on after a lost
   * connection, or because the person asked.
   */
  readonly why: "arrived" | "entered" | "resumed" | "asked";
  /** Those who run the room; left out if we are not in it. */
  readonly operators?: readonly string[];
  /** Those who have the right to speak in a moderated room; left out if we are not in it. */
  readonly voiced?: readonly string[];
  /** Those who are known to be away; left out if we are not in it. */
  readonly away?: readonly string[];
}

/** A username is needed: the next line of input is taken as one. */
export type AskName = EventOf<"askName">;

export interface NameRefused extends EventOf<"nameRefused"> {
  readonly name: string;
  readonly reason: string;
  /** The name that we have and keep; null if we have none yet. */
  readonly keeps: string | null;
}

/** Our own name is still in use, most likely by our lost connection; it is tried again. */
export interface NameBusy extends EventOf<"nameBusy"> {
  readonly name: string;
}

export interface Entered extends EventOf<"entered"> {
  readonly room: string;
  readonly name: string;
  readonly again: boolean;
  /**
   * Set if we never left the room for the others, although the connection was lost: our stay goes
   * on.
   */
  readonly resumed?: true;
}

export interface Said extends EventOf<"message"> {
  /** A message, a notice (which a program must never answer), or a `/me`. */
  readonly kind: "privmsg" | "notice" | "action";
  /** The sender, or the server's name if the server speaks. */
  readonly from: string;
  /** The recipient: the room, or our name if it is private. */
  readonly target: string;
  /** The text. Its lines are separated by LF. */
  readonly text: string;
  readonly private: boolean;
  readonly server: boolean;
  readonly own: boolean;
  /**
   * The conversation to which it belongs and an answer goes: the room, preceded by the symbols of
   * `only`, or the other person's name. Empty for what the server says about itself.
   */
  readonly place: string;
  /**
   * The symbols of the only people in the room who got it: `@` for the operators; null if it is for
   * all, or private.
   */
  readonly only: string | null;
  readonly msgid: string | null;
  /** Whether it was said while we were not there: before we came, or without a connection. */
  readonly old: boolean;
  /**
   * Why an old message comes: we entered, we were disconnected, or the person asked for older ones.
   * Left out if the server sent it by itself, and for a new message.
   */
  readonly why?: "entered" | "missed" | "asked";
}

export interface Joined extends EventOf<"joined"> {
  readonly name: string;
  readonly room: string;
}

export interface Left extends EventOf<"left"> {
  readonly name: string;
  /** They left the room, left the server, or were removed from the room. */
  readonly how: "part" | "quit" | "kick";
  readonly by: string | null;
  readonly reason: string;
  /** The rooms of ours that they were in; empty if that is not known. */
  readonly rooms: readonly string[];
}

/** We were removed from a room, though not from the server; saying something takes us back. */
export interface Removed extends EventOf<"removed"> {
  readonly room: string;
  readonly by: string | null;
  readonly reason: string;
}

export interface Renamed extends EventOf<"renamed"> {
  readonly from: string;
  readonly to: string;
  readonly own: boolean;
  /** The rooms of ours that they are in; empty if that is not known. */
  readonly rooms: readonly string[];
}

/** A room of ours was renamed; its members stay. */
export interface RoomRenamed extends EventOf<"roomRenamed"> {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly reason: string;
}

/** The topic of a room. */
export interface Topic extends EventOf<"topic"> {
  readonly room: string;
  /** The topic; empty if there is none any more. */
  readonly text: string;
  /** Who changed it; null if this is the topic found on entering. */
  readonly by: string | null;
  /** Who set the topic found on entering, if that is known. */
  readonly setBy: string | null;
  /** When it was set, in milliseconds since 1970. */
  readonly setAt: number | null;
}

export interface Info extends EventOf<"info"> {
  readonly text: string;
  /** The room or person that it is about; left out if there is none. */
  readonly place?: string;
  readonly by?: string;
  /** Set for the rows of `/help`, in which spaces align columns. */
  readonly help?: true;
}

export interface Failed extends EventOf<"error"> {
  /** One sentence, in plain words. */
  readonly text: string;
  /** The numeric or code from the server; null if it is not from the server. */
  readonly code: string | null;
  /** The room or person that it is about; left out if there is none. */
  readonly place?: string;
  /** The message that the server refused; left out if it was none. */
  readonly line?: string;
}

/** Somebody begins or stops typing. If they just go away, nothing says that they stopped. */
export interface Typing extends EventOf<"typing"> {
  readonly name: string;
  /** The conversation, as in a message. */
  readonly place: string;
  /** Whether they are typing; repeated while they are. */
  readonly active: boolean;
}

/** The modes of a room, or the ranks in it, were changed. */
export interface Mode extends EventOf<"mode"> {
  readonly room: string;
  /** Who changed them; empty if the server did. */
  readonly by: string;
  /** What that means: a sentence without its full stop, in plain words. */
  readonly text: string;
}

/** Somebody who shares a room with us is away from the keyboard, or back. */
export interface Away extends EventOf<"away"> {
  readonly name: string;
  readonly rooms: readonly string[];
  /** Their away message; null if they are back. */
  readonly reason: string | null;
}

/** The message of the day. */
export interface MessageOfTheDay extends EventOf<"motd"> {
  /** The text. Its lines are separated by LF. */
  readonly text: string;
  /** Whether the person asked for it; else it comes on entering. */
  readonly asked: boolean;
}

/**
 * The other person of a private conversation has left. Whoever has that name later may be somebody
 * else, so nothing is said to them until the conversation is opened again.
 */
export interface PersonGone extends EventOf<"gone"> {
  readonly name: string;
}

/** A room needs a key, or another one. Only if a person can be asked. */
export interface AskKey extends EventOf<"askKey"> {
  readonly room: string;
}

/** We left a room on purpose. */
export interface Parted extends EventOf<"parted"> {
  readonly room: string;
}

export interface Redacted extends EventOf<"redacted"> {
  /** The room, or the other person's name. */
  readonly place: string;
  readonly msgid: string;
  readonly by: string;
}

/** Somebody reacts to a message, or takes that back. */
export interface Reacted extends EventOf<"reacted"> {
  /** The conversation, as in a message. */
  readonly place: string;
  /** The message. */
  readonly msgid: string;
  readonly from: string;
  readonly own: boolean;
  /** The reaction: an emoji, or a short text. */
  readonly text: string;
  /** Whether it is given; else it is taken back. */
  readonly given: boolean;
}

/** A result of a search. Its time is that of the message, and its fields are as of a message. */
export interface Found extends EventOf<"found">, Pick<Said, FoundField> {
  readonly query: string;
}

type FoundField = "place" | "only" | "from" | "kind" | "text" | "msgid";

export interface NotSent extends EventOf<"notSent"> {
  /** Why, in plain words. */
  readonly text: string;
  readonly line: string;
}

export interface Lost extends EventOf<"lost"> {
  /** Why: part of a sentence, in plain words. */
  readonly reason: string;
}

/** The program will dial again. */
export interface Retrying extends EventOf<"retrying"> {
  /** In how many milliseconds. */
  readonly after: number;
  /** Why the last attempt failed; null right after a loss. */
  readonly reason: string | null;
}

export interface Closed extends EventOf<"closed"> {
  readonly status: number;
  /** Why, in plain words; null if the person just left. */
  readonly reason: string | null;
}

/** We are logged in to an account, requested or not. */
export interface LoggedIn extends EventOf<"loggedIn"> {
  readonly account: string;
}

/** We are no longer logged in. */
export type LoggedOut = EventOf<"loggedOut">;

export interface LoginFailed extends EventOf<"loginFailed"> {
  readonly account: string;
  /** Why: part of a sentence, in plain words. */
  readonly reason: string;
  /** Whether the password was wrong; else another password would not help. */
  readonly wrong: boolean;
}

/** Our name now has an account and is ours. */
export interface Registered extends EventOf<"registered"> {
  readonly account: string;
}

/** A password is needed before it goes on. Only if a person can be asked. */
export interface AskPassword extends EventOf<"askPassword"> {
  readonly account: string;
  /** The name belongs to it, the last password was wrong, or the server requires an account. */
  readonly why: "owned" | "wrong" | "required";
}

/** A password would be sent to somebody who may not be meant. Only if a person can be asked. */
export interface AskInsecure extends EventOf<"askInsecure"> {
  /** Who can hear it, and the question. */
  readonly text: string;
}

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
  | MessageOfTheDay
  | PersonGone
  | Redacted
  | Reacted
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
  | AskKey
  | Lost
  | Retrying
  | Closed;

/** An event as a handler makes it; without a time, it happens now. */
export type Happening = ChatEvent extends infer E
  ? E extends ChatEvent ? Omit<E, "time"> & { readonly time?: number } : never
  : never;
