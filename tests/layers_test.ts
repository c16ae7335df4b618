import { assertEquals } from "@std/assert";
import { violations } from "./layers/rules.ts";
import { scan } from "./layers/scan.ts";

const root = new URL("../", import.meta.url);

/** The specifiers that the program may import: those that have a stand-in. */
async function packages(): Promise<Set<string>> {
  const files = [...await modules("tools/offline_std/")].map(([path]) => path);
  return new Set(files.flatMap((path) => {
    const [, name, file] = /^tools\/offline_std\/([a-z]+)\/([a-z]\w*)\.ts$/.exec(path) ?? [];
    if (file === undefined) return [];
    return file === "mod" ? `@std/${name}` : `@std/${name}/${file.replaceAll("_", "-")}`;
  }));
}

/** All modules of the project: path from the root to text. */
async function modules(directory = "", found = new Map<string, string>()) {
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory || ".", root))) {
    const path = directory + name;
    if (isDirectory) {
      if (directory !== "" || ["lib", "tests", "tools"].includes(name)) {
        await modules(`${path}/`, found);
      }
    } else if (name.endsWith(".ts")) {
      found.set(path, await Deno.readTextFile(new URL(path, root)));
    }
  }
  return found;
}

Deno.test("imports point one way, and pure code has no effects", async () => {
  const found = violations(await modules(), await packages());
  assertEquals(found, [], `\n${found.join("\n")}\n`);
});

Deno.test("what is against the rules is found, and named", () => {
  const allowed = new Set(["@std/fmt/colors", "@std/assert"]);
  const cases: [Record<string, string>, string[]][] = [
    [{ "lib/irc/a.ts": 'import { b } from "./b.ts";' }, []],
    [{ "lib/server/commands/a.ts": 'import { b } from "../../irc/b.ts";' }, []],
    [{ "lib/server/a.ts": 'import type { H } from "../store/history.ts";' }, []],
    [{ "lib/net/a.ts": 'import { setImmediate } from "node:timers"; Deno.connect();' }, []],
    [{ "lib/ui/terminal.ts": "Deno.consoleSize();" }, []],
    [{ "lib/ui/a.ts": 'import { red } from "@std/fmt/colors";' }, []],
    [{ "main.ts": 'import x from "./deno.json" with { type: "json" }; Deno.exit(1);' }, []],
    [{ "tests/a_test.ts": 'import { x } from "../lib/irc/x.ts"; Deno.exit(Date.now());' }, []],
    [
      { "lib/irc/a.ts": 'import { x } from "../server/x.ts";' },
      ["lib/irc/a.ts imports lib/server/x.ts, but lib/irc/ may import only lib/irc/"],
    ],
    [
      { "lib/store/a.ts": 'export * from "../server/x.ts";' },
      ["lib/store/a.ts imports lib/server/x.ts, but lib/store/ may import only lib/store/, lib/irc/"],
    ],
    [
      { "lib/server/a.ts": 'import {\n  sqlite,\n} from "../store/sqlite.ts";' },
      [
        "lib/server/a.ts imports lib/store/sqlite.ts, but lib/server/ may import only " +
        "lib/server/, lib/irc/, lib/store/history.ts, lib/store/accounts.ts, lib/store/settings.ts",
      ],
    ],
    [
      { "lib/net/a.ts": 'import type { User } from "../server/user.ts";' },
      ["lib/net/a.ts imports lib/server/user.ts, but lib/net/ may import only lib/net/, lib/irc/"],
    ],
    [
      { "lib/client/a.ts": 'const x = await import("../ui/x.ts");' },
      ["lib/client/a.ts imports lib/ui/x.ts, but lib/client/ may import only lib/client/, lib/irc/, lib/nearest.ts"],
    ],
    [
      { "lib/ui/a.ts": 'import "../net/x.ts";' },
      ["lib/ui/a.ts imports lib/net/x.ts, but lib/ui/ may import only lib/ui/, lib/client/, lib/irc/"],
    ],
    [
      { "lib/cli/a.ts": 'import { x } from "../server/world.ts";' },
      [
        "lib/cli/a.ts imports lib/server/world.ts, but lib/cli/ may import only lib/cli/, " +
        "lib/server/config.ts, lib/client/, lib/irc/fingerprint.ts, lib/nearest.ts",
      ],
    ],
    [
      { "server.ts": 'import { x } from "./client.ts";' },
      ["server.ts imports client.ts, but server.ts may import only lib/, deno.json"],
    ],
    [
      { "lib/other/a.ts": "" },
      ["lib/other/a.ts is in no layer: give it a row in tests/layers/rules.ts"],
    ],
    [{ "lib/server/a.ts": "Date.now();" }, [
      "lib/server/a.ts uses Date.now, but lib/server/ is pure",
    ]],
    [{ "lib/irc/a.ts": "new Date();" }, ["lib/irc/a.ts uses new Date(), but lib/irc/ is pure"]],
    [{ "lib/irc/a.ts": "new Date(ms); date.now(); x.Deno.y();" }, []],
    [
      { "lib/client/a.ts": "const x = `${Math.random()}`;" },
      ["lib/client/a.ts uses Math.random, but lib/client/ is pure"],
    ],
    [
      { "lib/ui/a.ts": "Deno.stdout; setTimeout(f); console.log(1);" },
      ["Deno", "console", "setTimeout"].map((one) =>
        `lib/ui/a.ts uses ${one}, but lib/ui/ is pure`
      ),
    ],
    [
      { "lib/server/a.ts": 'import { x } from "node:crypto";' },
      ["lib/server/a.ts imports node:crypto, but lib/server/ is pure"],
    ],
    [
      { "lib/store/memory.ts": "performance.now();" },
      ["lib/store/memory.ts uses performance, but lib/store/ is pure"],
    ],
    [
      {
        "lib/irc/a.ts":
          "/* Deno.x */ // Math.random\nconst a = 'Deno.y' + `Date.now()` + /Deno.z/;",
      },
      [],
    ],
    [{ "client.ts": "Deno.exit(0);" }, ["client.ts calls Deno.exit; only main.ts may"]],
    [
      { "lib/net/a.ts": "await import(name);" },
      ["lib/net/a.ts imports something that can't be read from its text"],
    ],
    ...["npm:x", "https://deno.land/x.ts", "jsr:@std/fmt@1/colors", "@std/fmt/printf", "ws"].map((
      specifier,
    ): [Record<string, string>, string[]] => [
      { "tools/a.ts": `import { x } from "${specifier}";` },
      [`tools/a.ts imports ${specifier}, which is no package of deno.json and offline_std`],
    ]),
    [
      { "lib/net/a.ts": 'import { assert } from "@std/assert";' },
      ["lib/net/a.ts imports @std/assert, which is for tests"],
    ],
    [
      {
        "lib/irc/a.ts": 'import { b } from "./b.ts";',
        "lib/irc/b.ts": 'import { c } from "./c.ts";',
        "lib/irc/c.ts": 'import { type B } from "./b.ts";',
      },
      ["imports go round in a circle: lib/irc/b.ts -> lib/irc/c.ts -> lib/irc/b.ts"],
    ],
  ];
  const mutual = {
    "lib/irc/a.ts": 'import { b } from "./b.ts";',
    "lib/irc/b.ts": 'import type { A } from "./a.ts";',
  };
  cases.push([mutual, []]);
  for (const [sources, expected] of cases) {
    const found = violations(new Map(Object.entries(sources)), allowed);
    assertEquals(found, expected, JSON.stringify(sources));
  }
});

Deno.test("the scanner sees imports, and not what only looks like one", () => {
  const cases: [string, string[]][] = [
    ['import a from "a";', ["a"]],
    ["import 'a';", ["a"]],
    ['import * as a from "a"; import { b as c, type D } from "b";', ["a", "b"]],
    ['import type { A } from "a"; import a, { b } from "b";', ["a", "b"]],
    ['export * from "a"; export * as b from "b"; export { c } from "c";', ["a", "b", "c"]],
    ['export type { A } from "a";', ["a"]],
    ['import a from "a" with { type: "json" };', ["a"]],
    ['type A = import("a").A;', ["a"]],
    ['import {\n  // a comment with "quotes"\n  a,\n} from "a";', ["a"]],
    ['// import a from "a";\n/* import "b"; */', []],
    ["const a = 'import \"a\"';", []],
    ['const a = `import "a"; ${b + `import "c"`} from "d"`;', []],
    ['export const from = "a"; const b = from + "c";', []],
    ['export function f() { return x.from("a"); }', []],
    ['const a = /"/; import "b"; const c = 1 / 2; const d = "/";', ["b"]],
  ];
  for (const [source, expected] of cases) assertEquals(scan(source).imports, expected, source);
});
