import { assert, assertEquals } from "@std/assert";
import { parse } from "../../lib/cli/args/parse.ts";
import { installed } from "../e2e/other_servers.ts";
import { needing } from "../permitted.ts";
import { inDirectory } from "../store/stores.ts";

const permitted = needing();

const reads = needing("read");

const UNIT = new URL("../../tools/install/chat.service", import.meta.url);

/** How much of the machine the service may reach at most, as systemd rates it, times ten. */
const EXPOSURE = 20;

const NO_SYSTEMD = await installed("systemd-analyze") === undefined
  ? "systemd-analyze is not installed"
  : "";

/** Runs systemd-analyze on the unit, with a program that exists. Returns its status and words. */
async function analyze(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const unit = await Deno.readTextFile(UNIT);
  let result = { code: 1, said: "" };
  await inDirectory(async (path) => {
    await Deno.writeTextFile(
      `${path}/chat.service`,
      unit.replace("/usr/local/bin/chat", "/bin/true"),
    );
    const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
      args: [...args, `${path}/chat.service`],
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    result = { code, said: text(stdout) + text(stderr) };
  });
  return result;
}

Deno.test(permitted("Service: systemd finds nothing wrong with the unit", async () => {
  assertEquals(await analyze("verify", "--man=no"), { code: 0, said: "" });
}, NO_SYSTEMD));

Deno.test(permitted("Service: it can reach little of the machine", async () => {
  const args = ["security", "--offline=yes", "--no-pager", `--threshold=${EXPOSURE}`];
  const { code, said } = await analyze(...args);
  assertEquals(code, 0, said);
}, NO_SYSTEMD));

Deno.test(reads("Service: its command line is one of chat", async () => {
  const unit = await Deno.readTextFile(UNIT);
  const [, command = ""] = /^ExecStart=\/usr\/local\/bin\/chat (.*)$/m.exec(unit) ?? [];
  assertEquals(parse(command.split(" "), "").kind, "serve");
}));

Deno.test(reads("Service: docs/running.md shows the unit as it is", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/running.md", import.meta.url));
  assert(page.replaceAll("\r\n", "\n").includes(await Deno.readTextFile(UNIT)));
}));
