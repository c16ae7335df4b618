import { assertEquals } from "@std/assert";
import { NatsOutput } from "../../lib/cluster/nats/nats_output.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

Deno.test("NatsOutput: commands are written as the protocol has them", () => {
  const output = new NatsOutput(10_000);
  output.line("PING");
  output.line("SUB ö q 2");
  output.publish("s", "", bytes("hä"));
  output.publish("s", "r", bytes(""), { A: "1", B: "2" });
  const expected = "PING\r\nSUB ö q 2\r\n" +
    "PUB s 3\r\nhä\r\nHPUB s r 24 24\r\nNATS/1.0\r\nA: 1\r\nB: 2\r\n\r\n\r\n";
  assertEquals(output.length, bytes(expected).length);
  assertEquals(text(output.take()), expected);
  assertEquals(output.length, 0);
});

Deno.test("NatsOutput: what is being written does not change, however much comes meanwhile", () => {
  const output = new NatsOutput(10_000_000);
  output.publish("a", "", new Uint8Array(200_000).fill(65));
  const taken = output.take();
  const copy = taken.slice();
  output.publish("b", "", new Uint8Array(200_000).fill(66));
  assertEquals(taken, copy);
  output.giveBack(taken);
  const next = output.take();
  assertEquals(text(next.subarray(0, 16)), "PUB b 200000\r\nBB");
  output.publish("c", "", bytes("d"));
  assertEquals(text(output.take()), "PUB c 1\r\nd\r\n");
});

Deno.test("NatsOutput: more than the limit is not taken, and nothing of it is left", () => {
  const output = new NatsOutput(300);
  assertEquals(output.publish("a", "", new Uint8Array(400)), false);
  assertEquals(output.publish("a", "", new Uint8Array(200), { A: "1" }), false);
  assertEquals(output.length, 0);
  assertEquals(output.publish("a", "", new Uint8Array(200)), true);
  assertEquals(output.publish("a", "", new Uint8Array(200)), false);
  assertEquals(output.length, 200 + "PUB a 200\r\n\r\n".length);
});
