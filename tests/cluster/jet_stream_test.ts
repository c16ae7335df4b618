import { assert, assertEquals } from "@std/assert";
import { JetStream, type StreamShape } from "../../lib/cluster/nats/jet_stream.ts";
import { NatsError } from "../../lib/cluster/nats/nats_fault.ts";
import type { StreamEntry } from "../../lib/cluster/nats/ordered_consumer.ts";
import { permitted } from "../permitted.ts";
import { chatStream, NatsServers, NO_NATS } from "./nats_server.ts";
import { faultOf } from "./fault_of.ts";
import { listen } from "./listen.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(permitted(name, fn, NO_NATS));
}

const SHAPE: StreamShape = {
  subjects: ["chat.in.*"],
  storage: "file",
  replicas: 1,
  maxBytes: 1_000_000,
  duplicateWindowMs: 60_000,
};

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test("JetStream: a stream is made once, and what differs from the one that is there is told", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  await a.client.connected();
  const stream = new JetStream(a.client, "CHAT");
  assertEquals(await faultOf(stream.streamInfo()), { kind: "noStream", stream: "CHAT" });
  const made = await stream.createStream(SHAPE);
  assertEquals([made.firstSequence, made.lastSequence, made.messages], [1, 0, 0]);
  assert(Math.abs(Date.parse(made.created) - Date.now()) < 60_000);
  assertEquals(await stream.createStream(SHAPE), made);
  const other = { ...SHAPE, storage: "memory", maxBytes: 5, subjects: ["a", "b"] } as const;
  assertEquals(await faultOf(stream.createStream(other)), {
    kind: "otherShape",
    stream: "CHAT",
    differences: [
      'subjects is ["chat.in.*"] instead of ["a","b"]',
      'storage is "file" instead of "memory"',
      "max_bytes is 1000000 instead of 5",
    ],
  });
  const config = { name: "OLD", subjects: ["old"], max_age: 1e12, discard: "old" };
  await a.client.request("$JS.API.STREAM.CREATE.OLD", JSON.stringify(config));
  const old = new JetStream(a.client, "OLD").createStream({ ...SHAPE, subjects: ["old"] });
  assert(/max_age is 1000000000000 instead of 0/.test(new NatsError(await faultOf(old)).message));
  const three = await faultOf(new JetStream(a.client, "T").createStream({ ...SHAPE, replicas: 3 }));
  assertEquals(three.kind, "api");
});

test("JetStream: that it is not enabled is told", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await a.client.connected();
  const fault = await faultOf(new JetStream(a.client, "CHAT").createStream(SHAPE));
  assertEquals(fault, { kind: "noJetStream" });
  assert(new NatsError(fault).message.startsWith("JetStream is not enabled"));
});

test("JetStream: a message is added once, and only after the expected one", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  const stream = await chatStream(a.client);
  const publish = (msgId: string, expected?: number, subject = "chat.in.a") =>
    stream.publish(subject, `of ${msgId}`, {
      msgId,
      ...(expected === undefined ? {} : { expectedLastSubjectSequence: expected }),
    });
  assertEquals(await publish("a.1", 0), { sequence: 1, isDuplicate: false });
  assertEquals(await publish("a.1", 0), { sequence: 1, isDuplicate: true });
  assertEquals(await publish("b.1", 0, "chat.in.b"), { sequence: 2, isDuplicate: false });
  const fault = await faultOf(publish("a.2", 0));
  assertEquals(fault, { kind: "wrongLast", subject: "chat.in.a", last: 1 });
  assertEquals(await publish("a.2", 1), { sequence: 3, isDuplicate: false });
  const last = await stream.lastOf("chat.in.a");
  assertEquals([last?.sequence, last?.subject, last?.msgId], [3, "chat.in.a", "a.2"]);
  assertEquals(text(last?.payload), "of a.2");
  assertEquals(await stream.lastOf("chat.in.c"), undefined);
  await stream.purge(2);
  const { firstSequence, lastSequence, messages } = await stream.streamInfo();
  assertEquals([firstSequence, lastSequence, messages], [3, 3, 1]);
  await stream.purge(3);
  assertEquals((await stream.streamInfo()).firstSequence, 4);
});

for (const replicas of [1, 3] as const) {
  const name = `a full stream with ${replicas} replicas takes nothing more, until some is removed`;
  test(name, () => fill(replicas));
}

async function fill(replicas: 1 | 3): Promise<void> {
  await using servers = await NatsServers.start({ count: replicas });
  await using a = servers.client();
  const stream = await chatStream(a.client, { replicas, maxBytes: 100_000 });
  const publish = (n: number) =>
    stream.publish("chat.in.a", new Uint8Array(10_000), { msgId: `a.${n}` });
  let count = 0;
  const publishAll = async () => {
    for (;;) await publish(++count);
  };
  assertEquals(await faultOf(publishAll()), { kind: "full", stream: "CHAT" });
  assertEquals(await faultOf(publish(100)), { kind: "full", stream: "CHAT" });
  await stream.purge(5);
  assertEquals(await publish(101), { sequence: count, isDuplicate: false });
}

/** Checks that the entries are the texts 1 to `count`, each once and in order. */
function assertAll(entries: readonly StreamEntry[], count: number): void {
  assertEquals(
    entries.map(({ sequence }) => sequence),
    Array.from({ length: count }, (_, n) => n + 1),
  );
  assertEquals(entries.map(({ payload }) => text(payload)), entries.map((_, n) => `${n + 1}`));
  assert(entries.every(({ timeMs }, n) => n === 0 || timeMs >= entries[n - 1]!.timeMs));
}

/** Publishes texts from 1 on, one after the other, while something happens to the servers. */
async function publishDuring(stream: JetStream, work: () => Promise<void>): Promise<number> {
  let isOver = false;
  const happening = work().finally(() => isOver = true);
  let last = 0;
  for (let count = 1; !isOver || count % 100 !== 1; count++) {
    const expectedLastSubjectSequence = last;
    const { sequence } = await stream.publish("chat.in.a", `${count}`, {
      msgId: `a.1.${count}`,
      expectedLastSubjectSequence,
      withinMs: 60_000,
    });
    assertEquals(sequence, count);
    last = sequence;
  }
  await happening;
  return last;
}

test("JetStream: nothing is lost or doubled if the server is killed while messages are published", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  await using b = servers.client();
  const stream = await chatStream(a.client);
  const { entries, consumer, until } = listen(await chatStream(b.client));
  const last = await publishDuring(stream, async () => {
    for (let round = 0; round < 5; round++) {
      await until(entries.length + 200);
      await servers.servers[0]!.kill();
      await servers.servers[0]!.start();
    }
  });
  await until(last);
  assertAll(entries, last);
  assert(consumer.restarts >= 5);
  consumer.stop();
});

test("JetStream: nothing is lost or doubled if the leader of three is killed", async () => {
  await using servers = await NatsServers.start({ count: 3 });
  await using a = servers.client();
  await using b = servers.client();
  const stream = await chatStream(a.client, { replicas: 3 });
  const other = await chatStream(b.client, { replicas: 3 });
  const { entries, consumer, until } = listen(other);
  const last = await publishDuring(stream, async () => {
    for (let round = 0; round < 2; round++) {
      await until(entries.length + 200);
      const { leader, followers } = await other.streamInfo();
      assertEquals(followers.length, 2);
      const server = servers.servers.find(({ name }) => name === leader)!;
      await server.kill();
      await until(entries.length + 200);
      await server.start();
      await allCurrent(other);
    }
  });
  await until(last);
  assertAll(entries, last);
  consumer.stop();
});

/** Waits until all replicas are up to date, so that the next one may be killed. */
async function allCurrent(stream: JetStream): Promise<void> {
  for (;;) {
    const info = await stream.streamInfo().catch(() => undefined);
    if (info?.leader !== undefined && info.followers.every(({ isCurrent }) => isCurrent)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("JetStream: two frozen servers of three stop everything, and it goes on with them", async () => {
  await using servers = await NatsServers.start({ count: 3 });
  await using a = servers.client({ pingMs: 300 });
  await using b = servers.client({ pingMs: 300 });
  const stream = await chatStream(a.client, { replicas: 3 });
  const { entries, consumer, until } = listen(await chatStream(b.client, { replicas: 3 }));
  const last = await publishDuring(stream, async () => {
    await until(200);
    // A leader alone still knows what it would refuse.
    const { leader } = await stream.streamInfo();
    const isLeader = ({ name }: { readonly name: string }) => name === leader;
    const frozen = servers.servers.toSorted((x, y) => Number(isLeader(y)) - Number(isLeader(x)))
      .slice(0, 2);
    for (const server of frozen) server.signal("SIGSTOP");
    // It would be refused if anybody decided anything.
    const never = { msgId: "b.1", expectedLastSubjectSequence: 1e6, withinMs: 1_500 };
    const fault = await faultOf(stream.publish("chat.in.b", "", never));
    assert(["timeout", "lost", "noResponders", "unreachable"].includes(fault.kind), fault.kind);
    for (const server of frozen) server.signal("SIGCONT");
    await until(entries.length + 100);
  });
  await until(last);
  assertAll(entries, last);
  consumer.stop();
});
