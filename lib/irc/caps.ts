/**
 * The capabilities that the server offers.
 *
 * Source: IRCv3 "Client Capability Negotiation" and the specification of each capability.
 * @module
 */
import { RESUME } from "./resume.ts";

export interface Capability {
  readonly name: string;
  /** What a client with it does or gets, for the documentation. */
  readonly meaning: string;
  /** Its specification, if {@linkcode specOf} can't derive it from the name. */
  readonly spec?: string;
}

export const CAPABILITIES = [
  { name: "account-notify", meaning: "is told when users log in to an account or out of it" },
  { name: "account-tag", meaning: "gets the account of the sender of a message" },
  { name: "away-notify", meaning: "is told when users go away and come back" },
  { name: "batch", meaning: "gets related messages as a group" },
  {
    name: "cap-notify",
    meaning: "is told when capabilities are added or removed",
    spec: "extensions/capability-negotiation",
  },
  {
    name: RESUME,
    meaning: "gets a secret with which its next connection continues as the same user",
    spec: "#the-way-back",
  },
  { name: "chghost", meaning: "is told when a user's host changes" },
  { name: "draft/account-registration", meaning: "makes accounts with REGISTER" },
  { name: "draft/channel-rename", meaning: "is told when a room is renamed" },
  {
    name: "draft/chathistory",
    meaning: "asks for older messages, and gets none unasked",
  },
  {
    name: "draft/event-playback",
    meaning: "gets joins, parts and other events among older messages",
    spec: "extensions/chathistory",
  },
  { name: "draft/message-redaction", meaning: "deletes messages, and is told when others do" },
  { name: "draft/multiline", meaning: "sends and gets messages of several lines" },
  { name: "draft/pre-away", meaning: "can be marked as away before registration" },
  { name: "draft/read-marker", meaning: "stores how far the user has read" },
  { name: "echo-message", meaning: "gets its own messages back, as others see them" },
  { name: "extended-join", meaning: "gets the account and real name of a user who joins" },
  { name: "extended-monitor", meaning: "is told more about monitored users" },
  { name: "invite-notify", meaning: "is told when someone is invited to its rooms" },
  { name: "labeled-response", meaning: "can tell which reply belongs to which command" },
  { name: "message-tags", meaning: "sends and receives tags, including message ids" },
  { name: "multi-prefix", meaning: "sees all ranks of a member, not just the highest" },
  {
    name: "no-implicit-names",
    meaning: "does not get the names of the members when joining a room",
  },
  { name: "sasl", meaning: "logs in to an account", spec: "extensions/sasl-3.2" },
  { name: "server-time", meaning: "gets the time of each message" },
  { name: "setname", meaning: "changes its real name, and is told when others do" },
  {
    name: "soju.im/search",
    meaning: "searches older messages",
    spec: "https://codeberg.org/emersion/soju/src/branch/master/doc/ext/search.md",
  },
  { name: "standard-replies", meaning: "understands FAIL, WARN and NOTE" },
  { name: "userhost-in-names", meaning: "sees the user and host of each member of a room" },
] as const satisfies readonly Capability[];

/** The name of a capability that the server offers. */
export type CapabilityName = (typeof CAPABILITIES)[number]["name"];

/**
 * The specification of a capability: below https://ircv3.net/specs/, a whole address, or a part of
 * docs/protocol.md if it starts with `#`.
 */
export function specOf({ name, spec }: Capability): string {
  return spec ?? `extensions/${name.replace("draft/", "")}`;
}
