/**
 * Bans from the server by host or address (KLINE, DLINE).
 * @module
 */
import { fold, type Folded } from "../../irc/names.ts";
import {
  type AddressRange,
  formatRange,
  parseAddress,
  parseRange,
  rangeHolds,
} from "../../irc/addresses.ts";
import type { ServerBan, StateStore } from "../../store/server_state.ts";
import type { User } from "./user.ts";
import { parseMask, speaksOf, type UserMask } from "./user_mask.ts";

export const MAX_HOST_BANS = 1000;

export interface HostBan {
  /**
   * KLINE: `user@host` or `nick!user@host` with `*` and `?`, or a range as the host. DLINE: an
   * address or range.
   */
  readonly mask: string;
  readonly kind: "KLINE" | "DLINE";
  /** The reason that banned users see. */
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  /** When it ends, in milliseconds since 1970; `Infinity` for never. */
  readonly until: number;
}

/** The kinds in the store. */
const KINDS = { KLINE: "user", DLINE: "address" } as const;

function banState({ kind, until, ...ban }: HostBan): ServerBan {
  return { ...ban, kind: KINDS[kind], until: until === Infinity ? null : until };
}

/** A mask that was parsed. */
export interface BanMask {
  /** The canonical form. */
  readonly text: string;
  readonly whom: { readonly range: AddressRange } | { readonly mask: UserMask };
}

/** Parses the mask of a ban. Returns a text if it is invalid, a sentence without its full stop. */
export function readBanMask(mask: string, kind: HostBan["kind"]): BanMask | string {
  if (kind === "DLINE") {
    const range = parseRange(mask);
    if (range !== undefined) return { text: formatRange(range), whom: { range } };
    return `${mask} is not an address or a range such as 192.0.2.0/24`;
  }
  if (!/^[^@\s]+@[^@\s]+$/.test(mask)) {
    return `${mask} is not a user@host mask. * and ? are wildcards, as in *@192.0.2.*`;
  }
  // A user name may begin with ~: it must not be read as an extended ban.
  const read = parseMask(mask.includes("!") ? mask : `*!${mask}`);
  if (read.fault !== undefined) return read.fault;
  return { text: read.text.replace(/^\*!/, ""), whom: { mask: read } };
}

/** Whether a ban with this mask would match a user. */
export function fitsBan({ whom }: BanMask, user: User): boolean {
  return "range" in whom
    ? rangeHolds(whom.range, parseAddress(user.ip))
    : speaksOf(whom.mask, user.likeness());
}

/** The bans from the server. Each change is saved in the store. */
export class HostBans {
  readonly #bans = new Map<Folded, { readonly ban: HostBan; readonly whom: BanMask["whom"] }>();
  readonly #serverState: StateStore;

  /** Restores the bans in the store. Entries of an unknown kind or mask are skipped. */
  constructor(serverState: StateStore, now: number) {
    this.#serverState = serverState;
    for (const { kind, until, ...ban } of serverState.bans(now)) {
      const known = kind === KINDS.KLINE ? "KLINE" : kind === KINDS.DLINE ? "DLINE" : undefined;
      if (known !== undefined) this.#put({ ...ban, kind: known, until: until ?? Infinity });
    }
  }

  /**
   * Adds a ban, or replaces the one with the same mask. Returns false if there are too many, or
   * {@linkcode readBanMask} rejects the mask.
   */
  add(ban: HostBan): boolean {
    this.#expire(ban.at);
    const replaced = this.#find(ban.mask, ban.kind);
    if (!this.#put(ban)) return false;
    if (replaced !== undefined) this.#forget(replaced.ban);
    this.#serverState.saveBan(banState(ban));
    return true;
  }

  #put(ban: HostBan): boolean {
    const read = readBanMask(ban.mask, ban.kind);
    if (typeof read === "string") return false;
    const key = fold(read.text);
    if (this.#bans.size >= MAX_HOST_BANS && !this.#bans.has(key)) return false;
    this.#bans.set(key, { ban, whom: read.whom });
    return true;
  }

  /** All bans, also those that have ended. */
  all(): HostBan[] {
    return Array.from(this.#bans.values(), ({ ban }) => ban);
  }

  /** Replaces all bans, but not in the store. */
  restore(bans: readonly HostBan[]): void {
    this.#bans.clear();
    for (const ban of bans) this.#put(ban);
  }

  #find(mask: string, kind: HostBan["kind"]): { key: Folded; ban: HostBan } | undefined {
    const read = readBanMask(mask, kind);
    if (typeof read === "string") return undefined;
    const key = fold(read.text);
    const known = this.#bans.get(key);
    return known && { key, ban: known.ban };
  }

  /** Removes a ban. Returns it if there was one. */
  remove(mask: string, kind: HostBan["kind"], now = -Infinity): HostBan | undefined {
    this.#expire(now);
    const found = this.#find(mask, kind);
    if (found === undefined) return undefined;
    this.#bans.delete(found.key);
    this.#forget(found.ban);
    return found.ban;
  }

  #forget(ban: HostBan): void {
    const { kind, mask } = banState(ban);
    this.#serverState.forgetBan(kind, mask);
  }

  /** The bans that have not ended. */
  list(now: number): HostBan[] {
    return [...this.#current(now)].map(({ ban }) => ban);
  }

  /** The first ban of an address that matches. */
  ofAddress(ip: string, now: number): HostBan | undefined {
    const address = parseAddress(ip);
    for (const { ban, whom } of this.#current(now)) {
      if ("range" in whom && rangeHolds(whom.range, address)) return ban;
    }
    return undefined;
  }

  /** The first ban that matches a user. */
  ofUser(user: User, now: number, nick = user.nick): HostBan | undefined {
    const byAddress = this.ofAddress(user.ip, now);
    if (byAddress !== undefined) return byAddress;
    const who = user.likeness(nick);
    for (const { ban, whom } of this.#current(now)) {
      if ("mask" in whom && speaksOf(whom.mask, who)) return ban;
    }
    return undefined;
  }

  *#current(now: number): Iterable<{ readonly ban: HostBan; readonly whom: BanMask["whom"] }> {
    for (const each of this.#bans.values()) if (each.ban.until > now) yield each;
  }

  /** Forgets the bans that have ended. Not when they are read: not all servers read at a time. */
  #expire(now: number): void {
    for (const [key, { ban }] of this.#bans) if (ban.until <= now) this.#bans.delete(key);
  }
}
