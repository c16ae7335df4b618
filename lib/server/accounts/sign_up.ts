/**
 * Makes accounts: checks who may, and under which name.
 *
 * Source: IRCv3 `account-registration`, "Responses".
 * @module
 */
import { passwordFault } from "../../irc/new_password.ts";
import { sameName } from "../../irc/names.ts";
import { isGuestName, isReserved } from "../../irc/reserved.ts";
import { newVerifier, type ScramVerifier } from "../../crypto/scram.ts";
import type { Account } from "../../store/accounts.ts";
import { networkOf } from "../entry/admission.ts";
import type { Context, Outcome } from "../command.ts";
import { isAdmitted } from "../entry/door.ts";
import { ownerOf } from "./ownership.ts";

const TEXTS = {
  exists: (account: string) => `There is already an account ${account}`,
  loggedIn: (account: string) => `You are already logged in as ${account}`,
  closed: "Only the people who run this server can create accounts",
  noMail: "This server requires an e-mail address but cannot send mail",
  notAdmitted: "You need the server's password or an invitation first",
  reserved: "This name is reserved for the server",
  guestName: "Names like this one are for guests",
  inUse: "Someone else is using this name",
  looksLikeUser: (nick: string) =>
    `This name looks like ${nick}, who is here and had that name first`,
  tooMany: "Too many accounts were created from your network: try again in an hour",
} as const;

export interface Refusal {
  /** A code of FAIL REGISTER. */
  readonly code: string;
  readonly text: string;
}

/** The text if accounts can't be written: the disk is full, or accounts are lost. */
export const UNWRITTEN = "The server cannot change accounts at the moment: try again later";

/**
 * Derives the verifier of a new password when it is the peer's turn. If the peer is gone, the
 * result is undefined, but then nothing uses it.
 */
export async function verifierFor(
  { world: { init, logins }, user }: Context,
  password: string,
): Promise<ScramVerifier> {
  const { inVain } = user;
  const applicant = { network: networkOf(user.ip), inVain, isGone: () => user.gone };
  user.inVain++;
  const verifier = await logins.comparisons.run(
    applicant,
    () => newVerifier(init.hashes, password),
  );
  if (verifier === undefined && !user.gone) throw new TypeError("A password that was not checked");
  return verifier!;
}

/** The name of the account that a peer would make: its nick, or the one that it asked for. */
export function nameToBe({ user }: Context): string {
  return user.nick || user.registration.nick;
}

function unavailable(text: string): Refusal {
  return { code: "TEMPORARILY_UNAVAILABLE", text };
}

function taken(owner: string): Refusal {
  return { code: "ACCOUNT_EXISTS", text: TEXTS.exists(owner) };
}

/** Why a peer can't make an account now, whatever the password; undefined if it can. */
function obstacle(ctx: Context): Refusal | undefined {
  const { user, world, now } = ctx;
  const { registration, emailRequired } = world.config.accounts;
  const nick = nameToBe(ctx);
  if (user.account !== undefined) {
    return { code: "ALREADY_AUTHENTICATED", text: TEXTS.loggedIn(user.account) };
  }
  if (!registration) return unavailable(TEXTS.closed);
  if (world.store.accounts.trouble !== undefined) return unavailable(UNWRITTEN);
  if (emailRequired) {
    return {
      code: "INVALID_EMAIL",
      text: TEXTS.noMail,
    };
  }
  if (!isAdmitted(world, user)) {
    return unavailable(TEXTS.notAdmitted);
  }
  if (isReserved(nick, world.name)) {
    return { code: "BAD_ACCOUNT_NAME", text: TEXTS.reserved };
  }
  if (isGuestName(nick)) {
    return { code: "BAD_ACCOUNT_NAME", text: TEXTS.guestName };
  }
  const owner = ownerOf(world, nick);
  if (owner !== undefined) return taken(owner);
  // An owner takes similar names from others, so whoever had one first comes first.
  const elder = world.users.elderLike(nick, user);
  if (elder !== undefined) {
    const text = sameName(elder.nick, nick) ? TEXTS.inUse : TEXTS.looksLikeUser(elder.nick);
    return { code: "ACCOUNT_EXISTS", text };
  }
  return world.logins.signUps.hasLeft(networkOf(user.ip), now)
    ? undefined
    : unavailable(TEXTS.tooMany);
}

/** A network takes one of its new accounts. */
const signingUp: Outcome<string> = {
  name: "signing-up",
  run: ({ world, now }, network) => void world.logins.signUps.tryTake(network, now),
};

export const signUpOutcomes = [signingUp];

/** An account to be made. */
export interface NewAccount {
  readonly name: string;
  readonly verifier: ScramVerifier;
}

/** Prepares an account under the peer's name; `outcome` makes it with {@linkcode addAccount}. */
export function signUp(
  ctx: Context,
  password: string,
  outcome: Outcome<NewAccount>,
  refuse: (refusal: Refusal) => void,
): void {
  const name = nameToBe(ctx);
  const refusal = passwordFault(password, name) ?? obstacle(ctx);
  if (refusal !== undefined) return refuse(refusal);
  ctx.defer(async () => {
    await ctx.tell(signingUp, networkOf(ctx.user.ip));
    return { name, verifier: await verifierFor(ctx, password) };
  }, outcome);
}

export function addAccount(ctx: Context, { name, verifier }: NewAccount): Account | Refusal {
  const { world, user: { address, nick } } = ctx;
  const { accounts } = world.store;
  // Someone else may have made it meanwhile.
  const added = accounts.add(name, { mechanism: "SCRAM-SHA-256", ...verifier }, ctx.now);
  const account = accounts.find(name);
  if (!added || account === undefined) {
    const owner = ownerOf(world, name);
    return owner === undefined ? unavailable(UNWRITTEN) : taken(owner);
  }
  world.log({ kind: "account", address, nick, account: name, did: "registered" });
  return account;
}
