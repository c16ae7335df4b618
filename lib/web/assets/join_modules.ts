/**
 * Joins modules to one script, so that a browser asks once and not a hundred times, and leaves out
 * what nothing in it uses.
 * @module
 */
import { type ForeignName, readModule, type ScriptModule } from "./script_module.ts";

/** What is needed of a module. */
interface Needed {
  readonly module: ScriptModule;
  /** The names that other modules take from it. */
  readonly exports: Set<string>;
  /** Which of its statements are needed, by their place. */
  readonly statements: Set<number>;
  /** The imported names that these use. */
  readonly imports: Set<string>;
}

/** The tables of texts: of these only the rows are kept that something asks for by name. */
const TABLES = "lib/wording/";

/**
 * The script of a module and all that it uses, in an order in which each part can run.
 *
 * A declaration stays if its name stands in another one that stays, so rather too many do. What a
 * module does besides declaring is done only if something of the module is used.
 *
 * @param entry the path of the module, from the root.
 * @param read reads a module, without its types.
 * @param resolve turns the specifier of a package into a path.
 * @throws {SyntaxError} if modules import each other in a circle, or in a form that is not known.
 */
export async function joinModules(
  entry: string,
  read: (path: string) => Promise<string>,
  resolve: (specifier: string) => string,
): Promise<string> {
  const modules = new Map<string, Needed>();
  const get = async (path: string): Promise<Needed> => {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const locate = (specifier: string) =>
      specifier.startsWith(".")
        ? new URL(specifier, `file:///${path}`).pathname.slice(1)
        : resolve(specifier);
    const module = readModule(await read(path), locate, path.startsWith(TABLES));
    const needed = { module, exports: new Set(), statements: new Set(), imports: new Set() };
    modules.set(path, needed as Needed);
    await require(needed as Needed, new Set());
    return needed as Needed;
  };
  const takeFrom = async ({ path, name }: ForeignName) => {
    const needed = await get(path);
    const names = name === "*" ? [...needed.module.exports.keys()] : [name];
    for (const one of names) {
      if (needed.exports.has(one)) continue;
      needed.exports.add(one);
      const target = needed.module.exports.get(one);
      if (target === undefined) throw new SyntaxError(`${path} does not export ${one}`);
      if (typeof target === "string") await require(needed, new Set([target]));
      else await takeFrom(target);
    }
  };
  /** Notes that names are used in a module, and what their declarations use themselves. */
  const require = async (needed: Needed, names: ReadonlySet<string>): Promise<void> => {
    const { module, statements, imports } = needed;
    for (const [at, { declares, words }] of module.statements.entries()) {
      if (statements.has(at) || declares !== undefined && !names.has(declares)) continue;
      statements.add(at);
      await require(needed, words);
    }
    for (const [local, foreign] of module.imports) {
      if (!names.has(local) || imports.has(local)) continue;
      imports.add(local);
      await takeFrom(foreign);
    }
  };
  const all = await get(entry);
  await takeFrom({ path: entry, name: "*" });
  for (const { words } of all.module.statements) await require(all, words);
  return written(entry, modules);
}

/** Writes modules, each after those that it imports. */
function written(entry: string, modules: ReadonlyMap<string, Needed>): string {
  const names = new Map<string, string>();
  const open = new Set<string>();
  const parts: string[] = [];
  const write = (path: string): string => {
    const known = names.get(path);
    if (known !== undefined) return known;
    if (open.has(path)) throw new SyntaxError(`${path} is imported in a circle`);
    open.add(path);
    const { module, exports, statements, imports } = modules.get(path)!;
    let before = "";
    for (const local of imports) {
      const { path: from, name } = module.imports.get(local)!;
      const source = write(from);
      before += `const ${local}=${source}${name === "*" ? "" : `.${name}`};`;
    }
    const results = Array.from(exports, (outer) => {
      const target = module.exports.get(outer)!;
      if (typeof target === "string") return outer === target ? outer : `${outer}:${target}`;
      return `${outer}:${write(target.path)}.${target.name}`;
    });
    const body = module.statements.filter((_, at) => statements.has(at)).map((statement) => {
      const { text, declares, rows } = statement;
      if (rows === undefined) return text;
      const keys = rowsUsed(path, declares!, modules);
      return `${text}${
        [...rows].map(([key, row]) => keys?.has(key) ?? true ? row : "").join("")
      }};`;
    });
    const name = `$${names.size}`;
    names.set(path, name);
    parts.push(`const ${name}=(()=>{${before}${body.join("\n")}\nreturn{${results.join()}}})();`);
    return name;
  };
  write(entry);
  return `${parts.join("\n")}\n`;
}

/**
 * The rows of a table that are used by their names.
 *
 * @returns undefined if the table is used in another way, so that all are needed.
 */
function rowsUsed(
  table: string,
  name: string,
  modules: ReadonlyMap<string, Needed>,
): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const [path, { module, statements }] of modules) {
    const locals = [...module.imports].filter(([, foreign]) =>
      foreign.path === table && (foreign.name === name || foreign.name === "*")
    ).map(([local]) => local);
    if (path === table) locals.push(name);
    for (const [at, { text, rows, words }] of module.statements.entries()) {
      const used = locals.filter((local) => words.has(local));
      if (!statements.has(at) || used.length === 0) continue;
      const whole = text + (rows === undefined ? "" : [...rows.values()].join(""));
      for (const local of used) {
        const uses = whole.matchAll(
          new RegExp(`(?<![\\w$.])${local}(?![\\w$])(?:\\.(\\w+))?`, "g"),
        );
        for (const { 0: use, 1: key, index } of uses) {
          if (key !== undefined) keys.add(key);
          else if (rows === undefined || index > 10 || !whole.startsWith(`const ${use}`)) {
            return undefined;
          }
        }
      }
    }
  }
  return keys;
}
