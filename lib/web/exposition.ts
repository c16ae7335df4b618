/**
 * Writes figures in the text format of Prometheus.
 *
 * Source: Prometheus, "Exposition formats", text format 0.0.4.
 * @module
 */

/** The media type of the format. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type MetricType = "counter" | "gauge" | "histogram";

/** Values counted by size. */
export interface Buckets {
  /** The highest value of each size, the lowest first. */
  readonly bounds: readonly number[];
  /** How many values there are of each size; last, those above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** A metric with its present values. */
export interface Figures {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** The name of the label that tells the samples apart; undefined if there is only one. */
  readonly label: string | undefined;
  /** By the value of the label. */
  readonly samples: Readonly<Record<string, number | Buckets>>;
}

/** Writes metrics, each with its help and its type. Those without a sample are left out. */
export function exposition(metrics: readonly Figures[]): string {
  return metrics.filter(({ samples }) => Object.keys(samples).length > 0).map(written).join("");
}

function written({ name, type, help, label, samples }: Figures): string {
  const lines = Object.entries(samples).flatMap(([value, sample]) => {
    const labels = label === undefined ? [] : [[label, value]] as const;
    return typeof sample === "number"
      ? [line(name, labels, sample)]
      : bucketLines(name, labels, sample);
  });
  const text = help.replace(/[\\\n]/g, escaped);
  return `# HELP ${name} ${text}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

type Labels = readonly (readonly [name: string, value: string])[];

/** The lines of a histogram: each bucket counts all values up to its bound. */
function bucketLines(name: string, labels: Labels, { bounds, counts, sum }: Buckets): string[] {
  let count = 0;
  const buckets = [...bounds, Infinity].map((bound, at) => {
    count += counts[at]!;
    return line(`${name}_bucket`, [...labels, ["le", number(bound)]], count);
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = labels.map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${number(value)}\n`;
}

function escaped(char: string): string {
  return char === "\n" ? "\\n" : `\\${char}`;
}

/** A number as Go reads it. */
function number(value: number): string {
  return Math.abs(value) === Infinity ? value > 0 ? "+Inf" : "-Inf" : `${value}`;
}
