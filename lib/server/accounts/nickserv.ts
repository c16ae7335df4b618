/**
 * NickServ: commands about accounts in messages, for programs that don't use SASL.
 * @module
 */
import { passwordFault } from "../../irc/new_password.ts";
import { sameName } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import type { Account } from "../../store/accounts.ts";
import {
  attempt,
  changePassword,
  dropAccount,
  explain,
  logIn,
  logOut,
  settle,
  UNAVAILABLE,
} from "./account_login.ts";
import type { Context } from "../command.ts";
import { channelThatBans, isLoggedInTo, makeWay, ownerOf, whyNot } from "./ownership.ts";
import { serviceNotice } from "./service.ts";
import { signUp, UNWRITTEN, verifierFor } from "./sign_up.ts";
import { clip } from "../../text/bytes.ts";

interface ServiceCommand {
  readonly usage: string;
  readonly help: string;
  /** The handler; `rest` is what follows the command's name, as it was written. */
  readonly run: (ctx: Context, rest: string) => void;
}

const ROWS: Readonly<Record<string, ServiceCommand>> = {
  HELP: { usage: "[command]", help: "Explains a command, or lists all of them.", run: help },
  REGISTER: {
    usage: "password",
    help: "Makes an account under your name, which is then yours.",
    run: register,
  },
  IDENTIFY: {
    usage: "[name] password",
    help: "Logs you in, and gives you your name back. A password with spaces needs the name.",
    run: identify,
  },
  LOGOUT: { usage: "", help: "Logs you out.", run: logout },
  GHOST: {
    usage: "name [password]",
    help: "Ends another connection of yours that still has your name.",
    run: ghost,
  },
  REGAIN: { usage: "name [password]", help: "Gives you your name, whoever has it.", run: regain },
  INFO: { usage: "[name]", help: "Shows what is known of an account.", run: info },
  SET: {
    usage: "PASSWORD new password | HISTORY ON | HISTORY OFF",
    help:
      "Changes your password and ends all other sessions of your account; or says whether you " +
      "are shown the last messages of a room on entering it.",
    run: set,
  },
  DROP: {
    usage: "password",
    help: "Deletes your account for good; your name is then free.",
    run: drop,
  },
};

const SERVICE_COMMANDS: ReadonlyMap<string, ServiceCommand> = new Map(Object.entries(ROWS));

/** Runs a command of a message to NickServ, which answers. */
export function askNickServ(ctx: Context, text: string): void {
  const [word, rest] = split(text.trim());
  const command = SERVICE_COMMANDS.get(word.toUpperCase());
  if (command !== undefined) {
    const needsAccounts = command.run !== help && command.run !== logout;
    if (needsAccounts && ctx.world.store.accounts.trouble?.total) {
      return say(ctx, `${UNAVAILABLE} (TEMPORARILY_UNAVAILABLE).`);
    }
    return command.run(ctx, rest);
  }
  // It may be a password that was typed in the wrong place, so it is not echoed.
  say(ctx, word === "" ? INTRODUCTION : `There is no such command. ${INTRODUCTION}`);
}

const INTRODUCTION = `To see what there is, write: /msg ${SERVICE} HELP`;

function say({ world, user, now }: Context, text: string): void {
  serviceNotice(world, user, text, now);
}

/** Splits off the first word. */
function split(text: string): [word: string, rest: string] {
  const [, word = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(text) ?? [];
  return [word, rest];
}

function usage(ctx: Context, command: string): void {
  say(ctx, `It goes like this: /msg ${SERVICE} ${command} ${ROWS[command]!.usage}`);
}

function help(ctx: Context, rest: string): void {
  const topic = rest.toUpperCase();
  const found = [...SERVICE_COMMANDS].filter(([name]) => topic === "" || name === topic);
  if (found.length === 0) return say(ctx, `There is no such command. ${INTRODUCTION}`);
  if (topic === "") say(ctx, "An account makes your name your own. The commands:");
  for (const [name, { usage, help }] of found) say(ctx, `${`${name} ${usage}`.trimEnd()}: ${help}`);
}

function register(ctx: Context, rest: string): void {
  const { world, user, now } = ctx;
  // With other services an e-mail address follows, and programs send it.
  const password = /^(\S+) (?:\*|\S+@\S+)$/.exec(rest)?.[1] ?? rest;
  if (password === "") return usage(ctx, "REGISTER");
  signUp(ctx, password, (made) => {
    if ("code" in made) return say(ctx, `${made.text}.`);
    say(ctx, `The name ${made.account.name} is yours now. Keep the password: nobody can tell it.`);
    logIn(world, user, made.account, now);
    settle(world, user, now);
  });
}

/** Checks the password of an account, then calls `done`; if it is wrong, says so. */
function prove(ctx: Context, name: string, password: string, done: (account: Account) => void) {
  const { world, user, now } = ctx;
  ctx.defer(attempt(world, user, name, password, now), (outcome) => {
    if (outcome.kind === "right") done(outcome.account);
    else say(ctx, `${explain(outcome)}.`);
  });
}

function identify(ctx: Context, rest: string): void {
  const { world, user, now } = ctx;
  const [first, second] = split(rest);
  if (first === "") return usage(ctx, "IDENTIFY");
  const [name, password] = second === "" ? [user.nick, first] : [first, second];
  prove(ctx, name, password, (account) => {
    logIn(world, user, account, now);
    say(ctx, `You are logged in as ${account.name}.`);
    take(ctx, account.name);
    settle(world, user, now);
  });
}

/** Gives a logged-in user the name of its account. */
function take(ctx: Context, name: string): void {
  const { world, user, now } = ctx;
  if (user.nick === name) return;
  const why = whyNot(world, user, name, now);
  if (why !== undefined) return say(ctx, `${why}. You stay ${user.nick}.`);
  const banned = sameName(name, user.nick) ? undefined : channelThatBans(user);
  if (banned !== undefined) {
    const text = `Your name can't be changed while you are banned or muted in ${banned.name}`;
    return say(ctx, `${text}: leave it first. You stay ${user.nick}.`);
  }
  makeWay(world, user, name, now);
  world.rename(user, name, now);
}

function logout(ctx: Context): void {
  const { world, user, now } = ctx;
  if (user.account === undefined) return say(ctx, "You are not logged in.");
  const banned = channelThatBans(user);
  if (banned !== undefined) {
    const text = `You can't log out while you are banned or muted in ${banned.name}`;
    return say(ctx, `${text}: leave it first.`);
  }
  say(ctx, `You are logged out of ${user.account}.`);
  logOut(world, user, now);
}

/** Calls `done` if the user owns a name: it is logged in to the account, or gave its password. */
function asOwner(ctx: Context, command: string, rest: string, done: (name: string) => void): void {
  const { world, user } = ctx;
  const [name, password] = split(rest);
  if (name === "") return usage(ctx, command);
  const owner = ownerOf(world, name);
  if (owner !== undefined && isLoggedInTo(user, owner)) return done(name);
  if (password === "") return say(ctx, `To ${command} ${clip(name, 90)}, log in to its account.`);
  prove(ctx, name, password, (account) => {
    logIn(world, user, account, ctx.now);
    done(account.name);
    settle(world, user, ctx.now);
  });
}

function ghost(ctx: Context, rest: string): void {
  const { world, user, now } = ctx;
  asOwner(ctx, "GHOST", rest, (name) => {
    const holder = world.users.find(name);
    if (holder === undefined) return say(ctx, `Nobody here is called ${clip(name, 90)}.`);
    if (holder === user) return say(ctx, "That is you.");
    makeWay(world, user, name, now);
    say(ctx, `The name ${clip(name, 90)} is free.`);
  });
}

function regain(ctx: Context, rest: string): void {
  asOwner(ctx, "REGAIN", rest, (name) => {
    if (ctx.user.nick === name) return say(ctx, `You are ${name} already.`);
    take(ctx, name);
  });
}

function info(ctx: Context, rest: string): void {
  const { world, user } = ctx;
  const name = split(rest)[0] || user.nick;
  const account = world.store.accounts.find(name);
  if (account === undefined) {
    const isLost = world.store.accounts.mayExist(name);
    return say(ctx, isLost ? `${UNAVAILABLE}.` : `There is no account ${clip(name, 90)}.`);
  }
  say(ctx, `${account.name} is an account since ${new Date(account.createdAt).toUTCString()}.`);
  if (account.oper) say(ctx, `${account.name} is an operator of this server.`);
  // Logins are shown only to the owner and to operators of the server.
  if (user.oper === undefined && !isLoggedInTo(user, account.name)) return;
  const { lastLoginAt, failures } = account;
  if (lastLoginAt !== null) say(ctx, `Last login: ${new Date(lastLoginAt).toUTCString()}.`);
  if (failures > 0) say(ctx, `Failed logins since then: ${failures}.`);
}

function set(ctx: Context, rest: string): void {
  const [what, value] = split(rest);
  const { account } = ctx.user;
  const isHistory = what.toUpperCase() === "HISTORY" && /^(on|off)$/i.test(value);
  if (!isHistory && (what.toUpperCase() !== "PASSWORD" || value === "")) return usage(ctx, "SET");
  if (account === undefined) return say(ctx, "Log in first.");
  if (isHistory) setReplays(ctx, account, value.toUpperCase() === "ON");
  else setPassword(ctx, account, value);
}

/** Programs that ask for history themselves still get it. */
function setReplays(ctx: Context, account: string, on: boolean): void {
  if (!ctx.world.store.accounts.setReplays(account, on)) return say(ctx, `${UNWRITTEN}.`);
  const are = on ? "are" : "are not";
  say(ctx, `From now on you ${are} shown the last messages of a room when you enter it.`);
}

function setPassword(ctx: Context, account: string, password: string): void {
  const { world, user } = ctx;
  const fault = passwordFault(password, account);
  if (fault !== undefined) return say(ctx, `${fault.text}.`);
  ctx.defer(verifierFor(ctx, password), (verifier) => {
    if (user.account !== account) return say(ctx, "You are not logged in any more.");
    const kept = { mechanism: "SCRAM-SHA-256", ...verifier };
    const ended = changePassword(world, user, account, kept, ctx.now);
    if (ended === undefined) return say(ctx, `${UNWRITTEN}.`);
    const others = ended === 1 ? "1 other session was" : `${ended} other sessions were`;
    const told = ended === 0 ? "" : ` ${others} ended.`;
    say(ctx, `The password of ${account} is changed.${told}`);
  });
}

function drop(ctx: Context, rest: string): void {
  const { world, user } = ctx;
  const { account } = user;
  if (account === undefined) return say(ctx, "Log in first.");
  if (rest === "") return usage(ctx, "DROP");
  prove(ctx, account, rest, (proved) => {
    if (!dropAccount(world, user, proved.name, ctx.now)) return say(ctx, `${UNWRITTEN}.`);
    if (!user.gone) say(ctx, `The account ${proved.name} is deleted, and the name is free.`);
  });
}
