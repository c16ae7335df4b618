/**
 * Prints lines into the scrollback, or keeps them until their place is shown.
 * @module
 */
import type { ChatEvent } from "../../client/events.ts";
import { isChannelName, sameName } from "../../irc/names.ts";
import { type Looks, toLine } from "../entries.ts";
import { eventSpans, type RoomName } from "../format.ts";
import type { Entry, Place, Places } from "../places.ts";
import type { Scroll } from "./scroll.ts";
import { plainText, type Span } from "../spans.ts";
import { visible, visibleName } from "../../text/text.ts";
import { CLIENT } from "../../wording/client.ts";

/** Tells events in order: who came and went before is told first. */
export class Telling {
  readonly #looks: Looks;
  readonly #places: Places;
  readonly #scroll: Scroll;

  constructor(looks: Looks, places: Places, scroll: Scroll) {
    this.#looks = looks;
    this.#places = places;
    this.#scroll = scroll;
  }

  /** A room as it is called: "the chat room" if it is the only one. */
  readonly roomName: RoomName = (room) => {
    const { all, home } = this.#places;
    const only = all.filter((one) => one.room).length <= 1;
    return only && sameName(room, home.name) ? CLIENT.chatRoom : room;
  };

  tell(event: ChatEvent, room: string, now: number, more: readonly Span[] = []): void {
    const place = this.#places.find(room);
    const spans = [...eventSpans(event, this.#looks.clock, this.roomName) ?? [], ...more];
    if (place === undefined) this.spans(spans, now);
    else this.add(place, spans, event.time, now);
  }

  /** A line for an event in the place that is shown. */
  answer(event: ChatEvent, now: number): void {
    const spans = eventSpans(event, this.#looks.clock, this.roomName) ?? [];
    const about = event.type === "info" || event.type === "error" ? event.place : undefined;
    const far = about !== undefined && isChannelName(about) &&
      !sameName(about, this.#places.current.name) && !plainText(spans).includes(visible(about));
    const before: Span[] = far ? [{ text: `${visibleName(about)}: `, role: "quiet" }] : [];
    this.spans([...before, ...spans], now, event.time);
  }

  /** A line of a place that nobody waits for. */
  add(place: Place, spans: readonly Span[], time: number, now: number): void {
    if (place.gather.few) this.flush(place, now);
    this.keep(place, { time, lines: [toLine(spans, this.#looks)], quiet: true }, now);
  }

  quietly(place: Place, text: string, time: number, now: number): void {
    this.add(place, [{ text, role: "quiet" }], time, now);
  }

  /** Tells who came and who went, if that waits. */
  flush(place: Place, now: number): void {
    if (place.gather.empty) return;
    for (const { time, spans } of place.gather.take(this.#looks.clock, now)) {
      this.keep(place, { time, lines: [toLine(spans, this.#looks)], quiet: true }, now);
    }
  }

  /** An entry of a place: shown now, or kept until the place is. */
  keep(place: Place, entry: Entry, now: number): void {
    place.record(entry);
    if (place === this.#places.current) this.#scroll.show(entry, now);
    else place.miss(entry);
  }

  spans(spans: readonly Span[], now: number, time = now): void {
    this.entry({ time, lines: [toLine(spans, this.#looks)], quiet: true }, now);
  }

  /** An entry that belongs to no place. */
  entry(entry: Entry, now: number): void {
    const { current } = this.#places;
    if (current.gather.few) this.flush(current, now);
    current.record(entry);
    this.#scroll.show(entry, now);
  }
}
