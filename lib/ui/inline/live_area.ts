/**
 * The live area below the scrollback: unsent messages, the input line, the status.
 * @module
 */
import type { EditorLayout } from "../editor/editor.ts";
import type { UnsentLine } from "./view.ts";
import type { Area, ScreenLine, Size } from "./screen.ts";
import { type Status, statusSpans } from "./status.ts";
import { paint, type Style } from "../terminal/style.ts";
import { plainText, type Span } from "../spans.ts";
import { displayWidth } from "../../text/width.ts";
import { unsentSpans } from "./unsent.ts";
import { placed } from "./wrap.ts";

/** The most rows of the input line, and of unsent messages. */
const MOST = { input: 10, unsent: 4 } as const;

export interface LiveState {
  readonly size: Size;
  readonly style: Style;
  /** Lays out the input line in at most `rows` rows of `columns` columns. */
  readonly input: (columns: number, rows: number) => EditorLayout;
  readonly unsent: readonly UnsentLine[];
  /** The status; undefined if there is none yet. */
  readonly status: Status | undefined;
  readonly place: string;
  /** Now, in milliseconds since 1970. */
  readonly now: number;
}

/** The width of the rows: the last column stays free, so that nothing ever wraps. */
export function areaWidth({ columns }: Size): number {
  return Math.max(1, columns - 1);
}

/**
 * Lays out the live area and leaves rows for messages. If there is little room, the unsent messages
 * are left out first, then the status.
 */
export function liveArea({ size, style, input, unsent, status, place, now }: LiveState): Area {
  const columns = areaWidth(size);
  const most = Math.max(1, Math.min(MOST.input, Math.floor(size.rows / 2)));
  const { rows, cursor } = input(columns, most);
  const free = size.rows - rows.length - 1;
  const below = status === undefined || free < 1
    ? []
    : [toRow(statusSpans(status, columns, now), style)];
  const room = Math.min(MOST.unsent, free - below.length, size.rows >> 2);
  const above = room < 1
    ? []
    : unsentSpans(unsent, place, room, columns).map((spans) => toRow(spans, style));
  return {
    rows: [...above, ...rows.map((text) => ({ text: placed(text), plain: text })), ...below],
    cursor: { row: above.length + cursor.row, column: cursor.column },
  };
}

function toRow(spans: readonly Span[], style: Style): ScreenLine {
  let width = 0;
  const texts = spans.map(({ text, role }) => {
    const column = width;
    width += displayWidth(text);
    return paint([{ text: placed(text, column), role }], style);
  });
  return { text: texts.join(""), plain: plainText(spans) };
}
