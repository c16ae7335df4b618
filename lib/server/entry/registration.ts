/**
 * Registration: checks that a peer has sent all that is needed, and welcomes it.
 *
 * Source: Modern IRC Client Protocol, "Connection Registration".
 * @module
 */
import { CHANNEL_MODES, PREFIXES, USER_MODES } from "../../irc/modes.ts";
import { sameName } from "../../irc/names.ts";
import { RESUME } from "../../irc/resume.ts";
import { SERVICE } from "../../irc/reserved.ts";
import { sendIsupport, sendLusers, sendMotd } from "./about.ts";
import { settle } from "../accounts/account_login.ts";
import type { Context } from "../command.ts";
import { isAdmitted, namesOnInvitation, refusalOf, useKey } from "./door.ts";
import { expel } from "./expel.ts";
import { networkName } from "./network_name.ts";
import { belongsToAnother, makeWay, nameInstead, whyNot } from "../accounts/ownership.ts";
import { serviceNotice } from "../accounts/service.ts";

const NOTICES = {
  guest: (nick: string) =>
    `The server cannot read its accounts at the moment, so your name is ${nick} for now.`,
  invited: "Your invitation lets you in again under the same name.",
  register: "To make that name yours, register it: type /register in chat join, or " +
    `/msg ${SERVICE} REGISTER PASSWORD in another program.`,
  invitationFor: (name: string) => `Your invitation is for ${name}: use that name`,
  owned: (owner: string) =>
    `The name ${owner} belongs to an account. If it is yours, type: ` +
    `/msg ${SERVICE} IDENTIFY ${owner} PASSWORD`,
} as const;

/** Registers the peer and welcomes it, if it has sent all that is needed. */
export function tryRegister(ctx: Context): void {
  const { user, world, now } = ctx;
  const { nick: asked, user: named, negotiating, notice } = user.registration;
  if (user.registered || asked === "" || !named || negotiating) return;
  // SASL 3.1: registering aborts a login that is not complete.
  if (user.sasl !== undefined) {
    user.sasl = undefined;
    ctx.reply("ERR_SASLABORTED");
  }
  if (!isAdmitted(world, user)) return turnAway(ctx);
  const instead = nameInstead(world, user, asked);
  // Someone else may have taken the name since it was asked for.
  if (instead === undefined && !claim(ctx, asked) || !isInvited(ctx, asked)) {
    user.registration.nick = "";
    return;
  }
  const nick = instead ?? asked;
  const ban = world.bans.ofUser(user, now, nick);
  if (ban !== undefined) return expel(world, user, ban, now, nick);
  if (!useKey(world, user, asked, now)) return turnAway(ctx);
  makeWay(world, user, nick, now);
  world.register(user, nick, now);
  welcome(ctx);
  settle(world, user, now);
  sendSecret(ctx);
  if (instead !== undefined) {
    serviceNotice(world, user, NOTICES.guest(nick), now);
  }
  if (notice !== undefined) serviceNotice(world, user, notice, now);
  const { key, refused } = user.registration;
  explainOwner(ctx, refused);
  if (key?.kind === "invitation" && user.account === undefined) {
    const how = world.config.accounts.registration ? ` ${NOTICES.register}` : "";
    serviceNotice(world, user, NOTICES.invited + how, now);
  }
}

function turnAway(ctx: Context): void {
  const { world, user, now } = ctx;
  const why = refusalOf(world);
  if (world.config.accounts.required) ctx.fail("*", "ACCOUNT_REQUIRED", why);
  else ctx.reply("ERR_PASSWDMISMATCH");
  world.quit(user, why, now);
}

/** Whether the peer's invitation allows this name; if not, replies with the reason. */
function isInvited(ctx: Context, nick: string): boolean {
  const names = namesOnInvitation(ctx.world, ctx.user);
  const [name] = names;
  if (name === undefined || names.some((one) => sameName(one, nick))) return true;
  ctx.reply("ERR_ERRONEUSNICKNAME", nick, NOTICES.invitationFor(name));
  return false;
}

/**
 * Whether the peer may have a checked name; if not, replies with the reason. The owner may even if
 * someone else has it: {@linkcode makeWay} must follow.
 */
export function claim(ctx: Context, nick: string): boolean {
  const why = whyNot(ctx.world, ctx.user, nick, ctx.now);
  if (why === undefined) return true;
  ctx.reply("ERR_NICKNAMEINUSE", nick, why);
  const owner = belongsToAnother(ctx.world, ctx.user, nick);
  // Most programs don't show the refusal, and take another name by themselves.
  if (ctx.user.registered) explainOwner(ctx, owner);
  else ctx.user.registration.refused = owner;
  return false;
}

/** Tells a peer that was refused an account's name how its owner gets it. */
function explainOwner({ world, user, now }: Context, owner: string | undefined): void {
  if (owner === undefined || user.account !== undefined) return;
  serviceNotice(world, user, NOTICES.owned(owner), now);
}

export function welcome(ctx: Context): void {
  const { world, user } = ctx;
  if (!user.hears) return;
  const { version, startedAt } = world.init;
  ctx.reply("RPL_WELCOME", `Welcome to the ${networkName(world.config)} Network, ${user.nick}`);
  ctx.reply("RPL_YOURHOST", `Your host is ${world.name}, running ${version}`);
  ctx.reply("RPL_CREATED", `This server was created ${new Date(startedAt).toUTCString()}`);
  const withParameter = CHANNEL_MODES.filter((mode) => mode.kind !== "flag");
  ctx.reply(
    "RPL_MYINFO",
    world.name,
    version.replaceAll(" ", "-"),
    letters(USER_MODES),
    letters([...CHANNEL_MODES, ...PREFIXES]),
    letters([...withParameter, ...PREFIXES]),
  );
  sendIsupport(ctx);
  sendLusers(ctx);
  sendMotd(ctx);
}

/** Gives a client that asked for it the secret with which its next connection continues. */
export function sendSecret(ctx: Context): void {
  const { user, world, now } = ctx;
  if (!user.registered || !user.caps.has(RESUME)) return;
  // The servers of a cluster must not make different ones.
  if (world.init.share !== undefined && user.nextWay === undefined) return;
  const token = world.stays.issue(user, now);
  if (token !== undefined) ctx.send("RESUME", "TOKEN", token);
}

function letters(modes: readonly { readonly letter: string }[]): string {
  return modes.map((mode) => mode.letter).sort().join("");
}
