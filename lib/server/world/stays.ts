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
import { type FormsState, formsState, restoreForms } from "../delivery/forms_state.ts";
import type { Forms } from "../delivery/line_forms.ts";
import { RecentPrivate } from "../delivery/recent_private.ts";
import { isExempt, networkOf } from "../entry/admission.ts";
import { type BucketState, TokenBucket } from "../entry/flood.ts";
import type { LimitsConfig } from "../settings/config.ts";
import { own } from "./owned.ts";
import { Tally } from "./tally.ts";
import type { StayKey } from "./stay_key.ts";
import type { Received, User } from "./user.ts";

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

export interface WayState {
  readonly keys: readonly (readonly [id: string, hash: string])[];
  readonly returns: BucketState;
  readonly recent: readonly (readonly [at: number, forms: FormsState])[];
}

/** How a connection broke. */
export interface Parting {
  /** The longest time for a user with a way back, in milliseconds. */
  readonly most?: number | undefined;
  /** How long a user waits at least, also without a way back, in milliseconds: its server is gone. */
  readonly ghostMs?: number | undefined;
  /** How far the user had received what was sent, as the server that had its connection knows. */
  readonly heard?: Received | undefined;
}

const encoder = new TextEncoder();

export class Stays {
  readonly #random: (bytes: number) => Uint8Array;
  readonly #digest: (text: string) => string;
  readonly #keys = new Map<string, { readonly user: User; readonly hash: string }>();
  readonly #ways = new Map<User, Way>();
  readonly #waiting = new Set<User>();
  readonly #ofNetwork = new Tally();

  /**
   * @param random makes so many random bytes.
   * @param digest as of `WorldInit.digest`.
   */
  constructor(random: (bytes: number) => Uint8Array, digest: (text: string) => string) {
    this.#random = random;
    this.#digest = digest;
  }

  /** The way back of a user, as plain JSON data; undefined if it has none. */
  capture(user: User): WayState | undefined {
    const way = this.#ways.get(user);
    return way && {
      keys: way.ids.map((id) => [id, this.#keys.get(id)!.hash]),
      returns: way.returns.state,
      recent: way.recent.all().map(({ forms, at }) => [at, formsState(forms)]),
    };
  }

  /** Gives a user the way back that it had. */
  restore(user: User, { keys, returns, recent }: WayState): void {
    const way = {
      ids: keys.map(([id]) => id),
      returns: TokenBucket.of(returns),
      recent: new RecentPrivate(),
    };
    for (const [id, hash] of keys) this.#keys.set(id, { user, hash });
    for (const [at, forms] of recent) way.recent.add(restoreForms(forms), at);
    this.#ways.set(user, way);
  }

  /** The users who wait for their owners, in this order. */
  allWaiting(): Iterable<User> {
    return this.#waiting;
  }

  /** Has a user wait. */
  keepWaiting(user: User, lost: NonNullable<User["lost"]>): void {
    own(user).lost = lost;
    this.#waiting.add(user);
    this.#ofNetwork.add(networkOf(user.ip));
  }

  /** How many users wait for their owners. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Makes a key with a new secret. */
  makeKey(): StayKey & { readonly token: string } {
    const token = toBase64(this.#random(ID_BYTES)) + toBase64(this.#random(SECRET_BYTES));
    return { ...this.keyOf(token), token };
  }

  /** The key of a secret that somebody shows. */
  keyOf(token: string): StayKey {
    return { id: token.slice(0, ID_LENGTH), hash: this.#digest(token.slice(ID_LENGTH)) };
  }

  /**
   * Gives a user its next key, which replaces one that was not used. Returns the secret; undefined
   * if only the server that has the connection knows it.
   */
  issue(user: User, now: number): string | undefined {
    const { id, hash, token } = user.nextWay ?? this.makeKey();
    user.nextWay = undefined;
    this.#keys.set(id, { user, hash });
    const way = this.#ways.get(user) ??
      { ids: [], returns: new TokenBucket(RETURNS, now), recent: new RecentPrivate() };
    const used = user.unproven ? way.ids.slice(0, 1) : [];
    for (const other of way.ids) if (!used.includes(other)) this.#keys.delete(other);
    way.ids = [...used, id];
    this.#ways.set(user, way);
    return token;
  }

  /** The user whose key this is. */
  find({ id, hash }: StayKey): User | undefined {
    const key = this.#keys.get(id);
    const same = equalBytes(encoder.encode(hash), encoder.encode(key?.hash ?? ""));
    return same ? key?.user : undefined;
  }

  /** Takes a return from a user's allowance. Returns how long it has to wait, in milliseconds. */
  take(user: User, now: number): number {
    return this.#ways.get(user)?.returns.take(1 + user.channels.size * ROOM_COST, now) ?? 0;
  }

  /**
   * A user was resumed with a key, which is its only one from now on, until the client shows with a
   * line that it has the next one: the connection may break before.
   */
  used(user: User, { id }: StayKey): void {
    const way = this.#ways.get(user)!;
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
   */
  wait(
    user: User,
    why: string,
    limits: LimitsConfig,
    { most = Infinity, ghostMs = 0 }: Parting,
    now: number,
  ): number {
    if (!user.registered) return 0;
    const canReturn = user.caps.has(RESUME) && this.#ways.has(user) && !this.#isFull(user, limits);
    const ms = Math.max(ghostMs, canReturn ? Math.min(most, limits.returnSeconds * SECOND_MS) : 0);
    if (ms <= 0) return 0;
    this.keepWaiting(user, { why, since: now, ms });
    return ms;
  }

  /** Whether no more users may wait, or none of a user's network. */
  #isFull({ ip }: User, limits: LimitsConfig): boolean {
    const { connections, connectionsPerIp } = limits;
    return connections > 0 && this.#waiting.size >= connections ||
      connectionsPerIp > 0 && this.#ofNetwork.of(networkOf(ip)) >= connectionsPerIp &&
        !isExempt(limits, ip);
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
