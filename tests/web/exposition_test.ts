import { assertEquals, assertThrows } from "@std/assert";
import { exposition, type Figures } from "../../lib/web/exposition.ts";
import { parseExposition } from "./parse_exposition.ts";

const GAUGE = { name: "a_bytes", type: "gauge", help: "What it is.", label: undefined } as const;

Deno.test("Exposition: each metric has its help, its type and its samples, in the format", () => {
  const cases: [figures: Figures, text: string][] = [
    [{ ...GAUGE, samples: { value: 5 } }, "a_bytes 5\n"],
    [{ ...GAUGE, samples: { value: -0.5 } }, "a_bytes -0.5\n"],
    [{ ...GAUGE, samples: { value: 1e21 } }, "a_bytes 1e+21\n"],
    [{ ...GAUGE, samples: { value: 1e-7 } }, "a_bytes 1e-7\n"],
    [{ ...GAUGE, samples: { value: Infinity } }, "a_bytes +Inf\n"],
    [{ ...GAUGE, samples: { value: -Infinity } }, "a_bytes -Inf\n"],
    [{ ...GAUGE, samples: { value: NaN } }, "a_bytes NaN\n"],
    [
      { ...GAUGE, label: "kind", samples: { tls: 1, plain: 2 } },
      'a_bytes{kind="tls"} 1\na_bytes{kind="plain"} 2\n',
    ],
    [
      { ...GAUGE, label: "kind", samples: { 'a"b\\c\nd ğ🙂': 1 } },
      String.raw`a_bytes{kind="a\"b\\c\nd ğ🙂"} 1` + "\n",
    ],
  ];
  for (const [figures, samples] of cases) {
    const text = exposition([figures]);
    assertEquals(text, `# HELP a_bytes What it is.\n# TYPE a_bytes gauge\n${samples}`);
    parseExposition(text);
  }
});

Deno.test("Exposition: a help is one line, and quotes stay as they are", () => {
  const text = exposition([{ ...GAUGE, help: 'a "b" \\ c\nd', samples: { value: 1 } }]);
  assertEquals(text.split("\n", 1), [String.raw`# HELP a_bytes a "b" \\ c\nd`]);
});

Deno.test("Exposition: the buckets of a histogram are cumulative, also those by a label", () => {
  const buckets = { bounds: [0.001, 1], counts: [3, 0, 2], sum: 12.5 };
  const histogram = { ...GAUGE, name: "b_seconds", type: "histogram" } as const;
  const text = exposition([
    { ...histogram, samples: { value: buckets } },
    { ...histogram, name: "c_seconds", label: "step", samples: { commit: buckets } },
  ]);
  const values = parseExposition(text);
  assertEquals([...values].slice(0, 5), [
    ['b_seconds_bucket{le="0.001"}', 3],
    ['b_seconds_bucket{le="1"}', 3],
    ['b_seconds_bucket{le="+Inf"}', 5],
    ["b_seconds_sum", 12.5],
    ["b_seconds_count", 5],
  ]);
  assertEquals([...values.keys()].slice(5), [
    'c_seconds_bucket{step="commit",le="0.001"}',
    'c_seconds_bucket{step="commit",le="1"}',
    'c_seconds_bucket{step="commit",le="+Inf"}',
    'c_seconds_sum{step="commit"}',
    'c_seconds_count{step="commit"}',
  ]);
});

Deno.test("Exposition: a metric without a sample is left out", () => {
  assertEquals(exposition([{ ...GAUGE, label: "step", samples: {} }]), "");
});

Deno.test("Exposition: the reader of the tests refuses what is against the format", () => {
  const head = "# HELP a A.\n# TYPE a gauge\n";
  const broken = [
    "",
    `${head}a 1`,
    `${head}b 1\n`,
    `${head}a 1\na 1\n`,
    `${head}a{x="\n"} 1\n`,
    `${head}a Infinity\n`,
    "# HELP a A.\na 1\n",
    "# HELP a A.\n# TYPE a counter\na 1\n",
    '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
    '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n',
  ];
  for (const text of broken) assertThrows(() => parseExposition(text), Error, undefined, text);
});
