/**
 * What is still to be sent to one peer.
 *
 * Fan-out is what the program exists for, so pending lines are kept as a linked chain that peers
 * share: appending the same bytes to the same chain gives the same chain. A thousand members of a
 * channel with nothing else pending all point at one chain, whose bytes are put together once, by
 * the first that is flushed, and written by all of them.
 *
 * A chain remembers the few chains that were last made from it. One would do if all receivers took
 * the same bytes; where clients of several kinds sit in a room in turns, one slot would be taken
 * from the one kind by the other at each member, and nothing would be shared.
 * @module
 */

/** How many of the chains made from it a chain remembers. */
const SLOTS = 4;

/** A segment of bytes behind a parent chain. Immutable but for its caches. */
class Chain {
  /** The chain last made from this one, and those before it, oldest first. */
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

/** Nothing pending: the one root of all chains, so that peers can come to share one. */
const NOTHING = new Chain(undefined, new Uint8Array(0), 0);

/**
 * Lets go of the chain that was last started, so that an idle server keeps no sent bytes. Called
 * after a flush; what is pending stays with the outboxes that hold it.
 */
export function forgetChains(): void {
  NOTHING.forget();
}

/**
 * What a pending line takes in memory besides its bytes, counted towards the limit: else a queue of
 * short lines would take many times what it is said to.
 */
const LINE_BYTES = 128;

/** The pending bytes of one peer, in the order in which they were produced. Bounded. */
export class Outbox {
  #chain = NOTHING;
  #limit: number;

  /**
   * Makes an empty outbox.
   *
   * @param limit the most that may be pending, in bytes, what keeping the lines takes included; 0
   * for no limit.
   */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many bytes are pending. */
  get length(): number {
    return this.#chain.length;
  }

  /**
   * Adds whole lines. The bytes are not copied: they must not change any more.
   *
   * @param count how many lines there are.
   * @returns false where it would go over the limit; then nothing was added.
   */
  append(segment: Uint8Array<ArrayBuffer>, count = 1): boolean {
    const weight = this.#chain.length + segment.length + (this.#chain.lines + count) * LINE_BYTES;
    if (this.#limit > 0 && weight > this.#limit) return false;
    this.#chain = this.#chain.append(segment, count);
    return true;
  }

  /** Takes all that is pending, as one array that other peers may be writing too. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#chain.bytes();
    this.#chain = NOTHING;
    return bytes;
  }
}
