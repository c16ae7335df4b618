/**
 * The rooms that we are in, or were, and who is in them.
 *
 * All of it is bounded, whatever a server says: {@linkcode MOST_ROOMS} rooms and
 * {@linkcode MOST_MEMBERS} members over all of them. Members beyond that are not known by name:
 * what they say shows as always, but they are not completed and not listed.
 * @module
 */
import type { Folded } from "../../irc/names.ts";
import type { Isupport } from "./isupport.ts";

/** The most rooms that one can be in; further ones can't be entered. */
export const MOST_ROOMS = 100;

/** The most members that are kept, over all rooms. */
export const MOST_MEMBERS = 20_000;

/** The longest name that is kept, in UTF-16 units. Real ones end long before. */
const LONGEST_NAME = 200;

/** Where we stand with a room: on the way in, in it, or out of it again. */
export type RoomState = "joining" | "inside" | "outside";

/** Somebody in a room, as the front end sees them. */
export interface MemberView {
  /** Their name. */
  readonly name: string;
  /** What stands before the name to tell the highest rank: `@`, `+`; empty for none. */
  readonly symbol: string;
  /** Whether they have said that they are not there. */
  readonly away: boolean;
}

/** A room, as the front end sees it. */
export interface RoomView {
  /** Its name, as the server writes it. */
  readonly name: string;
  /** Where we stand with it. */
  readonly state: RoomState;
  /** Its topic; empty for none. */
  readonly topic: string;
  /** Who is in it, bounded: as it is when they are looked at. */
  readonly members: readonly MemberView[];
}

/** Somebody in a room. */
export interface Member {
  /** Their name, as the server writes it. */
  name: string;
  /** The letters of the modes that are their ranks. */
  ranks: string;
  /** Whether they have said that they are not there. */
  away: boolean;
}

/** A place in a conversation: by the server's id where it gives ids, and by time. */
export interface Standing {
  /** The server's id of the message there. */
  readonly msgid: string | null;
  /** Its time, in milliseconds since 1970. */
  readonly time: number;
}

/** A room. */
export interface Room {
  /** Its name, as the server writes it. */
  name: string;
  /** Where we stand with it. */
  state: RoomState;
  /** When the answer to JOIN is given up, in milliseconds since 1970. */
  joinEnds: number | undefined;
  /** The word that lets us in. */
  key: string | undefined;
  /** Whether we were in it before. */
  entered: boolean;
  /** Whether we want to be in it: it is entered again on the next connection. */
  wanted: boolean;
  /** Whether it was asked to let us go. */
  leaving: boolean;
  /** What it is about. */
  topic: string;
  /** Who is in it. */
  readonly members: Map<Folded, Member>;
}

/** All rooms of a stay. */
export class Rooms {
  readonly #isupport: Isupport;
  readonly #rooms = new Map<Folded, Room>();
  #members = 0;

  /** Makes none yet. */
  constructor(isupport: Isupport) {
    this.#isupport = isupport;
  }

  /** The room of this name, however it is written. */
  get(name: string | undefined): Room | undefined {
    return name === undefined ? undefined : this.#rooms.get(this.#isupport.fold(name));
  }

  /** Every room, in the order in which they were entered first. */
  [Symbol.iterator](): IterableIterator<Room> {
    return this.#rooms.values();
  }

  /** Whether no more rooms can be kept. */
  get full(): boolean {
    return this.#rooms.size >= MOST_ROOMS;
  }

  /** The room of this name, which is made where there is none. Ask {@linkcode full} first. */
  add(name: string): Room {
    const known = this.get(name);
    if (known !== undefined) return known;
    const room: Room = {
      name,
      state: "outside",
      joinEnds: undefined,
      key: undefined,
      entered: false,
      wanted: false,
      leaving: false,
      topic: "",
      members: new Map(),
    };
    this.#rooms.set(this.#isupport.fold(name), room);
    return room;
  }

  /** Forgets a room. */
  remove(room: Room): void {
    this.empty(room);
    this.#rooms.delete(this.#isupport.fold(room.name));
  }

  /** Gives a room another name, unless one has it. */
  rename(room: Room, name: string): void {
    if (this.get(name) !== undefined && this.get(name) !== room) return;
    this.#rooms.delete(this.#isupport.fold(room.name));
    room.name = name;
    this.#rooms.set(this.#isupport.fold(name), room);
  }

  /** Somebody is in a room, with these ranks where they are known; who is new is not away. */
  enter(room: Room, name: string, ranks?: string, away = false): void {
    const key = this.#isupport.fold(name);
    const member = room.members.get(key);
    if (member !== undefined) {
      member.name = name.slice(0, LONGEST_NAME);
      member.ranks = ranks ?? member.ranks;
    } else if (this.#members < MOST_MEMBERS && name !== "" && name.length <= LONGEST_NAME) {
      room.members.set(key, { name, ranks: ranks ?? "", away });
      this.#members++;
    }
  }

  /** Somebody is no longer in a room. Returns whether they were. */
  leave(room: Room, name: string): boolean {
    const gone = room.members.delete(this.#isupport.fold(name));
    if (gone) this.#members--;
    return gone;
  }

  /** We are no longer in a room. */
  close(room: Room): void {
    room.state = "outside";
    room.joinEnds = undefined;
    room.leaving = false;
    this.empty(room);
  }

  /** Forgets who is in a room. */
  empty(room: Room): void {
    this.#members -= room.members.size;
    room.members.clear();
  }

  /** The member of this name. */
  member(room: Room, name: string): Member | undefined {
    return room.members.get(this.#isupport.fold(name));
  }

  /** The rooms that somebody is in. */
  of(name: string): Room[] {
    const key = this.#isupport.fold(name);
    return [...this.#rooms.values()].filter((room) => room.members.has(key));
  }

  /** Somebody has another name. Returns the rooms that they are in. */
  renameMember(from: string, to: string): Room[] {
    const [old, now] = [this.#isupport.fold(from), this.#isupport.fold(to)];
    const rooms = this.of(from);
    for (const room of rooms) {
      const member = room.members.get(old)!;
      room.members.delete(old);
      if (room.members.has(now)) this.#members--;
      room.members.set(now, { ...member, name: to.slice(0, LONGEST_NAME) });
    }
    return rooms;
  }

  /** The server has said how it compares names: everything is found under its new form. */
  refold(): void {
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    for (const room of rooms) {
      const members = [...room.members.values()];
      this.empty(room);
      if (this.get(room.name) !== undefined) continue;
      this.#rooms.set(this.#isupport.fold(room.name), room);
      for (const { name, ranks, away } of members) this.enter(room, name, ranks, away);
    }
  }

  /** As the front end sees a room. The members are put together only when they are looked at. */
  view({ name, state, topic, members }: Room): RoomView {
    const isupport = this.#isupport;
    return {
      name,
      state,
      topic,
      get members() {
        return Array.from(members.values(), ({ name, ranks, away }) => ({
          name,
          symbol: isupport.symbolOf(ranks),
          away,
        }));
      },
    };
  }
}
