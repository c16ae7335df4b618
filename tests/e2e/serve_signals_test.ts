import { assertEquals } from "@std/assert";
import { RawClient } from "./raw_client.ts";
import { OWN_SERVER, ServerProcess, start } from "./program.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { permitted } from "../permitted.ts";

Deno.test(
  permitted(
    "chat serve: closing its terminal closes the room, and everyone is told",
    async () => {
      await using terminal = await TmuxTerminal.chat(OWN_SERVER, { columns: 120 });
      const rows = await terminal.shows(/The server is ready/);
      const [, port] = /bound to \S+:(\d+)/.exec(rows.join("\n"))!;
      await using client = await RawClient.user(Number(port), "Gamze");
      await terminal.command("new-window", "cat");
      await terminal.command("kill-pane", "-t", ":0");
      await client.until(/^ERROR .*\(The server is closing\)$/);
    },
    NO_TERMINAL,
  ),
);

Deno.test(
  permitted(
    "chat serve: SIGUSR1 and SIGUSR2 do nothing",
    async () => {
      await using server = await ServerProcess.start();
      await using client = await RawClient.user(server.port, "Gamze");
      for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
        server.kill(signal);
        await client.ping();
      }
      server.kill("SIGTERM");
      await client.until(/^ERROR /);
    },
    Deno.build.os === "windows" ? "Windows has none" : "",
  ),
);

Deno.test(
  permitted(
    "chat serve: Ctrl-Z does not stop the room where it cannot be put aside",
    async () => {
      await using server = start(OWN_SERVER, { env: { CHAT_SUSPEND: "no" } });
      const [, port] = await server.line(/^The socket is bound to \S+:(\d+)$/);
      await server.line(/The server is ready/);
      // Launchers pass on what the terminal sent to the program as well.
      for (let times = 0; times < 3; times++) server.kill("SIGTSTP");
      await server.line(/Ctrl-Z does not work here/);
      await using client = await RawClient.user(Number(port), "Gamze");
      await client.ping();
      assertEquals(server.stdout.text.match(/Ctrl-Z/g)?.length, 1);
    },
    Deno.build.os === "windows" ? "Windows has none" : "",
  ),
);
