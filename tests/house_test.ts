import { assertEquals } from "@std/assert";
import plugin from "../tools/lint/house.ts";
import { needing } from "./permitted.ts";

const permitted = needing("read", "run");

const root = new URL("../", import.meta.url);

/**
 * The only files that may import each other in a circle: users are in channels, and channels have
 * users.
 */
const CORE = [
  "lib/server/delivery/burst.ts",
  "lib/server/delivery/delivery.ts",
  "lib/server/world/channel.ts",
  "lib/server/world/members.ts",
  "lib/server/world/user.ts",
];

/** The modules of the program and of its page, and their imports, types included. */
async function imports(): Promise<Map<string, string[]>> {
  return new Map([...await importsOf("main.ts"), ...await importsOf("lib/web/page/view/start.ts")]);
}

/** @param loaded whether to leave out what is loaded later or not at all: types. */
async function importsOf(entry: string, loaded = false): Promise<Map<string, string[]>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
    stderr: "null",
  }).output();
  interface Dependency {
    readonly code?: { readonly specifier: string };
    readonly type?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }
  interface Module {
    readonly specifier: string;
    readonly dependencies?: readonly Dependency[];
  }
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const path = (specifier = "") =>
    specifier.startsWith(root.href) && specifier.slice(root.href.length);
  return new Map(modules.flatMap(({ specifier, dependencies = [] }) => {
    const from = path(specifier);
    const to = dependencies
      .filter(({ code, isDynamic = false }) => !loaded || code !== undefined && !isDynamic)
      .map(({ code, type }) => path((code ?? type)?.specifier));
    return from ? [[from, to.filter((one) => typeof one === "string")]] : [];
  }));
}

/** Groups of files that import each other in circles (Tarjan's algorithm). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const numbers = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): number => {
    const number = numbers.size;
    numbers.set(file, number);
    let lowest = number;
    const place = stack.push(file) - 1;
    for (const next of graph.get(file) ?? []) {
      if (!numbers.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, numbers.get(next)!);
    }
    if (lowest === number) {
      const group = stack.splice(place);
      if (group.length > 1) found.push(group.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!numbers.has(file)) visit(file);
  return found;
}

Deno.test(
  permitted("Imports: there is no circle of files, types included, but for one core", async () => {
    const graph = await imports();
    assertEquals([graph.has("main.ts"), graph.has("lib/server/world/world.ts")], [true, true]);
    assertEquals(circles(graph), [CORE]);
  }),
);

Deno.test(
  permitted("Imports: a server that is alone loads nothing of a cluster", async () => {
    const graph = await importsOf("server.ts", true);
    const loaded = new Set(["server.ts"]);
    for (const file of loaded) for (const next of graph.get(file) ?? []) loaded.add(next);
    assertEquals(loaded.has("lib/server/world/world.ts"), true);
    assertEquals([...loaded].filter((file) => file.startsWith("lib/cluster/")), []);
  }),
);

Deno.test(permitted("Imports: circles are found", () => {
  const graph = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b", "d"]], ["d", []]]);
  assertEquals(circles(graph), [["b", "c"]]);
}));

Deno.test(
  permitted("House rules: what is against them is found, and what is not is left alone", () => {
    const cases: [file: string, source: string, messages: string[]][] = [
      ["lib/irc/a.ts", 'import { b } from "./b.ts";', []],
      ["lib/server/commands/a.ts", 'import { b } from "../../irc/b.ts";', []],
      ["lib/server/a.ts", 'import type { H } from "../store/history.ts";', []],
      ["lib/net/a.ts", 'import { setImmediate } from "node:timers"; Deno.connect();', []],
      ["lib/ui/terminal/terminal.ts", "Deno.consoleSize();", []],
      ["lib/ui/a.ts", 'import { red } from "@std/fmt/colors";', []],
      ["main.ts", 'import x from "./deno.json" with { type: "json" }; Deno.exit(1);', []],
      ["tests/a_test.ts", 'import { x } from "../lib/irc/x.ts"; Deno.exit(Date.now());', []],
      ["lib/irc/a.ts", "new Date(ms); date.now(); x.Deno.y(); /* Deno.x */ 'Deno.y';", []],
      ["lib/irc/a.ts", 'import { x } from "../server/x.ts";', [
        "lib/irc/ may import only lib/irc/, lib/text/, lib/crypto/",
      ]],
      ["lib/text/a.ts", 'import type { X } from "../irc/x.ts";', [
        "lib/text/ may import only lib/text/",
      ]],
      ["lib/store/a.ts", 'export * from "../server/x.ts";', [
        "lib/store/ may import only lib/store/, lib/collections/, lib/text/, lib/irc/",
      ]],
      ["lib/client/a.ts", 'const x = await import("../ui/x.ts");', [
        "lib/client/ may import only lib/client/, lib/collections/, lib/text/, lib/crypto/, lib/irc/, lib/lan/",
      ]],
      ["lib/client/a.ts", "const x = await import(name);", [
        "An import can be checked only if its path is written there",
      ]],
      ["lib/ui/a.ts", 'export { x } from "../net/x.ts";', [
        "lib/ui/ may import only lib/ui/, lib/collections/, lib/text/, lib/irc/, lib/client/",
      ]],
      ["server.ts", 'import { x } from "./client.ts";', [
        "server.ts may import only lib/, deno.json",
      ]],
      ["lib/server/a.ts", 'import { N } from "../cluster/nats/n.ts";', [
        "lib/server/ may import only lib/server/, lib/collections/, lib/text/, lib/crypto/, lib/irc/, lib/store/history.ts, lib/store/accounts.ts, lib/store/server_state.ts",
      ]],
      ["lib/cluster/a.ts", 'import { U } from "../server/world/user.ts";', []],
      ["lib/cluster/nats/a.ts", "setTimeout(f);", ["lib/cluster/ is pure: no setTimeout"]],
      ["lib/other/a.ts", 'import "./b.ts";', [
        "This file is in no layer: give its folder a row in tools/lint/house.ts",
      ]],
      ["lib/server/a.ts", 'import { assert } from "@std/assert";', ["@std/assert is for tests"]],
      ["lib/server/world/a.ts", 'import { own } from "./owned.ts";', []],
      ["lib/server/commands/a.ts", 'import { own } from "../world/owned.ts";', [
        "Only lib/server/world/ may import lib/server/world/owned.ts",
      ]],
      ["lib/cli/a.ts", 'import x from "npm:x";', ["Only Deno's built-ins and @std are imported"]],
      ["lib/server/a.ts", 'import { x } from "node:crypto";', [
        "lib/server/ is pure: no node:crypto",
      ]],
      ["lib/server/a.ts", "Date.now();", ["lib/server/ is pure: no Date.now"]],
      ["lib/irc/a.ts", "new Date();", ["lib/irc/ is pure: no new Date()"]],
      ["lib/client/a.ts", "const x = `${Math.random()}`;", ["lib/client/ is pure: no Math.random"]],
      ["lib/ui/a.ts", "Deno.stdout; setTimeout(f);", [
        "lib/ui/ is pure: no Deno",
        "lib/ui/ is pure: no setTimeout",
      ]],
      ["lib/store/memory/a.ts", "performance.now();", ["lib/store/ is pure: no performance"]],
      ["client.ts", "Deno.exit(0);", ["Only main.ts ends the process"]],
    ];
    for (const [file, source, messages] of cases) {
      const found = Deno.lint.runPlugin(plugin, file, source);
      assertEquals(found.map(({ message }) => message), messages, `${file}: ${source}`);
    }
  }),
);

Deno.test(
  permitted(
    "Names: no two exported types and no two modules of different things share one",
    async () => {
      const types = new Map<string, string[]>();
      const modules = new Map<string, string[]>();
      for (const file of (await imports()).keys()) {
        if (!file.startsWith("lib/")) continue;
        const name = file.slice(file.lastIndexOf("/") + 1);
        // Modules of texts are named after the module whose texts they hold.
        if (!file.startsWith("lib/wording/")) modules.set(name, [...modules.get(name) ?? [], file]);
        const source = await Deno.readTextFile(new URL(file, root));
        const exported = /^export (?:abstract )?(?:class|interface|type) (\w+)/gm;
        for (const [, type = ""] of source.matchAll(exported)) {
          types.set(type, [...types.get(type) ?? [], file]);
        }
      }
      const shared = [...types].filter(([, files]) => files.length > 1);
      // A port and its implementations may have the same name.
      const isStore = (files: readonly string[]) =>
        files.every((file) => file.startsWith("lib/store/"));
      const twins = [...modules.values()].filter((files) => files.length > 1 && !isStore(files));
      assertEquals([...shared, ...twins], []);
    },
  ),
);

Deno.test(permitted("House: no file of the program has more than 400 lines", async () => {
  const long: string[] = [];
  for (const file of (await imports()).keys()) {
    const lines = (await Deno.readTextFile(new URL(file, root))).split("\n").length - 1;
    if (lines > 400) long.push(`${file}: ${lines}`);
  }
  assertEquals(long, []);
}));
