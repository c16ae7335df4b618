/**
 * Recent messages, so that REDACT can check the sender.
 * @module
 */

import { messageId, serialOf } from "../world/message_id.ts";

export const RECENT_MESSAGES = 5000;

export interface RecentMessage {
  /** The sender's identity: the user may be gone. */
  readonly sender: symbol;
  /** The identity of the channel or user that it went to, which may have another name by now. */
  readonly target: symbol;
}

/** Recent messages, the oldest first. */
export interface RecentState {
  /** Of their ids; -1 for those that were deleted. */
  readonly serials: readonly number[];
  readonly senders: readonly number[];
  readonly targets: readonly number[];
}

/**
 * A ring of the last messages.
 *
 * It keeps only the serial numbers of their ids. Redactions are rare, but every message is
 * remembered: a map by id took 8 % of the processor's time under load, mostly for keeping so many
 * ids and growing.
 */
export class RecentMessages {
  readonly #runId: string;
  readonly #serials: number[] = [];
  readonly #senders: symbol[] = [];
  readonly #targets: symbol[] = [];
  #at = 0;

  /** @param runId the prefix of its message ids. */
  constructor(runId: string) {
    this.#runId = runId;
  }

  get size(): number {
    return this.#serials.filter((serial) => serial >= 0).length;
  }

  add(msgid: string, { sender, target }: RecentMessage): void {
    this.#serials[this.#at] = serialOf(msgid);
    this.#senders[this.#at] = sender;
    this.#targets[this.#at] = target;
    this.#at = (this.#at + 1) % RECENT_MESSAGES;
  }

  /**
   * All of them as plain JSON data.
   *
   * @param numberOf the number of whoever has this identity; -1 if that is gone.
   */
  capture(numberOf: (identity: symbol) => number): RecentState {
    // The oldest is the next to be replaced.
    const inOrder = <T>(
      ring: readonly T[],
    ) => [...ring.slice(this.#at), ...ring.slice(0, this.#at)];
    return {
      serials: inOrder(this.#serials),
      senders: inOrder(this.#senders).map(numberOf),
      targets: inOrder(this.#targets).map(numberOf),
    };
  }

  /** @param identityOf the reverse of `numberOf` of {@linkcode capture}. */
  restore(
    { serials, senders, targets }: RecentState,
    identityOf: (number: number) => symbol,
  ): void {
    const fill = <T>(ring: T[], values: readonly T[]) => ring.splice(0, Infinity, ...values);
    fill(this.#serials, serials);
    fill(this.#senders, senders.map(identityOf));
    fill(this.#targets, targets.map(identityOf));
    this.#at = serials.length % RECENT_MESSAGES;
  }

  find(msgid: string): RecentMessage | undefined {
    const index = this.#indexOf(msgid);
    if (index < 0) return undefined;
    return { sender: this.#senders[index]!, target: this.#targets[index]! };
  }

  remove(msgid: string): void {
    const index = this.#indexOf(msgid);
    if (index >= 0) this.#serials[index] = -1;
  }

  /** The index of a message, or -1. Peers may ask for any text. */
  #indexOf(msgid: string): number {
    const serial = serialOf(msgid);
    return messageId(this.#runId, serial) === msgid ? this.#serials.indexOf(serial) : -1;
  }
}
