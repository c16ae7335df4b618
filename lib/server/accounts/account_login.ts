/**
 * Logging in and out, changing passwords and deleting accounts, with what follows for sessions and
 * names.
 *
 * Source: IRCv3 SASL 3.1 (the numerics), `account-registration`.
 * @module
 */
import { fold, NICK_BYTES, sameName } from "../../irc/names.ts";
import { NUMERICS } from "../../irc/numerics.ts";
import { preparePassword } from "../../crypto/password_text.ts";
import { checkPassword, SALT_BYTES, type ScramVerifier } from "../../crypto/scram.ts";
import { toBase64 } from "../../crypto/base64.ts";
import type { Account, Verifier } from "../../store/accounts.ts";
import type { Context, Outcome } from "../command.ts";
import { isAdmitted, refusalOf, useKey } from "../entry/door.ts";
import { clearName, giveUpName, isLoggedInTo } from "./ownership.ts";
import { explainLock, holdBack, tryPassword, tryProof } from "./compare.ts";
import { serviceNotice } from "./service.ts";
import { clip } from "../../text/bytes.ts";
import { fitLine } from "../delivery/fit_line.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";
import { dropOper, setOper } from "../world/operators.ts";

export type Attempt =
  | { readonly kind: "right"; readonly account: Account }
  | { readonly kind: "wrong" }
  /** The accounts, or this one, can't be read. */
  | { readonly kind: "unavailable" }
  /** Nothing was compared, because of earlier failures. */
  | { readonly kind: "locked"; readonly ms: number };

/** Checks a proof of the password, such as SCRAM's, against a verifier. Fast. */
export type Proof = (verifier: ScramVerifier) => Promise<boolean>;

/**
 * Tries to log in with the password or a proof of it. The answer to a wrong password is held back.
 * A name without an account takes as long as a wrong password and gets the same answer.
 */
export async function attempt(
  ctx: Context,
  name: string,
  proof: string | Proof,
): Promise<Attempt> {
  const { world, user } = ctx;
  if (isUnavailable(world, name)) return { kind: "unavailable" };
  const { accounts } = world.store;
  const isHome = accounts.find(name)?.homes.includes(world.homeOf(user)) ?? false;
  const verifier = await verifierOf(world, name);
  const storedNow = () => accounts.find(name)?.verifier.storedKey;
  const key = `account ${accountKey(name)}`;
  const exists = storedNow() !== undefined;
  // The account may have been deleted meanwhile, or have another password.
  const stillRight = (isRight: boolean) => isRight && storedNow() === verifier.storedKey;
  const verdict = typeof proof === "string"
    ? await tryPassword(
      ctx,
      {
        key,
        exists,
        isHome,
        stored: storedNow(),
        compare: async () => stillRight(await checkPassword(world.init.hashes, verifier, proof)),
      },
      preparePassword(proof) ?? "",
    )
    : await tryProof(ctx, { key, exists, isHome }, stillRight(await proof(verifier)));
  if (verdict.kind === "locked") return verdict;
  const account = accounts.find(name);
  if (verdict.kind === "right" && account !== undefined) return { kind: "right", account };
  if (isUnavailable(world, name)) return { kind: "unavailable" };
  const failure = { account: accountKey(name), address: user.ip };
  if (account !== undefined) await ctx.tell(loginFailed, failure);
  const { address, nick } = user;
  // What is no account may be a password that was typed in its place, so it is not logged.
  world.log({ kind: "account", address, nick, account: account?.name ?? "", did: "failed" });
  await holdBack(ctx, verdict);
  return { kind: "wrong" };
}

/** A password of an account was wrong. */
const loginFailed: Outcome<{ account: string; address: string }> = {
  name: "login-failed",
  run({ world, now }, { account, address }) {
    world.store.accounts.loginFailed(account, address, now);
  },
};

export const loginOutcomes = [loginFailed];

/** A login to an account that was proved: what all servers of a cluster are told. */
export interface Login {
  readonly account: string;
  /** Of the password that was proved. */
  readonly storedKey: string;
}

export function loginOf({ name, verifier: { storedKey } }: Account): Login {
  return { account: name, storedKey };
}

/** The account of a login; undefined if it or its password is another one by now. */
export function accountOf(world: World, { account, storedKey }: Login): Account | undefined {
  const found = world.store.accounts.find(account);
  return found?.verifier.storedKey === storedKey ? found : undefined;
}

/** Whether the account may exist but can't be read. */
function isUnavailable({ store: { accounts } }: World, name: string): boolean {
  return accounts.trouble !== undefined && accounts.find(name) === undefined &&
    accounts.mayExist(name);
}

function accountKey(name: string): string {
  return fold(clip(name, NICK_BYTES));
}

/**
 * The verifier of an account. For a name without one it is made up, always the same for the same
 * name, so that nobody can tell the difference. It is made up for every name, so that the time does
 * not tell either.
 */
export async function verifierOf(world: World, name: string): Promise<ScramVerifier> {
  const { hashes } = world.init;
  const madeUp = (what: string) =>
    hashes.hmac(world.init.loginSecret, new TextEncoder().encode(`${what} ${accountKey(name)}`));
  const [salt, storedKey, serverKey] = await Promise.all([
    madeUp("salt"),
    madeUp("stored"),
    madeUp("server"),
  ]);
  return world.store.accounts.find(name)?.verifier ?? {
    salt: toBase64(salt.subarray(0, SALT_BYTES)),
    iterations: hashes.iterations,
    storedKey: toBase64(storedKey),
    serverKey: toBase64(serverKey),
  };
}

export const UNAVAILABLE = "The server cannot read its accounts at the moment: try again later";

export function explain(attempt: Exclude<Attempt, { kind: "right" }>): string {
  if (attempt.kind === "wrong") return "Wrong account name or password";
  return attempt.kind === "unavailable" ? UNAVAILABLE : explainLock(attempt.ms);
}

/**
 * Logs a user in to an account after it has proved to own it. {@linkcode settle} follows once the
 * user has its final name.
 */
export function logIn(world: World, user: User, account: Account, now: number): void {
  const { name, failures, lastFailure, lastLoginAt } = account;
  const { address, nick } = user;
  // This is the first login: anything under its name belonged to a deleted account.
  if (lastLoginAt === null) forgetOwned(world, name, now);
  world.store.accounts.loggedIn(name, now, world.homeOf(user));
  noteSession(user, account);
  world.log({ kind: "account", address, nick, account: name, did: "in" });
  logInReply(world, user, name, now);
  if (user.account !== name) world.setAccount(user, name, now);
  if (failures > 0 && lastFailure !== null) {
    const times = failures === 1 ? "1 failed login" : `${failures} failed logins`;
    const { address: from, at } = lastFailure;
    // The address may be somebody else's, so the owner of the account sees its cloak.
    const text = `${times} since your last login. The latest was from ${world.init.cloak(from)} ` +
      `at ${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC.`;
    // Before registration a peer gets only what it asked for.
    if (user.registered) serviceNotice(world, user, text, now);
    else user.registration.notice = text;
  }
}

/** Tells a user to which account it is logged in. */
export function logInReply(world: World, user: User, account: string, now: number): void {
  const text = `You are now logged in as ${account}`;
  tell(world, user, "RPL_LOGGEDIN", [maskOf(user), account, text], now);
}

/**
 * Logs a user out, and ends its connection, with a reason, if it may not be here without an
 * account.
 */
export function logOut(world: World, user: User, now: number, why = "You logged out"): void {
  const { address, nick, account } = user;
  if (account === undefined) return;
  world.log({ kind: "account", address, nick, account, did: "out" });
  tell(world, user, "RPL_LOGGEDOUT", [maskOf(user), "You are now logged out"], now);
  world.setAccount(user, undefined, now);
  if (user.registered && !(isAdmitted(world, user) && useKey(world, user, nick, now))) {
    return world.quit(user, `${why}. ${refusalOf(world)}`, now);
  }
  settle(world, user, now);
}

/**
 * Gives a registered user what its account brings (its name, being an operator), and takes what it
 * no longer brings.
 */
export function settle(world: World, user: User, now: number): void {
  if (!user.registered || user.gone || world.store.accounts.trouble?.total) return;
  const account = user.account === undefined ? undefined : world.store.accounts.find(user.account);
  if (account?.oper && user.oper === undefined) setOper(world, user, account.name, "account", now);
  if (!account?.oper && user.operBy === "account") dropOper(world, user, now);
  giveUpName(world, user, now);
  if (account !== undefined) clearName(world, account.name, now);
}

/**
 * Applies changes that another program made to accounts: logs out users whose account is gone or
 * another one, ends sessions with an old password, and updates operators.
 */
export function reviewAccounts(world: World, now: number): void {
  const { accounts } = world.store;
  const version = accounts.version();
  // If accounts can't be read, nobody is logged out for that.
  if (version === world.logins.accountsVersion || accounts.trouble?.total) return;
  world.logins.accountsVersion = version;
  reviewSessions(world, now);
}

/** {@linkcode reviewAccounts}, whoever made the changes. */
export function reviewSessions(world: World, now: number): void {
  for (const user of [...world.connections]) reviewUser(world, user, now);
}

function reviewUser(world: World, user: User, now: number): void {
  if (user.account === undefined) return;
  const account = world.store.accounts.find(user.account);
  const { session } = user;
  if (account === undefined || session !== undefined && account.createdAt !== session.createdAt) {
    return logOut(world, user, now, `The account ${user.account} was deleted`);
  }
  if (session !== undefined && account.verifier.storedKey !== session.storedKey) {
    return world.quit(user, `The password of ${account.name} was changed`, now);
  }
  settle(world, user, now);
}

/**
 * Changes the password of a user's account and ends its other sessions: somebody else may know the
 * old password. Returns how many; undefined if the store can't be written.
 */
export function changePassword(
  world: World,
  by: User,
  name: string,
  verifier: Verifier,
  now: number,
): number | undefined {
  if (!world.store.accounts.setVerifier(name, verifier)) return undefined;
  const { address, nick } = by;
  world.log({ kind: "account", address, nick, account: name, did: "password" });
  const account = world.store.accounts.find(name);
  if (account !== undefined) noteSession(by, account);
  const before = world.connections.size;
  for (const user of [...world.connections]) {
    if (user !== by && isLoggedInTo(user, name)) reviewUser(world, user, now);
  }
  return before - world.connections.size;
}

function noteSession(user: User, { createdAt, verifier }: Account): void {
  user.session = { createdAt, storedKey: verifier.storedKey };
}

/**
 * Deletes an account with what it owns, and logs everyone out of it. False if it can't be written.
 */
export function dropAccount(world: World, by: User, name: string, now: number): boolean {
  const { address, nick } = by;
  if (!world.store.accounts.remove(name)) return false;
  world.log({ kind: "account", address, nick, account: name, did: "deleted" });
  reviewSessions(world, now);
  forgetOwned(world, name, now);
  return true;
}

/**
 * Forgets the ranks, read markers and departures of an account: the next owner of the name is
 * someone else.
 */
function forgetOwned(world: World, name: string, now: number): void {
  const isAnother = (account: string) => !sameName(account, name);
  for (const channel of [...world.channels.all.values()]) {
    world.channels.forgetRanksOfNobody(channel, isAnother, now);
  }
  world.store.serverState.forgetReadMarkers(name);
  world.store.serverState.forgetDepartures(name);
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
