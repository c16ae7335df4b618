import type { ChatEvent } from "../../client/events.ts";
import type { FrontEnd, Output, Question } from "../front_end.ts";
import { visible } from "../../text/text.ts";
import { QUESTIONS } from "../../wording/display.ts";

/**
 * An event as one line of JSON, without the line end: the fields of `ChatEvent`, with `type` first
 * and `time` as an ISO 8601 string in UTC.
 */
export function jsonLine(event: ChatEvent): string {
  const { type, time, ...rest } = event;
  return harmlessJson({ type, time: new Date(time).toISOString(), ...rest });
}

/**
 * JSON of an object, with every character escaped that a terminal could act on. Half of a surrogate
 * pair, from a text that was cut, becomes U+FFFD: Python can read half a pair, but not print it.
 */
export function harmlessJson(object: object): string {
  const whole = (_: string, value: unknown) =>
    typeof value === "string" ? value.toWellFormed() : value;
  return JSON.stringify(object, whole).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    // A code point may be a surrogate pair.
    (char) =>
      char.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(
        "",
      ),
  );
}

/** The front end for programs: prints events as JSON to standard output, and nothing else there. */
export class Json implements FrontEnd {
  /** The reason of the end also goes to standard error. */
  show(event: ChatEvent): Output[] {
    const line: Output = { stream: "out", text: `${jsonLine(event)}\n` };
    if (event.type !== "closed" || event.reason === null) return [line];
    const reason = event.reason.split("\n").map(visible).join("\n");
    return [line, { stream: "err", text: `${reason}\n` }];
  }

  /** Names are asked for by an event; for the address there is none yet. */
  ask(question: Question): Output[] {
    return question === "address" ? [{ stream: "err", text: QUESTIONS.address }] : [];
  }

  answered(): Output[] {
    return [];
  }

  /** Programs get long messages whole. */
  unfold(): Output[] {
    return [];
  }
}
