/**
 * Logging in to an account and out of it, making one, and what follows from that.
 *
 * Source: IRCv3 SASL 3.1 (the numerics), `account-registration`.
 * @module
 */
import { fold, NICK_BYTES, sameName } from "../irc/names.ts";
import { NUMERICS } from "../irc/numerics.ts";
import { SALT_BYTES, type ScramVerifier } from "../irc/scram.ts";
import { toBase64 } from "../irc/base64.ts";
import type { Account } from "../store/accounts.ts";
import { networkOf } from "./admission.ts";
import { giveUpName } from "./ownership.ts";
import { inTurn } from "./passwords.ts";
import { serviceNotice } from "./service.ts";
import { clip, fitLine } from "./text.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** How an attempt to log in ended. */
export type Attempt =
  | { readonly kind: "right"; readonly account: Account }
  | { readonly kind: "wrong" }
  /** Nothing was compared: there were too many failures before. */
  | { readonly kind: "locked"; readonly seconds: number };

/**
 * Tries to log in, after the wait that earlier failures have earned. An account that is not there
 * takes as long as a wrong password, and is answered in the same way.
 *
 * @param check compares what was given with the verifier.
 * @param now the time, in milliseconds since 1970.
 */
export function attempt(
  world: World,
  user: User,
  name: string,
  check: (verifier: ScramVerifier) => Promise<boolean>,
  now: number,
): Promise<Attempt> {
  const { store, init, logins: { accounts: logins } } = world;
  const network = networkOf(user.ip);
  const key = accountKey(name);
  const queue = logins.queue(key, network, now);
  return inTurn(world, queue, async (): Promise<Attempt> => {
    const locked = logins.lockedFor(key, network, now);
    if (locked > 0) return { kind: "locked", seconds: Math.ceil(locked / 1000) };
    const penalty = logins.penalty(key, network, now);
    if (penalty > 0) await init.wait(penalty);
    const verifier = await verifierOf(world, name);
    const right = await check(verifier);
    // It may have been deleted meanwhile, or have another password.
    const account = store.accounts.find(name);
    if (right && account?.verifier.storedKey === verifier.storedKey) {
      logins.passed(key, network);
      return { kind: "right", account };
    }
    logins.failed(key, network, now);
    if (account !== undefined) store.accounts.loginFailed(name, user.ip, now);
    const { address, nick } = user;
    // What is no account may be a password that was typed in its place.
    world.log({ kind: "account", address, nick, account: account?.name ?? "", did: "failed" });
    return { kind: "wrong" };
  });
}

function accountKey(name: string): string {
  return fold(clip(name, NICK_BYTES));
}

/**
 * What a password is compared with. For a name without an account it is made up: always the same
 * for the same name, so that it can't be told from a real one.
 */
export async function verifierOf(world: World, name: string): Promise<ScramVerifier> {
  const known = world.store.accounts.find(name)?.verifier;
  if (known !== undefined) return known;
  const { hashes } = world.init;
  const madeUp = (what: string) =>
    hashes.hmac(world.logins.secret, new TextEncoder().encode(`${what} ${accountKey(name)}`));
  const [salt, storedKey, serverKey] = await Promise.all([
    madeUp("salt"),
    madeUp("stored"),
    madeUp("server"),
  ]);
  return {
    salt: toBase64(salt.subarray(0, SALT_BYTES)),
    iterations: hashes.iterations,
    storedKey: toBase64(storedKey),
    serverKey: toBase64(serverKey),
  };
}

/** How a refused attempt is put to who made it. */
export function explain(attempt: Exclude<Attempt, { kind: "right" }>): string {
  if (attempt.kind === "wrong") return "Wrong account name or password";
  const { seconds } = attempt;
  const when = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return `Too many failed logins: try again in ${when}`;
}

/**
 * Logs a user in: the account is one that it has proved to own. {@linkcode settle} comes next, when
 * it has the name that it is to have.
 */
export function logIn(world: World, user: User, account: Account, now: number): void {
  const { name, failures, lastFailure, lastLoginAt } = account;
  const { address, nick } = user;
  // Nobody has used it yet: what is there under its name is of one that was deleted.
  if (lastLoginAt === null) forgetOwned(world, name, now);
  world.store.accounts.loggedIn(name, now);
  world.logins.accountBirths.set(user, account.createdAt);
  world.log({ kind: "account", address, nick, account: name, did: "in" });
  if (user.account !== name) world.setAccount(user, name, now);
  tell(world, user, "RPL_LOGGEDIN", [maskOf(user), name, `You are now logged in as ${name}`], now);
  if (failures > 0 && lastFailure !== null) {
    const times = failures === 1 ? "1 failed login" : `${failures} failed logins`;
    const { address: from, at } = lastFailure;
    const text = `${times} since your last one, the latest from ${from} at ` +
      `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
    // Before it has a name a peer is told nothing but what it asked for.
    if (user.registered) serviceNotice(world, user, text, now);
    else user.registration.notice = text;
  }
}

/** Logs a user out. */
export function logOut(world: World, user: User, now: number): void {
  const { address, nick, account } = user;
  if (account === undefined) return;
  world.log({ kind: "account", address, nick, account, did: "out" });
  world.setAccount(user, undefined, now);
  tell(world, user, "RPL_LOGGEDOUT", [maskOf(user), "You are now logged out"], now);
  settle(world, user, now);
}

/** Gives a registered user what its account brings, and takes what it brings no longer. */
export function settle(world: World, user: User, now: number): void {
  if (!user.registered || user.gone) return;
  const account = user.account === undefined ? undefined : world.store.accounts.find(user.account);
  if (account?.oper && user.oper === undefined) {
    world.setOper(user, account.name, now);
    user.operBy = "account";
  }
  if (!account?.oper && user.operBy === "account") world.dropOper(user, now);
  giveUpName(world, user, now);
}

/**
 * Looks whether another program has changed accounts, and if so, what that means for who is here:
 * whose account is gone, or is another one now, is logged out; who runs the server now, or no longer, is told.
 */
export function reviewAccounts(world: World, now: number): void {
  const version = world.store.accounts.version();
  if (version === world.logins.accountsVersion) return;
  world.logins.accountsVersion = version;
  for (const user of [...world.connections]) reviewUser(world, user, now);
}

function reviewUser(world: World, user: User, now: number): void {
  if (user.account === undefined) return;
  const account = world.store.accounts.find(user.account);
  const born = world.logins.accountBirths.get(user) ?? account?.createdAt;
  if (account === undefined || account.createdAt !== born) logOut(world, user, now);
  else settle(world, user, now);
}

/**
 * Takes an account out, with what it owns, and logs everyone out of it.
 *
 * @returns false where that can't be written, or somebody else was faster.
 */
export function dropAccount(world: World, by: User, name: string, now: number): boolean {
  const { address, nick } = by;
  if (!world.store.accounts.remove(name)) return false;
  world.log({ kind: "account", address, nick, account: name, did: "deleted" });
  for (const user of [...world.connections]) reviewUser(world, user, now);
  forgetOwned(world, name, now);
  return true;
}

/** Forgets ranks, read markers and departures: whoever has the name next is someone else. */
function forgetOwned(world: World, name: string, now: number): void {
  const isAnother = (account: string) => !sameName(account, name);
  for (const channel of [...world.channels.values()]) {
    world.rooms.forgetRanksOfNobody(channel, isAnother, now);
  }
  world.store.settings.forgetReadMarkers(name);
  world.store.settings.forgetDepartures(name);
}

function maskOf({ nick, registration, username, host }: User): string {
  return `${nick || registration.nick || "*"}!${username}@${host}`;
}

function tell(
  world: World,
  user: User,
  name: "RPL_LOGGEDIN" | "RPL_LOGGEDOUT",
  params: readonly string[],
  now: number,
): void {
  const command = NUMERICS[name][0];
  const all = fitLine(world.name, command, [user.target, ...params]);
  user.deliver(world.fromServer(command, all, now));
}
