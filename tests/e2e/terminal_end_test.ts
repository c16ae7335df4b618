/** A real terminal when the program is suspended, ends or loses its server. */
import { assertEquals } from "@std/assert";
import { RUNTIME, ServerProcess } from "./program.ts";
import { permitted } from "../permitted.ts";
import { assertGivenBack, friend, furkan, inTerminal } from "./terminal_scene.ts";
import { chatCommand, NO_TERMINAL, TmuxTerminal } from "./tmux.ts";

/** Why the program under test can't suspend itself; empty if it can. */
const NO_STOP = /^2\.[0-8]\./.test(RUNTIME)
  ? `Deno ${RUNTIME} lets nobody who may not run all programs send a signal to itself; 2.9 does`
  : NO_TERMINAL;

Deno.test(
  permitted(
    "Terminal: Ctrl-Z gives the terminal to the shell, and fg goes on with the same input",
    async () => {
      await using server = await ServerProcess.start();
      await using ada = await friend(server.port);
      await using terminal = await TmuxTerminal.open(["sh", "-i"], { env: { PS1: "$ " } });
      await terminal.shows(/^\$/);
      const command = await chatCommand(["join", `127.0.0.1:${server.port}`, "--name", "Furkan"]);
      const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
      await Deno.writeTextFile(`${terminal.directory}/chat`, `exec ${words}\n`);
      await terminal.enters("stty -a > before; sh ./chat; echo status $?");
      await terminal.shows(/You can now chat/);
      await terminal.types("yarım");
      await terminal.draws(["> yarım‸", "#lobby (2)"]);
      await terminal.presses("C-z");
      await terminal.shows(/^\$ *$/m);
      await terminal.enters("stty -a > after; echo $((6 * 7))");
      await terminal.shows(/^42$/m);
      const [before, after] = ["before", "after"].map((name) =>
        Deno.readTextFileSync(`${terminal.directory}/${name}`)
      );
      assertEquals(after, before);
      assertEquals(await terminal.knows("cursor_flag"), "1");
      await ada.send("PRIVMSG #lobby :neredesin?");
      await ada.ping();
      await terminal.enters("fg");
      await terminal.draws(["Ada @ 23:03:10 PM >> neredesin?", "> yarım‸", "#lobby (2)"]);
      await terminal.presses("Enter", "C-d");
      await ada.until(/PRIVMSG #lobby :yarım$/);
      await terminal.shows(/^status \d+$/m);
    },
    NO_STOP,
  ),
);

Deno.test(
  permitted(
    "Terminal: without a connection it says so, keeps the input, and sends it afterwards",
    async () => {
      const server = await ServerProcess.start();
      const { port } = server;
      await using terminal = await furkan(port);
      try {
        await terminal.types("yarım");
        server.kill("SIGKILL");
        await server.status;
      } finally {
        await server[Symbol.asyncDispose]();
      }
      await terminal.shows(/The connection to the server was lost/);
      await terminal.shows(/^> yarım\n#lobby · (no connection|connecting)/m);
      await terminal.enters(" kalmıştı");
      await terminal.shows(/^not sent yet >> yarım kalmıştı\n>\n#lobby · /m);
      await using _again = await ServerProcess.start([], port);
      await terminal.draws(["Furkan @ 23:03:10 PM >> yarım kalmıştı", "> ‸", "#lobby (1)"]);
      await using ada = await friend(port);
      await terminal.enters("buradayım");
      await ada.until(/PRIVMSG #lobby :buradayım$/);
      const said = (await terminal.everything()).filter((row) => row.includes("yarım kalmıştı"));
      assertEquals(said.length, 1);
    },
    NO_TERMINAL,
  ),
);

Deno.test(
  inTerminal(
    "Terminal: it is restored if the server is gone and the user leaves",
    async ({ server, terminal }) => {
      server.kill("SIGKILL");
      await terminal.shows(/The connection to the server was lost/);
      await terminal.enters("/quit");
      assertEquals(await terminal.ended(), 0);
      await assertGivenBack(terminal);
    },
  ),
);

for (const [signal, status] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130]] as const) {
  Deno.test(inTerminal(`Terminal: it is restored on ${signal}`, async ({ ada, terminal }) => {
    await terminal.types("yarım");
    await terminal.draws(["> yarım‸", "#lobby (2)"]);
    await terminal.kills(signal);
    assertEquals(await terminal.ended(), status);
    await ada.until(/:Furkan!\S+ QUIT /);
    await assertGivenBack(terminal);
  }));
}

Deno.test(inTerminal("Terminal: closing the window ends the program", async ({ ada, terminal }) => {
  await terminal.command("new-window", "cat");
  await terminal.command("kill-pane", "-t", ":0");
  await ada.until(/:Furkan!\S+ QUIT /);
}));
