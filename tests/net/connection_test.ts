/** Connections over real sockets. */
import { assertEquals } from "@std/assert";
import { CLIENT_LINES, type Line } from "../../lib/irc/lines.ts";
import { Connection, type Socket } from "../../lib/net/connection.ts";
import { Flusher } from "../../lib/net/flusher.ts";
import { needing } from "../permitted.ts";

const permitted = needing("net");

const bytes = (text: string) => new TextEncoder().encode(text);

/** A connection, its peer, and the events of the connection. */
class Pair implements AsyncDisposable {
  readonly lines: Line[] = [];
  overflows = 0;
  onLine: (line: Line) => void | Promise<void> = () => {};
  readonly closed = Promise.withResolvers<string>();
  readonly #run: Promise<void>;

  private constructor(
    readonly peer: Deno.TcpConn,
    readonly connection: Connection,
    readonly flusher: Flusher,
  ) {
    this.#run = connection.run({
      line: (line) => {
        this.lines.push(line);
        return this.onLine(line);
      },
      overflow: () => {
        this.overflows++;
        connection.end("too slow", "ERROR :too slow\r\n");
      },
      closed: (reason) => this.closed.resolve(reason),
    });
  }

  static async open(sendQueueBytes = 0): Promise<Pair> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const [peer, accepted] = await Promise.all([
      Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
      listener.accept(),
    ]);
    const flusher = new Flusher();
    const options = { lines: CLIENT_LINES, sendQueueBytes, flusher };
    return new Pair(peer, new Connection(accepted, options), flusher);
  }

  /** Everything that the peer receives until the connection closes. */
  async received(): Promise<string> {
    return await new Response(this.peer.readable).text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.close("test over");
    await this.#run;
    try {
      this.peer.close();
    } catch {
      // The test closed it, or read it to its end.
    }
  }
}

Deno.test(permitted("Connection: lines come in and go out in order", async () => {
  await using pair = await Pair.open();
  pair.onLine = ({ text }) => pair.connection.send(`re: ${text}\r\n`);
  await pair.peer.write(bytes("a\r\nb\r\nc"));
  await pair.peer.write(bytes("d\r\n"));
  await pair.peer.closeWrite();
  assertEquals(await pair.closed.promise, "Connection closed");
  assertEquals(pair.lines.map(({ text }) => text), ["a", "b", "cd"]);
}));

Deno.test(
  permitted(
    "Connection: pending lines are still sent at the end, and then the socket is shut",
    async () => {
      await using pair = await Pair.open();
      for (let count = 0; count < 1000; count++) pair.connection.send(`${count}\r\n`);
      pair.connection.end("over", "ERROR :over\r\n");
      pair.connection.send("too late\r\n");
      const lines = (await pair.received()).split("\r\n");
      assertEquals(lines.length, 1002);
      assertEquals(lines.slice(-3), ["999", "ERROR :over", ""]);
      const bytesSent = lines.join("\r\n").length;
      assertEquals(pair.flusher.totals, { writes: 1, lines: 1001, bytes: bytesSent, overflows: 0 });
      assertEquals(await pair.closed.promise, "over");
    },
  ),
);

Deno.test("Connection: a fault of its owner at the end makes nothing reject", async () => {
  const socket = {
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(0),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const options = { lines: CLIENT_LINES, sendQueueBytes: 0, flusher: new Flusher() };
  const closed = () => {
    throw new Error("a fault");
  };
  await new Connection(socket, options).run({ line: () => {}, overflow: () => {}, closed });
});

Deno.test(permitted("Connection: the last line arrives even if input was left unread", async () => {
  await using pair = await Pair.open();
  pair.onLine = () => pair.connection.end("enough", "ERROR :enough\r\n");
  await pair.peer.write(bytes("x\r\n".repeat(5000)));
  assertEquals(await pair.received(), "ERROR :enough\r\n");
  assertEquals(pair.lines.length, 1);
}));

Deno.test(
  permitted(
    "Connection: no further line is handed over while the owner makes it wait",
    async () => {
      await using pair = await Pair.open();
      const gate = Promise.withResolvers<void>();
      const first = Promise.withResolvers<void>();
      pair.onLine = () => {
        first.resolve();
        return gate.promise;
      };
      await pair.peer.write(bytes("a\r\nb\r\n"));
      await first.promise;
      assertEquals(pair.lines.length, 1);
      gate.resolve();
      await pair.peer.closeWrite();
      await pair.closed.promise;
      assertEquals(pair.lines.map(({ text }) => text), ["a", "b"]);
    },
  ),
);

Deno.test(
  permitted("Connection: a peer that reads nothing is cut off when its queue is full", async () => {
    await using pair = await Pair.open(100_000);
    const line = `${"x".repeat(1000)}\r\n`;
    let sent = 0;
    while (pair.overflows === 0) {
      // More than the system's buffers hold, some in each turn.
      for (let count = 0; count < 50; count++) pair.connection.send(line);
      sent += 50;
      await new Promise((resolve) => setTimeout(resolve));
      if (sent > 1_000_000) throw new Error("it is never full");
    }
    assertEquals(await pair.closed.promise, "too slow");
    assertEquals([pair.overflows, pair.flusher.totals.overflows], [1, 1]);
  }),
);

Deno.test(
  permitted(
    "Connection: what others are told when a queue is full is made safe before it is written",
    async () => {
      const seen: string[] = [];
      const written = Promise.withResolvers<void>();
      const flusher = new Flusher(() => seen.push("safe"));
      const options = { lines: CLIENT_LINES, flusher };
      const never = new Promise<null>(() => {});
      const socket = {
        read: () => never,
        write: (line: Uint8Array) => {
          seen.push(new TextDecoder().decode(line));
          written.resolve();
          return Promise.resolve(line.length);
        },
        closeWrite: () => Promise.resolve(),
        close: () => {},
      };
      const slow = new Connection(socket, { ...options, sendQueueBytes: 1 });
      const other = new Connection(socket, { ...options, sendQueueBytes: 0 });
      const handler = { line: () => {}, closed: () => {} };
      void slow.run({
        ...handler,
        overflow: () => {
          seen.push("full");
          other.send("it is gone");
        },
      });
      void other.run({ ...handler, overflow: () => {} });
      slow.send("too much");
      // In the same turn, after the connection whose queue is full.
      flusher.mark(other);
      await written.promise;
      assertEquals(seen, ["safe", "full", "safe", "it is gone"]);
    },
  ),
);

Deno.test(
  permitted("Connection: one that is closed from both sides at once is closed once", async () => {
    await using pair = await Pair.open();
    pair.peer.close();
    pair.connection.end("here");
    pair.connection.close("there");
    assertEquals(await pair.closed.promise, "here");
  }),
);

Deno.test("Connection: a socket that throws when it is written to ends only its own connection", async () => {
  const flusher = new Flusher();
  const sent = Promise.withResolvers<string>();
  const socketThat = (write: Socket["write"]): Socket => ({
    read: () => new Promise(() => {}),
    write,
    closeWrite: () => Promise.resolve(),
    close: () => {},
  });
  const [bad, good] = [
    socketThat(() => {
      throw new Error("broken");
    }),
    socketThat((bytes) => {
      sent.resolve(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    }),
  ].map((socket) => new Connection(socket, { lines: CLIENT_LINES, sendQueueBytes: 0, flusher }));
  const closed = Promise.withResolvers<string>();
  void bad!.run({ line: () => {}, overflow: () => {}, closed: closed.resolve });
  for (const connection of [bad!, good!]) connection.send("Çağrı: 陳\r\n");
  assertEquals(await closed.promise, "broken");
  assertEquals(await sent.promise, "Çağrı: 陳\r\n");
});
