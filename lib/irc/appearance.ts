/**
 * What a text looks like: letters that are drawn alike become one letter, until nothing changes.
 *
 * Source: Unicode UTS #39, section 4 (confusable detection), which does the same but for case.
 * @module
 */

/** Characters, and the characters that stand for them because they look like them. */
export type LookAlikes = ReadonlyMap<string, string>;

/** Whether accents make a difference. */
export type Accents = "kept" | "dropped";

/** Scripts whose marks are no vowels: what may stand on letters of any, and on those of Latin too. */
const UNTIED = ["Inherited", "Common", "Hangul", "Han"].map((name) => `\\p{Script=${name}}`).join(
  "",
);

/**
 * Marks on letters of any script: accents, strokes through a letter. The marks of other scripts are
 * vowels, and the Japanese ones (U+3099, U+309A) make other letters of kana.
 */
const ACCENTS = new RegExp(
  `(?![\\u3099\\u309a])(?=\\p{M})[${UNTIED}]` +
    "|(?<![\\p{Script=Hiragana}\\p{Script=Katakana}])[\\u3099\\u309a]",
  "gu",
);

/**
 * What a text looks like, in small letters. Applying it twice changes nothing.
 *
 * @param alike what stands for what; must not lead round in a circle.
 */
export function appearance(text: string, alike: LookAlikes, accents: Accents): string {
  for (let before = ""; before !== text;) {
    before = text;
    const drawn = Array.from(text.normalize("NFC"), (char) => alike.get(char) ?? char).join("");
    // Compatibility forms are written out, but for those that look like something else.
    const apart = drawn.normalize("NFKD");
    const bare = accents === "kept" ? apart : apart.replace(ACCENTS, "");
    text = small(bare.normalize("NFC"));
  }
  return text;
}

/** Small letters; the Turkish `İ i I ı` are one, as `I` and `i` are in ASCII. */
export function small(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("i\u0307", "i").replaceAll("ı", "i");
}
