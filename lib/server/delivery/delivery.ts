/**
 * A message to many users, formatted once for each variant of its line.
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import { escapeTagValue, format, formatTags, type Message, type Tags } from "../../irc/message.ts";
import type { User } from "../world/user.ts";

/** The tags of a message; the receiver's capabilities decide which of them it gets. */
export interface DeliveryTags {
  /** In milliseconds since 1970; undefined for lines within a batch that has the time. */
  readonly time: number | undefined;
  readonly msgid?: string | undefined;
  readonly account?: string | undefined;
  readonly bot?: boolean;
  /** The client-only tags, whose names start with `+`. */
  readonly client?: Tags | undefined;
  /** The batch that it belongs to. Only for receivers with `batch`. */
  readonly batch?: string | undefined;
  /** Whether it continues the line before (IRCv3 multiline). */
  readonly concat?: boolean;
}

const TIME = 1;
const TAGS = 2;
const ACCOUNT = 4;
const EXTENDED_JOIN = 8;

/** The variant of a receiver that gets all tags. */
export const ALL_TAGS = TIME | TAGS | ACCOUNT;

/** Marks a line that continues the one before (IRCv3 multiline). */
export const CONCAT_TAG = "draft/multiline-concat";

/** The capabilities that change the line of a message, one bit each. */
const VARIANT_BITS: readonly (readonly [CapabilityName, number])[] = [
  ["server-time", TIME],
  ["message-tags", TAGS],
  ["account-tag", ACCOUNT],
  ["extended-join", EXTENDED_JOIN],
];

/** The variant of a receiver: the bits of its capabilities. */
export function variantOf(caps: ReadonlySet<CapabilityName>): number {
  let variant = 0;
  for (const [cap, bit] of VARIANT_BITS) if (caps.has(cap)) variant |= bit;
  return variant;
}

/** A message to any number of users. */
export class Delivery {
  readonly message: Message;
  readonly tags: DeliveryTags;
  readonly #body: string;
  /** What receivers without `extended-join` get instead. */
  readonly #shortJoin: string | undefined;
  /** The bits of a variant that change the line of this message. */
  readonly mask: number;
  readonly #lines: (string | undefined)[];

  /**
   * @param shortJoin what receivers without `extended-join` get instead, if the message is a JOIN.
   * @throws {TypeError} as {@linkcode format} does.
   */
  constructor(message: Message, tags: DeliveryTags, shortJoin?: Message) {
    this.message = message;
    this.tags = tags;
    this.#body = format(message);
    this.#shortJoin = shortJoin && format(shortJoin);
    const tagged = tags.msgid !== undefined || tags.client !== undefined || tags.bot;
    this.mask = (tags.time === undefined ? 0 : TIME) | (tagged ? TAGS : 0) |
      (tags.account === undefined ? 0 : ACCOUNT) | (shortJoin === undefined ? 0 : EXTENDED_JOIN);
    this.#lines = new Array(this.mask + 1);
  }

  /** The line for receivers of a variant, with CR LF: the same string for all of them. */
  line(variant: number): string {
    const key = variant & this.mask;
    return this.#lines[key] ??= this.#format(key, []);
  }

  /** The length of the line with its client-only tags, in characters. */
  get length(): number {
    let length = this.#body.length;
    for (const [key, value] of this.tags.client ?? []) length += key.length + value.length + 2;
    return length;
  }

  /** The line with one more tag, for one receiver. */
  lineWith(variant: number, tag: string): string {
    return this.#format(variant & this.mask, [tag]);
  }

  #format(variant: number, items: string[]): string {
    const { time, msgid, account, bot, client, batch, concat } = this.tags;
    if (batch !== undefined) items.push(`batch=${batch}`);
    if (concat) items.push(CONCAT_TAG);
    if (variant & TIME && time !== undefined) items.push(`time=${new Date(time).toISOString()}`);
    if (variant & TAGS && msgid !== undefined) items.push(`msgid=${escapeTagValue(msgid)}`);
    if (variant & ACCOUNT && account !== undefined) {
      items.push(`account=${escapeTagValue(account)}`);
    }
    if (variant & TAGS && bot) items.push("bot");
    // Clients' tags come last, so that they can't push the server's tags over a client's limit.
    if (variant & TAGS && client?.size) items.push(formatTags(client));
    const tags = items.length > 0 ? `@${items.join(";")} ` : "";
    const body = variant & EXTENDED_JOIN ? this.#body : this.#shortJoin ?? this.#body;
    return `${tags}${body}\r\n`;
  }
}

/** Several messages that are sent together: as {@linkcode Delivery}. */
export class Packet {
  readonly #deliveries: readonly Delivery[];
  readonly #mask: number;
  readonly #lines: (string | undefined)[];

  constructor(deliveries: readonly Delivery[]) {
    this.#deliveries = deliveries;
    this.#mask = deliveries.reduce((mask, delivery) => mask | delivery.mask, 0);
    this.#lines = new Array(this.#mask + 1);
  }

  /** The lines of all messages. */
  line(variant: number): string {
    const key = variant & this.#mask;
    return this.#lines[key] ??= this.#deliveries.map((delivery) => delivery.line(key)).join("");
  }
}

/** Delivers a message to each of these users but one. */
export function fanout(delivery: Delivery, users: Iterable<User>, except?: User): void {
  for (const user of users) if (user !== except) user.deliver(delivery);
}

/** Delivers a message to those of these users who have a capability, but one. */
export function notify(
  cap: CapabilityName,
  delivery: Delivery,
  users: Iterable<User>,
  except?: User,
): void {
  for (const user of users) if (user !== except && user.caps.has(cap)) user.deliver(delivery);
}
