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
