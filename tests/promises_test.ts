/**
 * Checks docs/promises.md against the documents that it quotes and the tests that it names.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { needing } from "./permitted.ts";

const permitted = needing("read");

const ROOT = new URL("../", import.meta.url);

/** The URL that the page's links are relative to. */
const PAGE = new URL("docs/promises.md", ROOT);

/** A row of a table on the page. */
interface Row {
  /** The path of the document, relative to the root. */
  readonly document: string;
  /** The heading of the section in that document. */
  readonly section: string;
  /** The promise, word for word. */
  readonly quote: string;
  /** The tests that check it: their file, relative to the root, and their name. */
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

const TEST = /\[([^\]]+)\]\(([^)]+)\): "(.*?)"(?:; |$)/g;

/** Parses the rows of the page's tables. */
function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  let document = "";
  let section = "";
  for (const line of page.split("\n")) {
    const [, link = ""] = /^## \[[^\]]+\]\((.*)\)$/.exec(line) ?? [];
    if (link !== "") document = pathOf(link);
    if (line.startsWith("### ")) section = line.slice(4);
    const [, quote = "", tests = ""] = /^\| (.*) \| (\[.*\]\(.*\).*) \|$/.exec(line) ?? [];
    if (quote === "") continue;
    const found = [...tests.matchAll(TEST)];
    rows.push({
      ...{ document, section, quote },
      tests: found.map(([, , link = "", name = ""]) => ({ file: pathOf(link), name })),
    });
  }
  return rows;
}

/** Resolves a link of the page to a path relative to the root. */
function pathOf(link: string): string {
  return new URL(link, PAGE).href.slice(ROOT.href.length);
}

/**
 * A document's text as a reader sees it: without the markup of links and strong words, in single
 * spaces.
 */
function asRead(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("**", "").replace(/\s+/g, " ");
}

/** The text below a heading, up to the next heading of the same level. */
function sectionOf(text: string, heading: string): string | undefined {
  const sections = text.split(/^(?=##? )/m);
  return sections.find((section) => section.split("\n", 1)[0]!.replace(/^##? /, "") === heading);
}

const NAMED =
  /(?:\b(?:Deno\.test\(\s*\w+|Deno\.test|test|everyStore)\(|\btest\(\{\s*name:)\s*(["`])(.*?[^\\])\1/gs;

/** The names of the tests in a file, with `…` for each interpolated part. */
function testsIn(source: string): string[] {
  return [...source.matchAll(NAMED)].map(([, , name = ""]) =>
    name.replace(/\$\{[^}]*\}/g, "…").replaceAll("\\", "")
  );
}

/**
 * Lists the false statements on a page. `read` returns a file's text, or undefined if there is
 * none.
 */
function faultsOf(page: string, read: (path: string) => string | undefined): string[] {
  const faults: string[] = [];
  const rows = rowsOf(page);
  for (const { document, section, quote, tests } of rows) {
    const text = sectionOf(read(document) ?? "", section);
    if (text === undefined) faults.push(`${document} has no section ${section}`);
    else if (!asRead(text).includes(asRead(quote))) {
      faults.push(`${section} does not say: ${quote}`);
    }
    if (tests.length === 0) faults.push(`no test for: ${quote}`);
    for (const { file, name } of tests) {
      const source = read(file);
      if (source === undefined) faults.push(`there is no ${file}`);
      else if (!testsIn(source).includes(name)) faults.push(`${file} has no test "${name}"`);
    }
  }
  const promised = sectionOf(read("docs/security.md") ?? "", "What is promised") ?? "";
  for (const [bullet, bold] of promised.matchAll(/^- \*\*(.*?)\*\*.*$/gm)) {
    const quoted = rows.some(({ document, quote }) =>
      document === "docs/security.md" && asRead(bullet).includes(asRead(quote))
    );
    if (!quoted) faults.push(`nothing of this is quoted: ${bold}`);
  }
  return faults;
}

function readFile(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(new URL(path, ROOT)).replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}

Deno.test(permitted("Promises: each stands in its document, and has its tests", () => {
  const page = readFile("docs/promises.md")!;
  assertEquals(faultsOf(page, readFile), []);
  // Every row was parsed.
  const lines = page.split("\n").filter((line) => /^\| (?!Promise \||---)/.test(line));
  assertEquals(rowsOf(page).length, lines.length);
  assert(lines.length > 100);
}));

Deno.test(permitted("Promises: what is not so is found", () => {
  const files: Record<string, string> = {
    "README.md": "# chat\n\nIt is [**safe**](x).\n\n## More\n\nIt is fast.\n",
    "docs/security.md": "## What is promised\n\n- **One.** A `b`\n- **Two** three.\n\n## Not\n",
    "tests/a_test.ts": 'Deno.test("a is safe", f);\nDeno.test({\n  name: `b ${x} c` + y,\n});\n' +
      'const other = { name: "no test" };\n',
  };
  const page = (...rows: string[]) =>
    [
      "## [README.md](../README.md)\n### chat\n| Promise | Held by |\n| --- | --- |",
      ...rows,
      "## [security](security.md)\n### What is promised",
      '| One. A `b` | [a](../tests/a_test.ts): "b … c" |',
      '| Two three | [a](../tests/a_test.ts): "a is safe"; [a](../tests/a_test.ts): "b … c" |',
    ].join("\n");
  const good = '| It is safe | [a](../tests/a_test.ts): "a is safe" |';
  const cases: [page: string, faults: string[]][] = [
    [page(good), []],
    [page(good.replace("safe |", "sound |")), ["chat does not say: It is sound"]],
    [page(good.replace("safe |", "fast |")), ["chat does not say: It is fast"]],
    [page(good.replace("a is", "A is")), ['tests/a_test.ts has no test "A is safe"']],
    [page(good.replace("a is safe", "no test")), ['tests/a_test.ts has no test "no test"']],
    [page(good.replace("a_test", "b_test")), ["there is no tests/b_test.ts"]],
    [page(good.replace(/: ".*"/, "")), ["no test for: It is safe"]],
    [page(good).replace("### chat", "### chit"), ["README.md has no section chit"]],
    [page(good).replace(/\n.*Two three.*/, ""), ["nothing of this is quoted: Two"]],
  ];
  for (const [text, faults] of cases) assertEquals(faultsOf(text, (path) => files[path]), faults);
}));

Deno.test(permitted("Promises: every test's name starts with its unit", () => {
  const files = [...testFiles(new URL("tests/", ROOT))];
  const names = files.flatMap((url) => testsIn(Deno.readTextFileSync(url)));
  const without = names.filter((name) => !/^[^:]{1,40}: ./.test(name));
  // The made-up test above is the only exception.
  assertEquals(without, ["a is safe"]);
  assert(names.length > 1000);
}));

function* testFiles(directory: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    if (isDirectory) yield* testFiles(new URL(`${name}/`, directory));
    else if (name.endsWith("_test.ts")) yield new URL(name, directory);
  }
}
