/**
 * The commands that concern nobody but the person who types.
 * @module
 */
import { sameName } from "../irc/names.ts";
import type { Conversation } from "./conversation.ts";
import { hearers } from "./format.ts";
import type { InlineAction, OpenRoom } from "./inline/inline_types.ts";
import type { Place, Places } from "./places.ts";
import type { Screen } from "./inline/screen.ts";

/** What the commands change. */
export interface Performed {
  /** Places, who is hidden, and where answers are shown. */
  readonly conversation: Conversation;
  /** What can be cleared. */
  readonly screen: Screen;
  /** The rooms, as the session has them. */
  readonly rooms: readonly OpenRoom[];
}

/**
 * Carries out a command.
 *
 * @returns whether it has shown a place, if that was asked for.
 */
export function perform(action: InlineAction, on: Performed, now: number): boolean {
  const { conversation } = on;
  const { places } = conversation;
  switch (action.do) {
    case "query": {
      const place = places.open(action.name);
      if (place !== undefined) {
        conversation.show(place, now);
        return true;
      }
      const text = "Too many conversations are open. /part closes the one that is shown.";
      conversation.inform(text, "error", now);
      return false;
    }
    case "show": {
      const place = /^\d+$/.test(action.place)
        ? places.all[Number(action.place) - 1]
        : places.find(action.place);
      if (place !== undefined) {
        conversation.show(place, now);
        return true;
      }
      const text = `You are not in ${action.place}. /rooms lists where you are.`;
      conversation.inform(text, "error", now);
      return false;
    }
    default:
      answer(action, on, now);
      return true;
  }
}

/** Carries out a command that shows no place. */
function answer(
  action: Exclude<InlineAction, { readonly do: "query" | "show" }>,
  on: Performed,
  now: number,
): void {
  const { conversation, screen } = on;
  const { places } = conversation;
  switch (action.do) {
    case "rooms":
      return places.all.forEach((place, index) =>
        conversation.inform(`${index + 1} ${described(place, places, on.rooms)}`, "text", now)
      );
    case "ignore":
      return conversation.inform(conversation.ignore(action.name, action.lift), "text", now);
    case "clear":
      return screen.clear();
    case "inform":
      return action.lines.forEach((line) => conversation.inform(line, "text", now));
    case "reject":
      return conversation.inform(action.why, "error", now);
    default:
      return action satisfies never;
  }
}

/** A place, for the list of them. */
function described(place: Place, { current }: Places, rooms: readonly OpenRoom[]): string {
  const room = rooms.find(({ name }) => sameName(name, place.name));
  return [
    `${place.name}${room?.state === "inside" ? ` (${room.members.length})` : ""}`,
    ...(place.room ? [] : [hearers(place.name)]),
    ...(place.room && (room?.state ?? "outside") === "outside" ? ["you are not in it now"] : []),
    ...(place === current ? ["shown now"] : []),
    ...(place.unread > 0 ? [`${place.unread} new`] : []),
  ].join(", ");
}
