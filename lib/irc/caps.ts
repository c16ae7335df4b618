/**
 * The capabilities that the server offers.
 *
 * Source: IRCv3 "Client Capability Negotiation" and the specification of each capability.
 * @module
 */

export interface Capability {
  readonly name: string;
  /** What a client with it does or gets, for the documentation. */
  readonly meaning: string;
  /** Its specification, if {@linkcode specOf} can't derive it from the name. */
  readonly spec?: string;
}

export const CAPABILITIES = [
  { name: "account-notify", meaning: "is told when users log in to an account and out" },
  { name: "account-tag", meaning: "gets the account of who sent a message" },
  { name: "away-notify", meaning: "is told when users go away and come back" },
  { name: "batch", meaning: "gets messages that belong together as one" },
  {
    name: "cap-notify",
    meaning: "is told when capabilities come and go",
    spec: "extensions/capability-negotiation",
  },
  { name: "chghost", meaning: "is told when a user's host changes" },
  { name: "draft/account-registration", meaning: "makes accounts with REGISTER" },
  { name: "draft/channel-rename", meaning: "is told when a channel changes its name" },
  {
    name: "draft/chathistory",
    meaning: "asks for what was said before, and is not shown it unasked",
  },
  {
    name: "draft/event-playback",
    meaning: "gets joins, parts and the like in what was said before",
    spec: "extensions/chathistory",
  },
  { name: "draft/message-redaction", meaning: "takes back messages and is told when others do" },
  { name: "draft/multiline", meaning: "sends and gets messages of several lines" },
  { name: "draft/pre-away", meaning: "says that nobody is there before registration" },
  { name: "draft/read-marker", meaning: "keeps up to where one has read" },
  { name: "echo-message", meaning: "gets its own messages back as the others see them" },
  { name: "extended-join", meaning: "gets the account and real name of who joins" },
  { name: "extended-monitor", meaning: "is told more about monitored users" },
  { name: "invite-notify", meaning: "is told when someone is invited to its channels" },
  { name: "labeled-response", meaning: "finds out which reply belongs to which command" },
  { name: "message-tags", meaning: "sends and receives tags, message ids among them" },
  { name: "multi-prefix", meaning: "sees all ranks of a member, not just the highest" },
  { name: "no-implicit-names", meaning: "is not sent the names of a channel on joining it" },
  { name: "sasl", meaning: "logs in to an account", spec: "extensions/sasl-3.2" },
  { name: "server-time", meaning: "gets the time of each message" },
  { name: "setname", meaning: "changes its real name and is told when others do" },
  {
    name: "soju.im/search",
    meaning: "searches in what was said before",
    spec: "https://codeberg.org/emersion/soju/src/branch/master/doc/ext/search.md",
  },
  { name: "standard-replies", meaning: "understands FAIL, WARN and NOTE" },
  { name: "userhost-in-names", meaning: "sees user and host in the names of a channel" },
] as const satisfies readonly Capability[];

/** The name of a capability that the server offers. */
export type CapabilityName = (typeof CAPABILITIES)[number]["name"];

/** The specification of a capability, below https://ircv3.net/specs/ or as a whole address. */
export function specOf({ name, spec }: Capability): string {
  return spec ?? `extensions/${name.replace("draft/", "")}`;
}
