/**
 * The server and the peers of the fuzz tests.
 * @module
 */
import { CLIENT_LINES, type Line, LineBuffer } from "../../lib/irc/lines.ts";
import { parse } from "../../lib/irc/message.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { type ConfigOverrides, defaults, merge } from "../../lib/server/settings/config.ts";
import { receive } from "../../lib/server/dispatch.ts";
import { sweep } from "../../lib/server/entry/liveness.ts";
import type { LogEvent } from "../../lib/server/log_event.ts";
import type { Sink, User } from "../../lib/server/world/user.ts";
import { World } from "../../lib/server/world/world.ts";
import { Ears } from "./ears.ts";
import { quickInit } from "./quick_init.ts";

export class Stage {
  now: number = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  readonly log: LogEvent[] = [];
  readonly world: World;
  #reloads = 0;

  /** Creates a world with this name and these settings. */
  constructor(name: string, overrides: ConfigOverrides) {
    this.world = new World({
      ...quickInit(merge(defaults(), overrides), this.now, () => this.#reload()),
      name,
      log: (event) => this.log.push(event),
    });
  }

  /** Reloads the configuration: changes the message of the day, or fails every third time. */
  #reload(): Promise<void> {
    this.#reloads++;
    if (this.#reloads % 3 === 0) return Promise.reject(new Error('unknown key "motdd"'));
    const { config } = this.world;
    this.world.config = merge(config, { motd: `version ${this.#reloads}\n\n${"m".repeat(900)}` });
    return Promise.resolve();
  }

  /** Lets time pass, and then runs the server's regular check of all connections. */
  pass(ms: number): void {
    this.now += ms;
    sweep(this.world, this.now);
  }
}

/** A peer that sends bytes to the server. */
export class Peer {
  #user: User;
  readonly ears: Ears;
  /** Why the server ended the connection, if it did. */
  ended: string | undefined;
  /** Whether it was a server operator at its last message, or before. */
  wasOperator = false;
  readonly #stage: Stage;
  readonly #sink: Sink;
  readonly #lines = new LineBuffer(CLIENT_LINES);
  /** Lines that wait for slow work. */
  readonly #waiting: Line[] = [];
  #slow: Promise<unknown> | undefined;

  constructor(stage: Stage, host: string) {
    this.#stage = stage;
    const sink = {
      send: (text: string, count?: number) => {
        if (this.#user?.oper !== undefined) this.wasOperator = true;
        if (this.ended === undefined) this.ears.hears(text, count);
      },
      end: (reason: string, last: string) => {
        sink.send(last);
        this.ended = reason;
      },
    };
    this.#sink = sink;
    const peer = { sink, host, address: `${host}:1`, secure: false };
    this.#user = stage.world.connect(peer, stage.now);
    this.ears = new Ears(() => this.user);
  }

  /** The user whose connection it is. */
  get user(): User {
    return this.#user = this.#user.continuesAs ?? this.#user;
  }

  /** Whether its connection is no user's any more. */
  get gone(): boolean {
    return this.user.gone || this.user.sink !== this.#sink;
  }

  /** Sends bytes. Lines after slow work wait for {@linkcode settled}. */
  send(bytes: Uint8Array): void {
    this.#lines.push(bytes);
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (this.#slow === undefined) this.#run(line);
      else this.#waiting.push(line);
    }
  }

  #run(line: Line): void {
    if (this.gone) return;
    this.ears.asks(this.#labelOf(line));
    const wait = receive(COMMANDS, this.#stage.world, this.user, line, this.#stage.now);
    if (typeof wait === "object") this.#slow = wait;
  }

  /** The label of the reply to a line. */
  #labelOf({ text, fault }: Line): string | undefined {
    const tags = fault === undefined || fault === "not-utf8" ? parse(text)?.tags : undefined;
    const label = tags?.get("label");
    // Lines of a batch have no label: the reply goes to the batch.
    if (tags?.has("batch") && this.user.batch !== undefined) return undefined;
    if (!label || new TextEncoder().encode(label).length > 64) return undefined;
    return this.user.hasCapWithBatch("labeled-response") ? label : undefined;
  }

  /** Resolves when all slow work, and all lines after it, are done. */
  async settled(): Promise<void> {
    while (this.#slow !== undefined) {
      await this.#slow;
      this.#slow = undefined;
      while (this.#slow === undefined && this.#waiting.length > 0) {
        this.#run(this.#waiting.shift()!);
      }
    }
  }

  /** Breaks the connection. */
  vanish(): void {
    if (this.gone) return;
    this.#stage.world.disconnected(this.user, "Connection closed", this.#stage.now);
  }
}
