/**
 * Publishes the entries of one node: one after the other, each only if the one before is the last of
 * the node, so that a second process with the same name is found out.
 * @module
 */
import { SECOND_MS } from "../text/duration.ts";
import { CLUSTER } from "../wording/cluster.ts";
import { ClusterError } from "./engine.ts";
import type { JetStream } from "./nats/jet_stream.ts";
import { NatsError } from "./nats/nats_fault.ts";
import type { NatsSystem } from "./nats/nats_timing.ts";
import { decodeEntry } from "./records.ts";

/** How long a full engine is left alone, in milliseconds. */
const FULL_MS = 2 * SECOND_MS;

/**
 * After so many milliseconds another server of NATS is tried: this one may have lost the others. They
 * need as long to elect a leader.
 */
const STUCK_MS = 6 * SECOND_MS;

/** How long NATS may know less than it did, and how soon it is asked again, in milliseconds. */
const BEHIND_MS = 30 * SECOND_MS;
const AGAIN_MS = 100;

/** The subjects of entries. */
const SUBJECT = "chat.in";

export interface NodePublisherParts {
  /** The node's. */
  readonly name: string;
  /** Of the chat: NATS remembers the entries of an earlier one for a while. */
  readonly runId: string;
  readonly stream: JetStream;
  readonly say: (text: string) => void;
  /** Makes room in a full stream. */
  readonly relieve: () => Promise<void>;
  /** Whether what an epoch has to say is of no use any more. */
  readonly isOver: (epoch: number) => boolean;
}

/** The last entry of a node; all is 0 if there is none. */
interface LastEntry {
  readonly sequence: number;
  readonly epoch: number;
  readonly number: number;
}

export class NodePublisher {
  readonly #parts: NodePublisherParts;
  /** The last attempt: the next one waits for it, also after a new beginning. */
  #attempt: Promise<unknown> = Promise.resolve();
  /** The sequence of the node's last entry. */
  #last = 0;

  constructor(parts: NodePublisherParts) {
    this.#parts = parts;
  }

  /** Finds the last entry of an earlier start. Returns its epoch. */
  async begin(): Promise<number> {
    const { sequence, epoch } = await this.#lastEntry();
    this.#last = sequence;
    return epoch;
  }

  async #lastEntry(): Promise<LastEntry> {
    const { stream, name } = this.#parts;
    const last = await stream.lastOf(`${SUBJECT}.${name}`);
    if (last === undefined) return { sequence: 0, epoch: 0, number: 0 };
    const { epoch, number } = decodeEntry(last.payload);
    return { sequence: last.sequence, epoch, number };
  }

  /**
   * Publishes the entry of an epoch with this number, as soon as the ones before are there.
   *
   * @throws {NatsError} if that is impossible; `wrongLast` if another process has the name.
   * @throws {ClusterError} if NATS has lost entries of the node.
   */
  publish(payload: Uint8Array, epoch: number, number: number): Promise<void> {
    const done = this.#attempt.then(() => this.#publish(payload, epoch, number));
    this.#attempt = done.catch(() => {});
    return done;
  }

  async #publish(payload: Uint8Array, epoch: number, number: number): Promise<void> {
    const { client } = this.#parts.stream;
    let cancel = () => {};
    const watch = () => {
      cancel = client.system.after(STUCK_MS, () => {
        client.move();
        watch();
      });
    };
    watch();
    try {
      await this.#add(payload, epoch, number);
    } finally {
      cancel();
    }
  }

  async #add(payload: Uint8Array, epoch: number, number: number): Promise<void> {
    const { stream, name, runId, say, relieve, isOver } = this.#parts;
    const { system } = stream.client;
    let behindSince: number | undefined;
    for (let told = false;;) {
      try {
        const ack = await stream.publish(`${SUBJECT}.${name}`, payload, {
          msgId: `${runId.slice(0, 8)}.${name}.${epoch}.${number}`,
          expectedLastSubjectSequence: this.#last,
          withinMs: Infinity,
        });
        this.#last = ack.sequence;
        return;
      } catch (error) {
        const kind = error instanceof NatsError ? error.fault.kind : undefined;
        if (kind === "wrongLast") {
          behindSince ??= system.now();
          const found = await this.#look(epoch, number).catch(() => "less");
          if (found === "this") return;
          const isLate = found === "less" && system.now() - behindSince > BEHIND_MS;
          if (found === "another") throw error;
          if (isLate) throw new ClusterError(CLUSTER.ahead);
          if (found === "less") await pause(system, AGAIN_MS);
          continue;
        }
        if (kind !== "full" && kind !== "noResources") throw error;
        if (!told) say(kind === "full" ? CLUSTER.full : CLUSTER.noRoom((error as Error).message));
        told = true;
        await relieve().catch(() => {});
        await pause(system, FULL_MS);
        if (isOver(epoch)) throw error;
      }
    }
  }

  /**
   * Looks why an entry can't be the next: another process has the name, or it is there already, or
   * an earlier start had more to say, or NATS, which elects leaders, knows less than it did.
   */
  async #look(epoch: number, number: number): Promise<"another" | "this" | "earlier" | "less"> {
    const last = await this.#lastEntry();
    if (last.sequence <= this.#last) {
      // Everything of this node may have been removed to make room.
      if (last.sequence > 0) return "less";
      const { firstSequence } = await this.#parts.stream.streamInfo();
      if (firstSequence <= this.#last) return "less";
      this.#last = 0;
      return "earlier";
    }
    if (last.epoch > epoch || last.epoch === epoch && last.number !== number) return "another";
    this.#last = last.sequence;
    return last.epoch === epoch ? "this" : "earlier";
  }
}

function pause({ after }: NatsSystem, ms: number): Promise<void> {
  return new Promise((resolve) => void after(ms, resolve));
}
