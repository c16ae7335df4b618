/**
 * A client that checks each line from the server. It knows who is where only from these lines.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { RESUME } from "../../lib/irc/resume.ts";
import type { CapabilityName } from "../../lib/irc/caps.ts";
import { format, LINE_BYTES, type Message, nickOf, parse } from "../../lib/irc/message.ts";
import { asciiLower, NICK_BYTES, USER_LENGTH } from "../../lib/irc/names.ts";
import type { User } from "../../lib/server/world/user.ts";

const encoder = new TextEncoder();

/** The longest tag section that a server may send, `@` and the space included (IRCv3). */
const SERVER_TAG_BYTES = 8191;

/** The longest host that an operator can set. */
const HOST_BYTES = 63;

/**
 * The source that the server adds to a relayed line. The line may grow by that much, because the
 * server never cuts a user's text.
 */
const SOURCE_BYTES = ":!~@ ".length + NICK_BYTES + USER_LENGTH + HOST_BYTES;

/** The time in front of an old message for clients without `server-time`. */
const MARK_BYTES = "[2026-01-02 03:04:05] ".length;

/** An old message is addressed to the receiver's current name, which may be longer. */
const RENAMED_BYTES = NICK_BYTES;

/** The capabilities that a client needs for a tag. */
const TAG_CAPS: Readonly<Record<string, readonly CapabilityName[]>> = {
  time: ["server-time"],
  msgid: ["message-tags"],
  account: ["account-tag"],
  bot: ["message-tags"],
  batch: ["batch"],
  label: ["labeled-response"],
  "draft/multiline-concat": ["draft/multiline"],
};

/** The capabilities that a client needs for a command. */
const COMMAND_CAPS: Readonly<Record<string, CapabilityName>> = {
  ACCOUNT: "account-notify",
  ACK: "labeled-response",
  AWAY: "away-notify",
  BATCH: "batch",
  CHGHOST: "chghost",
  REDACT: "draft/message-redaction",
  RENAME: "draft/channel-rename",
  RESUME: RESUME,
  SETNAME: "setname",
  TAGMSG: "message-tags",
};

/** Throws if a client can't read this line from the server. */
export function assertReadable(line: string): Message {
  const message = parse(line);
  assert(message !== undefined, `no command: ${line}`);
  assert(/^([A-Z]+|\d{3})$/.test(message.command), `no command: ${line}`);
  const tags = /^@\S+ /.exec(line)?.[0] ?? "";
  const tagBytes = encoder.encode(tags).length;
  assert(tagBytes <= SERVER_TAG_BYTES, `${tagBytes} bytes of tags: ${line}`);
  const relayed = message.source?.includes("!") ? SOURCE_BYTES + MARK_BYTES + RENAMED_BYTES : 0;
  const bytes = encoder.encode(line).length - tagBytes + "\r\n".length;
  assert(bytes <= LINE_BYTES + relayed, `${bytes} bytes: ${line}`);
  const again = format(message);
  assertEquals(parse(again), message, "formatted and parsed again it is the same");
  assert(!line.endsWith(" ") || / :.*$/.test(line), `no space at the end: ${line}`);
  return message;
}

/** A room as a client sees it. */
interface Room {
  topic: string | undefined;
  /** Undefined if the client did not ask for names. */
  names: Set<string> | undefined;
}

/** A client's view of the server's lines. */
export class Ears {
  /** The lines since the last call of {@linkcode take}. */
  #lines: string[] = [];
  readonly #user: () => User;
  /** The types of the open batches. */
  readonly #batches = new Map<string, string>();
  /** The labels without a reply yet, and how often each was used. */
  readonly #labels = new Map<string, number>();
  readonly #rooms = new Map<string, Room>();
  #nick = "";
  /** The last secret with which it can come back. */
  secret: string | undefined;
  /** The capabilities at its last line: the reply may still be made for these. */
  #capsBefore: ReadonlySet<string> = new Set();

  /** @param user whose ears they are. */
  constructor(user: () => User) {
    this.#user = user;
  }

  /** Prepares for the next line from the client. */
  asks(label: string | undefined): void {
    this.#giveUp();
    this.#capsBefore = new Set(this.#user().caps);
    if (label !== undefined) this.#labels.set(label, (this.#labels.get(label) ?? 0) + 1);
  }

  /**
   * Forgets the labels of a client that can't get labeled replies now, except that of a batch that
   * may still end.
   */
  #giveUp(): void {
    if (this.#user().hasCapWithBatch("labeled-response")) return;
    this.#labels.clear();
    const open = this.#user().batch;
    if (open?.label !== undefined && !open.failed) this.#labels.set(open.label, 1);
  }

  /** Checks `count` lines from the server. */
  hears(text: string, count = 1): void {
    assert(text.isWellFormed(), `not UTF-8: ${JSON.stringify(text)}`);
    const lines = text.split("\r\n");
    assert(lines.pop() === "" && lines.length === count, `${count} lines: ${JSON.stringify(text)}`);
    for (const line of lines) this.#hears(line);
  }

  #hears(line: string): void {
    assert(!/[\r\n\0]/.test(line), `one line: ${JSON.stringify(line)}`);
    const message = assertReadable(line);
    this.#lines.push(line);
    this.#understands(message, line);
    this.#pairs(message, line);
    this.#follows(message);
  }

  #can(cap: CapabilityName): boolean {
    return this.#user().caps.has(cap) || this.#capsBefore.has(cap);
  }

  #understands({ tags, command, params }: Message, line: string): void {
    for (const key of tags.keys()) {
      const needed = key.startsWith("+") ? ["message-tags" as const] : TAG_CAPS[key];
      assert(needed?.every((cap) => this.#can(cap)), `the tag ${key} was asked for: ${line}`);
    }
    const needed = COMMAND_CAPS[command];
    assert(needed === undefined || this.#can(needed), `${command} was asked for: ${line}`);
    const long = command === "JOIN" && params.length > 1;
    assert(!long || this.#can("extended-join"), `it is too long: ${line}`);
  }

  /**
   * Checks that batches open before they are used and close once, and that each label comes back
   * once.
   */
  #pairs({ tags, command, params }: Message, line: string): void {
    const inner = tags.get("batch");
    assert(inner === undefined || this.#batches.has(inner), `its batch is open: ${line}`);
    const [mark = ""] = params;
    if (command === "BATCH" && mark.startsWith("+")) {
      assert(!this.#batches.has(mark.slice(1)), `it is open already: ${line}`);
      this.#batches.set(mark.slice(1), params[1]!);
    } else if (command === "BATCH") {
      assert(this.#batches.delete(mark.slice(1)), `it is open: ${line}`);
    }
    const label = tags.get("label");
    if (label === undefined) return;
    const waiting = this.#labels.get(label) ?? 0;
    assert(waiting > 0, `a reply was waited for: ${line}`);
    if (waiting === 1) this.#labels.delete(label);
    else this.#labels.set(label, waiting - 1);
  }

  /** Tracks who is where, as a client does. */
  #follows({ tags, source = "", command, params }: Message): void {
    // History does not change the current state.
    if (this.#batches.get(tags.get("batch") ?? "") === "chathistory") return;
    const [first = "", second = "", third = "", fourth = ""] = params;
    const nick = nickOf(source);
    const room = this.#rooms.get(asciiLower(first));
    switch (command) {
      case "RESUME":
        if (first === "TOKEN") this.secret = second;
        break;
      case "001":
        this.#nick = first;
        break;
      case "NICK":
        for (const { names } of this.#rooms.values()) {
          if (names?.delete(nick)) names.add(first);
        }
        if (nick === this.#nick) this.#nick = first;
        break;
      case "JOIN":
        if (nick !== this.#nick) room?.names?.add(nick);
        else this.#enters(first);
        break;
      case "PART":
        this.#leaves(nick, first);
        break;
      case "KICK":
        this.#leaves(second, first);
        break;
      case "QUIT":
        for (const { names } of this.#rooms.values()) names?.delete(nick);
        break;
      case "RENAME":
        assert(room !== undefined, `it is in ${first}`);
        this.#rooms.delete(asciiLower(first));
        this.#rooms.set(asciiLower(second), room);
        break;
      case "TOPIC":
        if (room !== undefined) room.topic = second || undefined;
        break;
      case "332":
        this.#roomOf(second, (room) => room.topic = third);
        break;
      case "353":
        this.#roomOf(third, ({ names }) => {
          for (const word of fourth.split(" ")) names?.add(nickOf(word.replace(/^[@%+]+/, "")));
        });
        break;
    }
  }

  #roomOf(name: string, change: (room: Room) => void): void {
    const room = this.#rooms.get(asciiLower(name));
    if (room !== undefined) change(room);
  }

  #enters(name: string): void {
    assert(!this.#rooms.has(asciiLower(name)), `it is in ${name} already`);
    const names = this.#user().caps.has("no-implicit-names") ? undefined : new Set<string>();
    this.#rooms.set(asciiLower(name), { topic: undefined, names });
  }

  #leaves(nick: string, name: string): void {
    if (nick === this.#nick) assert(this.#rooms.delete(asciiLower(name)), `it is in ${name}`);
    else this.#rooms.get(asciiLower(name))?.names?.delete(nick);
  }

  /** Throws if the client's view is not the current state, or if replies are missing. */
  assertUpToDate(): void {
    const user = this.#user();
    assertEquals([...this.#batches.keys()], [], "all batches are complete");
    this.#giveUp();
    const waiting = [...this.#labels].flatMap(([label, count]) => Array(count).fill(label));
    const { batch } = user;
    const later = batch === undefined || batch.failed || batch.label === undefined
      ? []
      : [batch.label];
    assertEquals(waiting, later, "every label has its reply, but that of a batch that is open");
    assertEquals(this.#nick, user.nick);
    const told = [...this.#rooms].map(([name, { topic, names }]) =>
      [name, topic, names && [...names].sort()] as const
    );
    const real = [...user.channels].map((channel) => {
      const name = asciiLower(channel.name);
      const known = this.#rooms.get(name)?.names !== undefined;
      const names = [...channel.members.keys()].map(({ nick }) => nick).sort();
      return [name, channel.topic?.text, known ? names : undefined] as const;
    });
    const byName = (a: readonly unknown[], b: readonly unknown[]) => `${a[0]}` < `${b[0]}` ? -1 : 1;
    assertEquals(told.sort(byName), real.sort(byName), `${user.nick} knows who is where`);
  }

  /** Returns and clears the lines. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}
