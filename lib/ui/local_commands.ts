/**
 * Commands that concern only the screen of the person who types them.
 * @module
 */
import { sameName } from "../irc/names.ts";
import type { Conversation } from "./conversation.ts";
import { hearers } from "./format.ts";
import type { LocalAction } from "./inline/inline_types.ts";
import type { OpenRoom } from "./inline/view.ts";
import type { Place, Places } from "./places.ts";
import type { Screen } from "./inline/screen.ts";
import { CROWD, SCREEN } from "../wording/display.ts";

export interface LocalScene {
  readonly conversation: Conversation;
  readonly screen: Screen;
  readonly rooms: readonly OpenRoom[];
}

/**
 * Carries out a command.
 *
 * @returns false if the command should have shown a place and could not.
 */
export function performLocally(
  action: LocalAction,
  { conversation, screen, rooms }: LocalScene,
  now: number,
): boolean {
  const { places } = conversation;
  const show = (place: Place | undefined, fault: string) => {
    if (place === undefined) conversation.inform(fault, "error", now);
    else conversation.show(place, now);
    return place !== undefined;
  };
  const tell = (text: string) => conversation.inform(text, "text", now);
  switch (action.do) {
    case "query":
      return show(places.open(action.name), SCREEN.tooManyPlaces);
    case "show":
      return show(places.find(action.place), SCREEN.notInRoom(action.place));
    case "rooms":
      places.all.filter(({ name }) => name !== "").forEach((place, index) =>
        tell(`${index + 1} ${described(place, places, rooms)}`)
      );
      return true;
    case "ignore":
      tell(conversation.ignore(action.name, action.lift));
      return true;
    case "clear":
      screen.clear();
      return true;
    case "inform":
      action.lines.forEach(tell);
      return true;
    case "reject":
      conversation.inform(action.why, "error", now);
      return true;
    default:
      return action satisfies never;
  }
}

/** A place, as the list of places has it. */
function described(place: Place, { current }: Places, rooms: readonly OpenRoom[]): string {
  const room = rooms.find(({ name }) => sameName(name, place.name));
  return [
    `${place.name}${room?.state === "inside" ? ` (${room.members.length})` : ""}`,
    ...(place.room ? [] : [hearers(place.name)]),
    ...(place.room && (room?.state ?? "outside") === "outside" ? [SCREEN.notInside] : []),
    ...(place === current ? [SCREEN.shownNow] : []),
    ...(place.unread > 0 ? [SCREEN.newCount(place.unread)] : []),
  ].join(CROWD.comma);
}
