import { assertEquals } from "@std/assert";
import { permitted } from "../permitted.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";

const WARNING = "The key of the room was on the command line, where other users of this machine " +
  "can read it. To avoid that, use --room-key-file FILE, or let chat ask for it.";

Deno.test(
  permitted("Room key: it comes from a file, or from the address with a warning", async () => {
    await using server = await ServerProcess.start();
    await using host = await RawClient.user(server.port, "host");
    await host.send("JOIN #club", "MODE #club +k sesame");
    await host.ping();
    const file = await Deno.makeTempFile({ prefix: "chat" });
    await Deno.writeTextFile(file, "sesame\n", { mode: 0o600 });
    const place = `127.0.0.1:${server.port}/club`;
    const cases: [args: string[], warned: boolean][] = [
      [[place, "--room-key-file", file], false],
      [[`irc://${place}?key=sesame`], true],
    ];
    for (const [args, warned] of cases) {
      await using client = start(["join", ...args, "--name", "Ada"]);
      await client.line(/^You have selected your username/);
      await client.closeStdin();
      assertEquals(await client.exit(), 0);
      assertEquals(client.stderr.text.includes(WARNING), warned, client.stderr.text);
      await host.until(/^:Ada!\S+ QUIT/);
    }
    await Deno.remove(file);
    await using refused = start(["join", place, "--name", "Ada"]);
    assertEquals(await refused.exit(), 1);
  }),
);
