/**
 * The world as one node of a cluster has it: applies the entries of the stream, each node the same
 * in the same order, so that all come to the same world.
 * @module
 */
import { MINUTE_MS, SECOND_MS } from "../text/duration.ts";
import { COMMANDS } from "../server/commands/table.ts";
import { receive } from "../server/dispatch.ts";
import { sweepStays } from "../server/entry/liveness.ts";
import { applyOutcome } from "../server/outcomes.ts";
import { captureWorld, restoreWorld } from "../server/world/snapshot.ts";
import { tidy } from "../server/world/tidy.ts";
import { NOWHERE, type Peer, type User } from "../server/world/user.ts";
import type { World } from "../server/world/world.ts";
import {
  type AdminChange,
  type Agreement,
  type LogRecord,
  type NodeEntry,
  originOfKey,
  type Past,
  type WayRecord,
} from "./records.ts";
import type { KnownNode, ReplicaState } from "./replica_state.ts";

/**
 * How long users wait for their owners after the last entry of their node, and at least after it is
 * given up, in milliseconds.
 */
const GHOST_MS = { all: 26 * SECOND_MS, least: 5 * SECOND_MS };

/** A node that is silent for so long is given up, in milliseconds. */
export const SILENCE_MS = 10 * SECOND_MS;

const SWEEP_MS = SECOND_MS;

/** If time goes back by more, the clock of NATS was set; otherwise it stands still meanwhile. */
const BACK_MS = 30 * SECOND_MS;

/** After so many records, but not more often than this, nodes compare their worlds. */
const COMPARED_RECORDS = 1000;
const COMPARED_MS = 5 * SECOND_MS;

/** The length of digests of entries: they are compared with a few others, not attacked. */
const DIGEST_LENGTH = 16;

/** A connection of this node, as the replica needs it. */
export interface LocalConnection {
  readonly peer: Peer;
  /** The way back with its secret, if this is the one that was announced. */
  way(announced: WayRecord): User["nextWay"];
  /** One of its records was applied; its next line must wait so many milliseconds. */
  applied(wait: number): void;
  /** Goes on with the command that led to an outcome. */
  resume(now: number): void;
}

/** What a replica tells its node. */
export interface WorldReplicaEvents {
  /** The connection of this node with this key. */
  find(key: string): LocalConnection | undefined;
  /** The settings were agreed on, or changed. */
  agreed(agreement: Agreement, now: number): void;
  /** Other nodes came or went. */
  changed(now: number): void;
  /** Another program changes accounts. */
  change(change: AdminChange, now: number): void;
  /** All nodes compare their worlds after this entry. */
  compare(sequence: number): void;
  /** What a node's world hashed to after an entry. */
  hashed(node: string, sequence: number, hash: string): void;
  /** Something that a record asked for has failed: an error in the server itself. */
  fault(error: unknown): void;
  /** A connection of another node, from this host, began or ended: limits count it too. */
  counted(host: string, change: 1 | -1): void;
}

/** A connection of any node. */
interface Link {
  readonly host: string;
  /** Whether it is counted here as one of another node. */
  readonly counted: boolean;
  user: User;
}

export class WorldReplica {
  readonly #world: World;
  readonly #events: WorldReplicaEvents;
  readonly #nodes = new Map<string, KnownNode>();
  readonly #links = new Map<string, Link>();
  /** The connections that users have. */
  readonly #keys = new Map<User, string>();
  #agreement: Agreement;
  #now = 0;
  #sweptAt = 0;
  #tidiedAt = 0;
  #comparedAt = 0;
  #records = 0;
  #digest = "";
  /** The sequence of the last entry that was applied. */
  sequence = 0;
  /** Whether it does what a connection of another node asked for. */
  isElsewhere = false;

  constructor(world: World, agreement: Agreement, events: WorldReplicaEvents) {
    this.#world = world;
    this.#agreement = agreement;
    this.#events = events;
  }

  get nodes(): ReadonlyMap<string, KnownNode> {
    return this.#nodes;
  }

  get agreement(): Agreement {
    return this.#agreement;
  }

  /** What has been applied. */
  get past(): Past {
    return { sequence: this.sequence, digest: this.#digest };
  }

  /** The time of the last entry, in milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  /** The user whose connection this is; undefined if it is no one's (any more). */
  userOf(key: string): User | undefined {
    const user = this.#links.get(key)?.user;
    return user === undefined || user.gone || this.#keys.get(user) !== key ? undefined : user;
  }

  /** The key of a user's connection; undefined if it has none. */
  keyOf(user: User): string | undefined {
    return this.#keys.get(user);
  }

  /**
   * Applies an entry.
   *
   * @param at its time, in milliseconds since 1970.
   */
  apply(entry: NodeEntry, sequence: number, at: number): void {
    // Another engine may lead now, whose clock differs a little. If the clock was far off, and was
    // set right, time must not stand still until then.
    const time = Math.floor(at);
    const now = this.#now = time < this.#now - BACK_MS ? time : Math.max(this.#now, time);
    this.sequence = sequence;
    // NATS may have given another node another entry, or the same one at another time.
    const { node, epoch, number } = entry;
    const text = `${this.#digest} ${sequence} ${at} ${node} ${epoch} ${number}`;
    this.#digest = this.#world.init.digest(text).slice(0, DIGEST_LENGTH);
    this.#records += entry.records.length;
    if (this.#accepts(entry)) {
      for (const record of entry.records) {
        this.isElsewhere = "key" in record && this.#events.find(record.key) === undefined;
        try {
          this.#run(entry, record, now);
        } catch (error) {
          this.#spoilt(record, error, now);
        }
      }
      this.isElsewhere = false;
      const known = this.#nodes.get(node);
      if (known !== undefined) {
        this.#nodes.set(node, { ...known, last: sequence, number, heardAt: now });
      }
    }
    this.#keepUp(sequence, now);
  }

  /** A fault of ours costs one connection, on all nodes, which otherwise would all end with it. */
  #spoilt(record: LogRecord, error: unknown, now: number): void {
    this.#events.fault(error);
    const user = "key" in record ? this.userOf(record.key) : undefined;
    if (user !== undefined) this.#world.quit(user, "Internal server error", now);
  }

  /**
   * Entries of an earlier start, or of a node that was given up, are too late. One that NATS has
   * twice counts once.
   */
  #accepts({ node, epoch, number, records }: NodeEntry): boolean {
    if (node === "") return true;
    const known = this.#nodes.get(node);
    if (records.some(({ kind }) => kind === "start")) {
      return known === undefined || epoch > known.epoch;
    }
    return known !== undefined && known.epoch === epoch && known.alive && number > known.number;
  }

  #run({ node, epoch }: NodeEntry, record: LogRecord, now: number): void {
    const world = this.#world;
    switch (record.kind) {
      case "agreement":
        if (record.isKept) return;
        this.#agreement = record.agreement;
        return this.#events.agreed(record.agreement, now);
      case "start":
        this.#giveUp(node, epoch - 1, "Connection lost", now);
        this.#nodes.set(node, {
          epoch,
          last: this.sequence,
          number: 0,
          heardAt: now,
          version: record.version,
          place: record.place,
          alive: true,
        });
        return this.#events.changed(now);
      case "leave":
        return this.#end(node, epoch, now);
      case "gone": {
        const known = this.#nodes.get(record.node);
        if (known === undefined || known.epoch !== record.epoch) return;
        // It has said something meanwhile.
        if (!known.alive || known.last > record.last) return;
        return this.#end(record.node, record.epoch, now);
      }
      case "connect":
        return this.#connect(record, now);
      case "line": {
        const { user, local } = this.#speaker(record);
        if (user === undefined) return local?.applied(0);
        const wait = receive(COMMANDS, world, user, { text: record.text, fault: undefined }, now);
        if (typeof wait === "number") return local?.applied(wait);
        // Its sender's next lines come after what follows from it.
        return void wait.then((ms) => local?.applied(ms), (error) => {
          this.#events.fault(error);
          local?.applied(0);
        });
      }
      case "outcome": {
        const { user, local } = this.#speaker(record);
        if (user === undefined) return local?.applied(0);
        if (local !== undefined) local.resume(now);
        else applyOutcome(COMMANDS, world, user, record.name, record.result, now);
        this.#follow(record.key, user);
        return local?.applied(0);
      }
      case "heard": {
        const { user, local } = this.#speaker(record);
        if (user !== undefined) world.heard(user, now);
        return local?.applied(0);
      }
      case "closed": {
        const { user } = this.#speaker(record);
        if (user !== undefined) {
          const { most, heard } = record;
          world.disconnected(user, record.reason, now, { most, heard });
        }
        return this.#forget(record.key);
      }
      case "quit": {
        const { user } = this.#speaker(record);
        if (user !== undefined) world.quit(user, record.reason, now);
        return this.#forget(record.key);
      }
      case "admin":
        return this.#events.change(record.change, now);
      case "hash":
        return this.#events.hashed(node, record.sequence, record.hash);
      default:
        return record satisfies never;
    }
  }

  /** Finds the user of a record, and gives it the way back that comes with it. */
  #speaker(record: { readonly key: string; readonly way?: WayRecord | undefined }): {
    readonly user: User | undefined;
    readonly local: LocalConnection | undefined;
  } {
    const [user, local] = [this.userOf(record.key), this.#events.find(record.key)];
    const { way } = record;
    // An earlier one that was not used is not in the state that a new node begins with.
    if (user !== undefined) user.nextWay = way && (local?.way(way) ?? way);
    return { user, local };
  }

  #connect(
    { key, host, address, secure, isHere }: LogRecord & { readonly kind: "connect" },
    now: number,
  ): void {
    const local = this.#events.find(key);
    const peer = local?.peer ?? { sink: NOWHERE, host, address, secure, isHere };
    const user = this.#world.connect({ ...peer, key }, now);
    this.#link(key, host, user);
    local?.applied(0);
  }

  #link(key: string, host: string, user: User): void {
    const counted = this.#events.find(key) === undefined;
    this.#links.set(key, { host, counted, user });
    this.#keys.set(user, key);
    if (counted) this.#events.counted(host, 1);
  }

  /** A connection is another user's after it has shown that user's secret. */
  #follow(key: string, user: User): void {
    const [into, link] = [user.continuesAs, this.#links.get(key)];
    if (into === undefined || link === undefined) return;
    this.#keys.delete(user);
    link.user = into;
    this.#keys.set(into, key);
  }

  #forget(key: string): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    this.#links.delete(key);
    if (this.#keys.get(link.user) === key) this.#keys.delete(link.user);
    if (link.counted) this.#events.counted(link.host, -1);
  }

  #end(node: string, epoch: number, now: number): void {
    const known = this.#nodes.get(node);
    if (known === undefined) return;
    this.#nodes.set(node, { ...known, alive: false });
    this.#giveUp(node, epoch, "Connection lost", now);
    this.#events.changed(now);
  }

  /** The connections of a node's starts up to an epoch are lost; their users wait as ghosts. */
  #giveUp(node: string, epoch: number, reason: string, now: number): void {
    const silent = Math.abs(now - (this.#nodes.get(node)?.heardAt ?? now));
    const ghostMs = Math.max(GHOST_MS.least, GHOST_MS.all - silent);
    for (const key of [...this.#links.keys()]) {
      const origin = originOfKey(key);
      if (origin.node !== node || origin.epoch > epoch) continue;
      const user = this.userOf(key);
      if (user !== undefined) this.#world.disconnected(user, reason, now, { ghostMs });
      this.#forget(key);
    }
  }

  /** What all nodes do by the time of the stream. */
  #keepUp(sequence: number, now: number): void {
    if (Math.abs(now - this.#sweptAt) >= SWEEP_MS) {
      this.#sweptAt = now;
      sweepStays(this.#world, now);
      for (const user of this.#keys.keys()) if (user.gone) this.#keys.delete(user);
    }
    if (Math.abs(now - this.#tidiedAt) >= MINUTE_MS) {
      this.#tidiedAt = now;
      tidy(this.#world, now, true);
      const { days, perChannel } = this.#world.config.history;
      this.#world.store.history.expire({ days, perConversation: perChannel }, now);
    }
    const since = Math.abs(now - this.#comparedAt);
    if (since < (this.#records >= COMPARED_RECORDS ? COMPARED_MS : MINUTE_MS)) return;
    this.#comparedAt = now;
    this.#records = 0;
    this.#events.compare(sequence);
  }

  capture(): ReplicaState {
    return {
      world: captureWorld(this.#world),
      agreement: this.#agreement,
      nodes: [...this.#nodes],
      links: [...this.#links].map(([key, { host, user }]) => {
        const isIts = this.userOf(key) !== undefined;
        return { key, host, user: isIts ? user.key : null };
      }),
      digest: this.#digest,
      now: this.#now,
      sweptAt: this.#sweptAt,
      tidiedAt: this.#tidiedAt,
      comparedAt: this.#comparedAt,
      records: this.#records,
    };
  }

  /** Goes on from a state, which was captured after the entry of this sequence. */
  restore(state: ReplicaState, sequence: number): void {
    restoreWorld(state.world, this.#world);
    const users = new Map([...this.#world.connections].map((user) => [user.key, user]));
    for (const { key, host, user } of state.links) {
      const its = user === null ? undefined : users.get(user);
      if (its !== undefined) this.#link(key, host, its);
    }
    for (const [name, node] of state.nodes) this.#nodes.set(name, node);
    this.sequence = sequence;
    this.#digest = state.digest;
    this.#now = state.now;
    this.#sweptAt = state.sweptAt;
    this.#tidiedAt = state.tidiedAt;
    this.#comparedAt = state.comparedAt;
    this.#records = state.records;
  }
}
