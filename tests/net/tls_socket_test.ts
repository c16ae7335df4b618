/** Encrypted connections over real sockets. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { CLIENT_LINES, type Line } from "../../lib/irc/lines.ts";
import { makeCertificate } from "../../lib/net/certificate.ts";
import { Connection } from "../../lib/net/connection.ts";
import { Flusher } from "../../lib/net/flusher.ts";
import { tlsContext, tlsFault } from "../../lib/net/tls_context.ts";
import { type AcceptOptions, TlsSocket } from "../../lib/net/tls_socket.ts";
import { needing } from "../permitted.ts";

const permitted = needing("net");

const bytes = (text: string) => new TextEncoder().encode(text);

const OLD = tlsFault();

/** Whether the server's end is directly on the descriptor. */
let direct = false;

/** Defines a test for runtimes that support TLS, of each way to encrypt. */
function test(name: string, fn: () => Promise<void>): void {
  for (const [way, isDirect] of [["over a stream", false], ["directly", true]] as const) {
    const run = () => {
      direct = isDirect;
      return fn();
    };
    const called = `${name} (${way})`;
    Deno.test(permitted(called, run, OLD));
  }
}

const MINE = await makeCertificate({
  name: "chat.test",
  hosts: ["localhost", "127.0.0.1"],
  now: Date.now(),
});

const PLAIN_ANSWER = bytes("ERROR :Encrypt\r\n");

/** Longer than any handshake takes, on any machine. */
const NEVER = 60_000;

/** Both ends of a TCP connection. */
async function sockets(): Promise<[near: Deno.TcpConn, far: Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [far, near] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  return [near, far];
}

function accept(conn: Deno.TcpConn, more: Partial<AcceptOptions> = {}): TlsSocket {
  const context = tlsContext(MINE).secure;
  return TlsSocket.accept(conn, {
    context,
    handshakeMs: NEVER,
    plainAnswer: PLAIN_ANSWER,
    direct,
    ...more,
  });
}

/** The server's end as a connection, and its events. */
class Server {
  readonly lines: Line[] = [];
  overflows = 0;
  onLine: (line: Line) => void | Promise<void> = () => {};
  readonly closed = Promise.withResolvers<string>();
  readonly connection: Connection;
  readonly over: Promise<void>;

  constructor(conn: Deno.TcpConn, { sendQueueBytes = 0, handshakeMs = NEVER } = {}) {
    this.connection = new Connection(accept(conn, { handshakeMs }), {
      lines: CLIENT_LINES,
      sendQueueBytes,
      flusher: new Flusher(),
    });
    this.over = this.connection.run({
      line: (line) => {
        this.lines.push(line);
        return this.onLine(line);
      },
      overflow: () => {
        this.overflows++;
        this.connection.end("too slow", "ERROR :too slow\r\n");
      },
      closed: (reason) => this.closed.resolve(reason),
    });
  }
}

const signal = new AbortController().signal;

/** Both ends of an encrypted connection. */
async function pair(sendQueueBytes = 0): Promise<[Server, TlsSocket]> {
  const [near, far] = await sockets();
  const server = new Server(near, { sendQueueBytes });
  return [server, await TlsSocket.connect(far, { host: "localhost", signal })];
}

/** Reads until the other end closes. */
async function rest(socket: { read(buffer: Uint8Array): Promise<number | null> }): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(50_000);
  let text = "";
  for (;;) {
    const count = await socket.read(buffer);
    if (count === null) return text;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

test("TlsSocket: lines come in and go out in order", async () => {
  const [server, client] = await pair();
  server.onLine = ({ text }) => server.connection.send(`re: ${text}\r\n`);
  await client.write(bytes("a\r\nb\r\nc"));
  await client.write(bytes("d\r\n"));
  await client.closeWrite();
  assertEquals(await server.closed.promise, "Connection closed");
  assertEquals(server.lines.map(({ text }) => text), ["a", "b", "cd"]);
  client.close();
  await server.over;
});

test("TlsSocket: a great deal arrives whole, both ways", async () => {
  const [server, client] = await pair();
  const count = 20_000;
  const all = Array.from({ length: count }, (_, at) => `${at} ${"x".repeat(at % 400)}\r\n`);
  const done = Promise.withResolvers<void>();
  server.onLine = ({ text }) => {
    server.connection.send(`${text}\r\n`);
    if (server.lines.length === count) done.resolve();
  };
  const sent = (async () => {
    const text = bytes(all.join(""));
    for (let at = 0; at < text.length;) at += await client.write(text.subarray(at, at + 70_000));
  })();
  const received = rest(client);
  await sent;
  await done.promise;
  server.connection.end("over");
  assertEquals(await received === all.join(""), true);
  client.close();
  await server.over;
});

test("TlsSocket: pending lines are still sent at the end, and then the connection is shut", async () => {
  const [server, client] = await pair();
  for (let count = 0; count < 1000; count++) server.connection.send(`${count}\r\n`);
  server.connection.end("over", "ERROR :over\r\n");
  const lines = (await rest(client)).split("\r\n");
  assertEquals([lines.length, ...lines.slice(-3)], [1002, "999", "ERROR :over", ""]);
  client.close();
  assertEquals(await server.closed.promise, "over");
  await server.over;
});

test("TlsSocket: a peer that reads nothing is cut off when its queue is full", async () => {
  const [server, client] = await pair(100_000);
  const line = `${"x".repeat(1000)}\r\n`;
  for (let sent = 0; server.overflows === 0 && sent < 1_000_000; sent += 50) {
    // More than the system's buffers hold, some in each turn.
    for (let count = 0; count < 50; count++) server.connection.send(line);
    await new Promise((resolve) => setTimeout(resolve));
  }
  assertEquals(server.overflows, 1);
  assertEquals(await server.closed.promise, "too slow");
  client.close();
  await server.over;
});

/** Forwards data a few bytes at a time. */
async function inPieces(from: Deno.TcpConn, to: Deno.TcpConn, size: number): Promise<void> {
  const buffer = new Uint8Array(size);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
  }
  await to.closeWrite();
}

test("TlsSocket: a ClientHello of any usual length is understood, however it is cut", async () => {
  // Each name takes 61 bytes. The last of these lengths needs two records.
  const lengths = [1, 60, 66, 67, 68, 100, 200, 260, 290];
  for (
    const [names, size] of lengths.flatMap((count) => [[count, 700], [count, 50_000]] as const)
  ) {
    const [near, far] = await sockets();
    const server = new Server(near);
    server.onLine = ({ text }) => server.connection.send(`re: ${text}\r\n`);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const dialling = Deno.connectTls({
      hostname: "localhost",
      port: listener.addr.port,
      caCerts: [MINE.cert],
      alpnProtocols: Array.from({ length: names }, (_, at) => `${at}`.padEnd(60, "x")),
    });
    const between = await listener.accept();
    const passing = Promise.all([inPieces(between, far, size), inPieces(far, between, 50_000)]);
    using client = await dialling;
    await client.write(bytes("selam\r\n"));
    const buffer = new Uint8Array(100);
    const count = await client.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), "re: selam\r\n");
    server.connection.end("test over");
    assertEquals(await client.read(buffer), null);
    client.close();
    await Promise.all([server.over, passing.catch(() => {})]);
    between.close();
    far.close();
  }
});

test("TlsSocket: the first bytes may have been read before, however many", async () => {
  for (const size of [1, 100, 4096]) {
    const [near, far] = await sockets();
    const dialling = TlsSocket.connect(far, { host: "localhost", signal });
    const buffer = new Uint8Array(size);
    const count = await near.read(buffer);
    const socket = accept(near, { first: buffer.subarray(0, count!) });
    const reading = socket.read(new Uint8Array(10));
    const client = await dialling;
    await client.write(bytes("hi"));
    assertEquals(await reading, 2);
    client.close();
    socket.close();
  }
});

test("TlsSocket: a handshake without an end is cut off", async () => {
  // The length of a ClientHello, and the size of its records.
  const cases: [length: number[], size: number, reason: RegExp][] = [
    [[0xff, 0xff, 0xff], 16_384, /./],
    [[0x00, 0xfd, 0xe8], 1, /^The TLS handshake is too long$/],
  ];
  for (const [length, size, reason] of cases) {
    const [near, far] = await sockets();
    const server = new Server(near);
    const payload = new Uint8Array(65_536);
    payload.set([1, ...length]);
    const records = Array.from({ length: payload.length / size }, (_, at) => [
      ...[0x16, 3, 1, size >> 8, size & 0xff],
      ...payload.subarray(at * size, (at + 1) * size),
    ]);
    const writing = far.write(Uint8Array.from(records.flat()));
    await writing.catch(() => {});
    assertMatch(await server.closed.promise, reason);
    await server.over;
    far.close();
  }
});

test("TlsSocket: a peer that goes on sending has to wait while nobody reads", async () => {
  const [near, far] = await sockets();
  const server = accept(near);
  const reading = server.read(new Uint8Array(10));
  const client = await TlsSocket.connect(far, { host: "localhost", signal });
  await client.write(bytes("a"));
  await reading;
  assertEquals(server.isDirect, direct);
  // More than the system keeps.
  const many = new Uint8Array(50_000_000);
  let sent = 0;
  const sending = (async () => {
    while (sent < many.length) sent += await client.write(many.subarray(sent, sent + 100_000));
  })().catch(() => {});
  for (let [before, turns] = [-1, 0]; turns < 100; turns = before === sent ? turns + 1 : 0) {
    before = sent;
    await setImmediate();
  }
  assert(sent < 20_000_000, `${sent} bytes were taken`);
  // And then it goes on.
  const buffer = new Uint8Array(1_000_000);
  let count = 0;
  while (count < many.length) count += await server.read(buffer) ?? many.length;
  await sending;
  assertEquals([count, sent], [many.length, many.length]);
  server.close();
  client.close();
});

test("TlsSocket: who has sent all still gets answers", async () => {
  const [server, client] = await pair();
  const heard = Promise.withResolvers<void>();
  server.onLine = () => heard.resolve();
  // It is not yet over for the server: its lines come before its end.
  server.connection.send("a\r\n");
  await client.write(bytes("b\r\n"));
  await heard.promise;
  server.connection.send("c\r\n");
  server.connection.end("over", "d\r\n");
  assertEquals(await rest(client), "a\r\nc\r\nd\r\n");
  await client.closeWrite();
  await server.over;
  client.close();
});

test("TlsSocket: a peer that sends nonsense after the handshake is cut off", async () => {
  const [near, far] = await sockets();
  const server = new Server(near);
  const client = await TlsSocket.connect(far, { host: "localhost", signal });
  server.onLine = () => void far.write(bytes("This is no record of TLS at all.\r\n"));
  await client.write(bytes("a\r\n"));
  await server.closed.promise;
  await server.over;
  client.close();
});

/** A socket that counts the bytes that are read from it. */
class Counted {
  count = 0;
  constructor(readonly conn: Deno.TcpConn) {}
  async read(buffer: Uint8Array): Promise<number | null> {
    const count = await this.conn.read(buffer);
    this.count += count ?? 0;
    return count;
  }
  write(buffer: Uint8Array): Promise<number> {
    return this.conn.write(buffer);
  }
  closeWrite(): Promise<void> {
    return this.conn.closeWrite();
  }
  close(): void {
    this.conn.close();
  }
}

test("TlsSocket: next to nothing is read from a peer while the owner makes it wait", async () => {
  const [near, far] = await sockets();
  const counted = new Counted(near);
  const server = new Server(counted as unknown as Deno.TcpConn);
  const client = await TlsSocket.connect(far, { host: "localhost", signal });
  const gate = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  server.onLine = () => {
    first.resolve();
    return gate.promise;
  };
  await client.write(bytes("a\r\n"));
  await first.promise;
  const before = counted.count;
  const writing = client.write(new Uint8Array(2_000_000)).catch(() => {});
  for (let turn = 0; turn < 500; turn++) await setImmediate();
  assert(counted.count - before <= 100_000, `${counted.count - before} bytes were read`);
  server.connection.close("test over");
  gate.resolve();
  client.close();
  await Promise.all([writing, server.over]);
});

const PEERS: readonly (readonly [
  name: string,
  sends: Uint8Array<ArrayBuffer>,
  handshakeMs: number,
  answer: RegExp,
  reason: RegExp,
])[] = [
  [
    "that does not encrypt is told so",
    bytes("NICK a\r\n"),
    NEVER,
    /^ERROR :Encrypt\r\n$/,
    /^It uses no encryption on the port for encrypted connections$/,
  ],
  [
    "that sends nothing is cut off in time",
    new Uint8Array(),
    1,
    /^$/,
    /^The TLS handshake timed out$/,
  ],
  [
    "that begins a handshake and does not go on is cut off in time",
    Uint8Array.of(0x16, 3, 1),
    200,
    /^$/,
    /^The TLS handshake timed out$/,
  ],
  [
    "whose handshake is nonsense is cut off",
    Uint8Array.of(0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5),
    NEVER,
    /^/,
    /^the other side sent data that is not valid TLS$/,
  ],
];

for (const [name, sends, handshakeMs, answer, reason] of PEERS) {
  test(`TlsSocket: a peer ${name}`, async () => {
    const [near, far] = await sockets();
    const server = new Server(near, { handshakeMs });
    await far.write(sends);
    const [text, told] = await Promise.all([rest(far), server.closed.promise]);
    assert(answer.test(text), JSON.stringify(text));
    assert(reason.test(told), told);
    far.close();
    await server.over;
  });
}

test("TlsSocket: a peer that goes away, however it does, ends the connection", async () => {
  for (const during of ["before", "in the handshake", "after"] as const) {
    const [near, far] = await sockets();
    const server = new Server(near);
    if (during === "in the handshake") await far.write(Uint8Array.of(0x16, 3, 1, 2, 0));
    if (during === "after") {
      const client = await TlsSocket.connect(far, { host: "localhost", signal });
      server.onLine = () => client.close();
      await client.write(bytes("a\r\n"));
    } else {
      far.close();
    }
    await server.closed.promise;
    await server.over;
  }
});

test("TlsSocket: a connection that is closed before its handshake leaves nothing behind", async () => {
  for (const sends of [[], [0x16, 3, 1]]) {
    const [near, far] = await sockets();
    const server = new Server(near);
    await far.write(Uint8Array.from(sends));
    server.connection.send("nobody hears it\r\n");
    await setImmediate();
    server.connection.close("test over");
    await server.over;
    assertEquals(await rest(far).catch(() => ""), "");
    far.close();
  }
});

test("TlsSocket: a client sees the certificate, and that nobody vouches for it", async () => {
  const [server, client] = await pair();
  const { fingerprint, vouched, why } = client.identity;
  assertEquals([fingerprint, vouched], [tlsContext(MINE).fingerprint, false]);
  assertEquals(why, "DEPTH_ZERO_SELF_SIGNED_CERT");
  client.close();
  await server.over;
});

test("TlsSocket: a client gives up if the peer does not encrypt or is closed, and when told to", async () => {
  const cases: ((far: Deno.TcpConn, stop: AbortController) => Promise<unknown>)[] = [
    (far) => far.write(bytes(":server NOTICE * :Hello\r\n")),
    (far) => Promise.resolve(far.close()),
    (_, stop) => Promise.resolve(stop.abort(new DOMException("", "TimeoutError"))),
  ];
  for (const act of cases) {
    const [near, far] = await sockets();
    const stop = new AbortController();
    const dialling = TlsSocket.connect(near, { host: "localhost", signal: stop.signal });
    await Promise.all([assertRejects(() => dialling, Error), act(far, stop)]);
    try {
      far.close();
    } catch {
      // Closed by the case.
    }
  }
});
