export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** A text with Markdown's special characters escaped. */
export function plain(text: string): string {
  return text.replace(/[*_<`~[\]\\]/g, "\\$&");
}

/** A table with a row of cells for each of `rows`. */
export function table<T>(
  head: readonly string[],
  rows: Iterable<T>,
  cells: (row: T) => readonly string[],
): string {
  return [head, head.map(() => "---"), ...[...rows].map(cells)]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");
}
