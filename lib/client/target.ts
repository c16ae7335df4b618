/**
 * Where to go: what someone types for a server and a room.
 *
 * Source: design of the command line; draft-butcher-irc-url for `irc://`; RFC 3986 for `[v6]`.
 * @module
 */
import { checkChannel } from "../irc/names.ts";

/** The port of IRC without encryption. */
export const DEFAULT_PORT = 6667;

/** The room that every server of ours has. */
export const LOBBY = "#lobby";

/** A server and a room on it. */
export interface Target {
  /** A host name or an address, as `Deno.connect` takes it: no brackets. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** The room, with its `#`. */
  readonly room: string;
}

/** What was typed, understood; or, in a user's words, why it can't be. */
export type TargetCheck = { readonly target: Target } | { readonly fault: string };

const HELP = "Write it as HOST, HOST:PORT or HOST:PORT/ROOM.";

/**
 * Understands `HOST`, `HOST:PORT`, `[v6]:PORT`, a bare IPv6 address, each with `/ROOM` (with or
 * without `#`), and `irc://` addresses.
 */
export function parseTarget(typed: string): TargetCheck {
  let text = typed.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (scheme) {
    const name = scheme[1]!.toLowerCase();
    if (name === "ircs") {
      return { fault: "Encrypted connections (ircs://) are not supported by this version." };
    }
    if (name !== "irc") return fault(typed, `${name}:// is not the address of a chat server`);
    text = text.slice(scheme[0].length).replace(/\?.*$/s, "");
    if (/^[^/]*@/.test(text)) return fault(typed, "a user name has no place in it");
  }
  const slash = text.indexOf("/");
  const place = parsePlace(slash < 0 ? text : text.slice(0, slash));
  if ("why" in place) return fault(typed, place.why);
  const room = parseRoom(slash < 0 ? "" : text.slice(slash + 1), scheme !== null);
  if ("fault" in room) {
    return fault(typed, room.fault.charAt(0).toLowerCase() + room.fault.slice(1));
  }
  return { target: { ...place, room: room.name } };
}

/** How a server is named to people: `host:port`, an IPv6 address in brackets. */
export function addressOf(target: Target): string {
  return `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
}

/** A target as one would type it: the shortest text that {@linkcode parseTarget} understands as it. */
export function writeTarget(target: Target): string {
  const { host, port, room } = target;
  const address = port === DEFAULT_PORT ? host : addressOf(target);
  return room === LOBBY ? address : `${address}/${room.replace(/^#(?!#)/, "")}`;
}

function fault(typed: string, why: string): TargetCheck {
  const short = typed.length > 60 ? `${typed.slice(0, 60)}...` : typed;
  const shown = JSON.stringify(short).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return { fault: `Cannot understand the address ${shown}: ${why}. ${HELP}` };
}

type Place = { readonly host: string; readonly port: number } | { readonly why: string };

function parsePlace(text: string): Place {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) {
    const [, host = "", port] = bracketed;
    if (!isV6(host)) return { why: "what stands in brackets is no IPv6 address" };
    return withPort(host, port);
  }
  const colon = text.indexOf(":");
  if (colon !== text.lastIndexOf(":")) {
    if (isV6(text)) return { host: text, port: DEFAULT_PORT };
    return { why: "it has too many colons; an IPv6 address with a port needs [brackets]" };
  }
  const host = colon < 0 ? text : text.slice(0, colon);
  if (host === "") return { why: "the host is missing" };
  const ascii = asciiHost(host);
  if (ascii === undefined) return { why: "this is not the name of a host" };
  return withPort(ascii, colon < 0 ? undefined : text.slice(colon + 1));
}

function withPort(host: string, port: string | undefined): Place {
  if (port === undefined) return { host, port: DEFAULT_PORT };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65535) return { why: "the port must be a number from 1 to 65535" };
  return { host, port: number };
}

function isV6(host: string): boolean {
  const [address = "", zone] = host.split("%", 2);
  if (zone !== undefined && !/^[\w.-]+$/.test(zone)) return false;
  return URL.canParse(`http://[${address}]`);
}

/** Names outside ASCII go through IDNA, which is what name servers know them by. */
function asciiHost(host: string): string | undefined {
  if (/^[A-Za-z0-9._-]+$/.test(host)) return host;
  if (/[\p{Z}\p{C}\0-\x7f]/u.test(host.replace(/[A-Za-z0-9._-]/g, ""))) return undefined;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

function parseRoom(text: string, url: boolean): ReturnType<typeof checkChannel> {
  if (url) {
    // irc://host/room,needkey: what stands behind the comma says of which kind the name is.
    text = text.replace(/,.*$/s, "");
    try {
      text = decodeURIComponent(text);
    } catch {
      return { fault: "The room's name has a broken %-escape" };
    }
  }
  if (text === "" || text === "#") return { name: LOBBY };
  return checkChannel(text.startsWith("#") ? text : `#${text}`);
}
