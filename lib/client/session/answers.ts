/**
 * Answers of several lines that are coming in.
 * @module
 */
import { BoundedSet } from "../../collections/bounded_set.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { Folded } from "../../irc/names.ts";

/** The most people that can be asked about at once. */
export const MOST_PEOPLE = 20;

/** A room in the answer to LIST. */
export interface ListedRoom {
  readonly name: string;
  readonly people: number;
  readonly topic: string;
}

/** A list of bans that is coming in. */
export interface BanList {
  /** The prefix of the entries to show, which itself is not shown; undefined for all entries. */
  readonly only: string | undefined;
  /** The prefix of entries that only silence, in a list of both; undefined if there is none. */
  readonly silence: string | undefined;
  readonly entries: string[];
  readonly silenced: string[];
  more: number;
}

export class Answers {
  /** What is known of people so far. `place` is undefined if the person did not ask. */
  readonly people: Map<Folded, { readonly place: string | undefined; readonly lines: string[] }> =
    new Map();
  /** The people in commands whose only possible answer is that there is no such person. */
  readonly meant: Set<Folded> = new BoundedSet(MOST_PEOPLE);
  /** The rooms and people whose modes were asked for. */
  readonly modes: Set<Folded> = new BoundedSet(MOST_PEOPLE);
  /** Who is told about by WHOWAS now. */
  past: Folded | undefined;
  readonly awayTold: Map<Folded, string> = new BoundedMap(MOST_PEOPLE);
  list: {
    readonly filter: string;
    rooms: ListedRoom[];
    count: number;
    readonly place: string;
  } | undefined;
  readonly bans: Map<string, BanList> = new BoundedMap(MOST_PEOPLE);
  /** When WHO was last sent, in milliseconds since 1970. */
  awayAskedAt: number | undefined;
  search: { readonly query: string; readonly place: string; found: number } | undefined;

  reset(): void {
    this.people.clear();
    this.meant.clear();
    this.modes.clear();
    this.past = undefined;
    this.awayTold.clear();
    this.list = undefined;
    this.bans.clear();
    this.awayAskedAt = undefined;
    this.search = undefined;
  }
}
