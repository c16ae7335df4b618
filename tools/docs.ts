/**
 * `deno task docs`: writes the parts of the README that tables in the code already say. With
 * `--check` it writes nothing, and exit status 1 tells that something would have changed.
 *
 * @module
 */

import { optionsMarkdown } from "../lib/cli/help.ts";
import { COMMANDS } from "../lib/client/commands.ts";

/** What is generated: the name in the markers, and the text that goes between them. */
const PARTS: ReadonlyMap<string, () => string> = new Map([
  ["options of serve", () => optionsMarkdown("serve")],
  ["options of join", () => optionsMarkdown("join")],
  ["slash commands", slashCommands],
]);

/** The README. */
const README = new URL("../README.md", import.meta.url);

/** What can be typed after a slash, as a Markdown table. */
function slashCommands(): string {
  const rows = COMMANDS.map(({ name, usage, help }) => {
    const typed = usage === "" ? `/${name}` : `/${name} ${usage}`;
    return `| \`${typed}\` | ${help.replaceAll("|", "\\|")} |\n`;
  });
  return `| Command | Meaning |\n| --- | --- |\n${rows.join("")}`;
}

/**
 * Puts the generated parts between their markers, `<!-- generated: NAME -->` and
 * `<!-- end of generated -->`.
 *
 * @param text the whole document
 * @returns the document as it should be
 * @throws {Error} where the markers of a part are not there, or there more than once
 */
export function withGenerated(text: string): string {
  for (const [name, generate] of PARTS) {
    const start = `<!-- generated: ${name} -->\n`;
    const [before = "", after, ...more] = text.split(start);
    if (after === undefined) throw new Error(`there is no marker ${start.trim()}`);
    if (more.length > 0) throw new Error(`there is more than one marker ${start.trim()}`);
    const end = after.indexOf("<!-- end of generated -->\n");
    const next = after.indexOf("<!-- generated: ");
    if (end < 0 || next >= 0 && next < end) {
      throw new Error(`the marker ${start.trim()} has no end`);
    }
    text = `${before}${start}\n${generate()}\n${after.slice(end)}`;
  }
  return text;
}

if (import.meta.main) {
  try {
    const before = await Deno.readTextFile(README);
    const after = withGenerated(before);
    if (before === after) {
      console.error("docs: README.md is up to date");
    } else if (Deno.args.includes("--check")) {
      console.error("docs: README.md is not what the tables say; run deno task docs");
      Deno.exitCode = 1;
    } else {
      await Deno.writeTextFile(README, after);
      console.error("docs: wrote README.md");
    }
  } catch (error) {
    console.error(`docs: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}
