/**
 * The state of channels, bans and read markers in SQLite. What changes is held in memory until it
 * is committed.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { StatementSync } from "node:sqlite";
import { fold } from "../../irc/names.ts";
import {
  type ChannelState,
  MOST_DEPARTURES,
  type ServerBan,
  type StateStore,
} from "../server_state.ts";
import type { Writer } from "./writer.ts";

/** How many changes are held where the file can't be written; then the oldest are lost. */
const MAX_HELD = 20_000;

/** Keeps settings in a database. */
export class SqliteState implements StateStore {
  readonly #writer: Writer;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  /** Null for what is forgotten. */
  readonly #channels = new BoundedMap<string, ChannelState | null>(MAX_HELD);
  readonly #bans = new BoundedMap<string, { kind: string; mask: string; ban: ServerBan | null }>(
    MAX_HELD,
  );
  readonly #markers = new BoundedMap<string, { account: string; target: string; at: number }>(
    MAX_HELD,
  );
  /** The accounts whose markers in the file are forgotten. */
  readonly #unmarked = new BoundedMap<string, true>(MAX_HELD);
  readonly #departures = new BoundedMap<string, { account: string; channel: string; at: number }>(
    MAX_HELD,
  );
  /** The accounts whose departures in the file are forgotten. */
  readonly #undeparted = new BoundedMap<string, true>(MAX_HELD);
  /** Before when departures are forgotten. */
  #departedBefore = -Infinity;

  /** Opens the settings in a database. */
  constructor(writer: Writer) {
    this.#writer = writer;
    this.#statements = writer.prepare(SQL);
  }

  /** All channels. One that can't be understood is closed: it may have been. */
  channels(): ChannelState[] {
    const rows = this.#writer.read(() => this.#statements.channels.all(), []);
    const found = new Map<string, ChannelState>();
    for (const { folded, state } of rows) {
      found.set(String(folded), readState(String(state)) ?? this.#closed(String(folded)));
    }
    for (const [folded, state] of this.#channels) {
      if (state === null) found.delete(folded);
      else found.set(folded, state);
    }
    return [...found.values()];
  }

  /** A channel of which nothing is known: operators of the server can enter it. */
  #closed(name: string): ChannelState {
    const { path, now } = this.#writer;
    const message = `What is kept of the room ${name} in ${path} can't be understood: it takes ` +
      "only those who are invited. An operator of the server can enter it and open it.";
    this.#writer.tell({ kind: "failed", message });
    return readState(JSON.stringify({ name, flags: "inst", createdAt: now, usedAt: now }))!;
  }

  /** Keeps the state of a channel. */
  saveChannel(folded: string, state: ChannelState): void {
    this.#channels.set(folded, state);
  }

  /** Forgets a channel. */
  forgetChannel(folded: string): void {
    this.#channels.set(folded, null);
  }

  /** All bans that have not ended. */
  bans(now: number): ServerBan[] {
    const rows = this.#writer.read(() => this.#statements.bans.all(), []);
    const found = new Map<string, ServerBan>();
    for (const row of rows) {
      const ban: ServerBan = {
        kind: String(row.kind),
        mask: String(row.mask),
        reason: String(row.reason),
        by: String(row.by),
        at: Number(row.at),
        until: row.until === null ? null : Number(row.until),
      };
      found.set(pairKey(ban.kind, ban.mask), ban);
    }
    for (const [key, { ban }] of this.#bans) {
      if (ban === null) found.delete(key);
      else found.set(key, ban);
    }
    return [...found.values()].filter(({ until }) => until === null || until > now);
  }

  /** Keeps a ban. */
  saveBan(ban: ServerBan): void {
    const { kind, mask } = ban;
    this.#bans.set(pairKey(kind, mask), { kind, mask, ban });
  }

  /** Forgets a ban. */
  forgetBan(kind: string, mask: string): void {
    this.#bans.set(pairKey(kind, mask), { kind, mask, ban: null });
  }

  /** Up to where an account has read. */
  readMarkers(account: string): Map<string, number> {
    const folded = fold(account);
    const rows = this.#unmarked.has(folded)
      ? []
      : this.#writer.read(() => this.#statements.markers.all(folded), []);
    const found = new Map(rows.map((row) => [String(row.target), Number(row.at)]));
    for (const marker of this.#markers.values()) {
      if (marker.account === folded) found.set(marker.target, marker.at);
    }
    return found;
  }

  /** Keeps a read marker. */
  saveReadMarker(account: string, target: string, at: number): void {
    const folded = fold(account);
    this.#markers.set(pairKey(folded, target), { account: folded, target, at });
  }

  /** Forgets the read markers of an account. */
  forgetReadMarkers(account: string): void {
    const folded = fold(account);
    for (const [key, marker] of this.#markers) {
      if (marker.account === folded) this.#markers.delete(key);
    }
    this.#unmarked.set(folded, true);
  }

  /** What an account had received when it left. */
  departures(account: string): Map<string, number> {
    const folded = fold(account);
    const rows = this.#undeparted.has(folded)
      ? []
      : this.#writer.read(() => this.#statements.departures.all(folded), []);
    const found = new Map(rows.map((row) => [String(row.channel), Number(row.at)]));
    for (const held of this.#departures.values()) {
      if (held.account === folded) found.set(held.channel, held.at);
    }
    return found;
  }

  /** Keeps that an account left a channel. */
  saveDeparture(account: string, channel: string, at: number): void {
    const folded = fold(account);
    this.#departures.set(pairKey(folded, channel), { account: folded, channel, at });
  }

  /** Forgets the departures of an account. */
  forgetDepartures(account: string): void {
    const folded = fold(account);
    for (const [key, held] of this.#departures) {
      if (held.account === folded) this.#departures.delete(key);
    }
    this.#undeparted.set(folded, true);
  }

  /** Forgets all departures before a time. */
  pruneDepartures(before: number): void {
    this.#departedBefore = before;
  }

  /** Whether there is something to write. */
  get dirty(): boolean {
    const { size } = this.#markers;
    return this.#channels.size + this.#bans.size + size + this.#unmarked.size +
        this.#departures.size + this.#undeparted.size > 0;
  }

  /** Writes what is held. To be called within a transaction. */
  write(): void {
    const { saveChannel, forgetChannel, saveBan, forgetBan } = this.#statements;
    const { saveMarker, forgetMarkers } = this.#statements;
    for (const [folded, state] of this.#channels) {
      if (state === null) forgetChannel.run(folded);
      else saveChannel.run(folded, JSON.stringify(state));
    }
    for (const { kind, mask, ban } of this.#bans.values()) {
      if (ban === null) forgetBan.run(kind, mask);
      else saveBan.run(kind, mask, ban.reason, ban.by, ban.at, ban.until);
    }
    for (const account of this.#unmarked.keys()) forgetMarkers.run(account);
    for (const { account, target, at } of this.#markers.values()) {
      saveMarker.run(account, target, at);
    }
    this.#writeDepartures();
  }

  #writeDepartures(): void {
    const { saveDeparture, forgetDepartures, shortenDepartures } = this.#statements;
    for (const account of this.#undeparted.keys()) forgetDepartures.run(account);
    const accounts = new Set<string>();
    for (const { account, channel, at } of this.#departures.values()) {
      saveDeparture.run(account, channel, at);
      accounts.add(account);
    }
    for (const account of accounts) shortenDepartures.run(account, account);
    if (this.#departedBefore > -Infinity) {
      this.#statements.pruneDepartures.run(this.#departedBefore);
    }
  }

  /** What was held is written. */
  written(): void {
    this.#channels.clear();
    this.#bans.clear();
    this.#markers.clear();
    this.#unmarked.clear();
    this.#departures.clear();
    this.#undeparted.clear();
    this.#departedBefore = -Infinity;
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
  markers: "SELECT target, at FROM read_markers WHERE account = ?",
  forgetMarkers: "DELETE FROM read_markers WHERE account = ?",
  saveMarker: "INSERT OR REPLACE INTO read_markers (account, target, at) VALUES (?, ?, ?)",
  departures: "SELECT channel, at FROM departures WHERE account = ?",
  saveDeparture: "INSERT OR REPLACE INTO departures (account, channel, at) VALUES (?, ?, ?)",
  forgetDepartures: "DELETE FROM departures WHERE account = ?",
  shortenDepartures: `DELETE FROM departures WHERE account = ? AND channel NOT IN (
    SELECT channel FROM departures WHERE account = ? ORDER BY at DESC LIMIT ${MOST_DEPARTURES})`,
  pruneDepartures: "DELETE FROM departures WHERE at < ?",
} as const;

type StatementName = keyof typeof SQL;

/** Neither part can hold a line break. */
function pairKey(a: string, b: string): string {
  return `${a}\n${b}`;
}

/** The state of a channel as it was written; what a later version leaves out has its default. */
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
      cloaked: state.cloaked ?? false,
    };
  } catch {
    return undefined;
  }
}
