/**
 * AUTHENTICATE, REGISTER, VERIFY, and NickServ as a command.
 *
 * Source: IRCv3 SASL 3.1 and 3.2, `account-registration`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { sameName } from "../../irc/names.ts";
import { SASL_MECHANISMS } from "../../irc/sasl.ts";
import { logIn, settle, UNAVAILABLE } from "../accounts/account_login.ts";
import type { CommandRow, CommandRows, Context, Outcome } from "../command.ts";
import { askNickServ } from "../accounts/nickserv.ts";
import {
  continueExchange,
  failExchange,
  failUnavailable,
  startExchange,
} from "../accounts/sasl_exchange.ts";
import {
  addAccount,
  nameToBe,
  type NewAccount,
  type Refusal,
  signUp,
} from "../accounts/sign_up.ts";

const NICKSERV: CommandRow = {
  usage: "command",
  help: "Manages your account. NS HELP lists the commands.",
  for: "users",
  secret: true,
  run: (ctx, msg) => askNickServ(ctx, msg.params.join(" ")),
};

export const accountCommands: CommandRows = {
  AUTHENTICATE: {
    usage: "mechanism | data | *",
    help: "Logs in to an account with SASL. Clients do this by themselves.",
    min: 1,
    for: "peers",
    secret: true,
    run: authenticate,
  },
  REGISTER: {
    usage: "* * password",
    help: "Creates an account for your name, so that nobody else can use it.",
    min: 3,
    for: "peers",
    cost: 4,
    secret: true,
    run: register,
  },
  VERIFY: {
    usage: "account code",
    help: "Confirms a new account with a code. This server sends no codes.",
    min: 2,
    for: "peers",
    cost: 2,
    secret: true,
    run: verify,
  },
  NICKSERV,
  NS: NICKSERV,
};

function authenticate(ctx: Context, msg: Message): void {
  const { user } = ctx;
  const data = msg.params[0]!;
  if (!user.caps.has("sasl")) return ctx.reply("ERR_SASLFAIL", "Request the sasl capability first");
  if (data === "*") {
    user.sasl = undefined;
    return ctx.reply("ERR_SASLABORTED");
  }
  const { sasl } = user;
  if (sasl === undefined) return start(ctx, data);
  const frame = sasl.reader.push(data);
  switch (frame.kind) {
    case "more":
      return;
    case "payload":
      return continueExchange(ctx, sasl, frame.bytes);
    case "too-long":
      user.sasl = undefined;
      return ctx.reply("ERR_SASLTOOLONG");
    case "malformed":
      return failExchange(ctx);
    default:
      frame satisfies never;
  }
}

function start(ctx: Context, asked: string): void {
  const { user } = ctx;
  // SASL 3.2 allows another login after registration; before it, one is enough (SASL 3.1).
  if (user.account !== undefined && !user.registered) return ctx.reply("ERR_SASLALREADY");
  const mechanism = SASL_MECHANISMS.find((name) => name === asked.toUpperCase());
  if (mechanism !== undefined && ctx.world.store.accounts.trouble?.total) {
    return failUnavailable(ctx);
  }
  if (mechanism !== undefined) return startExchange(ctx, mechanism);
  ctx.reply("RPL_SASLMECHS", SASL_MECHANISMS.join(","));
  failExchange(ctx, "SASL mechanism is not supported");
}

function register(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const [account = "", , password = ""] = msg.params;
  const nick = nameToBe(ctx);
  if (!user.registered && !world.config.accounts.beforeConnect) {
    return ctx.fail(
      "REGISTER",
      "COMPLETE_CONNECTION_REQUIRED",
      account === "*" ? nick : account,
      "You must connect fully before you register",
    );
  }
  if (nick === "") {
    return ctx.fail(
      "REGISTER",
      "NEED_NICK",
      account,
      "Choose a nickname first: your account gets the same name",
    );
  }
  if (user.account === undefined && account !== "*" && !sameName(account, nick)) {
    const text = `Your account must have the same name as you: ${nick}`;
    return ctx.fail("REGISTER", "ACCOUNT_NAME_MUST_BE_NICK", account, text);
  }
  signUp(ctx, password, registered, (refusal) => refuse(ctx, nick, refusal));
}

/** The password of a new account was prepared. */
const registered: Outcome<NewAccount> = {
  name: "registered",
  run(ctx, prepared) {
    const { user, world, now } = ctx;
    const { name } = prepared;
    const made = addAccount(ctx, prepared);
    if ("code" in made) return refuse(ctx, name, made);
    ctx.send("REGISTER", "SUCCESS", name, `The name ${name} is now yours`);
    logIn(world, user, made, now);
    settle(world, user, now);
  },
};

export const registerOutcomes = [registered];

function refuse(ctx: Context, nick: string, { code, text }: Refusal): void {
  const name = code === "ALREADY_AUTHENTICATED" ? ctx.user.account! : nick;
  ctx.fail("REGISTER", code, name, text);
}

function verify(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const account = msg.params[0]!;
  if (!user.registered && !world.config.accounts.beforeConnect) {
    return ctx.fail(
      "VERIFY",
      "COMPLETE_CONNECTION_REQUIRED",
      account,
      "You must connect fully before you verify an account",
    );
  }
  if (user.account !== undefined) {
    const text = `You are already logged in as ${user.account}`;
    return ctx.fail("VERIFY", "ALREADY_AUTHENTICATED", user.account, text);
  }
  if (world.store.accounts.trouble?.total) {
    return ctx.fail("VERIFY", "TEMPORARILY_UNAVAILABLE", account, UNAVAILABLE);
  }
  ctx.fail("VERIFY", "INVALID_CODE", account, "Accounts on this server need no code");
}
