/** Clients of a cluster that do too much, too early, or twice. */
import { assertEquals, assertLess } from "@std/assert";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { enterLobby, tell } from "./crowd_of_nodes.ts";
import { RawClient } from "./raw_client.ts";

const FLAGS = [
  ...["--host", "127.0.0.1", "--no-log-messages"],
  ...["--max-connections-per-ip", "0", "--max-connections-per-minute", "0"],
];
const UNLIMITED = [...FLAGS, "--max-messages-per-second", "0"];

/** The memory of a server that is flooded, in megabytes. */
const MOST_MB = 400;

/** How long others may wait while somebody floods, in milliseconds. */
const PATIENCE_MS = 10_000;

Deno.test(
  permitted("Cluster: of two who claim a name on two servers at once, one gets it", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { flags: UNLIMITED });
    for (let round = 0; round < 30; round++) {
      await using one = await RawClient.connect(nodes.port("a"));
      await using other = await RawClient.connect(nodes.port("b"));
      const both = [one, other];
      await Promise.all(
        both.map((client) => client.send(`NICK both${round}`, "USER raw 0 * :Raw")),
      );
      const codes = await Promise.all(both.map(async (client) => {
        return (await client.until(/^:\S+ (001|433) /))[1];
      }));
      assertEquals(codes.toSorted(), ["001", "433"], `in round ${round}`);
    }
  }, NO_NATS),
);

/** A user with a way back, and the secret. */
async function withSecret(port: number, nick: string): Promise<[RawClient, string]> {
  const client = await RawClient.connect(port);
  await client.send(
    "CAP REQ :chat.internal/resume",
    `NICK ${nick}`,
    "USER raw 0 * :Raw",
    "CAP END",
  );
  const [, secret] = await client.until(/ RESUME TOKEN (\S+)/);
  await client.send("JOIN #lobby");
  await client.until(/ 366 /);
  return [client, secret!];
}

/** Connects, and shows a secret. */
async function back(port: number, secret: string): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.send("CAP REQ :chat.internal/resume", `RESUME ${secret}`);
  return client;
}

Deno.test(
  permitted("Cluster: a secret that is shown on two servers at once has one user", async () => {
    await using nodes = await ClusterNodes.start(["a", "b", "c"], { flags: UNLIMITED });
    await using witness = await enterLobby(nodes.port("c"), "witness");
    for (let round = 0; round < 10; round++) {
      const [first, secret] = await withSecret(nodes.port("c"), `user${round}`);
      first.close();
      await using one = await back(nodes.port("a"), secret);
      await using other = await back(nodes.port("b"), secret);
      const both = [one, other];
      const said = await Promise.all(both.map(async (client) => {
        return (await client.until(/RESUME (SUCCESS|INVALID_TOKEN|TAKEN_OVER)/))[1];
      }));
      assertEquals(said.includes("SUCCESS"), true);
      // One of them is this user; the other one is closed, or nobody yet.
      for (const client of both) {
        await client.send("PRIVMSG #lobby :it is me").then(() => client.ping()).catch(() => {});
      }
      await witness.ping();
      const lines = witness.received.lines;
      const words = lines.filter((line) =>
        line.includes(`:user${round}!`) && line.endsWith(":it is me")
      );
      assertEquals(words.length, 1, said.join());
      const noise = lines.filter((line) =>
        new RegExp(`:user${round}!\\S+ (QUIT|JOIN) `).test(line)
      );
      assertEquals(noise.length, 1, "only its entering was seen");
    }
  }, NO_NATS),
);

Deno.test(
  permitted(
    "Cluster: a secret counts again if the server is killed that it was shown to",
    async () => {
      await using nodes = await ClusterNodes.start(["a", "b", "c"], { flags: UNLIMITED });
      await using witness = await enterLobby(nodes.port("c"), "witness");
      for (let round = 0; round < 3; round++) {
        const [first, secret] = await withSecret(nodes.port("a"), `user${round}`);
        await nodes.kill("a");
        await first[Symbol.asyncDispose]();
        await using second = await back(nodes.port("b"), secret);
        // At different moments of it.
        if (round > 0) await second.until(round === 1 ? / CAP \* ACK / : / RESUME SUCCESS /);
        await nodes.kill("b");
        await using third = await back(nodes.port("c"), secret);
        await third.until(/ RESUME SUCCESS /);
        await third.until(/ RESUME TOKEN /);
        await third.send(`PRIVMSG #lobby :back ${round}`);
        await witness.until(new RegExp(`:user${round}!\\S+ PRIVMSG #lobby :back ${round}$`));
        await nodes.add("a");
        await nodes.add("b");
      }
    },
    NO_NATS,
  ),
);

for (const [what, flags] of [["limited", FLAGS], ["unlimited", UNLIMITED]] as const) {
  Deno.test(permitted(`Cluster: floods on one server, ${what}, delay nobody else`, async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { flags });
    await using near = await enterLobby(nodes.port("b"), "near");
    await using far = await enterLobby(nodes.port("a"), "far");
    await using floods = new AsyncDisposableStack();
    const lines = Array.from(
      { length: 1000 },
      (_, index) => `PRIVMSG #flood :${index} ${"x".repeat(200)}`,
    );
    const sending: Promise<unknown>[] = [];
    for (let index = 0; index < 40; index++) {
      const reads = index % 2 === 0;
      const client = floods.use(await RawClient.connect(nodes.port("b"), { reads }));
      await client.send(`NICK flood${index}`, "USER raw 0 * :Raw", "JOIN #flood");
      sending.push(client.send(...lines).catch(() => {}));
    }
    let longest = [0, 0];
    const until = performance.now() + 8_000;
    for (let count = 0; performance.now() < until; count++) {
      for (const [at, client] of [near, far].entries()) {
        const since = performance.now();
        await client.send(`PRIVMSG #lobby :${at} ${count}`);
        await client.until(new RegExp(`PRIVMSG #lobby :${at} ${count}$`));
        longest = longest.map((ms, index) =>
          index === at ? Math.max(ms, performance.now() - since) : ms
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const status = await Deno.readTextFile(`/proc/${nodes.node("b").pid}/status`);
    const memory = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    tell(
      `${what}: near ${Math.round(longest[0]!)} ms, far ${
        Math.round(longest[1]!)
      } ms, ${memory} MB`,
    );
    assertLess(Math.max(...longest), PATIENCE_MS);
    assertLess(memory, MOST_MB);
  }, NO_NATS));
}

Deno.test(
  permitted("Cluster: storms of connections that end at once leave nothing behind", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { flags: UNLIMITED });
    await using near = await enterLobby(nodes.port("b"), "near");
    await using far = await enterLobby(nodes.port("a"), "far");
    let longest = 0;
    for (let wave = 0; wave < 20; wave++) {
      const storm = Array.from({ length: 50 }, async (_, index) => {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port: nodes.port("b") });
        const text = [
          `NICK storm${wave}-${index}`,
          "USER raw 0 * :Raw",
          ...index % 2 === 0 ? ["JOIN #lobby", "PRIVMSG #lobby :boo"] : [],
          ...index % 3 === 0 ? ["QUIT"] : [],
          "",
        ].slice(index % 5).join("\r\n");
        await conn.write(new TextEncoder().encode(text));
        conn.close();
      });
      const since = performance.now();
      await Promise.all([near.ping(), far.ping()]);
      longest = Math.max(longest, performance.now() - since);
      await Promise.all(storm);
    }
    for (const client of [near, far]) {
      // Each of them has its own way to know that the last one is gone.
      for (;;) {
        await client.send("LUSERS");
        const [, users] = await client.until(/ 251 \S+ :There are (\d+) users/);
        if (users === "2") break;
        await client.ping();
      }
      await client.send("NAMES #lobby");
      const [, names] = await client.until(/ 353 \S+ = #lobby :(.*)$/);
      assertEquals(names!.replace(/[@+%]/g, "").split(" ").toSorted(), ["far", "near"]);
    }
    assertLess(longest, PATIENCE_MS);
    tell(`storm: ${Math.round(longest)} ms`);
  }, NO_NATS),
);
