/**
 * Messages of several lines, as the protocol has them.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import type { Tags } from "./message.ts";

/** The type of these batches, which is also the name of the capability. */
export const MULTILINE = "draft/multiline";

/** The most bytes of a message of several lines, line feeds counted. */
export const MAX_BYTES = 16_384;

/** The most lines of one message. */
export const MAX_LINES = 100;

/** What the capability says of it. */
export const MULTILINE_VALUE = `max-bytes=${MAX_BYTES},max-lines=${MAX_LINES}`;

/** A line of a message. */
export interface BatchLine {
  /** What it says. */
  readonly text: string;
  /** Whether it goes on where the line before it stopped. */
  readonly concat: boolean;
}

/** A message of several lines that is being sent. */
export interface MultilineBatch {
  /** How its sender calls it. */
  readonly reference: string;
  /** Where it goes. */
  readonly target: string;
  /** The tags that are passed on. */
  readonly client: Tags;
  /** What its reply is to be marked with. */
  readonly label: string | undefined;
  /** Its lines so far. */
  readonly lines: BatchLine[];
  /** How many bytes it has so far. */
  bytes: number;
  /** Whether it was refused: what still comes of it is dropped. */
  failed: boolean;
}
