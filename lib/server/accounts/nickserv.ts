/**
 * NickServ: commands about accounts in messages, for programs that don't use SASL.
 * @module
 */
import { passwordFault } from "../../irc/new_password.ts";
import { sameName } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import type { Account } from "../../store/accounts.ts";
import {
  accountOf,
  attempt,
  changePassword,
  dropAccount,
  explain,
  type Login,
  logIn,
  loginOf,
  logOut,
  settle,
  UNAVAILABLE,
} from "./account_login.ts";
import type { Context, Outcome } from "../command.ts";
import { channelThatBans, isLoggedInTo, makeWay, ownerOf, whyNot } from "./ownership.ts";
import { serviceNotice } from "./service.ts";
import { addAccount, type NewAccount, signUp, UNWRITTEN, verifierFor } from "./sign_up.ts";
import { clip } from "../../text/bytes.ts";

const INTRODUCTION = `For a list of commands, type: /msg ${SERVICE} HELP`;

/** All that it says, besides the help of {@linkcode ROWS}. */
const TEXTS = {
  introduction: INTRODUCTION,
  unknownCommand: `Unknown command. ${INTRODUCTION}`,
  usage: (command: string, usage: string) => `Usage: /msg ${SERVICE} ${command} ${usage}`,
  helpTitle: "An account makes your name your own. Commands:",
  registered: (name: string) =>
    `The name ${name} is now yours. Keep your password safe: nobody can look it up for you.`,
  loggedIn: (account: string) => `You are now logged in as ${account}.`,
  loggedOut: (account: string) => `You are now logged out of ${account}.`,
  notLoggedIn: "You are not logged in.",
  noLongerLoggedIn: "You are no longer logged in.",
  loginFirst: "You must log in first.",
  keepsName: (nick: string) => `Your name is still ${nick}.`,
  hasName: (nick: string) => `Your name is already ${nick}.`,
  cannotRename: (room: string) =>
    `You cannot change your name while you are banned or muted in ${room}. Leave that room first.`,
  cannotLogOut: (room: string) =>
    `You cannot log out while you are banned or muted in ${room}. Leave that room first.`,
  needsProof: (command: string, name: string) =>
    `To use ${command} for ${name}, log in to its account or add its password.`,
  nobody: (name: string) => `Nobody here is called ${name}.`,
  yourself: "You are using that name yourself.",
  freed: (name: string) => `The name ${name} is now free.`,
  noAccount: (name: string) => `There is no account ${name}.`,
  registeredOn: (account: string, date: string) => `${account} was registered on ${date}.`,
  isOperator: (account: string) => `${account} is an operator of this server.`,
  lastLogin: (date: string) => `Last login: ${date}.`,
  failures: (count: number) => `Failed logins since then: ${count}.`,
  replaysOn: "From now on, you see the last messages of a room when you enter it.",
  replaysOff: "From now on, you see no old messages when you enter a room.",
  passwordChanged: (account: string) => `The password of ${account} has been changed.`,
  ended: (count: number) =>
    count === 1 ? "1 other session was ended." : `${count} other sessions were ended.`,
  deleted: (account: string) =>
    `The account ${account} has been deleted, and the name is now free.`,
} as const;

interface ServiceCommand {
  readonly usage: string;
  readonly help: string;
  /** The handler; `rest` is what follows the command's name, as it was written. */
  readonly run: (ctx: Context, rest: string) => void;
}

const ROWS: Readonly<Record<string, ServiceCommand>> = {
  HELP: { usage: "[command]", help: "Explains a command, or lists all commands.", run: help },
  REGISTER: {
    usage: "password",
    help: "Creates an account for your name, so that nobody else can use it.",
    run: register,
  },
  IDENTIFY: {
    usage: "[name] password",
    help:
      "Logs you in and gives you your name. If the password contains spaces, give the name too.",
    run: identify,
  },
  LOGOUT: { usage: "", help: "Logs you out.", run: logout },
  GHOST: {
    usage: "name [password]",
    help: "Frees your name if another connection is still using it.",
    run: (ctx, rest) => asOwner(ctx, "GHOST", rest, ghosted),
  },
  REGAIN: {
    usage: "name [password]",
    help: "Gives you your name, even if someone else is using it.",
    run: (ctx, rest) => asOwner(ctx, "REGAIN", rest, regained),
  },
  INFO: { usage: "[name]", help: "Shows information about an account.", run: info },
  SET: {
    usage: "PASSWORD new password | HISTORY ON | HISTORY OFF",
    help:
      "Changes your password and ends your other sessions, or chooses whether you see the last " +
      "messages of a room when you enter it.",
    run: set,
  },
  DROP: {
    usage: "password",
    help: "Deletes your account permanently and frees your name.",
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
  say(ctx, word === "" ? TEXTS.introduction : TEXTS.unknownCommand);
}

function say({ world, user, now }: Context, text: string): void {
  serviceNotice(world, user, text, now);
}

/** Splits off the first word. */
function split(text: string): [word: string, rest: string] {
  const [, word = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(text) ?? [];
  return [word, rest];
}

function usage(ctx: Context, command: string): void {
  say(ctx, TEXTS.usage(command, ROWS[command]!.usage));
}

function help(ctx: Context, rest: string): void {
  const topic = rest.toUpperCase();
  const found = [...SERVICE_COMMANDS].filter(([name]) => topic === "" || name === topic);
  if (found.length === 0) return say(ctx, TEXTS.unknownCommand);
  if (topic === "") say(ctx, TEXTS.helpTitle);
  for (const [name, { usage, help }] of found) say(ctx, `${`${name} ${usage}`.trimEnd()}: ${help}`);
}

function register(ctx: Context, rest: string): void {
  // With other services an e-mail address follows, and programs send it.
  const password = /^(\S+) (?:\*|\S+@\S+)$/.exec(rest)?.[1] ?? rest;
  if (password === "") return usage(ctx, "REGISTER");
  signUp(ctx, password, made, (refusal) => say(ctx, `${refusal.text}.`));
}

const made: Outcome<NewAccount> = {
  name: "nickserv-registered",
  run(ctx, prepared) {
    const { world, user, now } = ctx;
    const account = addAccount(ctx, prepared);
    if ("code" in account) return say(ctx, `${account.text}.`);
    say(ctx, TEXTS.registered(account.name));
    logIn(world, user, account, now);
    settle(world, user, now);
  },
};

/** Checks the password of an account, then calls `done`; if it is wrong, says so. */
function prove(ctx: Context, name: string, password: string, done: (account: Account) => void) {
  ctx.wait(() => attempt(ctx, name, password), (outcome) => {
    if (outcome.kind === "right") done(outcome.account);
    else say(ctx, `${explain(outcome)}.`);
  });
}

/** The account of a proved login. If it is another one by now, says that the password is wrong. */
function stillOf(ctx: Context, login: Login): Account | undefined {
  const account = accountOf(ctx.world, login);
  if (account === undefined) say(ctx, `${explain({ kind: "wrong" })}.`);
  return account;
}

function identify(ctx: Context, rest: string): void {
  const [first, second] = split(rest);
  if (first === "") return usage(ctx, "IDENTIFY");
  const [name, password] = second === "" ? [ctx.user.nick, first] : [first, second];
  prove(ctx, name, password, (account) => ctx.apply(identified, loginOf(account)));
}

const identified: Outcome<Login> = {
  name: "identified",
  run(ctx, login) {
    const { world, user, now } = ctx;
    const account = stillOf(ctx, login);
    if (account === undefined) return;
    logIn(world, user, account, now);
    say(ctx, TEXTS.loggedIn(account.name));
    take(ctx, account.name);
    settle(world, user, now);
  },
};

/** Gives a logged-in user the name of its account. */
function take(ctx: Context, name: string): void {
  const { world, user, now } = ctx;
  if (user.nick === name) return;
  const why = whyNot(world, user, name, now);
  if (why !== undefined) return say(ctx, `${why}. ${TEXTS.keepsName(user.nick)}`);
  const banned = sameName(name, user.nick) ? undefined : channelThatBans(user);
  if (banned !== undefined) {
    return say(ctx, `${TEXTS.cannotRename(banned.name)} ${TEXTS.keepsName(user.nick)}`);
  }
  makeWay(world, user, name, now);
  world.rename(user, name, now);
}

const loggedOut: Outcome<null> = {
  name: "logged-out",
  run(ctx) {
    const { world, user, now } = ctx;
    if (user.account === undefined) return say(ctx, TEXTS.notLoggedIn);
    const banned = channelThatBans(user);
    if (banned !== undefined) return say(ctx, TEXTS.cannotLogOut(banned.name));
    say(ctx, TEXTS.loggedOut(user.account));
    logOut(world, user, now);
  },
};

function logout(ctx: Context): void {
  ctx.apply(loggedOut, null);
}

/** What a user wants to do with a name of its own. */
interface Claim {
  readonly name: string;
  /** The login by which it owns the name; null if it was logged in already. */
  readonly login: Login | null;
}

/** Makes the outcome of a command that {@linkcode asOwner} allows. */
function ofOwner(name: string, act: (ctx: Context, name: string) => void): Outcome<Claim> {
  return {
    name,
    run(ctx, { name, login }) {
      const { world, user, now } = ctx;
      if (login === null) return act(ctx, name);
      const account = stillOf(ctx, login);
      if (account === undefined) return;
      logIn(world, user, account, now);
      act(ctx, name);
      settle(world, user, now);
    },
  };
}

/** Goes on if the user owns a name: it is logged in to the account, or gave its password. */
function asOwner(ctx: Context, command: string, rest: string, outcome: Outcome<Claim>): void {
  const { world, user } = ctx;
  const [name, password] = split(rest);
  if (name === "") return usage(ctx, command);
  const owner = ownerOf(world, name);
  if (owner !== undefined && isLoggedInTo(user, owner)) {
    return ctx.apply(outcome, { name, login: null });
  }
  if (password === "") return say(ctx, TEXTS.needsProof(command, clip(name, 90)));
  prove(ctx, name, password, (account) => {
    ctx.apply(outcome, { name: account.name, login: loginOf(account) });
  });
}

const ghosted = ofOwner("ghosted", (ctx, name) => {
  const { world, user, now } = ctx;
  const holder = world.users.find(name);
  if (holder === undefined) return say(ctx, TEXTS.nobody(clip(name, 90)));
  if (holder === user) return say(ctx, TEXTS.yourself);
  makeWay(world, user, name, now);
  say(ctx, TEXTS.freed(clip(name, 90)));
});

const regained = ofOwner("regained", (ctx, name) => {
  if (ctx.user.nick === name) return say(ctx, TEXTS.hasName(name));
  take(ctx, name);
});

function info(ctx: Context, rest: string): void {
  const { world, user } = ctx;
  const name = split(rest)[0] || user.nick;
  const account = world.store.accounts.find(name);
  if (account === undefined) {
    const isLost = world.store.accounts.mayExist(name);
    return say(ctx, isLost ? `${UNAVAILABLE}.` : TEXTS.noAccount(clip(name, 90)));
  }
  say(ctx, TEXTS.registeredOn(account.name, new Date(account.createdAt).toUTCString()));
  if (account.oper) say(ctx, TEXTS.isOperator(account.name));
  // Logins are shown only to the owner and to operators of the server.
  if (user.oper === undefined && !isLoggedInTo(user, account.name)) return;
  const { lastLoginAt, failures } = account;
  if (lastLoginAt !== null) say(ctx, TEXTS.lastLogin(new Date(lastLoginAt).toUTCString()));
  if (failures > 0) say(ctx, TEXTS.failures(failures));
}

function set(ctx: Context, rest: string): void {
  const [what, value] = split(rest);
  const { account } = ctx.user;
  const isHistory = what.toUpperCase() === "HISTORY" && /^(on|off)$/i.test(value);
  if (!isHistory && (what.toUpperCase() !== "PASSWORD" || value === "")) return usage(ctx, "SET");
  if (account === undefined) return say(ctx, TEXTS.loginFirst);
  if (isHistory) ctx.apply(replaysSet, value.toUpperCase() === "ON");
  else setPassword(ctx, account, value);
}

/** Programs that ask for history themselves still get it. */
const replaysSet: Outcome<boolean> = {
  name: "replays-set",
  run(ctx, on) {
    const { world, user } = ctx;
    if (user.account === undefined) return say(ctx, TEXTS.noLongerLoggedIn);
    if (!world.store.accounts.setReplays(user.account, on)) return say(ctx, `${UNWRITTEN}.`);
    say(ctx, on ? TEXTS.replaysOn : TEXTS.replaysOff);
  },
};

function setPassword(ctx: Context, account: string, password: string): void {
  const fault = passwordFault(password, account);
  if (fault !== undefined) return say(ctx, `${fault.text}.`);
  ctx.defer(
    async () => ({ name: account, verifier: await verifierFor(ctx, password) }),
    passwordSet,
  );
}

const passwordSet: Outcome<NewAccount> = {
  name: "password-set",
  run(ctx, { name, verifier }) {
    const { world, user } = ctx;
    if (user.account !== name) return say(ctx, TEXTS.noLongerLoggedIn);
    const kept = { mechanism: "SCRAM-SHA-256", ...verifier };
    const ended = changePassword(world, user, name, kept, ctx.now);
    if (ended === undefined) return say(ctx, `${UNWRITTEN}.`);
    say(ctx, TEXTS.passwordChanged(name) + (ended === 0 ? "" : ` ${TEXTS.ended(ended)}`));
  },
};

function drop(ctx: Context, rest: string): void {
  const { account } = ctx.user;
  if (account === undefined) return say(ctx, TEXTS.loginFirst);
  if (rest === "") return usage(ctx, "DROP");
  prove(ctx, account, rest, (proved) => ctx.apply(dropped, loginOf(proved)));
}

const dropped: Outcome<Login> = {
  name: "dropped",
  run(ctx, login) {
    const { world, user } = ctx;
    const account = stillOf(ctx, login);
    if (account === undefined) return;
    if (!dropAccount(world, user, account.name, ctx.now)) return say(ctx, `${UNWRITTEN}.`);
    if (!user.gone) say(ctx, TEXTS.deleted(account.name));
  },
};

export const nickServOutcomes = [
  ...[made, passwordSet],
  ...[identified, dropped],
  ...[ghosted, regained],
  loggedOut,
  replaysSet,
];
