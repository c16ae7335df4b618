/** What a server of a cluster says if it can't take part, and what it does then. */
import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { SUBJECTS } from "../../lib/cluster/engine.ts";
import { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import { NO_NATS, type TestClient } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { noMounts } from "./mounts.ts";
import { commandLine, Process, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";

const OWN = ["--no-tls", "--web-port", "0", "--no-announce"];
const ANY_PORT = [...OWN, "--port", "0"];
const UNLIMITED = ["--max-messages-per-second", "0"];

/** Starts a server that need not become ready. */
function begin(nodes: ClusterNodes, name: string, ...flags: readonly string[]): Process {
  return start(["serve", ...ANY_PORT, ...nodes.arguments(name), ...flags]);
}

/** Starts a server that ends by itself. Returns its status and what it said. */
async function refused(
  nodes: ClusterNodes,
  name: string,
  ...flags: readonly string[]
): Promise<[number, string]> {
  await using node = begin(nodes, name, ...flags);
  return await ending(node);
}

async function ending(node: Process): Promise<[number, string]> {
  const code = await node.exit();
  return [code, node.stderr.text];
}

/** Waits until a server is ready. Returns its port. */
async function ready(node: Process): Promise<number> {
  const [, port] = await node.line(/The socket is bound to \S+:(\d+)$/);
  await node.line(/The server is ready/);
  return Number(port);
}

/** The stream of the chat as another program would make it. */
async function makeStream(
  { client }: TestClient,
  subjects: readonly string[],
  maxBytes = 2 ** 28,
): Promise<JetStream> {
  await client.connected();
  const stream = new JetStream(client, "CHAT");
  const kept = { storage: "file", replicas: 1, duplicateWindowMs: 120_000 } as const;
  await stream.createStream({ subjects, maxBytes, ...kept });
  return stream;
}

Deno.test(permitted("Cluster: without NATS a server waits and says so, then it opens", async () => {
  await using nodes = await ClusterNodes.start([]);
  const [engine] = nodes.nats.servers;
  await engine!.kill();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using node = start(["serve", ...OWN, "--port", `${port}`, ...nodes.arguments("a")]);
  await node.line(
    /Cannot reach the NATS server at 127\.0\.0\.1:\d+: .*until then nobody can enter/,
  );
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }));
  await engine!.start();
  await ready(node);
  await using ada = await RawClient.user(port, "ada");
  await ada.ping();
}, NO_NATS));

Deno.test(permitted("Cluster: a server waits while JetStream is not enabled", async () => {
  await using nodes = await ClusterNodes.start([], { jetStream: false });
  const { nats: { servers: [engine], directory } } = nodes;
  await using node = begin(nodes, "a");
  await node.line(/JetStream is not enabled on the NATS server\..*until then nobody can enter/);
  await engine!.kill();
  const store = `\njetstream { store_dir: "${directory}/n1" }\n`;
  await Deno.writeTextFile(engine!.file, store, { append: true });
  await engine!.start();
  await ready(node);
}, NO_NATS));

Deno.test(permitted("Cluster: a server refuses the stream of another program", async () => {
  await using nodes = await ClusterNodes.start([]);
  {
    await using client = nodes.nats.client();
    await makeStream(client, ["orders.*"]);
  }
  const said = "The stream CHAT in NATS belongs to another program. Use other NATS servers\n";
  assertEquals(await refused(nodes, "a"), [1, said]);
  await using client = nodes.nats.client();
  await client.client.connected();
  await client.client.request("$JS.API.STREAM.DELETE.CHAT");
  const stream = await makeStream(client, SUBJECTS);
  await stream.publish("chat.agreement", "hello", { msgId: "1" });
  assertEquals(await refused(nodes, "a"), [1, said]);
}, NO_NATS));

Deno.test(permitted("Cluster: a server refuses the entries of a later version", async () => {
  await using nodes = await ClusterNodes.start(["a"]);
  await using client = nodes.nats.client();
  await client.client.connected();
  const stream = new JetStream(client.client, "CHAT");
  await using ada = await RawClient.user(nodes.port("a"), "ada");
  await stream.publish("chat.in.new", '{"chat":2}', { msgId: "x" });
  const said = /used by a later version of chat\. Update this server too/;
  assertMatch(await ada.end(), /ERROR :.*This server is leaving/);
  assertEquals(await nodes.node("a").exit(), 1);
  assertMatch(nodes.node("a").stdout.text, said);
  const agreement = await stream.lastOf("chat.agreement");
  const later = new TextDecoder().decode(agreement!.payload).replace('"chat":1', '"chat":2');
  await stream.publish("chat.agreement", later, { msgId: "y" });
  const [code, text] = await refused(nodes, "b");
  assertEquals(code, 1);
  assertMatch(text, said);
}, NO_NATS));

Deno.test(
  permitted("Cluster: a login with NATS comes from a file, and a wrong one is told", async () => {
    const logins = [
      ['authorization { user: chat, password: "right one" }', "chat:right one", "chat:wrong one"],
      ["authorization { token: right }", "right", "wrong"],
    ];
    for (const [config = "", right = "", wrong = ""] of logins) {
      await using nodes = await ClusterNodes.start([], { config });
      const file = `${nodes.nats.directory}/login`;
      const credentials = ["--cluster-credentials", file];
      for (const [text, flags] of [[wrong, credentials], [right, []]] as const) {
        await Deno.writeTextFile(file, `${text}\n`, { mode: 0o600 });
        const [code, said] = await refused(nodes, "a", ...flags);
        assertEquals(code, 1);
        assertMatch(said, /^The NATS server at \S+ rejected the login\. Check the username/);
        assertNotMatch(said, /wrong|right/);
      }
      await nodes.add("a", ...credentials);
      await using ada = await RawClient.user(nodes.port("a"), "ada");
      await ada.ping();
      assertNotMatch(nodes.node("a").stdout.text, /right/);
    }
  }, NO_NATS),
);

Deno.test(
  permitted("Cluster: NATS is reached with encryption, by an authority from a file", async () => {
    await using nodes = await ClusterNodes.start([], { tls: true });
    const file = `${nodes.nats.directory}/ca.pem`;
    await Deno.writeTextFile(file, nodes.nats.ca!);
    const [code, said] = await refused(nodes, "a");
    assertEquals(code, 1);
    assertMatch(said, /^The encrypted connection to the NATS server at localhost:\d+ failed: /);
    await nodes.add("a", "--cluster-ca", file);
    await using ada = await RawClient.user(nodes.port("a"), "ada");
    await ada.ping();
  }, NO_NATS),
);

Deno.test(permitted("Cluster: a second server of the same name is refused", async () => {
  await using nodes = await ClusterNodes.start(["a"]);
  await using ada = await RawClient.user(nodes.port("a"), "ada");
  const other = ["serve", ...ANY_PORT, ...nodes.arguments("a", nodes.data("other"))];
  await using late = start(other);
  const [code, said] = await ending(late);
  assertEquals(code, 1);
  assertMatch(said, /^Another server has the name a in this cluster\. Start this one with another/);
  await ada.ping();
  // If it stopped answering, the new one is the one that counts.
  nodes.node("a").kill("SIGSTOP");
  await using second = start(other);
  await ready(second);
  nodes.node("a").kill("SIGCONT");
  assertEquals(await nodes.node("a").exit(), 1);
  assertMatch(nodes.node("a").stdout.text, /Another server has the name a in this cluster/);
}, NO_NATS));

Deno.test(
  permitted("Cluster: a server refuses data of another chat, and leaves it as it is", async () => {
    await using nodes = await ClusterNodes.start([]);
    const data = nodes.data("a");
    await using alone = start(["serve", ...ANY_PORT, "--data", data]);
    {
      await using ada = await RawClient.user(await ready(alone), "ada");
      await ada.send("JOIN #room", "PRIVMSG #room :Only here");
      await ada.ping();
    }
    alone.kill("SIGTERM");
    await alone.exit();
    await nodes.add("b");
    const [code, said] = await refused(nodes, "a");
    assertEquals(code, 1);
    assertMatch(said, /^The data in \S+\/a is of another chat than the cluster's\. Use an empty/);
    await using again = start(["serve", ...ANY_PORT, "--data", data]);
    await using ben = await RawClient.user(await ready(again), "ben");
    await ben.send("JOIN #room");
    await ben.until(/Only here/);
  }, NO_NATS),
);

Deno.test(permitted("Cluster: a password that not all servers have is refused", async () => {
  await using nodes = await ClusterNodes.start(["a"]);
  const file = `${nodes.nats.directory}/password`;
  await Deno.writeTextFile(file, "a long password\n", { mode: 0o600 });
  const [code, said] = await refused(nodes, "b", "--password-file", file);
  assertEquals(code, 1);
  assertMatch(said, /^This server has a password, but the cluster has none/);
}, NO_NATS));

Deno.test(
  permitted("Cluster: a server whose disk is full stops, and the others go on", async () => {
    await using nodes = await ClusterNodes.start(["a"], { flags: UNLIMITED });
    await Deno.mkdir(nodes.data("b"));
    const args = ["serve", ...ANY_PORT, ...nodes.arguments("b")];
    const script = `mount -t tmpfs -o size=3m none ${nodes.data("b")}; exec "$@"`;
    const inside = ["unshare", "-rm", "sh", "-c", script, "sh"];
    await using small = new Process("a small disk", [...inside, ...commandLine(args)]);
    await using ben = await RawClient.user(await ready(small), "ben");
    await ben.send("JOIN #room");
    await using ada = await RawClient.user(nodes.port("a"), "ada");
    await ada.send("JOIN #room");
    await ada.until(/ 366 /);
    const text = "full ".repeat(80);
    let isOver = false;
    void small.status.then(() => isOver = true);
    for (let i = 0; !isOver && i < 1000; i++) {
      await ada.send(...Array(20).fill(`PRIVMSG #room :${i} ${text}`));
      await ada.ping();
    }
    assertEquals(await small.exit(), 1);
    assertMatch(
      small.stdout.text,
      /can't store what is said, so it stops; the others go on\. .*full/,
    );
    assertMatch(ben.received.text, /This server is leaving: go on at another one/);
    await ada.ping();
  }, NO_NATS || await noMounts()),
);

Deno.test(
  permitted("Cluster: if the stream is full, a server says so and loses nothing", async () => {
    await using nodes = await ClusterNodes.start([]);
    await using client = nodes.nats.client();
    const stream = await makeStream(client, SUBJECTS, 60_000);
    await nodes.add("a", ...UNLIMITED);
    await using ada = await RawClient.user(nodes.port("a"), "ada");
    await ada.send("JOIN #room");
    await ada.until(/ 366 /);
    for (let i = 0; i < 500; i++) await ada.send(`PRIVMSG #room :${i} ${"text ".repeat(60)}`);
    await nodes.node("a").line(/stream is full, so nobody can say anything\. Give it more room/);
    const { config } = await stream.streamInfo();
    await stream.api("STREAM.UPDATE", { ...config, max_bytes: 10_000_000 });
    await ada.ping();
    await using ben = await RawClient.user(nodes.port("a"), "ben");
    await ben.send("JOIN #room");
    await ben.until(/<ada> 499 /);
  }, NO_NATS),
);
