/**
 * Somebody who lives in a chat of several servers: comes and goes, talks, and does all the rest that
 * a client can do, at random.
 * @module
 */
import { RESUME } from "../../lib/irc/resume.ts";
import { arrival, input, multiline, saneLine } from "../fuzz/inputs.ts";
import type { Random } from "../fuzz/random.ts";
import { USERS } from "../fuzz/words.ts";

/** How long an inhabitant waits until all that it asked for is done, in milliseconds. */
const PATIENCE_MS = 4_000;

/** How many messages an inhabitant remembers. */
const REMEMBERED = 30;

/** Masks of bans that meet nobody who is needed. */
const BANNED = ["bad*!*@*", "*!*@192.0.2.*", "~q:x!*@*", "first2!*@*"];

const encoder = new TextEncoder();

/** An act, and how often it occurs beside the others. */
type Act = readonly [weight: number, run: (it: Inhabitant) => Promise<void>];

const ACTS: readonly Act[] = [
  [12, (it) => it.send(...it.several(1, 4, () => it.line()))],
  [6, (it) => it.send(...it.several(1, 3, () => `PRIVMSG ${it.place()} :${it.word()}`))],
  [2, (it) => it.send(...multiline(it.random))],
  [2, (it) => it.send(`REDACT ${it.remembered()} :${it.word()}`)],
  [1, (it) => it.send(...it.several(20, 60, () => `PRIVMSG ${it.place()} :${it.word()}`))],
  [1, (it) => it.write(input(it.random))],
  [1, (it) => Promise.resolve(it.vanish())],
  [1, (it) => it.send(`QUIT :${it.word()}`)],
  [1, (it) => it.move()],
];

const ALL_ACTS = ACTS.flatMap(([weight, run]) => Array.from({ length: weight }, () => run));

export class Inhabitant {
  readonly random: Random;
  readonly #name: string;
  /** The port of a server to go to; undefined if none runs. */
  readonly #port: () => number | undefined;
  #conn: Deno.TcpConn | undefined;
  /** The secret for the way back that it got last. */
  #token: string | undefined;
  /** Rooms or people, each followed by the id of a message there. */
  #remembered: string[] = [];
  #count = 0;
  #awaited: { readonly word: string; readonly go: () => void } | undefined;
  /** How many lines it has sent and received. */
  readonly lines = { sent: 0, received: 0 };

  constructor(name: string, random: Random, port: () => number | undefined) {
    this.#name = name;
    this.random = random;
    this.#port = port;
  }

  /** Does one thing. */
  async act(): Promise<void> {
    try {
      if (this.#conn === undefined) await this.#arrive();
      else await this.random.pick(ALL_ACTS)(this);
      await this.#settle();
    } catch {
      // The server is gone.
      this.vanish();
    }
  }

  several(least: number, most: number, make: () => string): string[] {
    return this.random.several(least + this.random.below(most - least + 1), make);
  }

  word(): string {
    return `${this.#name} ${++this.#count}`;
  }

  place(): string {
    return this.random.oneIn(4) ? this.random.pick(USERS) : this.random.pick(["#lobby", "#music"]);
  }

  /** A room or person, and the id of a message there. */
  remembered(): string {
    return this.#remembered.length === 0 ? "#lobby x" : this.random.pick(this.#remembered);
  }

  /** A plausible line. Its message ids are real. */
  line(): string {
    const line = saneLine(this.random);
    const ban = /^(@\S+ )?([KD]LINE) /.exec(line);
    if (ban !== null) return `${ban[2]} 1 ${this.random.pick(BANNED)} :${this.word()}`;
    return line.replaceAll(/run-\w+/g, () => this.remembered().split(" ")[1]!);
  }

  async #arrive(back = this.random.oneIn(2)): Promise<void> {
    const port = this.#port();
    if (port === undefined) return;
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay();
    this.#conn = conn;
    void this.#read(conn);
    const nick = this.random.oneIn(6) ? this.random.pick(USERS) : this.#name;
    const way = back && this.#token !== undefined ? [`RESUME ${this.#token}`] : [];
    await this.send(`CAP REQ :${RESUME}`, ...way, ...arrival(this.random, nick, null));
  }

  /** Goes to another server while the connection to this one is still there. */
  async move(): Promise<void> {
    const old = this.#conn;
    this.#conn = undefined;
    await this.#arrive(true);
    await this.#settle();
    if (old !== undefined) close(old);
  }

  /** Closes the connection without a word. */
  vanish(): void {
    const conn = this.#conn;
    this.#conn = undefined;
    if (conn !== undefined) close(conn);
  }

  async send(...lines: string[]): Promise<void> {
    this.lines.sent += lines.length;
    await this.write(encoder.encode(lines.map((line) => `${line}\r\n`).join("")));
  }

  async write(bytes: Uint8Array): Promise<void> {
    const conn = this.#conn;
    for (let at = 0; conn !== undefined && at < bytes.length;) {
      at += await conn.write(bytes.subarray(at));
    }
  }

  /** Waits, but not for ever, until the server has handled everything. */
  async #settle(): Promise<void> {
    if (this.#conn === undefined) return;
    const word = `settled-${++this.#count}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { word, go: resolve };
    const late = setTimeout(resolve, PATIENCE_MS);
    await this.write(encoder.encode(`\r\nPING ${word}\r\n`));
    await promise;
    clearTimeout(late);
  }

  async #read(conn: Deno.TcpConn): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    let rest = "";
    try {
      for (;;) {
        const count = await conn.read(buffer);
        if (count === null) break;
        const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true }))
          .split("\r\n");
        rest = lines.pop()!;
        for (const line of lines) this.#hear(line, conn);
      }
    } catch {
      // The server reset it, or we closed it.
    }
    close(conn);
    if (this.#conn !== conn) return;
    this.#conn = undefined;
    this.#awaited?.go();
  }

  #hear(line: string, conn: Deno.TcpConn): void {
    this.lines.received++;
    const ping = /^(?:@\S+ )?(?::\S+ )?PING (.*)/.exec(line);
    // One that does not answer is not there any more.
    if (ping !== null) void conn.write(encoder.encode(`PONG ${ping[1]}\r\n`)).catch(() => {});
    this.#token = / RESUME TOKEN (\S+)$/.exec(line)?.[1] ?? this.#token;
    const message = /^@(?:\S+;)?msgid=([^; ]+)\S* :\S+ (?:PRIVMSG|NOTICE) (\S+) /.exec(line);
    if (message !== null) {
      this.#remembered.push(`${message[2]} ${message[1]}`);
      if (this.#remembered.length > REMEMBERED) this.#remembered.shift();
    }
    if (this.#awaited !== undefined && line.endsWith(this.#awaited.word)) this.#awaited.go();
  }
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}
