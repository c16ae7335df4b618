/**
 * A node of a cluster: publishes what happens here, applies what all nodes published, and watches
 * over the others.
 * @module
 */
import type { NodeAddress } from "../irc/node_address.ts";
import { MINUTE_MS, SECOND_MS } from "../text/duration.ts";
import { BoundedMap } from "../collections/bounded_map.ts";
import { sweepConnections } from "../server/entry/liveness.ts";
import type { Admit } from "../server/participant.ts";
import type { Peer, User } from "../server/world/user.ts";
import type { World } from "../server/world/world.ts";
import type { Share } from "../server/world/world_init.ts";
import { CLUSTER } from "../wording/cluster.ts";
import { ClusterParticipant, type Hub } from "./cluster_participant.ts";
import { keepAgreement } from "./engine.ts";
import { NatsError } from "./nats/nats_fault.ts";
import { repeat } from "./nats/nats_timing.ts";
import { OrderedConsumer, type StreamEntry } from "./nats/ordered_consumer.ts";
import type { NodeParts } from "./node_parts.ts";
import { NodePublisher } from "./node_publisher.ts";
import { Outflow } from "./outflow.ts";
import { decodeEntry, EntryError, keyOf, type LogRecord, type NodeEntry } from "./records.ts";
import type { KnownNode } from "./replica_state.ts";
import { SILENCE_MS, WorldReplica } from "./world_replica.ts";
import { Votes } from "./votes.ts";

/** How often a node that has nothing to say shows that it is alive, in milliseconds. */
const BEAT_MS = 2 * SECOND_MS;

/** How long what was published is kept at least, in milliseconds. */
const KEPT_MS = 60 * MINUTE_MS;

/** How long the last entry of a server that leaves may take, in milliseconds. */
const LEAVE_MS = 3 * SECOND_MS;

/** How many entries it may take until one that was published is in the stream. */
const MOST_PASTS = 1000;

/** The most that the clocks of machines may differ before somebody should know, in milliseconds. */
const CLOCK_MS = 30 * SECOND_MS;

export class ClusterNode implements Hub {
  readonly replica: WorldReplica;
  readonly #parts: NodeParts;
  readonly #participants = new Map<string, ClusterParticipant>();
  readonly #publisher: NodePublisher;
  /** Who has applied other entries, and whose world is another. */
  readonly #votes = { past: new Votes(), world: new Votes() };
  /** The digests of all entries up to each of the last ones. */
  readonly #pasts = new BoundedMap<number, string>(MOST_PASTS);
  /** The hashes of this node's world, by the entry after which it was. */
  readonly hashes = new BoundedMap<number, string>(100);
  /** The entries up to which the nodes have safe snapshots. */
  readonly #snapshots = new Map<string, number>();
  /** What was the last entry, minute by minute. */
  readonly #minutes: { readonly at: number; readonly sequence: number }[] = [];
  readonly #started = Promise.withResolvers<void>();
  /** The names of the other nodes that are there. */
  #there: ReadonlySet<string> = new Set();
  #epoch = 0;
  #connections = 0;
  #outflow: Outflow | undefined;
  #consumer: OrderedConsumer | undefined;
  /** When the last entry came, by the system's clock. */
  #heardAt: number;
  /** Since when entries come without a gap, by the same clock. */
  #flowsSince: number;
  #cutOff = false;
  #isLive = false;
  #closing = false;
  #isClockTold = false;
  readonly #cancels: (() => void)[] = [];

  constructor(parts: NodeParts) {
    this.#parts = parts;
    const { name, stream, say, agreement: { runId } } = parts;
    this.#publisher = new NodePublisher({
      ...{ name, runId, stream, say },
      relieve: () => this.#purge(true),
      isOver: (epoch) => this.#closing || epoch !== this.#epoch,
    });
    this.replica = new WorldReplica(parts.world, parts.agreement, {
      ...parts,
      find: (key) => this.find(key),
      changed: (now) => this.#changed(now),
      compare: (sequence) => this.#compare(sequence),
      hashed: (node, sequence, hash) => this.#hashed(node, sequence, hash),
    });
    this.#heardAt = this.#flowsSince = this.#system.now();
  }

  get #system() {
    return this.#parts.stream.client.system;
  }

  get world(): World {
    return this.#parts.world;
  }

  /** Whether people can be let in: it hears the others. */
  get isOpen(): boolean {
    return this.#isLive && !this.#cutOff && !this.#closing;
  }

  /** Whether it does what a connection of another node asked for. */
  get isElsewhere(): boolean {
    return this.replica.isElsewhere;
  }

  /** What is on its way: records that are not published yet. */
  get waiting(): number {
    return this.#outflow?.waiting ?? 0;
  }

  /** Catches up and takes part. Resolves when it is as far as the others. */
  async start(): Promise<void> {
    const { stream, name } = this.#parts;
    const published = await this.#publisher.begin();
    const known = this.replica.nodes.get(name)?.epoch ?? 0;
    this.#begin(Math.max(known, published) + 1);
    this.#consumer = new OrderedConsumer(stream, this.replica.sequence + 1, {
      entry: (entry) => this.#apply(entry),
      failed: (fault) => this.#fail(new NatsError(fault).message),
    });
    this.#cancels.push(
      repeat(this.#system, BEAT_MS, () => this.#beat()),
      repeat(this.#system, SECOND_MS, () => this.#watch()),
      repeat(this.#system, MINUTE_MS, () => void this.#purge().catch(() => {})),
    );
    await this.#started.promise;
  }

  /** Begins to take part, as if it had just been started. */
  #begin(epoch: number): void {
    const { name, version, place, soon } = this.#parts;
    this.#epoch = epoch;
    this.#connections = 0;
    this.#isLive = false;
    this.#outflow?.stop();
    this.#outflow = new Outflow({
      node: name,
      epoch,
      publish: (payload, number) => this.#publisher.publish(payload, epoch, number),
      failed: (error) => this.#publishFailed(error, epoch),
      soon,
      past: () => this.replica.past,
    });
    this.#outflow.push({ kind: "start", version, place });
  }

  #publishFailed(error: unknown, epoch: number): void {
    if (epoch !== this.#epoch || this.#closing) return;
    const { fault } = error as Partial<NatsError>;
    if (fault?.kind === "wrongLast") this.#fail(CLUSTER.fenced(this.#parts.name));
    else this.#fail(error instanceof Error ? error.message : String(error));
  }

  #fail(why: string): void {
    if (this.#closing) return;
    this.#isLive = false;
    this.#consumer?.stop();
    this.#dropAll(CLUSTER.leaving);
    this.#parts.failed(why);
  }

  #apply({ sequence, timeMs, payload }: StreamEntry): void {
    try {
      const entry = decodeEntry(payload);
      const { name } = this.#parts;
      if (entry.node === name && entry.epoch > this.#epoch) {
        return this.#fail(CLUSTER.fenced(name));
      }
      const now = this.#system.now();
      if (now - this.#heardAt > 2 * BEAT_MS) this.#flowsSince = now;
      this.#heardAt = now;
      this.#parts.heard();
      if (this.#isOther(entry, sequence)) return this.#fail(CLUSTER.differentStream(sequence));
      this.replica.apply(entry, sequence, timeMs);
      this.#pasts.set(sequence, this.replica.past.digest);
      this.#parts.store.replica.advance(sequence);
      if (entry.node === name && entry.epoch === this.#epoch) this.#ownEntry(timeMs);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      this.#fail(
        error.kind === "newer" ? CLUSTER.newer : CLUSTER.foreign(this.#parts.stream.name),
      );
    }
  }

  /** Whether the node of an entry has applied other ones, and this node must stop. */
  #isOther({ node, epoch, past }: NodeEntry, sequence: number): boolean {
    if (past === undefined || node === this.#parts.name) return false;
    if (this.replica.nodes.get(node)?.epoch !== epoch) return false;
    const own = this.#pasts.get(past.sequence);
    // It may be too long ago; but nobody can have applied an entry before publishing it.
    if (own === undefined && past.sequence < sequence) return false;
    return this.#votes.past.isOutvoted(node, own === past.digest, this.#alive());
  }

  #ownEntry(timeMs: number): void {
    const { clock, say, name } = this.#parts;
    if (!this.#isLive) say(CLUSTER.joined(name, [...this.#there].toSorted()));
    this.#isLive = true;
    this.#started.resolve();
    const off = Math.abs(clock() - timeMs);
    if (off >= CLOCK_MS && !this.#isClockTold) say(CLUSTER.clock(Math.round(off / SECOND_MS)));
    this.#isClockTold = off >= CLOCK_MS;
  }

  push(record: LogRecord): void {
    this.#outflow?.push(record);
  }

  /** Lets a peer take part. */
  readonly admit: Admit = (peer: Peer) => {
    const key = keyOf(this.#parts.name, this.#epoch, this.#connections++);
    const participant = new ClusterParticipant(this, key, peer);
    this.#participants.set(key, participant);
    return participant;
  };

  userOf(key: string): User | undefined {
    return this.replica.userOf(key);
  }

  /**
   * The time of the stream by now: limits compare times of lines that are in the stream and of
   * others, and the clock of this machine may differ from NATS.
   */
  clock(): number {
    return Math.floor(this.replica.now + this.#system.now() - this.#heardAt);
  }

  newWay(): NonNullable<User["nextWay"]> {
    return this.world.stays.makeKey();
  }

  forget(key: string): void {
    this.#participants.delete(key);
  }

  find(key: string): ClusterParticipant | undefined {
    return this.#participants.get(key);
  }

  /** The connection of a user; undefined if it is not here. */
  #connectionOf(user: User): ClusterParticipant | undefined {
    return this.find(this.replica.keyOf(user) ?? "");
  }

  /** Whether a user's connection is here. */
  isHere(user: User): boolean {
    return this.#connectionOf(user) !== undefined;
  }

  /** Publishes the result of a command. Resolves when it has been applied here. */
  readonly share: Share = (user, outcome, result, run) =>
    this.#connectionOf(user)?.share(outcome, result, run) ?? Promise.resolve();

  #changed(now: number): void {
    const { name, say, nodesChanged } = this.#parts;
    const own = this.replica.nodes.get(name);
    nodesChanged(this.#known(now), now);
    const [before, there] = [this.#there, new Set(this.#others().map(([other]) => other))];
    this.#there = there;
    if (this.#isLive) {
      for (const other of there.difference(before)) say(CLUSTER.came(other));
      for (const other of before.difference(there)) say(CLUSTER.left(other));
    }
    if (own === undefined || own.alive || own.epoch !== this.#epoch || this.#closing) return;
    say(CLUSTER.givenUp);
    this.#dropAll(CLUSTER.cutOff);
    this.#begin(this.#epoch + 1);
  }

  /**
   * The other nodes, those that are there first: one that was stopped is often back soon, and pages
   * that it served want to go on here.
   */
  #known(now: number): NodeAddress[] {
    return [...this.replica.nodes]
      .filter(([name, { heardAt }]) => name !== this.#parts.name && now - heardAt < KEPT_MS)
      .toSorted(([, one], [, other]) => Number(other.alive) - Number(one.alive))
      .map(([name, { place }]) => ({ name, ...place }));
  }

  /** The names of all nodes that are there. */
  #alive(): string[] {
    return [...this.replica.nodes].filter(([, node]) => node.alive).map(([name]) => name);
  }

  /** The other nodes that are there. */
  #others(): readonly (readonly [name: string, node: KnownNode])[] {
    return [...this.replica.nodes].filter(([name, { alive }]) =>
      alive && name !== this.#parts.name
    );
  }

  #compare(sequence: number): void {
    // It would take longer than the rest of catching up.
    if (!this.#isLive) return;
    const { store, world } = this.#parts;
    const text = JSON.stringify(this.replica.capture());
    store.replica.advance(sequence);
    store.replica.keep({ sequence, world: text });
    const hash = world.init.digest(text + store.replica.tables());
    this.hashes.set(sequence, hash);
    this.push({ kind: "hash", sequence, hash });
  }

  #hashed(node: string, sequence: number, hash: string): void {
    this.#snapshots.set(node, Math.max(sequence, this.#snapshots.get(node) ?? 0));
    const own = this.hashes.get(sequence);
    if (own === undefined) return;
    const isOutvoted = this.#votes.world.isOutvoted(node, hash === own, this.#alive());
    if (isOutvoted) this.#fail(CLUSTER.differentWorld(sequence));
  }

  #beat(): void {
    const { fault } = this.#parts.store.health();
    if (fault !== undefined) return this.#fail(CLUSTER.disk(fault));
    this.#outflow?.beat();
  }

  /** Gives up the nodes that are silent although the stream has flowed all that time. */
  #giveUpSilent(): void {
    if (!this.#isLive || this.#system.now() - this.#flowsSince < SILENCE_MS) return;
    for (const [node, { epoch, heardAt, last }] of this.#others()) {
      if (Math.abs(this.replica.now - heardAt) > SILENCE_MS) {
        this.push({ kind: "gone", node, epoch, last });
      }
    }
  }

  /** Watches over the connections here, and over the one to the others. */
  #watch(): void {
    const silent = this.#system.now() - this.#heardAt;
    if (!this.#cutOff && this.#isLive && silent > SILENCE_MS) {
      this.#cutOff = true;
      this.#parts.say(CLUSTER.isCutOff(Math.round(silent / SECOND_MS)));
      this.#dropAll(CLUSTER.cutOff);
    } else if (this.#cutOff && silent < BEAT_MS * 2) {
      this.#cutOff = false;
      this.#parts.say(CLUSTER.back);
    }
    this.#giveUpSilent();
    sweepConnections(
      this.world,
      this.clock(),
      (user, reason) => this.#connectionOf(user)?.drop(reason),
    );
  }

  #dropAll(reason: string): void {
    for (const participant of [...this.#participants.values()]) participant.drop(reason);
  }

  /** Removes what no node needs any more: one of them does it for all. */
  async #purge(isFull = false): Promise<void> {
    const { replica } = this;
    // The clock of NATS may have been set back.
    if ((this.#minutes.at(-1)?.at ?? 0) > replica.now) this.#minutes.length = 0;
    this.#minutes.push({ at: replica.now, sequence: replica.sequence });
    while ((this.#minutes[1]?.at ?? Infinity) <= replica.now - KEPT_MS) this.#minutes.shift();
    const oldest = this.#minutes[0]!;
    const isOld = oldest.at <= replica.now - KEPT_MS;
    const alive = this.#alive();
    if (!isFull && (!isOld || alive.toSorted()[0] !== this.#parts.name)) return;
    const safe = alive.map((node) => this.#snapshots.get(node) ?? 0);
    const until = Math.min(isFull ? Infinity : oldest.sequence, ...safe);
    if (until <= 0) return;
    await keepAgreement(this.#parts.stream, until);
    await this.#parts.stream.purge(until);
  }

  /** Leaves in good order. */
  async leave(): Promise<void> {
    this.#dropAll(CLUSTER.leaving);
    this.push({ kind: "leave" });
    this.#closing = true;
    for (const cancel of this.#cancels) cancel();
    // NATS may not be there any more.
    const late = Promise.withResolvers<void>();
    const cancel = this.#system.after(LEAVE_MS, late.resolve);
    await Promise.race([this.#outflow?.empty(), late.promise]);
    cancel();
    this.#outflow?.stop();
    this.#consumer?.stop();
  }
}
