/**
 * Which messages were shown in each place, and which older ones were requested; none is shown
 * twice.
 *
 * Source: IRCv3 `chathistory`, `message-ids`.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { Message } from "../../irc/message.ts";
import type { Folded } from "../../irc/names.ts";
import type { Happening } from "../events.ts";
import type { Standing } from "./rooms.ts";

/** The most messages whose keys are remembered; the oldest are forgotten. */
const MOST_SEEN = 5000;

/** The most places that are remembered. */
const MOST_PLACES = 300;

/** The most positions that are remembered for a place. */
const MOST_RECENT = 10;

/** How much of a text is compared if the server gives no ids, in UTF-16 units. */
const TEXT_PART = 200;

export interface Pending {
  /** We entered, came back, or the person asked. */
  readonly why: "enter" | "catchUp" | "asked";
  readonly place: string;
  readonly limit: number;
  /** The position from which to continue; undefined for the latest messages. */
  readonly from: Standing | undefined;
  /** Whether the position was given by its id, not by its time. */
  readonly byId: boolean;
  /** Whether it is requested by time because the server refused an id. */
  readonly again: boolean;
  readonly pages: number;
  readonly messages: number;
  /** Whether one of them had been shown before: then nothing is missing before it. */
  readonly meets: boolean;
  /** When it is given up, in milliseconds since 1970. */
  readonly until: number;
  /** Whether new messages no longer wait, since too many did. */
  released?: boolean;
}

/** A new message that waits for the missed ones before it. */
export interface HeldEvent {
  readonly mark: Standing;
  readonly event: Happening;
}

export interface Loss {
  /** When it was noticed, in milliseconds since 1970. */
  readonly at: number;
  /** The server's time when it last told one, if ever. */
  readonly heard: number | undefined;
}

export interface ShownPlace {
  first: Standing;
  last: Standing;
  /** The last messages, in the order in which they were shown. */
  recent: Standing[];
}

/** What was shown, and what was requested. */
export class History {
  /** How often each message was shown: those without an id can be alike. */
  readonly #seen = new BoundedMap<string, number>(MOST_SEEN);
  readonly #shown = new BoundedMap<Folded, ShownPlace>(MOST_PLACES);
  readonly #gaps = new Map<Folded, Standing>();
  /** The positions of our JOINs in places of which nothing was shown yet. */
  readonly #came = new BoundedMap<Folded, Standing>(MOST_PLACES);
  readonly pending: Map<Folded, Pending> = new Map();
  /**
   * How many older messages to request later, by place: another request is on its way there or
   * comes by itself, or the connection broke before they came.
   */
  readonly postponed: Map<Folded, { readonly place: string; readonly count: number }> =
    new BoundedMap(MOST_PLACES);
  /** The new messages that wait for the missed ones before them, by place. */
  readonly held: Map<Folded, HeldEvent[]> = new Map();
  /** The loss of the connection: what came since was missed. */
  lost: Loss | undefined;
  /** Since when private messages may have been missed, in the server's time. */
  missedSince = 0;
  /** The private conversations that wait to be caught up with. */
  readonly waiting: string[] = [];
  /** The request for the names of private conversations, if one is on its way. */
  targets: { readonly to: number; readonly pages: number; readonly until: number } | undefined;
  /** By how much the server's clock is ahead of ours, in milliseconds. */
  ahead = 0;
  /** The server's time when it last told one, if ever. */
  heardAt: number | undefined;

  /**
   * Whether a message is shown for the first time. From now on it was shown.
   *
   * @param nth its number among the same ones in its batch, from 1; undefined for a live message.
   */
  isNew(key: string, nth?: number): boolean {
    const count = this.#seen.get(key) ?? 0;
    this.#seen.set(key, Math.max(count, nth ?? count + 1));
    return count < (nth ?? 1);
  }

  /**
   * A message of a place was shown.
   *
   * @param old whether its time determines its position. A new one is the last one, whatever the
   * server's clock says.
   */
  showed(place: Folded, mark: Standing, old: boolean): void {
    const shown = this.#shown.get(place) ?? { first: mark, last: mark, recent: [] };
    if (old && mark.time < shown.first.time) shown.first = mark;
    if (!old || mark.time >= shown.last.time) {
      shown.last = mark;
      shown.recent = [...shown.recent, mark].slice(-MOST_RECENT);
    }
    this.#came.delete(place);
    this.#shown.set(place, shown);
  }

  shown(place: Folded): Readonly<ShownPlace> | undefined {
    return this.#shown.get(place);
  }

  /** More older messages were read than shown: the next ones are before this position. */
  readBack(place: Folded, first: Standing): void {
    const shown = this.#shown.get(place);
    if (shown !== undefined) shown.first = first;
  }

  /**
   * The connection is lost: from now on messages are missed in all places, and what was being
   * caught up with still is.
   */
  missing(): void {
    const places = new Set([...this.#shown.keys(), ...this.#came.keys()]);
    for (const place of places) {
      const pending = this.pending.get(place);
      const from = pending?.why === "catchUp" ? pending.from : undefined;
      const last = this.#shown.get(place)?.last ?? this.#came.get(place)!;
      this.#gaps.set(place, from ?? this.#gaps.get(place) ?? last);
    }
    for (const place of this.#gaps.keys()) if (!places.has(place)) this.#gaps.delete(place);
  }

  came(place: Folded, mark: Standing): void {
    if (this.#shown.has(place) || this.#came.has(place)) return;
    this.#came.set(place, mark);
  }

  /** The position after which to catch up with a place; undefined if nothing was shown. */
  gap(place: Folded): Standing | undefined {
    return this.#gaps.get(place) ?? this.#shown.get(place)?.last;
  }

  /**
   * A place was caught up with, as far as possible.
   *
   * @param last the last message that came, if nothing new was shown after it: its time may be
   * before that of others, if the server's clock was set.
   */
  caughtUp(place: Folded, last?: Standing): void {
    this.#gaps.delete(place);
    const shown = this.#shown.get(place);
    if (shown !== undefined && last !== undefined) shown.last = last;
  }

  /** In these places nothing was missed, except what is on its way. */
  missedNothing(where: (place: Folded) => boolean): void {
    for (const place of this.#gaps.keys()) {
      if (where(place) && !this.pending.has(place)) this.#gaps.delete(place);
    }
  }

  /** The server answers: the other requests may take as long again. */
  goesOn(until: number): void {
    for (const [place, pending] of this.pending) this.pending.set(place, { ...pending, until });
    if (this.targets !== undefined) this.targets = { ...this.targets, until };
  }

  heard(time: number, now: number): void {
    this.heardAt = time;
    this.ahead = time - now;
  }

  /** When a request is given up, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    let first = this.targets?.until;
    for (const { until } of this.pending.values()) first = Math.min(first ?? until, until);
    return first;
  }
}

/** What identifies a message; undefined if nothing does. */
export function keyOf(received: Message): string | undefined {
  const msgid = received.tags.get("msgid") ?? received.tags.get("draft/msgid");
  if (msgid) return `id ${msgid.slice(0, TEXT_PART)}`;
  const time = received.tags.get("time");
  if (!time) return undefined;
  const [target = "", text = ""] = received.params;
  return `${time.slice(0, 40)} ${received.source?.slice(0, TEXT_PART)} ${
    target.slice(0, TEXT_PART)
  } ${text.slice(0, TEXT_PART)}`;
}
