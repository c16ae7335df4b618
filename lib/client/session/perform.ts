/**
 * Carries out commands: one row each.
 * @module
 */
import { formatTags, parse } from "../../irc/message.ts";
import type { RankName, SessionAction } from "../input/action.ts";
import { logOut } from "./own_account.ts";
import { expectBans, expectNobody, expectPerson } from "./replies.ts";
import type { SessionContext } from "./context.ts";
import type { Outgoing } from "./outbound.ts";
import { enterRoom, expectNames } from "./entering.ts";
import { claimName, isRegistered } from "./handshake.ts";
import { askOlder, keepsHistory } from "./catch_up.ts";
import { addressed, placeOf } from "./messages.ts";
import { dropUnsent, forget } from "./room_events.ts";
import type { Room } from "./rooms.ts";
import { byteLength } from "../../text/bytes.ts";
import { split } from "./split.ts";
import { effortOf } from "./outgoing.ts";
import { batchOf, bytesFor } from "./pump.ts";
import { leaveLater, requestLater } from "./resuming.ts";
import { linesIn } from "./unsaid.ts";
import { react } from "./reactions.ts";
import { isMeant, meet } from "./acquaintances.ts";
import { askProgram } from "./ctcp_requests.ts";
import { withoutSecret } from "../input/secret.ts";
import { duration, isParam, oneLine } from "../phrases.ts";
import { CLIENT, COMMANDS_SAY, NOT_SENT } from "../../wording/client.ts";

type Performers = {
  readonly [Do in SessionAction["do"]]: (
    ctx: SessionContext,
    action: Extract<SessionAction, { do: Do }>,
    where: string,
  ) => void;
};

const RANK_LETTERS: Readonly<Record<RankName, string>> = { op: "o", voice: "v" };

const SEARCH_COUNT = 30;

/** The most masks on one MODE line, so that it fits. */
const MASKS_PER_LINE = 3;

/** The longest text to search for, in bytes. */
const SEARCH_BYTES = 300;

/** How long answers to a raw line are told in the server's own words, in milliseconds. */
const RAW_MS = 10_000;

/** The longest raw line, in bytes without its line end. */
const RAW_BYTES = 510;

/** The longest name that is sent, in bytes. */
const TARGET_BYTES = 200;

const PERFORMERS: Performers = {
  say: (ctx, { text }, where) => {
    if (isMeant(ctx, where, text)) say(ctx, where, "privmsg", text);
  },
  act: (ctx, { text }, where) => {
    if (isMeant(ctx, where, text)) say(ctx, where, "action", text);
  },
  meet: (ctx, { name }) => meet(ctx, name),
  stop: (ctx) => {
    const lines = ctx.delivery.stop().reduce((sum, { text }) => sum + linesIn(text), 0);
    ctx.inform(lines === 0 ? COMMANDS_SAY.nothingToStop : COMMANDS_SAY.stopped(lines));
  },
  tell: (ctx, { target, text }) => {
    meet(ctx, target);
    say(ctx, target, "privmsg", text);
  },
  notice: (ctx, { target, text }) => {
    if (!connected(ctx) || !sendable(ctx, target)) return;
    const said = oneLine(text);
    if (!ctx.send("NOTICE", target, said)) return ctx.fail(COMMANDS_SAY.tooLong);
    if (!ctx.enabled.has("echo-message")) {
      ctx.inform(CLIENT.noticed(target, withoutSecret(target, said)));
    }
  },
  ctcp: (ctx, { target, text }) => {
    if (!connected(ctx) || !sendable(ctx, target)) return;
    expectNobody(ctx, target);
    if (!askProgram(ctx, target, oneLine(text))) ctx.fail(COMMANDS_SAY.tooLong);
  },
  rename: (ctx, { name }) => claimName(ctx, name),
  join,
  part,
  who: (ctx, { room }, where) => {
    const name = room ?? roomAt(ctx, where);
    if (name === undefined || !connected(ctx)) return;
    if (room === undefined && ctx.rooms.get(name)?.state !== "inside") {
      const room = name === ctx.home ? CLIENT.chatRoom : name;
      return ctx.fail(COMMANDS_SAY.notInRoom(room), name);
    }
    expectNames(ctx, name, "asked");
    ctx.send("NAMES", name);
  },
  whois: (ctx, { name }, where) => {
    if (!connected(ctx) || !sendable(ctx, name)) return;
    expectPerson(ctx, name, where);
    ctx.send("WHOIS", name);
  },
  whowas: (ctx, { name }) => {
    if (connected(ctx) && sendable(ctx, name)) ctx.send("WHOWAS", name);
  },
  motd: (ctx) => {
    if (!connected(ctx)) return;
    ctx.motd.asked = true;
    ctx.send("MOTD");
  },
  mode: (ctx, { text }, where) => {
    const [first = "", ...more] = oneLine(text).split(/ +/);
    const names = first !== "" && !/^[+-]/.test(first);
    const target = names ? first : roomAt(ctx, where);
    if (target === undefined || !connected(ctx) || !sendable(ctx, target)) return;
    const modes = names ? more : [first, ...more];
    ctx.answers.modes.add(ctx.isupport.fold(target));
    if (!ctx.send("MODE", target, ...modes.filter((one) => one !== ""))) {
      ctx.fail(COMMANDS_SAY.notValidLine, where);
    }
  },
  topic: (ctx, { text }, where) => {
    const room = insideOf(ctx, where);
    if (room === undefined) return;
    ctx.send("TOPIC", room.name, ...(text === undefined ? [] : [oneLine(text)]));
  },
  away: (ctx, { reason }) => {
    ctx.away = oneLine(reason) || CLIENT.away;
    if (connected(ctx)) ctx.send("AWAY", ctx.away);
  },
  back: (ctx) => {
    ctx.away = undefined;
    if (connected(ctx)) ctx.send("AWAY");
  },
  rank: (ctx, { name, rank, give }, where) => {
    const room = insideOf(ctx, where);
    const letter = RANK_LETTERS[rank];
    if (room === undefined || !sendable(ctx, name)) return;
    if (!ctx.isupport.ranks.includes(letter)) {
      return ctx.fail(COMMANDS_SAY.noRank, where);
    }
    expectNobody(ctx, name);
    ctx.send("MODE", room.name, `${give ? "+" : "-"}${letter}`, name);
  },
  kick: (ctx, { name, reason }, where) => {
    const room = aboutOne(ctx, where, name);
    const why = reason === "" ? [] : [oneLine(reason)];
    if (room !== undefined) ctx.send("KICK", room.name, name, ...why);
  },
  ban: (ctx, { who, lift }, where) => mask(ctx, where, who, lift, { letter: "b", before: "" }),
  mute: (ctx, { who, lift }, where) => {
    const { quiet } = ctx.isupport;
    if (quiet === undefined) ctx.fail(COMMANDS_SAY.cannotMute, where);
    else mask(ctx, where, who, lift, quiet);
  },
  invite: (ctx, { name }, where) => {
    const room = aboutOne(ctx, where, name);
    if (room !== undefined) ctx.send("INVITE", name, room.name);
  },
  list: (ctx, { filter }, where) => {
    if (!connected(ctx)) return;
    ctx.answers.list = { filter, rooms: [], count: 0, place: where };
    // A server that filters by name need not send all rooms of a large network. But it does not
    // look at topics then, so this is only for a text that is the name of a room.
    const byName = filter !== "" && ctx.isupport.elist.includes("M") &&
      ctx.isupport.isRoom(filter) && isParam(filter) && !filter.includes(",");
    ctx.send("LIST", ...(byName ? [`*${filter}*`] : []));
  },
  search,
  react: (ctx, action, where) => {
    if (connected(ctx) && sendable(ctx, where)) react(ctx, where, action);
  },
  history: (ctx, { count }, where) => {
    if (!connected(ctx)) return;
    if (!keepsHistory(ctx)) return notOld(ctx, COMMANDS_SAY.noHistory, where);
    const { only = null, room = "" } = addressed(ctx, where) ?? {};
    if (only !== null) return ctx.fail(COMMANDS_SAY.historyOfRoom(room), where);
    if (sendable(ctx, where)) askOlder(ctx, where, count);
  },
  logout: (ctx) => logOut(ctx),
  raw: (ctx, { line }, where) => {
    if (!connected(ctx)) return;
    const [text = ""] = split(oneLine(line), RAW_BYTES);
    if (parse(text) === undefined) return ctx.fail(COMMANDS_SAY.notValidLine, where);
    ctx.rawUntil = ctx.now + RAW_MS;
    ctx.sendRaw(text);
  },
};

/**
 * Carries out a command.
 *
 * @param where the room or person that the front end shows; empty for the first room.
 */
export function perform(ctx: SessionContext, action: SessionAction, where: string): void {
  const run = PERFORMERS[action.do] as (
    ctx: SessionContext,
    action: SessionAction,
    where: string,
  ) => void;
  run(ctx, action, where === "" ? ctx.home : where);
}

/** Says something. It is kept until the server has accepted it. */
function say(ctx: SessionContext, target: string, kind: Outgoing["kind"], said: string): void {
  const lines = said.replace(/\r\n?/g, "\n").replace(/\0/g, " ");
  const text = kind === "action" ? lines.replace(/\n/g, " ") : lines;
  const fault = ctx.delivery.full
    ? NOT_SENT.queueFull
    : target === ""
    ? NOT_SENT.noRoom
    : isTarget(target)
    ? undefined
    : COMMANDS_SAY.notValidName;
  if (fault !== undefined) {
    return ctx.emit({ type: "notSent", line: withoutSecret(target, text), text: fault });
  }
  announce(ctx, { target, kind, text });
  const room = ctx.rooms.get(placeOf(ctx, target));
  // The server decides whether we may speak in a room without being in it.
  if (room?.state === "outside" && !ctx.isupport.same(room.name, ctx.home)) room.wanted = true;
  ctx.typing.said(ctx.isupport.fold(target));
  ctx.delivery.add({ target, kind, text });
}

/** Tells how long a message takes that is too long for one. */
function announce(ctx: SessionContext, item: Outgoing): void {
  const lines = linesIn(item.text);
  if (ctx.options.stays !== true || lines < 2) return;
  const { messages, seconds } = effortOf(item.text, bytesFor(ctx, item), batchOf(ctx), ctx.isOurs);
  if (messages < 2) return;
  ctx.inform(CLIENT.sendsLong(lines, messages, duration(1000 * Math.max(1, seconds))));
}

function join(ctx: SessionContext, action: { room: string; key: string | undefined }): void {
  const { key } = action;
  const { isupport } = ctx;
  ctx.destination = null;
  // A name such as &local is a room on some servers only.
  const name = isupport.isRoom(action.room) ? action.room : `#${action.room}`;
  const most = isupport.channelLength || TARGET_BYTES;
  if (!isTarget(name) || [...name].length > most) {
    return ctx.fail(COMMANDS_SAY.roomNameTooLong(most));
  }
  if (key !== undefined && !isTarget(key)) return ctx.fail(COMMANDS_SAY.notValidKey);
  const known = ctx.rooms.get(name);
  if (known?.state === "inside" && !known.leaving) {
    ctx.destination = known.name;
    // A screen shows the room, which says the same.
    if (ctx.options.stays === true) return;
    return ctx.inform(COMMANDS_SAY.alreadyInRoom(known.name), known.name);
  }
  if (known === undefined && ctx.rooms.full) {
    return ctx.fail(COMMANDS_SAY.tooManyRooms);
  }
  const room = ctx.rooms.add(name);
  ctx.destination = room.name;
  room.key = key ?? room.key;
  room.wanted = true;
  if (isRegistered(ctx)) return enterRoom(ctx, room);
  requestLater(ctx, room);
  ctx.inform(COMMANDS_SAY.entersLater(name));
}

function part(
  ctx: SessionContext,
  action: { room: string | undefined; reason: string },
  where: string,
) {
  const name = action.room ?? where;
  if (name === "") return ctx.fail(COMMANDS_SAY.inNoRoom);
  if (action.room === undefined && !ctx.isupport.isRoom(where)) {
    return ctx.inform(COMMANDS_SAY.closedConversation(where));
  }
  const room = ctx.rooms.get(name);
  if (room === undefined) return ctx.fail(COMMANDS_SAY.notInRoom(name));
  room.wanted = false;
  if (room.state === "outside" || !isRegistered(ctx)) {
    leaveLater(ctx, room);
    // The first room is kept: it is entered again if there is no other.
    if (ctx.isupport.same(room.name, ctx.home)) dropUnsent(ctx, room, NOT_SENT.leftRoom(room.name));
    else forget(ctx, room);
    return ctx.emit({ type: "parted", room: room.name });
  }
  room.leaving = true;
  ctx.send("PART", room.name, ...(action.reason === "" ? [] : [oneLine(action.reason)]));
}

/** Changes or lists the bans or mutes of a room. */
function mask(
  ctx: SessionContext,
  where: string,
  who: string,
  lift: boolean,
  { letter, before }: { readonly letter: string; readonly before: string },
): void {
  const room = insideOf(ctx, where);
  if (room === undefined) return;
  if (who === "") {
    expectBans(ctx, room.name, letter, before || undefined);
    ctx.send("MODE", room.name, `+${letter}`);
    return;
  }
  if (!sendable(ctx, who)) return;
  const own = ctx.source?.slice(ctx.source.lastIndexOf("@") + 1);
  if (!lift) {
    const made = ctx.hosts.maskOf(who, own);
    ctx.hosts.made(who, made);
    ctx.send("MODE", room.name, `+${letter}`, before + made);
    return;
  }
  const entries = ctx.hosts.masksOf(who).map((mask) => before + mask);
  const most = Math.min(ctx.isupport.modes, MASKS_PER_LINE);
  for (let at = 0; at < entries.length; at += most) {
    const some = entries.slice(at, at + most);
    ctx.send("MODE", room.name, `-${letter.repeat(some.length)}`, ...some);
  }
}

function search(ctx: SessionContext, { text }: { text: string }, where: string): void {
  if (!connected(ctx)) return;
  if (!ctx.enabled.has("soju.im/search") && !ctx.enabled.has("draft/search")) {
    return notOld(ctx, COMMANDS_SAY.cannotSearch, where);
  }
  const [query = ""] = split(oneLine(text), SEARCH_BYTES);
  const room = placeOf(ctx, where);
  const attributes = new Map([["in", room], ["text", query], ["limit", `${SEARCH_COUNT}`]]);
  const isSent = ctx.send("SEARCH", formatTags(attributes));
  if (!isSent) return ctx.fail(COMMANDS_SAY.searchTooLong, where);
  ctx.answers.search = { query, place: where, found: 0 };
}

/** Tells why no old messages can be shown: the session did not request them, or `unable`. */
function notOld(ctx: SessionContext, unable: string, where: string): void {
  ctx.fail(ctx.options.history === true ? unable : NOT_SENT.onlyInTerminal, where);
}

/** Whether we are registered. If not, the person is told. */
function connected(ctx: SessionContext): boolean {
  if (isRegistered(ctx)) return true;
  ctx.fail(CLIENT.notConnected);
  return false;
}

/** Whether a name can be a parameter of a line, and is a single target. */
function isTarget(name: string): boolean {
  return isParam(name) && !name.includes(",") && byteLength(name) <= TARGET_BYTES;
}

/** Whether a name can be sent. If not, the person is told. */
function sendable(ctx: SessionContext, name: string): boolean {
  if (isTarget(name)) return true;
  ctx.fail(COMMANDS_SAY.notValidName);
  return false;
}

/** The room that is shown. If a person is shown instead, that is told. */
function roomAt(ctx: SessionContext, where: string): string | undefined {
  if (ctx.isupport.isRoom(where)) return where;
  ctx.fail(COMMANDS_SAY.roomOnly, where);
  return undefined;
}

/** The room that is shown, if we are in it. If not, the person is told. */
function insideOf(ctx: SessionContext, where: string): Room | undefined {
  const name = roomAt(ctx, where);
  if (name === undefined || !connected(ctx)) return undefined;
  const room = ctx.rooms.get(name);
  if (room?.state === "inside") return room;
  ctx.fail(COMMANDS_SAY.notInRoom(name), name);
  return undefined;
}

/** As {@linkcode insideOf}, for a command about somebody, who may not exist. */
function aboutOne(ctx: SessionContext, where: string, name: string): Room | undefined {
  const room = insideOf(ctx, where);
  if (room === undefined || !sendable(ctx, name)) return undefined;
  expectNobody(ctx, name);
  return room;
}
