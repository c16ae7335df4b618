import { assertEquals, assertRejects } from "@std/assert";
import { ClusterError } from "../../lib/cluster/engine.ts";
import type { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import { NatsError } from "../../lib/cluster/nats/nats_fault.ts";
import { NATS_SYSTEM } from "../../lib/cluster/nats/nats_system.ts";
import { NodePublisher } from "../../lib/cluster/node_publisher.ts";
import { encodeEntry } from "../../lib/cluster/records.ts";
import { permitted } from "../permitted.ts";
import { chatStream, NatsServers, NO_NATS } from "./nats_server.ts";

/** A start of the node a. */
class Start {
  readonly publisher: NodePublisher;
  #number = 0;

  constructor(stream: JetStream, readonly epoch: number) {
    this.publisher = new NodePublisher({
      name: "a",
      runId: "chat",
      stream,
      say: () => {},
      relieve: () => Promise.resolve(),
      isOver: () => false,
    });
  }

  publish(): Promise<void> {
    const number = this.#number++;
    const entry = encodeEntry({ node: "a", epoch: this.epoch, number, records: [] });
    return this.publisher.publish(entry, this.epoch, number);
  }
}

Deno.test(permitted("NodePublisher: last words of an earlier start may come late", async () => {
  await using nats = await NatsServers.start();
  await using test = nats.client();
  const stream = await chatStream(test.client);
  const [one, two] = [new Start(stream, 1), new Start(stream, 2)];
  await one.publisher.begin();
  await one.publish();
  assertEquals(await two.publisher.begin(), 1);
  await one.publish();
  await two.publish();
  await two.publish();
  // From now on the first one is too late.
  const error = await assertRejects(() => one.publish(), NatsError);
  assertEquals(error.fault.kind, "wrongLast");
  assertEquals((await stream.streamInfo()).messages, 4);
}, NO_NATS));

Deno.test(permitted("NodePublisher: a second process with the name is found out", async () => {
  await using nats = await NatsServers.start();
  await using test = nats.client();
  const stream = await chatStream(test.client);
  const [one, two] = [new Start(stream, 1), new Start(stream, 2)];
  await one.publisher.begin();
  await two.publisher.begin();
  await two.publish();
  for (const publish of [() => one.publish(), () => one.publish()]) {
    const error = await assertRejects(publish, NatsError);
    assertEquals(error.fault.kind, "wrongLast");
  }
}, NO_NATS));

Deno.test(permitted("NodePublisher: if NATS has lost the last entry, it says so", async () => {
  await using nats = await NatsServers.start();
  // A second is half a minute.
  await using test = nats.client({ system: { ...NATS_SYSTEM, now: () => NATS_SYSTEM.now() * 30 } });
  const stream = await chatStream(test.client);
  const start = new Start(stream, 1);
  await start.publisher.begin();
  for (let count = 0; count < 2; count++) await start.publish();
  await stream.api("STREAM.MSG.DELETE", { seq: 2 });
  await assertRejects(() => start.publish(), ClusterError, "NATS has lost data");
}, NO_NATS));
