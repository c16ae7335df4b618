import { assert, assertEquals } from "@std/assert";
import { commandHelp, firstHelp, generalHelp, usage } from "../../../lib/cli/args/help.ts";
import { parse } from "../../../lib/cli/args/parse.ts";
import { commandNamed, spellings, SUBCOMMANDS } from "../../../lib/cli/args/options.ts";
import { optionsTable } from "../../../tools/docs/options.ts";

Deno.test("Options: no two options of a command are spelled alike", () => {
  for (const { name, options } of SUBCOMMANDS) {
    const all = options.flatMap(spellings);
    assertEquals(all.length, new Set(all).size, name);
  }
});

Deno.test("Options: an option excludes only options that exist", () => {
  for (const { options } of SUBCOMMANDS) {
    for (const { name, excludes = [] } of options) {
      for (const other of excludes) assert(options.some((option) => option.name === other), name);
    }
  }
});

Deno.test("Help: the help of a command and its table in the documents have the same options", () => {
  for (const command of SUBCOMMANDS) {
    const help = commandHelp(command);
    const rows = optionsTable(command.name).trimEnd().split("\n").slice(2);
    assertEquals(rows.length, command.options.length);
    for (const [i, option] of command.options.entries()) {
      assert(rows[i]?.startsWith(`| \`${usage(option)}\` |`), option.name);
      assert(help.includes(`  ${usage(option)}`), option.name);
    }
  }
});

Deno.test("Help: every line fits into 80 columns", () => {
  const texts = [firstHelp(), generalHelp(), ...SUBCOMMANDS.map(commandHelp)];
  for (const line of texts.join("\n").split("\n")) assert(line.length <= 80, line);
});

Deno.test("Help: the list of commands fits on a screen of 24 rows, with the prompt below it", () => {
  assert(generalHelp().trimEnd().split("\n").length < 24);
});

Deno.test("Help: the help of serve shows the defaults of settings", () => {
  const help = commandHelp(commandNamed("serve")!);
  for (
    const text of ["--port N", "[6667]", "[all addresses, IPv4 and IPv6]", "[yes]", "[#lobby]"]
  ) {
    assert(help.includes(text), text);
  }
});

Deno.test("Help: the short help shows the two commands that people need first", () => {
  assertEquals(
    firstHelp(),
    `A chat room for everyone on the network.

  chat serve      open a chat room on this machine
  chat join HOST  enter the chat room of another machine

All commands: chat help
`,
  );
});

Deno.test("Help: what the exit status means has a page of its own", () => {
  assert(generalHelp().includes("chat help exit-status"));
  const request = parse(["help", "exit-status"], "");
  assert("text" in request);
  for (const status of ["0", "1", "2", "3", "128 + N"]) {
    assert(request.text.includes(`\n  ${status} `), status);
  }
});
