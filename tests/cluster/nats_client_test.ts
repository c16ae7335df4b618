import { assert, assertEquals, assertThrows } from "@std/assert";
import { NatsClient } from "../../lib/cluster/nats/nats_client.ts";
import { NatsError, type NatsFault } from "../../lib/cluster/nats/nats_fault.ts";
import { NATS_SYSTEM } from "../../lib/cluster/nats/nats_system.ts";
import type { NatsSystem } from "../../lib/cluster/nats/nats_timing.ts";
import { headerOf, type NatsMessage } from "../../lib/cluster/nats/nats_parser.ts";
import type { NatsServer } from "../../lib/cluster/nats/nats_url.ts";
import { inTime } from "../e2e/transcript.ts";
import { permitted } from "../permitted.ts";
import { faultOf } from "./fault_of.ts";
import { NatsServers, NO_NATS, type TestClient, testClient } from "./nats_server.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(permitted(name, fn, NO_NATS));
}

const text = ({ payload }: NatsMessage) => new TextDecoder().decode(payload);

/** The fault of the first attempt to connect. */
async function failure({ next }: TestClient): Promise<NatsFault> {
  const event = await inTime(next("failed"), () => "a failed attempt");
  assert(event.kind === "failed");
  return event.fault;
}

test("NatsClient: messages come to those who subscribed, with their headers, in order", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await using b = servers.client();
  await Promise.all([a.client.connected(), b.client.connected()]);
  const heard: string[] = [];
  const end = b.client.subscribe("room.*", (message) => {
    heard.push(`${message.subject} ${text(message)} ${headerOf(message, "mood")}`);
    if (message.reply !== "") b.client.publish(message.reply, `${heard.length}`);
  });
  // An answer means that the server knows of the subscription.
  b.client.subscribe("ping", ({ reply }) => b.client.publish(reply));
  await b.client.request("ping");
  a.client.publish("room.a", "one");
  a.client.publish("room.b", "two", { headers: { Mood: "good" } });
  const answer = await a.client.request("room.c", "three", { headers: { Mood: "ö" } });
  assertEquals(text(answer), "3");
  assertEquals(heard, ["room.a one undefined", "room.b two good", "room.c three ö"]);
  end();
  await b.client.request("ping");
  assertEquals(await faultOf(a.client.request("room.a")), {
    kind: "noResponders",
    subject: "room.a",
  });
  assertThrows(() => a.client.publish("room a"), TypeError);
  assertThrows(() => a.client.subscribe("a\r\nPING", () => {}), TypeError);
});

test("NatsClient: answers of several are collected, and one of a group gets a message", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using asker = servers.client();
  await using a = servers.client();
  await using b = servers.client();
  await Promise.all([asker, a, b].map(({ client }) => client.connected()));
  for (const { client, name } of [{ ...a, name: "a" }, { ...b, name: "b" }]) {
    client.subscribe("status", ({ reply }) => client.publish(reply, name));
    client.subscribe("job", ({ reply }) => client.publish(reply, name), "workers");
    client.subscribe(`ready.${name}`, ({ reply }) => client.publish(reply));
    await client.request(`ready.${name}`);
  }
  const all = await asker.client.requestMany("status", "", 300);
  assertEquals(all.map(text).sort(), ["a", "b"]);
  assertEquals((await asker.client.requestMany("job", "", 300)).length, 1);
  assertEquals(await asker.client.requestMany("nobody", "", 60_000), []);
  a.client.subscribe("mute", () => {});
  await a.client.request("ready.a");
  const fault = await faultOf(asker.client.request("mute", "", { timeoutMs: 50 }));
  assertEquals(fault, { kind: "timeout", subject: "mute" });
});

test("NatsClient: a request is sent again until one of them is answered, however late", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using asker = servers.client();
  await using a = servers.client();
  await Promise.all([asker, a].map(({ client }) => client.connected()));
  const replies: string[] = [];
  a.client.subscribe("late", ({ reply }) => {
    // The first of them is answered when the third one is there.
    if (replies.push(reply) === 3) a.client.publish(replies[0]!, `after ${replies.length}`);
  });
  a.client.subscribe("ready", ({ reply }) => a.client.publish(reply));
  await a.client.request("ready");
  const answer = await asker.client.request("late", "", { againMs: 20 });
  assertEquals(text(answer), "after 3");
  await asker.client.request("ready");
  const sent = replies.length;
  // Nothing is sent any more: otherwise three others would have come meanwhile.
  await asker.client.request("late", "", { timeoutMs: 60 }).catch(() => {});
  assertEquals(replies.length, sent + 1);
});

test("NatsClient: a wrong login is told without the secret, and a changed one is used", async () => {
  const config = 'authorization { user: "chat", password: "s3cret" }';
  await using servers = await NatsServers.start({ jetStream: false, config });
  let password = "wr0ng";
  const credentials = () => ({ user: "chat", pass: password });
  await using a = servers.client({ credentials });
  const fault = await failure(a);
  assertEquals(fault.kind, "login");
  const { message } = new NatsError(fault);
  assert(message.includes("rejected the login") && !message.includes(password), message);
  assertEquals(await faultOf(a.client.connected(1)), fault);
  password = "s3cret";
  await inTime(a.client.connected(), () => "the changed login");
  const { port } = servers.servers[0]!;
  await using none = servers.client();
  assertEquals((await failure(none)).kind, "login");
  await using named = servers.client({ urls: [`nats://chat:s3cret@127.0.0.1:${port}`] });
  await named.client.connected(5_000);
});

test("NatsClient: a token is a login too", async () => {
  await using servers = await NatsServers.start({
    jetStream: false,
    config: 'authorization { token: "t0ken" }',
    login: "t0ken@",
  });
  await using a = servers.client();
  await a.client.connected(5_000);
  await using b = servers.client({ urls: [servers.urls[0]!.replace("t0ken", "other")] });
  assertEquals((await failure(b)).kind, "login");
});

test("NatsClient: what the server forbids is told, and the connection stays", async () => {
  const config =
    'authorization { users: [{ user: a, password: b, permissions: { publish: "x" } }] }';
  await using servers = await NatsServers.start({ jetStream: false, config, login: "a:b@" });
  await using a = servers.client();
  await a.client.connected();
  const refused = a.next("refused");
  a.client.publish("y");
  const event = await inTime(refused, () => "the refusal");
  assert(
    event.kind === "refused" && /Permissions Violation/.test(new NatsError(event.fault).message),
  );
  assertEquals(a.events.map(({ kind }) => kind), ["connected", "refused"]);
});

test("NatsClient: it encrypts if the server or the address says so, and trusts a given authority", async () => {
  await using servers = await NatsServers.start({ jetStream: false, tls: true });
  const { port } = servers.servers[0]!;
  for (const url of [`tls://localhost:${port}`, `nats://localhost:${port}`]) {
    await using a = servers.client({ urls: [url] });
    await a.client.connected(5_000);
    a.client.subscribe("echo", ({ reply, payload }) => a.client.publish(reply, payload));
    const big = new Uint8Array(900_000).fill(7);
    assertEquals((await a.client.request("echo", big)).payload.length, big.length);
  }
  // Nobody vouches for it; and it is not valid for this name.
  await using unknown = testClient({ urls: [`tls://localhost:${port}`] });
  const fault = await failure(unknown);
  assertEquals(fault.kind, "tls");
  assert(/certificate/i.test(new NatsError(fault).message));
  await using other = servers.client({ urls: [`tls://127.0.0.1:${port}`] });
  assertEquals((await failure(other)).kind, "tls");
});

test("NatsClient: nothing is sent to a server that should encrypt and does not", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  const url = `tls://u:p@127.0.0.1:${servers.servers[0]!.port}`;
  await using a = servers.client({ urls: [url] });
  assertEquals((await failure(a)).kind, "unencrypted");
});

/** A server that says something to everybody. */
function saying(words: string): { readonly url: string } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.Conn[] = [];
  (async () => {
    for (;;) {
      const conn = await listener.accept().catch(() => undefined);
      if (conn === undefined) return;
      conns.push(conn);
      await conn.write(new TextEncoder().encode(words)).catch(() => {});
    }
  })();
  return {
    url: `nats://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    [Symbol.dispose]() {
      listener.close();
      for (const conn of conns) conn.close();
    },
  };
}

test("NatsClient: what is no NATS server is refused, and says why", async () => {
  const info = (more: string) => `INFO {"max_payload":1000,"headers":true${more}}\r\n`;
  const cases: [words: string, kind: NatsFault["kind"], pattern: RegExp][] = [
    ["", "unreachable", /timed out/],
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "protocol", /something unknown/],
    ["x".repeat(100_000), "protocol", /line is too long/],
    [info("").replace(`,"headers":true`, ""), "protocol", /version 2\.2/],
    [`${info(',"tls_required":true')}PING\r\n`, "protocol", /before the encryption began/],
    [`${info("")}-ERR 'maximum connections\x1b exceeded'\r\n`, "refused", /connections\? exceeded/],
    [`${info("")}MSG a 1 2000\r\n`, "protocol", /longer than/],
  ];
  for (const [words, kind, pattern] of cases) {
    using server = saying(words);
    await using a = testClient({ urls: [server.url], connectMs: 300 });
    const fault = await failure(a);
    assertEquals([fault.kind, words], [kind, words]);
    assert(pattern.test(new NatsError(fault).message), new NatsError(fault).message);
  }
});

test("NatsClient: an unreachable server is told in plain words, and it is tried again", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  const [server] = servers.servers;
  await server!.kill();
  await using a = servers.client();
  const { message } = new NatsError(await failure(a));
  const place = `127.0.0.1:${server!.port}`;
  assertEquals(
    message,
    `Cannot reach the NATS server at ${place}: nothing is listening on this port.`,
  );
  assertEquals(a.client.publish("x"), false);
  assertEquals((await faultOf(a.client.request("x"))).kind, "unreachable");
  await server!.start();
  await inTime(a.client.connected(), () => "the connection");
});

test("NatsClient: subscriptions outlive a killed server, and requests learn of it", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await a.client.connected();
  a.client.subscribe("mute", () => {});
  a.client.subscribe("echo", ({ reply, payload }) => a.client.publish(reply, payload));
  await a.client.request("echo");
  const lost = faultOf(a.client.request("mute", "", { timeoutMs: 60_000 }));
  await servers.servers[0]!.kill();
  assertEquals((await inTime(lost, () => "the loss")).kind, "lost");
  await servers.servers[0]!.start();
  await inTime(a.client.connected(), () => "the connection");
  assertEquals(text(await a.client.request("echo", "again")), "again");
});

/** Waits until a client has learnt of other servers from the one that it is connected to. */
async function knows(client: NatsClient, others: readonly { readonly port: number }[]) {
  await client.connected();
  const places = others.map(({ port }) => `127.0.0.1:${port}`);
  const learns = async () => {
    while (!places.every((place) => client.info!.others.includes(place))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await inTime(learns(), () => `to know ${places}`);
}

test("NatsClient: a frozen server is noticed, and another one is used", async () => {
  await using servers = await NatsServers.start({ jetStream: false, count: 3 });
  const [frozen, ...others] = servers.servers;
  await using a = servers.client({ urls: [servers.urls[0]!], pingMs: 200 });
  await knows(a.client, others);
  const lost = a.next("lost");
  frozen!.signal("SIGSTOP");
  const event = await inTime(lost, () => "the loss");
  assert(event.kind === "lost" && event.fault.kind === "lost");
  assertEquals(event.fault.why, "it stopped answering");
  // Of the others it learnt from the first.
  await inTime(a.client.connected(), () => "the connection");
  const { events } = a;
  const places = others.map(({ port }) => `127.0.0.1:${port}`);
  assert(events.some((event) => event.kind === "connected" && places.includes(event.place)));
  frozen!.signal("SIGCONT");
});

test("NatsClient: a server that is about to shut down is left for another one", async () => {
  await using servers = await NatsServers.start({ jetStream: false, count: 3 });
  await using a = servers.client({ urls: [servers.urls[0]!] });
  await knows(a.client, servers.servers.slice(1));
  const lost = a.next("lost");
  const again = lost.then(() => a.next("connected"));
  // Lame duck mode.
  servers.servers[0]!.signal("SIGUSR2");
  const event = await inTime(lost, () => "the loss");
  assert(event.kind === "lost" && event.fault.kind === "lost");
  assertEquals(event.fault.why, "it is shutting down");
  const { place } = await inTime(again, () => "the connection") as { place: string };
  assert(place !== `127.0.0.1:${servers.servers[0]!.port}`);
});

test("NatsClient: what is too big or too much is refused here, and nothing is sent after closing", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await a.client.connected();
  const big = assertThrows(() => a.client.publish("x", new Uint8Array(2 ** 20 + 1)), NatsError);
  assertEquals(big.fault, { kind: "tooBig", bytes: 2 ** 20 + 1, most: 2 ** 20 });
  const chunk = new Uint8Array(2 ** 20);
  const much = assertThrows(() => {
    for (let count = 0; count < 40; count++) a.client.publish("x", chunk);
  }, NatsError);
  assertEquals(much.fault.kind, "overflow");
  await a.client.close();
  assertEquals(a.client.publish("x"), false);
  assertEquals(await faultOf(a.client.connected()), { kind: "closed" });
  assertEquals(await faultOf(a.client.request("x")), { kind: "closed" });
});

test("NatsClient: what was published is written before it closes", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  await using a = servers.client();
  await using b = servers.client();
  await Promise.all([a.client.connected(), b.client.connected()]);
  const heard = Promise.withResolvers<void>();
  let count = 0;
  a.client.subscribe("x", () => ++count === 20 && heard.resolve());
  a.client.subscribe("ready", ({ reply }) => a.client.publish(reply));
  await a.client.request("ready");
  for (let sent = 0; sent < 20; sent++) b.client.publish("x", new Uint8Array(500_000));
  await b.client.close();
  await inTime(heard.promise, () => `all messages, ${count} came`);
});

Deno.test("NatsClient: it tries all servers before it waits, longer each time, up to two seconds", async () => {
  const pauses: number[] = [];
  const dialled: number[] = [];
  const done = Promise.withResolvers<void>();
  const system: NatsSystem = {
    now: () => 0,
    random: () => 0.5,
    after(milliseconds, run) {
      // Others are for connecting.
      if (milliseconds === 3_000) return () => {};
      pauses.push(milliseconds);
      if (pauses.length === 7) done.resolve();
      else Promise.resolve().then(run);
      return () => {};
    },
    dial(_host, port) {
      dialled.push(port);
      return Promise.reject(new Error("refused"));
    },
    explain: () => "no",
  };
  const server = (port: number): NatsServer => ({ host: "a", port, tls: false, tlsName: "a" });
  const client = new NatsClient({ servers: [server(1), server(2), server(3)], name: "x", system });
  client.start();
  await done.promise;
  assertEquals(pauses, [75, 150, 300, 600, 1_200, 1_500, 1_500]);
  assertEquals(dialled.slice(0, 6), [2, 3, 1, 2, 3, 1]);
  await client.close();
});

test("NatsClient: a request in the moment of a loss fails as lost, not as closed", async () => {
  await using servers = await NatsServers.start({ jetStream: false });
  const cut = Promise.withResolvers<null>();
  const dial: NatsSystem["dial"] = async (...args) => {
    const socket = await NATS_SYSTEM.dial(...args);
    return { ...socket, read: (buffer) => Promise.race([socket.read(buffer), cut.promise]) };
  };
  await using one = servers.client({ system: { ...NATS_SYSTEM, dial } });
  await one.client.connected();
  cut.resolve(null);
  // It has lost the connection, and has told nobody yet.
  for (let turn = 0; one.client.info !== undefined && turn < 1000; turn++) await Promise.resolve();
  assertEquals(one.events.map(({ kind }) => kind), ["connected"]);
  assertEquals((await faultOf(one.client.request("anything"))).kind, "lost");
});
