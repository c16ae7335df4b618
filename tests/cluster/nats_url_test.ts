import { assertEquals } from "@std/assert";
import {
  natsPlace,
  otherServer,
  parseCredentials,
  parseNatsUrl,
} from "../../lib/cluster/nats/nats_url.ts";
import type { NatsServer } from "../../lib/cluster/nats/nats_url.ts";

const server = (host: string, port = 4222, tls = false) => ({ host, port, tls, tlsName: host });

Deno.test("NATS addresses: hosts, ports and credentials are parsed", () => {
  const cases: [string, NatsServer][] = [
    ["nats://a.example", server("a.example")],
    ["nats://10.0.0.5:4223/", server("10.0.0.5", 4223)],
    ["TLS://a:1", server("a", 1, true)],
    ["nats://[::1]:5", server("::1", 5)],
    ["nats://[fe80::1%eth0]", server("fe80::1%eth0")],
    ["nats://t%40k@a", { ...server("a"), credentials: { auth_token: "t@k" } }],
    ["tls://u:p%3a:w@a", {
      ...server("a", 4222, true),
      credentials: { user: "u", pass: "p::w" },
    }],
  ];
  for (const [url, expected] of cases) assertEquals(parseNatsUrl(url), expected);
});

Deno.test("NATS addresses: what is wrong is said, and nothing is quoted", () => {
  const form = "it must be nats://HOST:PORT or tls://HOST:PORT";
  const cases: [string, string][] = [
    ["http://a", form],
    ["secret@host:1", form],
    ["nats://a:1:2", "its port must be a number from 1 to 65535"],
    ["nats://", "its host is not valid"],
    ["nats://a b", "its host is not valid"],
    ["nats://[a]", "its host is not valid"],
    ["nats://a:0", "its port must be a number from 1 to 65535"],
    ["nats://a:x", "its port must be a number from 1 to 65535"],
    ["nats://a:65536", "its port must be a number from 1 to 65535"],
    ["nats://u:%zz@a", "its username or password has a broken %-escape"],
    ["nats://a:1/x", "nothing may follow the port"],
  ];
  for (const [url, fault] of cases) assertEquals([url, parseNatsUrl(url)], [url, { fault }]);
});

Deno.test("NATS addresses: messages name a server without its credentials", () => {
  const [a, b] = ["nats://u:p@a:1", "nats://[::1]"].map((url) => parseNatsUrl(url) as NatsServer);
  assertEquals([natsPlace(a!), natsPlace(b!)], ["a:1", "[::1]:4222"]);
});

Deno.test("NATS addresses: another server is trusted under the name of who told of it", () => {
  const teller = parseNatsUrl("tls://u:p@a.example") as NatsServer;
  const { credentials } = teller;
  assertEquals(otherServer("10.0.0.1:4222", teller, true), {
    ...server("10.0.0.1", 4222, true),
    tlsName: "a.example",
    credentials: credentials!,
  });
  assertEquals(otherServer("b.example:1", teller, true)?.tlsName, "b.example");
  for (const broken of ["x@b:1", "", "b:1/x"]) {
    assertEquals(otherServer(broken, teller, false), undefined);
  }
});

Deno.test("NATS credentials: a file holds a token, or a username and a password", () => {
  const fault = "it is not a line with USER:PASSWORD or a token";
  const cases: [string, unknown][] = [
    ["token\n", { auth_token: "token" }],
    ["u:p:w\r\n", { user: "u", pass: "p:w" }],
    ["", { fault }],
    ["u:", { fault }],
    [":p", { fault }],
    ["a\nb\n", { fault }],
  ];
  for (const [text, expected] of cases) assertEquals(parseCredentials(text), expected);
});
