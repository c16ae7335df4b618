import { type Look, type Piece, piecesOf } from "./styled.ts";

/** The screen to draw. */
export interface Screen {
  /** With escape sequences for colours. */
  readonly rows: readonly string[];
  readonly columns: number;
  /** Counted from 0. */
  readonly cursor: {
    readonly row: number;
    readonly column: number;
  };
  /** The title of the window. */
  readonly title: string;
  /** The content in words, for those who can't see it. */
  readonly description: string;
}

/** Sizes in pixels: of a character, of the frame, of the space around the text. */
const CELL = { width: 8.4, height: 20 } as const;
const FRAME = 36;
const MARGIN = 16;

const COLOURS = {
  window: "#0d1117",
  frame: "#161b22",
  edge: "#30363d",
  text: "#e6edf3",
  title: "#8b949e",
  cursor: "#58a6ff",
  buttons: ["#ff5f57", "#febc2e", "#28c840"],
} as const;

const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** The screen as SVG, in a window. Every character stands in its column, whatever the font. */
export function svgOf({ rows, columns, cursor, title, description }: Screen): string {
  const width = round(columns * CELL.width + 2 * MARGIN);
  const height = FRAME + rows.length * CELL.height + 2 * MARGIN;
  const { window, frame, edge } = COLOURS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    "<style>",
    `text { font: 14px ${FONT}; fill: ${COLOURS.text}; }`,
    ".b { font-weight: bold; } .d { opacity: 0.6; } .i { font-style: italic; } " +
    ".u { text-decoration: underline; }",
    "</style>",
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" ` +
    `fill="${window}" stroke="${edge}"/>`,
    `<path d="M1 ${FRAME}V10a9 9 0 0 1 9-9H${
      width - 10
    }a9 9 0 0 1 9 9V${FRAME}z" fill="${frame}"/>`,
    ...COLOURS.buttons.map((colour, index) =>
      `<circle cx="${20 + 20 * index}" cy="${FRAME / 2}" r="6" fill="${colour}"/>`
    ),
    `<text x="${width / 2}" y="${FRAME / 2 + 5}" text-anchor="middle" ` +
    `style="fill: ${COLOURS.title}">${escaped(title)}</text>`,
    `<rect x="${x(cursor.column)}" y="${top(cursor.row)}" width="${CELL.width}" ` +
    `height="${CELL.height}" fill="${COLOURS.cursor}"/>`,
    ...piecesOf(rows).flatMap((pieces, row) => drawn(pieces, row)),
    "</svg>",
    "",
  ].join("\n");
}

function drawn(pieces: readonly Piece[], row: number): string[] {
  const shown = pieces.filter(({ text }) => text.trim() !== "");
  const backgrounds = pieces.flatMap(({ column, width, look }) => {
    const colour = behindOf(look);
    return colour === undefined ? [] : [
      `<rect x="${x(column)}" y="${top(row)}" width="${round(width * CELL.width)}" ` +
      `height="${CELL.height}" fill="${colour}"/>`,
    ];
  });
  return [...backgrounds, ...shown.map((piece) => textOf(piece, row))];
}

function textOf({ text, column, width, look }: Piece, row: number): string {
  const classes = [
    ...look.bold ? ["b"] : [],
    ...look.dim ? ["d"] : [],
    ...look.italic ? ["i"] : [],
    ...look.underlined ? ["u"] : [],
  ];
  const colour = look.reversed ? look.behind ?? COLOURS.window : look.colour;
  // Some renderers drop leading and trailing spaces.
  const before = text.length - text.trimStart().length;
  const behind = text.length - text.trimEnd().length;
  return `<text x="${x(column + before)}" y="${top(row) + 15}" ` +
    `textLength="${round((width - before - behind) * CELL.width)}"` +
    (classes.length === 0 ? "" : ` class="${classes.join(" ")}"`) +
    (colour === undefined ? "" : ` style="fill: ${colour}"`) +
    `>${escaped(text.trim()).replaceAll(" ", "&#160;")}</text>`;
}

function behindOf(look: Look): string | undefined {
  return look.reversed ? look.colour ?? COLOURS.text : look.behind;
}

function x(column: number): number {
  return round(MARGIN + column * CELL.width);
}

function top(row: number): number {
  return FRAME + MARGIN + row * CELL.height;
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
