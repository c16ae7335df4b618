/**
 * Multiline messages.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import type { Tags } from "./message.ts";

/** The type of these batches, and the name of the capability. */
export const MULTILINE = "draft/multiline";

/** The most bytes of a multiline message, line feeds included. */
export const MAX_BYTES = 16_384;

export const MAX_LINES = 100;

/** The value of the capability. */
export const MULTILINE_VALUE = `max-bytes=${MAX_BYTES},max-lines=${MAX_LINES}`;

export interface BatchLine {
  readonly text: string;
  /** Whether it continues the line before it. */
  readonly concat: boolean;
}

/** A multiline message while it is sent. */
export interface MultilineBatch {
  /** The reference that its sender chose. */
  readonly reference: string;
  readonly target: string;
  /** The client-only tags that are passed on. */
  readonly client: Tags;
  /** The label of the reply. */
  readonly label: string | undefined;
  readonly lines: BatchLine[];
  bytes: number;
  /** Whether it was refused; then the rest of it is dropped. */
  failed: boolean;
}
