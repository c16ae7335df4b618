/**
 * Enters a cluster: connects to NATS, and finds the data that the server begins with.
 * @module
 */
import { randomBytes } from "node:crypto";
import { applyChange } from "../../cluster/account_changes.ts";
import { baseOf, isBlank } from "../../cluster/base.ts";
import { ClusterNode } from "../../cluster/cluster_node.ts";
import {
  beginAnew,
  ClusterError,
  type Engine,
  mayDiffer,
  openEngine,
  publishAgreement,
} from "../../cluster/engine.ts";
import type { NatsClient } from "../../cluster/nats/nats_client.ts";
import { NatsError, type NatsFault } from "../../cluster/nats/nats_fault.ts";
import { serveTransfers } from "../../cluster/nats/transfer.ts";
import { changesSubject, type NodeStatus, ProgramDesk } from "../../cluster/program_desk.ts";
import type { NodeParts } from "../../cluster/node_parts.ts";
import type { Agreement } from "../../cluster/records.ts";
import type { ReplicaState } from "../../cluster/replica_state.ts";
import { changedBy, differences, sharedOf, withAgreed } from "../../cluster/shared_settings.ts";
import { fromBase64, toBase64 } from "../../crypto/base64.ts";
import type { Cloak } from "../../server/entry/cloak.ts";
import type { Config } from "../../server/settings/config.ts";
import type { World } from "../../server/world/world.ts";
import { SECOND_MS } from "../../text/duration.ts";
import { CLUSTER } from "../../wording/cluster.ts";
import { pause } from "../os/pause.ts";
import { cloaksOf, keepCloakKey } from "./cloak_key.ts";
import { COPIES, copyOf, takeCopy, whyUnusable } from "./data_copy.ts";
import type { Data, OpenData } from "./data.ts";
import type { ClusterFigures } from "./metrics.ts";
import { natsClient } from "./nats_access.ts";

/** How many of the hashes of its world a node tells. */
const TOLD_HASHES = 5;

/** How long a server of the same name may take to say that it is there, in milliseconds. */
const ALIVE_MS = 2_000;

/** From so many entries on, it may take a second to catch up: then the operator is told. */
const MANY_ENTRIES = 10_000;

/** How long to wait until NATS is asked again for its streams, in milliseconds. */
const AGAIN_MS = 1_000;

/** How many bytes the keys have that all nodes share. */
const KEY_BYTES = 32;

/** Faults after which it is of no use to wait for NATS. */
const FATAL: ReadonlySet<NatsFault["kind"]> = new Set(
  ["login", "tls", "unencrypted", "protocol", "refused"],
);

/** Faults of a NATS that has just been started, or that somebody can mend meanwhile. */
const PASSING: ReadonlySet<NatsFault["kind"]> = new Set([
  ...["noJetStream", "noResponders", "noResources", "timeout", "lost"] as const,
]);

export interface ClusteringParts {
  readonly config: Config;
  /** The configuration as it was given, without what was filled in. */
  readonly asked: Config;
  /** The server's name if this is the first node. */
  readonly name: string;
  /** The key of its cloaks in that case. */
  readonly cloakKey: Uint8Array;
  readonly data: OpenData;
  /** Opens the data again, after it was replaced and closed. */
  readonly reopen: () => Data;
  readonly say: (text: string) => void;
  /** Resolves if somebody stops the server while it waits. */
  readonly stopped: Promise<void>;
}

/** The parts of a node that the server has, and not the cluster. */
type Around = Omit<
  NodeParts,
  "name" | "stream" | "world" | "agreement" | "store" | "version" | "change"
>;

/** What to begin with: a state after an entry, or none if there is no entry yet. */
interface Beginning {
  readonly sequence: number;
  readonly state: ReplicaState | undefined;
  /** How many entries have come since. */
  readonly missed: number;
}

/** A server's place in a cluster. */
export class Clustering {
  readonly #client: NatsClient;
  readonly #engine: Engine;
  readonly #base: Beginning;
  readonly #name: string;
  readonly data: OpenData;
  #config: Config;
  #node: ClusterNode | undefined;
  #desk: ProgramDesk | undefined;
  #say: (text: string) => void = () => {};

  private constructor(
    client: NatsClient,
    engine: Engine,
    base: Beginning,
    data: OpenData,
    config: Config,
  ) {
    this.#client = client;
    this.#engine = engine;
    this.#base = base;
    this.#name = config.cluster!.node!;
    this.data = data;
    this.#config = config;
  }

  /**
   * Waits for NATS, and brings the data to a state from which the rest can be applied. Returns
   * undefined if it was stopped while it waited.
   *
   * @throws {ClusterError} if the server can't take part; the message is for the user.
   */
  static async enter(parts: ClusteringParts): Promise<Clustering | undefined> {
    const { config, say, stopped } = parts;
    let { data } = parts;
    const unusable = whyUnusable(data);
    if (unusable !== undefined) throw new ClusterError(unusable);
    const client = await connect(config, say, stopped);
    if (client === undefined) return undefined;
    try {
      const proposed = proposal(parts, isBlank(data.store));
      const storage = data.directory === null ? "memory" : "file";
      let engine = await patiently(() => openEngine(client, proposed, storage), say, stopped);
      if (engine === undefined) {
        await client.close();
        return undefined;
      }
      const { agreement } = engine;
      const version = client.info?.version ?? "";
      if (mayDiffer(version, engine.copies)) say(CLUSTER.oldNats(version));
      if (engine.storage !== storage) {
        throw new ClusterError(CLUSTER.ephemeral(storage === "file"));
      }
      const node = config.cluster!.node!;
      if (await isThere(client, node)) throw new ClusterError(CLUSTER.fenced(node));
      if (agreement.hasPassword !== (config.password !== null)) {
        throw new ClusterError(CLUSTER.password(agreement.hasPassword));
      }
      for (const { path, here, agreed } of differences(parts.asked, agreement)) {
        say(CLUSTER.differs(path, JSON.stringify(here), JSON.stringify(agreed)));
      }
      const directory = data.directory ?? "";
      for (let [copied, isAlone] = [false, false];;) {
        const { agreement }: Engine = engine;
        const isFirst = agreement.runId === proposed.runId;
        if (isFirst) say(CLUSTER.begun);
        const info = await engine.stream.streamInfo();
        const base = baseOf(data.store, info, { agreement, isFirst, isAlone, directory });
        if (base.kind === "refused") throw new ClusterError(base.why);
        if (base.kind !== "copy") {
          const [sequence, state] = base.kind === "snapshot"
            ? [base.sequence, base.state]
            : [info.firstSequence - 1, undefined];
          const missed = info.lastSequence - sequence;
          return new Clustering(client, engine, { sequence, state, missed }, data, config);
        }
        if (copied) throw new ClusterError(CLUSTER.noData);
        say(CLUSTER.copying);
        const start = Date.now();
        const taken = await takeCopy(client, data, base.isNeeded);
        if (taken === undefined) {
          isAlone = true;
          if (!base.isNeeded) continue;
          engine = await beginAnew(engine, proposed, info);
          if (engine === undefined) throw new ClusterError(CLUSTER.noData);
          continue;
        }
        if (typeof taken === "object") {
          return new Clustering(client, engine, { ...taken, missed: 0 }, data, config);
        }
        say(CLUSTER.copied(Math.ceil(taken / 1e6), Math.ceil((Date.now() - start) / 1000)));
        const opened = parts.reopen();
        if ("refusal" in opened) throw new ClusterError(opened.refusal);
        data = opened;
        copied = isAlone = true;
      }
    } catch (error) {
      await client.close();
      throw error instanceof NatsError ? new ClusterError(error.message) : error;
    }
  }

  get agreement(): Agreement {
    return this.#base.state?.agreement ?? this.#engine.agreement;
  }

  get cloak(): Cloak {
    return cloaksOf(keyOf(this.agreement.cloakKey));
  }

  get loginSecret(): Uint8Array<ArrayBuffer> {
    return keyOf(this.agreement.loginKey);
  }

  /** The configuration of this server with what was agreed on. */
  configWith(agreement: Agreement): Config {
    return withAgreed(this.#config, agreement);
  }

  /**
   * Takes over what this server's own files say now, but not what all share. Returns the
   * configuration with what was agreed on.
   *
   * @param warn is told if they don't fit to what was agreed on.
   */
  reread(config: Config, warn: (text: string) => void): Config {
    this.#config = config;
    const { agreement } = this.#node!.replica;
    const hasPassword = config.password !== null;
    if (agreement.hasPassword !== hasPassword) warn(CLUSTER.password(agreement.hasPassword));
    return withAgreed(config, agreement);
  }

  /** Makes the node of a world that nothing has happened in. */
  join(world: World, version: string, around: Around): ClusterNode {
    const { agreement, data: { store } } = this;
    const { sequence, state } = this.#base;
    const name = this.#name;
    const node = new ClusterNode({
      ...around,
      name,
      version,
      stream: this.#engine.stream,
      world,
      agreement,
      store,
      change: (change, now) => {
        const result = applyChange(world, change, now);
        this.#desk?.applied(change, result);
      },
    });
    node.replica.sequence = sequence;
    if (state !== undefined) node.replica.restore(state, sequence);
    // So that it can begin here again, whatever happens next.
    else store.replica.keep({ sequence, world: JSON.stringify(node.replica.capture()) });
    this.#node = node;
    this.#say = around.say;
    return node;
  }

  /** Takes part. Resolves when the server is as far as the others, and can let people in. */
  async start(): Promise<void> {
    const node = this.#node!;
    const { missed } = this.#base;
    const start = Date.now();
    if (missed >= MANY_ENTRIES) this.#say(CLUSTER.catchingUp(missed));
    await node.start();
    if (missed >= MANY_ENTRIES) {
      this.#say(CLUSTER.caughtUp(missed, (Date.now() - start) / SECOND_MS));
    }
    const { directory, kept } = this.data;
    if (directory !== null && kept) keepCloakKey(directory, keyOf(this.agreement.cloakKey));
    serveTransfers(this.#client, COPIES, () => copyOf(this.data, node));
    this.#desk = new ProgramDesk(this.#client, {
      name: this.#name,
      push: (record) => node.push(record),
      status: () => this.#status(node),
    });
  }

  #status(node: ClusterNode): NodeStatus {
    const { replica, world, isOpen, hashes } = node;
    return {
      node: this.#name,
      version: world.init.version,
      people: [...world.users.all()].filter((user) => node.isHere(user)).length,
      applied: replica.sequence,
      open: isOpen,
      hashes: [...hashes].slice(-TOLD_HASHES),
      nodes: [...replica.nodes],
    };
  }

  /** Figures for the metrics. */
  get figures(): ClusterFigures | undefined {
    const node = this.#node;
    return node && {
      nodes: [...node.replica.nodes.values()].filter(({ alive }) => alive).length,
      applied: node.replica.sequence,
      waiting: node.waiting,
      open: node.isOpen,
    };
  }

  /**
   * Makes what this server's configuration says the settings of all nodes.
   *
   * @throws {Error} if it can't; the message is for the user.
   */
  async publish(config: Config): Promise<void> {
    const agreement = changedBy(this.#node!.replica.agreement, config);
    this.#config = config;
    await publishAgreement(this.#engine.stream, agreement, crypto.randomUUID());
  }

  /** Leaves the cluster. */
  async close(): Promise<void> {
    await this.#node?.leave();
    await this.#client.close();
  }
}

function keyOf(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64(text) ?? new Uint8Array(KEY_BYTES);
}

/** What a server would agree to if it were the first. */
function proposal(
  { config, name, cloakKey }: ClusteringParts,
  startedEmpty: boolean,
): Agreement {
  return {
    name,
    startedAt: Date.now(),
    runId: crypto.randomUUID().replaceAll("-", ""),
    cloakKey: toBase64(cloakKey),
    loginKey: toBase64(randomBytes(KEY_BYTES)),
    startedEmpty,
    ...sharedOf(config),
  };
}

/** Connects, as soon as NATS is there; undefined if it was stopped before. */
async function connect(
  { cluster }: Config,
  say: (text: string) => void,
  stopped: Promise<void>,
): Promise<NatsClient | undefined> {
  const client = await natsClient(cluster!, `chat ${cluster!.node}`, say);
  say(CLUSTER.connecting(cluster!.servers.join(", ")));
  const told = new Set<string>();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const unwatch = client.watch((event) => {
    if (event.kind !== "failed") return;
    const why = new NatsError(event.fault).message;
    if (FATAL.has(event.fault.kind)) reject(new ClusterError(why));
    if (!told.has(why)) say(CLUSTER.waiting(why));
    told.add(why);
  });
  client.start();
  try {
    const connected = client.connected().then(() => client);
    const first = await Promise.race([connected, failed, stopped]);
    if (first === undefined) await client.close();
    return first ?? undefined;
  } catch (error) {
    await client.close();
    throw error;
  } finally {
    unwatch();
  }
}

/** Tries until NATS has its streams ready; undefined if it was stopped before. */
async function patiently<T>(
  run: () => Promise<T>,
  say: (text: string) => void,
  stopped: Promise<void>,
): Promise<T | undefined> {
  for (let told = "";;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof NatsError) || !PASSING.has(error.fault.kind)) throw error;
      if (error.message !== told) say(CLUSTER.waiting(error.message));
      told = error.message;
    }
    const again = await Promise.race([pause(AGAIN_MS).then(() => true), stopped]);
    if (!again) return undefined;
  }
}

/** Whether a server with a name runs. One that is frozen does not answer, and gives way. */
async function isThere(client: NatsClient, node: string): Promise<boolean> {
  try {
    await client.request(changesSubject(node), "", { timeoutMs: ALIVE_MS });
    return true;
  } catch (error) {
    if (error instanceof NatsError) return false;
    throw error;
  }
}
