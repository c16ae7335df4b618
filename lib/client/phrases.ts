/**
 * Phrases and checks of short texts.
 * @module
 */
import { withoutBlanks } from "../text/blank.ts";
import { DURATION } from "../wording/client.ts";

const UNITS: readonly (readonly [seconds: number, unit: keyof typeof DURATION])[] = [
  [24 * 3600, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** A duration in words, roughly: `3 hours`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [1, "second"];
  return DURATION[unit](Math.floor(seconds / size));
}

/** The longest name in a sentence, in UTF-16 units. */
const LONGEST_NAME = 100;

/** A name or mask as one word of a sentence, so that it can't look like the text around it. */
export function word(name: string): string {
  return withoutBlanks(name).slice(0, LONGEST_NAME);
}

export function oneLine(text: string): string {
  return text.replace(/[\0\r\n]+/g, " ");
}

/** Whether a text can be a parameter in the middle of a line. */
export function isParam(text: string): boolean {
  return /^[^\0\r\n :][^\0\r\n ]*$/.test(text);
}
