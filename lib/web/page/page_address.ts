/**
 * What the address of the page says: the room, an invitation, whether others can read along.
 * @module
 */
import { isInvitationToken } from "../../irc/invitation.ts";
import { LOBBY, type Target } from "../../client/trust/target.ts";
import type { Secrecy } from "../../client/session/doubt.ts";
import type { Route } from "../../client/stay/routes.ts";

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

/** Where a WebSocket leads to, and who can hear what goes over it. */
export interface SocketPlace {
  readonly url: string;
  readonly secrecy: Secrecy;
}

/**
 * The place of a server: of the page's own, or of another one of its chat.
 *
 * @returns undefined if the page can't go there: from https only to https, and never to an IPv6
 * address, which no Content-Security-Policy can name.
 */
export function socketPlace(page: PageLocation, route: Route): SocketPlace | undefined {
  const { protocol, hostname, port } = page;
  const scheme = protocol === "https:" ? "wss" : "ws";
  const at = (hostname: string, port: string) => ({
    url: `${scheme}://${hostname}${port && `:${port}`}/`,
    secrecy: pageSecrecy({ protocol, hostname }),
  });
  if (route?.kind !== "told") return at(hostname, port);
  const { host, webPort } = route;
  const isThere = webPort && (scheme === "wss" ? route.tlsPort : route.port) && !host.includes(":");
  return isThere ? at(host, `${webPort}`) : undefined;
}

const THIS_MACHINE = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/i;

/** Who can hear what the page sends: it trusts the server that it came from. */
export function pageSecrecy(
  { protocol, hostname }: Pick<PageLocation, "protocol" | "hostname">,
): Secrecy {
  return protocol === "https:" || THIS_MACHINE.test(hostname) ? "sure" : "open";
}
