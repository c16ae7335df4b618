/**
 * A server in memory: the real world and the real commands, with a clock that the test controls.
 * Handlers are synchronous, so the effects of a line are there when `send` returns.
 * @module
 */
import { assertEquals } from "@std/assert";
import { digest } from "../../lib/cli/serve/digest.ts";
import { webHashes } from "../../lib/crypto/hashes.ts";
import { CLIENT_LINES, LineBuffer } from "../../lib/irc/lines.ts";
import { type Message, parse } from "../../lib/irc/message.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import type { Cloak } from "../../lib/server/entry/cloak.ts";
import {
  type Config,
  type ConfigOverrides,
  defaults,
  merge,
} from "../../lib/server/settings/config.ts";
import { receive } from "../../lib/server/dispatch.ts";
import { sweep } from "../../lib/server/entry/liveness.ts";
import type { LogEvent } from "../../lib/server/log_event.ts";
import type { Sink, User } from "../../lib/server/world/user.ts";
import { World } from "../../lib/server/world/world.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import type { Store } from "../../lib/store/store.ts";
import { setOper } from "../../lib/server/world/operators.ts";

/** The time at which every test starts: 2026-01-02T03:04:05.678Z. */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Settings without a rate limit, so that no test has to wait. */
export const CALM: ConfigOverrides = { limits: { messagesPerSecond: 0 } };

const encoder = new TextEncoder();

/** Parts of the server that a test can replace. */
interface Parts {
  readonly store?: Store;
  readonly cloak?: Cloak;
}

/** A server with its clients. */
export class Harness {
  now: number;
  readonly log: LogEvent[] = [];
  /** The number of receivers, each time the server held messages back. */
  readonly held: number[] = [];
  /** How long the server made each client wait, in milliseconds. */
  readonly waits: number[] = [];
  /** The clock with which the server measures its work. */
  stopwatch: () => number = () => 0;
  /** Reloads the configuration. */
  reload: () => Promise<void> = () => Promise.resolve();
  readonly store: Store;
  readonly world: World;
  readonly clients: Client[] = [];

  /** How often the server has started, this time included. */
  readonly run: number;

  /** Starts a server. It continues with the data of `earlier`, or with the given store. */
  constructor(
    overrides: ConfigOverrides = CALM,
    earlier: Harness | undefined = undefined,
    { store = earlier?.store ?? memoryStore(), cloak }: Parts = {},
  ) {
    this.store = store;
    this.now = earlier?.now ?? START;
    this.run = (earlier?.run ?? 0) + 1;
    this.world = new World({
      config: this.config(overrides),
      name: "chat.test",
      version: "chat 0.0.0",
      startedAt: this.now,
      runId: this.run === 1 ? "run" : `run${this.run}`,
      store: this.store,
      // Tests show addresses as they are, to be readable.
      cloak: cloak ?? ((address) => address),
      hashes: webHashes(4096),
      digest,
      loginSecret: new Uint8Array(32),
      writer: { before: () => {}, expect: (receivers) => this.held.push(receivers) },
      log: (event) => this.log.push(event),
      verify: (stored, given) => Promise.resolve(stored === given),
      clockTime: (time) => new Date(time).toISOString().slice(11, 19),
      stopwatch: () => this.stopwatch(),
      wait: (ms) => {
        this.waits.push(ms);
        return Promise.resolve();
      },
      reload: () => this.reload(),
    });
  }

  config(overrides: ConfigOverrides): Config {
    return merge(defaults(), overrides);
  }

  /** Connects a client that has sent nothing yet. */
  connect(host = "192.0.2.1", secure = false, isHere = false): Client {
    const client = new Client(this, host, 1000 + this.clients.length, secure, isHere);
    this.clients.push(client);
    return client;
  }

  /** Registers a user and discards its welcome. */
  user(nick: string, caps = ""): Client {
    const client = this.connect();
    if (caps !== "") client.send(`CAP REQ :${caps}`, "CAP END");
    client.send(`NICK ${nick}`, `USER ${nick.replace(/[^\x21-\x7e]/g, "x")} 0 * :${nick} R`);
    client.take();
    return client;
  }

  /** Registers users in one room, and discards everything that was received. */
  room(name: string, ...nicks: string[]): Client[] {
    const users = nicks.map((nick) => this.user(nick));
    for (const user of users) user.send(`JOIN ${name}`);
    for (const user of users) user.take();
    return users;
  }

  /** Registers a user in a room, and discards everything that was received. */
  member(room: string, nick: string, caps = ""): Client {
    const user = this.user(nick, caps).send(`JOIN ${room}`);
    this.hush();
    return user;
  }

  /** Registers a server operator and discards its welcome. */
  operator(nick: string, caps = ""): Client {
    const user = this.user(nick, caps);
    setOper(this.world, user.user, "root", "password", this.now);
    user.take();
    return user;
  }

  /** Logs a user in to an account, or out. */
  login(client: Client, account: string | undefined): void {
    this.world.setAccount(client.user, account, this.now);
  }

  /** Discards everything that was received. */
  hush(): void {
    for (const client of this.clients) client.take();
  }

  /** Lets time pass, and then runs the server's regular check of all connections. */
  pass(ms: number): void {
    this.now += ms;
    sweep(this.world, this.now);
  }
}

/** The client's end of a connection. */
export class Client {
  #user: User;
  /** Receives the server's lines. */
  readonly sink: Sink;
  /** Why the server ended the connection, if it did. */
  ended: string | undefined;
  /** How long the server makes the client wait before its next line, in milliseconds. */
  wait = 0;
  /** Slow work that the client's next lines wait for. */
  #slow: Promise<unknown> | undefined;
  readonly #lines = new LineBuffer(CLIENT_LINES);
  readonly #harness: Harness;
  #received: string[] = [];

  constructor(harness: Harness, host: string, port: number, secure: boolean, isHere: boolean) {
    this.#harness = harness;
    this.sink = {
      send: (text, count) => this.#receive(text, count),
      end: (reason, last) => {
        this.#receive(last);
        this.ended = reason;
      },
    };
    const peer = { sink: this.sink, host, address: `${host}:${port}`, secure, isHere };
    this.#user = harness.world.connect(peer, harness.now);
  }

  get user(): User {
    return this.#user = this.#user.continuesAs ?? this.#user;
  }

  #receive(text: string, count = 1): void {
    const lines = text.split("\r\n");
    const rest = lines.pop();
    if (
      !text.isWellFormed() || rest !== "" || lines.length !== count ||
      lines.some((line) => /[\r\n\0]/.test(line))
    ) {
      throw new Error(`Not ${count} lines: ${JSON.stringify(lines)}`);
    }
    if (this.ended === undefined) this.#received.push(...lines);
  }

  send(...lines: string[]): this {
    for (const line of lines) this.bytes(encoder.encode(`${line}\r\n`));
    return this;
  }

  /** Sends raw bytes. */
  bytes(bytes: Uint8Array): this {
    const harness = this.#harness;
    this.#lines.push(bytes);
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (this.#slow !== undefined) throw new Error("Await settled() before the next line");
      const wait = receive(COMMANDS, harness.world, this.user, line, harness.now);
      if (typeof wait === "number") this.wait = wait;
      else this.#slow = wait;
    }
    return this;
  }

  /** Resolves when the slow work of the last line is done. */
  async settled(): Promise<this> {
    const wait = await this.#slow;
    if (typeof wait === "number") this.wait = wait;
    this.#slow = undefined;
    return this;
  }

  /** Like {@linkcode ask}, for a line that causes slow work. */
  async askSlow(line: string): Promise<string[]> {
    this.take();
    return (await this.send(line).settled()).take();
  }

  /** Breaks the connection; a user with a way back waits for so many milliseconds at most. */
  vanish(reason = "Connection closed", most = Infinity): void {
    const { user } = this;
    if (user.sink !== this.sink) return;
    this.#harness.world.disconnected(user, reason, this.#harness.now, { most });
  }

  /** Returns and clears the received lines. */
  take(): string[] {
    this.#harness.world.burst.settle();
    const lines = this.#received;
    this.#received = [];
    return lines;
  }

  /** Sends lines and returns what this client receives. */
  ask(...lines: string[]): string[] {
    this.take();
    return this.send(...lines).take();
  }

  /** Like {@linkcode take}, parsed. */
  messages(): Message[] {
    return this.take().map((line) => parse(line)!);
  }
}

/** Sends each line and expects its answers. Expected lines leave out the server as their source. */
export function assertAnswers(
  client: Client,
  cases: readonly (readonly [line: string, ...answers: string[]])[],
): void {
  for (const [line, ...answers] of cases) {
    const lines = answers.map((answer) =>
      /^(?:[:@]|ERROR )/.test(answer) ? answer : `:chat.test ${answer}`
    );
    assertEquals(client.ask(line), lines, line);
  }
}

/**
 * Replaces the ids of messages and batches by numbers in the order in which they appear, so that a
 * test does not depend on earlier ones.
 */
export function numbered(lines: readonly string[]): string[] {
  const ids = new Map<string, string>();
  const number = (id: string) => {
    if (!ids.has(id)) ids.set(id, `${ids.size + 1}`);
    return ids.get(id)!;
  };
  return lines.map((line) =>
    line.replace(/(?<=msgid=)run-[0-9a-z]+|(?<=batch=|BATCH [+-])[0-9a-z]+/g, number)
  );
}
