import { scan } from "./scan.ts";

/** What the files of a part of the program may do. */
interface Layer {
  /** The path of a file, or of a directory if it ends with a slash. */
  readonly path: string;
  /** Which files and directories of ours it may import, besides itself. */
  readonly imports: readonly string[];
  /** Whether it knows nothing of time, randomness and I/O: they come in as arguments. */
  readonly pure: boolean;
}

/** The layers; a file belongs to the last one whose path it starts with. See ARCHITECTURE.md. */
const LAYERS: readonly Layer[] = [
  { path: "main.ts", imports: ["server.ts", "client.ts", "lib/", "deno.json"], pure: false },
  { path: "server.ts", imports: ["lib/", "deno.json"], pure: false },
  { path: "client.ts", imports: ["lib/", "deno.json"], pure: false },
  { path: "lib/irc/", imports: [], pure: true },
  { path: "lib/nearest.ts", imports: [], pure: true },
  { path: "lib/password.ts", imports: [], pure: false },
  { path: "lib/hashes.ts", imports: ["lib/irc/"], pure: false },
  { path: "lib/signals.ts", imports: [], pure: false },
  { path: "lib/private_files.ts", imports: [], pure: false },
  { path: "lib/store/", imports: ["lib/irc/"], pure: true },
  { path: "lib/store/sqlite/", imports: ["lib/irc/", "lib/store/"], pure: false },
  {
    path: "lib/store/open.ts",
    imports: ["lib/irc/", "lib/store/", "lib/private_files.ts"],
    pure: false,
  },
  { path: "lib/store/reader.ts", imports: ["lib/irc/", "lib/store/"], pure: false },
  // The core knows the ports only: what is behind them is the entry point's choice.
  {
    path: "lib/server/",
    imports: [
      "lib/irc/",
      "lib/store/history.ts",
      "lib/store/accounts.ts",
      "lib/store/settings.ts",
    ],
    pure: true,
  },
  { path: "lib/serve/", imports: ["lib/"], pure: false },
  {
    path: "lib/admin/",
    imports: [
      "lib/irc/",
      "lib/store/",
      "lib/cli/",
      "lib/server/config.ts",
      "lib/ui/",
      "lib/nearest.ts",
      "lib/password.ts",
      "lib/hashes.ts",
      "lib/net/",
    ],
    pure: false,
  },
  { path: "lib/net/", imports: ["lib/irc/"], pure: false },
  // A dial goes by the client's rules of whom to trust.
  { path: "lib/net/dial.ts", imports: ["lib/irc/", "lib/net/", "lib/client/"], pure: false },
  { path: "lib/client/", imports: ["lib/irc/", "lib/nearest.ts"], pure: true },
  { path: "lib/ui/", imports: ["lib/client/", "lib/irc/"], pure: true },
  {
    path: "lib/ui/terminal.ts",
    imports: ["lib/ui/", "lib/client/", "lib/irc/"],
    pure: false,
  },
  // Whoever joins may have mistyped, and its settings are read as those of the server are.
  {
    path: "lib/join/",
    imports: [
      "lib/ui/",
      "lib/client/",
      "lib/irc/",
      "lib/net/",
      "lib/cli/parse_json.ts",
      "lib/cli/known_hosts_file.ts",
      "lib/server/config.ts",
      "lib/signals.ts",
      "lib/hashes.ts",
      "lib/private_files.ts",
    ],
    pure: false,
  },
  // The target and the fingerprint of `chat join` and the settings of `chat serve` are the options'
  // types.
  {
    path: "lib/cli/",
    imports: ["lib/server/config.ts", "lib/client/", "lib/irc/fingerprint.ts", "lib/nearest.ts"],
    pure: false,
  },
  // Where a hash in the configuration is not whole, nobody could enter: it is seen on loading. So
  // is who else can read what is secret.
  {
    path: "lib/cli/load.ts",
    imports: ["lib/cli/", "lib/server/config.ts", "lib/password.ts", "lib/private_files.ts"],
    pure: false,
  },
  // What is logged is said by the core; how it is made harmless, by what is shown on a screen.
  {
    path: "lib/log.ts",
    imports: ["lib/irc/", "lib/ui/text.ts", "lib/server/log_event.ts"],
    pure: false,
  },
];

/** Whether `path` is one of the files or in one of the directories. */
function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => place.endsWith("/") ? path.startsWith(place) : path === place);
}

/** The file that a relative import means. */
function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** A cycle among the imports, as the files along it, or `undefined` if there is none. */
function cycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const found = visit(next);
      if (found !== undefined) return found;
    }
    path.pop();
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Holds the program against its layers.
 *
 * @param sources Each module's path from the root, and its text. Of `tests/` and `tools/` only
 * the packages are looked at.
 * @param packages The specifiers that may be imported: `@std/cli/parse-args`.
 * @returns What is against the rules, each a sentence that names the file.
 */
export function violations(
  sources: ReadonlyMap<string, string>,
  packages: ReadonlySet<string>,
): string[] {
  const found: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const { imports, loads, computedImport, effects, exits } = scan(source);
    const isProgram = !isIn(file, ["tests/", "tools/"]);
    const layer = LAYERS.findLast(({ path }) => isIn(file, [path]));
    const isLocal = (specifier: string) => /^\.{0,2}\//.test(specifier);
    const local = imports.filter(isLocal).map((one) => resolve(file, one));
    // A user has channels and a channel has users: types may know each other, nothing is loaded.
    graph.set(file, loads.filter(isLocal).map((one) => resolve(file, one)));

    for (const specifier of imports.filter((one) => !isLocal(one))) {
      if (specifier.startsWith("node:")) {
        if (layer?.pure) found.push(`${file} imports ${specifier}, but ${layer.path} is pure`);
      } else if (!packages.has(specifier)) {
        found.push(
          `${file} imports ${specifier}, which is no package of deno.json and offline_std`,
        );
      } else if (isProgram && specifier.startsWith("@std/assert")) {
        found.push(`${file} imports ${specifier}, which is for tests`);
      }
    }
    if (!isProgram) continue;

    if (computedImport) found.push(`${file} imports something that can't be read from its text`);
    if (exits && file !== "main.ts") found.push(`${file} calls Deno.exit; only main.ts may`);
    if (layer === undefined) {
      found.push(`${file} is in no layer: give it a row in tests/layers/rules.ts`);
      continue;
    }
    const own = layer.path.endsWith("/") ? [layer.path] : [];
    const allowed = [...own, ...layer.imports];
    for (const target of local.filter((one) => !isIn(one, allowed))) {
      const what = allowed.length === 0 ? "nothing of ours" : `only ${allowed.join(", ")}`;
      found.push(`${file} imports ${target}, but ${layer.path} may import ${what}`);
    }
    if (layer.pure) {
      found.push(...effects.map((one) => `${file} uses ${one}, but ${layer.path} is pure`));
    }
  }
  const circle = cycle(graph);
  if (circle !== undefined) found.push(`imports go round in a circle: ${circle.join(" -> ")}`);
  return found;
}
