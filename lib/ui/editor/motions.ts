import { GRAPHEMES } from "../../text/graphemes.ts";

/** Moves from one place between graphemes to another, in UTF-16 units. */
export type Motion = (text: string, at: number) => number;

const words = new Intl.Segmenter("en", { granularity: "word" });

/** The nearest place between graphemes at or after an index. */
export function settled(text: string, at: number): number {
  const segment = GRAPHEMES.segment(text).containing(at);
  return segment === undefined || segment.index === at
    ? at
    : segment.index + segment.segment.length;
}

export function left(text: string, at: number): number {
  return at === 0 ? 0 : GRAPHEMES.segment(text).containing(at - 1)?.index ?? 0;
}

export function right(text: string, at: number): number {
  const segment = GRAPHEMES.segment(text).containing(at);
  return segment === undefined ? text.length : segment.index + segment.segment.length;
}

/** To the start of this word, or of the previous one. */
export function wordLeft(text: string, at: number): number {
  let found = 0;
  for (const { index, isWordLike } of words.segment(text)) {
    if (index >= at) break;
    if (isWordLike) found = index;
  }
  return settled(text, found);
}

/** To the end of this word, or of the next one. */
export function wordRight(text: string, at: number): number {
  for (const { index, segment, isWordLike } of words.segment(text)) {
    const end = index + segment.length;
    if (isWordLike && end > at) return settled(text, end);
  }
  return text.length;
}

/** To the start of this run of non-spaces, or of the previous one. */
export function spaceLeft(text: string, at: number): number {
  let start = text.slice(0, at).trimEnd().length;
  while (start > 0 && !/\s/u.test(text[start - 1]!)) start--;
  return settled(text, start);
}

export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** To the start of the line; from there over the line end. */
export function beforeLine(text: string, at: number): number {
  const start = lineStart(text, at);
  return start === at ? left(text, at) : start;
}

/** To the end of the line; from there over the line end. */
export function behindLine(text: string, at: number): number {
  const end = lineEnd(text, at);
  return end === at ? right(text, at) : end;
}

export function textStart(): number {
  return 0;
}

export function textEnd(text: string): number {
  return text.length;
}
