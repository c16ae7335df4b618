/**
 * Who may not use the server at all, by host or address.
 * @module
 */
import { fitsMask } from "../irc/masks.ts";
import { fold, type Folded } from "../irc/names.ts";
import { parseRange, type Range, rangeHolds } from "../irc/addresses.ts";
import type { ServerBan } from "../store/settings.ts";
import type { User } from "./user.ts";

/** The most bans that are kept. */
export const MAX_HOST_BANS = 1000;

/** One ban. */
export interface HostBan {
  /** `user@host` with `*` and `?` (a K-line), or an address or range (a D-line). */
  readonly mask: string;
  /** Whom it speaks of. */
  readonly kind: "KLINE" | "DLINE";
  /** Why, as those are told whom it keeps out. */
  readonly reason: string;
  /** Who made it. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** When it ends, in milliseconds since 1970; `Infinity` for never. */
  readonly until: number;
}

/** Under which kind a ban is kept. */
const KINDS = { KLINE: "user", DLINE: "address" } as const;

/** A ban as it is kept. */
export function banState({ kind, until, ...ban }: HostBan): ServerBan {
  return { ...ban, kind: KINDS[kind], until: until === Infinity ? null : until };
}

/** The bans of a server. */
export class HostBans {
  readonly #bans = new Map<Folded, { readonly ban: HostBan; readonly range: Range | undefined }>();

  /**
   * Adds a ban, in the place of one with the same mask.
   *
   * @returns false where there are too many, or where a D-line's mask is no address.
   */
  add(ban: HostBan): boolean {
    return this.#put(ban);
  }

  #put(ban: HostBan): boolean {
    const range = ban.kind === "DLINE" ? parseRange(ban.mask) : undefined;
    if (ban.kind === "DLINE" && range === undefined) return false;
    const key = fold(ban.mask);
    if (this.#bans.size >= MAX_HOST_BANS && !this.#bans.has(key)) return false;
    this.#bans.set(key, { ban, range });
    return true;
  }

  /** Adds bans that were kept; what is none is passed over. */
  restore(bans: readonly ServerBan[]): void {
    for (const { kind, until, ...ban } of bans) {
      const known = kind === KINDS.KLINE ? "KLINE" : kind === KINDS.DLINE ? "DLINE" : undefined;
      if (known !== undefined) this.#put({ ...ban, kind: known, until: until ?? Infinity });
    }
  }

  /** The ban of this very mask. */
  find(mask: string): HostBan | undefined {
    return this.#bans.get(fold(mask))?.ban;
  }

  /** Takes a ban back. Returns it, if there was one. */
  remove(mask: string, kind: HostBan["kind"]): HostBan | undefined {
    const key = fold(mask);
    const ban = this.#bans.get(key)?.ban;
    if (ban?.kind !== kind) return undefined;
    this.#bans.delete(key);
    return ban;
  }

  /** The bans that still count. */
  list(now: number): HostBan[] {
    this.#expire(now);
    return [...this.#bans.values()].map(({ ban }) => ban);
  }

  /** The ban that keeps an address out, whoever it is. */
  ofAddress(ip: string, now: number): HostBan | undefined {
    this.#expire(now);
    for (const { ban, range } of this.#bans.values()) {
      if (range !== undefined && rangeHolds(range, ip)) return ban;
    }
    return undefined;
  }

  /** The ban that keeps a user out. */
  ofUser(user: User, now: number): HostBan | undefined {
    const byAddress = this.ofAddress(user.ip, now);
    if (byAddress !== undefined) return byAddress;
    const masks = [user.host, user.ip].map((host) => fold(`${user.username}@${host}`));
    for (const [key, { ban }] of this.#bans) {
      if (ban.kind === "KLINE" && masks.some((mask) => fitsMask(key, mask))) return ban;
    }
    return undefined;
  }

  #expire(now: number): void {
    for (const [key, { ban }] of this.#bans) if (ban.until <= now) this.#bans.delete(key);
  }
}
