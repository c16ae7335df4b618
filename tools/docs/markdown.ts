/**
 * What the generated parts of the documents are made of.
 * @module
 */

/** A text as code. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** A text in words: what Markdown would take for its own stays as it is. */
export function plain(text: string): string {
  return text.replace(/[*_<`~[\]\\]/g, "\\$&");
}

/** A table: its head, and a row of cells for each of `rows`. */
export function table<T>(
  head: readonly string[],
  rows: Iterable<T>,
  cells: (row: T) => readonly string[],
): string {
  return [head, head.map(() => "---"), ...[...rows].map(cells)]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");
}
