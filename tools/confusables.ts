/**
 * Makes `lib/irc/confusables.ts` from Unicode's table of confusable characters (UTS #39):
 *
 *     deno run --allow-read --allow-write tools/confusables.ts .../confusables.txt
 *
 * Source: https://www.unicode.org/Public/security/latest/confusables.txt, whose licence is beside
 * the table.
 * @module
 */
import { appearance } from "../lib/irc/appearance.ts";
import { ASCII_LOOKS } from "../lib/irc/looks.ts";
import { isNickCharacter, scriptOf } from "../lib/irc/names.ts";

/** A row of Unicode's table: a character, and what it looks like. */
export type Confusable = readonly [source: string, target: string];

/** Latin letters with hooks, curls and strokes that Unicode does not map to the plain letter. */
const WITH_HOOKS: Readonly<Record<string, string>> = {
  a: "ᶏⱥ",
  b: "ᵬᶀꞗ",
  c: "ɕꞔ𝼝",
  d: "ȡᵭᶁᶑꝺꟈ",
  e: "ᶒⱸꬳꬴ",
  f: "ᶂꝼ",
  g: "ʛᵹꞡꬶ",
  h: "ꞕ",
  i: "ᶖ𝼚",
  j: "ȷɟ",
  k: "ᶄꝃꝅꞣ",
  l: "ŀȴɬᴌᶅⱡꝉꞎꬷꬸꬹ𝼄𝼑𝼓",
  m: "ᶆꬺ",
  n: "ȵᶇꞑꞥꬻ",
  o: "ⱺꝍ𝼛",
  p: "ᵱᶈꝑꝓꝕ",
  q: "ɋꝗꝙ",
  r: "ɾᵳᶉꝛꞃꞧꭆꭉꭋꭌ𝼖",
  s: "ȿᶊꞩꟊ𝼞",
  t: "ƫȶꞇ𝼉",
  u: "ᶙꞹ",
  v: "ᶌⱱⱴꝟ",
  w: "ⱳ",
  x: "ᶍꭖꭗꭘꭙ",
  z: "ɀʑᶎⱬ",
};

/**
 * What Unicode's table lacks: most Latin small capitals, letters with hooks, strokes and circles of
 * scripts that are used together with Latin, and that the two small sigmas of Greek are one letter.
 */
const OUR_ROWS: readonly Confusable[] = [
  ...Object.entries(WITH_HOOKS).flatMap(([target, sources]) =>
    Array.from(sources, (source): Confusable => [source, target])
  ),
  ["丨", "l"],
  ["ᄋ", "o"],
  ["ー", "-"],
  ["ᴀ", "a"],
  ["ᴁ", "ae"],
  ["ʙ", "b"],
  ["ᴃ", "b"],
  ["ᴅ", "d"],
  ["ᴇ", "e"],
  ["ꜰ", "f"],
  ["ɢ", "g"],
  ["ʜ", "h"],
  ["ᴊ", "j"],
  ["ĸ", "k"],
  ["ʟ", "l"],
  ["ʍ", "m"],
  ["ɴ", "n"],
  ["ᴘ", "p"],
  ["ꞯ", "q"],
  ["ʀ", "r"],
  ["ᴛ", "t"],
  ["ς", "σ"],
];

/** Parses Unicode's table. */
export function parseConfusables(text: string): Confusable[] {
  const decode = (hex: string) =>
    String.fromCodePoint(...hex.trim().split(" ").map((one) => parseInt(one, 16)));
  return [...text.matchAll(/^([0-9A-F]+) ;\t([0-9A-F ]+) ;/gm)]
    .map(([, source = "", target = ""]) => [decode(source), decode(target)]);
}

/** The rows that matter for names, followed to the end. Throws if `ASCII_LOOKS` lacks a row. */
export function tableOf(confusables: readonly Confusable[]): Confusable[] {
  const rows = [...confusables.filter(matters), ...OUR_ROWS];
  const ascii = rows.find(([source]) => source <= "\x7f" && !ASCII_LOOKS.has(source.toLowerCase()));
  if (ascii !== undefined) throw new Error(`ASCII_LOOKS in lib/irc/looks.ts lacks ${ascii[0]}.`);
  const alike = new Map(
    rows.filter(([source]) => source > "\x7f")
      .map(([source, target]) => [source, plainly(source, target)]),
  );
  // Without its row, such a character would look like its compatibility form anyway.
  const needless = (source: string, target: string) =>
    target ===
      (source.normalize("NFKC") === source
        ? appearance(source, NOTHING, "kept")
        : appearance(source.normalize("NFKC"), alike, "kept"));
  return [...alike.keys()].map((source): Confusable => [source, appearance(source, alike, "kept")])
    .filter(([source, target]) => !needless(source, target));
}

const NOTHING = new Map<string, string>();

function matters([source, target]: Confusable): boolean {
  // Accents are dropped, and a vowel sign that looks like one would be dropped with them.
  const isAccent = /\p{M}/u.test(source) && /\p{Script=Inherited}/u.test(source) ||
    /^\p{Script=Inherited}/u.test(target);
  // UTS #39 decomposes before the look-up: rows of letters with accents never match.
  return isNickCharacter(source) && source.normalize("NFD") === source && !isAccent;
}

/**
 * Unicode writes `l` for what looks like `I`, and `rn` for what looks like `m`. ASCII_LOOKS does
 * too.
 */
function plainly(source: string, target: string): string {
  const isCapital = /\p{Lu}/u.test(source);
  return target === "l" && isCapital ? "i" : target.replaceAll("rn", "m");
}

/**
 * Whether readers take a character for what it looks like: they tell the letters of one alphabet
 * apart, except for Latin ones that no European language uses.
 */
function deceives([source, target]: Confusable): boolean {
  const script = scriptOf(source);
  return script === "Latin" ? source >= "\u0180" : script !== scriptOf(target);
}

/** The text of the generated file. */
export function moduleOf(table: readonly Confusable[], version: string): string {
  return `/**
 * Characters that look like others, from Unicode's table ${version} (UTS #39, confusables.txt), whose
 * licence is in LICENSE-UNICODE. Written by tools/confusables.ts.
 *
 * Each word is code points in hexadecimal: what they look like, \`=\`, which characters do.
 * @module
 */

/** Characters that even readers take for others: of another alphabet, or in no alphabet. */
export const SAME: string =
${literal(table.filter(deceives))};

/** Other characters that look similar to some. */
export const SIMILAR: string =
${literal(table.filter((row) => !deceives(row)))};
`;
}

function literal(rows: readonly Confusable[]): string {
  const hex = (text: string) => Array.from(text, (char) => char.codePointAt(0)!.toString(16));
  const groups = new Map<string, string[]>();
  for (const [source, target] of rows) {
    groups.set(target, [...groups.get(target) ?? [], ...hex(source)]);
  }
  const lines: string[] = [];
  for (const [target, sources] of groups) {
    const word = `${hex(target).join("+")}=${sources}`;
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length < 94) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, at) => `  "${at === 0 ? "" : " "}${line}"`).join(" +\n");
}

if (import.meta.main) {
  const [path] = Deno.args;
  if (path === undefined) {
    console.error("Usage: deno run --allow-read --allow-write tools/confusables.ts FILE");
    Deno.exit(2);
  }
  const text = await Deno.readTextFile(path);
  const version = /^# Version: (\S+)/m.exec(text)?.[1] ?? "of an unknown version";
  const module = moduleOf(tableOf(parseConfusables(text)), version);
  await Deno.writeTextFile(new URL("../lib/irc/confusables.ts", import.meta.url), module);
}
