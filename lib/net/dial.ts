/**
 * Reaching a server, encrypted wherever that can be had.
 *
 * Without a port, encryption is tried first; only where nothing listens there, and the machine was
 * never reached with encryption, it goes on without. The certificate is judged before a word is
 * sent.
 * @module
 */
import { dialFault } from "../client/trust/dial_fault.ts";
import { findKnown, type KnownHost, wasEncrypted } from "../client/trust/known_hosts.ts";
import { judge, type TrustOptions } from "../client/trust/trust.ts";
import type { Socket } from "./connection.ts";
import { isLoopback } from "./address.ts";
import type { Proxy } from "./proxy.ts";
import { reach } from "./reach.ts";
import { tlsFault } from "./tls_context.ts";
import { TlsSocket } from "./tls_socket.ts";

/** The port of IRC with encryption (RFC 7194). */
export const SECURE_PORT = 6697;

/** The port of IRC without. */
export const PLAIN_PORT = 6667;

/** The two ports of a server. */
export interface Ports {
  /** With encryption. */
  readonly secure: number;
  /** Without. */
  readonly plain: number;
}

/** How long one attempt may take, in milliseconds. */
const DIAL_MS = 15_000;

/** Where to go. */
export interface DialTarget {
  /** A host name or an address, without brackets. */
  readonly host: string;
  /** The port; undefined for the usual ones. */
  readonly port: number | undefined;
  /**
   * `always`: an address that asks for it (`ircs://`, `+PORT`). `never`: a person who asks for none
   * (`--no-tls`). `auto`: whatever is there, see {@linkcode dial}.
   */
  readonly encryption: "auto" | "always" | "never";
}

/** What a dial needs to know. */
export interface DialOptions extends Omit<TrustOptions, "canAsk"> {
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** A certificate, as PEM, that is trusted, or whose holder vouches for others (`--ca`). */
  readonly ca: string | undefined;
  /** Asks a person, in these lines; undefined where there is none. What it resolves to is the answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Keeps a server in the file of known ones. Rejects where that can't be. */
  readonly remember: (entry: KnownHost) => Promise<void>;
  /** Why this runtime can't show certificates, where it is not to be asked. */
  readonly fault?: string | undefined;
  /** The proxy to go through; none if it is left out. */
  readonly proxy?: Proxy | undefined;
  /** Whether an address is on this machine; {@linkcode isLoopback} where it is left out. */
  readonly local?: ((address: string) => boolean) | undefined;
  /** The ports of servers that stand there without one; the usual ones where they are left out. */
  readonly ports?: Ports;
}

/** What came of it. */
export type Dialled =
  | {
    readonly kind: "connected";
    /** The connection. */
    readonly socket: Socket;
    /** The port that it leads to. */
    readonly port: number;
    /** Whether it is encrypted. */
    readonly secure: boolean;
    /** Whether it is encrypted, and certain who the server is. */
    readonly sure: boolean;
    /** What the person should know, a sentence: that it is not encrypted, who is trusted now. */
    readonly notice: string | undefined;
  }
  /** There is no connection; trying again later may help. Part of a sentence. */
  | { readonly kind: "failed"; readonly port: number; readonly why: string }
  /** The server is not to be trusted, or a person said no. Trying again would change nothing. */
  | { readonly kind: "refused"; readonly text: string };

/**
 * Reaches a server. Never rejects.
 *
 * With `encryption: "auto"`, port 6697, a server that was reached with encryption before, and one
 * whose certificate was named (`expected`, `ca`), are reached with encryption or not at all.
 * Another port is taken to be without, unless it is 6667 on a machine that was reached with
 * encryption before: that is refused.
 */
export async function dial(place: DialTarget, options: DialOptions): Promise<Dialled> {
  const { host, port, encryption } = place;
  const { known, expected, ca, ports = { secure: SECURE_PORT, plain: PLAIN_PORT } } = options;
  if (encryption === "never") {
    return await plain(host, port ?? ports.plain, options);
  }
  const named = expected !== undefined || ca !== undefined;
  const before = findKnown(known, host, port ?? ports.secure) !== undefined;
  const sure = encryption === "always" || named || before || port === ports.secure;
  if (port !== undefined && !sure) {
    if (port === ports.plain && wasEncrypted(known, host)) return downgraded(host);
    return await plain(host, port, options);
  }
  const dialled = await secure(host, port ?? ports.secure, options);
  const nothing = dialled.kind === "failed" && dialled.why === NOTHING_LISTENS;
  if (!nothing || sure) return dialled;
  if (wasEncrypted(known, host)) return downgraded(host);
  return await plain(host, ports.plain, options);
}

/** What {@linkcode dialFault} says where a port is closed. */
const NOTHING_LISTENS = dialFault(new Deno.errors.ConnectionRefused("refused"));

function downgraded(host: string): Dialled {
  const text = `${host} was reached with encryption before, so it is not reached without. ` +
    "If that is meant, give --no-tls.";
  return { kind: "refused", text };
}

/** Runs an attempt, for a limited time. */
async function attempt(
  port: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Dialled>,
): Promise<Dialled> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new DOMException("", "TimeoutError")), DIAL_MS);
  try {
    return await work(AbortSignal.any([signal, timeout.signal]));
  } catch (error) {
    return { kind: "failed", port, why: dialFault(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** A connection to a host, and whether it leads to this very machine. */
async function connect(
  host: string,
  port: number,
  signal: AbortSignal,
  { local = isLoopback, proxy }: DialOptions,
): Promise<{ readonly conn: Deno.TcpConn; readonly local: boolean }> {
  const { conn, proxied } = await reach(host, port, signal, proxy, dialFault);
  // Where a proxy on this machine leads, is not to be seen.
  return { conn, local: !proxied && local(conn.remoteAddr.hostname) };
}

function plain(host: string, port: number, options: DialOptions): Promise<Dialled> {
  return attempt(port, options.signal, async (signal) => {
    const { conn: socket, local } = await connect(host, port, signal, options);
    const notice = local
      ? undefined
      : "This connection is not encrypted: what is said can be read on the network.";
    return { kind: "connected", socket, port, secure: false, sure: false, notice };
  });
}

async function secure(host: string, port: number, options: DialOptions): Promise<Dialled> {
  const fault = "fault" in options ? options.fault : tlsFault();
  if (options.ca !== undefined || fault !== undefined) {
    return await secureByAuthority(host, port, options, fault);
  }
  const found = await secureByIdentity(host, port, options);
  if (!("question" in found)) return found;
  const { question, remember } = found;
  if (!await options.ask!(question)) {
    return { kind: "refused", text: "The server was not trusted. Nothing was sent." };
  }
  // Nobody waits for long at a server's door without a name: with the answer in hand, once more.
  const trusted = { ...options, expected: remember.fingerprint! };
  return await secureByIdentity(host, port, trusted) as Dialled;
}

/** A question, and what to keep where the answer is yes. */
interface Open {
  readonly question: string;
  readonly remember: KnownHost;
}

/** Encrypts with whoever is there, then judges the certificate. */
async function secureByIdentity(
  host: string,
  port: number,
  options: DialOptions,
): Promise<Dialled | Open> {
  let open: Open | undefined;
  const dialled = await attempt(port, options.signal, async (signal) => {
    const { conn, local } = await connect(host, port, signal, options);
    const socket = await TlsSocket.connect(conn, { host, signal });
    try {
      const { fingerprint, vouched } = socket.identity;
      const canAsk = options.ask !== undefined;
      const verdict = judge({ host, port, fingerprint, vouched, local }, { ...options, canAsk });
      switch (verdict.kind) {
        case "trusted": {
          const notice = await kept(verdict.remember, options);
          return { kind: "connected", socket, port, secure: true, sure: verdict.sure, notice };
        }
        case "ask":
          socket.close();
          open = verdict;
          return { kind: "refused", text: verdict.question };
        case "refused":
          socket.close();
          return verdict;
        default:
          return verdict satisfies never;
      }
    } catch (error) {
      socket.close();
      throw error;
    }
  });
  return open ?? dialled;
}

/** Remembers a server, and tells of it where it was taken for what it shows. */
async function kept(
  entry: KnownHost | undefined,
  { known, file, remember }: DialOptions,
): Promise<string | undefined> {
  if (entry === undefined) return undefined;
  const isNew = findKnown(known, entry.host, entry.port)?.fingerprint !== entry.fingerprint;
  try {
    await remember(entry);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The server could not be remembered in ${file}: ${why}`;
  }
  return entry.fingerprint === null || !isNew
    ? undefined
    : `The server is remembered by its certificate: ${entry.fingerprint}`;
}

/**
 * Encrypts by Deno's own TLS, with those whom this machine's authorities or the given one vouch
 * for: it shows no certificate, so nothing else can be judged.
 */
function secureByAuthority(
  host: string,
  port: number,
  options: DialOptions,
  fault: string | undefined,
): Promise<Dialled> {
  const { ca, signal, expected, today } = options;
  if (expected !== undefined && fault !== undefined) {
    return Promise.resolve({
      kind: "refused",
      text: `A fingerprint can't be compared: ${fault}. Give the certificate with --ca FILE.`,
    });
  }
  return attempt(port, signal, async (signal) => {
    const { conn } = await connect(host, port, signal, options);
    let tls: Deno.TlsConn | undefined;
    const abort = () => (tls ?? conn).close();
    signal.addEventListener("abort", abort);
    try {
      tls = await Deno.startTls(conn, {
        hostname: host,
        caCerts: ca === undefined ? [] : [ca],
      });
      await tls.handshake();
    } catch (error) {
      signal.throwIfAborted();
      tls?.close();
      const why = error instanceof Error ? error.message : String(error);
      // Out of rustls; all else is the network's.
      if (!/certificate/i.test(why)) throw error;
      const advice = fault === undefined
        ? "Its certificate is not the one in --ca FILE, nor vouched for by it."
        : `Who it is can't be asked: ${fault}. Give its certificate with --ca FILE.`;
      const text = `Nobody vouches for the server at ${host}, port ${port}. ${advice}`;
      return { kind: "refused", text };
    } finally {
      signal.removeEventListener("abort", abort);
    }
    // What a file on the command line vouches for, is for this time only.
    const entry = { host, port, fingerprint: null, since: today };
    const isNew = ca === undefined && findKnown(options.known, host, port) === undefined;
    const notice = isNew ? await kept(entry, options) : undefined;
    return { kind: "connected", socket: tls, port, secure: true, sure: true, notice };
  });
}
