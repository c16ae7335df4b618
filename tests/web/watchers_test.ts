import { assertEquals } from "@std/assert";
import { mayWatch } from "../../lib/web/watchers.ts";

Deno.test("mayWatch: this machine and listed addresses may, and nobody through a proxy unless listed", () => {
  const LISTED = ["192.0.2.0/28", "2001:db8::7"];
  const cases: [host: string, headers: Record<string, string>, may: boolean][] = [
    ["127.0.0.1", { host: "localhost:8097" }, true],
    ["127.0.0.1", { host: "LOCALHOST" }, true],
    ["127.0.0.1", { host: "127.0.0.1:1" }, true],
    ["127.3.2.1", { host: "127.0.0.1" }, true],
    ["::1", { host: "[::1]:8097" }, true],
    ["::1", { host: "[::1]" }, true],
    // A page of another site, or a proxy that passes on the name under which it was asked.
    ["127.0.0.1", { host: "chat.example.org" }, false],
    ["127.0.0.1", { host: "localhost.example.org" }, false],
    ["127.0.0.1", { host: "127.0.0.1.example.org" }, false],
    ["127.0.0.1", {}, false],
    // A proxy says that the request is somebody else's.
    ["127.0.0.1", { host: "localhost", "x-forwarded-for": "127.0.0.1" }, false],
    ["127.0.0.1", { host: "localhost", forwarded: "for=127.0.0.1" }, false],
    ["127.0.0.1", { host: "localhost", via: "1.1 proxy" }, false],
    ["127.0.0.1", { host: "localhost", "x-real-ip": "" }, false],
    ["10.0.0.7", { host: "localhost" }, false],
    ["192.168.1.2", { host: "192.168.1.2" }, false],
    ["192.0.2.16", { host: "localhost" }, false],
    ["192.0.2.15", { host: "chat.example.org" }, true],
    ["192.0.2.15", { host: "chat.example.org", "x-forwarded-for": "192.0.2.15" }, true],
    ["2001:db8::7", { host: "chat.example.org" }, true],
    ["2001:db8::8", { host: "chat.example.org" }, false],
  ];
  for (const [host, headers, may] of cases) {
    const request = { headers: new Map(Object.entries(headers)) };
    assertEquals(mayWatch(request, { host }, LISTED), may, `${host} ${JSON.stringify(headers)}`);
  }
  assertEquals(mayWatch({ headers: new Map() }, { host: "192.0.2.15" }, []), false);
});
