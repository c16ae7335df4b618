/**
 * One who sits in rooms, says nothing, and compares what it was told with what is kept of it.
 * @module
 */
import { assertEquals } from "@std/assert";
import { isCtcp } from "../../lib/irc/ctcp.ts";
import { CAPABILITIES } from "../../lib/irc/caps.ts";
import { type Message, nickOf, parse } from "../../lib/irc/message.ts";
import type { Channel } from "../../lib/server/world/channel.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { receive } from "../../lib/server/dispatch.ts";
import type { User } from "../../lib/server/world/user.ts";
import { isOfAddress } from "../../lib/server/world/user_mask.ts";
import type { World } from "../../lib/server/world/world.ts";

/** What can be kept of what a room is told. */
const KEPT = new Set(
  "PRIVMSG NOTICE TAGMSG JOIN PART KICK QUIT NICK MODE TOPIC REDACT BATCH".split(" "),
);

const NAME = "witness";

/** Where it is. */
export const WITNESS_ADDRESS = "198.51.100.9";

/** Something that a room was told: a message, with its lines where it has several. */
interface Told {
  readonly msgid: string;
  /** All that is said of it. */
  readonly message: Message;
  readonly lines: { text: string; concat: boolean }[];
}

/** Its ears and its memory. */
export class Witness {
  readonly #world: World;
  readonly #rooms: readonly string[];
  #user!: User;
  /** What each room was told since it was entered. */
  #told = new Map<Channel, Told[]>();
  /** The messages of several lines that are being told, by their batch. */
  readonly #open = new Map<string, Told>();
  /** What comes as an answer. */
  #answer: Message[] | undefined;
  /** Whether the clock was set: then what is kept may have other times than what was told. */
  clockWasSet = false;

  /** Will sit in these rooms. */
  constructor(world: World, rooms: readonly string[], now: number) {
    this.#world = world;
    this.#rooms = rooms;
    this.#enter(now);
  }

  #enter(now: number): void {
    const sink = {
      send: (bytes: Uint8Array) => {
        const lines = new TextDecoder().decode(bytes).split("\r\n").slice(0, -1);
        for (const line of lines) this.#hears(parse(line)!);
      },
      end: () => {},
    };
    const host = WITNESS_ADDRESS;
    this.#told.clear();
    this.#user = this.#world.connect({ sink, host, address: `${host}:1`, secure: false }, now);
    for (const { name } of CAPABILITIES) this.#user.setCap(name, true);
    this.#world.register(this.#user, NAME, now);
  }

  /** Is where it has to be, whoever has put it out. */
  attend(now: number): void {
    if (this.#user.gone) this.#enter(now);
    for (const room of this.#rooms) {
      const channel = this.#world.channels.find(room);
      if (!channel?.members.has(this.#user)) this.#world.join(this.#user, room, now);
    }
  }

  #hears(message: Message): void {
    if (this.#answer !== undefined) {
      this.#answer.push(message);
      return;
    }
    const { command, params, tags, source = "" } = message;
    const batch = this.#open.get(tags.get("batch") ?? "");
    if (batch !== undefined) {
      batch.lines.push(lineOf(message));
      return;
    }
    const msgid = tags.get("msgid");
    if (msgid === undefined || !KEPT.has(command)) return;
    const told: Told = { msgid, message, lines: [] };
    if (command === "BATCH") this.#open.set(params[0]!.slice(1), told);
    const target = command === "BATCH" ? params[2] : params[0];
    const nick = command === "NICK" ? params[0]! : nickOf(source);
    for (const channel of this.#user.channels) {
      const concerned = command === "QUIT" || command === "NICK"
        ? [...channel.members.keys()].some((member) => member.nick === nick)
        : target === channel.name;
      if (!concerned) continue;
      if (command === "JOIN" && nick === NAME) this.#told.set(channel, []);
      else if (command === "REDACT") this.#forget(channel, params[1]!, told);
      else this.#told.get(channel)?.push(told);
    }
  }

  #forget(channel: Channel, msgid: string, redaction: Told): void {
    const told = this.#told.get(channel) ?? [];
    const index = told.findIndex((each) => each.msgid === msgid && isKept(each));
    // What was said before it came is not in its memory, and the rest was never kept.
    const before = this.#world.store.history.find(redaction.msgid) !== undefined || index >= 0;
    if (index >= 0) told.splice(index, 1);
    if (before) told.push(redaction);
  }

  /** Throws where the history of a room is not what the room was told. */
  compare(now: number): void {
    for (const channel of this.#user.channels) {
      if (channel.isBanned(this.#user)) continue;
      const told = (this.#told.get(channel) ?? []).filter(isKept);
      // What was said before under the new name of a room is in its history too.
      const merged = channel.renamedAt > 0;
      const count = merged ? 0 : told.length || 1;
      const latest = this.#ask(`CHATHISTORY LATEST ${channel.name} * ${count}`, now);
      const [open, close] = [latest.shift(), latest.pop()];
      assertEquals([open?.command, close?.command], ["BATCH", "BATCH"], channel.name);
      const all = grouped(latest, open!.params[0]!.slice(1));
      const known = new Set(told.map(({ msgid }) => msgid));
      const kept = merged ? all.filter(({ msgid }) => known.has(msgid)) : all;
      if (told.length > 0) {
        const same = (each: Told) => this.clockWasSet ? withoutTime(plain(each)) : plain(each);
        const latest = kept.slice(-told.length);
        assertEquals(latest.map(same), told.map(same), `what ${channel.name} was told`);
      }
      if (merged) continue;
      const times = kept.map(({ message: { tags } }) => tags.get("time")!);
      assertEquals(times, times.toSorted(), `the times of ${channel.name}`);
      // The rest of a millisecond, and no more.
      const more = times.slice(0, times.length - count);
      assertEquals(new Set([...more, times[more.length]]).size, 1, `a page of ${channel.name}`);
    }
  }

  #ask(line: string, now: number): Message[] {
    this.#answer = [];
    receive(COMMANDS, this.#world, this.#user, { text: line, fault: undefined }, now);
    const answer = this.#answer.filter(({ command }) => command !== "PING");
    this.#answer = undefined;
    return answer;
  }
}

function lineOf({ tags, params }: Message): { text: string; concat: boolean } {
  return { text: params[1]!, concat: tags.has("draft/multiline-concat") };
}

/** Whether something is worth keeping, by what it says. */
function isKept({ message, lines }: Told): boolean {
  // Masks that name an address are not shown again.
  if (message.command === "MODE" && message.params.some(isOfAddress)) return false;
  const whole = lines.map(({ text, concat }, index) => index > 0 && !concat ? `\n${text}` : text);
  const text = lines.length > 0 ? whole.join("") : message.params[1] ?? "";
  if (message.command === "TAGMSG") {
    const has = (key: string) => message.tags.has(key);
    const isReply = has("+reply") || has("+draft/reply");
    const isReaction = has("+draft/react") || has("+draft/unreact");
    return isReply && isReaction || has("+draft/persist");
  }
  const said = message.command === "PRIVMSG" || message.command === "NOTICE" ||
    message.command === "BATCH";
  return !said || !isCtcp(text) || text.startsWith("\x01ACTION ");
}

/** Puts the lines of an answer together that are one message. */
function grouped(messages: readonly Message[], outer: string): Told[] {
  const all: Told[] = [];
  const open = new Map<string, Told>();
  for (const message of messages) {
    const { command, params, tags } = message;
    const batch = tags.get("batch") ?? "";
    if (batch !== outer) open.get(batch)!.lines.push(lineOf(message));
    else if (command !== "BATCH" || params[0]!.startsWith("+")) {
      const told: Told = { msgid: tags.get("msgid")!, message, lines: [] };
      if (command === "BATCH") open.set(params[0]!.slice(1), told);
      all.push(told);
    }
  }
  return all;
}

/** Without what is another one each time: the name of a batch, and a room's as it once was. */
function plain({ message, lines }: Told) {
  const tags = new Map(message.tags);
  tags.delete("batch");
  const { command, source } = message;
  // A batch of one line comes back as a message.
  const single = command === "BATCH" && lines.length === 1;
  const params = single
    ? ["PRIVMSG", lines[0]!.text]
    : command === "BATCH"
    ? []
    : message.params.slice(command === "QUIT" || command === "NICK" ? 0 : 1);
  const rest = single ? [] : lines.map(({ text, concat }, index) => ({
    text,
    concat: index > 0 && concat,
  }));
  return {
    command: single ? "PRIVMSG" : command,
    source,
    tags,
    params: single ? params.slice(1) : params,
    lines: rest,
  };
}

function withoutTime<T extends { readonly tags: Map<string, string> }>(told: T): T {
  told.tags.delete("time");
  return told;
}
