/**
 * Stand-in for the part of `@std/cli/parse-args` that this project uses: the same results, written
 * for this project. Numbers, dotted names and the other options of the real one are missing.
 * @module
 */

/**
 * The options of a result, by the names that were declared.
 * @internal
 */
type Flags<Booleans extends string, Strings extends string, Collected extends string> =
  & Record<string, unknown>
  & { [Name in Booleans]: boolean }
  & { [Name in Exclude<Strings, Collected>]?: string }
  & { [Name in Strings & Collected]: string[] };

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions<
  Booleans extends string = string,
  Strings extends string = string,
  Collected extends string = string,
> {
  /** Name to the other name of the same option. */
  alias?: Readonly<Record<string, string>>;
  /** Options that take no value. */
  boolean?: readonly Booleans[];
  /** Options whose value is always text; `_` for what belongs to no option. */
  string: readonly Strings[];
  /** Options that may be given many times; the result has a list. */
  collect?: readonly Collected[];
  /** Called for what is not declared; if it returns false, that is left out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** One run of the parser. */
class Parser {
  readonly result: Record<string, unknown> & { _: string[] } = { _: [] };
  readonly #aliases = new Map<string, string>();
  readonly #booleans: Set<string>;
  readonly #strings: Set<string>;
  readonly #collected: Set<string>;
  readonly #unknown: NonNullable<ParseOptions["unknown"]>;

  constructor({ alias = {}, boolean, string, collect, unknown = () => true }: ParseOptions) {
    for (const [a, b] of Object.entries(alias)) this.#aliases.set(a, b).set(b, a);
    this.#booleans = this.#named(boolean);
    this.#strings = this.#named(string);
    this.#collected = this.#named(collect);
    this.#unknown = unknown;
  }

  /** Names together with their aliases. */
  #named(names: readonly string[] = []): Set<string> {
    return new Set(names.flatMap((name) => [name, this.#aliases.get(name) ?? name]));
  }

  /** Sets an option, under its alias too. */
  #put(key: string, value: unknown): void {
    this.result[key] = this.result[this.#aliases.get(key) ?? key] = value;
  }

  /** Sets an option that was read from `arg`. */
  #set(key: string, value: string | boolean, arg: string): void {
    const declared = this.#booleans.has(key) || this.#strings.has(key) || this.#aliases.has(key);
    if (!declared && this.#unknown(arg, key, value) === false) return;
    const before = this.result[key];
    this.#put(
      key,
      this.#collected.has(key) ? [...Array.isArray(before) ? before : [], value] : value,
    );
  }

  /** The value of an option that has none written. */
  #bare(key: string): string | boolean {
    return this.#strings.has(key) ? "" : true;
  }

  /** Sets an option that may take the next argument. Returns whether it did. */
  #setFromNext(key: string, arg: string, next: string | undefined, isValue: boolean): boolean {
    if (next && isValue && !this.#booleans.has(key)) {
      this.#set(key, next, arg);
      return true;
    }
    const isBoolean = next === "true" || next === "false";
    this.#set(key, isBoolean ? next === "true" : this.#bare(key), arg);
    return isBoolean;
  }

  /** `--key`, `--key=value`. Returns whether `next` was its value. */
  #long(arg: string, next: string | undefined): boolean {
    // Neither name nor value may be empty: "--key=" is the name "key=".
    const [, written, value] = /^--([^][^=]*)=([^]+)$/.exec(arg) ?? [];
    if (written === undefined || value === undefined) {
      return this.#setFromNext(arg.slice(2), arg, next, !next?.startsWith("-"));
    }
    // As the real one has it: "--no-key=value" sets "key".
    const name = written.replace(/^no-(?=.)/s, "");
    this.#set(name, this.#booleans.has(name) ? value !== "false" : value, arg);
    return false;
  }

  /** `-a`, `-abc`, `-n5`, `-k=value`. Returns whether `next` was the value of the last letter. */
  #short(arg: string, next: string | undefined): boolean {
    for (let i = 1; i < arg.length - 1; i++) {
      const letter = arg.charAt(i);
      const rest = arg.slice(i + 1);
      if (rest === "-") {
        this.#set(letter, rest, arg);
        continue;
      }
      if (/[A-Za-z]/.test(letter)) {
        const assigned = /=(.+)/.exec(rest)?.[1];
        if (assigned !== undefined || /-?\d+(\.\d*)?(e-?\d+)?$/.test(rest)) {
          this.#set(letter, assigned ?? rest, arg);
          return false;
        }
      }
      if (i + 1 < arg.length - 1 && /\W/.test(rest.charAt(0))) {
        this.#set(letter, rest, arg);
        return false;
      }
      this.#set(letter, this.#bare(letter), arg);
    }
    const last = arg.charAt(arg.length - 1);
    if (last === "-") return false;
    return this.#setFromNext(last, arg, next, next !== undefined && !/^--?[^-]/.test(next));
  }

  /** Reads all arguments. */
  parse(all: readonly string[]): void {
    for (const key of this.#booleans) this.#put(key, false);
    for (const key of this.#collected) this.#put(key, []);
    const end = all.includes("--") ? all.indexOf("--") : all.length;
    const args = all.slice(0, end);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as string;
      if (/^--./s.test(arg)) {
        if (this.#long(arg, args[i + 1])) i++;
      } else if (/^-./s.test(arg)) {
        if (this.#short(arg, args[i + 1])) i++;
      } else if (this.#unknown(arg) !== false) {
        this.result._.push(arg);
      }
    }
    this.result._.push(...all.slice(end + 1));
  }
}

/** Reads command line arguments. Returns option name to value; in `_` what belongs to no option. */
export function parseArgs<
  Booleans extends string = never,
  Strings extends string = never,
  Collected extends string = never,
>(
  args: string[],
  options: ParseOptions<Booleans, Strings, Collected>,
): Flags<Booleans, Strings, Collected> & { _: Array<string | number> } {
  const parser = new Parser(options);
  parser.parse(args);
  return parser.result as Flags<Booleans, Strings, Collected> & { _: Array<string | number> };
}
