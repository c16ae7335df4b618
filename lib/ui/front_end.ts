/**
 * What the parts that show a chat have in common.
 * @module
 */
import type { ChatEvent } from "../client/events.ts";

/** Text to be written. */
export interface Output {
  /** To which stream of the process. */
  readonly stream: "out" | "err";
  /** The text, its line ends included. */
  readonly text: string;
}

/** What a front end asks its person for. */
export type Question = "address" | "name" | "trust" | "insecure";

/** Shows a chat. Pure: what it returns is to be written, in order. */
export interface FrontEnd {
  /** Shows an event. */
  show(event: ChatEvent): Output[];
  /**
   * Asks for something; the answer is the next line of input.
   *
   * @param before the lines above the question; none where it is left out.
   */
  ask(question: Question, before?: string): Output[];
  /** A line came that answers what was asked. */
  answered(): Output[];
  /** All of the long messages of a place of which only the beginning was shown, if any. */
  unfold(place: string): Output[];
}

/** On what a front end runs. */
export interface StandardStreams {
  /** Whether standard input is a terminal: what is typed there shows, Enter included. */
  readonly typed: boolean;
  /** Whether standard output is a terminal. */
  readonly shown: boolean;
  /** How wide the terminal is that a stream ends in; undefined if it ends in none. */
  readonly columns?: (stream: Output["stream"]) => number | undefined;
}
