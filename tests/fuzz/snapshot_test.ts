import { assert, assertEquals } from "@std/assert";
import { CLIENT_LINES, LineBuffer } from "../../lib/irc/lines.ts";
import { OPERATOR } from "../../lib/irc/modes.ts";
import { RESUME } from "../../lib/irc/resume.ts";
import { settle } from "../../lib/server/accounts/account_login.ts";
import { LoginMemory } from "../../lib/server/accounts/login_memory.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { receive } from "../../lib/server/dispatch.ts";
import { newAllowance } from "../../lib/server/entry/flood.ts";
import { HeavyWork } from "../../lib/server/entry/heavy_work.ts";
import { sweepStays } from "../../lib/server/entry/liveness.ts";
import { type Config, defaults, merge } from "../../lib/server/settings/config.ts";
import { captureWorld, restoreWorld, type WorldState } from "../../lib/server/world/snapshot.ts";
import { tidy } from "../../lib/server/world/tidy.ts";
import type { Sink, User } from "../../lib/server/world/user.ts";
import { World } from "../../lib/server/world/world.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { arrival, input } from "./inputs.ts";
import { assertConsistent } from "./invariants.ts";
import { quickHashes } from "./quick_hashes.ts";
import { quickInit } from "./quick_init.ts";
import { forManySeeds, Random, SEED } from "./random.ts";
import { OPER_PASSWORD, USERS } from "./words.ts";

const PEERS = USERS.length + 2;
const STEPS = 150;
const MILLISECONDS = 4000;

/** Something that happens to a server, and that another one repeats. */
type Step = (server: Server) => void | Promise<void>;

/** One connection: the key of its first user, and what it has received. */
interface Wire {
  readonly key: string;
  readonly sink: Sink;
  user: User;
  heard: string;
  ended: boolean;
}

const encoder = new TextEncoder();

const SETTINGS: Config = merge(defaults(), {
  opers: [{ name: "root", password: OPER_PASSWORD }],
  limits: {
    ...{ messagesPerSecond: 0, channelsPerUser: 5, channels: 7, listEntries: 3 },
    ...{ nickChangesPerMinute: 40, exempt: ["203.0.113.20/30"] },
  },
});

/** A server without what only one of several does: it pings nobody. */
class Server {
  now: number;
  readonly store = memoryStore();
  readonly world: World;
  readonly wires: Wire[] = [];
  random = new Random(1);
  #reloads = 0;
  #made = 0;

  /** @param original continues what this server does. */
  constructor(original?: Server) {
    this.now = original?.now ?? Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    if (original !== undefined) this.store.replica.become(original.store.replica.whole()!);
    const random = (length: number) => Uint8Array.from({ length }, () => this.random.below(256));
    const config = original?.world.config ?? SETTINGS;
    this.world = new World({
      ...quickInit(config, Date.UTC(2026, 0, 2), () => {
        const motd = `version ${++this.#reloads}`;
        this.world.config = merge(this.world.config, { motd });
        return Promise.resolve();
      }),
      store: this.store,
      hashes: { ...quickHashes(), random },
    });
    if (original === undefined) return;
    this.#reloads = original.#reloads;
    this.#made = original.#made;
    const state: WorldState = JSON.parse(original.state);
    for (const { key } of original.wires) this.#wire(key);
    const here = original.wires.filter(({ user, sink }) => !user.gone && user.sink === sink);
    restoreWorld(state, this.world, (key) => {
      const index = original.wires.findIndex((wire) =>
        here.includes(wire) && wire.user.key === key
      );
      return (this.wires[index] ?? this.#wire("")).sink;
    });
    // What is left were connections whose user waits for its owner.
    this.wires.length = original.wires.length;
    const users = new Map([...this.world.connections].map((user) => [user.key, user]));
    for (const [index, { user, ended }] of original.wires.entries()) {
      const wire = this.wires[index]!;
      Object.assign(wire, { user: users.get(user.key) ?? user, ended });
    }
    for (const user of this.world.connections) if (user.lost !== undefined) user.moveTo(undefined);
  }

  #wire(key: string): Wire {
    const sink: Sink = {
      send: (text) => void (wire.heard += text),
      end(_, last) {
        sink.send(last);
        wire.ended = true;
      },
    };
    const user = undefined as unknown as User;
    const wire: Wire = { key, sink, user, heard: "", ended: false };
    this.wires.push(wire);
    return wire;
  }

  get state(): string {
    return JSON.stringify(captureWorld(this.world));
  }

  connect(host: string, secure: boolean): void {
    const wire = this.#wire(`k${++this.#made}`);
    const { key, sink } = wire;
    wire.user = this.world.connect({ key, sink, host, address: host, secure }, this.now);
  }

  /** The open connection of this index, counting from the latest one. */
  wire(index: number): Wire | undefined {
    const wire = this.wires.at(-1 - index);
    if (wire === undefined) return undefined;
    wire.user = wire.user.continuesAs ?? wire.user;
    return wire.user.gone || wire.user.sink !== wire.sink ? undefined : wire;
  }

  async send(index: number, bytes: Uint8Array): Promise<void> {
    const lines = new LineBuffer(CLIENT_LINES);
    lines.push(bytes);
    for (;;) {
      const wire = this.wire(index);
      const line = lines.next();
      if (wire === undefined || line === undefined) return;
      await receive(COMMANDS, this.world, wire.user, line, this.now);
    }
  }

  /** Forgets what one server of several has for itself. */
  forgetOwn(): void {
    const { world, now } = this;
    const signUps = world.logins.signUps.capture();
    const logins = new LoginMemory(world.init.hashes, world.logins.accountsVersion, now);
    logins.signUps.restore(signUps);
    Object.assign(world, { logins, heavy: new HeavyWork() });
    world.usage.clear();
    for (const user of world.connections) {
      const { nicks } = user.allowance;
      const { bucket } = newAllowance(world.config.limits, user.connectedAt);
      Object.assign(user, { inVain: 0, sasl: undefined, allowance: { bucket, nicks } });
      user.logged.clear();
    }
  }

  /** What was heard, with the references and ids that only one server gives by other names. */
  take(): string[] {
    this.world.burst.settle();
    return this.wires.map((wire) => {
      const { heard } = wire;
      wire.heard = "";
      return heard.replace(/(?<=batch=|BATCH [+-])\d+/g, "N").replace(/msgid=run-0\w+/g, "msgid=0");
    });
  }
}

/** A random step of a server with these connections. */
function step(random: Random, token: () => string | undefined): Step {
  const peer = random.below(PEERS);
  if (random.oneIn(25)) {
    const ms = random.below(40_000);
    return (server) => {
      server.now += ms;
      sweepStays(server.world, server.now);
      tidy(server.world, server.now, true);
    };
  }
  if (random.oneIn(60)) {
    const ms = random.pick([2, -2, 0.01, -0.01]) * 3_600_000;
    return (server) => void (server.now += ms);
  }
  if (random.oneIn(12)) {
    return (server) => {
      const user = server.wire(peer)?.user;
      if (user !== undefined) server.world.disconnected(user, "Connection closed", server.now);
    };
  }
  if (random.oneIn(10)) {
    const host = random.pick(["203.0.113.21", "203.0.113.25", "2001:db8:77::23"]);
    const [secure, secret] = [random.oneIn(2), random.oneIn(3) ? undefined : token()];
    const back = secret === undefined ? [] : [`CAP REQ :${RESUME}`, `RESUME ${secret}`];
    const lines = [...back, ...arrival(random, random.pick(USERS), null)];
    return (server) => {
      server.connect(host, secure);
      return server.send(0, encoder.encode(`${lines.join("\r\n")}\r\n`));
    };
  }
  if (random.oneIn(30)) {
    const account = random.pick([undefined, "ada", "Ada"]);
    return (server) => {
      const user = server.wire(peer)?.user;
      if (!user?.registered) return;
      server.world.setAccount(user, account, server.now);
      settle(server.world, user, server.now);
    };
  }
  if (random.oneIn(20)) {
    return (server) => {
      const user = server.wire(peer)?.user;
      for (const channel of user?.channels ?? []) {
        server.world.setRanks(user!, channel, OPERATOR, server.now);
      }
    };
  }
  const bytes = input(random);
  return (server) => server.send(peer, bytes);
}

Deno.test(`Snapshot: a restored world goes on like the one that it was (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, async (seed) => {
    const random = new Random(seed);
    const first = new Server();
    let servers = [first];
    const tokens: string[] = [];
    for (let index = 0; index < PEERS; index++) first.connect("203.0.113.21", index % 2 === 0);
    for (let index = 0; index < PEERS; index++) {
      const lines = arrival(random, USERS[index] ?? `u${index}`, null);
      await first.send(index, encoder.encode(`${lines.join("\r\n")}\r\n`));
    }
    for (let index = 0; index < STEPS; index++) {
      if (index === 60 || index === 100) {
        first.forgetOwn();
        first.take();
        const second = new Server(first);
        for (const server of [first, second]) server.random = new Random(index);
        second.take();
        assertEquals(JSON.parse(second.state), JSON.parse(first.state));
        assertEquals(second.state, first.state);
        assertConsistent(second.world);
        const { invisible, operators } = first.world;
        assertEquals([second.world.invisible, second.world.operators], [invisible, operators]);
        servers = [first, second];
      }
      const next = step(random, () => random.oneIn(4) ? tokens.at(-2) : tokens.at(-1));
      for (const server of servers) await next(server);
      const heard = servers.map((server) => server.take());
      for (const [, token] of heard[0]!.join("").matchAll(/ RESUME TOKEN (\S+)/g)) {
        tokens.push(token!);
      }
      const [one, two = one] = heard;
      assertEquals(two, one, `step ${index}`);
      const states = servers.map(({ state }) => state);
      if (states[1] !== undefined && states[1] !== states[0]) {
        assertEquals(JSON.parse(states[1]), JSON.parse(states[0]!), `step ${index}`);
      }
    }
    const wholes = servers.map(({ store }) => store.replica.whole());
    assert(wholes[0] === wholes[1], "the stores are the same");
  });
});
