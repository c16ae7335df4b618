/**
 * Takes comments and needless blanks out of JavaScript and shortens names, so that less is sent to
 * browsers.
 * @module
 */

/** Words after which a slash begins a regular expression, although they look like a name. */
const BEFORE_PATTERN: ReadonlySet<string> = new Set([
  ...["await", "case", "delete", "do", "else", "in", "instanceof", "new", "of", "return"],
  ...["throw", "typeof", "void", "yield"],
]);

const STRING = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y;
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** Stands for a regular expression as the last word. */
const PATTERN_END = "/g";
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*/uy;
const BLANKS = /[ \t\r\n]+/y;
const NAME = /[\p{ID_Continue}$#\\]/u;
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y;

/**
 * Removes comments, blanks and commas at the end of lists, and shortens private names, which no
 * other class can see. Strings, templates and regular expressions stay as they are, and so does each
 * line break that may end a statement.
 *
 * @throws {SyntaxError} if a string, a template or a comment does not end.
 */
export function compact(source: string): string {
  const out: string[] = [];
  let at = 0;
  /** The last character that was written. */
  let before = "";
  /** The last word or sign, which decides what a slash means. */
  let last = "";
  const privates = new Map<string, string>();
  /** A private name as it is written. */
  const short = (name: string) => {
    const known = privates.get(name) ?? `#${shortName(privates.size)}`;
    privates.set(name, known);
    return known;
  };
  /** For each open brace, whether it belongs to a template. */
  const braces: boolean[] = [];
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at;
    const found = form.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const fault = (what: string) => {
    const line = source.slice(0, at).split("\n").length;
    return new SyntaxError(`${what} in line ${line} does not end`);
  };
  const write = (text: string) => {
    out.push(text);
    before = text.at(-1) ?? before;
  };
  const template = () => {
    write(take(TEMPLATE) ?? "");
    if (source[at] === "`") {
      write(source[at++]!);
      last = "`";
    } else if (source.startsWith("${", at)) {
      write("${");
      at += 2;
      braces.push(true);
      last = "{";
    } else throw fault("a template");
  };
  /** The blanks and comments since the last word or sign: none, spaces, or a line break. */
  let gap: "" | " " | "\n" = "";
  /** Writes a word or sign, and of the blanks before it only what is needed. */
  const put = (text: string) => {
    const next = text[0] ?? "";
    // A line may end a statement after and before anything but these.
    if (gap === "\n" && !/[{([,;=?:&|<>]|^$/.test(before) && !/[)\],;?:&|.]/.test(next)) {
      out.push(gap);
    } else if (gap !== "" && (joins(before, next) || last === PATTERN_END && NAME.test(next))) {
      // After a regular expression, a word would be its flags.
      out.push(" ");
    }
    gap = "";
    write(text);
  };
  while (at < source.length) {
    const blanks = take(BLANKS);
    if (blanks !== undefined) {
      gap = gap === "\n" || blanks.includes("\n") ? "\n" : " ";
      continue;
    }
    if (source.startsWith("/*", at) || source.startsWith("//", at)) {
      const comment = take(COMMENT);
      if (comment === undefined) throw fault("a comment");
      gap = gap === "\n" || comment.includes("\n") ? "\n" : " ";
      continue;
    }
    const char = source[at]!;
    if (char === '"' || char === "'") {
      const text = take(STRING);
      if (text === undefined) throw fault("a string");
      put(text);
      last = '"';
      continue;
    }
    if (char === "`") {
      put(char);
      at++;
      template();
      continue;
    }
    const isOperand = /[\w$"`)\]}\u0080-\uffff]$/.test(last) && !BEFORE_PATTERN.has(last);
    const found = (char === "/" && !isOperand ? take(PATTERN) : undefined) ?? take(WORD);
    if (found !== undefined) {
      put(found.startsWith("#") ? short(found) : found);
      last = found.startsWith("/") ? PATTERN_END : found;
      continue;
    }
    // Behind a comma that is a hole, another one counts.
    const isLast = last === "," && /[)\]}]/.test(char) && !/^[[,]$/.test(out.at(-2) ?? "");
    if (isLast && out.at(-1) === ",") {
      out.pop();
      before = "";
    }
    put(char);
    at++;
    last = char;
    if (char === "{") braces.push(false);
    if (char === "}" && braces.pop() === true) template();
  }
  if (braces.includes(true)) throw fault("a template");
  return out.join("");
}

/** The names `a` to `z`, `aa`, `ba` and so on. */
function shortName(index: number): string {
  const letter = String.fromCharCode(97 + index % 26);
  return index < 26 ? letter : letter + shortName(Math.floor(index / 26) - 1);
}

/** Whether two characters would be read as one word or sign if nothing stood between them. */
function joins(before: string, next: string): boolean {
  return NAME.test(before) && NAME.test(next) || before === next && /[-+/]/.test(next) ||
    before === "/" && next === "*" || /\d/.test(before) && next === ".";
}
