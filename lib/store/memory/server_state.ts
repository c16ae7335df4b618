/**
 * Channels, bans, read markers and departures in memory.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { fold } from "../../irc/names.ts";
import {
  type ChannelState,
  MOST_DEPARTURES,
  type ServerBan,
  type StateStore,
} from "../server_state.ts";

type KeptTimes = readonly (readonly [
  account: string,
  times: readonly (readonly [name: string, at: number])[],
])[];

export interface KeptState {
  readonly channels: readonly (readonly [folded: string, state: ChannelState])[];
  readonly bans: readonly ServerBan[];
  readonly markers: KeptTimes;
  readonly departures: KeptTimes;
}

export class MemoryState implements StateStore {
  readonly #channels = new Map<string, ChannelState>();
  readonly #bans = new Map<string, ServerBan>();
  readonly #markers = new Map<string, Map<string, number>>();
  readonly #departures = new Map<string, Map<string, number>>();

  channels(): ChannelState[] {
    return [...this.#channels.values()];
  }

  saveChannel(folded: string, state: ChannelState): void {
    this.#channels.set(folded, state);
  }

  forgetChannel(folded: string): void {
    this.#channels.delete(folded);
  }

  bans(now: number): ServerBan[] {
    return [...this.#bans.values()].filter(({ until }) => until === null || until > now);
  }

  saveBan(ban: ServerBan): void {
    this.#bans.set(banKey(ban.kind, ban.mask), ban);
  }

  forgetBan(kind: string, mask: string): void {
    this.#bans.delete(banKey(kind, mask));
  }

  readMarkers(account: string): Map<string, number> {
    return new Map(this.#markers.get(fold(account)));
  }

  saveReadMarker(account: string, target: string, at: number): void {
    const key = fold(account);
    const markers = this.#markers.get(key);
    if (markers === undefined) this.#markers.set(key, new Map([[target, at]]));
    else markers.set(target, at);
  }

  forgetReadMarkers(account: string): void {
    this.#markers.delete(fold(account));
  }

  departures(account: string): Map<string, number> {
    return new Map(this.#departures.get(fold(account)));
  }

  saveDeparture(account: string, channel: string, at: number): void {
    const key = fold(account);
    const kept = this.#departures.get(key) ?? new BoundedMap<string, number>(MOST_DEPARTURES);
    this.#departures.set(key, kept);
    kept.set(channel, at);
  }

  forgetDepartures(account: string): void {
    this.#departures.delete(fold(account));
  }

  pruneDepartures(before: number): void {
    this.#forgetDepartures((at) => at < before);
  }

  #forgetDepartures(which: (at: number) => boolean): void {
    for (const [account, kept] of this.#departures) {
      for (const [channel, at] of kept) if (which(at)) kept.delete(channel);
      if (kept.size === 0) this.#departures.delete(account);
    }
  }

  /** Everything, as plain JSON data. */
  capture(): KeptState {
    return {
      channels: [...this.#channels],
      bans: this.bans(-Infinity),
      markers: Array.from(this.#markers, ([account, times]) => [account, [...times]]),
      departures: Array.from(this.#departures, ([account, times]) => [account, [...times]]),
    };
  }

  /** Replaces everything. */
  restore({ channels, bans, markers, departures }: KeptState): void {
    for (const map of [this.#channels, this.#bans, this.#markers, this.#departures]) map.clear();
    for (const [folded, state] of channels) this.saveChannel(folded, state);
    for (const ban of bans) this.saveBan(ban);
    for (const [account, times] of markers) this.#markers.set(account, new Map(times));
    for (const [account, times] of departures) {
      for (const [channel, at] of times) this.saveDeparture(account, channel, at);
    }
  }

  /** Corrects times that are later than now, because the clock was ahead. */
  clamp(now: number): void {
    this.#forgetDepartures((at) => at > now);
    for (const markers of this.#markers.values()) {
      for (const [target, at] of markers) markers.set(target, Math.min(at, now));
    }
  }
}

/** Neither part can hold a line break. */
function banKey(kind: string, mask: string): string {
  return `${kind}\n${mask}`;
}
