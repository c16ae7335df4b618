/** The completions in real shells, as a person presses Tab in them. */
import { assert, assertEquals } from "@std/assert";
import { type Shell } from "../../lib/cli/args/completions.ts";
import { permitted } from "../permitted.ts";
import { installed } from "./other_servers.ts";
import { run } from "./program.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";

/** Writes the script of a shell, as the program prints it, into a directory of the test's own. */
async function withScript(shell: Shell, file: string, use: (path: string) => Promise<void>) {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  try {
    const { code, stdout } = await run("completions", shell);
    assertEquals(code, 0);
    await Deno.writeTextFile(`${directory}/${file}`, stdout);
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What is typed before Tab is pressed, and the line that comes of it. */
const TYPED: readonly (readonly [typed: string, completed: RegExp])[] = [
  ["chat exp", /^\$ chat export/],
  ["chat serve --motd x --ephem", /^\$ chat serve --motd x --ephemeral/],
  ["chat completions z", /^\$ chat completions zsh/],
  ["chat join h --bell ne", /^\$ chat join h --bell never/],
  ["chat restore mon", /^\$ chat restore monday\.tar/],
  ["chat serve --config mon", /^\$ chat serve --config monday\.tar/],
];

async function presses(command: readonly string[], prepare: string, env: Record<string, string>) {
  await using terminal = await TmuxTerminal.open(command, { env: { PS1: "$ ", ...env } });
  await Deno.writeTextFile(`${terminal.directory}/monday.tar`, "");
  await terminal.shows((rows) => rows[0] === "$");
  await terminal.enters(`${prepare}; clear; echo ready`);
  for (const [typed, completed] of TYPED) {
    await terminal.shows((rows) => /^(ready|done)$/.test(rows[0] ?? "") && rows.at(-1) === "$");
    await terminal.types(typed);
    await terminal.presses("Tab");
    await terminal.shows((rows) => rows.some((row) => completed.test(row)));
    await terminal.presses("C-u");
    await terminal.enters("clear; echo done");
  }
}

Deno.test(permitted("Completions: bash completes when Tab is pressed", () =>
  withScript(
    "bash",
    "chat",
    (path) => presses(["bash", "--norc", "-i"], `source ${path}/chat`, { INPUTRC: "/dev/null" }),
  ), await installed("bash") === undefined ? "bash is not installed" : NO_TERMINAL));

Deno.test(permitted(
  "Completions: zsh completes when Tab is pressed, with the script in a directory of its fpath",
  () =>
    withScript("zsh", "_chat", (path) => {
      const prepare = `fpath=(${path} $fpath); autoload -U compinit; compinit -u -D; bindkey -e`;
      return presses(["zsh", "-f", "-i"], prepare, {});
    }),
  await installed("zsh") === undefined ? "zsh is not installed" : NO_TERMINAL,
));

Deno.test(permitted(
  "Completions: fish offers commands, options, words and files, with what they mean",
  () =>
    withScript("fish", "chat.fish", async (path) => {
      await Deno.writeTextFile(`${path}/monday.tar`, "");
      const cases: [typed: string, offered: RegExp][] = [
        ["chat exp", /^export\tPrint the history of a room\.$/m],
        ["chat serve --ephem", /^--ephemeral\tKeep nothing on disk\.$/m],
        ["chat serve --no-pl", /^--no-plain\t/m],
        ["chat completions z", /^zsh/m],
        ["chat join h --bell ne", /^never/m],
        ["chat serve --config mon", /^monday\.tar$/m],
        ["chat restore mon", /^monday\.tar$/m],
      ];
      for (const [typed, offered] of cases) {
        const { stdout, stderr } = await new Deno.Command("fish", {
          args: ["--no-config", "-c", `source chat.fish; complete -C "${typed}"`],
          cwd: path,
          env: { HOME: path, XDG_CONFIG_HOME: path, XDG_DATA_HOME: path },
        }).output();
        const text = new TextDecoder().decode(stdout);
        assertEquals(new TextDecoder().decode(stderr), "");
        assert(offered.test(text), `${typed}: ${text}`);
      }
    }),
  await installed("fish") === undefined ? "fish is not installed" : "",
));
