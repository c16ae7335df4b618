import { assertEquals } from "@std/assert";
import { setNodes } from "../../../lib/server/world/nodes.ts";
import { Harness } from "../harness.ts";

const B = { name: "b", host: "b.example", port: 6667, webPort: 8097 };
const C = { name: "c", host: "c.example", tlsPort: 6697 };
const END = ":are supported by this server";

Deno.test("Nodes: a server that is alone says nothing of others", () => {
  const harness = new Harness();
  const user = harness.connect().send("NICK a", "USER a 0 * :A", "VERSION");
  assertEquals(user.take().filter((line) => line.includes("NODES")), []);
});

Deno.test("Nodes: users learn of the other servers with the welcome, and of every change", () => {
  const harness = new Harness();
  const [a, peer] = [harness.user("a"), harness.connect()];
  const told = () => [a, peer].map((client) => client.take());
  const set = (...nodes: Parameters<typeof setNodes>[1]) => {
    setNodes(harness.world, nodes, harness.now);
    return told();
  };
  const line = (nick: string, token: string) => `:chat.test 005 ${nick} ${token} ${END}`;
  const both = "chat.internal/NODES=b.example|6667||8097|,c.example||6697||";
  assertEquals(set(B, C), [[line("a", both)], []]);
  assertEquals(set({ ...B }, { ...C }), [[], []]);
  peer.send("NICK b", "USER b 0 * :B");
  assertEquals(peer.take().filter((line) => line.includes("NODES")), [line("b", both)]);
  const one = "chat.internal/NODES=c.example||6697||";
  assertEquals(set(C), [[line("a", one)], [line("b", one)]]);
  const none = "-chat.internal/NODES";
  assertEquals(set(), [[line("a", none)], [line("b", none)]]);
});

Deno.test("Nodes: what is told fits on one line, however many there are", () => {
  const harness = new Harness();
  const fingerprint = `SHA256:${"x".repeat(43)}`;
  const nodes = Array.from({ length: 9 }, (_, index) => ({
    ...{ name: `${index}`, host: `node-${index}.chat.example.org` },
    ...{ port: 6667, tlsPort: 6697, webPort: 8097, fingerprint },
  }));
  setNodes(harness.world, nodes, harness.now);
  const name = "x".repeat(30);
  const lines = harness.connect().send(`NICK ${name}`, "USER a 0 * :A").take();
  const [line = ""] = lines.filter((one) => one.includes("NODES"));
  assertEquals([line.split(",").length, line.length <= 510], [3, true]);
});
