/**
 * What happened, as lines in the scrollback or kept until its place is shown.
 * @module
 */
import type { ChatEvent, Joined, Left, Said, Topic } from "../client/events.ts";
import { isChannelName, sameName } from "../irc/names.ts";
import { dateOf } from "./clock.ts";
import {
  awayText,
  type Looks,
  redactedText,
  removedText,
  saidEntry,
  toLine,
  usersEntry,
} from "./entries.ts";
import { eventSpans, sentence } from "./format.ts";
import { Ignored } from "./ignored.ts";
import { type Attention, mentions } from "./notify.ts";
import { earliest, type Entry, type Place, Places } from "./places.ts";
import type { Line } from "./screen.ts";
import { Scroll } from "./scroll.ts";
import { plainText, type Role, type Span } from "./style.ts";
import { visible, visibleName } from "./text.ts";
import { TEXTS } from "./texts.ts";
import { fit } from "./wrap.ts";

/** What a conversation needs. */
export interface ConversationInit extends Looks {
  /** The room that is entered first. */
  readonly home: string;
  /** Who is hidden. */
  readonly ignored: readonly string[];
  /** Now, in milliseconds since 1970. */
  readonly now: number;
  /** Rings where a message is for us. */
  readonly attention: Attention;
  /** Takes the lines for the scrollback. */
  readonly print: (line: Line) => void;
}

/** The conversation. */
export class Conversation {
  /** The rooms and private conversations. */
  readonly places: Places;
  /** How many columns a note may take. */
  columns = 80;
  /** Whether the window has the focus; undefined where the terminal does not tell. */
  focused: boolean | undefined;
  /** How many messages came into the place that is shown while the window had no focus. */
  unseen = 0;
  readonly #init: ConversationInit;
  readonly #ignored: Ignored;
  readonly #scroll: Scroll;
  #nick = "";
  /** When the first room was entered, in milliseconds since 1970. */
  #cameAt = Infinity;
  /** Why the server could not be reached, as it was told last. */
  #unreachable: string | undefined;

  /** Makes one in which nothing has happened. */
  constructor(init: ConversationInit) {
    this.#init = init;
    this.places = new Places(init.home);
    this.#ignored = new Ignored(init.ignored);
    this.#scroll = new Scroll(init, init.print, init.now);
  }

  /** Who is hidden. */
  get ignored(): readonly string[] {
    return this.#ignored.names;
  }

  /** When {@linkcode tick} is to be called, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    const { gather, typingEnds } = this.places.current;
    return earliest(gather.dueAt, typingEnds, this.#scroll.wakeAt);
  }

  /** Time has passed. */
  tick(now: number): void {
    const { current } = this.places;
    if ((current.gather.dueAt ?? Infinity) <= now) this.#flush(current, now);
    current.typists(now);
    this.#scroll.tick(now);
  }

  /** Something happened. */
  event(event: ChatEvent, now: number): void {
    switch (event.type) {
      case "message":
        return this.#said(event, now);
      case "joined":
        return this.#moved(event, [event.room], now);
      case "left":
        return this.#moved(event, this.#roomsOf(event.rooms, event.name), now);
      case "renamed":
        return this.#renamed(event, now);
      case "topic": {
        const place = this.places.find(event.room);
        if (place !== undefined) place.topic = event.text;
        return this.#tell(event, event.room, now, topicSource(event));
      }
      case "mode":
      case "removed":
        return this.#tell(event, event.room, now);
      case "away":
        return this.#away(event, now);
      case "redacted":
        return this.#redacted(event, now);
      case "typing":
        if (!this.#ignored.has(event.name)) {
          this.places.find(event.place)?.typing(event.name, event.active, now);
        }
        return;
      case "users":
        return this.#users(event, now);
      case "entered":
        return this.#enter(event.room, event.name, event.again, event.time, now);
      case "parted":
        this.#answer(event, now);
        this.leave(event.room, now);
        return;
      case "found":
        return this.#spans(
          eventSpans(event, (time) => `${dateOf(time)} ${this.#init.clock(time)}`) ?? [],
          now,
        );
      case "retrying":
        // The status row counts down; only why it takes longer is worth a line.
        if (event.reason === null || event.reason === this.#unreachable) return;
        this.#unreachable = event.reason;
        return this.#spans([{
          text: `It cannot be reached: ${sentence(event.reason)}`,
          role: "error",
        }], now);
      case "closed":
        this.#flush(this.places.current, now);
        return this.#spans(
          event.reason === null
            ? [{ text: TEXTS.bye, role: "text" }]
            : [{ text: visible(event.reason), role: "error" }],
          now,
        );
      case "info":
      case "error":
      case "notSent":
      case "nameRefused":
      case "nameBusy":
      case "lost":
        return this.#answer(event, now);
      case "dialling":
      case "askName":
        return;
      default:
        event satisfies never;
    }
  }

  /** Shows a place: its name, and what was missed there. */
  show(place: Place, now: number): void {
    if (place === this.places.current) return;
    this.#flush(this.places.current, now);
    this.#flush(place, now);
    this.#scroll.present();
    this.places.show(place);
    this.unseen = 0;
    const name = `${visibleName(place.name)}${place.room ? "" : ", privately"}`;
    const topic = place.topic === "" ? "" : `: ${visible(place.topic)}`;
    this.#scroll.rule(`${name}${topic}`);
    const { entries, leftOut } = place.catchUp();
    if (leftOut > 0) {
      const text = leftOut === 1 ? "1 message" : `${leftOut} messages`;
      this.#scroll.print([{ text: `... ${text} before these are left out`, role: "quiet" }]);
    }
    for (const entry of entries) this.#scroll.show(entry, now);
    this.#scroll.present();
  }

  /** Closes a place, but for the first room. Returns whether there was such a place. */
  leave(name: string, now: number): boolean {
    const place = this.places.find(name);
    if (place === undefined || place === this.places.home) return false;
    this.#flush(place, now);
    const next = this.places.close(place);
    if (next !== place) this.show(next, now);
    return true;
  }

  /** Hides somebody, or shows them again. Returns what is to be told about it. */
  ignore(name: string | undefined, lift: boolean): string {
    return this.#ignored.change(name, lift);
  }

  /** Tells the person something. */
  inform(text: string, role: Role, now: number): void {
    this.#spans([{ text: visible(text), role }], now);
  }

  /** Rooms of ours; where they are not told, the one that is shown. */
  #roomsOf(rooms: readonly string[], name: string): readonly string[] {
    const { current, home } = this.places;
    const known = rooms.length > 0 ? rooms : [current.room ? current.name : home.name];
    // Whoever is talked to alone is missed there as well.
    return this.places.find(name) === undefined ? known : [...known, name];
  }

  #roomName = (room: string): string => {
    const { all, home } = this.places;
    const only = all.filter((one) => one.room).length <= 1;
    return only && sameName(room, home.name) ? "the chat room" : room;
  };

  #said(event: Said, now: number): void {
    if (!event.own && this.#ignored.has(event.from)) return;
    const place = this.#placeOf(event);
    if (place === undefined) {
      // The server's notices while connecting tell nothing that a person needs.
      if (event.server && event.kind === "notice" && !this.places.home.listed) return;
      this.#entry(saidEntry(event, this.#init, this.#mentions(event)), now);
      return this.#ring(event, this.#mentions(event), now);
    }
    const { current } = this.places;
    const mention = this.#mentions(event);
    if (event.msgid !== null) place.identify(event.msgid, event.from, event.time);
    if (!event.own) place.spoke(event.from);
    if (place.gather.few || place.gather.has(event.from)) this.#flush(place, now);
    const age = event.time < (place.cameAt ?? this.#cameAt) ? "before" : "missed";
    const entry = saidEntry({ ...event, private: false }, this.#init, mention, age);
    place.record(entry);
    if (place === current) {
      this.#scroll.show(entry, now);
      if (this.focused === false && !event.old) this.unseen++;
    } else if (event.own && !event.old) {
      // What one says elsewhere is seen at once, and not again on going there.
      const before: Span = { text: `To ${visibleName(place.name)}: `, role: "quiet" };
      const spans = eventSpans({ ...event, private: false }, this.#init.clock) ?? [];
      this.#spans([before, ...spans], now);
    } else {
      this.#elsewhere(place, event, entry, mention);
    }
    this.#ring(event, mention, now);
  }

  /** Kept until its place is shown; what is new there is noted. */
  #elsewhere(place: Place, event: Said, entry: Entry, mention: boolean): void {
    place.miss(entry);
    if (event.own || entry.age === "before") return;
    const forUs = mention || event.private;
    const first = place.unread === 0;
    place.unread++;
    if (forUs) place.forUs++;
    if (event.old || !first && !forUs) return;
    const before = event.private ? "" : `${visibleName(place.name)}: `;
    const text = plainText(eventSpans(event, this.#init.clock) ?? []);
    const role = forUs ? "strong" : "quiet";
    this.#scroll.print([{ text: fit(`${before}${text}`, this.columns), role }]);
  }

  /** Where a message belongs; undefined where it is shown wherever one is. */
  #placeOf(event: Said): Place | undefined {
    if (event.place === "" || event.server && event.private) return undefined;
    // Services answer by notices: that is no conversation, unless it is one already.
    if (event.private && event.kind === "notice") return this.places.find(event.place);
    return this.places.open(event.place);
  }

  #mentions(event: Said): boolean {
    if (event.own || event.server || event.private) return false;
    return mentions(visible(event.text), this.#nick);
  }

  #ring(event: Said, mention: boolean, now: number): void {
    if (event.own || event.old || event.server || event.kind === "notice") return;
    const line = plainText(eventSpans(event, this.#init.clock) ?? []);
    this.#init.attention.message(mention || event.private, line, this.focused === false, now);
  }

  #moved(event: Joined | Left, rooms: readonly string[], now: number): void {
    if (this.#ignored.has(event.name)) return;
    for (const room of rooms) {
      const place = this.places.find(room);
      if (place === undefined) continue;
      if (event.type === "left") place.typing(event.name, false, now);
      if (event.type === "left" && event.how === "kick") {
        this.#quietly(place, removedText(event, this.#init.clock), event.time, now);
      } else place.gather.add(event, now);
    }
  }

  #renamed(event: ChatEvent & { type: "renamed" }, now: number): void {
    if (event.own) {
      this.#nick = event.to;
      return this.#answer(event, now);
    }
    if (this.#ignored.has(event.from)) {
      // Another name is no way out.
      this.ignore(event.to, false);
      return;
    }
    const rooms = this.#roomsOf(event.rooms, event.from);
    for (const room of rooms) {
      const place = this.places.find(room);
      if (place === undefined) continue;
      place.typing(event.from, false, now);
      this.#add(place, eventSpans(event, this.#init.clock) ?? [], event.time, now);
    }
    this.places.rename(event.from, event.to);
  }

  #away(event: ChatEvent & { type: "away" }, now: number): void {
    const place = this.places.find(event.name);
    if (place === undefined || this.#ignored.has(event.name)) return;
    this.#quietly(place, awayText(event, this.#init.clock), event.time, now);
  }

  #redacted(event: ChatEvent & { type: "redacted" }, now: number): void {
    const place = this.places.find(event.place);
    if (place === undefined || this.#ignored.has(event.by)) return;
    const text = redactedText(event, place.author(event.msgid), this.#init.clock);
    this.#quietly(place, text, event.time, now);
  }

  #users(event: ChatEvent & { type: "users" }, now: number): void {
    const place = this.places.find(event.room);
    if (event.why === "entered" && place?.listed) return;
    if (place !== undefined) place.listed = true;
    this.#entry(usersEntry(event, this.#roomName(event.room), this.#init), now);
  }

  #enter(room: string, name: string, again: boolean, time: number, now: number): void {
    this.#nick = name;
    this.#unreachable = undefined;
    const place = this.places.open(room);
    if (place === undefined) return;
    const first = this.#cameAt === Infinity;
    if (first) this.#cameAt = time;
    place.cameAt ??= time;
    if (place === this.places.home || first) {
      this.#spans([{ text: again ? TEXTS.again : TEXTS.entered, role: "text" }], now);
    } else if (again) {
      this.#quietly(place, `You are in ${visibleName(room)} again.`, time, now);
    } else {
      this.show(place, now);
    }
  }

  /** A line for an event in its room. */
  #tell(event: ChatEvent, room: string, now: number, more: readonly Span[] = []): void {
    const place = this.places.find(room);
    const spans = [...eventSpans(event, this.#init.clock, this.#roomName) ?? [], ...more];
    if (place === undefined) this.#spans(spans, now);
    else this.#add(place, spans, event.time, now);
  }

  /** A line for an event, wherever one is. */
  #answer(event: ChatEvent, now: number): void {
    const spans = eventSpans(event, this.#init.clock, this.#roomName) ?? [];
    const about = event.type === "info" || event.type === "error" ? event.place : undefined;
    const far = about !== undefined && isChannelName(about) &&
      !sameName(about, this.places.current.name) && !plainText(spans).includes(visible(about));
    const before: Span[] = far ? [{ text: `${visibleName(about)}: `, role: "quiet" }] : [];
    this.#spans([...before, ...spans], now, event.time);
  }

  /** A line of a place that nobody needs to hurry for. */
  #add(place: Place, spans: readonly Span[], time: number, now: number): void {
    if (place.gather.few) this.#flush(place, now);
    this.#keep(place, { time, lines: [toLine(spans, this.#init)], quiet: true }, now);
  }

  #quietly(place: Place, text: string, time: number, now: number): void {
    this.#add(place, [{ text, role: "quiet" }], time, now);
  }

  #flush(place: Place, now: number): void {
    if (place.gather.empty) return;
    for (const { time, spans } of place.gather.take(this.#init.clock, now)) {
      this.#keep(place, { time, lines: [toLine(spans, this.#init)], quiet: true }, now);
    }
  }

  #keep(place: Place, entry: Entry, now: number): void {
    place.record(entry);
    if (place === this.places.current) this.#scroll.show(entry, now);
    else place.miss(entry);
  }

  #spans(spans: readonly Span[], now: number, time = now): void {
    this.#entry({ time, lines: [toLine(spans, this.#init)], quiet: true }, now);
  }

  /** What belongs to no place, where one is. */
  #entry(entry: Entry, now: number): void {
    const { current } = this.places;
    if (current.gather.few) this.#flush(current, now);
    current.record(entry);
    this.#scroll.show(entry, now);
  }
}

/** Who had set the topic that is found, and when, as far as that is known. */
function topicSource({ setBy, setAt }: Topic): Span[] {
  if (setBy === null) return [];
  const when = setAt === null ? "" : ` @ ${dateOf(setAt)}`;
  return [{ text: ` (${visibleName(setBy)}${when})`, role: "quiet" }];
}
