/**
 * What the session does for each command: one row each.
 * @module
 */
import { formatTags, parse } from "../../irc/message.ts";
import type { RankName, SessionAction } from "../input/action.ts";
import { logOut } from "./own_account.ts";
import { expectBans, expectNobody, expectPerson } from "./replies.ts";
import type { SessionContext } from "./context.ts";
import type { Outgoing } from "./outbound.ts";
import { enter, enterRoom, expectNames } from "./entering.ts";
import { claimName, isRegistered } from "./handshake.ts";
import { askOlder, keepsHistory } from "./catch_up.ts";
import { addressed, placeOf } from "./messages.ts";
import { dropUnsent, forget } from "./room_events.ts";
import type { Room } from "./rooms.ts";
import { byteLength } from "../../text/bytes.ts";
import { split } from "./split.ts";
import { isParam, oneLine } from "../phrases.ts";

type Performers = {
  readonly [Do in SessionAction["do"]]: (
    ctx: SessionContext,
    action: Extract<SessionAction, { do: Do }>,
    where: string,
  ) => void;
};

/** The modes of the ranks. */
const RANK_LETTERS: Readonly<Record<RankName, string>> = { op: "o", voice: "v" };

/** How many messages a search shows at most. */
const SEARCH_COUNT = 30;

/** How many masks stand on one line, so that it fits. */
const MASKS_PER_LINE = 3;

/** The longest text that can be searched for, in bytes. */
const SEARCH_BYTES = 300;

/** How long what a server answers to a raw line is told in its own words, in milliseconds. */
const RAW_MS = 10_000;

/** The longest line that is sent, in bytes without its line end. */
const RAW_BYTES = 510;

/** The longest name that is sent, in bytes. */
const TARGET_BYTES = 200;

/** What is said to leave where nothing else is. */
const BYE = "Leaving";

const PERFORMERS: Performers = {
  say: (ctx, { text }, where) => say(ctx, { target: where, kind: "privmsg", text }),
  act: (ctx, { text }, where) => say(ctx, { target: where, kind: "action", text }),
  tell: (ctx, { target, text }) => say(ctx, { target, kind: "privmsg", text }),
  rename: (ctx, { name }) => claimName(ctx, name),
  join,
  part,
  who: (ctx, { room }, where) => {
    const name = room ?? roomAt(ctx, where);
    if (name === undefined || !connected(ctx)) return;
    if (room === undefined && ctx.rooms.get(name)?.state !== "inside") {
      const text = name === ctx.home
        ? "You are not in the chat room now."
        : `You are not in ${name} now.`;
      fail(ctx, text, name);
      return;
    }
    expectNames(ctx, name, "asked");
    ctx.send("NAMES", name);
  },
  whois: (ctx, { name }, where) => {
    if (!connected(ctx) || !sendable(ctx, name)) return;
    expectPerson(ctx, name, where);
    ctx.send("WHOIS", name);
  },
  topic: (ctx, { text }, where) => {
    const room = insideOf(ctx, where);
    if (room !== undefined) {
      ctx.send("TOPIC", room.name, ...(text === undefined ? [] : [oneLine(text)]));
    }
  },
  away: (ctx, { reason }) => {
    ctx.away = oneLine(reason) || "Away";
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
      return fail(ctx, "This server has no such rank.", where);
    }
    expectNobody(ctx, name);
    ctx.send("MODE", room.name, `${give ? "+" : "-"}${letter}`, name);
  },
  kick: (ctx, { name, reason }, where) => {
    const room = insideOf(ctx, where);
    if (room === undefined || !sendable(ctx, name)) return;
    expectNobody(ctx, name);
    ctx.send("KICK", room.name, name, ...(reason === "" ? [] : [oneLine(reason)]));
  },
  ban: (ctx, { who, lift }, where) =>
    mask(ctx, where, who, lift, { letter: "b", before: "" }, false),
  mute: (ctx, { who, lift }, where) => {
    const { quiet } = ctx.isupport;
    if (quiet === undefined) fail(ctx, "This server cannot silence people.", where);
    else mask(ctx, where, who, lift, quiet, true);
  },
  invite: (ctx, { name }, where) => {
    const room = insideOf(ctx, where);
    if (room === undefined || !sendable(ctx, name)) return;
    expectNobody(ctx, name);
    ctx.send("INVITE", name, room.name);
  },
  list: (ctx, { filter }, where) => {
    if (!connected(ctx)) return;
    ctx.answers.list = { filter, rooms: [], count: 0, place: where };
    // Where the server can look for names itself, it need not send all of a large network. But
    // then topics are not looked at, so it is done only where the text is a room's name.
    const byName = filter !== "" && ctx.isupport.elist.includes("M") &&
      ctx.isupport.isRoom(filter) && isParam(filter) && !filter.includes(",");
    ctx.send("LIST", ...(byName ? [`*${filter}*`] : []));
  },
  search,
  history: (ctx, { count }, where) => {
    if (!connected(ctx)) return;
    if (!keepsHistory(ctx)) return notOld(ctx, "This server keeps no old messages.", where);
    const { only = null, room = "" } = addressed(ctx, where) ?? {};
    if (only !== null) {
      return fail(ctx, `What was said to some in ${room} is in the history of ${room}.`, where);
    }
    if (sendable(ctx, where)) askOlder(ctx, where, count);
  },
  logout: (ctx) => logOut(ctx),
  raw: (ctx, { line }, where) => {
    if (!connected(ctx)) return;
    const [text = ""] = split(oneLine(line), RAW_BYTES);
    if (parse(text) === undefined) return fail(ctx, "This is no line of the IRC protocol.", where);
    ctx.rawUntil = ctx.now + RAW_MS;
    ctx.sendRaw(text);
  },
  leave: (ctx, { reason }) => {
    ctx.finishing = oneLine(reason) || BYE;
  },
};

/** Does what a command asks for. */
export function perform(ctx: SessionContext, action: SessionAction, where: string): void {
  const place = where === "" ? ctx.home : where;
  const run = PERFORMERS[action.do] as (
    ctx: SessionContext,
    action: SessionAction,
    where: string,
  ) => void;
  run(ctx, action, place);
}

/** Says something. It is kept until the server has accepted it. */
export function say(ctx: SessionContext, item: Outgoing): void {
  const { target } = item;
  const lines = item.text.replace(/\r\n?/g, "\n").replace(/\0/g, " ");
  const text = item.kind === "action" ? lines.replace(/\n/g, " ") : lines;
  if (!isTarget(target)) {
    ctx.emit({ type: "notSent", line: text, text: "Nobody can have such a name." });
    return;
  }
  const room = ctx.rooms.get(placeOf(ctx, target));
  // If one may speak without being in it, the server takes it; else it says so.
  if (room?.state === "outside" && !ctx.isupport.same(room.name, ctx.home)) room.wanted = true;
  ctx.typing.said(ctx.isupport.fold(target));
  ctx.delivery.add({ ...item, text });
}

function join(ctx: SessionContext, action: { room: string; key: string | undefined }): void {
  const { key } = action;
  const { isupport } = ctx;
  // A name such as &local is one of a room on some servers only.
  const name = isupport.isRoom(action.room) ? action.room : `#${action.room}`;
  const most = isupport.channelLength || TARGET_BYTES;
  if (!isTarget(name) || [...name].length > most) {
    return fail(ctx, `The name of a room can be ${most} characters long at most.`);
  }
  if (key !== undefined && !isTarget(key)) return fail(ctx, "This can be no key.");
  const known = ctx.rooms.get(name);
  if (known?.state === "inside" && !known.leaving) {
    ctx.emit({ type: "info", text: `You are in ${known.name} already.`, place: known.name });
    return;
  }
  if (known === undefined && ctx.rooms.full) {
    return fail(ctx, "You are in too many rooms. Leave one with /part first.");
  }
  const room = ctx.rooms.add(name);
  room.key = key ?? room.key;
  room.wanted = true;
  if (!isRegistered(ctx)) {
    ctx.emit({ type: "info", text: `${name} is entered as soon as there is a connection.` });
  } else if (isupport.same(name, ctx.home)) enter(ctx);
  else enterRoom(ctx, room);
}

function part(
  ctx: SessionContext,
  action: { room: string | undefined; reason: string },
  where: string,
) {
  const name = action.room ?? roomAt(ctx, where);
  if (name === undefined) return;
  const room = ctx.rooms.get(name);
  if (room === undefined) return fail(ctx, `You are not in ${name}.`);
  room.wanted = false;
  if (room.state === "outside" || !isRegistered(ctx)) {
    // The first room is kept in mind: it is entered again where there is no other.
    if (ctx.isupport.same(room.name, ctx.home)) dropUnsent(ctx, room, `You have left ${room.name}`);
    else forget(ctx, room);
    ctx.emit({ type: "parted", room: room.name });
    return;
  }
  room.leaving = true;
  ctx.send("PART", room.name, ...(action.reason === "" ? [] : [oneLine(action.reason)]));
}

/** Bans and silences, or lifts that, or lists whom. */
function mask(
  ctx: SessionContext,
  where: string,
  who: string,
  lift: boolean,
  how: { readonly letter: string; readonly before: string },
  silence: boolean,
): void {
  const room = insideOf(ctx, where);
  if (room === undefined) return;
  const { letter, before } = how;
  if (who === "") {
    expectBans(ctx, room.name, letter, silence && before !== "" ? before : undefined);
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
    return notOld(ctx, "This server cannot search.", where);
  }
  const [query = ""] = split(oneLine(text), SEARCH_BYTES);
  const room = placeOf(ctx, where);
  const attributes = new Map([["in", room], ["text", query], ["limit", `${SEARCH_COUNT}`]]);
  const isSent = ctx.send("SEARCH", formatTags(attributes));
  if (!isSent) return fail(ctx, "This is too long to be searched for.", where);
  ctx.answers.search = { query, place: where, found: 0 };
}

/** Why nothing old can be shown: the server was not asked for it, or it doesn't have it. */
function notOld(ctx: SessionContext, unable: string, where: string): void {
  const unasked = "This works only in a terminal, without --plain and --json.";
  fail(ctx, ctx.options.history === true ? unable : unasked, where);
}

/** Whether we are on the server. If not, the person is told. */
function connected(ctx: SessionContext): boolean {
  if (isRegistered(ctx)) return true;
  fail(ctx, "There is no connection to the server now.");
  return false;
}

/** Whether a line can speak of that, and of nothing else. */
function isTarget(name: string): boolean {
  return isParam(name) && !name.includes(",") && byteLength(name) <= TARGET_BYTES;
}

/** Whether a name can be sent. If not, the person is told. */
function sendable(ctx: SessionContext, name: string): boolean {
  if (isTarget(name)) return true;
  fail(ctx, "Nobody can have such a name.");
  return false;
}

/** The room where one is. If it is none, the person is told. */
function roomAt(ctx: SessionContext, where: string): string | undefined {
  if (ctx.isupport.isRoom(where)) return where;
  fail(ctx, "This works in a room only.", where);
  return undefined;
}

/** The room where one is, and is let in. If not, the person is told. */
function insideOf(ctx: SessionContext, where: string): Room | undefined {
  const name = roomAt(ctx, where);
  if (name === undefined || !connected(ctx)) return undefined;
  const room = ctx.rooms.get(name);
  if (room?.state === "inside") return room;
  fail(ctx, `You are not in ${name} now.`, name);
  return undefined;
}

function fail(ctx: SessionContext, text: string, place?: string): void {
  ctx.emit({ type: "error", text, code: null, ...(place === undefined ? {} : { place }) });
}
