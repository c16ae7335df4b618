/**
 * What the front end knows of the session besides its events.
 * @module
 */
import type { Around } from "../../client/input/completion.ts";
import type { UnsentItem } from "../../client/session/outbound.ts";
import type { RoomView } from "../../client/session/rooms.ts";
import { sameName } from "../../irc/names.ts";
import type { Places } from "../places.ts";

/** A room of the session, as far as it is shown. */
export interface OpenRoom extends Pick<RoomView, "name" | "state" | "topic"> {
  readonly members: readonly { readonly name: string }[];
}

export type UnsentLine = Omit<UnsentItem, "doubtful">;

/** What the front end shows of the session besides its events. */
export interface InlineView {
  /** Our name; empty before there is one. */
  readonly nick: string;
  readonly rooms: readonly OpenRoom[];
  /** The messages that are not accepted yet, oldest first. */
  readonly unsent: readonly UnsentLine[];
  readonly link: "connecting" | "up" | "waiting";
  /** When it dials again, in milliseconds since 1970; undefined if it does not wait. */
  readonly retryAt: number | undefined;
  /** The first room, if it is not the initial one any more. */
  readonly home?: string;
}

export const NO_VIEW: InlineView = {
  nick: "",
  rooms: [],
  unsent: [],
  link: "connecting",
  retryAt: undefined,
};

export function roomNamed({ rooms }: InlineView, name: string): OpenRoom | undefined {
  return rooms.find((room) => sameName(room.name, name));
}

/** The names and rooms that Tab completes in the place that is shown. */
export function aroundOf(view: InlineView, { all, current }: Places): Around {
  const members = roomNamed(view, current.name)?.members.map(({ name }) => name) ?? [];
  const names = new Set([...current.speakers, ...current.room ? members : [current.name]]);
  names.delete(view.nick);
  const open = all.filter(({ room }) => room);
  const rooms = new Set([...open, ...view.rooms].map(({ name }) => name));
  return { names: [...names], rooms: [...rooms] };
}
