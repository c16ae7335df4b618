/**
 * Answers of several lines, told in plain words when they are complete: WHOIS, LIST, bans.
 *
 * Source: Modern IRC Client Protocol, "Numerics"; the numerics of solanum, InspIRCd and UnrealIRCd.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { type BanList, type ListedRoom, MOST_PEOPLE } from "./answers.ts";
import type { SessionContext } from "./context.ts";
import { duration, word } from "../phrases.ts";
import { REPLIES } from "../../wording/client.ts";

const MOST_LINES = 20;

/** The most rooms that are listed: those with the most people. */
const MOST_ROOMS = 50;

/** The most bans that are listed; the rest is counted. */
const MOST_BANS = 100;

/** The longest text of one line, in UTF-16 units. */
const LONGEST = 600;

/** An answer to WHOIS will come. */
export function expectPerson(ctx: SessionContext, name: string, place: string): void {
  const { people } = ctx.answers;
  if (people.size < MOST_PEOPLE) people.set(ctx.isupport.fold(name), { place, lines: [] });
}

/** A command may be answered with "no such person". */
export function expectNobody(ctx: SessionContext, name: string): void {
  ctx.answers.meant.add(ctx.isupport.fold(name));
}

/** Whether the modes of a room, or ours, were asked for. Then they no longer are. */
export function takeModes(ctx: SessionContext, target: string): boolean {
  return ctx.answers.modes.delete(ctx.isupport.fold(target)) || ctx.now < ctx.rawUntil;
}

/** Whether somebody was asked about or named in a command. Then they no longer are. */
export function forgetPerson(ctx: SessionContext, name: string): boolean {
  const key = ctx.isupport.fold(name);
  const meant = ctx.answers.meant.delete(key);
  return ctx.answers.people.delete(key) || meant;
}

/** The numerics of WHOIS in words. */
const WHOIS: Readonly<Record<string, (params: readonly string[], now: number) => string>> = {
  "276": ([name = "", ...said]) => REPLIES.about(name, said.at(-1)!),
  "307": ([name = ""]) => REPLIES.loggedInToName(name),
  "311": ([name = "", user = "", host = "", , real = ""]) => {
    const mask = `${user}@${host}`;
    // Our server, and InspIRCd, show this instead of an address.
    const shown = host.endsWith(".ip") ? REPLIES.hiddenAddress(mask) : mask;
    return REPLIES.identity(name, shown, realName(user, real));
  },
  "312": ([name = "", server = "", about = ""]) => REPLIES.server(name, server, about),
  "313": ([name = ""]) => REPLIES.operator(name),
  "314": ([name = "", user = "", host = "", , real = ""]) =>
    REPLIES.was(name, `${user}@${host}`, realName(user, real)),
  "317": ([name = "", idle, since = ""], now) => {
    const silent = duration(Number(idle) * 1000 || 0);
    const from = Number(since) * 1000;
    return /^\d+$/.test(since) && from <= now
      ? REPLIES.silentSince(name, silent, duration(now - from))
      : REPLIES.silent(name, silent);
  },
  "319": ([name = "", rooms = ""]) => REPLIES.rooms(name, rooms.trim()),
  "320": ([name = "", ...said]) => REPLIES.about(name, said.at(-1)!),
  "330": ([name = "", account = ""]) => REPLIES.account(name, account),
  "335": ([name = ""]) => REPLIES.bot(name),
  "338": ([name = "", ...said]) =>
    REPLIES.address(name, said.slice(0, -1).join(" ") || said.at(-1)!),
  "378": ([name = "", ...said]) => REPLIES.about(name, said.at(-1)!),
  "671": ([name = ""]) => REPLIES.encrypted(name),
};

export const WHOIS_NUMERICS: readonly string[] = Object.keys(WHOIS);

export function whois(ctx: SessionContext, { command, params }: Message): void {
  const asked = ctx.answers.people.get(ctx.isupport.fold(params[1] ?? ""));
  const [name = "", ...rest] = params.slice(1);
  // Without a parameter after the name, it says nothing.
  if (rest.length === 0) return;
  if (command === "314") ctx.answers.past = ctx.isupport.fold(name);
  const isPast = command === "312" && ctx.answers.past === ctx.isupport.fold(name);
  const tell = isPast ? past : WHOIS[command];
  const text = tell?.([word(name), ...rest], ctx.now).slice(0, LONGEST);
  if (text === undefined) return;
  if (asked === undefined) ctx.inform(text);
  else if (asked.lines.length < MOST_LINES) asked.lines.push(text);
}

/** A real name; empty if it tells no more than the user name. */
function realName(user: string, real: string): string {
  return real === user.replace(/^~/, "") ? "" : real;
}

/** 312 in WHOWAS: the last parameter is the time of leaving. */
function past([name = "", server = "", at = ""]: readonly string[]): string {
  return REPLIES.wasOn(name, server, at);
}

/** 369: the end of WHOWAS. */
export function endOfWhowas(ctx: SessionContext): void {
  ctx.answers.past = undefined;
}

/** 318: the end of WHOIS. */
export function endOfWhois(ctx: SessionContext, { params }: Message): void {
  const name = params[1] ?? "";
  const asked = ctx.answers.people.get(ctx.isupport.fold(name));
  forgetPerson(ctx, name);
  const about = asked?.place === undefined ? {} : { place: asked.place };
  for (const text of asked?.lines ?? []) ctx.emit({ type: "info", text, ...about });
}

/** 301: a person that we asked about or wrote to is away. */
export function away(ctx: SessionContext, { params }: Message): void {
  if (params.length < 3) return;
  const name = params[1] ?? "";
  const text = REPLIES.away(word(name), params.at(-1)!).slice(0, LONGEST);
  const key = ctx.isupport.fold(name);
  const asked = ctx.answers.people.get(key);
  if (asked !== undefined) {
    if (asked.lines.length < MOST_LINES) asked.lines.push(text);
  } else if (ctx.answers.awayTold.get(key) !== text) {
    // Some servers repeat it after every message.
    ctx.answers.awayTold.set(key, text);
    ctx.inform(text, name);
  }
}

/** 322: a room of LIST. */
export function listed(ctx: SessionContext, { params }: Message): void {
  const { list } = ctx.answers;
  if (list === undefined) return;
  const [, name = "", people = "", about = ""] = params;
  const topic = withoutModes(ctx, about);
  const filter = ctx.isupport.fold(list.filter);
  const fits = filter === "" || ctx.isupport.fold(name).includes(filter) ||
    ctx.isupport.fold(topic.slice(0, LONGEST)).includes(filter);
  if (!fits) return;
  list.count++;
  list.rooms.push({
    name: word(name),
    people: Number(people) || 0,
    topic: topic.slice(0, LONGEST),
  });
  if (list.rooms.length >= 4 * MOST_ROOMS) list.rooms = largest(list.rooms);
}

/**
 * A topic without the modes that InspIRCd and UnrealIRCd put before it: `[+nt] tea`, `[+ntl 9] tea`.
 * Any other text in brackets belongs to the topic.
 */
function withoutModes({ isupport }: SessionContext, text: string): string {
  const [before, letters] = /^\[\+([a-zA-Z]*)(?: [^\]]*)?\]/.exec(text) ?? [];
  if (before === undefined || letters === undefined) return text.trim();
  const isMode = [...letters].every((letter) => isupport.kinds.has(letter));
  return (isMode ? text.slice(before.length) : text).trim();
}

/** 323: the end of LIST. */
export function endOfList(ctx: SessionContext): void {
  const { list } = ctx.answers;
  if (list === undefined) return;
  ctx.answers.list = undefined;
  const { place, filter, count } = list;
  const tell = (text: string) => ctx.inform(text, place);
  if (count === 0) return tell(filter === "" ? REPLIES.noRooms : REPLIES.noRoomsWith(filter));
  tell(filter === "" ? REPLIES.roomCount(count) : REPLIES.roomCountWith(count, filter));
  const shown = largest(list.rooms);
  for (const { name, people, topic } of shown) tell(REPLIES.room(name, people, topic));
  if (count > shown.length) tell(REPLIES.moreRooms(count - shown.length));
}

function largest(rooms: readonly ListedRoom[]): ListedRoom[] {
  return rooms.toSorted((a, b) => b.people - a.people).slice(0, MOST_ROOMS);
}

/** A list of bans will come. */
export function expectBans(ctx: SessionContext, room: string, letter: string, only?: string): void {
  const { quiet } = ctx.isupport;
  const both = only === undefined && quiet?.letter === letter && quiet.before !== "";
  const silence = both ? quiet.before : undefined;
  const list: BanList = { only, silence, entries: [], silenced: [], more: 0 };
  ctx.answers.bans.set(`${letter} ${ctx.isupport.fold(room)}`, list);
}

/** 367, 728: an entry of a list of bans. */
export function banned(ctx: SessionContext, { command, params }: Message): void {
  const letter = command === "728" ? "q" : "b";
  const list = ctx.answers.bans.get(`${letter} ${ctx.isupport.fold(params[1] ?? "")}`);
  const [mask = "", by = "", at = ""] = params.slice(command === "728" ? 3 : 2);
  if (list === undefined || !mask.startsWith(list.only ?? "")) return;
  if (list.entries.length + list.silenced.length >= MOST_BANS) {
    list.more++;
    return;
  }
  const ago = ctx.now - Number(at) * 1000;
  const isSilenced = list.silence !== undefined && mask.startsWith(list.silence);
  const before = isSilenced ? list.silence : list.only;
  const bare = word(mask.slice(before?.length ?? 0));
  const who = by.split("!", 1)[0]!;
  const entry = by === ""
    ? bare
    : /^\d+$/.test(at) && ago >= 0
    ? REPLIES.entryByAgo(bare, who, duration(ago))
    : REPLIES.entryBy(bare, who);
  (isSilenced ? list.silenced : list.entries).push(entry.slice(0, LONGEST));
}

/** 368, 729: the end of a list of bans. */
export function endOfBans(ctx: SessionContext, { command, params }: Message): void {
  const room = params[1] ?? "";
  const letter = command === "729" ? "q" : "b";
  const key = `${letter} ${ctx.isupport.fold(room)}`;
  const list = ctx.answers.bans.get(key);
  if (list === undefined) return;
  ctx.answers.bans.delete(key);
  const isQuiet = letter === "q" || list.only !== undefined;
  const tell = (text: string) => ctx.inform(text, room);
  if (list.entries.length === 0) {
    tell(isQuiet ? REPLIES.nobodyMuted(room) : REPLIES.nobodyBanned(room));
  } else {
    [isQuiet ? REPLIES.muted(room) : REPLIES.banned(room), ...list.entries].forEach(tell);
  }
  if (list.silenced.length > 0) [REPLIES.muted(room), ...list.silenced].forEach(tell);
  if (list.more > 0) tell(REPLIES.more(list.more));
}
