import { assertEquals } from "@std/assert";
import { item, opened } from "../store/stores.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0"];

/** Says `count` words in the lobby, unaffected by the rest of the test. */
async function says(port: number, nick: string, word: string, count: number): Promise<void> {
  await using client = await RawClient.user(port, nick);
  await client.send("JOIN #lobby");
  for (let number = 1; number <= count; number++) {
    await client.send(`PRIVMSG #lobby :${word} ${number}`);
  }
  await client.ping();
}

/**
 * Starts a server, stops it when `meanwhile` is done, and restarts it on the same port.
 *
 * @param between Runs while the server is down.
 */
async function restarted(
  data: readonly string[],
  meanwhile: (port: number) => Promise<void>,
  between: () => void = () => {},
): Promise<ServerProcess> {
  await using first = await ServerProcess.start(FLAGS, 0, "", data);
  const { port } = first;
  await meanwhile(port);
  first.kill("SIGTERM");
  await first.exit();
  between();
  return await ServerProcess.start(FLAGS, port, "", data);
}

Deno.test(
  permitted(
    "Catching up: programs and pipes are told all that was said while they were cut off",
    async () => {
      const directory = await Deno.makeTempDir({ prefix: "chat-data-" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(directory, { recursive: true }));
      await using server = await restarted(["--data", directory], async (port) => {
        const join = ["join", `127.0.0.1:${port}`, "--name"];
        const json = stack.use(start([...join, "Bot", "--json"]));
        const plain = stack.use(start([...join, "Gamze", "--plain"]));
        stack.defer(async () => {
          for (let number = 1; number <= 130; number++) {
            const [line] = await json.line(new RegExp(`^.*"text":"missed ${number}".*$`));
            const { old, why } = JSON.parse(line!);
            assertEquals({ old, why }, { old: true, why: "missed" });
            await plain.line(new RegExp(`^Furkan @ .* >> missed ${number}$`));
          }
        });
        await json.line(/"type":"users".*"why":"entered"/);
        await plain.line(/^You have selected your username/);
        await says(port, "Furkan", "seen", 3);
        await json.line(/"text":"seen 3"/);
        await plain.line(/^Furkan @ .* >> seen 3$/);
      }, () => {
        const { history, close } = opened(directory);
        for (let number = 1; number <= 130; number++) {
          const params = ["#lobby", `missed ${number}`];
          history.append(item({ time: Date.now(), params, source: "Furkan!f@h" }));
        }
        close();
      });
      await stack.disposeAsync();
      assertEquals(server.stderr.text, "");
    },
  ),
);

Deno.test(
  permitted(
    "Catching up: if the server has forgotten all, that is said, in a pipe and to programs",
    async () => {
      await using stack = new AsyncDisposableStack();
      const missing = "Some messages in #lobby may be missing here: " +
        "the server no longer has the last messages that you saw.";
      await using server = await restarted(["--ephemeral"], async (port) => {
        const join = ["join", `127.0.0.1:${port}`, "--name"];
        const json = stack.use(start([...join, "Bot", "--json"]));
        const plain = stack.use(start([...join, "Gamze", "--plain"]));
        stack.defer(async () => {
          for (
            const [client, pattern] of [[json, `"text":"${missing}"`], [plain, `^${missing}$`]]
          ) {
            await (client as typeof json).line(new RegExp(`${pattern}`));
          }
        });
        await json.line(/"type":"users".*"why":"entered"/);
        await plain.line(/^You have selected your username/);
        await says(port, "Furkan", "seen", 3);
        await json.line(/"text":"seen 3"/);
        await plain.line(/^Furkan @ .* >> seen 3$/);
      });
      await says(server.port, "Furkan", "missed", 1);
      await stack.disposeAsync();
    },
  ),
);
