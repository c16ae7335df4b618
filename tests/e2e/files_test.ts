import { assertEquals } from "@std/assert";
import { ServerProcess } from "./program.ts";
import { assertResponsive, bystander, RawClient } from "./raw_client.ts";

/** Enough for the server itself and a few people. */
const FILES = 64;

const WAITING = /^\S+ \S+ New connections have to wait: there are no file descriptors left$/;

Deno.test({
  name: "out of file descriptors new ones wait, the others go on talking, and it passes" +
    (Deno.build.os === "windows" ? " (skipped: Windows has no such limit)" : ""),
  ignore: Deno.build.os === "windows",
  async fn() {
    await using server = await ServerProcess.start([], 0, `ulimit -n ${FILES}`);
    await using furkan = await bystander(server.port);
    await using gamze = await RawClient.user(server.port, "Gamze");
    await gamze.send("JOIN #lobby");
    await gamze.ping();
    {
      await using crowd = new AsyncDisposableStack();
      const talk = async (text: string) => {
        await gamze.send(`PRIVMSG #lobby :${text}`);
        await furkan.until(new RegExp(`^:Gamze!\\S+ PRIVMSG #lobby :${RegExp.escape(text)}$`));
        await assertResponsive(furkan);
      };
      for (let count = 0; count < FILES; count++) {
        crowd.use(await RawClient.connect(server.port));
      }
      await server.line(WAITING);
      for (const text of ["Sıra uzun mu?", "Uzun", "Bekleriz"]) await talk(text);
      // One who comes now is let in as soon as others have left.
      await using next = await RawClient.connect(server.port);
      await next.send("NICK Alperen", "USER a 0 * :a", "JOIN #lobby");
      await talk("Biri daha geldi");
      assertEquals(/Alperen/.exec(furkan.received.text), null);
      await crowd.disposeAsync();
      await furkan.until(/^:Alperen!\S+ JOIN #lobby$/);
    }
    await using _later = await RawClient.user(server.port, "Ceyda");
    await assertResponsive(gamze);
    assertEquals(server.stdout.lines.filter((line) => WAITING.test(line)).length, 1);
    assertEquals(server.stderr.text, "");
  },
});
