/**
 * `deno task docs`: writes the parts of the documents that come from tables in the code. With
 * `--check` it writes nothing, and exits with status 1 if something would change.
 * @module
 */

import { CLIENT_SETTINGS } from "../lib/client/settings.ts";
import { slashCommands } from "./docs/commands.ts";
import { code, table } from "./docs/markdown.ts";
import { OPERATORS } from "./docs/operators.ts";
import { optionsTable } from "./docs/options.ts";
import { PROTOCOL } from "./docs/protocol.ts";

/** The generated parts of a document: the name in the markers, and the text between them. */
export type Parts = ReadonlyMap<string, () => string>;

/** The documents with generated parts, by path. */
export const GENERATED: ReadonlyMap<string, Parts> = new Map([
  [
    "docs/reference.md",
    new Map([
      ["options of serve", () => optionsTable("serve")],
      ["options of join", () => optionsTable("join")],
      ["settings of join", settingsOfJoin],
      ["slash commands", slashCommands],
    ]),
  ],
  ["docs/protocol.md", PROTOCOL],
  ["docs/operators.md", OPERATORS],
]);

/** The settings file of `chat join`. */
function settingsOfJoin(): string {
  return table(
    ["Key", "Default", "Meaning"],
    CLIENT_SETTINGS,
    ({ key, default: value, meaning }) => [
      code(key),
      code(JSON.stringify(value)),
      meaning,
    ],
  );
}

/**
 * Puts the generated parts between their markers, `<!-- generated: NAME -->` and `<!-- end of
 * generated -->`.
 *
 * @returns the document as it should be
 * @throws {Error} if the markers of a part are missing, or doubled
 */
export function withGenerated(text: string, parts: Parts): string {
  for (const [name, generate] of parts) {
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

/** Updates one document, or checks it. */
async function update(path: string, parts: Parts, check: boolean): Promise<void> {
  const file = new URL(`../${path}`, import.meta.url);
  const before = await Deno.readTextFile(file);
  const after = withGenerated(before, parts);
  if (before === after) {
    console.error(`docs: ${path} is up to date`);
  } else if (check) {
    console.error(`docs: ${path} is not what the tables say; run deno task docs`);
    Deno.exitCode = 1;
  } else {
    await Deno.writeTextFile(file, after);
    console.error(`docs: wrote ${path}`);
  }
}

if (import.meta.main) {
  for (const [path, parts] of GENERATED) {
    try {
      await update(path, parts, Deno.args.includes("--check"));
    } catch (error) {
      console.error(`docs: ${path}: ${error instanceof Error ? error.message : error}`);
      Deno.exitCode = 1;
    }
  }
}
