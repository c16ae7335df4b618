/**
 * Reads the proxy from the environment, and which hosts are reached without it.
 *
 * Source: `ALL_PROXY` and `NO_PROXY` as curl understands them; the lower-case names win. RFC 6761
 * (`localhost`).
 * @module
 */
import { parseAddress, parseRange, rangeHolds } from "../irc/addresses.ts";
import { byteLength } from "../text/bytes.ts";
import { hostAndPort, isLoopback } from "./address.ts";
import type { SocksCredentials } from "./socks.ts";
import { PROXY } from "../wording/reaching.ts";

/** The variables that {@linkcode readProxy} reads, for permission requests. */
export const PROXY_VARIABLES = ["ALL_PROXY", "NO_PROXY", "all_proxy", "no_proxy"] as const;

/** The port of SOCKS proxies (RFC 1928). */
const SOCKS_PORT = 1080;

/** The longest username and password, in bytes. */
const LONGEST = 255;

/**
 * Whether a host is reached without a proxy. The host is a name or an address, without brackets.
 */
export type PassesOver = (host: string, port: number) => boolean;

export interface Proxy {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The login; undefined if the proxy needs none. */
  readonly credentials: SocksCredentials | undefined;
  /** Whether the proxy looks up names (`socks5h`); else that is done here. */
  readonly looksUp: boolean;
  /** Its name in messages: its address without the login. */
  readonly name: string;
  readonly passesOver: PassesOver;
}

export interface FoundProxy {
  readonly proxy?: Proxy;
  /** Why the proxy in the environment is not used, in sentences. */
  readonly warning?: string;
  readonly passesOver: PassesOver;
}

export function readProxy(env: Readonly<Record<string, string | undefined>>): FoundProxy {
  const name = env.all_proxy ? "all_proxy" : "ALL_PROXY";
  const text = env[name]?.trim() ?? "";
  const passedOver = readExceptions(env.no_proxy || env.NO_PROXY || "");
  const passesOver: PassesOver = (host, port) => isHere(host) || passedOver(plain(host), port);
  if (text === "") return { passesOver };
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const kind = scheme.toLowerCase();
  if (kind !== "socks5" && kind !== "socks5h") {
    const what = scheme === "" ? PROXY.unknownKind : PROXY.kind(kind);
    return { passesOver, warning: PROXY.unsupported(name, what) };
  }
  const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  const credentials = url && credentialsOf(url);
  if (url === undefined || url.hostname === "" || credentials === "unusable") {
    return { passesOver, warning: PROXY.invalid(name) };
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? portOf(rest) : Number(url.port);
  return {
    passesOver,
    proxy: {
      ...{ host, port, credentials },
      looksUp: kind === "socks5h",
      name: `${kind}://${hostAndPort(host, port)}`,
      passesOver,
    },
  };
}

/** The port if `URL` gives none: it drops 80, the default of `http`. */
function portOf(rest: string): number {
  return /:80(?:[/?#]|$)/.test(rest) ? 80 : SOCKS_PORT;
}

function credentialsOf({ username, password }: URL): SocksCredentials | undefined | "unusable" {
  if (username === "" && password === "") return undefined;
  try {
    const given = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    const fits = [given.user, given.password].every((text) =>
      text !== "" && byteLength(text) <= LONGEST
    );
    return fits ? given : "unusable";
  } catch {
    return "unusable";
  }
}

/** Whether a name means this machine, which needs no proxy. */
function isHere(host: string): boolean {
  return isLoopback(host) || /(?:^|\.)localhost$/.test(plain(host));
}

/** A name in comparable form: lower case, without the dot of the root and without a zone. */
function plain(host: string): string {
  return host.toLowerCase().replace(/\.$/, "").replace(/%.*$/, "");
}

/** Parses `NO_PROXY`: domains, addresses, ranges, each with an optional port; `*`. */
function readExceptions(text: string): PassesOver {
  const exceptions = text.split(/[\s,]+/).filter((item) => item !== "").map(exceptionOf);
  return (host, port) => exceptions.some((fits) => fits(host, port));
}

function exceptionOf(item: string): PassesOver {
  if (item === "*") return () => true;
  const [, bracketed, bare, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(item) ?? [];
  const wanted = plain(bracketed ?? bare ?? item);
  const range = parseRange(wanted);
  const domain = wanted.replace(/^\*?\./, "");
  return (host, port) => {
    if (digits !== undefined && Number(digits) !== port) return false;
    if (range !== undefined) return rangeHolds(range, parseAddress(host));
    return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
  };
}
