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
  /** Its specification, below https://ircv3.net/specs/. */
  readonly spec: string;
}

/** Every capability. */
export const CAPABILITIES = [
  {
    name: "cap-notify",
    meaning: "is told when capabilities come and go",
    spec: "extensions/capability-negotiation",
  },
  {
    name: "echo-message",
    meaning: "gets its own messages back as the others see them",
    spec: "extensions/echo-message",
  },
  {
    name: "message-tags",
    meaning: "sends and receives tags, message ids among them",
    spec: "extensions/message-tags",
  },
  {
    name: "server-time",
    meaning: "gets the time of each message",
    spec: "extensions/server-time",
  },
] as const satisfies readonly Capability[];

/** The name of a capability that the server offers. */
export type CapabilityName = (typeof CAPABILITIES)[number]["name"];
