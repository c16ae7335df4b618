/** What browsers get: the script that is joined of modules, without types and comments. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compact } from "../../lib/web/assets/compact.ts";
import { joinModules } from "../../lib/web/assets/join_modules.ts";
import { assetsOf, makePage, pageSite } from "../../lib/web/assets/page_site.ts";
import { needing } from "../permitted.ts";

const permitted = needing("read");

/** The most bytes that the page may take, compressed. */
const MOST_BYTES = 100_000;

Deno.test("Compact: comments and blanks go, and what a program does stays", () => {
  const cases: [source: string, compacted: string][] = [
    ["const a  =  1; // one", "const a=1;"],
    ["a /* x */ + /* y */ b", "a+b"],
    ["a + +b; a - -b; a+ ++b", "a+ +b;a- -b;a+ ++b"],
    ["return /x  y/g.test(a)", "return/x  y/g.test(a)"],
    ["a = b / c / d", "a=b/c/d"],
    ["f(a) / 2 // half", "f(a)/2"],
    ["x = [1] / 2; y = /[/]  \\//u", "x=[1]/2;y=/[/]  \\//u"],
    ["'a  //  b' + \"c /* d */\"", "'a  //  b'+\"c /* d */\""],
    ["`a  // ${ b  + `c  ${ d }` }  /* e */`", "`a  // ${b+`c  ${d}`}  /* e */`"],
    ["const f = () => ({ a: 1 });", "const f=()=>({a:1});"],
    ["let a\nlet b", "let a\nlet b"],
    ["a\n  .b()\n  .c()", "a.b().c()"],
    ["if (a) {\n  b();\n}\nc()", "if(a){b();}\nc()"],
    ["class A { #a = 1; get b() { return this.#a } }", "class A{#a=1;get b(){return this.#a}}"],
    [
      "class A { #first = 1; #b; has(x) { return #b in x && `${this.#first} #first` } }",
      "class A{#a=1;#b;has(x){return #b in x&&`${this.#a} #first`}}",
    ],
    ["f(a, b,\n); [\n  a,\n  b,\n]; ({ a, b, });", "f(a,b);[a,b];({a,b});"],
    ["[, ]; [a, , ]; f(',', )", "[,];[a,,];f(',')"],
    ["for (const a of /* all */ b) c in d", "for(const a of b)c in d"],
    ["1 .toFixed()", "1 .toFixed()"],
    ["a = b\n/* x\n */\n(c)", "a=b\n(c)"],
    ["ö = 'ğ' /* ş */", "ö='ğ'"],
  ];
  for (const [source, compacted] of cases) assertEquals(compact(source), compacted, source);
  for (const open of ["'a", '"a\n"', "`a", "/* a", "`${a"]) {
    assertThrows(() => compact(open), SyntaxError);
  }
});

/** Joins modules by their names. */
function join(modules: Record<string, string>): Promise<string> {
  const read = (path: string) => Promise.resolve(modules[path]!);
  return joinModules("main.ts", read, (specifier) => `std/${specifier}.ts`);
}

Deno.test("Joining: a script does what its modules did", async () => {
  const script = await join({
    "main.ts": 'import { a as first, C } from "./lib/a.ts";\nimport * as all from "./b.ts";\n' +
      'import { deep } from "@std/x";\nresult = [first(), new C().name, all.b, all.two, deep];',
    "lib/a.ts": 'import { b } from "../b.ts";\nexport function a() {\n  return b + inner;\n}\n' +
      'const inner = "!";\nexport class C {\n  name = "C";\n}\nexport const unused = TEXTS.gone;\n' +
      'import { TEXTS } from "./wording/t.ts";',
    "b.ts": 'export const b = "b";\nconst own = 2;\nexport { own as two };\n' +
      'export { C as D } from "./lib/a.ts";',
    "std/@std/x.ts": "export const deep = true;",
  }).catch((error) => error);
  // b.ts and lib/a.ts import each other.
  assertMatch(String(script), /imported in a circle/);
  const good = await join({
    "main.ts": 'import { a as first, C } from "./lib/a.ts";\nimport * as all from "./b.ts";\n' +
      'import { deep } from "@std/x";\nresult = [first(), new C().name, all.b, all.two, deep];',
    "lib/a.ts": 'import { b } from "../b.ts";\nexport function a() {\n  return b + inner;\n}\n' +
      'const inner = "!";\nexport class C {\n  name = "C";\n}\nexport const unused = 1;',
    "b.ts": 'export const b = "b";\nconst own = 2;\nexport { own as two };',
    "std/@std/x.ts": "export const deep = true;",
  });
  assertEquals(new Function(`let result;${good}return result`)(), ["b!", "C", "b", 2, true]);
  assert(!good.includes("unused"));
});

Deno.test("Joining: of a table of texts, only the rows that are used stay", async () => {
  const modules = {
    "lib/wording/t.ts":
      'export const T = {\n  /** One. */\n  one: "1",\n  two: (a) =>\n    `2${a}`,\n' +
      '  three: "3",\n};\nexport const W = {\n  all: "whole",\n  other: "kept",\n};',
  };
  const script = await join({
    ...modules,
    "main.ts": 'import { T as SAYS, W } from "./lib/wording/t.ts";\n' +
      'result = [SAYS.one, SAYS.two("b"), Object.keys(W)];',
  });
  assertEquals(new Function(`let result;${script}return result`)(), ["1", "2b", ["all", "other"]]);
  assert(!script.includes("three"));
});

Deno.test("Joining: forms that are not known are named", async () => {
  for (const form of ["export default 1;", 'export * from "./b.ts";', "export let a = 1;"]) {
    const error = await join({ "main.ts": form, "b.ts": "" }).catch((error) => error);
    assertMatch(String(error), /cannot join/, form);
  }
});

Deno.test(
  permitted("Page: all of it takes less than 100 kB, and nothing in it is for Deno", async () => {
    const files = await makePage();
    assert(files !== undefined);
    const assets = [...await assetsOf(files, { title: "x", encrypted: true })];
    const bytes = assets.reduce((sum, [, { gzip }]) => sum + gzip!.length, 0);
    assert(bytes < MOST_BYTES, `${bytes} bytes`);
    assert(!/\bDeno\b|\bprocess\.|node:/.test(files.script));
    // Nothing of it comes from elsewhere.
    const named = files.script.match(/https?:\/\/[\w./]+/g) ?? [];
    assertEquals(named.filter((one) => one !== "http://www.w3.org/2000/svg"), []);
    assert(!/url\(|@import/.test(files.style));
    const html = new TextDecoder().decode(assets.find(([path]) => path === "/")![1].bytes);
    assert(!/<script>|<style|style=|\son\w+=/.test(html));
    for (const [path, { cache, headers }] of assets) {
      assertEquals(cache.includes("immutable"), path !== "/", path);
      assertMatch(headers!["Content-Security-Policy"]!, /^default-src 'none'; script-src 'self';/);
    }
  }),
);

Deno.test(
  permitted(
    "Page: its files have names that change with them, and others are looked for elsewhere",
    async () => {
      const other = { type: "text/plain", bytes: new Uint8Array(), cache: "no-store" };
      const site = pageSite({ title: `<b>"Ada's" & co</b>`, encrypted: false }, {
        find: (path) => path === "/other" ? other : undefined,
      });
      const html = new TextDecoder().decode((await site.find("/"))!.bytes);
      const [, script = ""] = /src="(\/assets\/[0-9a-f]{16}\/page\.js)"/.exec(html) ?? [];
      assertMatch((await site.find(script))!.type, /javascript/);
      assertEquals(await site.find("/other"), other);
      assertEquals(await site.find("/assets/0/page.js"), undefined);
      assertMatch(html, /name="encrypted" content="no"/);
      assertMatch(html, />&#60;b&#62;&#34;Ada&#39;s&#34; &#38; co&#60;\/b&#62;<\/h1>/);
    },
  ),
);

Deno.test(
  permitted(
    "Page: it may connect to its own server and the others of the chat, no others",
    async () => {
      let sockets: string[] = [];
      const site = pageSite({ title: "x", encrypted: true }, {
        find: () => undefined,
      }, () => sockets);
      const connects = async () =>
        /connect-src ([^;]*);/.exec((await site.find("/"))!.headers!["Content-Security-Policy"]!)
          ?.[1];
      assertEquals(await connects(), "'self'");
      sockets = ["wss://b.example:8097"];
      assertEquals(await connects(), "'self' wss://b.example:8097");
    },
  ),
);
