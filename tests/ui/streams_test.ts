import { assertEquals } from "@std/assert";
import type { Output } from "../../lib/ui/front_end.ts";
import { type ByteSink, Streams } from "../../lib/ui/streams.ts";

const out = (text: string): Output => ({ stream: "out", text });
const err = (text: string): Output => ({ stream: "err", text });
const nothing = () => {};

/** One place where both streams end, as a terminal is, that takes three bytes at a time. */
class Terminal {
  readonly #bytes: number[] = [];

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#bytes));
  }

  /** A stream that takes so many turns for each write. */
  sink(turns: number): ByteSink {
    return {
      write: async (bytes) => {
        for (let turn = 0; turn < turns; turn++) await undefined;
        const count = Math.min(3, bytes.length);
        this.#bytes.push(...bytes.subarray(0, count));
        return count;
      },
    };
  }
}

Deno.test("text is written in order and whole, however short the writes", async () => {
  for (const [slowOut, slowErr] of [[0, 0], [0, 9], [9, 0]] as const) {
    const terminal = new Terminal();
    const streams = new Streams(terminal.sink(slowOut), terminal.sink(slowErr), nothing);
    streams.write([out("Aa "), out(""), out("Alperen "), err("Choose a name: ")]);
    streams.write([out("selam 👩‍👧\n")]);
    await streams.flushed();
    assertEquals(terminal.text, "Aa Alperen Choose a name: selam 👩‍👧\n");
  }
});

Deno.test("a stream that nobody reads is reported once, then forgotten, and the other goes on", async () => {
  const terminal = new Terminal();
  let broke = 0;
  let writes = 0;
  const broken = {
    write() {
      writes++;
      return Promise.reject(new Deno.errors.BrokenPipe());
    },
  };
  const streams = new Streams(broken, terminal.sink(0), () => broke++);
  for (const text of ["a", "b"]) {
    streams.write([out(text), err(text)]);
    await streams.flushed();
  }
  assertEquals([broke, writes, terminal.text], [1, 1, "ab"]);
});

Deno.test("whoever writes much is asked to wait until it is written", async () => {
  const gate = Promise.withResolvers<void>();
  const slow = { write: (bytes: Uint8Array) => gate.promise.then(() => bytes.length) };
  const streams = new Streams(slow, slow, nothing);
  streams.write([out("first")]);
  assertEquals(streams.room, undefined);
  streams.write([out("x".repeat(300_000))]);
  const room = streams.room;
  gate.resolve();
  await room;
  assertEquals(streams.room, undefined);
  await streams.flushed();
});
