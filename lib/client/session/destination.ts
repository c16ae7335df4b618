/**
 * Decides to whom piped lines go.
 *
 * A line goes to the room or person that the lines before it named, or to nobody: if that room was
 * not entered or was left, or if it is not certain what was meant, further lines are refused until
 * `/join` or `/query` names another destination. They are never said elsewhere.
 * @module
 */
import type { Action } from "../input/action.ts";
import { mayRedirect } from "../input/interpret.ts";
import type { ChatEvent } from "../events.ts";
import type { Session } from "./session.ts";
import { NOT_SENT } from "../../wording/client.ts";

/** The commands that act on the room or person to whom lines go. */
const NEEDS_PLACE: ReadonlySet<Action["do"]> = new Set<Action["do"]>([
  ...["say", "act", "topic", "rank", "kick", "ban", "mute"] as const,
  ...["invite", "mode", "search", "history"] as const,
]);

/** The room or person to whom lines go, or nobody. */
export class Destination {
  #place: string | undefined;
  /** Why it is nobody: the start of a sentence. */
  #why = "";

  constructor(room: string) {
    this.#place = room;
  }

  /** Why nothing can be said now: the start of a sentence; undefined if it can. */
  fault(session: Session): string | undefined {
    const place = this.#place;
    if (place !== undefined && session.isRoom(place) && session.room(place) === undefined) {
      this.#lose(NOT_SENT.notInRoom(place));
    }
    return this.#place === undefined ? this.#why : undefined;
  }

  /** The room or person; empty for nobody. */
  get place(): string {
    return this.#place ?? "";
  }

  /**
   * Follows a command.
   *
   * @param line as it was typed.
   * @returns why the command can't be carried out: the start of a sentence; undefined if it can.
   */
  follow(action: Action, line: string, session: Session): string | undefined {
    const place = this.#place;
    switch (action.do) {
      case "join":
        this.#place = session.isRoom(action.room) ? action.room : `#${action.room}`;
        return undefined;
      case "query":
        this.#place = action.name;
        return undefined;
      case "show":
        this.#place = action.place;
        if (session.room(action.place)?.state === "inside") return undefined;
        this.#lose(NOT_SENT.notInRoom(action.place));
        return this.#why;
      case "part": {
        const fault = action.room === undefined ? this.fault(session) : undefined;
        if (fault !== undefined) return fault;
        const left = action.room ?? place!;
        if (place === undefined || !session.same(left, place)) return undefined;
        this.#lose(
          session.isRoom(left) ? NOT_SENT.leftRoom(left) : NOT_SENT.closedConversation(left),
        );
        return undefined;
      }
      case "reject":
        if (mayRedirect(line)) this.#lose(NOT_SENT.commandNotUnderstood);
        return undefined;
      case "who":
        return action.room === undefined ? this.fault(session) : undefined;
      default:
        return NEEDS_PLACE.has(action.do) ? this.fault(session) : undefined;
    }
  }

  event(event: ChatEvent, session: Session): void {
    if (event.type !== "renamed" && event.type !== "roomRenamed") return;
    const { from, to } = event;
    if (this.#place !== undefined && session.same(this.#place, from)) this.#place = to;
  }

  #lose(why: string): void {
    this.#place = undefined;
    this.#why = why;
  }
}
