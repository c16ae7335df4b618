/**
 * A silent member of rooms that compares what it received with the history that the server keeps.
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

/** The commands that history keeps. */
const KEPT = new Set(
  "PRIVMSG NOTICE TAGMSG JOIN PART KICK QUIT NICK MODE TOPIC REDACT BATCH".split(" "),
);

const NAME = "witness";

/** The witness's address. */
export const WITNESS_ADDRESS = "198.51.100.9";

/** A message to a room, with its lines if it has several. */
interface Told {
  readonly msgid: string;
  /** The first or only message. */
  readonly message: Message;
  readonly lines: { text: string; concat: boolean }[];
}

/** A silent member with a memory. */
export class Witness {
  readonly #world: World;
  readonly #rooms: readonly string[];
  #user!: User;
  /** What each room received since the witness entered it. */
  #told = new Map<Channel, Told[]>();
  /** The unfinished multiline messages, by batch. */
  readonly #open = new Map<string, Told>();
  /** The lines of the current answer. */
  #answer: Message[] | undefined;
  /** Whether the clock was set: if so, history may have other times than the messages had. */
  clockWasSet = false;

  constructor(world: World, rooms: readonly string[], now: number) {
    this.#world = world;
    this.#rooms = rooms;
    this.#enter(now);
  }

  #enter(now: number): void {
    const sink = {
      send: (text: string) => {
        const lines = text.split("\r\n").slice(0, -1);
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

  /** Enters again if it was put out. */
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
    // The witness does not know messages from before it entered; others were never kept.
    const before = this.#world.store.history.find(redaction.msgid) !== undefined || index >= 0;
    if (index >= 0) told.splice(index, 1);
    if (before) told.push(redaction);
  }

  /** Throws if the history of a room is not what the witness received there. */
  compare(now: number): void {
    for (const channel of this.#user.channels) {
      if (channel.isBanned(this.#user)) continue;
      const told = (this.#told.get(channel) ?? []).filter(isKept);
      // History also contains what was said before under the room's new name.
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
      // More items only if they share the first one's millisecond.
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

/** Whether history keeps this message. */
function isKept({ message, lines }: Told): boolean {
  // History does not show masks of addresses.
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

/** Groups the lines of an answer into messages. */
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

/** Removes what differs each time: the name of a batch, and the room's former name. */
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
