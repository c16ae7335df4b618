/**
 * The rooms of a session and their members.
 *
 * Everything is bounded, whatever a server says: {@linkcode MOST_ROOMS} rooms and {@linkcode
 * MOST_MEMBERS} members in all of them. Further members are not known by name: their messages are
 * shown, but they are not completed and not listed.
 * @module
 */
import type { Folded } from "../../irc/names.ts";
import type { Isupport } from "./isupport.ts";

/** The most rooms that can be entered. */
export const MOST_ROOMS = 100;

/** The most members that are kept, in all rooms. */
export const MOST_MEMBERS = 20_000;

/** The longest name that is kept, in UTF-16 units; real ones are far shorter. */
export const LONGEST_NAME = 200;

/** Our state in a room. */
export type RoomState = "joining" | "inside" | "outside";

export interface MemberView {
  readonly name: string;
  /** The symbol of the highest rank: `@`, `+`; empty for none. */
  readonly symbol: string;
  readonly away: boolean;
}

export interface RoomView {
  readonly name: string;
  readonly state: RoomState;
  readonly topic: string;
  /** Its members, bounded, as they are when this is read. */
  readonly members: readonly MemberView[];
}

export interface Member {
  name: string;
  /** The letters of the rank modes. */
  ranks: string;
  away: boolean;
}

/** A position in a conversation: by the server's id if it gives ids, and by time. */
export interface Standing {
  readonly msgid: string | null;
  /** In milliseconds since 1970. */
  readonly time: number;
}

export class Room {
  name: string;
  state: RoomState = "outside";
  /** When the answer to JOIN is overdue, in milliseconds since 1970. */
  joinEnds: number | undefined;
  key: string | undefined;
  entered = false;
  /**
   * What the server knows, as far as we know, also without a connection: JOIN was sent, or it let
   * us in.
   */
  seat: "none" | "requested" | "taken" = "none";
  /** Whether we want to be in it: then it is entered again on the next connection. */
  wanted = false;
  /** Whether PART was sent. */
  leaving = false;
  topic = "";
  readonly members: Map<Folded, Member> = new Map();

  constructor(name: string) {
    this.name = name;
  }
}

export class Rooms {
  readonly #isupport: Isupport;
  readonly #rooms = new Map<Folded, Room>();
  #members = 0;

  constructor(isupport: Isupport) {
    this.#isupport = isupport;
  }

  /** The room of this name, in any spelling. */
  get(name: string | undefined): Room | undefined {
    return name === undefined ? undefined : this.#rooms.get(this.#isupport.fold(name));
  }

  /** Every room, in the order in which they were first entered. */
  [Symbol.iterator](): IterableIterator<Room> {
    return this.#rooms.values();
  }

  get full(): boolean {
    return this.#rooms.size >= MOST_ROOMS;
  }

  /** The room of this name, made if there is none. Ask {@linkcode full} first. */
  add(name: string): Room {
    const known = this.get(name);
    if (known !== undefined) return known;
    const room = new Room(name);
    this.#rooms.set(this.#isupport.fold(name), room);
    return room;
  }

  remove(room: Room): void {
    this.empty(room);
    this.#rooms.delete(this.#isupport.fold(room.name));
  }

  /** Renames a room, unless another one has that name. */
  rename(room: Room, name: string): void {
    if (this.get(name) !== undefined && this.get(name) !== room) return;
    this.#rooms.delete(this.#isupport.fold(room.name));
    room.name = name;
    this.#rooms.set(this.#isupport.fold(name), room);
  }

  /** Adds a member, or updates the name and ranks of one. */
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

  leave(room: Room, name: string): boolean {
    const gone = room.members.delete(this.#isupport.fold(name));
    if (gone) this.#members--;
    return gone;
  }

  close(room: Room): void {
    room.state = "outside";
    room.joinEnds = undefined;
    room.leaving = false;
    this.empty(room);
  }

  empty(room: Room): void {
    this.#members -= room.members.size;
    room.members.clear();
  }

  member(room: Room, name: string): Member | undefined {
    return room.members.get(this.#isupport.fold(name));
  }

  of(name: string): Room[] {
    const key = this.#isupport.fold(name);
    return [...this.#rooms.values()].filter((room) => room.members.has(key));
  }

  /** Somebody changed their name. Returns the rooms that they are in. */
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

  /** Names compare differently from now on: finds everything under its new form. */
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

  /** A room as the front end sees it. The members are listed only when they are read. */
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
