/**
 * What the person has not seen yet, and what to call them for.
 * @module
 */
import { visible, visibleName } from "../../text/text.ts";
import type { Place } from "../../ui/places.ts";
import type { Feed, SaidRow } from "./feed.ts";

/** A message that the person should hear of. */
export interface PageAlert {
  readonly place: string;
  readonly from: string;
  /** The message, harmless, in one line. */
  readonly text: string;
  /** Whether it names us or is for us alone. */
  readonly forUs: boolean;
}

/** How somebody looks at the page. */
export interface Gaze {
  /** Whether the page is visible and has the focus. */
  readonly focused: boolean;
  /** Whether the newest message is in sight. */
  readonly atEnd: boolean;
}

/** The most alerts that wait. */
const ALERTS = 50;

export class Unseen {
  #gaze: Gaze = { focused: true, atEnd: true };
  #alerts: PageAlert[] = [];
  /** The last messages that were seen before the page was loaded, by place. */
  readonly #before: ReadonlyMap<string, string>;
  /** The places whose last seen message has come. */
  readonly #reached = new Set<string>();

  /** @param before the ids of the last messages that were seen before the page was loaded. */
  constructor(before: Readonly<Record<string, string>>) {
    this.#before = new Map(Object.entries(before));
  }

  /** The messages since the last call that the person should hear of. */
  takeAlerts(): readonly PageAlert[] {
    const alerts = this.#alerts;
    this.#alerts = [];
    return alerts;
  }

  /** Notes how the person looks at a place: what is in sight is not new any more. */
  look(place: Place, gaze: Gaze): void {
    this.#gaze = gaze;
    if (gaze.focused && gaze.atEnd) place.unread = place.forUs = 0;
  }

  /**
   * Counts a message that is not in sight.
   *
   * @param shown whether its place is shown.
   * @param before whether it is from before we came.
   */
  count(
    place: Place,
    feed: Feed,
    { event, key, mention }: SaidRow,
    { shown, before }: { readonly shown: boolean; readonly before: boolean },
  ): void {
    const inSight = shown && this.#gaze.focused && this.#gaze.atEnd;
    if (before) {
      const { name } = place;
      // What came while the page was loaded again is new.
      if (this.#reached.has(name) && !event.own) feed.newFrom ??= key;
      if (event.msgid !== null && this.#before.get(name) === event.msgid) this.#reached.add(name);
      return;
    }
    if (event.own) {
      if (!event.old) feed.newFrom = undefined;
      return;
    }
    const forUs = mention || event.private || event.only !== null;
    if (!inSight) {
      place.unread++;
      if (forUs) place.forUs++;
      feed.newFrom ??= key;
    }
    const calls = !event.old && !event.server && event.kind !== "notice";
    if (!calls || this.#alerts.length >= ALERTS) return;
    const text = visible(event.text.replaceAll("\n", " "));
    this.#alerts.push({ place: place.name, from: visibleName(event.from), text, forUs });
  }

  /** The ids of the last messages that were seen, by place. */
  seen(places: readonly Place[], feedOf: (place: Place) => Feed): Record<string, string> {
    const seen = Object.fromEntries(this.#before);
    for (const place of places) {
      const { rows, newFrom } = feedOf(place);
      const end = place.unread === 0 ? -1 : rows.findIndex(({ key }) => key === newFrom);
      const last = rows.slice(0, end < 0 ? undefined : end)
        .findLast((row) => row.kind === "said" && row.event.msgid !== null);
      if (last?.kind === "said") seen[place.name] = last.event.msgid!;
    }
    return seen;
  }
}
