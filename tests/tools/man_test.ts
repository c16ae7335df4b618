import { assert, assertEquals } from "@std/assert";
import { usage } from "../../lib/cli/args/help.ts";
import { SUBCOMMANDS } from "../../lib/cli/args/options.ts";
import { manPages } from "../../tools/docs/man.ts";
import { installed } from "../e2e/other_servers.ts";
import { needing } from "../permitted.ts";

const permitted = needing("run", "write", "read", "env");

const PAGES = manPages({ version: "1.2.3", date: "2026-11-30" });

Deno.test("Manual: there is a page of each command, with each of its options", () => {
  assertEquals([...PAGES.keys()], ["chat.1", ...SUBCOMMANDS.map(({ name }) => `chat-${name}.1`)]);
  for (const { name, options } of SUBCOMMANDS) {
    const page = PAGES.get(`chat-${name}.1`)!.replaceAll("\\-", "-");
    for (const option of options) assert(page.includes(`\n.B ${usage(option)}\n`), option.name);
  }
});

/** Why there is no man with warnings; empty if there is one. */
const NO_MAN = Deno.build.os === "linux" && await installed("man") && await installed("col")
  ? ""
  : "man-db is not installed";

/** Formats all pages with a command that gets their paths one by one. Returns what it wrote. */
async function formatted(command: string): Promise<{ pages: string[]; warnings: string }> {
  const directory = await Deno.makeTempDir();
  try {
    const pages: string[] = [];
    let warnings = "";
    for (const [name, page] of PAGES) {
      await Deno.writeTextFile(`${directory}/${name}`, page);
      const { stdout, stderr, success } = await new Deno.Command("sh", {
        args: ["-c", command, "sh", `${directory}/${name}`],
        env: { LC_ALL: "C.UTF-8", MANWIDTH: "80", MANROFFOPT: "-ww" },
      }).output();
      pages.push(new TextDecoder().decode(stdout));
      warnings += new TextDecoder().decode(stderr) + (success ? "" : `${name} failed\n`);
    }
    return { pages, warnings };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(permitted("Manual: man shows the pages without a warning", async () => {
  const { pages, warnings } = await formatted('man --warnings=w -l "$1" | col -bx');
  assertEquals(warnings, "");
  const serve = pages[1 + SUBCOMMANDS.findIndex(({ name }) => name === "serve")]!;
  for (
    const line of [
      /^CHAT-SERVE\(1\) +/m,
      /^NAME\n +chat-serve - open a chat room on this machine$/m,
      /^SYNOPSIS\n +chat serve \[OPTION\]\.\.\.$/m,
      /^ +--port N\n +The port to listen on; 0: any free port\. \[6667\]$/m,
      /^ +chat serve --port 7000 --motd 'Be kind\.'$/m,
      /^chat 1\.2\.3 +2026-11-30 +CHAT-SERVE\(1\)$/m,
    ]
  ) assert(line.test(serve), `${line}: ${serve}`);
  assert(pages.every((page) => page.split("\n").every((line) => line.length <= 80)));
}, NO_MAN));

Deno.test(permitted("Manual: mandoc finds nothing wrong with the pages", async () => {
  const { pages } = await formatted('mandoc -T lint -W warning "$1"');
  assertEquals(pages.join(""), "");
}, await installed("mandoc") ? "" : "mandoc is not installed"));
