import { assert, assertEquals } from "@std/assert";
import type { Output } from "../../../lib/ui/front_end.ts";
import type { ByteSink } from "../../../lib/text/write_all.ts";
import { MUCH, Streams } from "../../../lib/ui/lines/streams.ts";

const out = (text: string): Output => ({ stream: "out", text });
const err = (text: string): Output => ({ stream: "err", text });
const nothing = () => {};

/** A terminal for both streams that accepts three bytes at a time. */
class Terminal {
  readonly #bytes: number[] = [];

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#bytes));
  }

  /** A stream on which each write takes some turns. */
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

Deno.test("Streams: text is written whole and in order, however short the writes", async () => {
  for (const [slowOut, slowErr] of [[0, 0], [0, 9], [9, 0]] as const) {
    const terminal = new Terminal();
    const streams = new Streams(terminal.sink(slowOut), terminal.sink(slowErr), nothing);
    streams.write([out("Aa "), out(""), out("Alperen "), err("Choose a name: ")]);
    streams.write([out("selam 👩‍👧\n")]);
    await streams.flushed();
    assertEquals(terminal.text, "Aa Alperen Choose a name: selam 👩‍👧\n");
  }
});

Deno.test("Streams: a stream that cannot be written is reported once, and the other goes on", async () => {
  const cases: [error: Error, fault: string][] = [
    [new Deno.errors.BrokenPipe("Broken pipe (os error 32)"), "nothing reads it any more"],
    [new Error("No space left on device (os error 28)"), "no space left on device"],
  ];
  for (const [error, fault] of cases) {
    const terminal = new Terminal();
    const faults: string[] = [];
    let writes = 0;
    // The disk is full after three bytes.
    const broken: ByteSink = {
      write: () => writes++ === 0 ? Promise.resolve(3) : Promise.reject(error),
    };
    const streams = new Streams(broken, terminal.sink(0), (fault) => faults.push(fault));
    for (const text of ["selam", "b"]) {
      streams.write([out(text), err(text)]);
      await streams.flushed();
    }
    assertEquals(faults, [`Standard output cannot be written: ${fault}.`]);
    assertEquals([writes, terminal.text], [2, "selamb"]);
  }
});

Deno.test("Streams: whoever writes much is asked to wait until it is written", async () => {
  const gate = Promise.withResolvers<void>();
  let written = 0;
  const slow: ByteSink = {
    write: async (bytes) => {
      await gate.promise;
      written += bytes.length;
      return bytes.length;
    },
  };
  const streams = new Streams(slow, slow, nothing);
  streams.write([out("first"), out("x".repeat(MUCH - 5))]);
  assertEquals(streams.room, undefined);
  streams.write([out("y")]);
  const { room } = streams;
  assert(room !== undefined);
  gate.resolve();
  await room;
  assertEquals([streams.room, written], [undefined, MUCH + 1]);
  await streams.flushed();
});

Deno.test("Streams: a warning does not wait for standard output", async () => {
  const gate = Promise.withResolvers<number>();
  const stuck: ByteSink = { write: () => gate.promise };
  const terminal = new Terminal();
  const streams = new Streams(stuck, terminal.sink(0), nothing);
  streams.write([out("a"), err("b")]);
  streams.warn("stuck\n");
  for (let turn = 0; turn < 50; turn++) await undefined;
  assertEquals(terminal.text, "stuck\n");
  gate.resolve(1);
  await streams.flushed();
  assertEquals(terminal.text, "stuck\nb");
});
