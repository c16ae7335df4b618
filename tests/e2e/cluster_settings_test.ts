/** Settings, bans and limits of servers that are one chat. */
import { assertEquals, assertMatch } from "@std/assert";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { HttpClient } from "../web/http_client.ts";
import { parseExposition } from "../web/parse_exposition.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import type { ServerProcess } from "./program.ts";
import { HAS_IPV6, RawClient } from "./raw_client.ts";

const OPERS = [{ name: "root", password: "hunter2" }];

/** A configuration file of each server, which is there as long as the servers' data. */
class Files {
  constructor(readonly nodes: ClusterNodes) {}

  path(name: string): string {
    return `${this.nodes.nats.directory}/${name}.json`;
  }

  async write(name: string, content: unknown): Promise<void> {
    await Deno.writeTextFile(this.path(name), JSON.stringify(content), { mode: 0o600 });
  }

  async start(name: string, content: unknown): Promise<ServerProcess> {
    await this.write(name, content);
    return await this.nodes.add(name, "--config", this.path(name));
  }
}

async function oper(port: number, hostname = "127.0.0.1"): Promise<RawClient> {
  const root = await RawClient.user(port, "rosa", { hostname });
  await root.send("OPER root hunter2");
  await root.until(/ 381 rosa /);
  return root;
}

async function get(server: ServerProcess, path: string): Promise<[number, string]> {
  using client = await HttpClient.connect(await server.webPort());
  const { status = 0, body = "" } = await client.get(path) ?? {};
  return [status, body];
}

Deno.test(permitted("Cluster: REHASH on one server changes the settings of all", async () => {
  await using nodes = await ClusterNodes.start([]);
  const files = new Files(nodes);
  const old = { motd: "old words", opers: OPERS };
  await files.start("a", old);
  await files.start("b", old);
  await using ben = await RawClient.user(nodes.port("b"), "ben");
  assertMatch(ben.received.text, /old words/);
  await using root = await oper(nodes.port("a"));
  const limits = { channelsPerUser: 1 };
  await files.write("a", { motd: "new words", opers: OPERS, limits });
  await root.send("REHASH");
  await root.until(/ NOTICE rosa :The configuration was reloaded/);
  for (const name of ["a", "b"]) {
    await using late = await RawClient.user(nodes.port(name), `late-${name}`);
    assertMatch(late.received.text, /new words/);
    await late.send("JOIN #one", "JOIN #two");
    await late.until(/ 405 \S+ #two /);
  }
  // An operator of the agreement whose password a server does not know can't log in there.
  const more = [...OPERS, { name: "second", password: "hunter3" }];
  await files.write("a", { motd: "new words", opers: more, limits });
  await root.send("REHASH");
  await root.until(/ NOTICE rosa :The configuration was reloaded/);
  await ben.send("OPER second hunter3");
  await ben.until(/ 464 ben /);
  await files.write("b", { motd: "new words", opers: more, limits });
  await root.send("REHASH");
  await root.until(/ NOTICE rosa :The configuration was reloaded/);
  await using dora = await RawClient.user(nodes.port("b"), "dora");
  for (let done = false; !done;) {
    await dora.send("OPER second hunter3");
    const [line] = await dora.until(/ (381|464) dora /);
    done = line.includes(" 381 ");
  }
}, NO_NATS));

Deno.test(
  permitted("Cluster: a password that all have in their files comes by REHASH", async () => {
    await using nodes = await ClusterNodes.start([]);
    const files = new Files(nodes);
    for (const name of ["a", "b"]) await files.start(name, { opers: OPERS });
    await using root = await oper(nodes.port("a"));
    await files.write("a", { opers: OPERS, password: "sesame one" });
    await root.send("REHASH");
    await root.until(/ NOTICE rosa :The configuration was reloaded/);
    // Until the other one knows it too, nobody enters there.
    await nodes.node("b").line(/The cluster has a password, so this server needs one too/);
    await using closed = await RawClient.connect(nodes.port("b"));
    await closed.send("PASS :sesame one", "NICK ben", "USER b 0 * :B");
    await closed.until(/ 464 | NOTICE .*password|^ERROR /);
    await files.write("b", { opers: OPERS, password: "sesame one" });
    await root.send("REHASH");
    await root.until(/ NOTICE rosa :The configuration was reloaded/);
    for (let entered = false; !entered;) {
      await using open = await RawClient.connect(nodes.port("b"));
      await open.send("PASS :sesame one", "NICK ben2", "USER b 0 * :B");
      const [line] = await open.until(/ 464 |^ERROR | 001 ben2 /);
      entered = line.includes(" 001 ");
    }
    await using without = await RawClient.connect(nodes.port("b"));
    await without.send("NICK ben3", "USER b 0 * :B");
    await without.until(/ 464 |^ERROR /);
  }, NO_NATS),
);

Deno.test(
  permitted("Cluster: a server tells at its start which of its settings don't count", async () => {
    await using nodes = await ClusterNodes.start([]);
    const files = new Files(nodes);
    await files.start("a", { motd: "of a", opers: OPERS });
    const b = await files.start("b", { motd: "of b", limits: { burst: 7 } });
    const said = b.stdout.text;
    assertMatch(
      said,
      /^motd is "of b" here and "of a" in the cluster, which counts\. To change it/m,
    );
    assertMatch(said, /^limits\.burst is 7 here and 20 in the cluster/m);
    assertMatch(said, /^opers is \[\] here and \["root"\] in the cluster/m);
    await using ben = await RawClient.user(nodes.port("b"), "ben");
    assertMatch(ben.received.text, /of a/);
  }, NO_NATS),
);

Deno.test(permitted("Cluster: a ban by an operator on one server holds on all", async () => {
  await using nodes = await ClusterNodes.start([]);
  const files = new Files(nodes);
  for (const name of ["a", "b"]) await files.start(name, { opers: OPERS });
  await using root = await oper(nodes.port("a"), HAS_IPV6 ? "::1" : "127.0.0.1");
  await using bad = await RawClient.user(nodes.port("b"), "bad");
  await root.send("KLINE 10 bad!*@* :Enough");
  assertMatch(await bad.end(), /^ERROR :.*Enough/);
  await using again = await RawClient.connect(nodes.port("b"));
  await again.send("NICK bad", "USER b 0 * :B");
  assertMatch(await again.end(), /^ERROR :.*Enough/);
  // Nobody can ban the own address.
  if (!HAS_IPV6) return;
  await using other = await RawClient.user(nodes.port("b"), "other");
  await root.send("DLINE 10 127.0.0.0/8 :No more");
  assertMatch(await other.end(), /^ERROR :.*No more/);
  await using last = await RawClient.connect(nodes.port("b"));
  assertMatch(await last.end(), /^ERROR :.*No more/);
}, NO_NATS));

Deno.test(
  permitted("Cluster: connections of one address are counted over all servers", async () => {
    const flags = ["--max-connections-per-ip", "2"];
    await using nodes = await ClusterNodes.start(["a", "b"], { flags });
    const ada = await RawClient.user(nodes.port("a"), "ada");
    await using ben = await RawClient.user(nodes.port("b"), "ben");
    for (const name of ["a", "b"]) {
      await using more = await RawClient.connect(nodes.port(name));
      assertMatch(await more.end(), /^ERROR :.*[Tt]oo many/);
    }
    await ada.send("QUIT");
    await ada.end();
    await ben.ping();
    for (let entered = false; !entered;) {
      await using again = await RawClient.connect(nodes.port("b"));
      await again.send("NICK again", "USER a 0 * :A");
      const [line] = await again.until(/^ERROR | 001 again /);
      entered = line.includes(" 001 ");
    }
  }, NO_NATS),
);

Deno.test(
  permitted(
    "Cluster: a server that is cut off says so at /healthz and in its metrics",
    async () => {
      await using nodes = await ClusterNodes.start(["a", "b"]);
      const a = nodes.node("a");
      assertEquals((await get(a, "/healthz"))[0], 200);
      const before = parseExposition((await get(a, "/metrics"))[1]);
      assertEquals(before.get("chat_cluster_nodes"), 2);
      assertEquals(before.get("chat_cluster_open"), 1);
      await using ada = await RawClient.user(nodes.port("a"), "ada");
      const [engine] = nodes.nats.servers;
      engine!.signal("SIGSTOP");
      assertMatch(await ada.end(), /ERROR :.*lost its connection to the others: go on at another/);
      assertEquals((await get(a, "/healthz"))[0], 503);
      assertEquals(parseExposition((await get(a, "/metrics"))[1]).get("chat_cluster_open"), 0);
      engine!.signal("SIGCONT");
      await a.line(/The cluster can be reached again/);
      assertEquals((await get(a, "/healthz"))[0], 200);
    },
    NO_NATS,
  ),
);
