/**
 * What a session does about accounts: what the server says of them, and what the person wants.
 *
 * Source: IRCv3 SASL 3.1 (the numerics), `account-registration`.
 * @module
 */
import type { Message } from "../irc/message.ts";
import { expectNobody } from "./answers.ts";
import type { Context } from "./context.ts";
import { askName, claim, isRegistered } from "./handshake.ts";
import { askPassword, type Credentials, heard, prove, startExchange } from "./login.ts";

/** Who looks after accounts on servers that have no better way. */
const SERVICE = "NickServ";

/** What a refusal of the login says, by its numeric; the rest is in the server's words. */
const FAULTS: Readonly<Record<string, string>> = {
  "904": "the name or the password is wrong",
  "905": "the server finds it too long",
  "906": "the server broke it off",
  "907": "this connection is logged in already",
};

/** 900: logged in, also by other ways than ours. */
export function loggedIn(ctx: Context, { params }: Message): void {
  const account = params[2] ?? "";
  ctx.login.account = ctx.login.last = account;
  ctx.login.leaving = false;
  ctx.emit({ type: "loggedIn", account });
}

/** 901: logged out. */
export function loggedOut(ctx: Context): void {
  // It is told once: the service may have said it before.
  if (ctx.login.leaving && ctx.login.account === undefined) return;
  ctx.login.account = undefined;
  ctx.login.current = undefined;
  ctx.emit({ type: "loggedOut" });
}

/** 903: it is ours. */
export function succeeded(ctx: Context): void {
  const { run } = ctx.login;
  if (run === undefined) return;
  if (run.next === "verdict") finish(ctx, undefined, false);
  // A server that skips its own proof may know nothing of the account.
  else finish(ctx, "the server does not know this account itself", false);
}

/** 902, 904, 905, 906, 907: it did not work. */
export function refused(ctx: Context, { command, params }: Message): void {
  const { run, mechanisms } = ctx.login;
  if (run === undefined) return;
  if (mechanisms !== undefined && !mechanisms.includes(run.mechanism)) {
    // 908 came before this: another mechanism may do.
    const fault = startExchange(ctx, run.credentials);
    if (fault !== undefined) finish(ctx, fault, false);
    return;
  }
  const said = (params.at(-1) ?? "").replace(/\.$/, "").slice(0, 300);
  finish(ctx, FAULTS[command] ?? (said || "the server refuses it"), command === "904");
}

/** 908: the mechanisms that the server knows, before it refuses ours. */
export function mechanisms(ctx: Context, { params }: Message): void {
  if (ctx.login.run !== undefined) ctx.login.mechanisms = (params[1] ?? "").split(",", 50);
}

/** AUTHENTICATE */
export function authenticate(ctx: Context, { params }: Message): void {
  breakOff(ctx, heard(ctx, params[0] ?? ""));
}

/** What {@linkcode LoginRequest} `prove` asked for. */
export function proved(ctx: Context, id: number, proof: Uint8Array | undefined): void {
  breakOff(ctx, prove(ctx, id, proof));
}

function breakOff(ctx: Context, fault: string | undefined): void {
  if (fault === undefined) return;
  ctx.send("AUTHENTICATE", "*");
  finish(ctx, fault, false);
}

/** What {@linkcode LoginRequest} `recall` asked for. */
export function recalled(ctx: Context, account: string, password: string | undefined): void {
  const { login } = ctx;
  if (login.recalling !== account || ctx.phase !== "loggingIn") return;
  login.recalling = undefined;
  if (password !== undefined) login.current = { account, password };
  claim(ctx);
}

/** A login is over. What was to come behind it comes. */
function finish(ctx: Context, fault: string | undefined, wrong: boolean): void {
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
    ctx.end({ kind: "refused", reason: `Cannot log in as ${account}: ${fault}.` });
    return;
  }
  ctx.emit({ type: "loginFailed", account, reason: fault, wrong });
  if (!early) return;
  if (wrong) askPassword(ctx, account, "wrong");
  // Where the name is refused then, the password is asked for.
  else claim(ctx);
}

/** The server takes too long to answer, or whoever keeps the passwords does. */
export function stopLogin(ctx: Context): void {
  const { login } = ctx;
  login.recalling = undefined;
  if (login.run !== undefined) breakOff(ctx, "the server does not answer");
  else if (ctx.phase === "loggingIn") claim(ctx);
}

/** The password that was asked for is given; empty for another name. */
export function givePassword(ctx: Context, password: string): void {
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

/** Why no account can be made now, a sentence; undefined where it can. */
export function signUpFault(ctx: Context): string | undefined {
  if (!isRegistered(ctx)) return "There is no connection to the server now.";
  const { account } = ctx.login;
  if (account !== undefined) return `You are logged in as ${account} already.`;
  if (!ctx.enabled.has("draft/account-registration")) {
    return `This server registers names in its own way, if at all: /msg ${SERVICE} HELP REGISTER ` +
      "may tell how.";
  }
  const keys = (ctx.capValues.get("draft/account-registration") ?? "").split(",");
  if (keys.includes("email-required")) {
    return "This server registers a name only with an e-mail address, which cannot be done here.";
  }
  return undefined;
}

/** Makes an account under our name. */
export function signUp(ctx: Context, password: string): void {
  const fault = signUpFault(ctx);
  if (fault !== undefined) return fail(ctx, fault);
  ctx.login.registering = { account: ctx.nick, password };
  ctx.send("REGISTER", "*", "*", password);
}

/** REGISTER: what became of that. */
export function signedUp(ctx: Context, { params }: Message): void {
  const [verdict, account = "", text = ""] = params;
  const { registering } = ctx.login;
  if (registering === undefined) return;
  ctx.login.registering = undefined;
  if (verdict === "SUCCESS") {
    ctx.login.current = registering;
    ctx.emit({ type: "registered", account });
  } else if (verdict === "VERIFICATION_REQUIRED") {
    const then = `Then type /raw VERIFY ${account} CODE`;
    ctx.emit({ type: "info", text: `The server says: ${text.slice(0, 300)} ${then}` });
  }
}

/** Logs in to an account, whoever one is now. */
export function logIn(ctx: Context, credentials: Credentials): void {
  if (!isRegistered(ctx)) return fail(ctx, "There is no connection to the server now.");
  const { account, password } = credentials;
  if (ctx.login.run !== undefined) return fail(ctx, "You are being logged in already.");
  if (ctx.enabled.has("sasl")) {
    const fault = startExchange(ctx, credentials);
    if (fault !== undefined) fail(ctx, `Cannot log in as ${account}: ${fault}.`);
    return;
  }
  if (!ctx.safe) {
    return fail(
      ctx,
      `Cannot log in as ${account}: this server wants to be told the password itself, which ` +
        "others could read on the way: the connection is not encrypted.",
    );
  }
  tellService(ctx, `IDENTIFY ${account} ${password}`);
}

/** Logs out. */
export function logOut(ctx: Context): void {
  if (!isRegistered(ctx)) return fail(ctx, "There is no connection to the server now.");
  if (ctx.login.account === undefined) return fail(ctx, "You are not logged in.");
  ctx.login.left = ctx.login.leaving = true;
  tellService(ctx, "LOGOUT");
}

/**
 * A notice from the service that only says what logging out does: it is told in our own words, and
 * so is the new name. Servers without the numeric for it have only this.
 *
 * @returns whether nobody has to be told.
 */
export function ofLogout(ctx: Context, from: string, text: string): boolean {
  if (!ctx.login.leaving || !ctx.isupport.same(from, SERVICE)) return false;
  if (!/\blogged out\b/i.test(text)) return /\bthat you are not logged in to\b/.test(text);
  loggedOut(ctx);
  return true;
}

/** What is said here is shown nowhere. */
function tellService(ctx: Context, text: string): void {
  expectNobody(ctx, SERVICE);
  ctx.login.hushed = text;
  ctx.send("PRIVMSG", SERVICE, text);
}

/**
 * ERROR: where one came in from elsewhere, this is the end. Two programs that both want the name
 * would else throw each other out in turns.
 */
export function replaced(ctx: Context): void {
  const { account } = ctx.login;
  if (account === undefined || !/\bcame in from elsewhere\)?$/.test(ctx.farewell ?? "")) return;
  ctx.end({
    kind: "refused",
    reason: `You have come in as ${account} from elsewhere, so this chat ends.`,
  });
}

/** The server takes only who has an account. Where a person is there, it is asked for. */
export function accountRequired(ctx: Context, text: string): void {
  const account = ctx.wanted;
  if (account === undefined || ctx.options.login?.asks !== true || !ctx.enabled.has("sasl")) {
    const how = ctx.options.login === undefined
      ? " Log in with --account NAME --account-password-file FILE."
      : "";
    ctx.end({ kind: "refused", reason: `The server says: ${text}.${how}` });
    return;
  }
  ctx.emit({ type: "error", text: `The server says: ${text}.`, code: "ACCOUNT_REQUIRED" });
  askPassword(ctx, account, "required");
}

function fail(ctx: Context, text: string): void {
  ctx.emit({ type: "error", text, code: null });
}
