/** Counts values by size, such as how often something took how long. */
export class Histogram {
  readonly bounds: readonly number[];
  /** How many values fell within each bound, but not within the one before; last, the rest. */
  readonly counts: number[];
  /** The sum of all values. */
  sum = 0;

  /** @param bounds the highest value of each size, the lowest first. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > this.bounds[at]!) at++;
    this.counts[at]!++;
    this.sum += value;
  }
}
