/**
 * Proving to a server that an account is ours: when that is tried, and the exchange itself.
 *
 * What takes time, or has to be looked up outside, is asked for by a {@linkcode LoginRequest}; its
 * answer comes back as a step of its own.
 *
 * Source: IRCv3 SASL 3.1 and 3.2; RFC 4616; RFC 5802.
 * @module
 */
import { plainMessage, saslChunks, type SaslMechanism, SaslReader } from "../../irc/sasl.ts";
import type { Bytes, ScramClient } from "../../crypto/scram.ts";
import type { Context } from "./context.ts";
import { INSECURE_ADVICE, mayTell, secrecyFault } from "./secrecy.ts";

/** An account, and how one proves to own it. */
export interface Credentials {
  /** Its name. */
  readonly account: string;
  /** Its password, as it was typed. */
  readonly password: string;
  /** Whether it is from another time: typed or given for a connection before this one. */
  readonly remembered?: boolean;
}

/** How a session logs in. */
export interface LoginOptions {
  /** The account to use, where it was given in advance; it is used whatever the name. */
  readonly given: Credentials | undefined;
  /** Whether somebody can be asked for a password. Else a login that fails is the end. */
  readonly asks: boolean;
  /** The client's side of a new SCRAM exchange, with a nonce of its own. */
  readonly exchange: (account: string, password: string) => ScramClient;
}

/** What a session needs done that it can't do itself. */
export type LoginRequest =
  /** The password that is kept for an account; the answer goes to `Session.recalled`. */
  | { readonly kind: "recall"; readonly account: string }
  /** The answer to a challenge: `exchange.answer(challenge)`, which goes to `Session.proved`. */
  | {
    readonly kind: "prove";
    readonly exchange: ScramClient;
    readonly challenge: Bytes;
    /** To be given back with the answer. */
    readonly id: number;
  };

/** Why a password is asked for. */
export type WhyPassword =
  /** The name that one wants belongs to an account. */
  | "owned"
  /** The password before was wrong. */
  | "wrong"
  /** The server takes only who has an account. */
  | "required";

/** A login that is under way. */
export interface Exchange {
  /** As whom. */
  readonly credentials: Credentials;
  /** By what. */
  readonly mechanism: SaslMechanism;
  /** By what it was tried before, which the server refused; undefined if it was not. */
  readonly before: SaslMechanism | undefined;
  /** Puts the server's messages together. */
  readonly reader: SaslReader;
  /** Our side of SCRAM. */
  readonly scram: ScramClient | undefined;
  /** Tells it from others. */
  readonly id: number;
  /** When it has taken too long, in milliseconds since 1970. */
  readonly until: number;
  /** Why the server can't even look whether it is right, in its own words, if it said so. */
  excuse?: string;
  /** What comes next: the server's word to begin, its messages, or only its verdict. */
  next: "begin" | "challenge" | "nothing" | "proof" | "verdict";
}

/** What a session knows of its account. */
export interface LoginState {
  /** The account that the server says we are logged in to. */
  account: string | undefined;
  /** The account that we were logged in to last, on this connection or an earlier one. */
  last: string | undefined;
  /** With what we log in on this connection and the next ones. */
  current: Credentials | undefined;
  /** The names whose kept passwords were asked for. */
  readonly recalled: Set<string>;
  /** The name whose kept password is on its way. */
  recalling: string | undefined;
  /** Whether all that can be tried for this name was tried on this connection. */
  settled: boolean;
  /** Whether the person logged out: then it is not done behind their back. */
  left: boolean;
  /** Whether the service was told so on this connection: what it says of that is not shown. */
  leaving: boolean;
  /**
   * Whether the server failed to prove itself on this connection, or made no sense: what it says of
   * logins is not believed until it does.
   */
  unproven: boolean;
  /** A login by the server's command for the service, which it may not know. */
  served: Credentials | undefined;
  /** What is under way. */
  run: Exchange | undefined;
  /** Whose password the person is being asked for. */
  asking: string | undefined;
  /** The account that is being made. */
  registering: Credentials | undefined;
  /** The mechanisms, where the server named them after a refusal. */
  mechanisms: readonly string[] | undefined;
  /** Whether a server offered SCRAM in this stay: then no other way is used without asking. */
  scramOffered: boolean;
  /** A secret that was sent as a message: its echo is shown to nobody. */
  hushed: string | undefined;
  /** How many exchanges there were. */
  count: number;
}

/** How long a login may take, in milliseconds: servers slow down who failed before. */
const LOGIN_MS = 60_000;

/** What is wrong with a server that can't sign as one that knows the account: it may be another. */
export const UNPROVEN =
  "the server did not prove that it knows this account, so it may not be the one that is meant";

/** The most names whose kept passwords are asked for in one stay. */
const MOST_RECALLED = 100;

/** Nothing is known yet. */
export function initialLogin(options: LoginOptions | undefined): LoginState {
  return {
    account: undefined,
    last: options?.given?.account,
    current: options?.given,
    recalled: new Set(),
    recalling: undefined,
    settled: false,
    left: false,
    leaving: false,
    unproven: false,
    served: undefined,
    run: undefined,
    asking: undefined,
    registering: undefined,
    mechanisms: undefined,
    scramOffered: false,
    hushed: undefined,
    count: 0,
  };
}

/** The connection is gone, and with it all that was under way on it. */
export function resetLogin(login: LoginState): void {
  login.account = undefined;
  login.recalling = undefined;
  login.settled = false;
  login.leaving = false;
  login.unproven = false;
  login.served = undefined;
  login.run = undefined;
  // Who listens there next time may be another one.
  if (login.current !== undefined) login.current = { ...login.current, remembered: true };
  login.registering = undefined;
  login.mechanisms = undefined;
  login.hushed = undefined;
}

/**
 * Logs in before a name is claimed, where that can be done: so the server knows whose it is.
 *
 * @returns whether the claim has to wait.
 */
export function loginFirst(ctx: Context, name: string): boolean {
  const { login, options } = ctx;
  if (options.login === undefined || login.settled || login.account !== undefined) return false;
  const { current } = login;
  if (!ctx.enabled.has("sasl")) {
    return current !== undefined && unable(ctx, current, "this server has no accounts for that");
  }
  if (current !== undefined) {
    const fault = startExchange(ctx, current);
    if (fault !== undefined) return unable(ctx, current, fault);
    if (ctx.doubt === undefined) wait(ctx);
    else [ctx.phase, ctx.phaseEnds] = ["asking", undefined];
    return true;
  }
  const key = ctx.isupport.fold(name);
  if (login.left || login.recalled.has(key) || login.recalled.size >= MOST_RECALLED) return false;
  login.recalled.add(key);
  login.recalling = name;
  ctx.request({ kind: "recall", account: name });
  wait(ctx);
  return true;
}

function wait(ctx: Context): void {
  ctx.phase = "loggingIn";
  ctx.phaseEnds = ctx.now + LOGIN_MS;
}

/** It can't even be tried. Returns whether that is the end: nobody is there to decide. */
function unable(ctx: Context, { account }: Credentials, fault: string): boolean {
  ctx.login.settled = true;
  const text = `Cannot log in as ${account}: ${fault}.`;
  if (ctx.options.login?.asks === true) ctx.emit({ type: "error", text, code: null });
  else ctx.end({ kind: "refused", reason: text });
  return ctx.options.login?.asks !== true;
}

/** Which mechanism is used; else why none is, a part of a sentence. */
function mechanismFor(ctx: Context): { mechanism: SaslMechanism } | { fault: string } {
  const offered = ctx.login.mechanisms ?? offeredAtFirst(ctx) ?? ["SCRAM-SHA-256"];
  if (offered.includes("SCRAM-SHA-256")) return { mechanism: "SCRAM-SHA-256" };
  if (offered.includes("PLAIN")) return { mechanism: "PLAIN" };
  return { fault: "this server offers no way of logging in that is known here" };
}

/** The mechanisms that the server has offered by itself; undefined if it has named none. */
function offeredAtFirst(ctx: Context): readonly string[] | undefined {
  const value = ctx.capValues.get("sasl") ?? "";
  return value === "" ? undefined : value.split(",");
}

/** The server has named mechanisms, in whichever way. */
export function offersMechanisms({ login }: Context, names: readonly string[]): void {
  login.scramOffered ||= names.includes("SCRAM-SHA-256");
}

/** Why an account's password should not be told by PLAIN or to a service, as `mayTell` takes it. */
export function tellingFaults(ctx: Context, { remembered }: Credentials): (string | undefined)[] {
  const downgraded = ctx.login.scramOffered
    ? "This server offered a way of logging in that tells nobody the password, and now wants to be " +
      "told it"
    : undefined;
  return [downgraded, secrecyFault(ctx, remembered)];
}

/**
 * Begins to log in; or asks first, if the password itself would be sent to somebody who may not be
 * meant.
 *
 * @param before by what it was tried already.
 * @returns why neither can be, a part of a sentence; undefined if one of them is done.
 */
export function startExchange(
  ctx: Context,
  credentials: Credentials,
  before?: SaslMechanism,
): string | undefined {
  const { login, options } = ctx;
  const found = mechanismFor(ctx);
  if ("fault" in found) return found.fault;
  const { mechanism } = found;
  const { account, password } = credentials;
  if (mechanism === "PLAIN") {
    const doubt = { kind: "login", credentials } as const;
    const faults = tellingFaults(ctx, credentials);
    const may = mayTell(ctx, doubt, faults, `the password of ${account}`);
    if (may === "asked") return undefined;
    if (may !== "yes") {
      const { fault } = may;
      return `${fault.charAt(0).toLowerCase()}${fault.slice(1)}. ${INSECURE_ADVICE.slice(0, -1)}`;
    }
  }
  login.run = {
    credentials,
    mechanism,
    before,
    reader: new SaslReader(),
    scram: mechanism === "PLAIN" ? undefined : options.login?.exchange(account, password),
    id: ++login.count,
    until: ctx.now + LOGIN_MS,
    next: "begin",
  };
  ctx.send("AUTHENTICATE", mechanism);
  return undefined;
}

/**
 * AUTHENTICATE: the server's part of the exchange.
 *
 * @returns why it is broken off, a part of a sentence; undefined where it goes on.
 */
export function heard(ctx: Context, chunk: string): string | undefined {
  const { run } = ctx.login;
  if (run === undefined) return undefined;
  const frame = run.reader.push(chunk);
  if (frame.kind === "more") return undefined;
  if (frame.kind !== "payload") return "the server's answer makes no sense";
  return takeMessage(ctx, run, frame.bytes);
}

function takeMessage(ctx: Context, run: Exchange, message: Bytes): string | undefined {
  const { scram } = run;
  const { account, password } = run.credentials;
  switch (run.next) {
    case "begin":
      run.next = scram === undefined ? "verdict" : "challenge";
      say(ctx, scram?.greet() ?? plainMessage({ authzid: "", authcid: account, password }));
      return undefined;
    case "challenge":
      if (scram === undefined) return "the server's answer makes no sense";
      run.next = "nothing";
      ctx.request({ kind: "prove", exchange: scram, challenge: message, id: run.id });
      return undefined;
    case "proof":
      // Who doesn't know the account can't have signed: whoever answers is not that server.
      if (scram?.isServer(message) !== true) return UNPROVEN;
      run.next = "verdict";
      ctx.login.unproven = false;
      say(ctx, new Uint8Array());
      return undefined;
    case "nothing":
    case "verdict":
      return "the server's answer makes no sense";
    default:
      return run.next satisfies never;
  }
}

/** The answer to the server's challenge is there. Returns as {@linkcode heard} does. */
export function prove(ctx: Context, id: number, proof: Uint8Array | undefined): string | undefined {
  const { run } = ctx.login;
  if (run?.id !== id || run.next !== "nothing") return undefined;
  if (proof === undefined) return "the server asks for what is not safe";
  run.next = "proof";
  say(ctx, proof);
  return undefined;
}

function say(ctx: Context, message: Uint8Array): void {
  for (const chunk of saslChunks(message)) ctx.send("AUTHENTICATE", chunk);
}

/** Asks the person for the password of an account; nothing else goes on until it is there. */
export function askPassword(ctx: Context, account: string, why: WhyPassword): void {
  ctx.phase = "asking";
  ctx.phaseEnds = undefined;
  // It stands in the place of what was asked before.
  ctx.doubt = undefined;
  ctx.login.asking = account;
  ctx.emit({ type: "askPassword", account, why });
}

/** Whether a name was refused because it belongs to an account, by the server's words. */
export function isOwned(said: string): boolean {
  return !/looks like/i.test(said) && /\b(?:belongs to|reserved by|is registered)\b/i.test(said);
}
