import { assertEquals } from "@std/assert";
import { permitted } from "../permitted.ts";
import { NO_NAMESPACE, UNSHARE } from "./namespace.ts";
import { commandLine, Process } from "./program.ts";

/** A line for `sh` that runs the program in the background. */
function shell(...args: string[]): string {
  return `${commandLine(args).map((word) => `'${word}'`).join(" ")} 2>&1 &\n`;
}

Deno.test(
  permitted(
    "chat join: if its address is gone it notices, and if it is there again it goes on",
    async () => {
      const [command = "", ...flags] = UNSHARE!;
      const ends = ["--fork", "--pid", "--kill-child"];
      await using scene = new Process("the network", [command, ...flags, ...ends, "sh"]);
      const address = "192.168.1.20";
      await scene.write(`ip link set lo up; ip addr add ${address}/32 dev lo\n`);
      const serve = ["serve", "--ephemeral", "--host", "0.0.0.0", "--port", "7001", "--no-tls"];
      await scene.write(shell(...serve));
      await scene.line(/The server is ready/);
      await scene.write(
        `sleep 600 | ${shell("join", `${address}:7001`, "--name", "Ali", "--json")}`,
      );
      await scene.line(/"type":"entered"/);
      await scene.write(`ip addr del ${address}/32 dev lo\n`);
      const [lost] = await scene.line(/^.*"type":"lost".*$/);
      assertEquals(JSON.parse(lost).reason, "this computer has left the network");
      await scene.line(/"type":"retrying".*the network is unreachable/);
      await scene.write(`ip addr add ${address}/32 dev lo\n`);
      await scene.line(/"type":"info".*Connected again/);
      await scene.line(/"type":"entered".*"resumed":true/);
    },
    NO_NAMESPACE,
  ),
);
