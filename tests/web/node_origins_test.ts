import { assertEquals } from "@std/assert";
import { originsOf, socketsOf } from "../../lib/web/node_origins.ts";

Deno.test("Node origins: pages come from where the servers are, and connect to there only", () => {
  const ports = { port: 6667, tlsPort: 6697, webPort: 8097 };
  const nodes = [
    { host: "B.example", ...ports },
    { host: "c.example", ...ports, port: undefined, webPort: 443 },
    { host: "10.0.0.4", port: 6667, webPort: 80 },
    { host: "fd00::5", ...ports, tlsPort: undefined },
    { host: "no-page.example", ...ports, webPort: undefined },
    { host: "x; script-src *", ...ports },
  ];
  assertEquals(originsOf(nodes), [
    ...["http://b.example:8097", "https://b.example:8097"],
    ...["https://c.example", "http://10.0.0.4", "http://[fd00::5]:8097"],
  ]);
  assertEquals(socketsOf(nodes), [
    ...["ws://b.example:8097", "wss://b.example:8097"],
    ...["wss://c.example:443", "ws://10.0.0.4:80"],
  ]);
});
