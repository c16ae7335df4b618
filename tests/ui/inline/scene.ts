/**
 * The usual scene of the tests of the screen: we are Ali, in #lobby.
 * @module
 */
import type { Style } from "../../../lib/ui/terminal/style.ts";
import { type Happening, Stage } from "../stage.ts";

export const DAY = 86_400_000;

/** A terminal with all abilities. */
export const COLORFUL: Style = {
  depth: "256",
  links: true,
  title: true,
  notify: "osc9",
  reflow: true,
};

/** The first room. */
export const room = "#lobby";

/** A stage after we have entered the first room. */
export function entered(columns = 80, rows = 30): Stage {
  return new Stage(columns, rows).enter();
}

/** Somebody enters a room. */
export function joined(name: string, room = "#lobby"): Happening {
  return { type: "joined", name, room };
}

/** Somebody leaves the first room. */
export function left(name: string, how: "quit" | "part" | "kick" = "quit"): Happening {
  const by = how === "kick" ? "Furkan" : null;
  return { type: "left", name, how, by, reason: "spam", rooms: [room] };
}

/** The messages that were typed, after their place. */
export function saidIn(stage: Stage): string[] {
  return stage.performed.filter((one) => one.includes(": say "))
    .map((one) => one.replace(" say", ""));
}
