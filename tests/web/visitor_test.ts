import { assertEquals } from "@std/assert";
import { isPrivate, visitorOf } from "../../lib/web/visitor.ts";

Deno.test("isPrivate: this machine and its neighbours, to the last address of each network", () => {
  const cases: [inside: string[], outside: string[]][] = [
    [["127.0.0.1", "127.255.255.255"], ["126.255.255.255", "128.0.0.0"]],
    [["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]],
    [["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]],
    [["192.168.0.0", "192.168.255.255"], ["192.167.255.255", "192.169.0.0"]],
    [["169.254.0.0", "169.254.255.255"], ["169.253.255.255", "169.255.0.0"]],
    [["100.64.0.0", "100.127.255.255"], ["100.63.255.255", "100.128.0.0"]],
    [["::1", "::ffff:10.0.0.1"], ["::", "::2", "::ffff:8.8.8.8"]],
    [["fe80::1", "febf:ffff::"], ["fe7f::", "fec0::"]],
    [["fc00::1", "fdff::"], ["fbff::", "fe00::", "2001:db8::1"]],
    [[], ["", "localhost", "10.0.0", "192.0.2.1"]],
  ];
  for (const [inside, outside] of cases) {
    for (const host of inside) assertEquals(isPrivate(host), true, host);
    for (const host of outside) assertEquals(isPrivate(host), false, host);
  }
});

const TRUSTED = ["10.0.0.0/24", "2001:db8::1"];

Deno.test("visitorOf: the address is the last that is no trusted proxy, if the peer is one", () => {
  const cases: [peer: string, forwarded: string | undefined, host: string, forwarded: boolean][] = [
    ["10.0.0.1", "203.0.113.9", "203.0.113.9", true],
    ["2001:db8:0::1", "203.0.113.9", "203.0.113.9", true],
    // Whoever is not trusted may say what it likes.
    ["10.0.1.1", "203.0.113.9", "10.0.1.1", false],
    ["203.0.113.7", "127.0.0.1", "203.0.113.7", false],
    ["2001:db8::2", "203.0.113.9", "2001:db8::2", false],
    // What the client wrote itself comes first.
    ["10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9", true],
    ["10.0.0.1", "127.0.0.1, 203.0.113.9, 10.0.0.7", "203.0.113.9", true],
    ["10.0.0.1", "127.0.0.1,203.0.113.9,2001:db8::1 , 10.0.0.7", "203.0.113.9", true],
    ["10.0.0.1", "10.0.0.5, 10.0.0.7", "10.0.0.5", true],
    // All forms of an address.
    ["10.0.0.1", "203.0.113.9:4711", "203.0.113.9", true],
    ["10.0.0.1", "[2001:db8::9]:4711", "2001:db8::9", true],
    ["10.0.0.1", "[2001:db8::9]", "2001:db8::9", true],
    ["10.0.0.1", "2001:0DB8:0::9", "2001:db8::9", true],
    ["10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9", true],
    // Nonsense is the fault of the proxy that passed it on.
    ["10.0.0.1", "unknown", "10.0.0.1", false],
    ["10.0.0.1", "203.0.113.9, unknown", "10.0.0.1", false],
    ["10.0.0.1", "203.0.113.9, unknown, 10.0.0.7", "10.0.0.7", true],
    ["10.0.0.1", "203.0.113.0/24", "10.0.0.1", false],
    ["10.0.0.1", "", "10.0.0.1", false],
    ["10.0.0.1", undefined, "10.0.0.1", false],
  ];
  for (const [peer, list, host, forwarded] of cases) {
    const headers = new Map(list === undefined ? [] : [["x-forwarded-for", list]]);
    const visitor = visitorOf(headers, { host: peer, secure: false }, TRUSTED);
    assertEquals(visitor, { host, secure: false, forwarded }, `${peer}: ${list}`);
  }
});

Deno.test("visitorOf: whether the visitor's connection is encrypted says the last trusted proxy", () => {
  const cases: [peer: string, secure: boolean, proto: string | undefined, expected: boolean][] = [
    ["10.0.0.1", false, "https", true],
    ["10.0.0.1", false, "HTTPS", true],
    ["10.0.0.1", false, "http, https", true],
    ["10.0.0.1", false, "https, http", false],
    ["10.0.0.1", true, "http", false],
    ["10.0.0.1", true, undefined, true],
    ["10.0.0.1", false, undefined, false],
    ["203.0.113.7", false, "https", false],
    ["203.0.113.7", true, "http", true],
  ];
  for (const [host, secure, proto, expected] of cases) {
    const headers = new Map([["x-forwarded-for", "203.0.113.9"]]);
    if (proto !== undefined) headers.set("x-forwarded-proto", proto);
    assertEquals(visitorOf(headers, { host, secure }, TRUSTED).secure, expected, proto);
  }
});
