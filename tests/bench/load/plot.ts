/**
 * Draws what `compare.py --only plot --json FILE` measured: deliveries a second and the 99th
 * percentile of the latency over the number of members, as an SVG.
 *
 *     deno run --allow-read --allow-write plot.ts FILE ../../../docs/performance.svg
 *
 * @module
 */

/** The figures of each round, by scenario and server. */
type Figures = Record<string, Record<string, Record<string, number>[]>>;

interface Point {
  readonly members: number;
  readonly value: number;
}

interface Panel {
  readonly title: string;
  readonly key: string;
  /** The divisor that turns a measured value into the unit of the axis. */
  readonly unit: number;
}

const PANELS: readonly Panel[] = [
  { title: "Deliveries a second, in thousands", key: "deliveries/s", unit: 1000 },
  { title: "99th percentile of the latency, in ms", key: "p99", unit: 1000 },
];
const COLOURS: Readonly<Record<string, string>> = {
  chat: "#0969da",
  inspircd: "#cf222e",
  ngircd: "#8250df",
};
const [WIDTH, HEIGHT, LEFT, TOP, GAP] = [380, 240, 60, 40, 70];

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Each server's points, by number of members. */
function series(figures: Figures, { key, unit }: Panel): Map<string, Point[]> {
  const found = new Map<string, Point[]>();
  for (const servers of Object.values(figures)) {
    for (const [server, runs] of Object.entries(servers)) {
      const good = runs.filter((run) => run[key] !== undefined);
      if (good.length === 0) continue;
      const value = median(good.map((run) => run[key]!)) / unit;
      const points = found.get(server) ?? [];
      found.set(server, [...points, { members: good[0]!.members!, value }]);
    }
  }
  for (const points of found.values()) points.sort((a, b) => a.members - b.members);
  return found;
}

function draw(figures: Figures, panel: Panel, x0: number): string {
  const lines = series(figures, panel);
  const all = [...lines.values()].flat();
  const log = Math.log10;
  const [low, high] = [
    Math.floor(log(Math.min(...all.map(({ value }) => value)))),
    Math.ceil(log(Math.max(...all.map(({ value }) => value)))),
  ];
  const [few, many] = [10, 5000];
  const x = (members: number) => x0 + (log(members / few) / log(many / few)) * WIDTH;
  const y = (value: number) => TOP + HEIGHT - ((log(value) - low) / (high - low)) * HEIGHT;
  const parts = [`<text x="${x0}" y="${TOP - 16}" class="title">${panel.title}</text>`];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    parts.push(
      `<path d="M${x0} ${at}h${WIDTH}" class="grid"/>`,
      `<text x="${x0 - 8}" y="${at + 4}" class="end">${10 ** power}</text>`,
    );
  }
  for (const members of [10, 100, 1000, 5000]) {
    parts.push(`<text x="${x(members)}" y="${TOP + HEIGHT + 18}" class="middle">${members}</text>`);
  }
  parts.push(`<text x="${x0 + WIDTH / 2}" y="${TOP + HEIGHT + 38}" class="middle">members</text>`);
  let row = 0;
  for (const [server, points] of lines) {
    const colour = COLOURS[server] ?? "#57606a";
    const path = points.map(({ members, value }) => `${x(members)},${y(value)}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const { members, value } of points) {
      parts.push(`<circle cx="${x(members)}" cy="${y(value)}" r="3" fill="${colour}"/>`);
    }
    const at = TOP + HEIGHT - 12 - 16 * row++;
    parts.push(`<text x="${x0 + 10}" y="${at}" style="fill:${colour}">${server}</text>`);
  }
  return parts.join("\n");
}

const [source, target] = Deno.args;
if (source === undefined || target === undefined) {
  console.error("Give the file that was measured, and the SVG to write.");
  Deno.exit(2);
}
const figures: Figures = JSON.parse(await Deno.readTextFile(source));
const panels = PANELS.map((panel, index) => draw(figures, panel, LEFT + index * (WIDTH + GAP)));
const size = [LEFT + 2 * WIDTH + GAP + 20, TOP + HEIGHT + 50];
await Deno.writeTextFile(
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(" ")}" font-family="sans-serif"
 font-size="12" role="img" aria-label="Deliveries a second and latency over the number of members">
<style>text{fill:#57606a}.title{font-weight:bold}.grid{stroke:#d0d7de}.end{text-anchor:end}
.middle{text-anchor:middle}</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${panels.join("\n")}
</svg>
`,
);
