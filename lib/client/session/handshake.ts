/**
 * Registration, from a new connection to the rooms: capabilities, the users of the room, a name,
 * the welcome.
 *
 * The users of the room are requested before registration, so that people see who is there before
 * they choose a name. Our own server answers that; others refuse or do not answer, and then the
 * name is just asked for.
 *
 * Source: Modern IRC Client Protocol, "Connection Registration"; IRCv3 "Client Capability
 * Negotiation".
 * @module
 */
import { graphemes } from "../../text/graphemes.ts";
import type { Message } from "../../irc/message.ts";
import type { SessionContext } from "./context.ts";
import { watchAgain } from "./acquaintances.ts";
import { enterAll, expectNames } from "./entering.ts";
import { askTargets } from "./catch_up.ts";
import { askPassword, isOwned, loginFirst } from "./login.ts";
import { nameFault } from "./refusals.ts";
import { resumeFirst } from "./resuming.ts";
import { mayTell, secrecyFault } from "./secrecy.ts";
import { byteLength } from "../../text/bytes.ts";
import { CLIENT, SECRECY } from "../../wording/client.ts";
import { CONNECTION_FAULT } from "../../wording/reaching.ts";
import { NAME_FAULT } from "../../wording/refused.ts";

/**
 * How long the server may take to list its capabilities and the users, and after that to grant what
 * was requested, in milliseconds.
 */
export const GREETING_MS = 3000;

/**
 * How long it may take to list its capabilities if it has on an earlier connection: it is slow, or
 * stands still. Without them there would be no way back, and our name would be busy.
 */
const LATE_LISTING_MS = 20_000;

/** After so many connections on which it was silent all that time, it is taken for another server. */
const MOST_SILENCES = 4;

/** How long the welcome may take, in milliseconds: some servers look up names and idents first. */
const WELCOME_MS = 60_000;

/** The longest pause before our own busy name is tried again, in milliseconds. */
const BUSY_MS = 15_000;

/** The longest name that is sent, in bytes; all servers refuse far shorter ones. */
const NAME_BYTES = 200;

/**
 * The user name and the real name of everyone. They last for the whole visit and others can read
 * them, but the first name that is typed may be a mistake, or even a password.
 */
const USER = "chat";

/** Greets the server on a new connection. */
export function greet(ctx: SessionContext): void {
  if (!mayGreet(ctx)) return;
  ctx.enterPhase("greeting", ctx.answersCap ? LATE_LISTING_MS : GREETING_MS);
  ctx.caps = { step: "listing", offered: new Set(), hasBegun: false };
  ctx.enabled.clear();
  ctx.capValues.clear();
  ctx.resume.lostName = ctx.lostName?.name;
  if (ctx.lostName !== undefined) ctx.wanted = ctx.nick = ctx.lostName.name;
  ctx.lostName = undefined;
  ctx.introduced = false;
  ctx.farewell = undefined;
  ctx.source = undefined;
  ctx.names.clear();
  if (!ctx.arrived) expectNames(ctx, ctx.home, "arrived");
  if (ctx.answersCap === false) ctx.caps = { step: "done", refused: false };
  else ctx.send("CAP", "LS", "302");
  const secret = ctx.options.password ?? ctx.options.invitation;
  if (secret !== undefined) ctx.send("PASS", secret);
  if (!ctx.arrived) ctx.send("NAMES", ctx.home);
  settle(ctx);
}

/** Whether the server's password may be sent, if any. If not, asks the person or ends. */
function mayGreet(ctx: SessionContext): boolean {
  const fault = ctx.options.password === undefined ? undefined : secrecyFault(ctx);
  const may = mayTell(ctx, { kind: "pass" }, [fault], SECRECY.serverPassword);
  if (may === "yes") {
    if (ctx.doubt?.kind === "pass") ctx.doubt = undefined;
    return true;
  }
  if (may === "asked") {
    ctx.enterPhase("asking");
  } else {
    ctx.refuse(SECRECY.serverPasswordNotSent(may.fault));
  }
  return false;
}

/** Goes on if everything that the greeting waits for is there. */
export function settle(ctx: SessionContext): void {
  if (ctx.phase !== "greeting") return;
  if (ctx.caps.step !== "done" || ctx.names.size > 0) return;
  ctx.arrived = true;
  if (resumeFirst(ctx)) return;
  if (ctx.login.asking !== undefined || ctx.doubt !== undefined) {
    ctx.enterPhase("asking");
  } else if (ctx.wanted !== undefined) claim(ctx);
  else askName(ctx);
}

/** The server takes too long: goes on without the rest, or else on another connection. */
export function stopWaiting(ctx: SessionContext): void {
  if (ctx.caps.step === "listing" && !ctx.caps.hasBegun) {
    if (ctx.answersCap) {
      if (++ctx.silences === MOST_SILENCES) ctx.answersCap = undefined;
      return ctx.end({ kind: "dead", reason: CONNECTION_FAULT.silent });
    }
    ctx.answersCap = false;
  }
  ctx.caps = { step: "done", refused: false };
  ctx.names.clear();
  settle(ctx);
}

export function askName(ctx: SessionContext): void {
  ctx.enterPhase("asking");
  if (ctx.asked) return;
  ctx.asked = true;
  ctx.emit({ type: "askName" });
}

/** Why a name can't even be sent. The server judges the rest. */
function unsendable(name: string): string | undefined {
  if (name === "") return NAME_FAULT.empty;
  if (/[\p{Z}\t]/u.test(name)) return NAME_FAULT.spaces;
  if (/\p{C}/u.test(name)) return NAME_FAULT.invisible;
  if (/^[:#&@+]|[!@,]/.test(name)) {
    return NAME_FAULT.contains(/[:#&@+!,]/.exec(name)![0]);
  }
  if (byteLength(name) > NAME_BYTES) return NAME_FAULT.tooLong;
  return undefined;
}

/** The person chose a name. It is claimed as soon as possible. */
export function claimName(ctx: SessionContext, name: string): void {
  const wanted = name.trim().normalize("NFC");
  const reason = unsendable(wanted);
  if (reason !== undefined) {
    ctx.emit({ type: "nameRefused", name: wanted, reason, keeps: ctx.nick || null });
    if (ctx.asked) ctx.emit({ type: "askName" });
    return;
  }
  ctx.asked = false;
  if (isRegistered(ctx)) {
    const most = ctx.isupport.nickLength;
    // Some servers would cut it silently.
    if (most > 0 && graphemes(wanted).length > most) {
      const reason = NAME_FAULT.longerThan(most);
      ctx.emit({ type: "nameRefused", name: wanted, reason, keeps: ctx.nick });
      return;
    }
    // A person who chooses another name does not want the lost one back.
    ctx.lostName = undefined;
    ctx.send("NICK", wanted);
    return;
  }
  // Another name may have an account of its own.
  ctx.login.asking = undefined;
  ctx.login.settled = false;
  ctx.wanted = wanted;
  if (ctx.phase === "asking" || ctx.phase === "nameBusy") claim(ctx);
}

export function isRegistered(ctx: SessionContext): boolean {
  return ctx.phase === "inside" || ctx.phase === "outside" || ctx.phase === "joining";
}

/** Sends the wanted name, and USER if it was not sent before. */
export function claim(ctx: SessionContext): void {
  const name = ctx.wanted;
  if (name === undefined) return askName(ctx);
  const reason = unsendable(name);
  if (reason !== undefined) {
    ctx.wanted = undefined;
    ctx.emit({ type: "nameRefused", name, reason, keeps: null });
    return askName(ctx);
  }
  if (loginFirst(ctx, name)) return;
  ctx.enterPhase("claiming", WELCOME_MS);
  ctx.send("NICK", name);
  if (ctx.introduced) return;
  ctx.introduced = true;
  ctx.send("USER", USER, "0", "*", USER);
  // A server that was only slow to list its capabilities still waits for this.
  if (ctx.caps.step !== "done" || !ctx.caps.refused) ctx.send("CAP", "END");
}

export function welcome(ctx: SessionContext, message: Message): void {
  // A welcome before USER is not ours: the person may still be choosing a name.
  if (!ctx.introduced) return;
  const before = ctx.nick;
  const { wanted } = ctx;
  for (const room of ctx.rooms) room.seat = "none";
  ctx.resume.left.clear();
  ctx.resume.away = undefined;
  ctx.nick = message.params[0] ?? wanted ?? "";
  // The server may have given us another name because ours is still in use.
  const lost = ctx.entered && wanted !== undefined && wanted === before && ctx.nick !== wanted;
  ctx.lostName = lost ? { name: wanted, tries: 0, tryAt: ctx.now + 1000 } : undefined;
  ctx.wanted = ctx.nick;
  ctx.asked = false;
  ctx.login.asking = undefined;
  ctx.busy = 0;
  const { unnamed = false, room } = ctx.options;
  ctx.undecided = unnamed && !ctx.isOurs && ctx.home === room;
  if (ctx.undecided) ctx.enterPhase("joining", WELCOME_MS);
  else enterAll(ctx);
  watchAgain(ctx);
  if (ctx.away !== undefined) ctx.send("AWAY", ctx.away);
  askTargets(ctx);
}

/**
 * 002 to 005, and what follows them: whose server it is, if that is not known yet. On a server of
 * others, a person who named no room is not put into one.
 */
export function decide(ctx: SessionContext, isOurs: boolean): void {
  ctx.isOurs ||= isOurs;
  if (!ctx.undecided) return;
  ctx.undecided = false;
  if (ctx.isOurs) return enterAll(ctx);
  if (ctx.options.stays !== true) return ctx.refuse(CLIENT.nameARoom);
  ctx.home = "";
  ctx.inform(CLIENT.inNoRoom);
  enterAll(ctx);
}

/** 431, 432, 433, 435, 436, 437: the name was refused. */
export function nameRefused(ctx: SessionContext, message: Message): void {
  const { command, params } = message;
  const said = params.at(-1) ?? "";
  const refused = (params.length > 2 ? params[1] : undefined) ?? "";
  if (isOwned(said)) ctx.login.owned = refused;
  if (isRegistered(ctx)) {
    const name = refused;
    // The session tries to regain this name by itself.
    if (ctx.lostName !== undefined && ctx.isupport.same(name, ctx.lostName.name)) return;
    const reason = isOwned(said) ? NAME_FAULT.ofAccount(name) : nameFault(command, name, said);
    ctx.emit({ type: "nameRefused", name, reason, keeps: ctx.nick });
    return;
  }
  if (ctx.phase !== "claiming") return;
  const name = ctx.wanted ?? "";
  const canAsk = ctx.options.login?.asks === true && ctx.enabled.has("sasl");
  if (command === "433" && canAsk && isOwned(said) && ctx.login.account === undefined) {
    return askPassword(ctx, name, "owned");
  }
  const isOurs = ctx.entered && name === ctx.nick && command !== "431" && command !== "432";
  if (isOurs || ctx.options.person === false && isKept(said)) return busy(ctx, name);
  ctx.wanted = undefined;
  const reason = isOwned(said) && ctx.login.account === undefined
    ? NAME_FAULT.ofAccountInPipe(name)
    : nameFault(command, name, said);
  ctx.emit({ type: "nameRefused", name, reason, keeps: null });
  askName(ctx);
}

/** Whether the server says that a name waits for a user whose connection broke. */
function isKept(said: string): boolean {
  return /\bis kept for \d+ more seconds?\b/.test(said);
}

/** Most likely the server has not noticed yet that our last connection is gone, or keeps our name. */
function busy(ctx: SessionContext, name: string): void {
  if (ctx.busy === 0) ctx.emit({ type: "nameBusy", name });
  ctx.enterPhase("nameBusy", Math.min(BUSY_MS, 1000 * 2 ** ctx.busy));
  ctx.busy++;
}
