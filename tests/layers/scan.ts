/** A program text with its comments removed and its strings taken out. */
interface Code {
  /** The text, each string replaced by `"N"`, N being its place in `strings`. */
  readonly text: string;
  readonly strings: readonly string[];
}

/** What may come before a slash that starts a regular expression rather than dividing. */
const BEFORE_REGEXP =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|do|else))\s*$/;

const REGEXP = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const QUOTED = /"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y;

/**
 * Takes comments, strings and regular expressions out of a program, so that what is left can be
 * searched for words. The code within a template's `${}` is kept, the text around it is not.
 */
function strip(source: string): Code {
  const strings: string[] = [];
  let text = "";
  /** For each template that is open: how many braces are open in its current `${}`. */
  const templates: number[] = [];
  let inTemplateText = false;

  for (let i = 0; i < source.length;) {
    if (inTemplateText) {
      if (source[i] === "\\") i += 2;
      else if (source[i] === "`") {
        templates.pop();
        inTemplateText = false;
        i++;
      } else if (source.startsWith("${", i)) {
        inTemplateText = false;
        text += " ";
        i += 2;
      } else i++;
      continue;
    }
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = i;
      return pattern.exec(source);
    };
    const comment = match(COMMENT);
    if (comment) {
      text += comment[0].includes("\n") ? "\n" : " ";
      i += comment[0].length;
      continue;
    }
    const quoted = match(QUOTED);
    if (quoted) {
      text += `"${strings.push(quoted[1] ?? quoted[2] ?? "") - 1}"`;
      i += quoted[0].length;
      continue;
    }
    const regexp = source[i] === "/" && BEFORE_REGEXP.test(text.slice(-20)) ? match(REGEXP) : null;
    if (regexp) {
      text += "0";
      i += regexp[0].length;
      continue;
    }
    const character = source[i] as string;
    const depth = templates.length - 1;
    i++;
    if (character === "`") {
      templates.push(0);
      inTemplateText = true;
      text += "0";
      continue;
    }
    if (depth >= 0) {
      if (character === "{") templates[depth] = (templates[depth] as number) + 1;
      else if (character === "}") {
        if (templates[depth] === 0) {
          inTemplateText = true;
          text += " ";
          continue;
        }
        templates[depth] = (templates[depth] as number) - 1;
      }
    }
    text += character;
  }
  return { text, strings };
}

/** What a module says of the world outside it. */
export interface Scan {
  /** What it imports or exports from, types included, in the order of the text. */
  readonly imports: readonly string[];
  /** Those of them that are loaded when it runs: without `import type` and `export type`. */
  readonly loads: readonly string[];
  /** Whether it imports something whose name is made while it runs. */
  readonly computedImport: boolean;
  /** Names for time, randomness and I/O that it uses, each once. */
  readonly effects: readonly string[];
  /** Whether it ends the process. */
  readonly exits: boolean;
}

const IMPORT =
  /\b(?:import|export)\b(?:[\w\s$,*{}]|"\d+"\s+as\b|\bas\s+"\d+")*\bfrom\s*"(\d+)"|\bimport\s*"(\d+)"|\bimport\s*\(\s*"(\d+)"/g;

/** Each effect, and how it is written. `new Date()` reads the clock, `new Date(ms)` does not. */
const EFFECTS: readonly [name: string, pattern: RegExp][] = [
  ["Deno", /(?<![.\w$])Deno\s*[.[]/],
  ["console", /(?<![.\w$])console\s*[.[]/],
  ["Date.now", /(?<![.\w$])Date\s*\.\s*now\b/],
  ["new Date()", /\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/],
  ["Math.random", /(?<![.\w$])Math\s*\.\s*random\b/],
  ["performance", /(?<![.\w$])performance\s*\./],
  ["setTimeout", /(?<![.\w$])setTimeout\b/],
  ["setInterval", /(?<![.\w$])setInterval\b/],
  ["setImmediate", /(?<![.\w$])setImmediate\b/],
  ["fetch", /(?<![.\w$])fetch\s*\(/],
  ["crypto.getRandomValues", /\bcrypto\s*\.\s*(?:getRandomValues|randomUUID)\b/],
  ["globalThis", /(?<![.\w$])globalThis\b/],
];

/**
 * Reads the imports and the effects out of a module. It is a search over the text without its
 * comments and strings, not a parser: enough for the formatted and type-checked code of this
 * project.
 */
export function scan(source: string): Scan {
  const { text, strings } = strip(source);
  const found = [...text.matchAll(IMPORT)].map((match) => ({
    specifier: strings[Number(match[1] ?? match[2] ?? match[3])] as string,
    isType: /^(?:import|export)\s+type\s*(?:[{*]|(?!from\b)\w)/.test(match[0]),
  }));
  return {
    imports: found.map(({ specifier }) => specifier),
    loads: found.filter(({ isType }) => !isType).map(({ specifier }) => specifier),
    computedImport: /\bimport\s*\(\s*(?!"\d)/.test(text),
    effects: EFFECTS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name),
    exits: /(?<![.\w$])Deno\s*\.\s*exit\s*\(/.test(text),
  };
}
