/**
 * A SASL login: the messages of PLAIN and SCRAM-SHA-256, one after the other.
 *
 * Source: IRCv3 SASL 3.1 and 3.2; RFC 4616; RFC 5802.
 * @module
 */
import { toBase64 } from "../../crypto/base64.ts";
import { sameName } from "../../irc/names.ts";
import { parsePlain, saslChunks, type SaslMechanism, SaslReader } from "../../irc/sasl.ts";
import { type Bytes, ScramServer, type ScramVerifier } from "../../crypto/scram.ts";
import {
  accountOf,
  type Attempt,
  attempt,
  explain,
  type Login,
  logIn,
  loginOf,
  settle,
  UNAVAILABLE,
  verifierOf,
} from "./account_login.ts";
import type { Context, Outcome } from "../command.ts";
import type { Challenge, Proved, SaslExchange } from "./sasl_state.ts";

/** Starts a login. The client speaks first in both mechanisms. */
export function startExchange(ctx: Context, mechanism: SaslMechanism): void {
  ctx.user.sasl = { reader: new SaslReader(), awaits: mechanism };
  sendPayload(ctx, new Uint8Array());
}

export function continueExchange(ctx: Context, { awaits }: SaslExchange, payload: Bytes): void {
  if (awaits === "PLAIN") plain(ctx, payload);
  else if (awaits === "SCRAM-SHA-256") scram(ctx, payload);
  else if ("proof" in awaits) prove(ctx, payload, awaits);
  else end(ctx, payload, awaits);
}

function sendPayload({ user, world, now }: Context, payload: Uint8Array): void {
  for (const chunk of saslChunks(payload)) {
    user.deliver(world.fromServer("AUTHENTICATE", [chunk], now));
  }
}

export function failExchange(ctx: Context, text = "SASL authentication failed"): void {
  ctx.user.sasl = undefined;
  ctx.reply("ERR_SASLFAIL", text);
}

/** Ends the login because accounts can't be read. */
export function failUnavailable(ctx: Context): void {
  ctx.fail("AUTHENTICATE", "TEMPORARILY_UNAVAILABLE", UNAVAILABLE);
  failExchange(ctx, UNAVAILABLE);
}

function finish(ctx: Context, outcome: Attempt): void {
  const { user } = ctx;
  if (outcome.kind === "wrong") return failExchange(ctx);
  if (outcome.kind === "unavailable") return failUnavailable(ctx);
  user.sasl = undefined;
  if (outcome.kind === "locked") return ctx.reply("ERR_NICKLOCKED", explain(outcome));
  ctx.apply(saslDone, loginOf(outcome.account));
}

/** A SASL login has succeeded. */
const saslDone: Outcome<Login> = {
  name: "sasl-done",
  run(ctx, login) {
    const { user, world, now } = ctx;
    const account = accountOf(world, login);
    if (account === undefined) return failExchange(ctx);
    logIn(world, user, account, now);
    settle(world, user, now);
    ctx.reply("RPL_SASLSUCCESS");
  },
};

export const saslOutcomes = [saslDone];

function plain(ctx: Context, payload: Bytes): void {
  const given = parsePlain(payload);
  // Nobody may act as someone else (RFC 4616, section 2).
  if (given === undefined || !isOneself(given.authzid, given.authcid)) return failExchange(ctx);
  const { authcid, password } = given;
  ctx.wait(() => attempt(ctx, authcid, password), (outcome) => finish(ctx, outcome));
}

function isOneself(authzid: string, authcid: string): boolean {
  return authzid === "" || sameName(authzid, authcid);
}

/** In bytes, before base64. */
const NONCE_BYTES = 18;

function scram(ctx: Context, payload: Bytes): void {
  const { world, user } = ctx;
  const { hashes } = world.init;
  const server = new ScramServer(hashes, toBase64(hashes.random(NONCE_BYTES)));
  const greeting = server.greet(payload);
  if (greeting === undefined || !isOneself(greeting.authzid, greeting.name)) {
    return failExchange(ctx);
  }
  ctx.wait(() => verifierOf(world, greeting.name), (verifier) => {
    user.sasl!.awaits = { proof: server, name: greeting.name, verifier };
    sendPayload(ctx, server.challenge(verifier));
  });
}

function prove(ctx: Context, payload: Bytes, { name, proof: server, verifier }: Challenge): void {
  let signature: Bytes | undefined;
  const check = async (current: ScramVerifier) => {
    // The password may have been changed since the challenge.
    if (current.storedKey !== verifier.storedKey) return false;
    signature = await server.check(payload);
    return signature !== undefined;
  };
  ctx.wait(() => attempt(ctx, name, check), (outcome) => {
    if (outcome.kind !== "right" || signature === undefined) return finish(ctx, outcome);
    // The client answers once more: it may find that the server does not know its account.
    ctx.user.sasl!.awaits = { end: verifier.storedKey, name };
    sendPayload(ctx, signature);
  });
}

function end(ctx: Context, payload: Bytes, { name, end: storedKey }: Proved): void {
  const account = ctx.world.store.accounts.find(name);
  const isSame = account?.verifier.storedKey === storedKey;
  if (payload.length > 0 || account === undefined || !isSame) return failExchange(ctx);
  finish(ctx, { kind: "right", account });
}
