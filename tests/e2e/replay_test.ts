import { assert, assertEquals } from "@std/assert";
import { Irssi } from "./other_clients.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { permitted } from "../permitted.ts";

/** A server without a strict rate limit. */
function serve(): Promise<ServerProcess> {
  return ServerProcess.start(["--host", "127.0.0.1", "--max-messages-per-second", "0"]);
}

/** A client in the lobby that has sent 19 messages and pasted 66 lines. */
async function talker(port: number): Promise<{ furkan: RawClient; pasted: string }> {
  const furkan = await RawClient.user(port, "Furkan");
  await furkan.send("CAP REQ :batch draft/multiline message-tags echo-message", "JOIN #lobby");
  for (let word = 1; word <= 19; word++) await furkan.send(`PRIVMSG #lobby :söz ${word}`);
  const lines = Array.from({ length: 66 }, (_, at) => `@batch=1 PRIVMSG #lobby :satır ${at + 1}`);
  await furkan.send("BATCH +1 draft/multiline #lobby", ...lines, "BATCH -1");
  const [, pasted] = await furkan.until(/msgid=([\w-]+)\S* :Furkan!\S+ BATCH \+/);
  await furkan.ping();
  return { furkan, pasted: pasted! };
}

Deno.test(permitted(
  "Replay: irssi shows what was said before as that, and its flood guard silences nobody",
  async () => {
    await using server = await serve();
    const { furkan, pasted } = await talker(server.port);
    await using _ = furkan;
    await using irssi = await Irssi.launch(server.port, "Gamze");
    await irssi.sees(/Gamze/);
    // irssi ignores people who send more than four messages in eight seconds.
    await irssi.types("/set autoignore_level PUBLIC MSGS NOTICES CTCPS");
    await irssi.types("/set autoignore_time 10min");
    await irssi.types("/join #lobby");
    const notice = String.raw`\d\d:\d\d !\S+ `;
    const time = String.raw`\[\d\d:\d\d:\d\d\]`;
    await irssi.sees(new RegExp(`${notice}--- the last 20 messages from before you joined ---$`));
    await irssi.sees(new RegExp(`${notice}${time} <Furkan> söz 1$`));
    await irssi.sees(new RegExp(`${notice}${time} <Furkan> söz 19$`));
    await irssi.sees(new RegExp(`${notice}${time} <Furkan> satır 5$`));
    await irssi.sees(new RegExp(`${notice}${time} \\.\\.\\. 61 more lines\\. .*${pasted} 1$`));
    await irssi.sees(new RegExp(`${notice}--- now ---$`));
    await furkan.send("PRIVMSG #lobby :şimdi");
    await irssi.sees(/<.?Furkan> şimdi$/);

    await irssi.types(`/quote CHATHISTORY AROUND #lobby msgid=${pasted} 1`);
    await irssi.sees(new RegExp(`${notice}--- a message of 66 lines ---$`));
    await irssi.sees(new RegExp(`${notice}${time} <Furkan> satır 66$`));
    await furkan.send("PRIVMSG #lobby :hâlâ duyuluyorum");
    await irssi.sees(/<.?Furkan> hâlâ duyuluyorum$/);

    // A returning client only gets what it missed; one that wants no history gets none.
    await irssi.types("/part #lobby");
    await irssi.sees(/Gamze .*has left #lobby/);
    await furkan.until(/ PART #lobby$/);
    await furkan.send("PRIVMSG #lobby :kaçırılan");
    await furkan.ping();
    await irssi.types("/join #lobby");
    await irssi.sees(new RegExp(`${notice}--- messages that you missed ---$`));
    await irssi.sees(new RegExp(`${notice}${time} <Furkan> kaçırılan$`));
    await irssi.sees(new RegExp(`${notice}--- now ---$`));
    await irssi.types("/mode Gamze +N");
    await irssi.sees(/\+N/);
    await irssi.types("/part #lobby");
    await irssi.sees(/Gamze .*has left #lobby/);
    await furkan.until(/ PART #lobby$/);
    await furkan.send("PRIVMSG #lobby :istenmeyen");
    await furkan.ping();
    await irssi.types("/join #lobby");
    await irssi.sees(/Join to #lobby was synced/);
    await furkan.until(/:Gamze!\S+ JOIN/);
    await furkan.send("PRIVMSG #lobby :son");
    await irssi.sees(/<.?Furkan> son$/);
    assertEquals(irssi.errors(), []);

    // irssi's flood protection was on all the time.
    for (let word = 1; word <= 20; word++) await furkan.send(`PRIVMSG #lobby :sel ${word}`);
    await irssi.sees(/Flood detected from Furkan|Ignoring .*Furkan/);
  },
  Irssi.missing,
));

Deno.test(
  permitted(
    "Replay: a bouncer that connects again without a word of leaving gets only what it missed",
    async () => {
      await using server = await serve();
      const { furkan } = await talker(server.port);
      await using _ = furkan;
      const comes = async () => {
        const bouncer = await RawClient.user(server.port, "Bnc");
        await bouncer.send("JOIN #lobby");
        await bouncer.ping();
        return bouncer;
      };
      const first = await comes();
      assertEquals(
        first.received.lines.filter((line) => / NOTICE #lobby :\[/.test(line)).length,
        25,
      );
      await first.ping();
      first.close();
      await server.line(/\(Bnc\) is disconnected$/);
      await furkan.send("PRIVMSG #lobby :kaçırılan");
      await furkan.ping();
      await using again = await comes();
      const shown = again.received.lines.filter((line) => / NOTICE #lobby /.test(line))
        .map((line) => line.replace(/^:\S+ NOTICE #lobby :|\[\d\d:\d\d:\d\d\] /g, ""));
      assertEquals(shown, [
        ...["--- messages that you missed ---", "<Furkan> kaçırılan", "--- now ---"],
      ]);
    },
  ),
);

Deno.test(
  permitted(
    "Replay: plain lines are few whatever was pasted, and programs get all of it",
    async () => {
      await using server = await serve();
      const { furkan } = await talker(server.port);
      await using _ = furkan;
      const address = `127.0.0.1:${server.port}`;
      await using plain = start(["join", address, "--name", "Gamze", "--plain"]);
      await plain.line(/^Furkan @ .* >> satır 5$/);
      await plain.line(/^\.\.\. 61 more lines\. \/history shows the full message\.$/);
      await plain.write("/history\n");
      await plain.line(/^--- the full messages ---$/);
      await plain.line(/^Furkan @ .* >> satır 66$/);
      await using json = start(["join", address, "--name", "Deniz", "--json"]);
      const [line] = await json.line(/^.*"text":"satır 1\\nsatır 2.*"old":true.*$/);
      const { text } = JSON.parse(line!);
      assertEquals(text.split("\n").length, 66);
    },
  ),
);

Deno.test(permitted(
  "Replay: the screen shows the beginning of what was pasted, and all of it on /history",
  async () => {
    await using server = await serve();
    const { furkan } = await talker(server.port);
    await using _ = furkan;
    const args = ["join", `127.0.0.1:${server.port}`, "--name", "Gamze", "--no-tls"];
    await using terminal = await TmuxTerminal.chat(args);
    await terminal.shows(/^ {4}\.\.\. 61 more lines\. \/history shows the full message\.$/m);
    await terminal.enters("/history");
    await terminal.shows(/^ {4}satır 66$/m);
    const all = await terminal.everything();
    assert(all.includes("--- the full messages ---"));
    assertEquals(all.filter((row) => row === "    satır 66").length, 1);
  },
  NO_TERMINAL,
));
