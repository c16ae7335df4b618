/**
 * What was shown of each place, and which older messages are on their way; none is shown twice.
 *
 * Source: IRCv3 `chathistory`, `message-ids`.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { Message } from "../../irc/message.ts";
import type { Folded } from "../../irc/names.ts";
import type { Happening } from "../events.ts";
import type { Standing } from "./rooms.ts";

/** How many messages are remembered by what tells them apart; the oldest are forgotten. */
const MOST_SEEN = 5000;

/** Of how many places it is remembered what was shown. */
const MOST_PLACES = 300;

/** How many of the last messages of a place are remembered by where they stand. */
const MOST_RECENT = 10;

/** Up to where a message is compared by its text if the server gives no ids, in UTF-16 units. */
const TEXT_PART = 200;

/** A request on its way. */
export interface Pending {
  /** For what: one comes in, comes back, or asks for more. */
  readonly why: "enter" | "catchUp" | "asked";
  /** The room or the person. */
  readonly place: string;
  /** How many messages can come. */
  readonly limit: number;
  /** From where on it was asked; undefined for the latest messages. */
  readonly from: Standing | undefined;
  /** Whether that place was named by its id, not by its time. */
  readonly byId: boolean;
  /** Whether it was asked by time because the server refused an id. */
  readonly again: boolean;
  /** How many answers came before this one. */
  readonly pages: number;
  /** How many messages were in them. */
  readonly messages: number;
  /** Whether one of them had been shown before: then nothing is missing before it. */
  readonly meets: boolean;
  /** When it is given up, in milliseconds since 1970. */
  readonly until: number;
  /** Whether what is new is told at once: too much waited for what was missed. */
  released?: boolean;
}

/** Something new that is told behind what was missed. */
export interface HeldEvent {
  /** Where it stands in its conversation. */
  readonly mark: Standing;
  /** What is told. */
  readonly event: Happening;
}

/** A loss of the connection. */
export interface Loss {
  /** When it was noticed, in milliseconds since 1970. */
  readonly at: number;
  /** What the server's clock had said last before; undefined if it never said a time. */
  readonly heard: number | undefined;
}

/** What was shown of a place. */
export interface ShownPlace {
  /** The first message that was shown. */
  first: Standing;
  /** The last one. */
  last: Standing;
  /** The last ones, in the order in which they were shown. */
  recent: Standing[];
}

/** What was shown, and what is on its way. */
export class History {
  /** How often each was shown: of those without an id, several can be alike. */
  readonly #seen = new BoundedMap<string, number>(MOST_SEEN);
  readonly #shown = new BoundedMap<Folded, ShownPlace>(MOST_PLACES);
  readonly #gaps = new Map<Folded, Standing>();
  /** Where we came in, of the places where nothing was shown yet. */
  readonly #came = new BoundedMap<Folded, Standing>(MOST_PLACES);
  /** The requests on their way, by place. */
  readonly pending: Map<Folded, Pending> = new Map();
  /** What is told when the missed messages before it are there, by place. */
  readonly held: Map<Folded, HeldEvent[]> = new Map();
  /** When the connection was lost: what came since was missed. */
  lost: Loss | undefined;
  /** Since when private messages may have been missed, in the server's time. */
  missedSince = 0;
  /** The private conversations that are still to be caught up with. */
  readonly waiting: string[] = [];
  /** The conversations that were asked for; undefined if none are on their way. */
  targets: { readonly to: number; readonly pages: number; readonly until: number } | undefined;
  /** By how much the server's clock is ahead of ours, in milliseconds. */
  ahead = 0;
  /** The server's time when it last told one; undefined if it never did. */
  heardAt: number | undefined;

  /**
   * Whether a message was not shown before. From here on it was.
   *
   * @param nth which one it is of those in its batch that nothing tells apart, from 1; undefined for
   * a message that is said now.
   */
  isNew(key: string, nth?: number): boolean {
    const count = this.#seen.get(key) ?? 0;
    this.#seen.set(key, Math.max(count, nth ?? count + 1));
    return count < (nth ?? 1);
  }

  /**
   * A message of a place was shown.
   *
   * @param old whether it is an older one: then its time says where it stands. A new one is the last
   * one, whatever the server's clock says.
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

  /** What was shown of a place. */
  shown(place: Folded): Readonly<ShownPlace> | undefined {
    return this.#shown.get(place);
  }

  /** More older messages were read than shown: the next ones are before this place. */
  readBack(place: Folded, first: Standing): void {
    const shown = this.#shown.get(place);
    if (shown !== undefined) shown.first = first;
  }

  /**
   * The connection is lost: what is said from now on is missed in all places, and what was being
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

  /** We came into a place. */
  came(place: Folded, mark: Standing): void {
    if (this.#shown.has(place) || this.#came.has(place)) return;
    this.#came.set(place, mark);
  }

  /** Behind which message a place has to be caught up with; undefined if it was never shown. */
  gap(place: Folded): Standing | undefined {
    return this.#gaps.get(place) ?? this.#shown.get(place)?.last;
  }

  /**
   * A place was caught up with, as far as that is possible.
   *
   * @param last the last message that came, if nothing new was shown behind it: its time may be
   * before that of others, if the server's clock was set.
   */
  caughtUp(place: Folded, last?: Standing): void {
    this.#gaps.delete(place);
    const shown = this.#shown.get(place);
    if (shown !== undefined && last !== undefined) shown.last = last;
  }

  /** In these places nothing was missed but what is on its way. */
  missedNothing(where: (place: Folded) => boolean): void {
    for (const place of this.#gaps.keys()) {
      if (where(place) && !this.pending.has(place)) this.#gaps.delete(place);
    }
  }

  /** The server answers: what else is on its way may take as long again. */
  goesOn(until: number): void {
    for (const [place, pending] of this.pending) this.pending.set(place, { ...pending, until });
    if (this.targets !== undefined) this.targets = { ...this.targets, until };
  }

  /** The server told its time. */
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

/** What tells a message from all others; undefined if nothing does. */
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
