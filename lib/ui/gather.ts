import type { Joined, Left } from "../client/events.ts";
import { fold, type Folded } from "../irc/names.ts";
import { type Clock, eventSpans } from "./format.ts";
import type { Span } from "./spans.ts";
import { visibleName } from "../text/text.ts";
import { CROWD } from "../wording/display.ts";

export type Movement = Joined | Left;

/** Up to this many changes have a line each. */
const FEW = 3;

/** How long the first change waits for others, in milliseconds: nobody notices. */
const SETTLE_MS = 200;

/** How long nothing more must come before many changes are told, in milliseconds. */
const QUIET_MS = 1500;

/** The longest that changes wait, in milliseconds. */
const LONGEST_MS = 5000;

/** The most people who are known by name; further ones are only counted. */
const KNOWN = 1000;

/** The longest name that is kept, in UTF-16 units. */
const LONGEST = 200;

interface Person {
  readonly name: string;
  readonly first: Movement["type"];
  last: Movement["type"];
}

/** The words for what became of people, by their first and last change. */
const OUTCOMES: readonly {
  readonly first: Movement["type"];
  readonly last: Movement["type"];
  readonly words: (people: string, at: string) => string;
}[] = [
  { first: "joined", last: "joined", words: CROWD.joined },
  { first: "left", last: "left", words: CROWD.left },
  { first: "joined", last: "left", words: CROWD.cameAndWent },
  { first: "left", last: "joined", words: CROWD.leftAndCame },
];

/** Gathers who came to a room and who went, so that many take few lines. */
export class Gather {
  #people = new Map<Folded, Person>();
  /** The changes themselves, while they are few. */
  #few: Movement[] = [];
  #count = 0;
  /** How many further people came and went, who are only counted. */
  #others = { joined: 0, left: 0 };
  #began = 0;
  #latest = 0;
  /** When the last change happened. */
  #time = 0;
  /**
   * When few changes were told one by one, and how many: too many of these are gathered as well.
   */
  #told = { at: 0, count: 0 };

  get empty(): boolean {
    return this.#count === 0;
  }

  /** Whether each change gets its own line. */
  get few(): boolean {
    return this.#count <= FEW;
  }

  /** When {@linkcode take} is due, in milliseconds since 1970; undefined if nothing is gathered. */
  get dueAt(): number | undefined {
    if (this.empty) return undefined;
    const recent = this.#began - this.#told.at < LONGEST_MS ? this.#told.count : 0;
    if (this.#count + recent <= FEW) return this.#began + SETTLE_MS;
    return Math.min(this.#began + LONGEST_MS, this.#latest + QUIET_MS);
  }

  add(change: Movement, now: number): void {
    if (this.empty) this.#began = now;
    this.#latest = now;
    this.#time = change.time;
    this.#count++;
    if (this.few) this.#few.push(change);
    const name = change.name.slice(0, LONGEST);
    const known = this.#people.get(fold(name));
    if (known !== undefined) known.last = change.type;
    else if (this.#people.size >= KNOWN) this.#others[change.type]++;
    else this.#people.set(fold(name), { name, first: change.type, last: change.type });
  }

  /** Whether somebody is among the gathered. */
  has(name: string): boolean {
    return this.#people.has(fold(name.slice(0, LONGEST)));
  }

  /** Removes all that was gathered, and returns the lines for it. */
  take(clock: Clock, now: number): { readonly time: number; readonly spans: Span[] }[] {
    const lines = this.few ? this.#each(clock) : this.#together(clock);
    const before = now - this.#told.at < LONGEST_MS ? this.#told.count : 0;
    this.#told = this.few ? { at: now, count: before + this.#count } : { at: 0, count: 0 };
    this.#people = new Map();
    this.#few = [];
    this.#count = 0;
    this.#others = { joined: 0, left: 0 };
    return lines;
  }

  #each(clock: Clock): { time: number; spans: Span[] }[] {
    return this.#few.map((change) => ({
      time: change.time,
      spans: eventSpans(change, clock) ?? [],
    }));
  }

  #together(clock: Clock): { time: number; spans: Span[] }[] {
    const time = this.#time;
    return OUTCOMES.flatMap(({ first, last, words }) => {
      const names = [...this.#people.values()]
        .filter((one) => one.first === first && one.last === last)
        .map(({ name }) => visibleName(name));
      const count = names.length + (first === last ? this.#others[first] : 0);
      if (count === 0) return [];
      const text = words(listed(names, count), `@ ${clock(time)}`);
      return [{ time, spans: [{ text, role: "quiet" }] }];
    });
  }
}

/**
 * Some names and how many more there are: `Ada, Bob and 3 others`.
 *
 * @param names harmless; of more than three only the first two are told.
 * @param count all people, those without a name included.
 */
export function listed(names: readonly string[], count = names.length): string {
  const shown = count <= 3 ? names.slice(0, count) : names.slice(0, 2);
  const others = count - shown.length;
  if (others > 0) {
    if (shown.length === 0) return CROWD.people(others);
    return shown.join(CROWD.comma) + CROWD.and + CROWD.others(others);
  }
  return shown.length < 2
    ? shown.join("")
    : shown.slice(0, -1).join(CROWD.comma) + CROWD.and + shown.at(-1);
}
