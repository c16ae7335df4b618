/**
 * What the front ends for lines have in common.
 * @module
 */
import type { ChatEvent } from "../client/events.ts";

export interface Output {
  readonly stream: "out" | "err";
  readonly text: string;
}

export type Question = "address" | "name" | "trust" | "insecure";

/** Shows a chat in lines. Pure: the caller writes what is returned, in order. */
export interface FrontEnd {
  show(event: ChatEvent): Output[];
  /**
   * Asks a question; the answer is the next line of input.
   *
   * @param before the lines above the question.
   */
  ask(question: Question, before?: string): Output[];
  answered(): Output[];
  /** The whole text of long messages of a place that were shortened, if any. */
  unfold(place: string): Output[];
}

export interface StandardStreams {
  /** Whether standard input is a terminal: then it shows what is typed, with Enter. */
  readonly typed: boolean;
  readonly shown: boolean;
  /** The width of the terminal behind a stream; undefined if there is none. */
  readonly columns?: (stream: Output["stream"]) => number | undefined;
}
