/**
 * The handlers of messages from the server: one row each.
 *
 * Source: Modern IRC Client Protocol; IRCv3, as named in the files of the handlers.
 * @module
 */
import { type Message, nickOf } from "../../irc/message.ts";
import * as people from "./acquaintances.ts";
import * as accounts from "./own_account.ts";
import * as replies from "./replies.ts";
import type { Batch } from "./batches.ts";
import * as motd from "./message_of_the_day.ts";
import { cap } from "./capability_requests.ts";
import type { SessionContext } from "./context.ts";
import { decide, isRegistered, nameRefused, welcome } from "./handshake.ts";
import {
  addressed,
  batched,
  handleOld,
  isOwn,
  redacted,
  said,
  tagged,
  timeTold,
} from "./messages.ts";
import * as presence from "./presence.ts";
import { bannedHere, failed, forwarded, password, refuse, unavailable } from "./handle_refusal.ts";
import { isRefusal } from "./refusals.ts";
import { withoutSecret } from "../input/secret.ts";
import { reacted } from "./reactions.ts";
import { resumption, takenOver, welcomeBack } from "./resumed.ts";
import * as rooms from "./room_events.ts";
import { CLIENT } from "../../wording/client.ts";
import { CONNECTION } from "../../wording/reaching.ts";

type Handler = (ctx: SessionContext, message: Message) => void;

/** The longest text in the server's own words, in UTF-16 units. */
const LONGEST = 600;

/** What servers say on an encrypted port to those who do not encrypt. */
const NEEDS_TLS = /\b(?:TLS|SSL)\b|encrypt/i;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "001": (ctx, message) => {
    // A server that is alone says nothing of others.
    ctx.isupport.nodes = [];
    if (ctx.resume.isRunning) welcomeBack(ctx, message);
    else welcome(ctx, message);
  },
  "002": (ctx, { params }) => decide(ctx, /\brunning chat \d/.test(params.at(-1) ?? "")),
  "003": (ctx) => decide(ctx, false),
  "005": (ctx, { params }) => {
    decide(ctx, false);
    if (ctx.isupport.read(params.slice(1))) ctx.rooms.refold();
  },
  "301": replies.away,
  "221": (ctx, { params }) => {
    if (replies.takeModes(ctx, ctx.nick)) ctx.inform(CLIENT.yourModes(params.slice(1).join(" ")));
  },
  "305": (ctx) => {
    ctx.resume.away = undefined;
    ctx.inform(CLIENT.noLongerAway);
  },
  "306": (ctx) => {
    if (ctx.resume.isRunning) return;
    ctx.resume.away = ctx.away;
    ctx.inform(CLIENT.nowAway);
  },
  "318": replies.endOfWhois,
  // The header of the server's table of rooms.
  "321": () => {},
  "324": (ctx, { params }) => {
    const [, room = "", ...modes] = params;
    if (!replies.takeModes(ctx, room)) return;
    ctx.inform(CLIENT.modesOf(room, modes.join(" ").slice(0, LONGEST)), room);
  },
  // The time at which a room was opened follows its modes.
  "329": () => {},
  "322": replies.listed,
  "323": replies.endOfList,
  "331": (ctx, { params }) => {
    const [, place = ""] = params;
    if (place !== "") ctx.emit({ type: "info", text: CLIENT.noTopic(place), place });
  },
  "332": rooms.topicFound,
  "333": rooms.topicSetter,
  "341": (ctx, { params }) => {
    const [, name, room] = params;
    if (name === undefined || room === undefined) return;
    ctx.inform(CLIENT.youInvited(name, room), room);
  },
  "353": rooms.names,
  "369": replies.endOfWhowas,
  "372": motd.line,
  "375": motd.start,
  "376": motd.end,
  "381": (ctx) => ctx.inform(CLIENT.isOperator),
  "422": motd.none,
  "354": presence.whoFound,
  "366": rooms.endOfNames,
  "367": replies.banned,
  "368": replies.endOfBans,
  "396": (ctx, { params }) => {
    if (ctx.source !== undefined && params[1]) {
      ctx.source = ctx.source.replace(/@.*$|$/s, `@${params[1].replace(/^.*@/s, "")}`);
    }
  },
  "431": nameRefused,
  "432": nameRefused,
  "433": nameRefused,
  "435": nameRefused,
  "436": nameRefused,
  "437": unavailable,
  "464": password,
  "465": bannedHere,
  "470": forwarded,
  "728": replies.banned,
  "729": replies.endOfBans,
  "730": (ctx, { params }) => namesIn(params).forEach((name) => people.present(ctx, name)),
  "731": (ctx, { params }) => {
    for (const name of namesIn(params)) {
      people.left(ctx, name);
      rooms.freed(ctx, name);
    }
  },
  "900": accounts.loggedIn,
  "901": accounts.loggedOut,
  "902": accounts.refused,
  "903": accounts.succeeded,
  "904": accounts.refused,
  "905": accounts.refused,
  "906": accounts.refused,
  "907": accounts.refused,
  "908": accounts.mechanisms,
  AUTHENTICATE: accounts.authenticate,
  AWAY: presence.away,
  CAP: cap,
  CHGHOST: rooms.hostChanged,
  ERROR: (ctx, { params }) => {
    ctx.farewell = params[0] ?? "";
    // Trying again would change nothing.
    if (ctx.secrecy === "open" && !isRegistered(ctx) && NEEDS_TLS.test(ctx.farewell)) {
      ctx.refuse(CONNECTION.needsEncryption);
    }
    accounts.replaced(ctx);
  },
  FAIL: failed,
  INVITE: rooms.invited,
  JOIN: rooms.join,
  KICK: rooms.kick,
  MODE: rooms.mode,
  NICK: rooms.nick,
  NOTE: (ctx, message) => takenOver(ctx, message) || serverSays(ctx, message),
  NOTICE: (ctx, message) => said(ctx, message, "live"),
  PART: rooms.part,
  // Servers want their own words back, wherever they are addressed.
  PING: (ctx, { params }) => ctx.send("PONG", params[0] ?? ""),
  PONG: (ctx, { params }) => pong(ctx, params.at(-1) ?? ""),
  PRIVMSG: (ctx, message) => said(ctx, message, "live"),
  QUIT: rooms.quit,
  REDACT: redacted,
  REGISTER: accounts.signedUp,
  RENAME: rooms.renamed,
  RESUME: resumption,
  TAGMSG: (ctx, message) => {
    tagged(ctx, message, "live");
    reacted(ctx, message);
  },
  TOPIC: rooms.topic,
  WARN: serverSays,
  ...Object.fromEntries(replies.WHOIS_NUMERICS.map((numeric) => [numeric, replies.whois])),
};

/** The people in an answer to MONITOR. */
function namesIn(params: readonly string[]): string[] {
  return (params[1] ?? "").split(",", 50).map(nickOf);
}

/** Handles a message. Unknown messages are ignored, unless they are errors. */
export function handle(ctx: SessionContext, message: Message): void {
  if (ctx.phase === "offline" || ctx.phase === "over") return;
  if (message.command !== "333") rooms.tellTopic(ctx);
  if (batched(ctx, message, (inner, batch) => dispatch(ctx, inner, batch))) return;
  dispatch(ctx, message);
}

function dispatch(ctx: SessionContext, message: Message, batch?: Batch): void {
  const { command, source } = message;
  if (batch !== undefined && batch.origin !== "live") {
    handleOld(ctx, message, batch);
    return;
  }
  const time = timeTold(message);
  if (time !== undefined) ctx.history.heard(time, ctx.now);
  if (source !== undefined) {
    ctx.hosts.saw(source);
    if (isOwn(ctx, message)) ctx.source = source;
  }
  const handler = Object.hasOwn(HANDLERS, command) ? HANDLERS[command] : undefined;
  if (handler !== undefined) handler(ctx, message);
  else if (isRefusal(command)) refuse(ctx, message);
  else if (ctx.now < ctx.rawUntil && /^\d{3}$/.test(command)) {
    const text = message.params.slice(1).join(" ").slice(0, LONGEST);
    ctx.inform(CLIENT.serverSays(text));
  }
}

/** NOTE and WARN: something that the server wants the person to know. */
function serverSays(ctx: SessionContext, { params }: Message): void {
  ctx.inform(CLIENT.serverSays((params.at(-1) ?? "").slice(0, LONGEST)));
}

function pong(ctx: SessionContext, token: string): void {
  const accepted = ctx.delivery.answered(token);
  if (ctx.enabled.has("echo-message")) return;
  for (const { target, kind, text } of accepted) {
    const { place, only } = addressed(ctx, target) ?? { place: target, only: null };
    const base = { type: "message", private: false, server: false, own: true, old: false } as const;
    const shown = withoutSecret(target, text);
    ctx.emit({ ...base, kind, from: ctx.nick, target, place, text: shown, msgid: null, only });
  }
}
