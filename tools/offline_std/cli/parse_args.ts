/**
 * Stand-in for `@std/cli/parse-args`: the same results, written for this project.
 *
 * @module
 */

/** @internal */
// deno-lint-ignore no-explicit-any
type AnyRecord = Record<string, any>;

/**
 * The flags of a result, by the names that were declared.
 *
 * @internal
 */
type Flags<
  Booleans extends string,
  Strings extends string,
  Collected extends string,
  Defaults extends Readonly<Record<string, unknown>>,
> = [Booleans | Strings | Collected] extends [never] ? AnyRecord
  :
    & Record<string, unknown>
    & { [Name in Exclude<Booleans, Collected | keyof Defaults>]: boolean }
    & { [Name in Exclude<Strings, Collected | keyof Defaults>]?: string }
    & { [Name in Exclude<Booleans & keyof Defaults, Collected>]: boolean | Defaults[Name] }
    & { [Name in Exclude<Strings & keyof Defaults, Collected>]: string | Defaults[Name] }
    & { [Name in Booleans & Collected]: boolean[] }
    & { [Name in Strings & Collected]: string[] }
    & { [Name in Exclude<Collected, Booleans | Strings>]: unknown[] };

/** What {@linkcode parseArgs} returns. */
export type Args<T extends AnyRecord = AnyRecord> = T & {
  /** The arguments that belong to no option. */
  _: Array<string | number>;
  /** What follows `--`, if option `--` was set. */
  "--"?: string[];
};

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions<
  Booleans extends string = string,
  Strings extends string = string,
  Collected extends string = string,
  Negatable extends string = string,
  Defaults extends Readonly<Record<string, unknown>> = Readonly<Record<string, unknown>>,
> {
  /** Whether what follows `--` is put into `--` of the result instead of `_`. */
  "--"?: boolean;
  /** Name to other name or names of the same option. */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Options that take no value; `true`: all double-dash options without `=`. */
  boolean?: boolean | Booleans | readonly Booleans[];
  /** Values of options that were not given. */
  default?: Defaults;
  /** Whether everything after the first argument that is no option is left alone. */
  stopEarly?: boolean;
  /** Options whose value is always text. */
  string?: Strings | readonly Strings[];
  /** Options that may be given many times; the result has a list. */
  collect?: Collected | readonly Collected[];
  /** Options that `--no-NAME` sets to false. */
  negatable?: Negatable | readonly Negatable[];
  /** Called for what is not declared; where it returns false, that is left out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The object that holds the last of a dotted name's parts, made on the way where `make`. */
function holder(object: AnyRecord, path: string[], make: boolean): AnyRecord | undefined {
  let at = object;
  for (const part of path.slice(0, -1)) {
    if (!Object.hasOwn(at, part)) {
      if (!make) return undefined;
      at[part] = {};
    }
    at = at[part];
  }
  return at;
}

/** Whether a text is a finite number as JavaScript writes it. */
function isNumeric(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/** One run of the parser. */
class Parser {
  readonly result: Args = { _: [] };
  readonly #aliases = new Map<string, Set<string>>();
  readonly #booleans: Set<string>;
  readonly #strings: Set<string>;
  readonly #collected: Set<string>;
  readonly #negatable: Set<string>;
  readonly #options: ParseOptions;

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const all = [name, ...[others].flat()];
      for (const one of all) this.#aliases.set(one, new Set(all.filter((other) => other !== one)));
    }
    const { boolean } = options;
    this.#booleans = this.#named(typeof boolean === "boolean" ? undefined : boolean);
    this.#strings = this.#named(options.string);
    this.#collected = this.#named(options.collect);
    this.#negatable = this.#named(options.negatable);
  }

  /** The declared names together with their aliases. */
  #named(names: string | readonly string[] = []): Set<string> {
    const given = [names].flat().filter((name) => name !== "");
    return new Set(given.flatMap((name) => [name, ...this.#aliases.get(name) ?? []]));
  }

  /** Whether an option never takes the next argument as its value. */
  #takesNothing(key: string): boolean {
    if (this.#booleans.has(key)) return true;
    return [...this.#aliases.get(key) ?? []].some((alias) => this.#booleans.has(alias));
  }

  /** Puts a value in its place and in those of its aliases. */
  #put(key: string, value: unknown, collect: boolean): void {
    for (const name of [key, ...this.#aliases.get(key) ?? []]) {
      const path = name.split(".");
      const at = holder(this.result, path, true) as AnyRecord;
      const last = path.at(-1) as string;
      const before = Object.hasOwn(at, last) ? at[last] : undefined;
      if (!collect) at[last] = value;
      else if (Array.isArray(before)) before.push(value);
      else at[last] = before ? [before, value] : [value];
    }
  }

  /** Sets an option that was read from `arg`. */
  #set(key: string, value: string | boolean, arg: string, collect = true): void {
    const declared = this.#booleans.has(key) || this.#strings.has(key) || this.#aliases.has(key) ||
      (this.#options.boolean === true && /^--[^=]+$/.test(arg));
    if (!declared && this.#options.unknown?.(arg, key, value) === false) return;
    const typed = typeof value === "string" && !this.#strings.has(key) && isNumeric(value)
      ? Number(value)
      : value;
    this.#put(key, typed, collect && this.#collected.has(key));
  }

  /** The value of an option that has none written. */
  #bare(key: string): string | boolean {
    return this.#strings.has(key) ? "" : true;
  }

  /** Sets an option that may take the next argument. Returns whether it did. */
  #setFromNext(key: string, arg: string, next: string | undefined, isValue: boolean): boolean {
    if (next) {
      if (isValue && !this.#takesNothing(key)) {
        this.#set(key, next, arg);
        return true;
      }
      if (next === "true" || next === "false") {
        this.#set(key, next === "true", arg);
        return true;
      }
    }
    this.#set(key, this.#bare(key), arg);
    return false;
  }

  /** `--key`, `--key=value`, `--no-key`. Returns whether `next` was its value. */
  #long(arg: string, next: string | undefined): boolean {
    // Neither name nor value may be empty: "--key=" is the name "key=".
    const equals = arg.indexOf("=", 3);
    const hasValue = equals > 0 && equals < arg.length - 1;
    const written = arg.slice(2, hasValue ? equals : undefined);
    const negated = written.startsWith("no-") && written.length > 3;
    const name = negated ? written.slice(3) : written;
    if (hasValue) {
      const value = arg.slice(equals + 1);
      this.#set(name, this.#booleans.has(name) ? value !== "false" : value, arg);
      return false;
    }
    if (negated && this.#negatable.has(name)) {
      this.#set(name, false, arg, false);
      return false;
    }
    const isValue = this.#options.boolean !== true && !next?.startsWith("-");
    return this.#setFromNext(written, arg, next, isValue);
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
      if (i + 1 < arg.length - 1 && /\W/.test(arg.charAt(i + 1))) {
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
    const end = all.indexOf("--");
    const args = end < 0 ? all : all.slice(0, end);
    const rest = end < 0 ? [] : all.slice(end + 1);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as string;
      if (/^--./s.test(arg)) {
        if (this.#long(arg, args[i + 1])) i++;
      } else if (/^-./s.test(arg)) {
        if (this.#short(arg, args[i + 1])) i++;
      } else {
        if (this.#options.unknown?.(arg) !== false) {
          this.result._.push(this.#strings.has("_") || !isNumeric(arg) ? arg : Number(arg));
        }
        if (this.#options.stopEarly) {
          this.result._.push(...args.slice(i + 1));
          break;
        }
      }
    }
    this.#fill();
    if (this.#options["--"]) this.result["--"] = rest;
    else this.result._.push(...rest);
  }

  /** Gives the options that were not there their values. */
  #fill(): void {
    for (const [key, value] of Object.entries(this.#options.default ?? {})) {
      if (!this.#has(key)) this.#put(key, value, false);
    }
    for (const key of this.#booleans) {
      if (!this.#has(key)) this.#put(key, this.#collected.has(key) ? [] : false, false);
    }
    for (const key of this.#strings) {
      if (!this.#has(key) && this.#collected.has(key)) this.#put(key, [], false);
    }
  }

  #has(key: string): boolean {
    const path = key.split(".");
    const at = holder(this.result, path, false);
    return at !== undefined && Object.hasOwn(at, path.at(-1) as string);
  }
}

/**
 * Reads command line arguments.
 *
 * @param args The arguments, as in `Deno.args`.
 * @param options What the options are.
 * @returns Option name to value; in `_` what belongs to no option.
 */
export function parseArgs<
  Booleans extends string = never,
  Strings extends string = never,
  Collected extends string = never,
  Negatable extends string = never,
  Defaults extends Readonly<Record<string, unknown>> = Record<never, never>,
>(
  args: string[],
  options: ParseOptions<Booleans, Strings, Collected, Negatable, Defaults> = {},
): Args<Flags<Booleans, Strings, Collected, Defaults>> {
  const parser = new Parser(options);
  parser.parse(args);
  return parser.result as Args<Flags<Booleans, Strings, Collected, Defaults>>;
}
