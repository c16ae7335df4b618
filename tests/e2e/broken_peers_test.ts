import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerProcess } from "./program.ts";
import { assertResponsive, bystander, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

const encoder = new TextEncoder();

/** The log lines about this peer, without those that every connection causes. */
function troubles(server: ServerProcess, peer: RawClient): string[] {
  return server.stdout.lines.filter((line) => line.includes(peer.address))
    .filter((line) => !/is connected to the server|claimed|is disconnected$/.test(line))
    .map((line) => line.slice(line.indexOf(peer.address) + peer.address.length))
    .map((line) => line.replace(/^ \([^)]*\)/, "").trim());
}

Deno.test(
  permitted(
    "Broken peers: a peer that vanished is noticed by ping, its name freed, and the others told",
    async () => {
      await using server = await ServerProcess.start(["--ping-interval", "2"]);
      await using seer = await bystander(server.port);
      await using gone = await RawClient.user(server.port, "Furkan", { answers: false });
      await gone.send("JOIN #lobby");
      await seer.until(/^:Furkan!\S+ JOIN #lobby$/);
      await gone.until(/^(:\S+ )?PING /);
      await seer.until(/^:Furkan!\S+ QUIT :Ping timeout: 2 seconds$/);
      await server.line(/\(Furkan\) is disconnected \(Ping timeout: 2 seconds\)$/);
      assertMatch(await gone.end(), /^ERROR :Closing link: .*Ping timeout/);
      await using _next = await RawClient.user(server.port, "Furkan");
      await assertResponsive(seer);
    },
  ),
);

Deno.test(
  permitted("Broken peers: a process that is killed is gone at once for everyone", async () => {
    await using server = await ServerProcess.start();
    await using seer = await bystander(server.port);
    const gone = await RawClient.user(server.port, "Furkan");
    await gone.send("JOIN #lobby");
    await seer.until(/^:Furkan!\S+ JOIN/);
    gone.close();
    await seer.until(/^:Furkan!\S+ QUIT :/);
  }),
);

Deno.test(
  permitted(
    "Broken peers: a line that can't be used is answered, not passed on, and logged once",
    async () => {
      const cases: [what: string, bytes: Uint8Array<ArrayBuffer>, reply: RegExp, logged: string][] =
        [
          [
            "over the limit",
            encoder.encode(`PRIVMSG #lobby :${"x".repeat(600)}\r\n`),
            / 417 \S+ :Input line was too long$/,
            "sent a line that is too long",
          ],
          [
            "a megabyte without an end",
            encoder.encode(`${"y".repeat(1 << 20)}\r\n`),
            / 417 \S+ :Input line was too long$/,
            "sent a line that is too long",
          ],
          [
            "not UTF-8",
            Uint8Array.of(...encoder.encode("PRIVMSG #lobby :"), 0xff, 0xc4, 13, 10),
            / FAIL PRIVMSG INVALID_UTF8 :/,
            "sent a line that is not UTF-8",
          ],
          [
            "NUL",
            encoder.encode("PRIVMSG #lobby :a\0b\r\n"),
            / 400 \S+ \S+ :.*NUL/,
            "sent a line with a NUL character in it",
          ],
        ];
      await using server = await ServerProcess.start();
      await using seer = await bystander(server.port);
      for (const [what, bytes, reply, logged] of cases) {
        await using peer = await RawClient.user(server.port, "Furkan");
        await peer.send("JOIN #lobby");
        await peer.bytes(bytes);
        await peer.until(reply);
        await peer.bytes(bytes);
        await peer.until(reply);
        await assertResponsive(seer);
        await peer.send("QUIT");
        await server.line(/\(Furkan\) is disconnected$/);
        assertEquals(troubles(server, peer), [logged], what);
      }
      await seer.ping();
      assertEquals(/ PRIVMSG #/.exec(seer.received.text), null);
    },
  ),
);

Deno.test(
  permitted(
    "Broken peers: a bare CR ends a line, so that it can't smuggle one to others",
    async () => {
      await using server = await ServerProcess.start();
      await using seer = await bystander(server.port);
      await using peer = await RawClient.user(server.port, "Furkan");
      await peer.send("JOIN #lobby");
      await peer.bytes(encoder.encode("PRIVMSG #lobby :bir\rQUIT :iki\n"));
      await seer.until(/^:Furkan!\S+ PRIVMSG #lobby :bir$/);
      await seer.until(/^:Furkan!\S+ QUIT :Quit: iki$/);
    },
  ),
);

Deno.test(
  permitted(
    "Broken peers: a peer that never registers, or too slowly, is dropped in time",
    async () => {
      await using server = await ServerProcess.start(["--registration-timeout", "1"]);
      await using seer = await bystander(server.port);
      await using mute = await RawClient.connect(server.port);
      await using slow = await RawClient.connect(server.port);
      let bytes = 0;
      const drip = setInterval(() => {
        slow.bytes(encoder.encode("NICK Furkan"[bytes++]!)).catch(() => {});
      }, 200);
      const ends = await Promise.all([mute.end(), slow.end()]);
      clearInterval(drip);
      for (const line of ends) {
        assertEquals(line, "ERROR :Closing link: 127.0.0.1 (Registration timeout)");
      }
      for (const peer of [mute, slow]) {
        await server.stdout.part(/is disconnected \(Registration timeout\)\n/);
        assert(troubles(server, peer).length <= 1);
      }
      await assertResponsive(seer);
    },
  ),
);

Deno.test(
  permitted(
    "Broken peers: a connection that is reset before it is accepted does not stop the server",
    async () => {
      await using server = await ServerProcess.start();
      await using seer = await bystander(server.port);
      // Pause the server while connections arrive and are reset.
      Deno.kill(server.pid, "SIGSTOP");
      const { success } = await python(`
import socket, struct
for _ in range(20):
    peer = socket.create_connection(("127.0.0.1", ${server.port}))
    peer.sendall(b"NICK reset\\r\\n")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
`);
      Deno.kill(server.pid, "SIGCONT");
      assert(success);
      await assertResponsive(seer);
      await using next = await RawClient.user(server.port, "Gamze");
      await assertResponsive(next);
      assertEquals(server.stderr.text, "");
    },
    await hasPython() ? "" : "it takes python3 to make one",
  ),
);

async function hasPython(): Promise<boolean> {
  try {
    return (await python("")).success;
  } catch {
    return false;
  }
}

async function python(code: string): Promise<Deno.CommandStatus> {
  return await new Deno.Command("python3", { args: ["-c", code], stdin: "null" }).spawn().status;
}

Deno.test(
  permitted("Broken peers: a peer that stops reading costs only its own connection", async () => {
    const limits = ["--max-messages-per-second", "0", "--max-send-queue", "65536"];
    await using server = await ServerProcess.start([...limits, "--no-log-messages"]);
    await using seer = await bystander(server.port);
    await using talker = await RawClient.user(server.port, "talker");
    await using stuck = await RawClient.user(server.port, "stuck", { reads: false });
    await stuck.send("JOIN #lobby");
    await seer.until(/^:stuck!\S+ JOIN/);
    await talker.send("JOIN #lobby");
    const text = `PRIVMSG #lobby :${"x".repeat(400)}`;
    const gone = server.line(/\(stuck\) is disconnected \(SendQ exceeded\)$/);
    let over = false;
    const watch = gone.then(() => over = true);
    for (let count = 0; !over && count < 1000; count++) {
      await talker.send(...Array(50).fill(text));
      await assertResponsive(talker);
    }
    await watch;
    await seer.until(/^:stuck!\S+ QUIT :SendQ exceeded$/);
    await assertResponsive(seer);
  }),
);
