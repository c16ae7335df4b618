/**
 * What is coming in of answers of several lines.
 * @module
 */
import { BoundedSet } from "../../collections/bounded_set.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { Folded } from "../../irc/names.ts";

/** The most people who are asked about at once. */
export const MOST_PEOPLE = 20;

/** A room of the server, as its list has it. */
export interface ListedRoom {
  /** Its name. */
  readonly name: string;
  /** How many people are in it. */
  readonly people: number;
  /** What it is about; empty for nothing. */
  readonly topic: string;
}

/** The entries of a list that are coming in. */
export interface BanList {
  /** Only those that begin so, which is not shown; undefined for all. */
  readonly only: string | undefined;
  /** What stands before those that are only silenced, in a list of both; undefined for none. */
  readonly silence: string | undefined;
  /** Those that came so far, in words. */
  readonly entries: string[];
  /** The silenced among them. */
  readonly silenced: string[];
  /** How many more there were: the list is bounded. */
  more: number;
}

/** What is coming in. */
export class Answers {
  /** What is known of people so far: undefined where it was not we who asked. */
  readonly people: Map<Folded, { readonly place: string | undefined; readonly lines: string[] }> =
    new Map();
  /** Whom a command spoke of that is answered only where there is no such person. */
  readonly meant: Set<Folded> = new BoundedSet(MOST_PEOPLE);
  /** What was told of people who are away. */
  readonly awayTold: Map<Folded, string> = new Map();
  /** The rooms so far. */
  list: {
    readonly filter: string;
    rooms: ListedRoom[];
    count: number;
    readonly place: string;
  } | undefined;
  /** The lists of bans that were asked for, by room and letter. */
  readonly bans: Map<string, BanList> = new BoundedMap(MOST_PEOPLE);
  /** When it was asked last who in a room is away, in milliseconds since 1970. */
  awayAskedAt: number | undefined;
  /** What is searched for. */
  search: { readonly query: string; readonly place: string; found: number } | undefined;

  /** The connection is gone: nothing comes any more. */
  reset(): void {
    this.people.clear();
    this.meant.clear();
    this.awayTold.clear();
    this.list = undefined;
    this.bans.clear();
    this.awayAskedAt = undefined;
    this.search = undefined;
  }
}
