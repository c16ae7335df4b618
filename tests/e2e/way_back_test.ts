/** The way back over real sockets: what the others see of a connection that breaks. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerProcess } from "./program.ts";
import { bystander, HAS_IPV6, RawClient, type RawClientOptions } from "./raw_client.ts";
import { clientClose, clientFrame } from "../web/door/client_frames.ts";
import { HttpClient, UPGRADE } from "../web/http_client.ts";
import { permitted } from "../permitted.ts";

const CALM = ["--max-messages-per-second", "0"];

const CAPS = "CAP REQ :chat.internal/resume standard-replies";

/** Enters the lobby as a new user. Returns its client and its secret. */
async function enter(port: number, nick: string, options?: RawClientOptions) {
  const client = await RawClient.connect(port, options);
  await client.send(CAPS, `NICK ${nick}`, "USER raw 0 * :Raw", "CAP END");
  const [, secret] = await client.until(/ RESUME TOKEN (\S+)$/);
  await client.send("JOIN #lobby");
  await client.ping();
  return { client, secret: secret! };
}

/** Comes back with a secret. Returns the new client and the next secret. */
async function comeBack(port: number, secret: string, options?: RawClientOptions) {
  const client = await RawClient.connect(port, options);
  await client.send(CAPS, `RESUME ${secret}`);
  await client.until(/ RESUME SUCCESS /);
  const [, next] = await client.until(/ RESUME TOKEN (\S+)$/);
  return { client, secret: next! };
}

/** What a bystander has seen of others coming and going since it was here. */
async function noise(client: RawClient): Promise<string[]> {
  await client.ping();
  return client.received.lines.filter((line) =>
    /^:(?!bystander!)\S+ (JOIN|QUIT|PART|NICK|CHGHOST) /.test(line)
  );
}

Deno.test(
  permitted("RESUME: connections break again and again, and nobody else notices", async () => {
    await using server = await ServerProcess.start(CALM);
    await using other = await bystander(server.port);
    let { client, secret } = await enter(server.port, "bob");
    for (let times = 0; times < 40; times++) {
      await client.send(`PRIVMSG #lobby :${times}`);
      await other.until(new RegExp(`^:bob!\\S+ PRIVMSG #lobby :${times}$`));
      // In every second round the old connection is still there.
      if (times % 2 === 0) client.close();
      const before = client;
      ({ client, secret } = await comeBack(server.port, secret));
      if (times % 2 !== 0) assertMatch(await before.end(), /^ERROR .*Another connection took over/);
      await before[Symbol.asyncDispose]();
    }
    assertEquals(await noise(other), [`:bob!~raw@${host(other)} JOIN #lobby`]);
    await client.send("QUIT :bye");
    await other.until(/^:bob!\S+ QUIT :Quit: bye$/);
    await client[Symbol.asyncDispose]();
  }),
);

/** The cloak of this machine, as a bystander has it. */
function host({ received }: RawClient): string {
  const [, cloak] = received.lines.map((line) => /^:bystander!~raw@(\S+) JOIN/.exec(line)).find(
    Boolean,
  )!;
  return cloak!;
}

Deno.test(permitted("RESUME: a client that reads too slowly can come back", async () => {
  await using server = await ServerProcess.start([...CALM, "--max-send-queue", "20000"]);
  await using other = await bystander(server.port);
  await using slow = await RawClient.connect(server.port, { reads: false });
  await slow.send(CAPS, "NICK slow", "USER raw 0 * :Raw", "CAP END", "JOIN #lobby");
  await other.until(/^:slow!\S+ JOIN #lobby$/);
  const text = "x".repeat(400);
  for (let round = 0; !/slow\) lost its connection/.test(server.stdout.text); round++) {
    assert(round < 5000, server.stdout.text);
    await other.send(...Array(20).fill(`PRIVMSG #lobby :${text}`));
    await other.ping();
  }
  assertEquals((await noise(other)).filter((line) => line.includes("QUIT")), []);
}));

Deno.test(
  permitted("RESUME: who comes from another address is seen to have another host", async () => {
    await using server = await ServerProcess.start(["--return-time", "1"]);
    await using other = await RawClient.connect(server.port);
    await other.send(
      "CAP REQ chghost",
      "NICK other",
      "USER raw 0 * :Raw",
      "CAP END",
      "JOIN #lobby",
    );
    await other.until(/ 366 /);
    const { client, secret } = await enter(server.port, "bob");
    client.close();
    const back = await comeBack(server.port, secret, { hostname: "::1" });
    await using _ = back.client;
    const [, address] = await other.until(/^:bob!\S+ CHGHOST ~raw (\S+)$/);
    assertMatch(address!, /\.ip$/);
    await other.ping();
    assertEquals(other.received.lines.filter((line) => / (QUIT|CHGHOST) /.test(line)).length, 1);
    // Without an answer in time, the others are told.
    back.client.close();
    await other.until(/^:bob!\S+ QUIT :Connection closed$/);
  }, HAS_IPV6 ? undefined : "needs IPv6"),
);

Deno.test(
  permitted("RESUME: a browser that left the page has ten seconds, others a minute", async () => {
    await using server = await ServerProcess.start();
    const bytes = (frame: Uint8Array) => String.fromCharCode(...frame);
    const cases = [[clientClose(1001), 10], [clientClose(), 60], [clientClose(1000), 60], [
      undefined,
      60,
    ]] as const;
    for (const [index, [close, seconds]] of cases.entries()) {
      using client = await HttpClient.connect(await server.webPort());
      assertEquals((await client.get("/", UPGRADE))?.status, 101);
      for (const line of [CAPS, `NICK w${index}`, "USER raw 0 * :Raw", "CAP END"]) {
        await client.send(bytes(clientFrame({ opcode: 1, payload: line })));
      }
      await client.until(/ RESUME TOKEN (\S+)/);
      if (close !== undefined) await client.send(bytes(close));
      else client[Symbol.dispose]();
      await server.line(
        new RegExp(`\\(w${index}\\) lost its connection .* within ${seconds} seconds`),
      );
    }
  }),
);
