/**
 * The front end for programs: one event a line, as JSON.
 * @module
 */
import type { ChatEvent } from "../../client/events.ts";
import type { FrontEnd, Output, Question } from "../front_end.ts";
import { visible } from "../../text/text.ts";
import { QUESTIONS } from "../texts.ts";

/**
 * An event as one line of JSON, without the line end: its fields as `ChatEvent` has them, with
 * `type` first and `time` as an ISO 8601 string in UTC. Characters that a terminal could act on
 * are escaped, so that the line is harmless and still says exactly what came.
 */
export function jsonLine(event: ChatEvent): string {
  const { type, time, ...rest } = event;
  return harmlessJson({ type, time: new Date(time).toISOString(), ...rest });
}

/** JSON of an object, with every character escaped that a terminal could act on. */
export function harmlessJson(object: object): string {
  return JSON.stringify(object).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    // Both halves of a surrogate pair.
    (char) =>
      char.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(
        "",
      ),
  );
}

/** Events on standard output, nothing else there. */
export class Json implements FrontEnd {
  /** Shows an event. Why it all ended is also told to whoever reads standard error. */
  show(event: ChatEvent): Output[] {
    const line: Output = { stream: "out", text: `${jsonLine(event)}\n` };
    if (event.type !== "closed" || event.reason === null) return [line];
    return [line, { stream: "err", text: `${visible(event.reason)}\n` }];
  }

  /** A name is asked for by an event already; for the address there is none yet. */
  ask(question: Question): Output[] {
    return question === "address" ? [{ stream: "err", text: QUESTIONS.address }] : [];
  }

  /** Nothing is to be done. */
  answered(): Output[] {
    return [];
  }

  /** Programs get all of a message at once. */
  unfold(): Output[] {
    return [];
  }
}
