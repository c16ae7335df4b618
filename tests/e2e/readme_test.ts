/** What README.md shows, as it is typed there. */
import { assert, assertEquals } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { installed } from "./other_servers.ts";
import { commandLine, Process, RUNTIME, ServerProcess, start } from "./program.ts";
import { chatCommand } from "./tmux.ts";

const README = new URL("../../README.md", import.meta.url);

/** How to run something in a network of its own, with the ports that others may have here. */
const ALONE = await alone();

async function alone(): Promise<readonly string[] | undefined> {
  for (const flags of [["-n"], ["-rn"]]) {
    const way = ["unshare", ...flags, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
    const [command = "", ...args] = [...way, "true"];
    const tried = await new Deno.Command(command, { args, stdout: "null", stderr: "null" })
      .output().catch(() => undefined);
    if (tried?.success) return way;
  }
  return undefined;
}

/** Why that can't be tried; empty if it can. */
const MISSING = tlsFault(RUNTIME) ??
  (ALONE === undefined ? "there is no network of its own to be had" : "");

/** A directory that goes with the test. */
function directory(stack: AsyncDisposableStack): string {
  const path = Deno.makeTempDirSync({ prefix: "chat" });
  stack.defer(() => Deno.remove(path, { recursive: true }));
  return path;
}

Deno.test({
  name: "README: without an option what is said is encrypted, and there again after a restart" +
    (MISSING && ` (skipped: ${MISSING})`),
  ignore: MISSING !== "",
  async fn() {
    await using stack = new AsyncDisposableStack();
    const env = { XDG_STATE_HOME: directory(stack) };
    const serve = () => new Process("chat serve", [...ALONE!, ...commandLine(["serve"])], { env });
    const join = (server: Process, name: string) => {
      const enter = ["nsenter", "-t", `${server.pid}`, "-n", "--preserve-credentials"];
      if (ALONE!.includes("-rn")) enter.push("-U");
      const command = commandLine(["join", "localhost", "--name", name]);
      return new Process("chat join", [...enter, "--", ...command]);
    };
    for (const name of ["Alperen", "Furkan"]) {
      await using server = serve();
      await server.line(/^The socket is bound to \S+:6667$/);
      await server.line(/^The socket for encrypted connections is bound to \S+:6697$/);
      await server.line(/^Others join with: chat join \S+ --fingerprint SHA256:\S+$/);
      await using client = join(server, name);
      await client.line(/You can now chat/);
      if (name === "Furkan") await client.line(/^Alperen @ \S+ [AP]M >> Aa kimseler yok :\($/);
      await client.write(`Aa kimseler yok :(\n/whois ${name}\n`);
      await client.line(/^\w+ uses an encrypted connection\.$/);
      await server.line(new RegExp(`\\(${name}\\) says: Aa kimseler yok :\\($`));
      await client.closeStdin();
      assertEquals([await client.exit(), client.stderr.text], [0, ""]);
      server.kill("SIGKILL");
      await server.status;
    }
  },
});

const NO_JQ = await installed("jq") === undefined ? "jq is not installed" : "";

Deno.test({
  name: "README: the bot in a few lines tells the time" + (NO_JQ && ` (skipped: ${NO_JQ})`),
  ignore: NO_JQ !== "" || Deno.build.os === "windows",
  async fn() {
    const text = await Deno.readTextFile(README);
    const [, script = ""] = /^```sh\n(mkfifo answers\n.*?)^```$/ms.exec(text) ?? [];
    await using server = await ServerProcess.start();
    const place = `localhost:${server.port}`;
    assert(script.includes("chat join localhost "), script);
    await using stack = new AsyncDisposableStack();
    const path = directory(stack);
    const words = (await chatCommand([])).map((word) => `'${word}'`).join(" ");
    await Deno.writeTextFile(`${path}/chat`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    const here = `cd '${path}'; PATH=.:$PATH; ${script.replace("localhost", place)}`;
    await using bot = new Process("the bot", ["sh", "-c", here]);
    await server.line(/claimed clock/);
    await using asker = start(["join", place, "--name", "Gamze"]);
    await asker.line(/You can now chat/);
    await asker.write("!times\n!time\n");
    await asker.line(/^clock @ \S+ [AP]M >> Gamze: it is \d\d:\d\d$/);
    await asker.closeStdin();
    assertEquals(await asker.exit(), 0);
    assertEquals(asker.stdout.text.match(/it is/g)?.length, 1);
    // What the bot would say next ends it.
    await Deno.writeTextFile(`${path}/answers`, "exit\n");
    assertEquals(await bot.exit(), 0, bot.stderr.text);
  },
});
