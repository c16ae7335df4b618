import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { ClusterNode } from "../../lib/cluster/cluster_node.ts";
import { openEngine } from "../../lib/cluster/engine.ts";
import type { NodeParts } from "../../lib/cluster/node_parts.ts";
import type { Agreement } from "../../lib/cluster/records.ts";
import { sharedOf } from "../../lib/cluster/shared_settings.ts";
import { permitted } from "../permitted.ts";
import { Harness } from "../server/harness.ts";
import { NatsServers, NO_NATS, type TestClient } from "./nats_server.ts";

/** Makes a node, which has not started. */
async function makeNode(
  { client }: TestClient,
  name: string,
  parts: Partial<NodeParts>,
): Promise<ClusterNode> {
  await client.connected();
  const { world, store } = new Harness();
  const proposed: Agreement = {
    ...sharedOf(world.config),
    ...{ name: "chat.test", startedAt: 0, runId: "run", cloakKey: "", loginKey: "" },
    startedEmpty: true,
  };
  const { stream, agreement } = await openEngine(client, proposed, "memory");
  return new ClusterNode({
    ...{ name, version: "chat 0.0.0", place: { host: "x" } },
    ...{ stream, world, agreement, store },
    clock: Date.now,
    soon: setImmediate,
    say() {},
    heard() {},
    failed() {},
    fault() {},
    agreed() {},
    nodesChanged() {},
    counted() {},
    change() {},
    ...parts,
  });
}

Deno.test(
  permitted("ClusterNode: a clock that differs from NATS by half a minute is told", async () => {
    await using servers = await NatsServers.start();
    const told: [off: number, said: string[]][] = [];
    for (const [at, off] of [0, 25, -40, 40].entries()) {
      await using test = servers.client();
      const said: string[] = [];
      const node = await makeNode(test, `n${at}`, {
        clock: () => Date.now() + off * 1000,
        say: (text) => said.push(text),
        failed: (why) => said.push(why),
      });
      await node.start();
      // What people do is measured by the clock of NATS.
      assertLess(Math.abs(node.clock() - Date.now()), 10_000);
      await node.leave();
      const alone = `This server is n${at}; no other server of the cluster is there`;
      assertEquals(said.shift(), alone);
      told.push([off, said]);
    }
    const words = "The clock of this machine differs by 40 seconds from that of the cluster";
    assertEquals(told, [[0, []], [25, []], [-40, [words]], [40, [words]]]);
  }, NO_NATS),
);

/** What one of NATS's copies of the stream may be like, from a message on. */
const FAULTS = {
  "has another time of an entry": { lost: 0, later: 1 },
  "lacks an entry": { lost: 1, later: 0 },
} as const;

/** Has NATS send such a copy to a client, which has not subscribed yet. Returns how to begin. */
function spoil(
  { client }: TestClient,
  { lost, later }: typeof FAULTS[keyof typeof FAULTS],
): () => void {
  let [isSpoilt, isBegun] = [false, false];
  const subscribe = client.subscribe.bind(client);
  client.subscribe = (subject, heard, ...queue) =>
    subscribe(subject, (message) => {
      const words = message.reply.split(".");
      if (!isSpoilt || words[1] !== "ACK") return heard(message);
      const [sequence, sent, time] = words.slice(5, 8).map(Number);
      const isFirst = !isBegun;
      isBegun = true;
      if (isFirst && lost > 0) return;
      const ns = `${time! + (isFirst ? later * 1e9 : 0)}`;
      words.splice(5, 3, `${sequence! - lost}`, `${sent! - lost}`, ns);
      heard({ ...message, reply: words.join(".") });
    }, ...queue);
  return () => isSpoilt = true;
}

/** Starts nodes, of which one gets another copy. Returns what those said that stopped. */
async function stopped(
  names: readonly string[],
  spoilt: string,
  fault: keyof typeof FAULTS,
): Promise<Record<string, string>> {
  await using servers = await NatsServers.start();
  await using clients = new AsyncDisposableStack();
  const said: Record<string, string> = {};
  const nodes: ClusterNode[] = [];
  let begin = () => {};
  for (const name of names) {
    const test = clients.use(servers.client());
    if (name === spoilt) begin = spoil(test, FAULTS[fault]);
    const node = await makeNode(test, name, { failed: (why) => said[name] ??= why });
    await node.start();
    nodes.push(node);
  }
  const say = async () => {
    for (const node of nodes) {
      node.push({ kind: "heard", key: "nobody" });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await say();
  assertEquals(said, {});
  begin();
  for (let round = 0; round < 2; round++) await say();
  for (const node of nodes) await node.leave();
  return said;
}

for (const fault of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) {
  for (
    const [names, spoilt, wanted] of [
      [["a", "b", "c"], "a", ["a"]],
      [["a", "b"], "b", ["b"]],
      [["a", "b"], "a", ["b"]],
    ] as const
  ) {
    Deno.test(permitted(
      `ClusterNode: of ${names}, ${wanted} stops at once if NATS's copy for ${spoilt} ${fault}`,
      async () => {
        const said = await stopped(names, spoilt, fault);
        assertEquals(Object.keys(said), [...wanted]);
        assertMatch(
          said[wanted[0]]!,
          /^NATS gave this server other entries than the others before entry/,
        );
      },
      NO_NATS,
    ));
  }
}
