/**
 * Connects to a server, encrypted if possible, subject to the known servers.
 *
 * Without a port, encryption is tried first. If nothing listens there, and the machine was never
 * reached with encryption, the connection is made without. The certificate is judged before
 * anything is sent.
 * @module
 */
import { dialFault } from "../client/trust/dial_fault.ts";
import { findKnown, type KnownHost, wasEncrypted } from "../client/trust/known_hosts.ts";
import { judge, type TrustOptions, type TrustVerdict } from "../client/trust/trust.ts";
import type { Socket } from "./connection.ts";
import { isLoopback } from "./address.ts";
import { onAbort } from "./on_abort.ts";
import type { Proxy } from "./proxy.ts";
import { reach } from "./reach.ts";
import { tlsFault } from "./tls_context.ts";
import { TlsSocket } from "./tls_socket.ts";
import { CONNECTION, CONNECTION_FAULT, TRUST } from "../wording/reaching.ts";

/** The port of IRC with encryption (RFC 7194). */
export const SECURE_PORT = 6697;

/** The port of IRC without encryption. */
export const PLAIN_PORT = 6667;

/** The two ports of a server: with encryption, and without. */
export interface Ports {
  readonly secure: number;
  readonly plain: number;
}

/** How long one attempt may take, in milliseconds. */
const DIAL_MS = 15_000;

/** How long a server may take to answer once it has accepted the connection, in milliseconds. */
const ANSWER_MS = 10_000;

export interface DialTarget {
  /** A host name or an address, without brackets. */
  readonly host: string;
  /** The port; undefined for the usual ones. */
  readonly port: number | undefined;
  /**
   * `always`: the address asks for it (`ircs://`, `+PORT`). `never`: the person wants none
   * (`--no-tls`). `auto`: whatever the server offers, see {@linkcode dial}.
   */
  readonly encryption: "auto" | "always" | "never";
}

export interface DialOptions extends Omit<TrustOptions, "canAsk"> {
  readonly signal: AbortSignal;
  /** A certificate, as PEM, that is trusted itself or as an authority (`--ca`). */
  readonly ca: string | undefined;
  /** Asks the person a question of several lines; undefined if nobody can be asked. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Adds a server to the file of known servers. Rejects if it can't be written. */
  readonly remember: (entry: KnownHost) => Promise<void>;
  /** Why this runtime can't show certificates; the runtime is asked if it is left out. */
  readonly fault?: string | undefined;
  readonly proxy?: Proxy | undefined;
  /** Whether an address is on this machine. Default: {@linkcode isLoopback}. */
  readonly local?: ((address: string) => boolean) | undefined;
  /** The ports to try if none is given. Default: the usual ones. */
  readonly ports?: Ports;
  /** How long a server may take to begin to encrypt, in milliseconds. */
  readonly answerMs?: number | undefined;
}

export type Dialled =
  | {
    readonly kind: "connected";
    readonly socket: Socket;
    readonly port: number;
    readonly secure: boolean;
    /** Whether it is encrypted and the server's identity is certain. */
    readonly sure: boolean;
    /** What the person should know, a sentence: that it is not encrypted, who is trusted now. */
    readonly notice: string | undefined;
    /** The address of our end. */
    readonly from: string;
  }
  | Failed
  | Refused;

/** There is no connection; trying again later may help. `why` is part of a sentence. */
interface Failed {
  readonly kind: "failed";
  readonly port: number;
  readonly why: string;
}

/** The server is not trusted, or the person said no. Trying again would change nothing. */
interface Refused {
  readonly kind: "refused";
  readonly text: string;
}

/**
 * Connects to a server. Never rejects.
 *
 * With `encryption: "auto"`, encryption is required on port 6697, for a server that was reached
 * with encryption before, and if a certificate is named (`expected`, `ca`). Other ports are taken
 * to be unencrypted; but port 6667 of a machine that was reached with encryption before is refused.
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

/** What {@linkcode dialFault} says if a port is closed. */
const NOTHING_LISTENS = dialFault(new Deno.errors.ConnectionRefused("refused"));

function downgraded(host: string): Refused {
  return { kind: "refused", text: CONNECTION.downgraded(host) };
}

/** Runs an attempt, for a limited time. */
async function attempt<T>(
  port: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | Failed> {
  try {
    return await work(AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)]));
  } catch (error) {
    return { kind: "failed", port, why: dialFault(error) };
  }
}

/** Waits for the first answer of a server. */
async function answered<T>(
  signal: AbortSignal,
  { answerMs = ANSWER_MS }: DialOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(answerMs);
  try {
    return await work(AbortSignal.any([signal, late]));
  } catch (error) {
    if (late.aborted && !signal.aborted) throw new Error(CONNECTION_FAULT.mute);
    throw error;
  }
}

/** Connects to a host. `local` says whether the connection leads to this machine. */
async function connect(
  host: string,
  port: number,
  signal: AbortSignal,
  { local = isLoopback, proxy }: DialOptions,
): Promise<{ readonly conn: Deno.TcpConn; readonly local: boolean }> {
  const { conn, proxied } = await reach(host, port, signal, proxy, dialFault);
  // A proxy on this machine may lead anywhere.
  return { conn, local: !proxied && local(conn.remoteAddr.hostname) };
}

function plain(host: string, port: number, options: DialOptions): Promise<Dialled> {
  return attempt(port, options.signal, async (signal) => {
    const { conn: socket, local } = await connect(host, port, signal, options);
    const notice = local ? undefined : CONNECTION.notEncrypted;
    const { hostname: from } = socket.localAddr;
    return { kind: "connected", socket, port, secure: false, sure: false, notice, from };
  });
}

async function secure(host: string, port: number, options: DialOptions): Promise<Dialled> {
  const fault = "fault" in options ? options.fault : tlsFault();
  if (options.ca !== undefined || fault !== undefined) {
    return await secureByAuthority(host, port, options, fault);
  }
  const found = await secureByIdentity(host, port, options);
  if (found.kind !== "ask") return found;
  if (!await options.ask!(found.question)) {
    return { kind: "refused", text: TRUST.declined };
  }
  // Servers do not wait long for a username, so connect again once the answer is there.
  const trusted = { ...options, expected: found.remember.fingerprint! };
  return await secureByIdentity(host, port, trusted) as Dialled;
}

/** Encrypts without checking who answers, then judges the certificate. */
function secureByIdentity(
  host: string,
  port: number,
  options: DialOptions,
): Promise<Dialled | Extract<TrustVerdict, { kind: "ask" }>> {
  return attempt(port, options.signal, async (signal) => {
    const { conn, local } = await connect(host, port, signal, options);
    const { hostname: from } = conn.localAddr;
    const socket = await answered(
      signal,
      options,
      (signal) => TlsSocket.connect(conn, { host, signal }),
    );
    using undo = new DisposableStack();
    undo.defer(() => socket.close());
    const { fingerprint, vouched } = socket.identity;
    const canAsk = options.ask !== undefined;
    const verdict = judge({ host, port, fingerprint, vouched, local }, { ...options, canAsk });
    if (verdict.kind !== "trusted") return verdict;
    const notice = await kept(verdict.remember, options);
    undo.move();
    return { kind: "connected", socket, port, secure: true, sure: verdict.sure, notice, from };
  });
}

/** Remembers a server. Returns a notice if its certificate is new, or can't be remembered. */
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
    return TRUST.notRemembered(file, why);
  }
  return entry.fingerprint === null || !isNew ? undefined : TRUST.remembered(entry.fingerprint);
}

/**
 * Encrypts with Deno's own TLS, which shows no certificate: only servers are accepted for which an
 * authority of this machine, or the given one, vouches.
 */
async function secureByAuthority(
  host: string,
  port: number,
  options: DialOptions,
  fault: string | undefined,
): Promise<Dialled> {
  const { ca, signal, expected, today } = options;
  if (expected !== undefined && fault !== undefined) {
    return { kind: "refused", text: TRUST.cannotCompare(fault) };
  }
  return await attempt(port, signal, async (signal) => {
    const { conn } = await connect(host, port, signal, options);
    const { hostname: from } = conn.localAddr;
    let socket: Socket;
    try {
      socket = await answered(signal, options, (signal) => startTls(conn, host, ca, signal));
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      // rustls says so of certificates; everything else is a fault of the network.
      if (!/certificate/i.test(why)) throw error;
      const advice = fault === undefined ? TRUST.notOfAuthority : TRUST.cannotAsk(fault);
      return { kind: "refused", text: TRUST.noAuthority(host, port, advice) };
    }
    // A file on the command line counts for this time only.
    const entry = { host, port, fingerprint: null, since: today };
    const isNew = ca === undefined && findKnown(options.known, host, port) === undefined;
    const notice = isNew ? await kept(entry, options) : undefined;
    return { kind: "connected", socket, port, secure: true, sure: true, notice, from };
  });
}

/** Encrypts with Deno's own TLS. On abort or a failed handshake, the connection is closed. */
async function startTls(
  conn: Deno.TcpConn,
  host: string,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  let tls: Deno.TlsConn | undefined;
  using _ = onAbort(signal, () => (tls ?? conn).close());
  try {
    tls = await Deno.startTls(conn, { hostname: host, caCerts: ca === undefined ? [] : [ca] });
    await tls.handshake();
    return tls;
  } catch (error) {
    if (!signal.aborted) tls?.close();
    throw error;
  }
}
