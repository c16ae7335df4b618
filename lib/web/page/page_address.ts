/**
 * What the address of the page says: the room, an invitation, whether others can read along.
 * @module
 */
import { isInvitationToken } from "../../irc/invitation.ts";
import { LOBBY, type Target } from "../../client/trust/target.ts";
import type { Secrecy } from "../../client/session/doubt.ts";

/** The part of `location` that is needed. */
export interface PageLocation {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly hash: string;
}

/** A room in the fragment of an address: `#music`; the lobby if there is none. */
export function roomIn(hash: string): string | undefined {
  const text = decoded(hash);
  if (text === "" || text.includes("=") || /[\s,\p{Cc}]/u.test(text)) return undefined;
  return /^[#&]/.test(text) ? text : `#${text}`;
}

/** A fragment that leads to a room. */
export function hashOf(room: string): string {
  return `#${encodeURI(room.replace(/^#(?![#&])/, "")).replaceAll("#", "%23")}`;
}

/** The secret of an invitation in the fragment, which reaches no log. */
export function invitationIn(hash: string): string | undefined {
  const [, token] = /^invite=(.*)$/.exec(decoded(hash)) ?? [];
  return token !== undefined && isInvitationToken(token) ? token : undefined;
}

function decoded(hash: string): string {
  const text = hash.replace(/^#/, "");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The server of the page, as a stay takes it. */
export function pageTarget(location: PageLocation, invite: string | undefined): Target {
  const room = roomIn(location.hash);
  return {
    host: location.hostname.replace(/^\[|\]$/g, ""),
    port: location.port === "" ? undefined : Number(location.port),
    encryption: location.protocol === "https:" ? "always" : "never",
    room: room ?? LOBBY,
    ...room === undefined && { unnamed: true as const },
    ...invite !== undefined && { invite },
  };
}

const THIS_MACHINE = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/i;

/** Who can hear what the page sends: it trusts the server that it came from. */
export function pageSecrecy({ protocol, hostname }: PageLocation): Secrecy {
  return protocol === "https:" || THIS_MACHINE.test(hostname) ? "sure" : "open";
}
