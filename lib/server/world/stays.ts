/**
 * Stays that outlive their connection: a user whose connection breaks waits for its owner, who
 * shows a secret.
 *
 * Source: docs/protocol.md, "The way back".
 * @module
 */
import { toBase64 } from "../../crypto/base64.ts";
import { equalBytes } from "../../crypto/equal_bytes.ts";
import { RESUME } from "../../irc/resume.ts";
import { SECOND_MS } from "../../text/duration.ts";
import type { Forms } from "../delivery/line_forms.ts";
import { RecentPrivate } from "../delivery/recent_private.ts";
import { isExempt, networkOf } from "../entry/admission.ts";
import { TokenBucket } from "../entry/flood.ts";
import type { LimitsConfig } from "../settings/config.ts";
import { own } from "./owned.ts";
import { Tally } from "./tally.ts";
import type { User } from "./user.ts";

/** The parts of a secret, in bytes: one to find it by, one that is compared. */
const ID_BYTES = 9;
const SECRET_BYTES = 24;

/** The length of the first part in base64. */
const ID_LENGTH = ID_BYTES / 3 * 4;

/**
 * How often a user may come back, with one more for every ten rooms, since it is shown their
 * members.
 */
const RETURNS = { perSecond: 2, burst: 30 } as const;
const ROOM_COST = 0.1;

/** The age of private messages that a client may not have received before its last line came. */
const UNSURE_MS = 60 * SECOND_MS;

/** What a user with a way back needs for it. */
interface Way {
  /** The ids of its keys: the one that it used last, if it may need it again, and the next. */
  ids: readonly string[];
  readonly returns: TokenBucket;
  /** The private messages that it may not have received. */
  readonly recent: RecentPrivate;
}

interface Key {
  readonly user: User;
  readonly secret: Uint8Array;
}

const encoder = new TextEncoder();

export class Stays {
  readonly #random: (bytes: number) => Uint8Array;
  readonly #keys = new Map<string, Key>();
  readonly #ways = new Map<User, Way>();
  readonly #waiting = new Set<User>();
  readonly #ofNetwork = new Tally();

  /** @param random makes so many random bytes. */
  constructor(random: (bytes: number) => Uint8Array) {
    this.#random = random;
  }

  /** How many users wait for their owners. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Makes the next secret of a user. It replaces one that was not used. */
  issue(user: User, now: number): string {
    const id = toBase64(this.#random(ID_BYTES));
    const secret = toBase64(this.#random(SECRET_BYTES));
    this.#keys.set(id, { user, secret: encoder.encode(secret) });
    const way = this.#ways.get(user) ??
      { ids: [], returns: new TokenBucket(RETURNS, now), recent: new RecentPrivate() };
    const used = user.unproven ? way.ids.slice(0, 1) : [];
    for (const other of way.ids) if (!used.includes(other)) this.#keys.delete(other);
    way.ids = [...used, id];
    this.#ways.set(user, way);
    return id + secret;
  }

  /** The user whose secret this is. */
  find(given: string): User | undefined {
    const key = this.#keys.get(given.slice(0, ID_LENGTH));
    const same = equalBytes(encoder.encode(given.slice(ID_LENGTH)), key?.secret ?? NOTHING);
    return same ? key?.user : undefined;
  }

  /** Takes a return from a user's allowance. Returns how long it has to wait, in milliseconds. */
  take(user: User, now: number): number {
    return this.#ways.get(user)?.returns.take(1 + user.channels.size * ROOM_COST, now) ?? 0;
  }

  /**
   * A user was resumed with a secret, which is its only one from now on, until the client shows
   * with a line that it has the next one: the connection may break before.
   */
  used(user: User, given: string): void {
    const way = this.#ways.get(user)!;
    const id = given.slice(0, ID_LENGTH);
    for (const other of way.ids) if (other !== id) this.#keys.delete(other);
    way.ids = [id];
    own(user).unproven = true;
    this.#stopWaiting(user);
  }

  /** A line came from a user that was resumed: the secret that it used is worth nothing now. */
  proved(user: User): void {
    own(user).unproven = false;
    const way = this.#ways.get(user);
    const [used, ...next] = way?.ids ?? [];
    if (way === undefined || used === undefined) return;
    this.#keys.delete(used);
    way.ids = next;
  }

  /**
   * Notes a private message that a user was sent, in case its connection breaks before it arrives.
   *
   * @param stored whether it is in the history.
   */
  told(user: User, forms: Forms, stored: boolean, now: number): void {
    // Its client asks for those itself.
    if (stored && user.account !== undefined && user.caps.has("draft/chathistory")) return;
    this.#ways.get(user)?.recent.add(forms, now);
  }

  /** Since when a user may not have received what it was sent. */
  unsureSince({ heard }: User): number {
    return heard.at - UNSURE_MS;
  }

  /** The private messages that a user was sent and may not have received. */
  unsure(user: User): readonly Forms[] {
    return this.#ways.get(user)?.recent.since(this.unsureSince(user)) ?? [];
  }

  /** Forgets the private messages that were received, judging by what came later. */
  tidy(): void {
    for (const [user, { recent }] of this.#ways) recent.forget(this.unsureSince(user));
  }

  /** Forgets a private message that was deleted. */
  deleted(user: User, msgid: string): void {
    this.#ways.get(user)?.recent.remove(msgid);
  }

  /** A user is gone, or does not want a way back any more. */
  forget(user: User): void {
    for (const id of this.#ways.get(user)?.ids ?? []) this.#keys.delete(id);
    this.#ways.delete(user);
    this.#stopWaiting(user);
  }

  /**
   * The connection of a user broke. Returns for how many milliseconds the user waits; 0 if it has
   * no way back, or too many of its network wait.
   *
   * @param most the longest time in milliseconds.
   */
  wait(user: User, why: string, limits: LimitsConfig, most: number, now: number): number {
    const ms = Math.min(most, limits.returnSeconds * SECOND_MS);
    if (ms <= 0 || !user.caps.has(RESUME) || !this.#ways.has(user)) return 0;
    const { connections, connectionsPerIp } = limits;
    const network = networkOf(user.ip);
    const isFull = connections > 0 && this.#waiting.size >= connections ||
      connectionsPerIp > 0 && this.#ofNetwork.of(network) >= connectionsPerIp &&
        !isExempt(limits, user.ip);
    if (isFull) return 0;
    own(user).lost = { why, since: now, ms };
    this.#waiting.add(user);
    this.#ofNetwork.add(network);
    return ms;
  }

  #stopWaiting(user: User): void {
    if (!this.#waiting.delete(user)) return;
    this.#ofNetwork.remove(networkOf(user.ip));
    own(user).lost = undefined;
  }

  /** The users who have waited long enough. */
  due(now: number): readonly User[] {
    // The clock may have been set back.
    return [...this.#waiting].filter(({ lost }) => lost && Math.abs(now - lost.since) >= lost.ms);
  }
}

const NOTHING = new Uint8Array(0);
