/**
 * Joins modules to one script, so that a browser asks once and not a hundred times.
 *
 * It knows the forms of imports and exports that this project uses, each at the start of a line, as
 * `deno fmt` writes them; of any other it says that it does not know it.
 * @module
 */

/** Reads a module, without its types and comments. */
export type ReadModule = (path: string) => Promise<string>;

const IMPORT = /^import\s+(?:(\*\s+as\s+\w+|\{[^}]*\})\s+from\s+)?"([^"]+)";?$/gm;
const EXPORT_FROM = /^export\s+(\{[^}]*\})\s+from\s+"([^"]+)";?$/gm;
const EXPORT_LIST = /^export\s+(\{[^}]*\});?$/gm;
const EXPORT = /^export\s+((?:async\s+)?function\*?|class|const)\s+([\w$]+)/gm;

interface Joined {
  /** Its name in the script. */
  readonly name: string;
  /** Set when all of its imports stand before it. */
  done: boolean;
}

/**
 * The script of a module and all that it imports, in an order in which each can run.
 *
 * @param entry the path of the module, from the root.
 * @param resolve turns the specifier of a package into a path.
 * @throws {SyntaxError} if modules import each other in a circle, or in a form that is not known.
 */
export async function joinModules(
  entry: string,
  read: ReadModule,
  resolve: (specifier: string) => string,
): Promise<string> {
  const modules = new Map<string, Joined>();
  const parts: string[] = [];
  const add = async (path: string): Promise<string> => {
    const known = modules.get(path);
    if (known?.done === false) throw new SyntaxError(`${path} is imported in a circle`);
    if (known !== undefined) return known.name;
    const module: Joined = { name: `$${modules.size}`, done: false };
    modules.set(path, module);
    let source = await read(path);
    const before: string[] = [];
    const names: string[] = [];
    const nameOf = async (specifier: string) =>
      await add(
        specifier.startsWith(".")
          ? new URL(specifier, `file:///${path}`).pathname.slice(1)
          : resolve(specifier),
      );
    for (const [, what, specifier = ""] of source.matchAll(IMPORT)) {
      // What is left if only types were imported.
      if (what !== undefined && /^\{\s*\}$/.test(what)) continue;
      const from = await nameOf(specifier);
      if (what?.startsWith("*")) before.push(`const ${what.replace(/^\*\s+as\s+/, "")}=${from};`);
      else if (what !== undefined) before.push(`const {${pairs(what, ":")}}=${from};`);
    }
    for (const [, what = "", specifier = ""] of source.matchAll(EXPORT_FROM)) {
      if (pairs(what, ":") === "") continue;
      const from = await nameOf(specifier);
      for (const [inner, outer] of named(what)) names.push(`${outer}:${from}.${inner}`);
    }
    source = source.replace(IMPORT, "").replace(EXPORT_FROM, "");
    for (const [, what = ""] of source.matchAll(EXPORT_LIST)) {
      for (const [inner, outer] of named(what)) names.push(`${outer}:${inner}`);
    }
    source = source.replace(EXPORT_LIST, "").replace(EXPORT, (_, kind: string, name: string) => {
      names.push(name);
      return `${kind} ${name}`;
    });
    const unknown = /^(?:import|export)\b(?!\s*[(.]).*/m.exec(source);
    if (unknown !== null) throw new SyntaxError(`${path}: cannot join "${unknown[0]}"`);
    const body = `${before.join("\n")}\n${source.trim()}`.trim();
    parts.push(`const ${module.name}=(()=>{${body}\nreturn{${names.join()}}})();`);
    module.done = true;
    return module.name;
  };
  await add(entry);
  return `${parts.join("\n")}\n`;
}

/** The names between braces: what each is called inside and outside. */
function named(braces: string): [inner: string, outer: string][] {
  return braces.slice(1, -1).split(",").map((one) => one.trim()).filter((one) => one !== "")
    .map((one) => one.split(/\s+as\s+/)).map(([inner = "", outer = inner]) => [inner, outer]);
}

function pairs(braces: string, between: string): string {
  return named(braces).map(([a, b]) => a === b ? a : `${a}${between}${b}`).join();
}
