/**
 * Channels, bans, read markers and departures in SQLite. Changes are held in memory until they are
 * committed.
 * @module
 */
import type { StatementSync } from "node:sqlite";
import { BoundedMap } from "../../collections/bounded_map.ts";
import { BoundedSet } from "../../collections/bounded_set.ts";
import { fold } from "../../irc/names.ts";
import {
  type ChannelState,
  MOST_DEPARTURES,
  type ServerBan,
  type StateStore,
} from "../server_state.ts";
import { numberOrNull, prepared, type SqlRow } from "./statements.ts";
import type { Writer } from "./writer.ts";
import { DATA } from "../../wording/log.ts";

/** How many changes are held if the file can't be written; beyond that the oldest are lost. */
const MAX_HELD = 20_000;

export class SqliteState implements StateStore {
  readonly #writer: Writer;
  readonly #sql;
  /** By folded name; null for a channel that is forgotten. */
  readonly #channels = new BoundedMap<string, ChannelState | null>(MAX_HELD);
  /** By kind and mask; null for a ban that is forgotten. */
  readonly #bans = new BoundedMap<string, ServerBan | null>(MAX_HELD);
  readonly #markers: HeldTimes;
  readonly #departures: HeldTimes;
  /** Departures before this time are forgotten. */
  #departedBefore = -Infinity;

  constructor(writer: Writer) {
    this.#writer = writer;
    const sql = this.#sql = prepared(writer.db, SQL);
    this.#markers = new HeldTimes(writer, sql.markers, sql.saveMarker, sql.forgetMarkers);
    this.#departures = new HeldTimes(
      writer,
      sql.departures,
      sql.saveDeparture,
      sql.forgetDepartures,
    );
  }

  /** All channels. One that can't be understood is closed: it may have been closed before. */
  channels(): ChannelState[] {
    const rows = this.#read("channels").map(({ folded, state }): [string, ChannelState] => {
      const name = String(folded);
      return [name, readState(String(state)) ?? this.#closed(name)];
    });
    return overlaid(rows, this.#channels);
  }

  /** A channel that only operators of the server can enter, for one that can't be understood. */
  #closed(name: string): ChannelState {
    const { path, clock } = this.#writer;
    this.#writer.tell({ kind: "failed", message: DATA.roomDamaged(name, path) });
    const now = clock();
    return readState(JSON.stringify({ name, flags: "inst", createdAt: now, usedAt: now }))!;
  }

  saveChannel(folded: string, state: ChannelState): void {
    this.#channels.set(folded, state);
  }

  forgetChannel(folded: string): void {
    this.#channels.set(folded, null);
  }

  bans(now: number): ServerBan[] {
    const rows = this.#read("bans").map((row): [string, ServerBan] => {
      const ban = {
        kind: String(row.kind),
        mask: String(row.mask),
        reason: String(row.reason),
        by: String(row.by),
        at: Number(row.at),
        until: numberOrNull(row.until),
      };
      return [pairKey(ban.kind, ban.mask), ban];
    });
    return overlaid(rows, this.#bans).filter(({ until }) => until === null || until > now);
  }

  saveBan(ban: ServerBan): void {
    this.#bans.set(pairKey(ban.kind, ban.mask), ban);
  }

  forgetBan(kind: string, mask: string): void {
    this.#bans.set(pairKey(kind, mask), null);
  }

  readMarkers(account: string): Map<string, number> {
    return this.#markers.of(fold(account));
  }

  saveReadMarker(account: string, target: string, at: number): void {
    this.#markers.save(fold(account), target, at);
  }

  forgetReadMarkers(account: string): void {
    this.#markers.forget(fold(account));
  }

  departures(account: string): Map<string, number> {
    return this.#departures.of(fold(account));
  }

  saveDeparture(account: string, channel: string, at: number): void {
    this.#departures.save(fold(account), channel, at);
  }

  forgetDepartures(account: string): void {
    this.#departures.forget(fold(account));
  }

  pruneDepartures(before: number): void {
    this.#departedBefore = before;
  }

  #read(name: "channels" | "bans"): SqlRow[] {
    return this.#writer.read(() => this.#sql[name].all(), []);
  }

  get dirty(): boolean {
    const { size } = this.#channels;
    return size + this.#bans.size + this.#markers.size + this.#departures.size > 0;
  }

  /** Writes what is held. Called within a transaction. */
  write(): void {
    for (const [folded, state] of this.#channels) {
      if (state === null) this.#sql.forgetChannel.run(folded);
      else this.#sql.saveChannel.run(folded, JSON.stringify(state));
    }
    for (const [key, ban] of this.#bans) {
      const [kind, mask] = key.split("\n") as [string, string];
      if (ban === null) this.#sql.forgetBan.run(kind, mask);
      else this.#sql.saveBan.run(kind, mask, ban.reason, ban.by, ban.at, ban.until);
    }
    this.#markers.write();
    for (const account of this.#departures.write()) {
      this.#sql.shortenDepartures.run(account, account);
    }
    if (this.#departedBefore > -Infinity) this.#sql.pruneDepartures.run(this.#departedBefore);
  }

  /** What was held is written. */
  written(): void {
    for (const held of [this.#channels, this.#bans, this.#markers, this.#departures]) held.clear();
    this.#departedBefore = -Infinity;
  }
}

/** Times by account and name (read markers, departures) that are held until they are written. */
class HeldTimes {
  readonly #held = new BoundedMap<string, { account: string; name: string; at: number }>(MAX_HELD);
  /** The accounts whose times in the file are forgotten. */
  readonly #forgotten = new BoundedSet<string>(MAX_HELD);

  constructor(
    readonly writer: Writer,
    readonly ofAccount: StatementSync,
    readonly saveOne: StatementSync,
    readonly forgetAll: StatementSync,
  ) {}

  get size(): number {
    return this.#held.size + this.#forgotten.size;
  }

  of(account: string): Map<string, number> {
    const rows = this.#forgotten.has(account)
      ? []
      : this.writer.read(() => this.ofAccount.all(account), []);
    const found = new Map(rows.map((row) => [String(row.name), Number(row.at)]));
    for (const held of this.#held.values()) {
      if (held.account === account) found.set(held.name, held.at);
    }
    return found;
  }

  save(account: string, name: string, at: number): void {
    this.#held.set(pairKey(account, name), { account, name, at });
  }

  forget(account: string): void {
    for (const [key, held] of this.#held) if (held.account === account) this.#held.delete(key);
    this.#forgotten.add(account);
  }

  /** Returns the accounts that got new times. */
  write(): ReadonlySet<string> {
    for (const account of this.#forgotten) this.forgetAll.run(account);
    const accounts = new Set<string>();
    for (const { account, name, at } of this.#held.values()) {
      this.saveOne.run(account, name, at);
      accounts.add(account);
    }
    return accounts;
  }

  clear(): void {
    this.#held.clear();
    this.#forgotten.clear();
  }
}

const SQL = {
  channels: "SELECT folded, state FROM channels ORDER BY folded",
  saveChannel: "INSERT OR REPLACE INTO channels (folded, state) VALUES (?, ?)",
  forgetChannel: "DELETE FROM channels WHERE folded = ?",
  bans: "SELECT kind, mask, reason, by, at, until FROM bans ORDER BY at, mask",
  saveBan: `INSERT OR REPLACE INTO bans (kind, mask, reason, by, at, until)
    VALUES (?, ?, ?, ?, ?, ?)`,
  forgetBan: "DELETE FROM bans WHERE kind = ? AND mask = ?",
  markers: "SELECT target AS name, at FROM read_markers WHERE account = ?",
  forgetMarkers: "DELETE FROM read_markers WHERE account = ?",
  saveMarker: "INSERT OR REPLACE INTO read_markers (account, target, at) VALUES (?, ?, ?)",
  departures: "SELECT channel AS name, at FROM departures WHERE account = ?",
  saveDeparture: "INSERT OR REPLACE INTO departures (account, channel, at) VALUES (?, ?, ?)",
  forgetDepartures: "DELETE FROM departures WHERE account = ?",
  shortenDepartures: `DELETE FROM departures WHERE account = ? AND channel NOT IN (
    SELECT channel FROM departures WHERE account = ? ORDER BY at DESC, channel LIMIT ${MOST_DEPARTURES})`,
  pruneDepartures: "DELETE FROM departures WHERE at < ?",
} as const;

/** Neither part can hold a line break. */
function pairKey(a: string, b: string): string {
  return `${a}\n${b}`;
}

/** What the file has, with the changes that are held. */
function overlaid<T>(rows: readonly [string, T][], held: ReadonlyMap<string, T | null>): T[] {
  const found = new Map<string, T | null>([...rows, ...held]);
  return [...found.values()].filter((value) => value !== null);
}

/** Reads the state of a channel; what its version of the program did not know has its default. */
function readState(json: string): ChannelState | undefined {
  try {
    const state = JSON.parse(json) as Partial<ChannelState>;
    if (typeof state.name !== "string") return undefined;
    return {
      name: state.name,
      createdAt: state.createdAt ?? 0,
      flags: state.flags ?? "",
      key: state.key ?? null,
      limit: state.limit ?? null,
      topic: state.topic ?? null,
      lists: state.lists ?? [],
      ranks: state.ranks ?? [],
      usedAt: state.usedAt ?? 0,
      origin: state.origin ?? null,
      opener: state.opener ?? null,
      cloaked: state.cloaked ?? false,
    };
  } catch {
    return undefined;
  }
}
