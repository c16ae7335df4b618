/**
 * The SOCKS5 handshake as a state machine: what to send and how much to read. The caller does the
 * I/O.
 *
 * Source: RFC 1928; RFC 1929 (username and password).
 * @module
 */
import { parseAddress } from "../irc/addresses.ts";
import { PROXY_FAULT } from "../wording/reaching.ts";

/** The login of a proxy. Each part has 1 to 255 bytes of UTF-8. */
export interface SocksCredentials {
  readonly user: string;
  readonly password: string;
}

/** The next step: send these bytes, then read exactly so many. */
export interface SocksStep {
  readonly send: Uint8Array<ArrayBuffer>;
  /** Never more than the reply has, since what follows belongs to the destination. */
  readonly read: number;
}

export type SocksVerdict =
  /** From here on the connection leads to the destination. */
  | { readonly kind: "connected" }
  | { readonly kind: "refused" }
  /** What the proxy does instead, as part of a sentence: `does not allow this connection`. */
  | { readonly kind: "failed"; readonly why: string };

const VERSION = 5;
const LOGIN_VERSION = 1;
const CONNECT = 1;
const NO_LOGIN = 0;
const PASSWORD_LOGIN = 2;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const SUCCEEDED = 0;
const CONNECTION_REFUSED = 5;

/** The longest name, username and password, in bytes. */
const LONGEST = 255;

/** The meaning of reply codes (RFC 1928, section 6). */
const FAILURES: Readonly<Record<number, string>> = {
  1: PROXY_FAULT.failed,
  2: PROXY_FAULT.notAllowed,
  3: PROXY_FAULT.networkUnreachable,
  4: PROXY_FAULT.hostUnreachable,
  6: PROXY_FAULT.timedOut,
  7: PROXY_FAULT.command,
  8: PROXY_FAULT.addressKind,
};

const NONSENSE = failed(PROXY_FAULT.notSocks);

const encoder = new TextEncoder();

/**
 * Asks a proxy for a connection. The caller carries out each step, and passes the bytes that it
 * read to the next one.
 *
 * @param host a name, which the proxy looks up, or an address.
 */
export function* socks5(
  host: string,
  port: number,
  credentials: SocksCredentials | undefined,
): Generator<SocksStep, SocksVerdict, Uint8Array> {
  const target = address(host);
  if (target === undefined) return failed(PROXY_FAULT.longName);
  const methods = credentials === undefined ? [NO_LOGIN] : [NO_LOGIN, PASSWORD_LOGIN];
  const [version, method] = yield step([VERSION, methods.length, ...methods], 2);
  if (version !== VERSION) return NONSENSE;
  if (method === PASSWORD_LOGIN && credentials !== undefined) {
    const [user, password] = [credentials.user, credentials.password].map(counted);
    const [version, status] = yield step([LOGIN_VERSION, ...user!, ...password!], 2);
    if (version !== LOGIN_VERSION) return NONSENSE;
    if (status !== SUCCEEDED) return failed(PROXY_FAULT.wrongLogin);
  } else if (method !== NO_LOGIN) {
    return failed(credentials === undefined ? PROXY_FAULT.needsLogin : PROXY_FAULT.noLogin);
  }
  const request = [VERSION, CONNECT, 0, ...target, port >> 8, port & 0xff];
  const [answered, reply, , kind] = yield step(request, 4);
  if (answered !== VERSION || reply === undefined) return NONSENSE;
  if (reply === CONNECTION_REFUSED) return { kind: "refused" };
  if (reply !== SUCCEEDED) return failed(FAILURES[reply] ?? FAILURES[1]!);
  // The proxy's own address is of no use, but has to be read.
  if (kind === IPV4) yield step([], 4 + 2);
  else if (kind === IPV6) yield step([], 16 + 2);
  else if (kind === NAME) {
    const [length = 0] = yield step([], 1);
    yield step([], length + 2);
  } else return NONSENSE;
  return { kind: "connected" };
}

function step(send: readonly number[], read: number): SocksStep {
  return { send: Uint8Array.from(send), read };
}

function failed(why: string): SocksVerdict {
  return { kind: "failed", why };
}

/** A text prefixed with its length. */
function counted(text: string): number[] {
  const bytes = encoder.encode(text).subarray(0, LONGEST);
  return [bytes.length, ...bytes];
}

/** Encodes a destination; undefined if a request can't hold it. */
function address(host: string): number[] | undefined {
  const bytes = parseAddress(host);
  if (bytes !== undefined) return [bytes.length === 4 ? IPV4 : IPV6, ...bytes];
  const name = encoder.encode(host);
  return name.length === 0 || name.length > LONGEST ? undefined : [NAME, name.length, ...name];
}
