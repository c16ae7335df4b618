/**
 * The life of a chat of three servers, at random: people who do whatever clients may do, and servers
 * that are killed, frozen, stopped, and started again with their data or without.
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Random } from "../fuzz/random.ts";
import { OPER_PASSWORD, USERS } from "../fuzz/words.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { Inhabitant } from "./inhabitant.ts";
import { historyOf, replicaOf, replicasDiffer } from "./node_data.ts";
import { run } from "./program.ts";
import { RawClient } from "./raw_client.ts";

const NAMES = ["a", "b", "c"];

/** Low limits, so that they are reached. */
const SETTINGS = {
  motd: "Life",
  opers: [{ name: "root", password: OPER_PASSWORD }],
  limits: {
    ...{ messagesPerSecond: 200, burst: 60, channelsPerUser: 5, channels: 12, listEntries: 3 },
    ...{ nickChangesPerMinute: 40, returnSeconds: 8, pingSeconds: 40, exempt: ["127.0.0.0/8"] },
  },
};

/** How long everything may take to be the same in the end, in milliseconds. */
const SETTLED_MS = 90_000;

/** Resolves after so many milliseconds. */
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** How many entries are made between two looks at the hashes. */
const NUDGES = 200;

export interface LifeOptions {
  readonly seed: number;
  /** How long people live, in milliseconds. */
  readonly ms: number;
  readonly people: number;
  readonly natsServers: 1 | 3;
  /** How many messages and events of a room are kept. What is older is removed once a minute. */
  readonly kept: number;
  /** How long somebody rests between two acts on average, in milliseconds. */
  readonly restMs: number;
  /** How long servers are left alone between two incidents on average, in milliseconds. */
  readonly calmMs: number;
}

/** What happens to servers, besides what people do. */
interface Incident {
  readonly name: string;
  readonly weight: number;
  run(life: ClusterLife): Promise<void>;
}

const INCIDENTS: readonly Incident[] = [
  { name: "killed", weight: 4, run: (life) => life.restart([life.any()], "SIGKILL", "kept") },
  { name: "stopped", weight: 3, run: (life) => life.restart([life.any()], "SIGTERM", "kept") },
  { name: "replaced", weight: 3, run: (life) => life.restart([life.any()], "SIGKILL", "lost") },
  { name: "two killed", weight: 1, run: (life) => life.restart(life.two(), "SIGKILL", "kept") },
  { name: "all killed", weight: 1, run: (life) => life.restart(NAMES, "SIGKILL", "kept") },
  { name: "all stopped", weight: 1, run: (life) => life.restart(NAMES, "SIGTERM", "kept") },
  { name: "frozen", weight: 2, run: (life) => life.freeze(life.any()) },
  { name: "NATS killed", weight: 2, run: (life) => life.restartNats() },
  { name: "account deleted", weight: 2, run: (life) => life.deleteAccount() },
  { name: "settings changed", weight: 2, run: (life) => life.changeSettings() },
];

const ALL_INCIDENTS = INCIDENTS.flatMap((each) => Array.from({ length: each.weight }, () => each));

export class ClusterLife implements AsyncDisposable {
  readonly nodes: ClusterNodes;
  readonly #options: LifeOptions;
  readonly #random: Random;
  readonly #people: readonly Inhabitant[];
  /** The servers that take people. */
  readonly #open = new Set<string>();
  /** Those that are about to end because of us. */
  readonly #doomed = new Set<string>();
  readonly #failed = Promise.withResolvers<never>();
  readonly happened: string[] = [];
  #isOver = false;

  private constructor(nodes: ClusterNodes, options: LifeOptions) {
    this.nodes = nodes;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#failed.promise.catch(() => {});
    const names = [...USERS, "ada", "Ben", "сосо", "coco", "Çağrı", "m10"];
    this.#people = Array.from({ length: options.people }, (_, index) => {
      const random = new Random(options.seed + 1 + index);
      return new Inhabitant(names[index] ?? `p${index}`, random, () => {
        const open = [...this.#open];
        return open.length === 0 ? undefined : this.nodes.port(random.pick(open));
      });
    });
  }

  static async start(options: LifeOptions): Promise<ClusterLife> {
    const nodes = await ClusterNodes.start([], {
      flags: ["--host", "127.0.0.1"],
      count: options.natsServers,
    });
    const life = new ClusterLife(nodes, options);
    await life.#writeSettings();
    for (const name of NAMES) await life.#add(name);
    return life;
  }

  get #config(): string {
    return `${this.nodes.nats.directory}/life.json`;
  }

  async #writeSettings(limits: Record<string, unknown> = {}): Promise<void> {
    const settings = {
      ...SETTINGS,
      limits: { ...SETTINGS.limits, ...limits },
      history: { perChannel: this.#options.kept },
    };
    await Deno.writeTextFile(this.#config, JSON.stringify(settings), { mode: 0o600 });
  }

  async #add(name: string): Promise<void> {
    this.#doomed.delete(name);
    const node = await this.nodes.add(name, "--config", this.#config);
    this.#open.add(name);
    void node.status.then(({ code }) => {
      this.#open.delete(name);
      if (!this.#doomed.has(name)) this.#fail(name, code, node.stdout.text + node.stderr.text);
    });
  }

  /** A server has ended by itself. */
  #fail(name: string, code: number, said: string): void {
    const states = NAMES.map((each) => replicaOf(this.nodes.data(each)));
    const lines = [
      `The server ${name} has ended by itself with ${code}. It said:`,
      ...said.trimEnd().split("\n").filter((line) => !/ (joined|left|said)/.test(line)).slice(-20),
      `Before: ${this.happened.slice(-8).join(", ")}`,
      ...replicasDiffer(NAMES, states),
    ];
    this.#failed.reject(new Error(lines.join("\n")));
  }

  any(): string {
    return this.#random.pick(NAMES);
  }

  two(): string[] {
    const other = this.any();
    return NAMES.filter((name) => name !== other);
  }

  /** Ends servers, and starts them again after a while. */
  async restart(
    names: readonly string[],
    signal: "SIGKILL" | "SIGTERM",
    data: "kept" | "lost",
  ): Promise<void> {
    await Promise.all(names.map(async (name) => {
      this.#doomed.add(name);
      this.#open.delete(name);
      const node = this.nodes.node(name);
      node.kill(signal);
      if (signal === "SIGTERM") assertEquals(await node.exit(), 0, node.stdout.text);
      await this.nodes.kill(name);
      if (data === "lost") await Deno.remove(this.nodes.data(name), { recursive: true });
    }));
    await this.#while(this.#random.below(2) === 0 ? 0 : 15_000);
    await Promise.all(names.map((name) => this.#add(name)));
  }

  /** Freezes a server, for so long that the others may give it up. */
  async freeze(name: string): Promise<void> {
    const node = this.nodes.node(name);
    this.#open.delete(name);
    node.kill("SIGSTOP");
    await this.#while(20_000);
    node.kill("SIGCONT");
    this.#open.add(name);
  }

  async restartNats(): Promise<void> {
    const server = this.#random.pick(this.nodes.nats.servers);
    await server.kill();
    await this.#while(15_000);
    await server.start();
  }

  async deleteAccount(): Promise<void> {
    const name = this.#random.pick(USERS);
    const { stderr } = await run("user", "delete", name, "--data", this.nodes.data(this.any()));
    assertMatch(stderr, /^$|There is no account/);
  }

  /** Changes limits on one server, and so on all. */
  async changeSettings(): Promise<void> {
    const [channelsPerUser, listEntries] = [1 + this.#random.below(8), 1 + this.#random.below(9)];
    await this.#writeSettings({ channelsPerUser, listEntries });
    const node = this.nodes.node(this.any());
    node.kill("SIGHUP");
    await node.line(/The configuration was read again/);
  }

  /** Waits for a random part of a time. In a short life all is shorter. */
  async #while(ms: number): Promise<void> {
    await delay(this.#random.below(Math.min(ms, this.#options.ms / 6)));
  }

  /** Lets people live for their time, then waits until nobody does anything. */
  async live(): Promise<void> {
    const { ms, calmMs } = this.#options;
    const people = this.#people.map((person) => this.#livesOn(person));
    const until = performance.now() + ms;
    const incidents = async () => {
      while (performance.now() < until) {
        await delay(this.#random.below(2 * calmMs));
        const { name, run } = this.#random.pick(ALL_INCIDENTS);
        this.happened.push(name);
        await run(this);
      }
    };
    await Promise.race([incidents(), this.#failed.promise]);
    this.#isOver = true;
    await Promise.race([Promise.all(people), this.#failed.promise]);
    for (const person of this.#people) person.vanish();
  }

  async #livesOn(person: Inhabitant): Promise<void> {
    while (!this.#isOver) {
      await person.act();
      await delay(person.random.below(2 * this.#options.restMs));
    }
  }

  /** How many lines people have sent and received. */
  get lines(): { readonly sent: number; readonly received: number } {
    const total = { sent: 0, received: 0 };
    for (const { lines } of this.#people) {
      total.sent += lines.sent;
      total.received += lines.received;
    }
    return total;
  }

  /** Asserts that all servers run and know the same. Returns the last entry that was compared. */
  async assertSame(): Promise<number> {
    return await Promise.race([this.#assertSame(), this.#failed.promise]);
  }

  async #assertSame(): Promise<number> {
    const entry = await this.#assertSameHashes();
    await this.#assertSameHistory();
    await this.#assertSameReplies();
    return entry;
  }

  /** Asserts that the files of all servers have the same history, as soon as all is written. */
  async #assertSameHistory(): Promise<void> {
    await using clients = new AsyncDisposableStack();
    const watchers = await Promise.all(
      NAMES.map(async (name) =>
        clients.use(await RawClient.user(this.nodes.port(name), `watcher-${name}`))
      ),
    );
    const until = performance.now() + SETTLED_MS;
    for (let isSame = false; !isSame; await delay(500)) {
      // What a server tells somebody is in its file.
      for (const watcher of watchers) await watcher.ping();
      const [first, ...others] = NAMES.map((name) => historyOf(this.nodes.data(name)));
      // People who were there may still wait for their owners, and old messages may be there still.
      isSame = others.every((other) => other.join("\n") === first!.join("\n"));
      if (isSame || performance.now() < until) continue;
      for (const other of others) assertEquals(other, first, "all have the same history");
    }
  }

  /** Makes entries, one by one, until the servers have compared themselves after the first. */
  async #assertSameHashes(): Promise<number> {
    const until = performance.now() + SETTLED_MS;
    await using nudge = await RawClient.user(this.nodes.port("a"), "nudge");
    let least: number | undefined;
    for (let count = 0; performance.now() < until;) {
      for (const end = count + NUDGES; count < end; count++) {
        await nudge.send(`AWAY :${count}`);
        await nudge.ping();
      }
      const { code, stdout, stderr } = await run(
        ...["cluster", "status", "--json", "--data", this.nodes.data("a")],
      );
      assertEquals(code, 0, stderr);
      const { nodes, engine, compared } = JSON.parse(stdout);
      least ??= engine.lastEntry as number;
      if (compared === null || compared.entry < least) continue;
      if (Object.keys(compared.hashes).length < NAMES.length) continue;
      assert(compared.same, stdout);
      const states = nodes.map(({ node, state }: Record<string, unknown>) => `${node} ${state}`);
      assertEquals(states.toSorted(), NAMES.map((name) => `${name} open`));
      return compared.entry;
    }
    throw new Error("The servers did not compare themselves in time");
  }

  /** Asserts that a client gets the same history of every room from all servers. */
  async #assertSameReplies(): Promise<void> {
    const rooms = roomsIn(historyOf(this.nodes.data("a")));
    const replies = [];
    for (const name of NAMES) replies.push(await readAll(this.nodes.port(name), rooms));
    for (const room of rooms) {
      const [first, ...others] = replies.map((said) => said.get(room));
      // Somebody who waits may leave it meanwhile, and then it lets others in.
      if (first === undefined || others.includes(undefined)) continue;
      for (const other of others) assertEquals(other, first, "clients hear the same");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const name of NAMES) this.#doomed.add(name);
    await this.nodes[Symbol.asyncDispose]();
    for (const person of this.#people) person.vanish();
  }
}

/** The rooms of which something is in a history. */
function roomsIn(history: readonly string[]): string[] {
  const keys = history.map((line) => line.split(" ")[1] ?? "");
  return [...new Set(keys)].filter((key) => key.startsWith("#"));
}

/** What a server gives of the history of rooms, as far as it lets a newcomer in. */
async function readAll(port: number, rooms: readonly string[]): Promise<Map<string, string[]>> {
  await using reader = await RawClient.connect(port);
  await reader.send(
    "CAP REQ :message-tags server-time batch draft/chathistory",
    ...["NICK reader", "USER raw 0 * :Raw", "CAP END"],
  );
  await reader.until(/ (376|422) /);
  const all = new Map<string, string[]>();
  for (const room of rooms) {
    const said: string[] = [];
    await reader.send(`JOIN ${room}`);
    for (let asked: string | undefined = `LATEST ${room} *`; asked !== undefined;) {
      const from = reader.received.lines.length;
      await reader.send(`CHATHISTORY ${asked} 100`);
      await reader.ping();
      const lines = reader.received.lines.slice(from);
      const found = lines.filter((line) => /^@batch=|;batch=/.test(line));
      const [, first] = /msgid=([^; ]+)/.exec(found[0] ?? "") ?? [];
      asked = first === undefined ? undefined : `BEFORE ${room} msgid=${first}`;
      said.push(...found.map((line) => line.replace(/batch=\w+/, "")));
      if (!lines.some((line) => / FAIL CHATHISTORY /.test(line))) all.set(room, said);
    }
    await reader.send(`PART ${room}`);
  }
  await reader.send("QUIT");
  await reader.end();
  return all;
}
