import { assertEquals, assertStrictEquals } from "@std/assert";
import { Outbox } from "../../lib/net/outbox.ts";

const text = (array: Uint8Array) => new TextDecoder().decode(array);

Deno.test("Outbox: lines come out in order, once", () => {
  const outbox = new Outbox(0);
  for (const line of ["a\n", "bb\n", "ccc\n"]) outbox.append(line);
  assertEquals(outbox.length, 9);
  assertEquals(text(outbox.take()), "a\nbb\nccc\n");
  assertEquals(outbox.length, 0);
  assertEquals(text(outbox.take()), "");
});

Deno.test("Outbox: peers with the same pending lines write the same bytes, put together once", () => {
  const peers = Array.from({ length: 1000 }, () => new Outbox(0));
  for (const line of ["one\n", "two\n"]) {
    for (const peer of peers) peer.append(line);
  }
  const first = peers[0]!.take();
  assertEquals(text(first), "one\ntwo\n");
  for (const peer of peers.slice(1)) assertStrictEquals(peer.take(), first);
});

Deno.test("Outbox: peers of several kinds in turns share with their kind", () => {
  const peers = Array.from({ length: 100 }, () => new Outbox(0));
  for (let count = 0; count < 3; count++) {
    const kinds = ["a", "b", "c"].map((kind) => `${kind}${count}\n`);
    peers.forEach((peer, index) => peer.append(kinds[index % 3]!));
  }
  const first = peers.slice(0, 3).map((peer) => peer.take());
  assertEquals(first.map(text), ["a0\na1\na2\n", "b0\nb1\nb2\n", "c0\nc1\nc2\n"]);
  peers.slice(3).forEach((peer, index) => assertStrictEquals(peer.take(), first[index % 3]));
});

Deno.test("Outbox: a line for one peer changes nothing for the others", () => {
  const [a, b, c] = [new Outbox(0), new Outbox(0), new Outbox(0)] as const;
  const all = (line: string) => [a, b, c].forEach((peer) => peer.append(line));
  b.append("b only\n");
  all("1\n");
  a.append("a only\n");
  all("2\n");
  assertEquals(text(a.take()), "1\na only\n2\n");
  assertEquals(text(b.take()), "b only\n1\n2\n");
  assertEquals(text(c.take()), "1\n2\n");
});

Deno.test("Outbox: nothing is added over the limit, and what was there stays", () => {
  const outbox = new Outbox(2 * 128 + 6);
  assertEquals(outbox.append("abc\n"), true);
  assertEquals(outbox.append("de\n"), false);
  assertEquals(outbox.append("f\n"), true);
  assertEquals(text(outbox.take()), "abc\nf\n");
});

Deno.test("Outbox: lines that come together weigh as much as one by one", () => {
  const outbox = new Outbox(3 * 128 + 6);
  assertEquals(outbox.append("a\nb\nc\nd\n", 4), false);
  assertEquals(outbox.append("a\nb\n", 2), true);
  assertEquals(outbox.append("c\nd\n", 2), false);
  assertEquals(outbox.append("c\n"), true);
  assertEquals(text(outbox.take()), "a\nb\nc\n");
});
