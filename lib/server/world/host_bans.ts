/**
 * Who may not use the server at all, by host or address.
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

/** The most bans that are kept. */
export const MAX_HOST_BANS = 1000;

/** One ban. */
export interface HostBan {
  /**
   * `user@host` or `nick!user@host` with `*` and `?`, or with a range as host (a K-line); or an
   * address or range (a D-line).
   */
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

function banState({ kind, until, ...ban }: HostBan): ServerBan {
  return { ...ban, kind: KINDS[kind], until: until === Infinity ? null : until };
}

/** A mask of the server's bans that was read. */
export interface BanMask {
  /** The mask in the one form in which it is written here. */
  readonly text: string;
  /** Whom it speaks of: an address, or a user. */
  readonly whom: { readonly range: AddressRange } | { readonly mask: UserMask };
}

/** Reads the mask of a ban; a text says why it is none, a sentence without its full stop. */
export function readBanMask(mask: string, kind: HostBan["kind"]): BanMask | string {
  if (kind === "DLINE") {
    const range = parseRange(mask);
    if (range !== undefined) return { text: formatRange(range), whom: { range } };
    return `${mask} is no address or range such as 192.0.2.0/24`;
  }
  if (!/^[^@\s]+@[^@\s]+$/.test(mask)) {
    return `${mask} is no user@host. * and ? stand for anything, as in *@192.0.2.*`;
  }
  // Of a user name that begins with ~ no extended ban is made.
  const read = parseMask(mask.includes("!") ? mask : `*!${mask}`);
  if (read.fault !== undefined) return read.fault;
  return { text: read.text.replace(/^\*!/, ""), whom: { mask: read } };
}

/** Whether a ban of this mask would keep a user out. */
export function fitsBan({ whom }: BanMask, user: User): boolean {
  return "range" in whom
    ? rangeHolds(whom.range, parseAddress(user.ip))
    : speaksOf(whom.mask, user.likeness());
}

/** The bans of a server. Each change is kept in its store too. */
export class HostBans {
  readonly #bans = new Map<Folded, { readonly ban: HostBan; readonly whom: BanMask["whom"] }>();
  readonly #serverState: StateStore;

  /**
   * Restores the bans that were kept. Entries that are no bans are skipped.
   *
   * @param now the time, in milliseconds since 1970.
   */
  constructor(serverState: StateStore, now: number) {
    this.#serverState = serverState;
    for (const { kind, until, ...ban } of serverState.bans(now)) {
      const known = kind === KINDS.KLINE ? "KLINE" : kind === KINDS.DLINE ? "DLINE" : undefined;
      if (known !== undefined) this.#put({ ...ban, kind: known, until: until ?? Infinity });
    }
  }

  /**
   * Adds a ban, in the place of one with the same mask.
   *
   * @returns false if there are too many, or {@linkcode readBanMask} finds a fault in its mask.
   */
  add(ban: HostBan): boolean {
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

  /** The ban of this very mask, and its key. */
  #find(mask: string, kind: HostBan["kind"]): { key: Folded; ban: HostBan } | undefined {
    const read = readBanMask(mask, kind);
    if (typeof read === "string") return undefined;
    const key = fold(read.text);
    const known = this.#bans.get(key);
    return known && { key, ban: known.ban };
  }

  /** Removes a ban. Returns it, if there was one. */
  remove(mask: string, kind: HostBan["kind"]): HostBan | undefined {
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

  /** The bans that still count. */
  list(now: number): HostBan[] {
    this.#expire(now);
    return [...this.#bans.values()].map(({ ban }) => ban);
  }

  /** The ban that keeps an address out, whoever it is. */
  ofAddress(ip: string, now: number): HostBan | undefined {
    this.#expire(now);
    const address = parseAddress(ip);
    for (const { ban, whom } of this.#bans.values()) {
      if ("range" in whom && rangeHolds(whom.range, address)) return ban;
    }
    return undefined;
  }

  /** The ban that keeps a user out. */
  ofUser(user: User, now: number, nick = user.nick): HostBan | undefined {
    const byAddress = this.ofAddress(user.ip, now);
    if (byAddress !== undefined) return byAddress;
    const who = user.likeness(nick);
    for (const { ban, whom } of this.#bans.values()) {
      if ("mask" in whom && speaksOf(whom.mask, who)) return ban;
    }
    return undefined;
  }

  #expire(now: number): void {
    for (const [key, { ban }] of this.#bans) if (ban.until <= now) this.#bans.delete(key);
  }
}
