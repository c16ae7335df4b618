import { assert, assertEquals } from "@std/assert";
import type { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import { NATS_SYSTEM } from "../../lib/cluster/nats/nats_system.ts";
import { OrderedConsumer } from "../../lib/cluster/nats/ordered_consumer.ts";
import { inTime } from "../e2e/transcript.ts";
import { permitted } from "../permitted.ts";
import { listen } from "./listen.ts";
import { chatStream, NatsServers, NO_NATS } from "./nats_server.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(permitted(name, fn, NO_NATS));
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Publishes texts, all at once. */
async function fill(
  stream: JetStream,
  from: number,
  to: number,
  subject = "chat.in.a",
): Promise<void> {
  const numbers = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  await Promise.all(numbers.map((n) => stream.publish(subject, `${n}`, { msgId: `a.${n}` })));
}

test("OrderedConsumer: all who read get the same entries at the same times", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  await using b = servers.client();
  const stream = await chatStream(a.client);
  await fill(stream, 1, 500);
  const one = listen(stream);
  const two = listen(await chatStream(b.client), 401);
  await one.until(500);
  await fill(stream, 501, 600, "chat.in.b");
  await one.until(600);
  await two.until(200);
  assertEquals(one.entries.slice(400), two.entries);
  assertEquals(one.entries.map(({ sequence }) => sequence), one.entries.map((_, n) => n + 1));
  assertEquals(
    one.entries.map(({ payload }) => text(payload)),
    one.entries.map((_, n) => `${n + 1}`),
  );
  assertEquals(one.entries[600 - 1]!.subject, "chat.in.b");
  const last = await stream.lastOf("chat.in.a");
  assertEquals(last?.timeMs, one.entries[500 - 1]!.timeMs);
  assert(Math.abs(last!.timeMs - Date.now()) < 60_000);
  assertEquals([one.consumer.restarts, two.consumer.restarts], [0, 0]);
  one.consumer.stop();
  await fill(stream, 601, 601);
  await two.until(201);
  assertEquals(one.entries.length, 600);
  two.consumer.stop();
});

test("OrderedConsumer: what is not there any more is told, with what is", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  const stream = await chatStream(a.client);
  await fill(stream, 1, 10);
  await stream.purge(5);
  const gone = { kind: "gone", stream: "CHAT", asked: 5, first: 6 };
  assertEquals(await listen(stream, 5).failed, gone as never);
  const fine = listen(stream, 6);
  await fine.until(5);
  fine.consumer.stop();
  await stream.purge(10);
  assertEquals(await listen(stream, 10).failed, { ...gone, asked: 10, first: 11 } as never);
  const empty = listen(stream, 11);
  await fill(stream, 11, 11);
  await empty.until(1);
  empty.consumer.stop();
});

test("OrderedConsumer: a hole in the stream is not passed over", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  const stream = await chatStream(a.client);
  await fill(stream, 1, 5);
  await stream.api("STREAM.MSG.DELETE", { seq: 3 });
  const { entries, failed } = listen(stream);
  assertEquals(await failed, { kind: "gone", stream: "CHAT", asked: 3, first: 4 });
  assertEquals(entries.length, 2);
});

test("OrderedConsumer: a stream that ends before what should come is another one", async () => {
  await using servers = await NatsServers.start();
  // It waits for a while, since a new leader may be behind.
  const system = { ...NATS_SYSTEM, now: () => NATS_SYSTEM.now() * 50 };
  await using a = servers.client({ system });
  const stream = await chatStream(a.client);
  await fill(stream, 1, 2);
  const { failed } = listen(stream, 4);
  const fault = await inTime(failed, () => "the fault");
  assertEquals(fault, { kind: "ahead", stream: "CHAT", asked: 4, last: 2 });
});

test("OrderedConsumer: it goes on if the server forgets it", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  const stream = await chatStream(a.client);
  await fill(stream, 1, 100);
  const { entries, consumer, until } = listen(stream);
  await until(100);
  const { consumers } = await stream.api("CONSUMER.NAMES") as { consumers?: string[] };
  await a.client.request(`$JS.API.CONSUMER.DELETE.CHAT.${consumers![0]}`);
  await fill(stream, 101, 200);
  await until(200);
  assertEquals(entries.map(({ sequence }) => sequence), entries.map((_, n) => n + 1));
  assertEquals(consumer.restarts, 1);
  consumer.stop();
});

test("OrderedConsumer: it goes on after a server that is killed while it reads", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  await using b = servers.client();
  const stream = await chatStream(a.client);
  await fill(stream, 1, 20_000);
  const [server] = servers.servers;
  const other = await chatStream(b.client);
  const done = Promise.withResolvers<void>();
  const sequences: number[] = [];
  const consumer = new OrderedConsumer(other, 1, {
    entry({ sequence, payload }) {
      assertEquals(text(payload).length > 0, true);
      sequences.push(sequence);
      if (sequence === 100) server!.signal("SIGKILL");
      if (sequence === 20_000) done.resolve();
    },
    failed: (fault) => done.reject(fault),
  });
  await inTime(b.next("lost"), () => "the loss");
  await server!.kill();
  await server!.start();
  await inTime(done.promise, () => "all entries");
  assertEquals(sequences, sequences.map((_, n) => n + 1));
  assertEquals(consumer.restarts, 1);
  consumer.stop();
});

test("OrderedConsumer: much more than the server sends without being asked arrives", async () => {
  await using servers = await NatsServers.start();
  await using a = servers.client();
  const stream = await chatStream(a.client);
  const payload = new Uint8Array(500_000);
  for (let count = 1; count <= 200; count++) {
    await stream.publish("chat.in.a", payload, { msgId: `${count}` });
  }
  let bytes = 0;
  const done = Promise.withResolvers<void>();
  const consumer = new OrderedConsumer(stream, 1, {
    entry({ sequence, payload }) {
      bytes += payload.length;
      if (sequence === 200) done.resolve();
    },
    failed: (fault) => done.reject(fault),
  });
  await inTime(done.promise, () => "all entries");
  assertEquals([bytes, consumer.restarts], [200 * payload.length, 0]);
  consumer.stop();
});

test("OrderedConsumer: while no consumer can be made, it reads if a server is away", async () => {
  const denied = 'deny: "$JS.API.CONSUMER.CREATE.>"';
  await using servers = await NatsServers.start({
    count: 3,
    config:
      `authorization { users: [{ user: u, password: p, permissions: { publish: { ${denied} } } }] }`,
    login: "u:p@",
  });
  await using a = servers.client();
  const stream = await chatStream(a.client, { replicas: 3 });
  await fill(stream, 1, 300);
  const { entries, consumer, until } = listen(stream);
  const { followers } = await stream.streamInfo();
  const isDown = ({ name }: { readonly name: string }) => name === followers[0]!.name;
  await servers.servers.find(isDown)!.kill();
  await until(300);
  await fill(stream, 301, 320);
  await until(320);
  // Nobody answers while a leader of the metadata is elected.
  const hasConsumer = async () => {
    const answer = await stream.api("CONSUMER.NAMES", undefined, 1_000).catch(() => undefined);
    return ((answer as { total: number } | undefined)?.total ?? 0) > 0;
  };
  assertEquals(await hasConsumer(), false);
  for (const server of servers.servers) {
    const config = await Deno.readTextFile(server.file);
    await Deno.writeTextFile(server.file, config.replace(denied, ""));
    if (!isDown(server)) server.signal("SIGHUP");
  }
  for (let next = 321; !await hasConsumer(); next = entries.length + 1) {
    await fill(stream, next, next);
    await until(next);
  }
  await fill(stream, entries.length + 1, 500);
  await until(500);
  assertEquals(entries.map(({ sequence }) => sequence), entries.map((_, n) => n + 1));
  assertEquals(entries.map(({ payload }) => text(payload)), entries.map((_, n) => `${n + 1}`));
  const last = await stream.message(500, 5_000);
  assertEquals([last?.timeMs, last?.subject], [entries.at(-1)!.timeMs, "chat.in.a"]);
  assertEquals(await stream.message(501, 5_000), undefined);
  consumer.stop();
});
