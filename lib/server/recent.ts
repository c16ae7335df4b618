/**
 * The messages of late, as far as one needs to know them to take them back.
 * @module
 */

/** How many messages are remembered at least; at most twice as many are. */
export const RECENT_MESSAGES = 5000;

/** What is remembered of a message. */
export interface RecentMessage {
  /** Who sent it, by its identity: the user itself may be gone long since. */
  readonly sender: symbol;
  /** The channel or user that it went to, by its identity: it may have another name by now. */
  readonly target: symbol;
}

/**
 * The last messages, by their id, in two generations: when the younger one is full the older one is
 * forgotten as a whole. Forgetting the oldest message each time took 3 % of the processor's time
 * under load.
 */
export class RecentMessages {
  #younger = new Map<string, RecentMessage>();
  #older = new Map<string, RecentMessage>();

  /** How many there are. */
  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  /** Remembers a message. */
  add(msgid: string, message: RecentMessage): void {
    if (this.#younger.size >= RECENT_MESSAGES) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(msgid, message);
  }

  /** A message that is remembered. */
  find(msgid: string): RecentMessage | undefined {
    return this.#younger.get(msgid) ?? this.#older.get(msgid);
  }

  /** Forgets a message: it was taken back. */
  remove(msgid: string): void {
    this.#younger.delete(msgid);
    this.#older.delete(msgid);
  }
}
