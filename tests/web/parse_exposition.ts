/**
 * A strict reader of Prometheus' text format, written from its description, not from the writer.
 * @module
 */
import { assert, assertEquals } from "@std/assert";

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`;
const SAMPLE = new RegExp(String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? (\S+)$`);
const VALUE = /^(?:[+-]Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** The parts of histograms, as the ends of their names. */
const PARTS = /_(?:bucket|sum|count)$/;

/** Reads a text. Returns the values by name and labels, `name{label="value"}`, as written. */
export function parseExposition(text: string): Map<string, number> {
  assert(text.endsWith("\n"), "the last line must end");
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, helped] = new RegExp(`^# HELP (${NAME}) \\S`).exec(line) ?? [];
    if (helped !== undefined) {
      assert(!types.has(helped), `${helped} comes twice`);
      current = helped;
      continue;
    }
    const [, typed, type = ""] =
      new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line) ?? [];
    if (typed !== undefined) {
      assertEquals(typed, current, "the type follows the help");
      assertEquals(type === "counter", typed.endsWith("_total"), typed);
      types.set(typed, type);
      continue;
    }
    const [, name = "", labels, value = ""] = SAMPLE.exec(line) ?? [];
    assert(VALUE.test(value), `not in the format: ${line}`);
    const family = types.get(current) === "histogram" ? name.replace(PARTS, "") : name;
    assert(types.has(current), `${current} has no type`);
    assertEquals(family, current, "samples of a metric stand together, below its type");
    const key = labels === undefined ? name : `${name}{${labels}}`;
    assert(!values.has(key), `${key} comes twice`);
    values.set(key, Number(value.replace("Inf", "Infinity")));
  }
  for (const [name, type] of types) if (type === "histogram") checkBuckets(name, values);
  return values;
}

/** Buckets are cumulative, and the last one has all values. */
function checkBuckets(name: string, values: ReadonlyMap<string, number>): void {
  const before = new Map<string, { bound: number; count: number }>();
  for (const [key, count] of values) {
    const [, others = "", le = ""] =
      new RegExp(`^${name}_bucket\\{(?:(.*),)?le="([^"]*)"\\}$`).exec(key) ?? [];
    if (le === "") continue;
    const bound = Number(le.replace("Inf", "Infinity"));
    const last = before.get(others) ?? { bound: -Infinity, count: 0 };
    assert(bound > last.bound && count >= last.count, key);
    before.set(others, { bound, count });
  }
  assert(before.size > 0, `${name} has no buckets`);
  for (const [others, { bound, count }] of before) {
    const labels = others === "" ? "" : `{${others}}`;
    assertEquals([bound, count], [Infinity, values.get(`${name}_count${labels}`)], name);
    assert(values.has(`${name}_sum${labels}`), name);
  }
}
