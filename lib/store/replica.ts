/**
 * The port for a server that is one of several with the same data: how far it has come in their
 * common stream, and the way back to a snapshot.
 *
 * A server that is alone never uses it.
 * @module
 */

/** The state of a server after an entry of the stream. */
export interface Snapshot {
  /** The number of the entry, from 1 on. */
  readonly sequence: number;
  /** The state of all but the store, as text. */
  readonly world: string;
}

/**
 * A way back to a snapshot. What the store had then it gets again: accounts, invitations, channels,
 * bans, read markers, departures, and under which keys conversations are; items that were added
 * later are removed. What was redacted stays so, and so does what was removed for its age.
 */
export interface ReplicaStore {
  /**
   * From now on the store changes nothing that others can notice at times of its own: it dates no
   * item again, and `prune` removes for its age only what `expire` has named before the last
   * snapshot. Call it before anything else.
   */
  share(): void;
  /** The last entry whose effects are all in the store; 0 for none. */
  readonly applied: number;
  /** Notes that all effects of an entry are in the store. Written together with them. */
  advance(sequence: number): void;
  /**
   * Keeps a snapshot instead of the one before, with all that was added so far, in one transaction.
   * Returns whether it is kept; a store in memory keeps none.
   */
  keep(snapshot: Snapshot): boolean;
  /** The snapshot that is kept; undefined if there is none. */
  readonly snapshot: Snapshot | undefined;
  /**
   * Goes back to the snapshot. Call it before the store is used for anything else. Returns
   * undefined if there is none, or it can't be written; then nothing is changed.
   */
  rewind(): Snapshot | undefined;
  /** Ends it: from now on the server is alone, and there is no way back to a snapshot. */
  leave(): void;
  /**
   * All but the history, as JSON text; the same on all servers that have applied the same entries.
   */
  tables(): string;
  /** Everything in a store in memory, as JSON text; undefined for others, whose file is copied. */
  whole(): string | undefined;
  /** Replaces everything in a store in memory. */
  become(whole: string): void;
}
