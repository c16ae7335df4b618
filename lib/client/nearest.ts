/**
 * What someone who mistyped a word most likely meant.
 * @module
 */

/** Longer words are no slips of the finger. */
const LONGEST = 16;

/**
 * The candidate that is closest to a word.
 *
 * @returns a candidate that the word is the start of, else the one with the fewest slips (a letter
 * too many, missing, wrong, or two swapped), two at most; undefined where there is none.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word === "" || word.length > LONGEST) return undefined;
  const started = candidates.find((candidate) => candidate.startsWith(word));
  if (started !== undefined) return started;
  let best: string | undefined;
  let fewest = Math.min(3, word.length);
  for (const candidate of candidates) {
    const slips = distance(word, candidate);
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/** Optimal string alignment: swapping two neighbours counts as one slip. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1]!;
      let slips = Math.min(
        above[j]! + 1,
        row[j - 1]! + 1,
        above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, rows[i - 2]![j - 2]! + 1);
      }
      row.push(slips);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
