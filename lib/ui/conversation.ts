import type { Away, ChatEvent, Entered, Joined, Left } from "../client/events.ts";
import type { Reacted, Redacted, Renamed, Said, Users } from "../client/events.ts";
import { dateOf } from "./clock.ts";
import { type Looks, motdEntry, saidEntry, usersEntry } from "./entries.ts";
import { folded, Folds } from "./fold.ts";
import { eventSpans, hearers, sentence } from "./format.ts";
import { Ignored } from "./ignored.ts";
import { mentions } from "./mentions.ts";
import type { Attention } from "./terminal/notify.ts";
import { earliest, type Entry, type Place, Places } from "./places.ts";
import type { ScreenLine } from "./inline/screen.ts";
import { Scroll } from "./inline/scroll.ts";
import { plainText, type Role, type Span } from "./spans.ts";
import { visible, visibleName } from "../text/text.ts";
import { Telling } from "./inline/telling.ts";
import { ageOf, awayText, reactionText, redactedText, topicSource } from "./texts.ts";
import { Troubles } from "./troubles.ts";
import { fit } from "./inline/wrap.ts";
import { EVENTS, HEADINGS, MESSAGES, SCREEN, TEXTS } from "../wording/display.ts";

/** What a conversation needs. */
interface ConversationInit extends Looks {
  /** The room that is entered first. */
  readonly home: string;
  /** The names of the people who are hidden. */
  readonly ignored: readonly string[];
  /** Now, in milliseconds since 1970. */
  readonly now: number;
  /** Rings for messages to us. */
  readonly attention: Attention;
  /** Takes the lines for the scrollback. */
  readonly print: (line: ScreenLine) => void;
}

/** Turns events into lines, each in its room or private conversation. */
export class Conversation {
  readonly places: Places;
  /** How many columns a note may take. */
  columns = 80;
  /** Whether the window has the focus; undefined if the terminal does not tell. */
  focused: boolean | undefined;
  /** How many messages came into the shown place while the window had no focus. */
  unseen = 0;
  readonly #init: ConversationInit;
  readonly #ignored: Ignored;
  readonly #scroll: Scroll;
  readonly #telling: Telling;
  readonly #folds = new Folds();
  #nick = "";
  /** When the first room was entered, in milliseconds since 1970. */
  #cameAt = Infinity;
  readonly #troubles = new Troubles();

  constructor(init: ConversationInit) {
    init = { ...init, own: () => this.#nick };
    this.#init = init;
    this.places = new Places(init.home);
    this.#ignored = new Ignored(init.ignored);
    this.#scroll = new Scroll(init, init.print, init.now);
    this.#telling = new Telling(init, this.places, this.#scroll);
  }

  /** The names of the people who are hidden. */
  get ignored(): readonly string[] {
    return this.#ignored.names;
  }

  /** When to call {@linkcode tick}, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    const { gather, typingEnds } = this.places.current;
    return earliest(gather.dueAt, typingEnds, this.#scroll.wakeAt);
  }

  /** Does what is due. */
  tick(now: number): void {
    const { current } = this.places;
    if ((current.gather.dueAt ?? Infinity) <= now) this.#telling.flush(current, now);
    current.typists(now);
    this.#scroll.tick(now);
  }

  event(event: ChatEvent, now: number): void {
    switch (event.type) {
      case "message":
        return this.#said(event, now);
      case "joined":
        return this.#moved(event, this.places.affected([event.room]), now);
      case "left":
        return this.#moved(event, this.places.affected(event.rooms, event.name), now);
      case "renamed":
        return this.#renamed(event, now);
      case "roomRenamed":
        this.places.rename(event.from, event.to);
        return this.#telling.tell(event, event.to, now);
      case "topic": {
        const place = this.places.find(event.room);
        if (place !== undefined) place.topic = event.text;
        return this.#telling.tell(event, event.room, now, topicSource(event));
      }
      case "mode":
      case "removed":
        return this.#telling.tell(event, event.room, now);
      case "away":
        return this.#away(event, now);
      case "redacted":
        return this.#redacted(event, now);
      case "reacted":
        return this.#reacted(event, now);
      case "typing":
        if (!this.#ignored.has(event.name)) {
          this.places.find(event.place)?.typing(event.name, event.active, now);
        }
        return;
      case "users":
        return this.#users(event, now);
      case "motd":
        return this.#telling.entry(motdEntry(event, this.#init), now);
      case "gone":
        if (this.places.find(event.name) === undefined) return;
        return this.#telling.tell(event, event.name, now);
      case "entered":
        return this.#enter(event, now);
      case "parted":
        this.#telling.answer(event, now);
        this.leave(event.room, now);
        return;
      case "found":
        if (this.#ignored.has(event.from)) return;
        return this.#telling.spans(
          eventSpans(event, (time) => `${dateOf(time)} ${this.#init.clock(time)}`) ?? [],
          now,
        );
      case "retrying":
        // The status row counts down; only a new reason is worth a line.
        if (event.reason === null) return;
        if (this.#troubles.isRepeated(event.type, event.reason)) return;
        return this.inform(EVENTS.unreachable(sentence(event.reason)), "error", now);
      case "closed":
        this.#telling.flush(this.places.current, now);
        if (event.reason === null) return this.inform(TEXTS.bye, "text", now);
        for (const line of event.reason.split("\n")) this.inform(line, "error", now);
        return;
      case "info":
        if (event.by === undefined || !this.#ignored.has(event.by)) {
          this.#telling.answer(event, now);
        }
        return;
      case "lost":
        if (this.#troubles.isRepeated(event.type, event.reason)) return;
        return this.#telling.answer(event, now);
      case "error":
      case "notSent":
      case "nameRefused":
      case "nameBusy":
      case "loggedIn":
      case "loggedOut":
      case "loginFailed":
      case "registered":
      case "askPassword":
      case "askInsecure":
        return this.#telling.answer(event, now);
      case "askKey":
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
    this.#telling.flush(this.places.current, now);
    this.#telling.flush(place, now);
    this.#scroll.present();
    this.places.show(place);
    this.unseen = 0;
    const name = `${visibleName(place.name)}${place.room ? "" : `, ${hearers(place.name)}`}`;
    const topic = place.topic === "" ? "" : `: ${visible(place.topic)}`;
    this.#scroll.rule(`${name}${topic}`);
    this.#catchUp(place, now);
  }

  #catchUp(place: Place, now: number): void {
    const { entries, leftOut } = place.catchUp();
    if (leftOut > 0) {
      this.#scroll.print([{ text: SCREEN.leftOut(leftOut), role: "quiet" }]);
    }
    for (const entry of entries) this.#scroll.show(entry, now);
    this.#scroll.present();
  }

  /** Shows the whole of the messages that were shown shortened. Returns whether there were any. */
  unfold(name: string): boolean {
    const events = this.#folds.take(name);
    if (events.length === 0) return false;
    this.#scroll.present();
    this.#scroll.rule(HEADINGS.whole);
    for (const event of events) {
      const looks = { ...this.#init, mention: this.#mentions(event), whole: true };
      saidEntry({ ...event, private: false }, looks).lines.forEach(this.#init.print);
    }
    this.#scroll.rule(HEADINGS.now);
    return true;
  }

  /**
   * Closes a place. The first room stays open, but another one is shown. Returns whether it closed.
   */
  leave(name: string, now: number): boolean {
    const place = this.places.find(name);
    if (place === undefined) return false;
    if (place === this.places.home) {
      const other = this.places.all.find((one) => one.room && one !== place);
      if (place === this.places.current && other !== undefined) this.show(other, now);
      return false;
    }
    this.#telling.flush(place, now);
    const next = this.places.close(place);
    if (next !== place) this.show(next, now);
    return true;
  }

  /** Makes another room the first one: a redirect leads there, or the first one was left. */
  moveHome(name: string, now: number): void {
    const { places } = this;
    const known = places.find(name);
    if (known === undefined) {
      places.homeName = name;
      return;
    }
    if (known === places.home) return;
    if (places.current === places.home) this.show(known, now);
    places.home = known;
  }

  /** Hides somebody, or shows them again. Returns what to tell about it. */
  ignore(name: string | undefined, lift: boolean): string {
    return this.#ignored.change(name, lift);
  }

  inform(text: string, role: Role, now: number): void {
    this.#telling.spans([{ text: visible(text), role }], now);
  }

  /** Shows a typed command above what comes of it. */
  echo(text: string, now: number): void {
    this.#telling.flush(this.places.current, now);
    this.#scroll.present();
    this.#scroll.print([{ text: visible(text), role: "quiet" }]);
  }

  #said(event: Said, now: number): void {
    if (!event.own && this.#ignored.has(event.from)) return;
    const place = this.places.of(event);
    const mention = this.#mentions(event);
    if (place === undefined) {
      // The server's notices while connecting tell nothing that a person needs.
      if (event.server && event.kind === "notice" && !this.places.home.listed) return;
      this.#telling.entry(saidEntry(event, { ...this.#init, mention }), now);
      return this.#ring(event, mention, now);
    }
    if (event.msgid !== null) place.identify(event.msgid, event.from, event.time);
    if (!event.own) place.spoke(event.from);
    if (place.gather.few || place.gather.has(event.from)) this.#telling.flush(place, now);
    const looks = { ...this.#init, mention, age: ageOf(event, place.cameAt ?? this.#cameAt) };
    const shown = { ...event, private: false };
    const whole = saidEntry(shown, looks);
    place.record(whole);
    const start = folded(event);
    if (start !== undefined) this.#folds.add(event);
    const entry = start === undefined
      ? whole
      : saidEntry({ ...shown, text: start.text }, { ...looks, hint: start.hint });
    if (place === this.places.current) {
      this.#scroll.show(entry, now);
      if (this.focused === false && !event.old) this.unseen++;
    } else if (event.own && !event.old) {
      // Our own message to another place is seen at once, and not again on going there.
      const before: Span = { text: MESSAGES.to(visibleName(place.name)), role: "quiet" };
      this.#telling.spans([before, ...eventSpans(shown, this.#init.clock) ?? []], now);
    } else {
      this.#elsewhere(place, event, entry, mention);
    }
    this.#ring(event, mention, now);
  }

  /** Keeps a message until its place is shown, and prints a note if it is the first or for us. */
  #elsewhere(place: Place, event: Said, entry: Entry, mention: boolean): void {
    place.miss(entry);
    if (event.own || entry.age === "before") return;
    const forUs = mention || event.private || event.only !== null;
    const first = place.unread === 0;
    place.unread++;
    if (forUs) place.forUs++;
    if (event.old || !first && !forUs) return;
    const before = event.private ? "" : `${visibleName(place.name)}: `;
    const text = plainText(eventSpans(event, this.#init.clock) ?? []);
    const role = forUs ? "strong" : "quiet";
    this.#scroll.print([{ text: fit(`${before}${text}`, this.columns), role }]);
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

  #moved(event: Joined | Left, places: readonly Place[], now: number): void {
    if (this.#ignored.has(event.name)) return;
    for (const place of places) {
      if (event.type === "left") place.typing(event.name, false, now);
      if (event.type === "left" && event.how === "kick") {
        this.#telling.add(place, eventSpans(event, this.#init.clock) ?? [], event.time, now);
      } else place.gather.add(event, now);
    }
  }

  #renamed(event: Renamed, now: number): void {
    if (event.own) {
      this.#nick = event.to;
      return this.#telling.answer(event, now);
    }
    if (this.#ignored.has(event.from)) {
      // A new name does not end it.
      this.ignore(event.to, false);
      return;
    }
    for (const place of this.places.affected(event.rooms, event.from)) {
      place.typing(event.from, false, now);
      this.#telling.add(place, eventSpans(event, this.#init.clock) ?? [], event.time, now);
    }
    this.places.rename(event.from, event.to);
    const { current } = this.places;
    if (current.unread > 0) this.#catchUp(current, now);
  }

  #away(event: Away, now: number): void {
    const place = this.places.find(event.name);
    if (place === undefined || this.#ignored.has(event.name)) return;
    this.#telling.quietly(place, awayText(event, this.#init.clock), event.time, now);
  }

  #redacted(event: Redacted, now: number): void {
    this.#folds.drop(event.msgid);
    const place = this.places.find(event.place);
    if (place === undefined || this.#ignored.has(event.by)) return;
    const text = redactedText(event, place.author(event.msgid), this.#init.clock);
    this.#telling.quietly(place, text, event.time, now);
  }

  #reacted(event: Reacted, now: number): void {
    const place = this.places.find(event.place);
    if (place === undefined || !event.given || this.#ignored.has(event.from)) return;
    const text = reactionText(event, place.author(event.msgid)?.from, this.#init.clock);
    this.#telling.quietly(place, text, event.time, now);
  }

  #users(event: Users, now: number): void {
    const place = this.places.find(event.room);
    if (event.why === "resumed" || event.why === "entered" && place?.listed) return;
    if (place !== undefined) place.listed = true;
    this.#telling.entry(usersEntry(event, this.#telling.roomName(event.room), this.#init), now);
  }

  #enter({ room, name, again, resumed, time }: Entered, now: number): void {
    this.#nick = name;
    this.#troubles.clear();
    const place = this.places.open(room);
    if (place === undefined) return;
    const shownName = visibleName(room);
    const first = this.#cameAt === Infinity;
    if (first) this.#cameAt = time;
    place.cameAt ??= time;
    if (resumed) return;
    if (place === this.places.home || first) {
      const text = again || !first
        ? TEXTS.enteredAgain(visible(this.#telling.roomName(room)))
        : TEXTS.entered;
      this.inform(text, "text", now);
    } else if (again) {
      this.#telling.quietly(place, TEXTS.enteredAgain(visible(room)), time, now);
    } else if (place === this.places.current) {
      // /join shows its room at once; a room that the server chose does not take the screen.
      this.#telling.quietly(place, TEXTS.enteredRoom(shownName), time, now);
    } else {
      this.inform(TEXTS.enteredElsewhere(shownName), "text", now);
    }
  }
}
