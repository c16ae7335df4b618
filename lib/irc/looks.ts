/**
 * Whether two names look the same.
 *
 * Names that nobody owns collide only if readers can't tell them apart. Owned names and the
 * server's own are protected more widely: also against accents, and against digits and letters that
 * only look similar.
 *
 * Source: Unicode UTS #39, section 4.
 * @module
 */
import { appearance, type LookAlikes } from "./appearance.ts";
import { SAME, SIMILAR } from "./confusables.ts";
import { fold } from "./names.ts";

/**
 * ASCII characters in names that look similar. All but the last two rows are Unicode's. `i` is in
 * the same group as `l` because `I` looks like `l` and case makes no difference.
 */
export const ASCII_LOOKS: LookAlikes = new Map([
  ["0", "o"],
  ["1", "l"],
  ["|", "l"],
  ["m", "rn"],
  ["`", "'"],
  ["i", "l"],
  ["w", "vv"],
]);

const SIMILAR_ASCII = new RegExp(`[${[...ASCII_LOOKS.keys()].join("")}]`, "g");
const ASCII = /^[\0-\x7f]*$/;

let tables: { readonly same: LookAlikes; readonly all: LookAlikes } | undefined;

/** The tables of characters outside of ASCII. Loaded late: most servers rarely need them. */
function loaded(): NonNullable<typeof tables> {
  if (tables !== undefined) return tables;
  const same = parse(SAME);
  return tables = { same: new Map(same), all: new Map([...same, ...parse(SIMILAR)]) };
}

function parse(table: string): [source: string, target: string][] {
  const char = (hex: string) => String.fromCodePoint(parseInt(hex, 16));
  return table.split(" ").flatMap((word) => {
    const [target = "", sources = ""] = word.split("=");
    const text = target.split("+").map(char).join("");
    return sources.split(",").map((source): [string, string] => [char(source), text]);
  });
}

/**
 * How a name looks to a reader. Two names look the same if they have one of these in common. There
 * are up to three: of the name as it is, in lower case and in upper case. `НЕТ` in Cyrillic is
 * `HET`, and `сосо` is `coco` in either case.
 */
export function looks(name: string): readonly string[] {
  if (ASCII.test(name)) return [name.toLowerCase()];
  return inEachCase(name, (text) => appearance(text, loaded().same, "kept"));
}

/** The looks under which a name is protected: accents and mere similarity make no difference. */
export function wideLooks(name: string): readonly string[] {
  const bare = (text: string) => text.replace(SIMILAR_ASCII, (char) => ASCII_LOOKS.get(char)!);
  if (ASCII.test(name)) return [bare(name.toLowerCase())];
  return inEachCase(name, (text) => bare(appearance(text, loaded().all, "dropped")));
}

function inEachCase(name: string, look: (text: string) => string): readonly string[] {
  const plain = fold(name);
  return [...new Set([name, plain, plain.toUpperCase()].map(look))];
}

/** Whether two names have a look in common. */
export function lookAlike(
  a: string,
  b: string,
  way: (name: string) => readonly string[] = looks,
): boolean {
  const looksOfB = way(b);
  return way(a).some((look) => looksOfB.includes(look));
}
