/** What servers of a cluster begin with, and what is left when servers or NATS are gone. */
import { assertEquals, assertMatch } from "@std/assert";
import { keepAgreement } from "../../lib/cluster/engine.ts";
import { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import { OrderedConsumer } from "../../lib/cluster/nats/ordered_consumer.ts";
import { decodeEntry } from "../../lib/cluster/records.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import {
  assertPart,
  checkAll,
  commonHistory,
  enterLobby,
  Speaker,
  talkersOn,
  tell,
  textOf,
} from "./crowd_of_nodes.ts";
import { commandLine, Process } from "./program.ts";

const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];

async function say(port: number, nick: string, text: string): Promise<void> {
  await using client = await enterLobby(port, nick);
  await client.send(`PRIVMSG #lobby :${text}`);
  await client.until(new RegExp(`PRIVMSG #lobby :${text}$`));
}

/** The last entry after which all of some servers have kept a snapshot; 0 if they have not. */
async function keptBy(nodes: ClusterNodes, names: readonly string[]): Promise<number> {
  await using test = nodes.nats.client();
  await test.client.connected();
  const stream = new JetStream(test.client, "CHAT");
  const { lastSequence } = await stream.streamInfo();
  const kept = new Map<string, number>();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const consumer = new OrderedConsumer(stream, 1, {
    entry({ sequence, payload }) {
      const { node, records } = decodeEntry(payload);
      for (const each of records) if (each.kind === "hash") kept.set(node, each.sequence);
      if (sequence === lastSequence) resolve();
    },
    failed: reject,
  });
  await promise;
  consumer.stop();
  return Math.min(...names.map((name) => kept.get(name) ?? 0));
}

Deno.test(
  permitted("Cluster: a server that comes late copies or replays, while people talk", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { flags: FLAGS });
    const talkers = await talkersOn(nodes);
    const speakers = [
      await Speaker.start(nodes.port("a"), "sa"),
      await Speaker.start(nodes.port("b"), "sb"),
    ];
    // It knows nothing.
    await nodes.add("c");
    speakers.push(await Speaker.start(nodes.port("c"), "sc"));
    await nodes.kill("c");
    for (const talker of talkers) talker.say("#lobby", 5);
    // It has missed something.
    await nodes.add("c");
    await nodes.kill("c");
    // What it has missed is not in the stream any more.
    let until = 0;
    while (until === 0) until = await keptBy(nodes, ["a", "b"]);
    {
      await using test = nodes.nats.client();
      await test.client.connected();
      const stream = new JetStream(test.client, "CHAT");
      await keepAgreement(stream, until);
      await stream.purge(until);
    }
    await nodes.add("c");
    assertMatch(nodes.node("c").stdout.text, /^Copied \d+ MB/m);
    await checkAll(nodes, speakers, talkers);
  }, NO_NATS),
);

Deno.test(
  permitted("Cluster: after all servers were down, each of them has everything", async () => {
    await using nodes = await ClusterNodes.start(["a", "b", "c"], { flags: FLAGS });
    const wanted: string[] = [];
    const orders = [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]];
    for (const [round, order] of orders.entries()) {
      for (const name of order) {
        await say(nodes.port(name), `s${round}${name}`, `${round} ${name}`);
        wanted.push(`s${round}${name}: ${round} ${name}`);
        // The last one alone knows the end.
        await nodes.kill(name);
      }
      for (const name of order) await nodes.add(name);
      assertEquals((await commonHistory(nodes, `r${round}`, undefined)).map(textOf), wanted);
    }
  }, NO_NATS),
);

Deno.test(permitted("Cluster: servers are updated one by one while people talk", async () => {
  await using nodes = await ClusterNodes.start(["a", "b", "c"], { flags: FLAGS });
  const talkers = await talkersOn(nodes);
  let longest = 0;
  const all: Speaker[] = [];
  for (const name of ["a", "b", "c"]) {
    const other = name === "a" ? "b" : "a";
    const speaker = await Speaker.start(nodes.port(other), `s${name}`);
    const node = nodes.node(name);
    for (const talker of talkers) talker.say("#lobby", 3);
    const since = performance.now();
    node.kill("SIGTERM");
    const words = talkers.map((talker) => talker.last("#lobby"));
    await Promise.all(talkers.map((talker) => talker.hears(...words)));
    longest = Math.max(longest, performance.now() - since);
    assertEquals(await node.exit(), 0);
    await nodes.kill(name);
    await nodes.add(name);
    await speaker.stop();
    const left = speaker.client.received.lines.filter((line) =>
      /:Talker\d!\S+ (QUIT|JOIN) /.test(line)
    );
    assertEquals(left, [], "nobody noticed");
    all.push(speaker);
  }
  await checkAll(nodes, all, talkers);
  tell(`updated one by one; back after ${Math.round(longest)} ms at most`);
}, NO_NATS));

Deno.test(
  permitted("Cluster: if NATS loses everything, the data of the first server counts", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { flags: FLAGS });
    await say(nodes.port("a"), "ada", "before");
    const [engine] = nodes.nats.servers;
    const running = [nodes.node("a"), nodes.node("b")];
    await engine!.kill();
    await Deno.remove(`${nodes.nats.directory}/n1`, { recursive: true });
    await engine!.start();
    for (const node of running) {
      assertEquals(await node.exit(), 1);
      assertMatch(node.stdout.text + node.stderr.text, /NATS/);
    }
    for (const name of ["a", "b"]) await nodes.kill(name);
    await nodes.add("a");
    const flags = [
      "serve",
      ...nodes.arguments("b"),
      "--port",
      "0",
      "--no-tls",
      "--no-announce",
      "--web-port",
      "0",
    ];
    await using other = new Process("b", commandLine(flags));
    assertEquals(await other.exit(), 1);
    assertMatch(
      other.stderr.text,
      /is of another chat than the cluster's\. Use an empty directory/,
    );
    await Deno.remove(nodes.data("b"), { recursive: true });
    await nodes.add("b");
    await say(nodes.port("b"), "ben", "after");
    const texts = (await commonHistory(nodes, "reader", undefined)).map(textOf);
    assertEquals(texts, ["ada: before", "ben: after"]);
  }, NO_NATS),
);

Deno.test(
  permitted(
    "Cluster: servers that keep nothing share everything while one of them runs",
    async () => {
      await using nodes = await ClusterNodes.start([], { flags: FLAGS, ephemeral: true });
      await nodes.add("a");
      await nodes.add("b");
      const speakers = [
        await Speaker.start(nodes.port("a"), "sa"),
        await Speaker.start(nodes.port("b"), "sb"),
      ];
      await nodes.add("c");
      await nodes.kill("a");
      await nodes.add("a");
      await Promise.all(speakers.map((speaker) => speaker.stop()));
      const history = await commonHistory(nodes, "reader", undefined);
      for (const speaker of speakers) {
        assertPart(speaker.heard, history, speaker.name);
        await speaker.client[Symbol.asyncDispose]();
      }
      for (const name of [...nodes.names]) {
        await nodes.kill(name);
      }
      // Nobody has it any more, though NATS runs: they begin anew.
      await nodes.add("b");
      await nodes.add("a");
      await say(nodes.port("a"), "ada", "anew");
      assertEquals((await commonHistory(nodes, "again", undefined)).map(textOf), ["ada: anew"]);
    },
    NO_NATS,
  ),
);
