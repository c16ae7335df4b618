/**
 * Actions: what a typed line asks for, as data.
 * @module
 */

/** An action that the session carries out. */
export type SessionAction =
  /** Says something in the place that is shown. */
  | { readonly do: "say"; readonly text: string }
  /** Says something in the third person (`/me`) in the place that is shown. */
  | { readonly do: "act"; readonly text: string }
  /** Says something to a person, or in another room. */
  | { readonly do: "tell"; readonly target: string; readonly text: string }
  | { readonly do: "notice"; readonly target: string; readonly text: string }
  /** Asks a person's program something: `VERSION`, `PING`, `TIME`. */
  | { readonly do: "ctcp"; readonly target: string; readonly text: string }
  | { readonly do: "rename"; readonly name: string }
  | { readonly do: "join"; readonly room: string; readonly key: string | undefined }
  /** Leaves a room, or the place that is shown. */
  | { readonly do: "part"; readonly room: string | undefined; readonly reason: string }
  | { readonly do: "who"; readonly room: string | undefined }
  | { readonly do: "whois"; readonly name: string }
  | { readonly do: "whowas"; readonly name: string }
  | { readonly do: "motd" }
  /** Shows or changes modes; of the place that is shown, unless the text names another target. */
  | { readonly do: "mode"; readonly text: string }
  /** Shows the topic if `text` is undefined; removes it if `text` is empty. */
  | { readonly do: "topic"; readonly text: string | undefined }
  /** Marks us as away. */
  | { readonly do: "away"; readonly reason: string }
  /** Marks us as no longer away. */
  | { readonly do: "back" }
  /** Gives or takes a rank in the room. */
  | { readonly do: "rank"; readonly name: string; readonly rank: RankName; readonly give: boolean }
  | { readonly do: "kick"; readonly name: string; readonly reason: string }
  /** Bans somebody, or lifts a ban; with an empty `who`, lists the bans. */
  | { readonly do: "ban"; readonly who: string; readonly lift: boolean }
  /** Mutes or unmutes somebody; with an empty `who`, lists the people who are muted. */
  | { readonly do: "mute"; readonly who: string; readonly lift: boolean }
  | { readonly do: "invite"; readonly name: string }
  /** Lists the rooms of the server that have `filter` in their name or topic. */
  | { readonly do: "list"; readonly filter: string }
  | { readonly do: "search"; readonly text: string }
  /** Reacts to a message, or to the last one that somebody else said in the place that is shown. */
  | {
    readonly do: "react";
    readonly text: string;
    readonly msgid: string | undefined;
    /** Whether to react; else it takes that back. */
    readonly give: boolean;
  }
  /** Shows this many messages that are older than those shown. */
  | { readonly do: "history"; readonly count: number }
  | { readonly do: "logout" }
  /** Gives up the rest of a long message that is still being sent. */
  | { readonly do: "stop" }
  /** A private conversation is opened, by name: whoever has that name now is meant. */
  | { readonly do: "meet"; readonly name: string }
  /** Sends a line of the protocol as it is. */
  | { readonly do: "raw"; readonly line: string };

/** An action that the front end carries out. */
export type FrontAction =
  /** Opens and shows the private conversation with a person. */
  | { readonly do: "query"; readonly name: string }
  | { readonly do: "show"; readonly place: string }
  | { readonly do: "rooms" }
  /** Hides what somebody says, or shows it again; without a name, lists who is hidden. */
  | { readonly do: "ignore"; readonly name: string | undefined; readonly lift: boolean }
  /** Writes what was said in the place that is shown to a file. */
  | { readonly do: "save"; readonly file: string }
  /** Asks for a password and registers our name with it. */
  | { readonly do: "register" }
  /** Asks for the password of an account and logs in; by default, to the last account. */
  | { readonly do: "login"; readonly account: string | undefined }
  | { readonly do: "clear" }
  /** Tells the person who typed something. */
  | { readonly do: "inform"; readonly lines: readonly string[] }
  /** Tells the person that the line was not sent, and why. */
  | { readonly do: "reject"; readonly line: string; readonly why: string }
  | { readonly do: "leave"; readonly reason: string };

/** What a line asks for. */
export type Action = SessionAction | FrontAction;

export type RankName = "op" | "voice";

const FRONT: Readonly<Record<FrontAction["do"], true>> = {
  ...{ query: true, show: true, rooms: true, ignore: true, save: true, register: true },
  ...{ login: true, clear: true, inform: true, reject: true, leave: true },
};

/** Whether the session carries out an action; else the front end does. */
export function isForSession(action: Action): action is SessionAction {
  return !Object.hasOwn(FRONT, action.do);
}

const SHOWS_ITSELF: ReadonlySet<Action["do"]> = new Set<Action["do"]>([
  ...["say", "act", "tell", "join", "query", "show", "clear", "leave"] as const,
]);

/** Whether what comes of an action shows what was typed; else the line is shown above it. */
export function showsItself(action: Action): boolean {
  return SHOWS_ITSELF.has(action.do);
}
