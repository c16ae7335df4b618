/**
 * The capabilities that the server offers: one row each.
 *
 * Source: IRCv3 "Client Capability Negotiation" and the specification that each row names.
 * @module
 */

/** One capability. */
export interface Capability {
  /** Its name on the wire. */
  readonly name: string;
  /** What it brings, for the documentation. */
  readonly meaning: string;
  /** Its specification, below https://ircv3.net/specs/ or as a whole address. */
  readonly spec: string;
}

/** Every capability. */
export const CAPABILITIES = [
  {
    name: "account-notify",
    meaning: "is told when users log in to an account and out",
    spec: "extensions/account-notify",
  },
  {
    name: "account-tag",
    meaning: "gets the account of who sent a message",
    spec: "extensions/account-tag",
  },
  {
    name: "away-notify",
    meaning: "is told when users go away and come back",
    spec: "extensions/away-notify",
  },
  {
    name: "batch",
    meaning: "gets messages that belong together as one",
    spec: "extensions/batch",
  },
  {
    name: "cap-notify",
    meaning: "is told when capabilities come and go",
    spec: "extensions/capability-negotiation",
  },
  {
    name: "chghost",
    meaning: "is told when a user's host changes",
    spec: "extensions/chghost",
  },
  {
    name: "draft/account-registration",
    meaning: "makes accounts with REGISTER",
    spec: "extensions/account-registration",
  },
  {
    name: "draft/channel-rename",
    meaning: "is told when a channel changes its name",
    spec: "extensions/channel-rename",
  },
  {
    name: "draft/chathistory",
    meaning: "asks for what was said before, and is not shown it unasked",
    spec: "extensions/chathistory",
  },
  {
    name: "draft/event-playback",
    meaning: "gets joins, parts and the like in what was said before",
    spec: "extensions/chathistory",
  },
  {
    name: "draft/message-redaction",
    meaning: "takes back messages and is told when others do",
    spec: "extensions/message-redaction",
  },
  {
    name: "draft/multiline",
    meaning: "sends and gets messages of several lines",
    spec: "extensions/multiline",
  },
  {
    name: "draft/pre-away",
    meaning: "says that nobody is there before registration",
    spec: "extensions/pre-away",
  },
  {
    name: "draft/read-marker",
    meaning: "keeps up to where one has read",
    spec: "extensions/read-marker",
  },
  {
    name: "echo-message",
    meaning: "gets its own messages back as the others see them",
    spec: "extensions/echo-message",
  },
  {
    name: "extended-join",
    meaning: "gets the account and real name of who joins",
    spec: "extensions/extended-join",
  },
  {
    name: "extended-monitor",
    meaning: "is told more about monitored users",
    spec: "extensions/extended-monitor",
  },
  {
    name: "invite-notify",
    meaning: "is told when someone is invited to its channels",
    spec: "extensions/invite-notify",
  },
  {
    name: "labeled-response",
    meaning: "finds out which reply belongs to which command",
    spec: "extensions/labeled-response",
  },
  {
    name: "message-tags",
    meaning: "sends and receives tags, message ids among them",
    spec: "extensions/message-tags",
  },
  {
    name: "multi-prefix",
    meaning: "sees all ranks of a member, not just the highest",
    spec: "extensions/multi-prefix",
  },
  {
    name: "no-implicit-names",
    meaning: "is not sent the names of a channel on joining it",
    spec: "extensions/no-implicit-names",
  },
  {
    name: "sasl",
    meaning: "logs in to an account",
    spec: "extensions/sasl-3.2",
  },
  {
    name: "server-time",
    meaning: "gets the time of each message",
    spec: "extensions/server-time",
  },
  {
    name: "setname",
    meaning: "changes its real name and is told when others do",
    spec: "extensions/setname",
  },
  {
    name: "soju.im/search",
    meaning: "searches in what was said before",
    spec: "https://codeberg.org/emersion/soju/src/branch/master/doc/ext/search.md",
  },
  {
    name: "standard-replies",
    meaning: "understands FAIL, WARN and NOTE",
    spec: "extensions/standard-replies",
  },
  {
    name: "userhost-in-names",
    meaning: "sees user and host in the names of a channel",
    spec: "extensions/userhost-in-names",
  },
] as const satisfies readonly Capability[];

/** The name of a capability that the server offers. */
export type CapabilityName = (typeof CAPABILITIES)[number]["name"];
