import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { installed } from "./other_servers.ts";
import { commandLine, Process, ServerProcess, start } from "./program.ts";
import { assertResponsive, bystander, HAS_IPV6, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** A faster rate than the default, to keep the test short; a paste still exceeds it. */
const QUICK = ["--max-messages-per-second", "20", "--max-burst", "10"];

const PASTE = Array.from({ length: 40 }, (_, index) => `  ${index}: şu satır da vardı 🎉`);

const HELD_BACK = /\(Furkan\) sends too fast and has to wait$/;

/** Waits until the paste has arrived, each line once and in order. */
async function assertArrives(seer: RawClient): Promise<void> {
  for (const line of PASTE) {
    const [, text] = await seer.until(/^:Alperen!\S+ PRIVMSG #lobby :(.*)$/);
    assertEquals(text, line);
  }
}

Deno.test(
  permitted(
    "Flood: a paste of forty lines arrives whole and in order, and its sender stays",
    async () => {
      await using server = await ServerProcess.start(QUICK);
      await using seer = await bystander(server.port);
      await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "Alperen"]);
      await seer.until(/^:Alperen!\S+ JOIN /);
      await client.write(`${PASTE.join("\n")}\n`);
      await assertArrives(seer);
      await client.closeStdin();
      await seer.until(/^:Alperen!\S+ QUIT :/);
      assertEquals([await client.exit(), client.stderr.text], [0, ""]);
    },
  ),
);

Deno.test(
  permitted("Flood: a paste of forty lines in a terminal arrives whole and in order", async () => {
    await using server = await ServerProcess.start(QUICK);
    await using seer = await bystander(server.port);
    const command = commandLine(["join", `127.0.0.1:${server.port}`, "--name", "Alperen"]);
    const quoted = command.map((word) => `'${word}'`).join(" ");
    await using client = new Process("a terminal", ["script", "-qfec", quoted, "/dev/null"]);
    await seer.until(/^:Alperen!\S+ JOIN /);
    // A terminal sends CR for the return key.
    await client.write(`${PASTE.join("\r")}\r`);
    await assertArrives(seer);
    await client.write("exit\r");
    await seer.until(/^:Alperen!\S+ QUIT :/);
    assertEquals(await client.exit(), 0);
  }, await installed("script") ? "" : "script, which makes one, is not installed"),
);

Deno.test(
  permitted(
    "Flood: a thousand commands at once are answered one by one, and nobody else feels it",
    async () => {
      await using server = await ServerProcess.start();
      await using seer = await bystander(server.port);
      await using peer = await RawClient.user(server.port, "Furkan");
      await peer.send(
        "JOIN #lobby",
        ...Array.from({ length: 1000 }, (_, i) => `PRIVMSG #lobby :${i}`),
      );
      // The allowance is used up: the rest waits, in order, and others are not delayed.
      await server.line(HELD_BACK);
      await seer.until(/^:Furkan!\S+ PRIVMSG #lobby :0$/);
      for (let count = 0; count < 5; count++) await assertResponsive(seer);
      const numbers = seer.received.lines
        .flatMap((line) => / PRIVMSG #lobby :(\d+)$/.exec(line)?.[1] ?? []).map(Number);
      assertEquals(numbers, numbers.map((_, index) => index));
      assertLess(numbers.length, 1000);
      const complaints = server.stdout.lines.filter((line) => HELD_BACK.test(line));
      assertEquals(complaints.length, 1, "it is logged once");
    },
  ),
);

Deno.test(permitted("Flood: a flooder gets its PONG after all, and is not put out", async () => {
  await using server = await ServerProcess.start(QUICK);
  await using seer = await bystander(server.port);
  await using peer = await RawClient.user(server.port, "Furkan");
  const begin = performance.now();
  await peer.send("JOIN #lobby", ...Array.from({ length: 40 }, (_, i) => `PRIVMSG #lobby :${i}`));
  await peer.ping();
  const seconds = (performance.now() - begin) / 1000;
  assert(seconds >= (40 - 10) / 20, `40 messages, 10 of them saved up, 20 a second: ${seconds} s`);
  await seer.until(/^:Furkan!\S+ PRIVMSG #lobby :39$/);
}));

Deno.test(
  permitted(
    "Flood: a flooder that is gone is noticed, though nothing more is read from it",
    async () => {
      await using server = await ServerProcess.start(["--max-messages-per-second", "1"]);
      await using seer = await bystander(server.port);
      // Unread input makes the system reset the connection when it closes.
      const peer = await RawClient.user(server.port, "Furkan", { reads: false });
      // More than the server reads before it stops, so it does not reach the end of the connection.
      await peer.send("JOIN #lobby", ...Array(1000).fill(`PRIVMSG #lobby :${"x".repeat(400)}`));
      await server.line(HELD_BACK);
      peer.close();
      await seer.until(/^:Furkan!\S+ QUIT :Connection/);
    },
  ),
);

Deno.test(permitted(
  "Flood: one address can't take all rooms, with however many connections",
  async () => {
    await using server = await ServerProcess.start(["--max-channels", "40", ...QUICK]);
    await using stack = new AsyncDisposableStack();
    const refused: string[] = [];
    for (let count = 0; count < 4; count++) {
      const peer = stack.use(await RawClient.user(server.port, `n${count}`));
      await peer.send(`JOIN ${Array.from({ length: 10 }, (_, i) => `#r${count}x${i}`).join(",")}`);
      await peer.ping();
      refused.push(...peer.received.lines.filter((line) => / 437 /.test(line)));
      assertEquals(peer.received.lines.filter((line) => / 405 /.test(line)), []);
    }
    assertEquals(refused.length, 36);
    assertMatch(
      refused[0]!,
      /^:\S+ 437 n0 #r0x4 :Too many rooms have been opened from your address$/,
    );
    const other = stack.use(await RawClient.user(server.port, "other", { hostname: "::1" }));
    await other.send("JOIN #mine");
    await other.until(/ 366 other #mine /);
    await assertResponsive(other);
  },
  HAS_IPV6 ? "" : "it takes IPv6 to come from two addresses",
));
