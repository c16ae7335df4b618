/**
 * The queue of lines to be sent to one peer.
 *
 * Pending lines are a linked chain that peers share: appending the same text to the same chain
 * gives the same chain. A thousand members of a channel with nothing else pending all point at one
 * chain. The first peer that is flushed encodes its text, and all of them write the result.
 *
 * A chain remembers the last few chains that were made from it. One would do if all receivers took
 * the same lines; but if clients with different capabilities alternate in a room, each would take
 * the other's slot, and nothing would be shared.
 *
 * Lines wait as text, since bytes are dear to make: a line of 110 bytes takes `TextEncoder.encode`
 * 2.8 us, collecting its array included, and Node's `Buffer`, which has a pool, 0.3 us. Bytes exist
 * only while they are written, so a slow reader holds on to two pools of 8 kB at most.
 * @module
 */
import { Buffer } from "node:buffer";

/** How many of its children a chain remembers. */
const SLOTS = 4;

/** A segment of text after a parent chain. Immutable except for its caches. */
class Chain {
  /** The last child, and those before it, oldest first. */
  #child: Chain | undefined;
  #older: Chain[] | undefined;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  /** In bytes. */
  readonly length: number;
  readonly lines: number;

  constructor(
    readonly parent: Chain | undefined,
    readonly segment: string,
    lines: number,
  ) {
    this.length = (parent?.length ?? 0) + Buffer.byteLength(segment);
    this.lines = (parent?.lines ?? 0) + lines;
  }

  append(segment: string, lines: number): Chain {
    if (this.#child?.segment === segment) return this.#child;
    const known = this.#older?.find((chain) => chain.segment === segment);
    if (known !== undefined) return known;
    if (this.#child !== undefined) {
      this.#older ??= [];
      if (this.#older.length === SLOTS - 1) this.#older.shift();
      this.#older.push(this.#child);
    }
    return this.#child = new Chain(this, segment, lines);
  }

  forget(): void {
    this.#child = this.#older = undefined;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes !== undefined) return this.#bytes;
    const bytes = Buffer.allocUnsafe(this.length);
    bytes.write(this.segment, this.parent?.length ?? 0);
    for (let { parent } = this; parent !== undefined; parent = parent.parent) {
      bytes.write(parent.segment, parent.parent?.length ?? 0);
    }
    return this.#bytes = bytes;
  }
}

/** The empty chain, the root of all others, so that peers can come to share one. */
const NOTHING = new Chain(undefined, "", 0);

/**
 * Releases the chains that were started last, so that an idle server keeps no sent bytes. Called
 * after a flush; outboxes keep what is pending.
 */
export function forgetChains(): void {
  NOTHING.forget();
}

/**
 * The memory that a pending line takes besides its bytes. It counts towards the limit: else a queue
 * of short lines would take many times its limit.
 */
const LINE_BYTES = 128;

/** The pending lines of one peer, in order, bounded. */
export class Outbox {
  #chain = NOTHING;
  #limit: number;

  /** @param limit bytes, with {@linkcode LINE_BYTES} for each line; 0 for no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#chain.length;
  }

  get lines(): number {
    return this.#chain.lines;
  }

  /** Adds so many whole lines. Returns false, and adds nothing, if that would exceed the limit. */
  append(segment: string, count = 1): boolean {
    const chain = this.#chain.append(segment, count);
    const weight = chain.length + chain.lines * LINE_BYTES;
    if (this.#limit > 0 && weight > this.#limit) return false;
    this.#chain = chain;
    return true;
  }

  clear(): void {
    this.#chain = NOTHING;
  }

  /** Takes everything that is pending, as one array that other peers may be writing too. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#chain.bytes();
    this.clear();
    return bytes;
  }
}
