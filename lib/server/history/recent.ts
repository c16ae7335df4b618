/**
 * The messages of late, as far as one needs to know them to take them back.
 * @module
 */

import { messageId, serialOf } from "../world/message_id.ts";

/** How many messages are remembered. */
export const RECENT_MESSAGES = 5000;

/** What is remembered of a message. */
export interface RecentMessage {
  /** Who sent it, by its identity: the user itself may be gone long since. */
  readonly sender: symbol;
  /** The channel or user that it went to, by its identity: it may have another name by now. */
  readonly target: symbol;
}

/**
 * The last messages, in a ring: each takes the place of the oldest.
 *
 * Only the numbers of their ids are kept. Messages are taken back now and then, but each is
 * remembered: a map of them by id took 8 % of the processor's time under load, mostly to keep so many
 * ids and to grow.
 */
export class RecentMessages {
  readonly #runId: string;
  readonly #serials: number[] = [];
  readonly #senders: symbol[] = [];
  readonly #targets: symbol[] = [];
  #at = 0;

  /**
   * Remembers none yet.
   *
   * @param runId what the ids of its messages begin with.
   */
  constructor(runId: string) {
    this.#runId = runId;
  }

  /** How many there are. */
  get size(): number {
    return this.#serials.filter((serial) => serial >= 0).length;
  }

  /** Remembers a message. */
  add(msgid: string, { sender, target }: RecentMessage): void {
    this.#serials[this.#at] = serialOf(msgid);
    this.#senders[this.#at] = sender;
    this.#targets[this.#at] = target;
    this.#at = (this.#at + 1) % RECENT_MESSAGES;
  }

  /** A message that is remembered. */
  find(msgid: string): RecentMessage | undefined {
    const index = this.#indexOf(msgid);
    if (index < 0) return undefined;
    return { sender: this.#senders[index]!, target: this.#targets[index]! };
  }

  /** Forgets a message: it was taken back. */
  remove(msgid: string): void {
    const index = this.#indexOf(msgid);
    if (index >= 0) this.#serials[index] = -1;
  }

  /** Where it is; less than 0 where it is not. A peer may ask for any text. */
  #indexOf(msgid: string): number {
    const serial = serialOf(msgid);
    return messageId(this.#runId, serial) === msgid ? this.#serials.indexOf(serial) : -1;
  }
}
