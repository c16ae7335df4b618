/**
 * Draws what `compare.py --only plot --json FILE` measured: deliveries a second and the 99th
 * percentile of the latency over the number of members and of rooms, as an SVG.
 *
 *     deno run --allow-read --allow-write plot.ts FILE ../../../docs/performance.svg
 *
 * @module
 */

/** The figures of each round, by scenario and server. */
type Figures = Record<string, Record<string, Record<string, number>[]>>;

interface Point {
  /** How many members or rooms. */
  readonly count: number;
  readonly value: number;
}

interface Panel {
  readonly title: string;
  readonly key: string;
  /** The divisor that turns a measured value into the unit of the axis. */
  readonly unit: number;
}

interface Row {
  readonly axis: string;
  /** The letter with which the names of its scenarios start. */
  readonly letter: string;
  readonly ticks: readonly number[];
}

const PANELS: readonly Panel[] = [
  { title: "Deliveries a second, in thousands", key: "deliveries/s", unit: 1000 },
  { title: "99th percentile of the latency, in ms", key: "p99", unit: 1000 },
];
const ROWS: readonly Row[] = [
  { axis: "members of one room", letter: "m", ticks: [10, 100, 1000, 5000] },
  { axis: "rooms of ten members", letter: "r", ticks: [1, 10, 100, 1000] },
];
const COLOURS: Readonly<Record<string, string>> = {
  chat: "#0969da",
  inspircd: "#cf222e",
  ngircd: "#8250df",
};
const ENCRYPTED = ", encrypted";
const [WIDTH, HEIGHT, LEFT, TOP, GAP, BELOW] = [380, 240, 60, 40, 70, 60];
/** The height of the legend, and the width of one of its entries. */
const [LEGEND, ENTRY] = [30, 170];

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The points of each server, plain and encrypted, by number of members or rooms. */
function series(figures: Figures, { key, unit }: Panel, letter: string): Map<string, Point[]> {
  const found = new Map<string, Point[]>();
  for (const [scenario, servers] of Object.entries(figures)) {
    const [, tls, kind, count] = /^(tls-)?([mr])([0-9]+)$/.exec(scenario) ?? [];
    if (kind !== letter) continue;
    for (const [server, runs] of Object.entries(servers)) {
      const good = runs.filter((run) => run[key] !== undefined);
      if (good.length === 0) continue;
      const value = median(good.map((run) => run[key]!)) / unit;
      const name = server + (tls === undefined ? "" : ENCRYPTED);
      found.set(name, [...found.get(name) ?? [], { count: Number(count), value }]);
    }
  }
  for (const points of found.values()) points.sort((a, b) => a.count - b.count);
  return found;
}

function colourOf(name: string): string {
  return COLOURS[name.replace(ENCRYPTED, "")] ?? "#57606a";
}

/** How the line of a server is drawn. */
function strokeOf(name: string): string {
  const dashes = name.endsWith(ENCRYPTED) ? ' stroke-dasharray="6 4"' : "";
  return `stroke="${colourOf(name)}" stroke-width="2"${dashes}`;
}

/** One legend for all panels, above them: within them it would lie on the lines. */
function legend(figures: Figures): string {
  const names = new Set(
    ROWS.flatMap(({ letter }) => [...series(figures, PANELS[0]!, letter).keys()]),
  );
  return [...names].sort().map((name, index) => {
    const x = LEFT + index * ENTRY;
    return `<path d="M${x} 20h24" ${strokeOf(name)}/><text x="${x + 30}" y="24">${name}</text>`;
  }).join("\n");
}

function draw(
  figures: Figures,
  panel: Panel,
  { axis, letter, ticks }: Row,
  x0: number,
  y0: number,
): string {
  const lines = series(figures, panel, letter);
  const all = [...lines.values()].flat();
  const log = Math.log10;
  const [low, high] = [
    Math.floor(log(Math.min(...all.map(({ value }) => value)))),
    Math.ceil(log(Math.max(...all.map(({ value }) => value)))),
  ];
  const [few, many] = [ticks[0]!, ticks.at(-1)!];
  const x = (count: number) => x0 + (log(count / few) / log(many / few)) * WIDTH;
  const y = (value: number) => y0 + HEIGHT - ((log(value) - low) / (high - low)) * HEIGHT;
  const parts = [`<text x="${x0}" y="${y0 - 16}" class="title">${panel.title}</text>`];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    parts.push(
      `<path d="M${x0} ${at}h${WIDTH}" class="grid"/>`,
      `<text x="${x0 - 8}" y="${at + 4}" class="end">${10 ** power}</text>`,
    );
  }
  for (const count of ticks) {
    parts.push(`<text x="${x(count)}" y="${y0 + HEIGHT + 18}" class="middle">${count}</text>`);
  }
  parts.push(`<text x="${x0 + WIDTH / 2}" y="${y0 + HEIGHT + 38}" class="middle">${axis}</text>`);
  for (const [name, points] of lines) {
    const path = points.map(({ count, value }) => `${x(count)},${y(value)}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" ${strokeOf(name)}/>`);
    for (const { count, value } of points) {
      parts.push(`<circle cx="${x(count)}" cy="${y(value)}" r="3" fill="${colourOf(name)}"/>`);
    }
  }
  return parts.join("\n");
}

const [source, target] = Deno.args;
if (source === undefined || target === undefined) {
  console.error("Give the file that was measured, and the SVG to write.");
  Deno.exit(2);
}
const figures: Figures = JSON.parse(await Deno.readTextFile(source));
const height = TOP + HEIGHT + BELOW;
const panels = ROWS.flatMap((row, down) =>
  PANELS.map((panel, across) =>
    draw(figures, panel, row, LEFT + across * (WIDTH + GAP), LEGEND + TOP + down * height)
  )
);
const size = [LEFT + 2 * WIDTH + GAP + 20, LEGEND + ROWS.length * height];
await Deno.writeTextFile(
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(" ")}" font-family="sans-serif"
 font-size="12" role="img" aria-label="Deliveries a second and latency over members and over rooms">
<style>text{fill:#57606a}.title{font-weight:bold}.grid{stroke:#d0d7de}.end{text-anchor:end}
.middle{text-anchor:middle}</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${legend(figures)}
${panels.join("\n")}
</svg>
`,
);
