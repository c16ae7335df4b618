/**
 * Reads a stream and keeps what came.
 * @module
 */
import type { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import type { NatsFault } from "../../lib/cluster/nats/nats_fault.ts";
import { OrderedConsumer, type StreamEntry } from "../../lib/cluster/nats/ordered_consumer.ts";
import { inTime } from "../e2e/transcript.ts";

/** What a consumer heard so far, and ways to wait for more. */
export interface Listening {
  readonly entries: readonly StreamEntry[];
  readonly consumer: OrderedConsumer;
  /** Resolves when it can't go on. */
  readonly failed: Promise<NatsFault>;
  /** Waits for so many entries. */
  until(count: number): Promise<void>;
}

/** Reads a stream from a sequence on. */
export function listen(stream: JetStream, from = 1): Listening {
  const entries: StreamEntry[] = [];
  const failed = Promise.withResolvers<NatsFault>();
  const waiting = new Set<() => void>();
  const consumer = new OrderedConsumer(stream, from, {
    entry(entry) {
      entries.push(entry);
      for (const look of waiting) look();
    },
    failed: failed.resolve,
  });
  const until = (count: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (entries.length < count) return;
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
    look();
    return inTime(promise, () => `entry ${count}, ${entries.length} came`);
  };
  return { entries, consumer, failed: failed.promise, until };
}
