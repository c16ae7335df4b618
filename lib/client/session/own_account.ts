/**
 * Accounts: what the server says about them, and what the person wants.
 *
 * Source: IRCv3 SASL 3.1 (the numerics), `account-registration`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { expectNobody } from "./replies.ts";
import type { SessionContext } from "./context.ts";
import { askName, claim, greet, isRegistered } from "./handshake.ts";
import {
  askPassword,
  heard,
  isOwned,
  offersMechanisms,
  prove,
  startExchange,
  tellingFaults,
} from "./login.ts";
import { type Credentials } from "./login_state.ts";
import { mayTell, secrecyFault } from "./secrecy.ts";
import { CLIENT, LOGIN, REGISTRATION, SECRECY } from "../../wording/client.ts";

/** The account service of servers that have no better way. */
const SERVICE = "NickServ";

/** Why a login failed, by its numeric; else the server's words are told. */
const FAULTS: Readonly<Record<string, string>> = {
  "904": LOGIN.wrong,
  "905": LOGIN.tooLong,
  "906": LOGIN.aborted,
  "907": LOGIN.already,
};

/** 900: we are logged in, in whichever way. */
export function loggedIn(ctx: SessionContext, { params }: Message): void {
  const { run, unproven, settled, current, recalling } = ctx.login;
  const isEarly = !isRegistered(ctx) && !settled &&
    (current !== undefined || recalling !== undefined);
  // A server that has not proved to know the account could say that it is ours.
  if (run === undefined ? unproven || isEarly : run.next !== "verdict") return;
  const account = params[2] ?? "";
  const isKnown = ctx.resume.isRunning && ctx.login.last === account;
  ctx.login.account = ctx.login.last = account;
  ctx.login.leaving = false;
  if (isKnown) return;
  ctx.emit({ type: "loggedIn", account });
}

export function loggedOut(ctx: SessionContext): void {
  // The service may have said so before.
  if (ctx.login.leaving && ctx.login.account === undefined) return;
  ctx.login.account = undefined;
  ctx.login.current = undefined;
  ctx.emit({ type: "loggedOut" });
}

export function succeeded(ctx: SessionContext): void {
  const { run } = ctx.login;
  if (run === undefined) return;
  if (run.next === "verdict") finish(ctx, undefined, false);
  // A server that skips its own proof may know nothing of the account.
  else distrust(ctx, LOGIN.unproven);
}

/** 902, 904, 905, 906, 907: the login failed. */
export function refused(ctx: SessionContext, { command, params }: Message): void {
  const { run, mechanisms } = ctx.login;
  if (run === undefined) return;
  const mayChange = mechanisms !== undefined && !mechanisms.includes(run.mechanism);
  if (mayChange && run.before === undefined) {
    // 908 came before this: another mechanism may work.
    const fault = startExchange(ctx, run.credentials, run.mechanism);
    if (fault !== undefined) return finish(ctx, fault, false);
    if (ctx.doubt === undefined) return;
    ctx.login.run = undefined;
    if (ctx.phase === "loggingIn") ctx.enterPhase("asking");
    return;
  }
  const said = (params.at(-1) ?? "").replace(/\.$/, "").slice(0, 300);
  const fault = run.excuse ?? FAULTS[command] ?? (said || LOGIN.refused);
  finish(ctx, fault, command === "904" && run.excuse === undefined);
}

/** FAIL AUTHENTICATE: explains the numeric that follows. Returns whether it is about our login. */
export function excused(ctx: SessionContext, [, code, ...rest]: readonly string[]): boolean {
  const { run } = ctx.login;
  if (run === undefined || code !== "TEMPORARILY_UNAVAILABLE") return false;
  run.excuse = (rest.at(-1) ?? "").replace(/\.$/, "").slice(0, 300) || LOGIN.notNow;
  return true;
}

/** 908: the mechanisms that the server knows, before it refuses ours. */
export function mechanisms(ctx: SessionContext, { params }: Message): void {
  const names = (params[1] ?? "").split(",", 50);
  offersMechanisms(ctx, names);
  if (ctx.login.run !== undefined) ctx.login.mechanisms = names;
}

export function authenticate(ctx: SessionContext, { params }: Message): void {
  breakOff(ctx, heard(ctx, params[0] ?? ""));
}

/** Takes the answer to the {@linkcode LoginRequest} `prove`. */
export function proved(ctx: SessionContext, id: number, proof: Uint8Array | undefined): void {
  breakOff(ctx, prove(ctx, id, proof));
}

function breakOff(ctx: SessionContext, fault: string | undefined): void {
  if (fault === undefined) return;
  ctx.send("AUTHENTICATE", "*");
  distrust(ctx, fault);
}

/** We break a login off: what the server says about it from now on is not believed. */
function distrust(ctx: SessionContext, fault: string): void {
  ctx.login.unproven = true;
  finish(ctx, fault, false);
}

/** Takes the answer to the {@linkcode LoginRequest} `recall`. */
export function recalled(ctx: SessionContext, account: string, password: string | undefined): void {
  const { login } = ctx;
  if (login.recalling !== account || ctx.phase !== "loggingIn") return;
  login.recalling = undefined;
  if (password !== undefined) login.current = { account, password, remembered: true };
  claim(ctx);
}

/** A login is over: goes on with what comes after it. */
function finish(ctx: SessionContext, fault: string | undefined, wrong: boolean): void {
  const { login } = ctx;
  const { run } = login;
  if (run === undefined) return;
  const { credentials } = run;
  const { account } = credentials;
  const early = ctx.phase === "loggingIn";
  login.run = undefined;
  login.settled = true;
  if (fault === undefined) {
    login.current = credentials;
    login.left = false;
    if (early) claim(ctx);
    else if (isRegistered(ctx) && !ctx.isupport.same(ctx.nick, account)) ctx.send("NICK", account);
    return;
  }
  if (wrong && login.current === credentials) login.current = undefined;
  const asks = ctx.options.login?.asks === true;
  if (early && !asks) {
    return ctx.refuse(LOGIN.failed(account, fault));
  }
  ctx.emit({ type: "loginFailed", account, reason: fault, wrong });
  if (!early) return;
  if (wrong) askPassword(ctx, account, "wrong");
  // If the name is refused then, its password is asked for.
  else claim(ctx);
}

/** A login, or the lookup of a stored password, takes too long. */
export function stopLogin(ctx: SessionContext): void {
  const { login } = ctx;
  login.recalling = undefined;
  if (login.run !== undefined) breakOff(ctx, LOGIN.silent);
  else if (ctx.phase === "loggingIn") claim(ctx);
}

/** The person gave the requested password, or an empty one to choose another name. */
export function givePassword(ctx: SessionContext, password: string): void {
  const { login } = ctx;
  const account = login.asking;
  if (account === undefined) return;
  login.asking = undefined;
  if (password === "") {
    ctx.wanted = undefined;
    if (ctx.phase === "asking") askName(ctx);
    else {
      ctx.asked = true;
      ctx.emit({ type: "askName" });
    }
    return;
  }
  login.current = { account, password };
  login.settled = false;
  ctx.wanted ??= account;
  if (ctx.phase === "asking") claim(ctx);
}

/** Why no account can be registered now, a sentence; undefined if it can. */
export function signUpFault(ctx: SessionContext): string | undefined {
  if (!isRegistered(ctx)) return CLIENT.notConnected;
  const { account } = ctx.login;
  if (account !== undefined) return LOGIN.alreadyAs(account);
  if (!ctx.enabled.has("draft/account-registration")) {
    return REGISTRATION.unsupported(SERVICE);
  }
  const keys = (ctx.capValues.get("draft/account-registration") ?? "").split(",");
  return keys.includes("email-required") ? REGISTRATION.needsEmail : undefined;
}

export function signUp(ctx: SessionContext, password: string): void {
  const fault = signUpFault(ctx);
  if (fault !== undefined) return ctx.fail(fault);
  const doubt = { kind: "signUp", password } as const;
  const may = mayTell(ctx, doubt, [secrecyFault(ctx)], SECRECY.password);
  if (may === "asked") return;
  if (may !== "yes") return ctx.fail(SECRECY.faultAdvice(may.fault));
  ctx.login.registering = { account: ctx.nick, password };
  ctx.send("REGISTER", "*", "*", password);
}

export function signedUp(ctx: SessionContext, { params }: Message): void {
  const [verdict, account = "", text = ""] = params;
  const { registering } = ctx.login;
  if (registering === undefined) return;
  ctx.login.registering = undefined;
  if (verdict === "SUCCESS") {
    ctx.login.current = registering;
    ctx.emit({ type: "registered", account });
  } else if (verdict === "VERIFICATION_REQUIRED") {
    ctx.inform(REGISTRATION.verify(text.slice(0, 300), account));
  }
}

/** Logs in to an account, also while logged in to another one. */
export function logIn(ctx: SessionContext, credentials: Credentials): void {
  if (!isRegistered(ctx)) return ctx.fail(CLIENT.notConnected);
  const { account } = credentials;
  if (ctx.login.run !== undefined) return ctx.fail(LOGIN.running);
  if (ctx.enabled.has("sasl")) {
    const fault = startExchange(ctx, credentials);
    if (fault !== undefined) ctx.fail(LOGIN.failed(account, fault));
    return;
  }
  tellIdentity(ctx, credentials, false);
}

/**
 * Logs in by the account service. The server's own command leads to it and to nobody else; on a
 * server without that command, a user called NickServ may be anyone.
 *
 * @param user whether to send it to the user of that name nevertheless.
 */
function tellIdentity(ctx: SessionContext, credentials: Credentials, user: boolean): void {
  const { account, password } = credentials;
  const stranger = user ? SECRECY.service(SERVICE) : undefined;
  const doubt = { kind: "service", credentials, user } as const;
  const faults = [stranger, ...tellingFaults(ctx, credentials)];
  const may = mayTell(ctx, doubt, faults, SECRECY.accountPassword(account));
  if (may === "asked") return;
  if (may !== "yes") return ctx.fail(SECRECY.fault(may.fault));
  const text = `IDENTIFY ${account} ${password}`;
  if (user) return tellService(ctx, text);
  ctx.login.hushed = text;
  ctx.login.served = credentials;
  ctx.send(SERVICE.toUpperCase(), text);
}

/** 421: the server has no command for the service. Returns whether that was the unknown command. */
export function noService(ctx: SessionContext, { params }: Message): boolean {
  const { served } = ctx.login;
  if (served === undefined || params[1]?.toUpperCase() !== SERVICE.toUpperCase()) return false;
  ctx.login.served = undefined;
  tellIdentity(ctx, served, true);
  return true;
}

/** The person said whether to send a password although others can hear it. */
export function confirm(ctx: SessionContext, yes: boolean): void {
  const { doubt } = ctx;
  ctx.doubt = undefined;
  if (doubt === undefined) return;
  if (yes) ctx.agreed.add(doubt.question);
  switch (doubt.kind) {
    case "pass":
      if (yes) greet(ctx);
      else ctx.refuse(SECRECY.passwordNotSent);
      return;
    case "login":
      if (isRegistered(ctx)) {
        if (yes) logIn(ctx, doubt.credentials);
        else ctx.fail(LOGIN.notLoggedIn);
        return;
      }
      ctx.login.settled = !yes;
      ctx.login.current = yes ? doubt.credentials : undefined;
      if (ctx.phase === "asking") claim(ctx);
      return;
    case "service":
      if (yes) tellIdentity(ctx, doubt.credentials, doubt.user);
      else ctx.fail(LOGIN.notLoggedIn);
      return;
    case "signUp":
      if (yes) signUp(ctx, doubt.password);
      else ctx.fail(REGISTRATION.cancelled);
      return;
    default:
      doubt satisfies never;
  }
}

export function logOut(ctx: SessionContext): void {
  if (!isRegistered(ctx)) return ctx.fail(CLIENT.notConnected);
  if (ctx.login.account === undefined) return ctx.fail(LOGIN.nobody);
  ctx.login.left = ctx.login.leaving = true;
  tellService(ctx, "LOGOUT");
}

/**
 * Hides notices of the service about logging out, since the session tells that and the new name in
 * its own words. On servers without the numeric, such a notice is all there is.
 *
 * @returns whether the notice is hidden.
 */
export function ofLogout(ctx: SessionContext, from: string, text: string): boolean {
  if (!ctx.login.leaving || !ctx.isupport.same(from, SERVICE)) return false;
  if (!/\blogged out\b/i.test(text)) return /\bthat you are not logged in to\b/.test(text);
  loggedOut(ctx);
  return true;
}

/**
 * Hides what the service says about a name that was refused to us because it is owned: the session
 * has told how to get it.
 *
 * @returns whether the notice is hidden.
 */
export function ofOwned({ login, isupport }: SessionContext, from: string, text: string): boolean {
  if (login.owned === undefined || !isupport.same(from, SERVICE)) return false;
  return isOwned(text) && text.toLowerCase().includes(login.owned.toLowerCase());
}

/** Sends a message that is not shown. */
function tellService(ctx: SessionContext, text: string): void {
  expectNobody(ctx, SERVICE);
  ctx.login.hushed = text;
  ctx.send("PRIVMSG", SERVICE, text);
}

/**
 * ERROR: if somebody logged in as us elsewhere, this is the end. Else two programs that want the
 * same name would throw each other out in turns.
 */
export function replaced(ctx: SessionContext): void {
  // Without an account, the invitation says who we are.
  const account = ctx.login.account ?? (ctx.options.password === undefined ? undefined : ctx.nick);
  if (account === undefined || !/\bconnected from elsewhere\)?$/.test(ctx.farewell ?? "")) return;
  ctx.refuse(LOGIN.replaced(account));
}

/** The server requires an account: asks for its password if a person is there. */
export function accountRequired(ctx: SessionContext, text: string): void {
  const account = ctx.wanted;
  // A person who came in on an invitation alone has no account.
  if (ctx.entered && ctx.options.password !== undefined && ctx.login.last === undefined) {
    ctx.refuse(LOGIN.invitationOver(text));
    return;
  }
  if (account === undefined || ctx.options.login?.asks !== true || !ctx.enabled.has("sasl")) {
    const inPipe = ctx.options.login === undefined;
    ctx.refuse(inPipe ? LOGIN.requiredInPipe(text) : LOGIN.required(text));
    return;
  }
  ctx.emit({ type: "error", text: LOGIN.required(text), code: "ACCOUNT_REQUIRED" });
  askPassword(ctx, account, "required");
}
