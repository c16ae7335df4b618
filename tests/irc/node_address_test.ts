import { assertEquals } from "@std/assert";
import { type NodePlace, NODES, nodesToken, parseNodes } from "../../lib/irc/node_address.ts";

const PRINT = `SHA256:${"a+/".repeat(14)}A`;

const PLACES: readonly [node: NodePlace, written: string][] = [
  [
    { host: "b.example", port: 6667, tlsPort: 6697, webPort: 8097, fingerprint: PRINT },
    [
      ...["b.example", 6667, 6697, 8097],
      `${"a-_".repeat(14)}A`,
    ].join("|"),
  ],
  [{ host: "10.0.0.2", port: 6667 }, "10.0.0.2|6667|||"],
  [{ host: "fd00::2", tlsPort: 65535 }, "fd00::2||65535||"],
];

Deno.test("NODES: what is written is read", () => {
  for (const [node, written] of PLACES) {
    assertEquals(nodesToken([node]), `${NODES}=${written}`);
    const none = { port: undefined, tlsPort: undefined, webPort: undefined };
    assertEquals(parseNodes(written), [{ ...none, fingerprint: undefined, ...node }]);
  }
  assertEquals(nodesToken([]), undefined);
  const all = nodesToken(PLACES.map(([node]) => node))!;
  assertEquals(all, `${NODES}=${PLACES.map(([, written]) => written).join()}`);
  assertEquals(parseNodes(all.slice(NODES.length + 1)).map(({ host }) => host), [
    ...["b.example", "10.0.0.2", "fd00::2"],
  ]);
});

Deno.test("NODES: a server that does not fit on the line is left out, and the next may fit", () => {
  const long = (letter: string) => ({ host: letter.repeat(120), port: 6667 });
  const token = nodesToken([long("a"), long("b"), long("c"), { host: "d", port: 1 }])!;
  assertEquals(parseNodes(token.slice(NODES.length + 1)).map(({ host }) => host[0]), [
    ...["a", "b", "d"],
  ]);
  assertEquals(nodesToken([{ host: "a b" }, { host: "a,b" }, { host: "a|b" }]), undefined);
});

Deno.test("NODES: what can't be understood is left out", () => {
  const odd = ["", "a", "a|1|2|3", "a b||||", "a|x|||", "a|||||", "b|0|65536|1|", "c||||short"];
  assertEquals(
    parseNodes(odd.join()),
    ["a", "b"].map((host) => ({
      ...{ host, port: undefined, tlsPort: undefined, fingerprint: undefined },
      webPort: host === "b" ? 1 : undefined,
    })),
  );
  assertEquals(parseNodes("a||||,".repeat(100)).length, 20);
});
