/**
 * One message to many users, encoded once for each form that it takes.
 * @module
 */
import type { CapabilityName } from "../irc/caps.ts";
import { escapeTagValue, format, formatTags, type Message, type Tags } from "../irc/message.ts";
import type { User } from "./user.ts";

/** The tags that a message can bring; who gets which is decided by the receiver's capabilities. */
export interface DeliveryTags {
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /** Its id, if others may refer to it. */
  readonly msgid?: string | undefined;
  /** The tags that its sender put on it and that are passed on: those that start with `+`. */
  readonly client?: Tags | undefined;
}

/** The capabilities that change the bytes of a message, one bit each. */
const VARIANT_BITS: Partial<Record<CapabilityName, number>> = {
  "server-time": 1,
  "message-tags": 2,
};

/** The variant of a receiver: which capabilities that change the bytes it has. */
export function variantOf(caps: ReadonlySet<CapabilityName>): number {
  let variant = 0;
  for (const [cap, bit] of Object.entries(VARIANT_BITS)) {
    if (caps.has(cap as CapabilityName)) variant |= bit;
  }
  return variant;
}

const encoder = new TextEncoder();

/** A message on its way to any number of users. */
export class Delivery {
  readonly #body: string;
  readonly #tags: DeliveryTags;
  /** The bits of a variant that make a difference to this message. */
  readonly #mask: number;
  readonly #encoded: (Uint8Array<ArrayBuffer> | undefined)[] = [];

  /**
   * Prepares a message without its tags.
   *
   * @throws {TypeError} as {@linkcode format} does.
   */
  constructor(message: Message, tags: DeliveryTags) {
    this.#body = format(message);
    this.#tags = tags;
    this.#mask = tags.msgid === undefined && tags.client === undefined ? 1 : 3;
  }

  /** The line for a receiver of this variant, CR LF included. The same array for all of them. */
  bytes(variant: number): Uint8Array<ArrayBuffer> {
    const key = variant & this.#mask;
    return this.#encoded[key] ??= encoder.encode(`${this.#tagSection(key)}${this.#body}\r\n`);
  }

  #tagSection(variant: number): string {
    const items: string[] = [];
    if (variant & 1) items.push(`time=${new Date(this.#tags.time).toISOString()}`);
    if (variant & 2) {
      if (this.#tags.msgid !== undefined) items.push(`msgid=${escapeTagValue(this.#tags.msgid)}`);
      if (this.#tags.client?.size) items.push(formatTags(this.#tags.client));
    }
    return items.length > 0 ? `@${items.join(";")} ` : "";
  }
}

/** Hands a message to each of these users but one. */
export function fanout(delivery: Delivery, users: Iterable<User>, except?: User): void {
  for (const user of users) if (user !== except) user.deliver(delivery);
}
