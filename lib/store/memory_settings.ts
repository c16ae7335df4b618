/**
 * The state of channels, bans and read markers in memory.
 * @module
 */
import { fold } from "../irc/names.ts";
import type { ChannelState, ServerBan, SettingsStore } from "./settings.ts";

/** Keeps settings in memory, as many as are saved. */
export class MemorySettings implements SettingsStore {
  readonly #channels = new Map<string, ChannelState>();
  readonly #bans = new Map<string, ServerBan>();
  readonly #markers = new Map<string, Map<string, number>>();

  /** All channels. */
  channels(): ChannelState[] {
    return [...this.#channels.values()];
  }

  /** Keeps the state of a channel. */
  saveChannel(folded: string, state: ChannelState): void {
    this.#channels.set(folded, state);
  }

  /** Forgets a channel. */
  forgetChannel(folded: string): void {
    this.#channels.delete(folded);
  }

  /** All bans that have not ended. */
  bans(now: number): ServerBan[] {
    return [...this.#bans.values()].filter(({ until }) => until === null || until > now);
  }

  /** Keeps a ban. */
  saveBan(ban: ServerBan): void {
    this.#bans.set(banKey(ban.kind, ban.mask), ban);
  }

  /** Forgets a ban. */
  forgetBan(kind: string, mask: string): void {
    this.#bans.delete(banKey(kind, mask));
  }

  /** Up to where an account has read. */
  readMarkers(account: string): Map<string, number> {
    return new Map(this.#markers.get(fold(account)));
  }

  /** Keeps a read marker. */
  saveReadMarker(account: string, target: string, at: number): void {
    const key = fold(account);
    const markers = this.#markers.get(key);
    if (markers === undefined) this.#markers.set(key, new Map([[target, at]]));
    else markers.set(target, at);
  }

  /** Forgets the read markers of an account. */
  forgetReadMarkers(account: string): void {
    this.#markers.delete(fold(account));
  }

  /** Nothing was read later than this: the clock was ahead. */
  clamp(now: number): void {
    for (const markers of this.#markers.values()) {
      for (const [target, at] of markers) markers.set(target, Math.min(at, now));
    }
  }
}

/** Neither part can hold a line break. */
function banKey(kind: string, mask: string): string {
  return `${kind}\n${mask}`;
}
