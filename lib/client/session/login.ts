/**
 * Logs in to accounts by SASL.
 *
 * A {@linkcode LoginRequest} asks for what takes time or is stored elsewhere; its answer is a step
 * of its own.
 *
 * Source: IRCv3 SASL 3.1 and 3.2; RFC 4616; RFC 5802.
 * @module
 */
import { plainMessage, saslChunks, type SaslMechanism, SaslReader } from "../../irc/sasl.ts";
import type { Bytes } from "../../crypto/scram.ts";
import type { SessionContext } from "./context.ts";
import type { Credentials, Exchange, WhyPassword } from "./login_state.ts";
import { mayTell, secrecyFault } from "./secrecy.ts";
import { LOGIN, SECRECY } from "../../wording/client.ts";

/** How long a login may take, in milliseconds: servers delay those who failed before. */
const LOGIN_MS = 60_000;

/** The most names whose stored passwords are requested in one stay. */
const MOST_RECALLED = 100;

/**
 * Logs in before a name is claimed, if possible, so that the server knows whose name it is.
 *
 * @returns whether the claim has to wait.
 */
export function loginFirst(ctx: SessionContext, name: string): boolean {
  const { login, options } = ctx;
  if (options.login === undefined || login.settled || login.account !== undefined) return false;
  const { current } = login;
  if (!ctx.enabled.has("sasl")) {
    return current !== undefined && unable(ctx, current, LOGIN.noAccounts);
  }
  if (current !== undefined) {
    const fault = startExchange(ctx, current);
    if (fault !== undefined) return unable(ctx, current, fault);
    if (ctx.doubt === undefined) wait(ctx);
    else ctx.enterPhase("asking");
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

function wait(ctx: SessionContext): void {
  ctx.enterPhase("loggingIn", LOGIN_MS);
}

/** The login can't even be tried. Returns whether that is the end, since nobody can decide. */
function unable(ctx: SessionContext, { account }: Credentials, fault: string): boolean {
  ctx.login.settled = true;
  const text = LOGIN.failed(account, fault);
  if (ctx.options.login?.asks === true) ctx.fail(text);
  else ctx.end({ kind: "refused", reason: text });
  return ctx.options.login?.asks !== true;
}

/** The mechanism to use; or why there is none, part of a sentence. */
function mechanismFor(ctx: SessionContext): { mechanism: SaslMechanism } | { fault: string } {
  const offered = ctx.login.mechanisms ?? offeredAtFirst(ctx) ?? ["SCRAM-SHA-256"];
  if (offered.includes("SCRAM-SHA-256")) return { mechanism: "SCRAM-SHA-256" };
  if (offered.includes("PLAIN")) return { mechanism: "PLAIN" };
  return { fault: LOGIN.noMechanism };
}

/** The mechanisms in the value of the capability; undefined if it names none. */
function offeredAtFirst(ctx: SessionContext): readonly string[] | undefined {
  const value = ctx.capValues.get("sasl") ?? "";
  return value === "" ? undefined : value.split(",");
}

export function offersMechanisms({ login }: SessionContext, names: readonly string[]): void {
  login.scramOffered ||= names.includes("SCRAM-SHA-256");
}

/** Why the password should not be told by PLAIN or to a service, as `mayTell` takes it. */
export function tellingFaults(
  ctx: SessionContext,
  { remembered }: Credentials,
): (string | undefined)[] {
  const downgraded = ctx.login.scramOffered ? SECRECY.downgraded : undefined;
  return [downgraded, secrecyFault(ctx, remembered)];
}

/**
 * Begins to log in; or asks the person first, if the password itself would be sent to somebody who
 * may not be meant.
 *
 * @param before the mechanism that failed before, if any.
 * @returns why neither is possible, part of a sentence.
 */
export function startExchange(
  ctx: SessionContext,
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
    const may = mayTell(ctx, doubt, faults, SECRECY.accountPassword(account));
    if (may === "asked") return undefined;
    if (may !== "yes") {
      const { fault } = may;
      return LOGIN.withAdvice(fault.charAt(0).toLowerCase() + fault.slice(1), SECRECY.advice);
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
 * Handles AUTHENTICATE: the server's part of the exchange.
 *
 * @returns why the exchange fails, part of a sentence; undefined if it goes on.
 */
export function heard(ctx: SessionContext, chunk: string): string | undefined {
  const { run } = ctx.login;
  if (run === undefined) return undefined;
  const frame = run.reader.push(chunk);
  if (frame.kind === "more") return undefined;
  if (frame.kind !== "payload") return LOGIN.nonsense;
  return takeMessage(ctx, run, frame.bytes);
}

function takeMessage(ctx: SessionContext, run: Exchange, message: Bytes): string | undefined {
  const { scram } = run;
  const { account, password } = run.credentials;
  switch (run.next) {
    case "begin":
      run.next = scram === undefined ? "verdict" : "challenge";
      say(ctx, scram?.greet() ?? plainMessage({ authzid: "", authcid: account, password }));
      return undefined;
    case "challenge":
      if (scram === undefined) return LOGIN.nonsense;
      run.next = "nothing";
      ctx.request({ kind: "prove", exchange: scram, challenge: message, id: run.id });
      return undefined;
    case "proof":
      // A server that does not know the account can't have signed.
      if (scram?.isServer(message) !== true) return LOGIN.unproven;
      run.next = "verdict";
      ctx.login.unproven = false;
      say(ctx, new Uint8Array());
      return undefined;
    case "nothing":
    case "verdict":
      return LOGIN.nonsense;
    default:
      return run.next satisfies never;
  }
}

/** Takes the answer to the server's challenge. Returns as {@linkcode heard} does. */
export function prove(
  ctx: SessionContext,
  id: number,
  proof: Uint8Array | undefined,
): string | undefined {
  const { run } = ctx.login;
  if (run?.id !== id || run.next !== "nothing") return undefined;
  if (proof === undefined) return LOGIN.unsafe;
  run.next = "proof";
  say(ctx, proof);
  return undefined;
}

function say(ctx: SessionContext, message: Uint8Array): void {
  for (const chunk of saslChunks(message)) ctx.send("AUTHENTICATE", chunk);
}

/** Asks the person for the password of an account; nothing goes on until it is there. */
export function askPassword(ctx: SessionContext, account: string, why: WhyPassword): void {
  ctx.enterPhase("asking");
  // It replaces an earlier question.
  ctx.doubt = undefined;
  ctx.login.asking = account;
  ctx.emit({ type: "askPassword", account, why });
}

/** Whether the server says that a name belongs to an account. */
export function isOwned(said: string): boolean {
  return !/looks like/i.test(said) && /\b(?:belongs to|reserved by|is registered)\b/i.test(said);
}
