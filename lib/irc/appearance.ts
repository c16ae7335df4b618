/**
 * What a text looks like: letters that are drawn alike become one letter.
 *
 * Source: Unicode UTS #39, section 4 (confusable detection), which does the same but for case.
 * @module
 */

/** Maps characters to the characters that they look like. */
export type LookAlikes = ReadonlyMap<string, string>;

/** Whether accents make a difference. */
export type Accents = "kept" | "dropped";

/** Scripts whose marks are not vowels: their marks may stand on letters of any script. */
const UNTIED = ["Inherited", "Common", "Hangul", "Han"].map((name) => `\\p{Script=${name}}`).join(
  "",
);

/**
 * Accents and strokes, on letters of any script. The marks of other scripts are vowels, and the
 * Japanese ones (U+3099, U+309A) make other letters of kana.
 */
const ACCENTS = new RegExp(
  `(?![\\u3099\\u309a])(?=\\p{M})[${UNTIED}]` +
    "|(?<![\\p{Script=Hiragana}\\p{Script=Katakana}])[\\u3099\\u309a]",
  "gu",
);

/** The appearance of a text, in lower case: idempotent. `alike` must not contain a cycle. */
export function appearance(text: string, alike: LookAlikes, accents: Accents): string {
  for (let before = ""; before !== text;) {
    before = text;
    const drawn = Array.from(text.normalize("NFC"), (char) => alike.get(char) ?? char).join("");
    // Compatibility forms are decomposed, except those that look like something else.
    const apart = drawn.normalize("NFKD");
    const bare = accents === "kept" ? apart : apart.replace(ACCENTS, "");
    text = small(bare.normalize("NFC"));
  }
  return text;
}

/** Lower case; the Turkish `İ i I ı` are one letter, as `I` and `i` are in ASCII. */
export function small(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("i\u0307", "i").replaceAll("ı", "i");
}
