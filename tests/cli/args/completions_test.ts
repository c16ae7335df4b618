import { assert, assertEquals } from "@std/assert";
import { completions } from "../../../lib/cli/args/completions.ts";
import { spellings, SUBCOMMANDS } from "../../../lib/cli/args/options.ts";
import { LACKING, needing } from "../../permitted.ts";

const permitted = needing("run", "write");

/** Runs a program; undefined if it is not installed. */
async function run(program: string, args: string[], cwd?: string): Promise<string | undefined> {
  try {
    const options = { args, stdin: "null", ...(cwd === undefined ? {} : { cwd }) } as const;
    const { success, stdout, stderr } = await new Deno.Command(program, options).output();
    assert(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function has(program: string): Promise<boolean> {
  return !LACKING.includes("run") && await run(program, ["--version"]) !== undefined;
}

async function withScript(
  shell: "bash" | "zsh" | "fish",
  use: (path: string, dir: string) => Promise<void>,
) {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/completions`;
    await Deno.writeTextFile(path, completions(shell));
    await Deno.mkdir(`${dir}/my rooms`);
    await use(path, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test(permitted("Completions: bash completes commands, options, words and paths", async () => {
  const all = (name: string) =>
    SUBCOMMANDS.find((row) => row.name === name)!.options.flatMap(spellings);
  const cases: [words: string[], completed: string[]][] = [
    [["se"], ["serve"]],
    [["--"], ["--help", "--version"]],
    [["serve", "--po"], ["--port"]],
    [["serve", "--no-t"], ["--no-tls"]],
    [["serve", "--acc"], [
      "--account-registration",
      "--account-before-connect",
      "--account-email-required",
    ]],
    [["serve", "--port", ""], []],
    [["serve", "--log", ""], ["text", "json"]],
    [["serve", "--log", "=", "j"], ["json"]],
    [["serve", "--log", "="], ["text", "json"]],
    [["serve", "--port", "1", "--lo"], ["--lobby", "--log"]],
    [["serve", "--config", "comp"], ["completions"]],
    [["serve", "--data", ""], ["my rooms"]],
    [["join", "--"], all("join").filter((word) => word.startsWith("--"))],
    [["completions", "z"], ["zsh"]],
    [["help", "jo"], ["join"]],
    [["nonsense", ""], []],
  ];
  await withScript("bash", async (path, dir) => {
    const lines = cases.map(([words]) => {
      const quoted = words.map((word) => `'${word}'`).join(" ");
      return `COMP_WORDS=(chat ${quoted}); COMP_CWORD=${words.length}; _chat
          (IFS='|'; echo "\${COMPREPLY[*]}")`;
    });
    const output = await run(
      "bash",
      ["-c", `set -u; source "${path}"\n${lines.join("\n")}`],
      dir,
    );
    const results = output?.trimEnd().split("\n").concat("") ?? [];
    for (const [i, [words, completed]] of cases.entries()) {
      assertEquals(results[i], completed.join("|"), words.join(" "));
    }
  });
}, await has("bash") ? "" : "bash is not installed"));

for (const shell of ["zsh", "fish"] as const) {
  Deno.test(permitted(
    `Completions: ${shell} accepts its script`,
    () => withScript(shell, async (path) => void await run(shell, ["-n", path])),
    await has(shell) ? "" : `${shell} is not installed`,
  ));
}

Deno.test(permitted("Completions: the script of every shell has every option", () => {
  for (const shell of ["bash", "zsh", "fish"] as const) {
    const script = completions(shell);
    for (const { name } of SUBCOMMANDS.flatMap(({ options }) => options)) {
      assert(script.includes(shell === "fish" ? `-l ${name} ` : `--${name}`), `${shell}: ${name}`);
    }
  }
}));
