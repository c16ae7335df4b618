/**
 * Events for the tests of what shows them.
 * @module
 */
import type { Said } from "../../lib/client/events.ts";

/** When they happen. */
export const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A message from Furkan to the room, but for what is given. */
export function said(given: Partial<Said> = {}): Said {
  return {
    type: "message",
    kind: "privmsg",
    from: "Furkan",
    target: "#lobby",
    text: "selam",
    private: false,
    server: false,
    own: false,
    place: "#lobby",
    only: null,
    msgid: null,
    old: false,
    time: TIME,
    ...given,
  };
}
