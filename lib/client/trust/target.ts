/**
 * Parses addresses: what a person types for a server and a room.
 *
 * Source: draft-butcher-irc-url for `irc://` and `ircs://`; RFC 3986 for `[v6]`; `+PORT` as IRC
 * programs write a port with encryption.
 * @module
 */
import { parseFingerprint } from "../../irc/fingerprint.ts";
import { isInvitationToken } from "../../irc/invitation.ts";
import { checkChannel } from "../../irc/names.ts";
import { ADDRESS_FAULT } from "../../wording/reaching.ts";

/** The room that every server of ours has. */
export const LOBBY = "#lobby";

/** A server, as a person names it. */
export interface NamedHost {
  /** A host name or an address, as `Deno.connect` takes it: no brackets. */
  readonly host: string;
  /** From 1 to 65535; undefined for the usual ports. */
  readonly port: number | undefined;
  /**
   * Whether to encrypt: `always` if the address says so (`ircs://`, `+PORT`), `never` if the person
   * says so, else `auto`.
   */
  readonly encryption: "auto" | "always" | "never";
}

/** A server and a room on it. */
export interface Target extends NamedHost {
  /** Other servers of the same chat. */
  readonly others?: readonly NamedHost[];
  readonly room: string;
  /** Whether no room was named, so that `room` is that of our own servers. */
  readonly unnamed?: true;
  /** The key of the room. */
  readonly key?: string;
  /** The secret of an invitation, sent instead of the server's password. */
  readonly invite?: string;
  /** The fingerprint that the server's certificate must have: `SHA256:...`. */
  readonly fingerprint?: string;
  /** The title under which it was found on the local network. */
  readonly title?: string;
}

/** A target, or why the text is none, a sentence for the user. */
export type TargetCheck = { readonly target: Target } | { readonly fault: string };

/**
 * Parses `HOST`, `HOST:PORT`, `HOST:+PORT`, `[v6]:PORT`, a bare IPv6 address (with or without a zone, `fe80::1%eth0`), each with `/ROOM`
 * (with or without `#`), and `irc://` and `ircs://` addresses, including invitations:
 * `ircs://HOST/?invite=SECRET&fingerprint=SHA256:...`; a room may have its key: `?key=KEY`. Several
 * servers of one chat are separated by commas: `HOST,HOST/ROOM`.
 */
export function parseTarget(typed: string): TargetCheck {
  let text = typed.trim();
  let given: Given = {};
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  const name = scheme?.[1]?.toLowerCase();
  if (scheme) {
    if (name !== "irc" && name !== "ircs") {
      return fault(typed, ADDRESS_FAULT.scheme(name ?? ""));
    }
    const [path = "", query = ""] = text.slice(scheme[0].length).split(/\?(.*)/s, 2);
    text = path;
    if (/^[^/]*@/.test(text)) return fault(typed, ADDRESS_FAULT.username);
    const found = parseQuery(query);
    if ("why" in found) return secretFault(found.why);
    given = found;
  }
  const slash = text.indexOf("/");
  const places = (slash < 0 ? text : text.slice(0, slash)).split(",")
    .map((place) => parsePlace(place.trim(), scheme !== null));
  const hosts: NamedHost[] = [];
  for (const place of places) {
    if ("why" in place) return fault(typed, place.why);
    hosts.push(name === "ircs" ? { ...place, encryption: "always" } : place);
  }
  const [place, ...others] = hosts;
  const room = parseRoom(slash < 0 ? "" : text.slice(slash + 1), scheme !== null);
  if ("fault" in room) {
    return fault(typed, room.fault.charAt(0).toLowerCase() + room.fault.slice(1));
  }
  const more = others.length > 0 && { others };
  const unnamed = room.name === "" && { unnamed: true as const };
  return { target: { ...place!, ...more, room: room.name || LOBBY, ...unnamed, ...given } };
}

/** The same target without encryption; a fault if the address asks for it. */
export function withoutEncryption(check: TargetCheck): TargetCheck {
  if ("fault" in check) return check;
  const { target } = check;
  const { others = [], fingerprint } = target;
  const asks = [target, ...others].some(({ encryption }) => encryption === "always");
  if (asks || fingerprint !== undefined) return { fault: ADDRESS_FAULT.encryption };
  const plain = { encryption: "never" } as const;
  const more = others.length > 0 && { others: others.map((host) => ({ ...host, ...plain })) };
  return { target: { ...target, ...more, ...plain } };
}

/**
 * The address for people: `host:port` with an IPv6 address in brackets, or `host` without a port.
 */
export function addressOf({ host, port }: Pick<Target, "host" | "port">): string {
  if (port === undefined) return host;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * The shortest text that {@linkcode parseTarget} parses to this target. The secret of an invitation
 * and the fingerprint are left out: they are for the first time.
 */
export function writeTarget(target: Target): string {
  const { room, unnamed = false, others = [] } = target;
  const hosts = [target, ...others];
  const short = unnamed ? "" : room.replace(/^#(?!#)/, "");
  if (hosts.some(({ encryption, port }) => encryption === "always" && port === undefined)) {
    const path = short === "" ? "" : `/${short.replace(/[%?]/g, encodeURIComponent)}`;
    const places = hosts.map(({ host, port }) => {
      const shown = host.includes(":") ? `[${host.replace("%", "%25")}]` : host;
      return port === undefined ? shown : `${shown}:${port}`;
    });
    return `ircs://${places.join()}${path}`;
  }
  const places = hosts.map((host) =>
    host.encryption === "always" ? addressOf(host).replace(/:(\d+)$/, ":+$1") : addressOf(host)
  );
  return short === "" ? places.join() : `${places.join()}/${short}`;
}

function fault(typed: string, why: string): TargetCheck {
  const short = typed.length > 60 ? `${typed.slice(0, 60)}...` : typed;
  const shown = JSON.stringify(short).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return { fault: ADDRESS_FAULT.whole(shown, why) };
}

/** Never quotes the address, since it holds a secret. */
function secretFault(why: string): TargetCheck {
  return { fault: ADDRESS_FAULT.invitation(why) };
}

type Place =
  | Pick<Target, "host" | "port" | "encryption">
  | { readonly why: string };

type Given = Pick<Target, "invite" | "fingerprint" | "key">;

function parseQuery(query: string): Given | { readonly why: string } {
  const given: { invite?: string; fingerprint?: string; key?: string } = {};
  for (const part of query.split("&")) {
    const [, key, raw = ""] = /^(invite|fingerprint|key)=(.*)$/s.exec(part) ?? [];
    if (key === undefined) continue;
    if (key === "key") {
      const word = decoded(raw);
      if (word === undefined || !/^[^\s:,\p{C}][^\s,\p{C}]*$/u.test(word)) {
        return { why: ADDRESS_FAULT.brokenKey };
      }
      given.key = word;
      continue;
    }
    const value = raw.replace(/%[0-9a-f]{2}/gi, (escape) => decodeByte(escape));
    if (key === "invite") {
      if (!isInvitationToken(value)) return { why: ADDRESS_FAULT.brokenInvitation };
      given.invite = value;
    } else {
      const fingerprint = parseFingerprint(value);
      if (fingerprint === undefined) return { why: ADDRESS_FAULT.brokenFingerprint };
      given.fingerprint = fingerprint;
    }
  }
  return given;
}

/** Both are ASCII: any other byte makes the text invalid. */
function decodeByte(escape: string): string {
  return String.fromCharCode(parseInt(escape.slice(1), 16));
}

function parsePlace(typed: string, url: boolean): Place {
  // In a URL, the % before a zone is written %25 (RFC 6874).
  const text = typed.replace(url ? /%25(?=[^\]])/ : /%25(?=[^\d\]])/, "%");
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) {
    const [, host = "", port] = bracketed;
    if (!isV6(host)) return { why: ADDRESS_FAULT.brackets };
    return withPort(host, port);
  }
  const colon = text.indexOf(":");
  if (colon !== text.lastIndexOf(":")) {
    if (isV6(text)) return withPort(text, undefined);
    return { why: ADDRESS_FAULT.colons };
  }
  const host = colon < 0 ? text : text.slice(0, colon);
  if (host === "") return { why: ADDRESS_FAULT.noHost };
  const ascii = asciiHost(host);
  if (ascii === undefined) return { why: ADDRESS_FAULT.host };
  return withPort(ascii, colon < 0 ? undefined : text.slice(colon + 1));
}

function withPort(host: string, port: string | undefined): Place {
  if (port === undefined) return { host, port, encryption: "auto" };
  const [, plus, digits] = /^(\+?)(\d{1,5})$/.exec(port) ?? [];
  const number = Number(digits ?? 0);
  if (number < 1 || number > 65535) return { why: ADDRESS_FAULT.port };
  return { host, port: number, encryption: plus === "+" ? "always" : "auto" };
}

function isV6(host: string): boolean {
  const [address = "", zone] = host.split("%", 2);
  if (zone !== undefined && !/^[\w.-]+$/.test(zone)) return false;
  return URL.canParse(`http://[${address}]`);
}

/** Converts names outside ASCII by IDNA, as name servers know them. */
function asciiHost(host: string): string | undefined {
  if (/^[A-Za-z0-9._-]+$/.test(host)) return host;
  if (/[\p{Z}\p{C}\0-\x7f]/u.test(host.replace(/[A-Za-z0-9._-]/g, ""))) return undefined;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

/** A part of a URL without its escapes; undefined if one is broken. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The room of an address; an empty name if there is none. */
function parseRoom(text: string, url: boolean): ReturnType<typeof checkChannel> {
  if (url) {
    // irc://host/room,needkey: what follows the comma is a flag.
    const name = decoded(text.replace(/,.*$/s, ""));
    if (name === undefined) return { fault: ADDRESS_FAULT.escape };
    text = name;
  }
  if (text === "" || text === "#") return { name: "" };
  return checkChannel(text.startsWith("#") ? text : `#${text}`);
}
