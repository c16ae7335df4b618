import { assertEquals } from "@std/assert";
import { OwnHosts } from "../../lib/web/own_hosts.ts";

const NAMES = [
  "localhost",
  "chat.example",
  "laptop.local",
  "192.168.1.20",
  "FE80::1",
  "2001:db8::7",
];

Deno.test("OwnHosts: knows the names and addresses of the machine, in any spelling, and no others", () => {
  const hosts = new OwnHosts(() => NAMES);
  const origins = ["https://chat.example.org", "http://[2001:db8::99]:8080"];
  const cases: [host: string, known: boolean][] = [
    ["localhost", true],
    ["LOCALHOST", true],
    ["127.0.0.1", true],
    ["127.1.2.3", true],
    ["[::1]", true],
    ["chat.example", true],
    ["laptop.local", true],
    ["192.168.1.20", true],
    ["[::ffff:192.168.1.20]", true],
    ["[2001:0db8:0::7]", true],
    ["[fe80::1]", true],
    ["chat.example.org", true],
    ["[2001:db8::99]", true],
    ["192.168.1.21", false],
    ["evil.example", false],
    ["evil.chat.example", false],
    ["chat.example.org.evil.example", false],
    ["127.0.0.1.evil.example", false],
    ["localhost.evil.example", false],
    ["", false],
  ];
  for (const [host, known] of cases) assertEquals(hosts.has(host, origins, 0), known, host);
});

Deno.test("OwnHosts: looks again if the machine has a new address, at most once a second", () => {
  let reads = 0;
  let names = ["10.0.0.1"];
  const hosts = new OwnHosts(() => {
    reads++;
    return names;
  });
  assertEquals(hosts.has("10.0.0.2", [], 5000), false);
  names = ["10.0.0.2"];
  for (let now = 5001; now < 6000; now += 10) assertEquals(hosts.has("10.0.0.2", [], now), false);
  assertEquals(reads, 1);
  assertEquals(hosts.has("10.0.0.2", [], 6000), true);
  assertEquals(hosts.has("10.0.0.1", [], 6500), false);
  // The clock was set back.
  assertEquals(hosts.has("10.0.0.1", [], 0), false);
  assertEquals(reads, 3);
});
