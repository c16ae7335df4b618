import { assertEquals } from "@std/assert";
import { knownNodes, withNodes } from "../../../lib/client/trust/known_nodes.ts";

const A = { host: "A.example", port: 6697 };
const B = { host: "b.example", port: 6667, tlsPort: 6697, fingerprint: `SHA256:${"A".repeat(43)}` };
const C = { host: "c.example", tlsPort: 6697 };

/** The hosts of the other servers. */
function hosts(text: string, host: string, port = 6697): string[] {
  return knownNodes(text, { host, port }).map(({ host }) => host);
}

Deno.test("Known nodes: each server has its others, which are dialled encrypted only", () => {
  const plain = { host: "plain.example", port: 6667 };
  const text = withNodes("", A, [B, plain, C]);
  assertEquals(knownNodes(text, { ...A, host: "a.example" }), [
    { ...B, port: undefined, webPort: undefined },
    { ...C, port: undefined, webPort: undefined, fingerprint: undefined },
  ]);
  assertEquals([hosts(text, "a.example", 7000), hosts(text, "b.example")], [[], []]);
  const both = withNodes(text, { host: "fd00::1", port: 7000 }, [C]);
  assertEquals([hosts(both, "a.example"), hosts(both, "fd00::1", 7000)], [
    ["b.example", "c.example"],
    ["c.example"],
  ]);
  const changed = withNodes(both, A, [C]);
  assertEquals(hosts(changed, "a.example"), ["c.example"]);
  assertEquals(hosts(withNodes(changed, A, []), "a.example"), []);
});

Deno.test("Known nodes: what nothing was learned of makes no file, and the oldest are forgotten", () => {
  assertEquals(withNodes("", A, []), "");
  let text = "";
  for (let i = 0; i < 101; i++) text = withNodes(text, { host: `a${i}`, port: 1 }, [C]);
  assertEquals([hosts(text, "a0", 1), hosts(text, "a1", 1), hosts(text, "a100", 1)], [
    ...[[], ["c.example"], ["c.example"]],
  ]);
});

Deno.test("Known nodes: what can't be understood in the file is left out", () => {
  for (
    const text of ["", "{", "[]", "1", "null", '{"a.example:6697": 1}', '{"a.example:6697": "?"}']
  ) {
    assertEquals(hosts(text, "a.example"), [], text);
  }
});
