/**
 * The queue of bytes to be sent to one peer.
 *
 * Pending lines are a linked chain that peers share: appending the same bytes to the same chain
 * gives the same chain. A thousand members of a channel with nothing else pending all point at one
 * chain. The first peer that is flushed joins its bytes, and all of them write the result.
 *
 * A chain remembers the last few chains that were made from it. One would do if all receivers took
 * the same bytes; but if clients with different capabilities alternate in a room, each would take
 * the other's slot, and nothing would be shared.
 * @module
 */

/** How many of its children a chain remembers. */
const SLOTS = 4;

/** A segment of bytes after a parent chain. Immutable except for its caches. */
class Chain {
  /** The last child, and those before it, oldest first. */
  #child: Chain | undefined;
  #older: Chain[] | undefined;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly length: number;
  readonly lines: number;

  constructor(
    readonly parent: Chain | undefined,
    readonly segment: Uint8Array<ArrayBuffer>,
    lines: number,
  ) {
    this.length = (parent?.length ?? 0) + segment.length;
    this.lines = (parent?.lines ?? 0) + lines;
  }

  append(segment: Uint8Array<ArrayBuffer>, lines: number): Chain {
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
    if (this.segment.length === this.length) return this.segment;
    const bytes = new Uint8Array(this.length);
    bytes.set(this.segment, this.length - this.segment.length);
    for (let chain = this.parent; chain !== undefined; chain = chain.parent) {
      bytes.set(chain.segment, chain.length - chain.segment.length);
    }
    return this.#bytes = bytes;
  }
}

/** The empty chain, the root of all others, so that peers can come to share one. */
const NOTHING = new Chain(undefined, new Uint8Array(0), 0);

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

/** The pending bytes of one peer, in order, bounded. */
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

  /**
   * Adds so many whole lines. The bytes are not copied, so they must not change any more. Returns
   * false, and adds nothing, if that would exceed the limit.
   */
  append(segment: Uint8Array<ArrayBuffer>, count = 1): boolean {
    const weight = this.#chain.length + segment.length + (this.#chain.lines + count) * LINE_BYTES;
    if (this.#limit > 0 && weight > this.#limit) return false;
    this.#chain = this.#chain.append(segment, count);
    return true;
  }

  /** Takes everything that is pending, as one array that other peers may be writing too. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#chain.bytes();
    this.#chain = NOTHING;
    return bytes;
  }
}
