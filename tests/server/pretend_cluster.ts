/**
 * Two servers as one, in memory: two worlds, and a stream that is only a queue.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Line } from "../../lib/irc/lines.ts";
import { parse } from "../../lib/irc/message.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { kindOf, receive } from "../../lib/server/dispatch.ts";
import { sweep, sweepConnections, sweepStays } from "../../lib/server/entry/liveness.ts";
import { applyOutcome } from "../../lib/server/outcomes.ts";
import { tidy } from "../../lib/server/world/tidy.ts";
import type { StayKey } from "../../lib/server/world/stay_key.ts";
import { NOWHERE, type Received, type Sink, type User } from "../../lib/server/world/user.ts";
import { World } from "../../lib/server/world/world.ts";
import type { Share, WorldInit } from "../../lib/server/world/world_init.ts";
import { captureWorld } from "../../lib/server/world/snapshot.ts";
import type { Store } from "../../lib/store/store.ts";

/** Makes the parts of a world, with a store in memory of its own. */
export type MakeInit = (
  now: number,
  reload: () => Promise<void>,
) => WorldInit & { readonly store: Store };

/** All that the servers of a cluster have in common. */
function stateOf({ world, store }: { readonly world: World; readonly store: Store }): string[] {
  const parts = { ...captureWorld(world), store: JSON.parse(store.replica.whole()!) };
  return Object.entries(parts).map(([name, part]) => `${name}: ${JSON.stringify(part)}`);
}

/** A client's connection, as a test sees it. */
export interface Visitor {
  /** Sends a line. Resolves when all that follows from it is done. */
  send(line: Line): Promise<void>;
  /** Breaks the connection. */
  vanish(most?: number): void;
  /** Returns and clears the received lines. */
  take(): string[];
  /** The secret for the way back that it got last. */
  readonly secret: string | undefined;
  readonly ended: boolean;
}

/** One server, or several that pretend to be one. */
export interface Chat {
  connect(host: string, secure: boolean, server: number): Visitor;
  /** Runs the regular checks. */
  check(now: number): void;
  now: number;
}

/** The client's end of a connection. */
class Ear implements Sink {
  ended = false;
  secret: string | undefined;
  #lines: string[] = [];

  send(text: string): void {
    const lines = text.split("\r\n");
    assertEquals(lines.pop(), "");
    if (this.ended) return;
    this.#lines.push(...lines);
    for (const line of lines) this.secret = / RESUME TOKEN (\S+)$/.exec(line)?.[1] ?? this.secret;
  }

  end(_reason: string, last: string): void {
    this.send(last);
    this.ended = true;
  }

  take(): string[] {
    return this.#lines.splice(0);
  }
}

/** A server of its own. */
export class Alone implements Chat {
  now: number;
  readonly world: World;

  constructor(make: MakeInit, now: number) {
    this.now = now;
    this.world = new World(make(now, () => Promise.reject(new Error("not today"))));
  }

  connect(host: string, secure: boolean): Visitor {
    const ear = new Ear();
    const { world } = this;
    const peer = { sink: ear, host, address: `${host}:1`, secure };
    let user = world.connect(peer, this.now);
    const current = () => user = user.continuesAs ?? user;
    return {
      send: async (line) => void await receive(COMMANDS, world, current(), line, this.now),
      vanish: (most) => {
        if (current().sink === ear) world.disconnected(user, "Gone", this.now, { most });
      },
      take: () => {
        world.burst.settle();
        return ear.take();
      },
      get secret() {
        return ear.secret;
      },
      get ended() {
        return ear.ended;
      },
    };
  }

  check(now: number): void {
    this.now = now;
    sweep(this.world, now);
    tidy(this.world, now, true);
  }
}

/** What the stream carries. */
type Entry =
  | { kind: "connect"; link: string; host: string; secure: boolean }
  | { kind: "line"; link: string; text: string; server: number; number: number; way?: StayKey }
  | {
    kind: "outcome";
    link: string;
    name: string;
    result: unknown;
    server: number;
    number: number;
    way?: StayKey;
  }
  | { kind: "heard"; link: string }
  | { kind: "closed"; link: string; most: number | undefined; heard: Received; why: string }
  | { kind: "check" };

/** One of the servers. */
class Server {
  readonly world: World;
  readonly store: Store;
  readonly #links = new Map<string, User>();
  readonly #linkOf = new Map<User, string>();
  /** The connections at this server. */
  readonly here = new Map<string, { readonly ear: Ear; heard: Received; way?: StayKey }>();
  /** What waits for an outcome, by number. */
  readonly awaited = new Map<number, { run: (now: number) => void; done: () => void }>();
  /** What waits for a line, by number. */
  readonly lines = new Map<number, (wait: unknown) => void>();

  constructor(make: MakeInit, now: number, share: Share, reload: () => Promise<void>) {
    const init = make(now, reload);
    this.store = init.store;
    this.store.replica.share();
    this.world = new World({ ...init, share, isHere: (user) => user.hears });
  }

  /** The user of a connection; undefined if it is no one's (any more). */
  userOf(link: string): User | undefined {
    const user = this.#links.get(link);
    return user !== undefined && !user.gone && this.#linkOf.get(user) === link ? user : undefined;
  }

  linkOf(user: User): string | undefined {
    return this.#linkOf.get(user);
  }

  apply(entry: Entry, index: number, now: number): void {
    const { world } = this;
    if (entry.kind === "check") {
      sweepStays(world, now);
      return tidy(world, now, true);
    }
    const { link } = entry;
    const here = this.here.get(link);
    if (entry.kind === "connect") {
      const { host, secure } = entry;
      const peer = { key: link, host, address: `${host}:1`, secure };
      const user = world.connect({ ...peer, sink: here?.ear ?? NOWHERE }, now);
      this.#links.set(link, user);
      this.#linkOf.set(user, link);
      return;
    }
    const user = this.userOf(link);
    if (user !== undefined && "way" in entry && entry.way !== undefined) {
      user.nextWay = here?.way?.id === entry.way.id ? here.way : entry.way;
    }
    switch (entry.kind) {
      case "line": {
        const line = { text: entry.text, fault: undefined };
        const wait = user && receive(COMMANDS, world, user, line, now);
        if (entry.server === index) this.lines.get(entry.number)!(wait);
        return;
      }
      case "outcome": {
        const awaited = entry.server === index ? this.awaited.get(entry.number) : undefined;
        if (user !== undefined) {
          const { name, result } = entry;
          if (awaited !== undefined) awaited.run(now);
          else applyOutcome(COMMANDS, world, user, name, result, now);
          const into = user.continuesAs;
          if (into !== undefined) {
            this.#links.set(link, into);
            this.#linkOf.set(into, link);
          }
        }
        return awaited?.done();
      }
      case "heard":
        if (user !== undefined) world.heard(user, now);
        return;
      case "closed":
        if (user !== undefined) {
          const { most, heard } = entry;
          world.disconnected(user, entry.why, now, { most, heard });
          this.#linkOf.delete(user);
        }
        return;
      default:
        entry satisfies never;
    }
  }
}

/** Two servers as one. */
export class PretendCluster implements Chat {
  now: number;
  /** All that went into the stream, as text. */
  readonly published: string[] = [];
  readonly servers: readonly Server[];
  readonly #queue: string[] = [];
  #isDraining = false;
  /** Whether the stream delivers only when it is told to. */
  isSlow = false;
  #links = 0;
  #numbers = 0;

  constructor(make: MakeInit, now: number) {
    this.now = now;
    this.servers = [0, 1].map((index) =>
      new Server(
        make,
        now,
        (user, name, result, run) => this.#share(index, user, name, result, run),
        () => Promise.reject(new Error("not today")),
      )
    );
  }

  get worlds(): readonly World[] {
    return this.servers.map(({ world }) => world);
  }

  #share(
    index: number,
    user: User,
    name: string,
    result: unknown,
    run: (now: number) => void,
  ): Promise<void> {
    const server = this.servers[index]!;
    const [link, number] = [server.linkOf(user), ++this.#numbers];
    // Its connection has ended, or another server has the user now.
    if (link === undefined || !server.here.has(link)) return Promise.resolve();
    const way = user.registered ? {} : { way: this.#announce(index, link) };
    this.#publish({ kind: "outcome", link, name, result, server: index, number, ...way });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.awaited.set(number, { run, done: resolve });
    if (!this.isSlow) void Promise.resolve().then(() => this.deliver());
    return promise;
  }

  #announce(index: number, link: string): StayKey {
    const server = this.servers[index]!;
    const way = server.world.stays.makeKey();
    server.here.get(link)!.way = way;
    return { id: way.id, hash: way.hash };
  }

  #publish(entry: Entry): void {
    const text = JSON.stringify(entry);
    this.published.push(text);
    this.#queue.push(text);
  }

  #drain(): void {
    if (!this.isSlow) this.deliver();
  }

  /** Delivers so many entries. */
  deliver(most = Infinity): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (let count = 0; count < most; count++) {
      const text = this.#queue.shift();
      if (text === undefined) break;
      for (const [index, server] of this.servers.entries()) {
        server.apply(JSON.parse(text), index, this.now);
      }
      if (this.isSlow) this.assertSame(text);
    }
    this.#isDraining = false;
    this.assertSame("after an entry");
  }

  /** Throws if the servers differ. */
  assertSame(when: string): void {
    const [one, other] = this.servers.map(stateOf);
    assertEquals(other, one, when);
  }

  connect(host: string, secure: boolean, index: number): Visitor {
    const link = `${index}.${++this.#links}`;
    const server = this.servers[index]!;
    const ear = new Ear();
    server.here.set(link, { ear, heard: server.world.mark(this.now) });
    this.#publish({ kind: "connect", link, host, secure });
    this.deliver();
    return {
      send: (line) => this.#send(index, link, line),
      vanish: (most) => this.#close(index, link, "Gone", most),
      take: () => {
        server.world.burst.settle();
        return ear.take();
      },
      get secret() {
        return ear.secret;
      },
      get ended() {
        return ear.ended;
      },
    };
  }

  #close(index: number, link: string, why: string, most?: number): void {
    const { heard } = this.servers[index]!.here.get(link)!;
    this.#publish({ kind: "closed", link, most, heard, why });
    this.#drain();
  }

  async #send(index: number, link: string, line: Line): Promise<void> {
    const server = this.servers[index]!;
    const { world } = server;
    const user = server.userOf(link);
    if (user === undefined) return;
    server.here.get(link)!.heard = world.mark(this.now);
    const kind = kindOf(COMMANDS, line);
    if (kind === "shared") {
      const issues = COMMANDS.get(parse(line.text)!.command)?.issues;
      const way = issues ? { way: this.#announce(index, link) } : {};
      const number = ++this.#numbers;
      this.#publish({ kind: "line", link, text: line.text, server: index, number, ...way });
      const { promise, resolve } = Promise.withResolvers<unknown>();
      server.lines.set(number, resolve);
      this.#drain();
      await promise;
    } else {
      // So that it is the same as on a server of its own.
      this.#publish({ kind: "heard", link });
      this.#drain();
      const before = stateOf(server);
      const wait = receive(COMMANDS, world, user, line, this.now, kind);
      assertEquals(stateOf(server), before, `${kind}: ${line.text}`);
      this.#drain();
      await wait;
      this.assertSame(line.text);
    }
  }

  check(now: number): void {
    this.now = now;
    this.#publish({ kind: "check" });
    this.#drain();
    const drops: { at: number; index: number; user: User; why: string }[] = [];
    for (const [index, { world }] of this.servers.entries()) {
      const order = [...world.connections];
      sweepConnections(world, now, (user, why) => {
        drops.push({ at: order.indexOf(user), index, user, why });
      });
    }
    for (const { index, user, why } of drops.sort((a, b) => a.at - b.at)) {
      const server = this.servers[index]!;
      user.end(why, server.world.goodbye(user, why, now));
      this.#close(index, server.linkOf(user)!, why);
    }
  }
}
