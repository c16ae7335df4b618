/**
 * Events for the tests of the user interface.
 * @module
 */
import type { Said } from "../../lib/client/events.ts";

export const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A message from Furkan to the room, with these changes. */
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
