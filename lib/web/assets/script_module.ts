/**
 * Takes a module apart: its imports, its exports, and the statements at its top.
 *
 * It knows the forms that this project uses, each at the start of a line, as `deno fmt` writes
 * them; of any other it says that it does not know it.
 * @module
 */
import { compact } from "./compact.ts";

/** A name in another module; `*` for the whole of it. */
export interface ForeignName {
  readonly path: string;
  readonly name: string;
}

/** A statement at the top of a module. */
export interface TopStatement {
  readonly text: string;
  /** What it declares; undefined if it does something, and must stay. */
  readonly declares: string | undefined;
  /** The words in it, which may be names. */
  readonly words: ReadonlySet<string>;
  /** Its rows by their keys, if it is a table of texts; then `text` is what stands before them. */
  readonly rows?: ReadonlyMap<string, string>;
}

export interface ScriptModule {
  /** The names that it imports, as it calls them. */
  readonly imports: ReadonlyMap<string, ForeignName>;
  /** What it exports: a name of its own, or of another module. */
  readonly exports: ReadonlyMap<string, string | ForeignName>;
  readonly statements: readonly TopStatement[];
}

const IMPORT = /^import\s+(?:(\*\s+as\s+\w+|\{[^}]*\})\s+from\s+)"([^"]+)";?$/gm;
const EXPORT_FROM = /^export\s+(\{[^}]*\})\s+from\s+"([^"]+)";?$/gm;
const EXPORT_LIST = /^export\s+(\{[^}]*\});?$/gm;
const DECLARATION = /^(export\s+)?((?:async\s+)?function\*?|class|const)\s+([\w$]+)/;
const TABLE = /^(const \w+\s*=\s*\{)\n([^]*)\n\}/;
const ROW = /^ {2}(?=[\w".]|\/\*)/m;
const START = /^(?=[^\s)\]}])/m;

/**
 * @param source the module, without its types.
 * @param locate turns the specifier of an import into a path.
 * @param tables whether it holds tables of texts, of which only some rows may be needed.
 * @throws {SyntaxError} for an import or export in a form that is not known.
 */
export function readModule(
  source: string,
  locate: (specifier: string) => string,
  tables = false,
): ScriptModule {
  const imports = new Map<string, ForeignName>();
  const exports = new Map<string, string | ForeignName>();
  let rest = source;
  const cut = (form: RegExp, take: (what: string, specifier: string) => void) => {
    rest = rest.replace(form, (_, what: string, specifier: string) => {
      take(what, specifier);
      return "";
    });
  };
  cut(IMPORT, (what, specifier) => {
    const path = locate(specifier);
    if (what.startsWith("*")) imports.set(what.replace(/^\*\s+as\s+/, ""), { path, name: "*" });
    else for (const [name, local] of named(what)) imports.set(local, { path, name });
  });
  cut(EXPORT_FROM, (what, specifier) => {
    const path = locate(specifier);
    for (const [name, outer] of named(what)) exports.set(outer, { path, name });
  });
  cut(EXPORT_LIST, (what) => {
    for (const [name, outer] of named(what)) exports.set(outer, name);
  });
  const statements = rest.split(START).map((part) => statementOf(part, exports, tables))
    .filter(({ text }) => text !== "");
  return { imports, exports, statements };
}

function statementOf(
  part: string,
  exports: Map<string, string | ForeignName>,
  tables: boolean,
): TopStatement {
  const [, exported, , name] = DECLARATION.exec(part) ?? [];
  if (exported !== undefined) exports.set(name!, name!);
  else if (/^(?:import|export)\b(?!\s*[(.])/.test(part)) {
    throw new SyntaxError(`cannot join "${part.split("\n")[0]}"`);
  }
  const source = part.slice(exported?.length ?? 0);
  const text = compact(source);
  const words = new Set(text.match(/[\w$]+/g));
  const [, head, body] = tables ? TABLE.exec(source) ?? [] : [];
  if (head === undefined || body === undefined) return { text, declares: name, words };
  const rows = body.split(ROW).map(compact).filter((row) => row !== "")
    .map((row) => [/^\w+/.exec(row)?.[0] ?? row, row] as const);
  return { text: head, declares: name, words, rows: new Map(rows) };
}

/** The names between braces: what each is called there and here. */
function named(braces: string): [there: string, here: string][] {
  return braces.slice(1, -1).split(",").map((one) => one.trim()).filter((one) => one !== "")
    .map((one) => one.split(/\s+as\s+/)).map(([there = "", here = there]) => [there, here]);
}
