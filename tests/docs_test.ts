import { assert, assertEquals, assertThrows } from "@std/assert";
import { commandNamed, GENERAL_OPTIONS, spellings } from "../lib/cli/options.ts";
import { withGenerated } from "../tools/docs.ts";

const root = new URL("../", import.meta.url);

/** The documents that stand beside the code. */
const DOCUMENTS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/performance.md",
] as const;

async function read(path: string): Promise<string> {
  return (await Deno.readTextFile(new URL(path, root))).replaceAll("\r\n", "\n");
}

Deno.test("the README says what the tables say", async () => {
  const readme = await read("README.md");
  assertEquals(withGenerated(readme), readme, "run deno task docs");
});

Deno.test("a marker that is missing, doubled or open is an error, and the rest is kept", async () => {
  const readme = await read("README.md");
  const start = "<!-- generated: options of join -->\n";
  const end = "<!-- end of generated -->\n";
  const cases: [broken: string, message: string][] = [
    [readme.replace(start, ""), "there is no marker"],
    [readme.replace(start, start + start), "more than one marker"],
    [readme.replaceAll(end, ""), "has no end"],
  ];
  for (const [broken, message] of cases) assertThrows(() => withGenerated(broken), Error, message);
  const [head, tail = ""] = readme.split(start);
  const stale = `${head}${start}stale\n${tail.slice(tail.indexOf(end))}`;
  assertEquals(withGenerated(stale), readme);
});

Deno.test("the options in the documents' command lines exist", async () => {
  for (const path of DOCUMENTS) {
    for (const line of (await read(path)).split("\n")) {
      const [, name = "", rest = ""] = /\bchat (serve|join)\b([^`|#]*)/.exec(line) ?? [];
      const command = commandNamed(name);
      const known = [...command?.options ?? [], ...GENERAL_OPTIONS].flatMap(spellings);
      for (const [option] of rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
        assert(known.includes(option), `${path} has ${option} for chat ${name}: ${line}`);
      }
    }
  }
});

Deno.test("the documents link to what is there", async () => {
  for (const path of DOCUMENTS) {
    for (const [, link = ""] of (await read(path)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file = "", anchor] = link.split("#", 2);
      const target = new URL(file, new URL(path, root));
      const exists = await Deno.stat(target).then(() => true, () => false);
      assert(exists, `${path} links to ${link}, which is not there`);
      if (anchor === undefined) continue;
      const text = (await Deno.readTextFile(target)).replaceAll("\r\n", "\n");
      const anchors = text.split("\n").filter((line) => /^#+ /.test(line)).map(anchorOf);
      assert(anchors.includes(anchor), `${path} links to ${link}, where there is no such heading`);
    }
  }
});

/** The anchor that a heading gets where Markdown is shown. */
function anchorOf(heading: string): string {
  return heading.replace(/^#+ /, "").toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
