import { assert, assertEquals, assertRejects } from "@std/assert";
import { NatsError } from "../../lib/cluster/nats/nats_fault.ts";
import {
  fetchTransfer,
  serveTransfers,
  type TransferSource,
} from "../../lib/cluster/nats/transfer.ts";
import { inTime } from "../e2e/transcript.ts";
import { permitted } from "../permitted.ts";
import { faultOf } from "./fault_of.ts";
import { NatsServers, NO_NATS } from "./nats_server.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(permitted(name, fn, NO_NATS));
}

/** So many bytes, which differ, in reads of odd lengths. */
function source(size: number): TransferSource & { closed: boolean; at: number } {
  return {
    closed: false,
    at: 0,
    read(buffer) {
      if (this.at === size) return Promise.resolve(null);
      const count = Math.min(buffer.length - this.at % 7, size - this.at);
      for (let n = 0; n < count; n++) buffer[n] = valueAt(this.at + n);
      this.at += count;
      return Promise.resolve(count);
    },
    close() {
      this.closed = true;
    },
  };
}

const valueAt = (at: number) => (at ^ (at >> 8) ^ (at >> 16)) & 0xff;

test("Transfer: files of all sizes arrive as they are", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await using b = servers.client();
  await Promise.all([a.client.connected(), b.client.connected()]);
  const opened: ReturnType<typeof source>[] = [];
  const end = serveTransfers(a.client, "copy.a", (request) => {
    const one = source(Number(new TextDecoder().decode(request)));
    opened.push(one);
    return Promise.resolve(one);
  });
  await a.client.request("nobody").catch(() => {});
  for (const size of [0, 1, 256 * 1024, 20_000_003]) {
    let at = 0;
    const received = await fetchTransfer(b.client, "copy.a", `${size}`, (chunk) => {
      let isRight = true;
      for (const byte of chunk) isRight &&= byte === valueAt(at++);
      assert(isRight);
      return Promise.resolve();
    });
    assertEquals([received, at], [size, size]);
  }
  // They are closed once the end is sent, which may be before it is heard.
  assert(opened.every(({ closed }) => closed));
  end();
});

test("Transfer: a receiver that writes slowly is not overrun", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await using b = servers.client();
  await Promise.all([a.client.connected(), b.client.connected()]);
  const whole = source(30_000_000);
  serveTransfers(a.client, "copy.a", () => Promise.resolve(whole));
  await a.client.request("nobody").catch(() => {});
  let written = 0;
  let most = 0;
  await fetchTransfer(b.client, "copy.a", "", async (chunk) => {
    // A turn in which the other may send.
    await b.client.request("nobody").catch(() => {});
    most = Math.max(most, whole.at - written);
    written += chunk.length;
  });
  assert(most < 6_000_000, `${most} bytes were on their way`);
});

test("Transfer: what goes wrong is told", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await using b = servers.client();
  await Promise.all([a.client.connected(), b.client.connected()]);
  const fetched = (subject: string, write = () => {}) =>
    fetchTransfer(b.client, subject, "", write, 300);
  assertEquals(await faultOf(fetched("copy.x")), { kind: "noResponders", subject: "copy.x" });
  serveTransfers(a.client, "copy.a", () => Promise.reject(new Error("the disk\r\nis full")));
  serveTransfers(
    a.client,
    "copy.b",
    () => Promise.resolve({ ...source(9), read: () => Promise.reject(new Error("bad disk")) }),
  );
  const endless = source(Infinity);
  serveTransfers(a.client, "copy.c", () => Promise.resolve(endless));
  await a.client.request("nobody").catch(() => {});
  assertEquals(await faultOf(fetched("copy.a")), { kind: "transfer", why: "the disk is full" });
  assertEquals(await faultOf(fetched("copy.b")), { kind: "transfer", why: "bad disk" });
  await assertRejects(
    () =>
      fetched("copy.c", () => {
        throw new Error("no room");
      }),
    Error,
    "no room",
  );
  assert(!endless.closed);
});

test("Transfer: it ends if the other is gone, or the connection", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using b = servers.client();
  const started = Promise.withResolvers<void>();
  let fetching: Promise<unknown>;
  {
    await using a = servers.client();
    await Promise.all([a.client.connected(), b.client.connected()]);
    serveTransfers(a.client, "copy.a", () => Promise.resolve(source(Infinity)));
    await a.client.request("nobody").catch(() => {});
    fetching = faultOf(fetchTransfer(b.client, "copy.a", "", () => started.resolve(), 300));
    await started.promise;
  }
  const silent = { kind: "transfer", why: "the other server stopped sending" };
  assertEquals(await inTime(fetching, () => "the end"), silent);
  await using c = servers.client();
  await c.client.connected();
  serveTransfers(c.client, "copy.c", () => Promise.resolve(source(Infinity)));
  await c.client.request("nobody").catch(() => {});
  const again = Promise.withResolvers<void>();
  const lost = assertRejects(
    () => fetchTransfer(b.client, "copy.c", "", () => again.resolve()),
    NatsError,
  );
  await again.promise;
  await servers.servers[0]!.kill();
  assertEquals((await inTime(lost, () => "the loss")).fault.kind, "lost");
});
