/** WebSockets over real sockets. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers";
import { CLIENT_LINES, type Line } from "../../../lib/irc/lines.ts";
import { makeCertificate } from "../../../lib/net/certificate.ts";
import { Connection, type Socket } from "../../../lib/net/connection.ts";
import { Flusher } from "../../../lib/net/flusher.ts";
import { tlsContext, tlsFault } from "../../../lib/net/tls_context.ts";
import { TlsSocket } from "../../../lib/net/tls_socket.ts";
import { writeAll } from "../../../lib/text/write_all.ts";
import { FramedSocket } from "../../../lib/web/door/framed_socket.ts";
import { acceptHandshake, readHandshake } from "../../../lib/web/door/web_handshake.ts";
import { RequestReader } from "../../../lib/web/door/request_reader.ts";
import { ENDS } from "../../../lib/wording/log.ts";
import { FRAME_FAULTS } from "../../../lib/wording/web_faults.ts";
import { needing } from "../../permitted.ts";
import { clientClose, clientFrame, joined } from "./client_frames.ts";

const permitted = needing("net");

const bytes = (text: string) => new TextEncoder().encode(text);
const NONE = new Uint8Array(0);
/** Waits as long as it takes. */
const briefly = (work: Promise<void>) => work;
const ping = (payload: string) => clientFrame({ opcode: 9, payload });
const text = (payload: string) => clientFrame({ opcode: 1, payload });
const serverFrame = (first: number, payload: string) =>
  joined(Uint8Array.of(first, payload.length), bytes(payload));
const pong = (payload: string) => serverFrame(0x8a, payload);
const close = (code: number, reason = "") =>
  joined(Uint8Array.of(0x88, 2 + reason.length, code >> 8, code & 0xff), bytes(reason));

/** Both ends of a TCP connection. */
async function connected(): Promise<[near: Deno.TcpConn, far: Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [far, near] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  return [near, far];
}

/** A connection at the server's end of a WebSocket, and its events. */
class Server {
  readonly lines: Line[] = [];
  onLine: (line: Line) => void = () => {};
  readonly closed = Promise.withResolvers<string>();
  readonly connection: Connection;
  readonly over: Promise<void>;

  constructor(readonly socket: FramedSocket) {
    this.connection = new Connection(socket, {
      lines: CLIENT_LINES,
      sendQueueBytes: 0,
      flusher: new Flusher(),
    });
    this.over = this.connection.run({
      line: (line) => {
        this.lines.push(line);
        this.onLine(line);
      },
      overflow: () => {},
      closed: (reason) => this.closed.resolve(reason),
    });
  }

  get texts(): string[] {
    return this.lines.map(({ text }) => text);
  }
}

/** A server and Deno's own WebSocket, after the handshake. */
class Pair implements AsyncDisposable {
  readonly messages: string[] = [];
  readonly closed = Promise.withResolvers<CloseEvent>();
  onMessage: () => void = () => {};

  private constructor(readonly client: WebSocket, readonly server: Server) {
    client.binaryType = "arraybuffer";
    client.onmessage = ({ data }) => {
      this.messages.push(typeof data === "string" ? data : `${new TextDecoder().decode(data)}!`);
      this.onMessage();
    };
    client.onclose = (event) => this.closed.resolve(event);
    client.onerror = () => {};
  }

  static async open(...protocols: readonly string[]): Promise<Pair> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const client = new WebSocket(`ws://127.0.0.1:${listener.addr.port}/`, [...protocols]);
    const opened = new Promise((resolve) => client.onopen = resolve);
    const conn = await listener.accept();
    const requests = new RequestReader();
    const buffer = new Uint8Array(1024);
    let request = requests.next();
    while (request === undefined) {
      requests.push(buffer.subarray(0, await conn.read(buffer) ?? 0));
      request = requests.next();
    }
    assert("path" in request);
    const handshake = readHandshake(request);
    assert("key" in handshake);
    await writeAll(conn, await acceptHandshake(handshake.key, handshake.subprotocol));
    const binary = handshake.subprotocol === "binary.ircv3.net";
    const server = new Server(new FramedSocket(conn, { rest: requests.rest(), binary, briefly }));
    const pair = new Pair(client, server);
    await opened;
    return pair;
  }

  /** Waits until the client has so many messages. */
  async received(count: number): Promise<readonly string[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) => {
        this.onMessage = () => {
          if (this.messages.length >= count) resolve();
        };
      });
    }
    return this.messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.connection.close("test over");
    await this.server.over;
    await this.closed.promise;
  }
}

/** A server's end and a raw peer. */
async function raw(
  wrap: (conn: Deno.TcpConn) => Socket = (conn) => conn,
  rest: Uint8Array = NONE,
  briefly: (work: Promise<void>) => Promise<unknown> = (work) => work,
): Promise<{ socket: FramedSocket; peer: Deno.TcpConn; received: () => Promise<Uint8Array> }> {
  const [near, peer] = await connected();
  const socket = new FramedSocket(wrap(near), { rest, binary: false, briefly });
  const received = async () => new Uint8Array(await new Response(peer.readable).arrayBuffer());
  return { socket, peer, received };
}

/** Reads a socket to its end, through a buffer of a connection's size. */
async function readAll(socket: Socket): Promise<string> {
  const buffer = new Uint8Array(1024);
  let all = "";
  for (;;) {
    const count = await socket.read(buffer);
    if (count === null) return all;
    all += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

Deno.test(
  permitted(
    "FramedSocket: messages of Deno's WebSocket are lines, and lines messages",
    async () => {
      const long = "é".repeat(250);
      for (
        const [protocol, sign] of [["text.ircv3.net", ""], ["binary.ircv3.net", "!"], [
          "",
          "",
        ]] as const
      ) {
        await using pair = await Pair.open(...protocol === "" ? [] : [protocol]);
        const { client, server } = pair;
        assertEquals(client.protocol, protocol);
        server.onLine = (line) => server.connection.send(`re ${line.text}\r\n`);
        client.send("a");
        client.send(bytes(long));
        client.send("");
        client.send("b\r\n");
        client.send("c\nd");
        const lines = ["a", long, "b", "c", "d"];
        assertEquals(await pair.received(5), lines.map((line) => `re ${line}${sign}`));
        assertEquals(server.texts, lines);
      }
    },
  ),
);

Deno.test(permitted("FramedSocket: what the client closes is closed on both sides", async () => {
  for (const [code, reason] of [[1000, ""], [3000, "bye"], [undefined, ""]] as const) {
    await using pair = await Pair.open("text.ircv3.net");
    pair.client.send("QUIT");
    pair.client.close(code, reason);
    const event = await pair.closed.promise;
    assertEquals([event.code, event.wasClean], [code ?? 1005, true]);
    assertEquals(await pair.server.closed.promise, "Connection closed");
    assertEquals(pair.server.socket.closedWith, code ?? 1005);
    assertEquals(pair.server.texts, ["QUIT"]);
  }
}));

Deno.test(permitted("FramedSocket: the last line comes before the close frame", async () => {
  for (const code of [1000, 1001]) {
    await using pair = await Pair.open("text.ircv3.net");
    pair.server.socket.closeCode = code;
    pair.server.connection.end("over", "ERROR :over\r\n");
    const event = await pair.closed.promise;
    assertEquals([event.code, event.wasClean, pair.messages], [code, true, ["ERROR :over"]]);
    assertEquals(await pair.server.closed.promise, "over");
  }
}));

Deno.test(permitted("FramedSocket: who sends too long a message learns of it", async () => {
  await using pair = await Pair.open("text.ircv3.net");
  pair.client.send("a");
  pair.client.send("x".repeat(40_000));
  const event = await pair.closed.promise;
  assertEquals([event.code, event.reason], [1009, FRAME_FAULTS.tooLong]);
  assertEquals(await pair.server.closed.promise, ENDS.webSocket(FRAME_FAULTS.tooLong));
  assertEquals(pair.server.texts, ["a"]);
}));

Deno.test(
  permitted("FramedSocket: a broken rule has its code, after what came before", async () => {
    const cases: [frame: Uint8Array, code: number, why: string][] = [
      [clientFrame({ opcode: 1, payload: "a", mask: undefined }), 1002, FRAME_FAULTS.unmasked],
      [clientFrame({ opcode: 1, payload: Uint8Array.of(0xff) }), 1007, FRAME_FAULTS.notUtf8],
      [clientFrame({ opcode: 2, length: 70_000 }), 1009, FRAME_FAULTS.tooLong],
      [clientClose(1006), 1002, FRAME_FAULTS.closeCode],
    ];
    for (const [frame, code, why] of cases) {
      const { socket, peer, received } = await raw();
      await writeAll(peer, joined(text("a"), ping("b"), frame, text("c".repeat(2000))));
      const buffer = new Uint8Array(1024);
      const length = await socket.read(buffer);
      assertEquals(buffer.slice(0, length ?? 0), bytes("a\n"));
      const reading = assertRejects(() => socket.read(buffer), Error, ENDS.webSocket(why));
      // The end of what the peer receives comes before it has closed its own half.
      assertEquals(await received(), joined(pong("b"), close(code, why)));
      await reading;
      assertEquals(socket.closedWith, undefined);
      assertEquals(await socket.write(bytes("late\r\n")), 6);
      socket.close();
    }
  }),
);

Deno.test(permitted("FramedSocket: who goes on after breaking a rule is cut off", async () => {
  const { socket, peer } = await raw();
  const flood = async () => {
    try {
      for (;;) await peer.write(new Uint8Array(4096));
    } catch {
      // It is closed.
    }
  };
  const flooding = flood();
  await assertRejects(() => readAll(socket), Error, ENDS.webSocket(FRAME_FAULTS.noStart));
  socket.close();
  await flooding;
  peer.close();
}));

Deno.test(
  permitted("FramedSocket: a peer is not waited for that broke a rule or closed", async () => {
    const late = () => Promise.resolve();
    const stuck = (conn: Deno.TcpConn): Socket => ({
      read: (buffer) => conn.read(buffer),
      write: () => new Promise(() => {}),
      closeWrite: () => conn.closeWrite(),
      close: () => conn.close(),
    });
    for (const wrap of [(conn: Deno.TcpConn) => conn, stuck]) {
      const { socket, peer } = await raw(wrap, clientFrame({ opcode: 0 }), late);
      await assertRejects(() => readAll(socket), Error, ENDS.webSocket(FRAME_FAULTS.noStart));
      socket.close();
      peer.close();
    }
    const { socket, peer } = await raw(stuck, clientClose(1000), late);
    void socket.write(bytes("hello\r\n"));
    assertEquals(await readAll(socket), "");
    socket.close();
    peer.close();
  }),
);

Deno.test(
  permitted("FramedSocket: a close frame is answered once, and nothing follows", async () => {
    for (
      const [code, answer] of [[1001, close(1001)], [undefined, Uint8Array.of(0x88, 0)]] as const
    ) {
      const { socket, peer, received } = await raw();
      await writeAll(peer, joined(text("a"), clientClose(code, code === undefined ? "" : "why")));
      await writeAll(peer, joined(text("b"), ping("c")));
      assertEquals(await readAll(socket), "a\n");
      await socket.write(bytes("late\r\n"));
      await socket.closeWrite();
      assertEquals(await received(), answer);
      assertEquals(socket.closedWith, code ?? 1005);
      socket.close();
    }
  }),
);

Deno.test(
  permitted("FramedSocket: a peer that ends without a close frame gave no code", async () => {
    const { socket, peer } = await raw();
    await writeAll(peer, text("a"));
    await peer.closeWrite();
    assertEquals(await readAll(socket), "a\n");
    assertEquals(socket.closedWith, undefined);
    socket.close();
    peer.close();
  }),
);

Deno.test(permitted("FramedSocket: what came with the request is read first", async () => {
  const rest = joined(text("x".repeat(3000)), text("b").subarray(0, 3));
  const { socket, peer } = await raw(undefined, rest);
  await writeAll(peer, text("b").subarray(3));
  await writeAll(peer, clientClose(1000));
  assertEquals(await readAll(socket), `${"x".repeat(3000)}\nb\n`);
  socket.close();
  peer.close();
}));

/** Takes a few bytes at a time, and throws if a write begins before the last has ended. */
class Trickle implements Socket {
  #isWriting = false;

  constructor(readonly conn: Deno.TcpConn) {}

  read(buffer: Uint8Array): Promise<number | null> {
    return this.conn.read(buffer);
  }

  async write(data: Uint8Array): Promise<number> {
    if (this.#isWriting) throw new Error("Two writes at a time");
    this.#isWriting = true;
    const count = await this.conn.write(data.subarray(0, 5));
    this.#isWriting = false;
    return count;
  }

  closeWrite(): Promise<void> {
    return this.conn.closeWrite();
  }

  close(): void {
    this.conn.close();
  }
}

Deno.test(permitted("FramedSocket: short writes are continued, one at a time", async () => {
  const { socket, peer, received } = await raw((conn) => new Trickle(conn));
  const line = "x".repeat(100);
  const writing = socket.write(bytes(`${line}\r\n`.repeat(3)));
  await writeAll(peer, joined(ping("1"), text("a"), ping("2"), clientClose(1001)));
  assertEquals(await readAll(socket), "a\n");
  assertEquals(await writing, 306);
  await socket.closeWrite();
  const all = await received();
  const lines = joined(...Array.from({ length: 3 }, () => serverFrame(0x81, line)));
  assertEquals(all.slice(0, lines.length), lines);
  assertEquals(all.slice(-4), close(1001));
  socket.close();
}));

Deno.test(permitted("FramedSocket: no pong follows the answer to a close frame", async () => {
  const { socket, peer, received } = await raw();
  const line = "x".repeat(60_000);
  // More than the system takes without a reader.
  const writing = socket.write(bytes(`${line}\r\n`.repeat(300)));
  await writeAll(peer, joined(ping("a"), clientClose(1000)));
  const reading = readAll(socket).then(() => socket.close());
  const all = await received();
  await writing;
  await reading;
  const sent = 300 * (line.length + 4);
  assertEquals(all.slice(sent), close(1000));
}));

Deno.test(
  permitted("FramedSocket: the last ping is answered after the write in flight", async () => {
    const { socket, peer } = await raw();
    const line = "x".repeat(60_000);
    const writing = socket.write(bytes(`${line}\r\n`.repeat(300)));
    for (let count = 0; count < 1000; count++) await writeAll(peer, ping(`${count}`));
    await writeAll(peer, text("a"));
    // All pings are read when this is.
    const buffer = new Uint8Array(1024);
    assertEquals(await socket.read(buffer), 2);
    const sent = 300 * (line.length + 4);
    const all = new Uint8Array(sent + pong("999").length);
    for (let length = 0; length < all.length;) {
      length += await peer.read(all.subarray(length)) ?? 0;
    }
    await writing;
    assertEquals(all.slice(sent), pong("999"));
    socket.close();
    peer.close();
  }),
);

Deno.test("FramedSocket: a peer that sends pings only lets others have their turn", async () => {
  let reads = 0;
  let turns = 0;
  const flood: Socket = {
    read(buffer) {
      if (++reads === 100) return Promise.resolve(null);
      // Pongs without payload of which one crosses the end.
      for (let at = 0; at < buffer.length; at++) {
        buffer[at] = [0x8a, 0x80, 0, 0, 0, 0][((reads - 1) * buffer.length + at) % 6]!;
      }
      return Promise.resolve(buffer.length);
    },
    write: (data) => Promise.resolve(data.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const count = () => {
    turns++;
    if (reads < 100) setImmediate(count);
  };
  setImmediate(count);
  assertEquals(
    await new FramedSocket(flood, { rest: NONE, binary: false, briefly }).read(
      new Uint8Array(1024),
    ),
    null,
  );
  assert(turns >= 99, `${turns} turns`);
});

Deno.test(permitted("FramedSocket: it works over TLS", async () => {
  const now = Date.now();
  const pair = await makeCertificate({ name: "chat.test", hosts: ["localhost"], now });
  const [near, far] = await connected();
  const { secure: context } = tlsContext(pair);
  const inner = TlsSocket.accept(near, { context, handshakeMs: 60_000, plainAnswer: NONE });
  const server = new Server(new FramedSocket(inner, { rest: NONE, binary: false, briefly }));
  server.onLine = () => server.connection.end("over", "ERROR :over\r\n");
  const peer = await Deno.startTls(far, { hostname: "localhost", caCerts: [pair.cert] });
  await writeAll(peer, text("a"));
  const all = new Uint8Array(await new Response(peer.readable).arrayBuffer());
  assertEquals(all, joined(serverFrame(0x81, "ERROR :over"), close(1000)));
  assertEquals(await server.closed.promise, "over");
  await server.over;
}, tlsFault()));
