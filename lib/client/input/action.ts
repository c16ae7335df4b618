/**
 * What a typed line asks for, as data.
 * @module
 */

/** What the session does. */
export type SessionAction =
  /** Says something where one is. */
  | { readonly do: "say"; readonly text: string }
  /** Does something where one is: a message in the third person. */
  | { readonly do: "act"; readonly text: string }
  /** Says something to one person, or to another room. */
  | { readonly do: "tell"; readonly target: string; readonly text: string }
  /** Asks for another name. */
  | { readonly do: "rename"; readonly name: string }
  /** Enters a room. */
  | { readonly do: "join"; readonly room: string; readonly key: string | undefined }
  /** Leaves a room: where no room is given, the one where one is. */
  | { readonly do: "part"; readonly room: string | undefined; readonly reason: string }
  /** Asks who is there. */
  | { readonly do: "who"; readonly room: string | undefined }
  /** Asks who somebody is. */
  | { readonly do: "whois"; readonly name: string }
  /** Shows the topic where there is no text; takes it away where the text is empty. */
  | { readonly do: "topic"; readonly text: string | undefined }
  /** Tells the others that one is not there. */
  | { readonly do: "away"; readonly reason: string }
  /** Tells the others that one is there again. */
  | { readonly do: "back" }
  /** Gives or takes a rank in the room. */
  | { readonly do: "rank"; readonly name: string; readonly rank: RankName; readonly give: boolean }
  /** Puts somebody out of the room. */
  | { readonly do: "kick"; readonly name: string; readonly reason: string }
  /** Keeps somebody out, or lifts that; with an empty `who`, lists who is kept out. */
  | { readonly do: "ban"; readonly who: string; readonly lift: boolean }
  /** Silences somebody, or lifts that; with an empty `who`, lists who is silenced. */
  | { readonly do: "mute"; readonly who: string; readonly lift: boolean }
  /** Invites somebody into the room. */
  | { readonly do: "invite"; readonly name: string }
  /** Lists the rooms of the server: those that have `filter` in their name or topic. */
  | { readonly do: "list"; readonly filter: string }
  /** Looks for what was said. */
  | { readonly do: "search"; readonly text: string }
  /** Shows so many messages that are older than those shown. */
  | { readonly do: "history"; readonly count: number }
  /** Logs out of the account. */
  | { readonly do: "logout" }
  /** Sends a line of the protocol as it is. */
  | { readonly do: "raw"; readonly line: string }
  /** Leaves the server. */
  | { readonly do: "leave"; readonly reason: string };

/** What the front end does. */
export type FrontAction =
  /** Shows the conversation with a person, ready to go on with it. */
  | { readonly do: "query"; readonly name: string }
  /** Shows a place. */
  | { readonly do: "show"; readonly place: string }
  /** Lists the places that are open. */
  | { readonly do: "rooms" }
  /** Hides what somebody says, or shows it again; without a name, lists who is hidden. */
  | { readonly do: "ignore"; readonly name: string | undefined; readonly lift: boolean }
  /** Writes what was said where one is to a file. */
  | { readonly do: "save"; readonly file: string }
  /** Asks for a password, and makes an account under our name. */
  | { readonly do: "register" }
  /** Asks for the password of an account, ours where there is no name, and logs in to it. */
  | { readonly do: "login"; readonly account: string | undefined }
  /** Clears the screen. */
  | { readonly do: "clear" }
  /** Answers the person who typed. */
  | { readonly do: "inform"; readonly lines: readonly string[] }
  /** Tells the person that the line was not sent, and why. */
  | { readonly do: "reject"; readonly line: string; readonly why: string };

/** What a line asks for. */
export type Action = SessionAction | FrontAction;

/** A rank that people can be given. */
export type RankName = "op" | "voice";
