/**
 * `deno task compile`: makes the self-contained executable.
 *
 * Options: `--output FILE` (default `chat`), `--target TRIPLE` (default: this machine), as of
 * `deno compile`. The executable gets the permissions of the task `program`, and no others, and
 * the page for browsers: it could not make it itself.
 *
 * If Deno's runtime for executables can't be downloaded, `DENO_COMPILE` names another Deno to use,
 * and `DENORT_BIN` the runtime that it puts in front of the program.
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { makePage, PREPARED } from "../lib/web/assets/page_site.ts";

const root = new URL("..", import.meta.url);

/** The permissions of the program, from the task that runs it: the one place that has them. */
async function permissions(): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const command: string = tasks.program.command;
  return command.split(" ").filter((word) => word.startsWith("--allow-"));
}

/** Whether a Deno can check types against `node:` modules without a download: from 2.5. */
async function checksNodeTypes(deno: string): Promise<boolean> {
  const { stdout } = await new Deno.Command(deno, { args: ["--version"] }).output();
  const [, major, minor] = /^deno (\d+)\.(\d+)/.exec(new TextDecoder().decode(stdout)) ?? [];
  return Number(major) > 2 || Number(minor) >= 5;
}

async function main(): Promise<void> {
  const options = parseArgs(Deno.args, {
    string: ["output", "target"],
    unknown: (arg) => {
      throw new Error(`unknown argument ${arg}; there are --output FILE and --target TRIPLE`);
    },
  });
  const deno = Deno.env.get("DENO_COMPILE") || Deno.execPath();
  const args = ["compile", "--quiet", "--no-prompt", "--no-code-cache", ...await permissions()];
  if (!await checksNodeTypes(deno)) args.push("--no-check");
  if (options.target) args.push("--target", options.target);
  await Deno.writeTextFile(PREPARED, JSON.stringify(await makePage()));
  args.push("--include", fileURLToPath(PREPARED));
  const output = options.output ?? fileURLToPath(new URL("chat", root));
  args.push("--output", output, fileURLToPath(new URL("main.ts", root)));
  const { code } = await new Deno.Command(deno, { args, cwd: root }).spawn().status;
  if (code !== 0) {
    throw new Error(
      "Deno could not make the executable. If it could not download its runtime (denort), " +
        "tools/runtime.ts gets one from npm.",
    );
  }
  console.error(`compile: made ${output}`);
}

try {
  await main().finally(() => Deno.remove(PREPARED).catch(() => {}));
} catch (error) {
  console.error(`compile: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}
