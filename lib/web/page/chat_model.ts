/**
 * The chat as the page shows it: turns events into rows, each in its room or private conversation.
 * @module
 */
import type { ChatEvent, Closed, Found, Joined, Left, Said, Users } from "../../client/events.ts";
import { type Clock, eventSpans, sentence } from "../../ui/format.ts";
import { Ignored } from "../../ui/ignored.ts";
import { mentions } from "../../ui/mentions.ts";
import { earliest, type Place, Places } from "../../ui/places.ts";
import { plainText, type Span } from "../../ui/spans.ts";
import { ageOf, awayText, motdLines, redactedText, topicSource, userList } from "../../ui/texts.ts";
import { visible, visibleName } from "../../text/text.ts";
import { Feed, type FeedRow, type SaidRow } from "./feed.ts";
import { type Gaze, type PageAlert, Unseen } from "./unseen.ts";
import { COMMANDS_SAY } from "../../wording/client.ts";
import { EVENTS } from "../../wording/display.ts";

/** What the person has to answer before it goes on. */
export type PageQuestion =
  | { readonly kind: "name" }
  | { readonly kind: "account"; readonly account: string; readonly text: string }
  | { readonly kind: "insecure"; readonly text: string }
  | { readonly kind: "roomKey"; readonly room: string };

/** The most results of a search. */
const RESULTS = 200;

export class ChatModel {
  readonly places: Places;
  readonly #ignored: Ignored;
  readonly #clock: () => Clock;
  readonly #feeds = new WeakMap<Place, Feed>();
  /** Our name; empty before there is one. */
  nick = "";
  question: PageQuestion | undefined;
  /** Why the last answer was refused: a sentence. */
  fault = "";
  /** Who is in the room, before a name is chosen. */
  arrived: Users | undefined;
  /** Whether a room was entered. */
  entered = false;
  /** Why the server can't be reached: a sentence; empty if nothing is known. */
  unreachable = "";
  /** How the stay ended. */
  over: Closed | undefined;
  /** How many events may have changed who is there. */
  changes = 0;
  /** The results of the last search. */
  found: Found[] = [];
  #keys = 0;
  readonly #unseen: Unseen;
  #cameAt = Infinity;

  /**
   * @param home the room that is entered first.
   * @param ignored the names of the people who are hidden.
   * @param clock the clock to show times by.
   * @param seen the ids of the last messages that were seen before the page was loaded, by place.
   */
  constructor(
    home: string,
    ignored: readonly string[],
    clock: () => Clock,
    seen: Readonly<Record<string, string>> = {},
  ) {
    this.#unseen = new Unseen(seen);
    this.places = new Places(home);
    this.#ignored = new Ignored(ignored);
    this.#clock = clock;
  }

  get ignored(): readonly string[] {
    return this.#ignored.names;
  }

  feed(place: Place): Feed {
    let feed = this.#feeds.get(place);
    if (feed === undefined) this.#feeds.set(place, feed = new Feed());
    return feed;
  }

  /** The ids of the last messages that were seen, by place. */
  get seen(): Record<string, string> {
    return this.#unseen.seen(this.places.all, (place) => this.feed(place));
  }

  /** The messages since the last call that the person should hear of. */
  takeAlerts(): readonly PageAlert[] {
    return this.#unseen.takeAlerts();
  }

  /** When to call {@linkcode tick}, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return earliest(
      this.places.current.typingEnds,
      ...this.places.all.map(({ gather }) => gather.dueAt),
    );
  }

  tick(now: number): void {
    for (const place of this.places.all) {
      if ((place.gather.dueAt ?? Infinity) <= now) this.#flush(place, now);
    }
    this.places.current.typists(now);
  }

  /** Notes how the person looks at the page: what is in sight is not new any more. */
  look(gaze: Gaze): void {
    this.#unseen.look(this.places.current, gaze);
  }

  /** Shows a place. */
  show(place: Place, now: number): void {
    if (place === this.places.current) return;
    this.feed(this.places.current).newFrom = undefined;
    this.#flush(place, now);
    this.places.show(place);
  }

  /** Closes a place; another one is shown then. The first room stays. */
  close(name: string, now: number): void {
    const place = this.places.find(name);
    if (place === undefined) return;
    if (place === this.places.home) {
      const other = this.places.all.find((one) => one.room && one !== place);
      if (place === this.places.current && other !== undefined) this.show(other, now);
      return;
    }
    const next = this.places.close(place);
    if (next !== place) this.show(next, now);
  }

  /** Makes another room the first one: a redirect leads there, or the first one was left. */
  moveHome(name: string, now: number): void {
    const { places } = this;
    const known = places.find(name);
    if (known === undefined) places.homeName = name;
    else if (known !== places.home) {
      if (places.current === places.home) this.show(known, now);
      places.home = known;
    }
  }

  /** The person has answered the open question. */
  answered(): void {
    this.question = undefined;
    this.fault = "";
  }

  /** Hides somebody, or shows them again. Returns what to tell about it. */
  ignore(name: string | undefined, lift: boolean): string {
    return this.#ignored.change(name, lift);
  }

  /** Shows lines in the place that is shown. */
  inform(
    lines: readonly string[],
    time: number,
    role: Span["role"] = "text",
    aligned = false,
  ): void {
    for (const line of lines) {
      this.#note(this.places.current, [{ text: visible(line), role }], time, aligned);
    }
  }

  event(event: ChatEvent, now: number): void {
    if (event.type !== "message" && event.type !== "typing") this.changes++;
    switch (event.type) {
      case "message":
        return this.#said(event, now);
      case "joined":
        return this.#moved(event, this.places.affected([event.room]), now);
      case "left":
        return this.#moved(event, this.places.affected(event.rooms, event.name), now);
      case "renamed": {
        if (event.own) {
          this.nick = event.to;
          return this.#answer(event);
        }
        if (this.#ignored.has(event.from)) return void this.ignore(event.to, false);
        for (const place of this.places.affected(event.rooms, event.from)) {
          place.typing(event.from, false, now);
          this.#tell(place, event, now);
        }
        return this.places.rename(event.from, event.to);
      }
      case "roomRenamed":
        this.places.rename(event.from, event.to);
        return this.#tell(this.places.find(event.to), event, now);
      case "topic": {
        const place = this.places.find(event.room);
        if (place !== undefined) place.topic = event.text;
        return this.#tell(place, event, now, topicSource(event));
      }
      case "mode":
      case "removed":
        return this.#tell(this.places.find(event.room), event, now);
      case "away": {
        const place = this.places.find(event.name);
        if (place === undefined || this.#ignored.has(event.name)) return;
        return this.#note(place, quiet(awayText(event, this.#clock())), event.time);
      }
      case "redacted": {
        const place = this.places.find(event.place);
        if (place === undefined || this.feed(place).delete(event.msgid, event.by)) return;
        const text = redactedText(event, place.author(event.msgid), this.#clock());
        return this.#note(place, quiet(text), event.time);
      }
      case "reacted": {
        const place = this.places.find(event.place);
        if (place === undefined || this.#ignored.has(event.from)) return;
        return this.feed(place).react(event.msgid, event.from, visible(event.text), event.given);
      }
      case "typing":
        if (this.#ignored.has(event.name)) return;
        return this.places.find(event.place)?.typing(event.name, event.active, now);
      case "users": {
        if (event.why === "arrived") this.arrived = event;
        if (event.why !== "asked") return;
        const { header, people, rest } = userList(event, visible(event.room));
        const names = people.map(({ symbol, name }) => symbol + name).join(", ");
        return this.inform([header, names, ...rest], event.time);
      }
      case "motd": {
        const { header, lines, rest } = motdLines(event);
        return this.inform([header, ...lines, ...rest], event.time, "quiet");
      }
      case "gone":
        if (this.places.find(event.name) === undefined) return;
        return this.#tell(this.places.find(event.name), event, now);
      case "askName":
        this.question = { kind: "name" };
        return;
      case "nameRefused":
        if (event.keeps !== null) return this.#answer(event);
        this.question = { kind: "name" };
        this.fault = sentence(event.reason);
        return;
      case "nameBusy":
        this.fault = EVENTS.nameBusy(visibleName(event.name));
        return;
      case "askPassword": {
        const text = plainText(eventSpans(event, this.#clock()) ?? []);
        this.question = { kind: "account", account: event.account, text };
        return;
      }
      case "askInsecure":
        this.question = { kind: "insecure", text: event.text };
        return;
      case "askKey":
        this.question = { kind: "roomKey", room: event.room };
        return;
      case "entered": {
        this.nick = event.name;
        this.entered = true;
        this.unreachable = this.fault = "";
        if (this.question?.kind !== "roomKey") this.question = undefined;
        const place = this.places.open(event.room);
        if (this.#cameAt === Infinity) this.#cameAt = event.time;
        if (place === undefined) return;
        place.cameAt ??= event.time;
        // Others may be shown than the last time.
        this.feed(place).complete = false;
        return;
      }
      case "parted":
        return this.close(event.room, now);
      case "found":
        if (!this.#ignored.has(event.from) && this.found.length < RESULTS) {
          this.found = [...this.found, event];
        }
        return;
      case "retrying":
        if (event.reason !== null) this.unreachable = sentence(event.reason);
        return;
      case "lost":
        this.unreachable = sentence(event.reason);
        return;
      case "closed":
        this.over = event;
        return;
      case "loginFailed":
        this.fault = plainText(eventSpans(event, this.#clock()) ?? []);
        return this.#answer(event);
      case "info":
        if (event.by !== undefined && this.#ignored.has(event.by)) return;
        if (event.text === COMMANDS_SAY.noOlder && this.#endsLoading(event.place, true)) return;
        return this.#answer(event);
      case "error":
        if (!this.entered) this.fault = sentence(event.text);
        this.#endsLoading(event.place, event.text !== COMMANDS_SAY.noAnswer);
        return this.#answer(event);
      case "notSent":
      case "loggedIn":
      case "loggedOut":
      case "registered":
        return this.#answer(event);
      case "dialling":
        return;
      default:
        event satisfies never;
    }
  }

  /**
   * No older messages are awaited in a place any more. Returns whether they were.
   *
   * @param complete whether it makes no sense to request them again.
   */
  #endsLoading(name: string | undefined, complete: boolean): boolean {
    const place = name === undefined ? undefined : this.places.find(name);
    const feed = place && this.feed(place);
    if (!feed?.loading) return false;
    feed.loading = false;
    feed.complete = complete;
    return true;
  }

  #said(event: Said, now: number): void {
    if (event.why === "asked") this.#endsLoading(event.place, false);
    if (!event.own && this.#ignored.has(event.from)) return;
    const place = this.places.of(event);
    if (place === undefined) {
      // The server's notices while connecting tell nothing that a person needs.
      if (event.server && event.kind === "notice" && !this.entered) return;
      return this.#note(this.places.current, eventSpans(event, this.#clock()) ?? [], event.time);
    }
    if (event.msgid !== null) place.identify(event.msgid, event.from, event.time);
    if (!event.own) place.spoke(event.from);
    this.#flush(place, now);
    const mention = !event.own && !event.server && !event.private &&
      mentions(visible(event.text), this.nick);
    const feed = this.feed(place);
    const row: SaidRow = { kind: "said", key: this.#key(), event, mention, reactions: [] };
    if (event.why === "asked") return feed.insert(row);
    feed.add(row);
    const before = event.old && ageOf(event, place.cameAt ?? this.#cameAt) === "before";
    this.#unseen.count(place, feed, row, { shown: place === this.places.current, before });
  }

  #moved(event: Joined | Left, places: readonly Place[], now: number): void {
    if (this.#ignored.has(event.name)) return;
    for (const place of places) {
      if (event.type === "left") place.typing(event.name, false, now);
      if (event.type === "left" && event.how === "kick") this.#tell(place, event, now);
      else place.gather.add(event, now);
    }
  }

  /** Tells who came and who went, if that waits. */
  #flush(place: Place, now: number): void {
    if (place.gather.empty) return;
    for (const { time, spans } of place.gather.take(this.#clock(), now)) {
      this.#note(place, spans, time);
    }
  }

  /** A line for an event in its place, or in the one that is shown. */
  #tell(place: Place | undefined, event: ChatEvent, now: number, more: readonly Span[] = []): void {
    if (place !== undefined) this.#flush(place, now);
    const spans = [...eventSpans(event, this.#clock(), (room) => room) ?? [], ...more];
    this.#note(place ?? this.places.current, spans, event.time);
  }

  #answer(event: ChatEvent): void {
    const about = event.type === "info" || event.type === "error" ? event.place : undefined;
    const place = about === undefined ? undefined : this.places.find(about);
    const aligned = event.type === "info" && event.help === true;
    const spans = eventSpans(event, this.#clock(), (room) => room) ?? [];
    this.#note(place ?? this.places.current, spans, event.time, aligned);
  }

  #note(place: Place, spans: readonly Span[], time: number, aligned = false): void {
    const row: FeedRow = { kind: "note", key: this.#key(), time, spans, aligned };
    this.feed(place).add(row);
  }

  #key(): string {
    return `r${this.#keys++}`;
  }
}

function quiet(text: string): Span[] {
  return [{ text, role: "quiet" }];
}
