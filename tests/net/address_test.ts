import { assertEquals } from "@std/assert";
import {
  hostAndPort,
  isLoopback,
  isOneOf,
  networkAddresses,
  plainHost,
} from "../../lib/net/address.ts";

Deno.test("Address: an IPv4 peer of a dual-stack socket is shown as IPv4", () => {
  for (
    const [host, plain] of [["::ffff:1.2.3.4", "1.2.3.4"], ["::1", "::1"], [
      "1.2.3.4",
      "1.2.3.4",
    ]] as const
  ) {
    assertEquals(plainHost(host), plain);
  }
});

Deno.test("Address: addresses that never leave this machine are known", () => {
  for (const host of ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(isLoopback(host), true, host);
  }
  const others = [
    "128.0.0.1",
    "10.127.0.0",
    "::",
    "::2",
    "fd00::1",
    "localhost",
    "127.0.0.1.example",
  ];
  for (const host of others) assertEquals(isLoopback(host), false, host);
});

Deno.test("Address: an IPv6 address with a port stands in brackets", () => {
  assertEquals(hostAndPort("::1", 6667), "[::1]:6667");
  assertEquals(hostAndPort("1.2.3.4", 6667), "1.2.3.4:6667");
});

Deno.test("Address: only addresses that others can reach are shown, IPv4 first, one IPv6", () => {
  const v4 = (address: string) => ({ family: "IPv4" as const, address });
  const v6 = (address: string) => ({ family: "IPv6" as const, address });
  assertEquals(
    networkAddresses([
      v6("::1"),
      v6("fe80::1"),
      v6("2001:db8::1"),
      v6("2001:db8::2"),
      v4("127.0.0.1"),
      v4("169.254.0.9"),
      v4("192.168.1.5"),
      v4("10.0.0.7"),
    ]),
    ["192.168.1.5", "10.0.0.7", "2001:db8::1"],
  );
});

Deno.test("Address: an own address is known in any form", () => {
  const own = [
    { address: "192.168.1.20", family: "IPv4" },
    { address: "fe80::1%eth0", family: "IPv6" },
  ] as const;
  const cases: [host: string, is: boolean][] = [
    ["192.168.1.20", true],
    ["::ffff:192.168.1.20", true],
    ["fe80::1", true],
    ["fe80::1%4", true],
    ["192.168.1.2", false],
    ["fe80::2", false],
  ];
  for (const [host, is] of cases) assertEquals(isOneOf(host, own), is, host);
});
