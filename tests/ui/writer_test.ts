import { assertEquals } from "@std/assert";
import { Writer } from "../../lib/ui/writer.ts";

Deno.test("text is written in order and whole, however short the writes", async () => {
  const written: number[] = [];
  const writer = new Writer({
    write(bytes) {
      const count = Math.min(3, bytes.length);
      written.push(...bytes.subarray(0, count));
      return Promise.resolve(count);
    },
  });
  for (const text of ["Aa ", "", "Alperen ", "selam 👩‍👧\n"]) writer.write(text);
  await writer.flushed();
  assertEquals(new TextDecoder().decode(Uint8Array.from(written)), "Aa Alperen selam 👩‍👧\n");
});

Deno.test("a stream that nobody reads is reported once, then forgotten", async () => {
  let broke = 0;
  let writes = 0;
  const writer = new Writer({
    write() {
      writes++;
      return Promise.reject(new Deno.errors.BrokenPipe());
    },
  }, () => broke++);
  writer.write("a");
  await writer.flushed();
  writer.write("b");
  await writer.flushed();
  assertEquals([broke, writes], [1, 1]);
});

Deno.test("whoever writes much is asked to wait until it is written", async () => {
  const gate = Promise.withResolvers<void>();
  const writer = new Writer({
    write: (bytes) => gate.promise.then(() => bytes.length),
  });
  writer.write("first");
  assertEquals(writer.room, undefined);
  writer.write("x".repeat(300_000));
  const room = writer.room;
  gate.resolve();
  await room;
  assertEquals(writer.room, undefined);
  await writer.flushed();
});
