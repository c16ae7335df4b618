import { assertEquals } from "@std/assert";
import type { WebRequest } from "../../lib/web/door/request_reader.ts";
import { refusalOf, type WebRules } from "../../lib/web/web_rules.ts";

const RULES: WebRules = {
  origins: ["https://chat.example.org"],
  plain: true,
  encrypts: true,
  isOwn: (host) => ["10.0.0.1", "[fd00::1]", "chat.example"].includes(host),
};

function request(headers: Record<string, string>, path = "/", query = ""): WebRequest {
  const all = new Map(Object.entries({ host: "10.0.0.1:8097", ...headers }));
  return { method: "GET", path, query, headers: all, keepAlive: true };
}

const UPGRADE = { connection: "keep-alive, Upgrade", upgrade: "websocket" };

/** Requests of a neighbour, without encryption. */
const NEAR = { host: "10.0.0.2", secure: false, forwarded: false };

Deno.test("Web rules: a request must be for the server itself", () => {
  const cases: [host: string, status: number | undefined][] = [
    ["10.0.0.1", undefined],
    ["10.0.0.1:1234", undefined],
    ["[fd00::1]:8097", undefined],
    ["CHAT.example", undefined],
    ["evil.example:8097", 421],
    ["10.0.0.1.evil.example", 421],
    ["10.0.0.3", 421],
    ["", 421],
  ];
  for (const [host, status] of cases) {
    assertEquals(refusalOf(request({ host }), NEAR, RULES)?.status, status, host);
    const upgrade = request({ host, origin: `http://${host}`, ...UPGRADE });
    assertEquals(refusalOf(upgrade, NEAR, RULES)?.status, status, host);
  }
});

Deno.test("Web rules: a WebSocket is for the server's own page, listed ones, and programs", () => {
  const cases: [origin: string | undefined, secure: boolean, status: number | undefined][] = [
    [undefined, false, undefined],
    ["http://10.0.0.1:8097", false, undefined],
    ["https://10.0.0.1:8097", true, undefined],
    ["https://chat.example.org", false, undefined],
    ["https://10.0.0.1:8097", false, 403],
    ["http://10.0.0.1:8097", true, 403],
    ["http://10.0.0.1", false, 403],
    ["http://10.0.0.1:80971", false, 403],
    ["http://chat.example.org", false, 403],
    ["https://chat.example.org:8443", false, 403],
    ["https://chat.example.org.evil.example", false, 403],
    ["https://evil.example", false, 403],
    ["null", false, 403],
    ["", false, 403],
  ];
  for (const [origin, secure, status] of cases) {
    const headers = origin === undefined ? UPGRADE : { origin, ...UPGRADE };
    const visitor = { ...NEAR, secure };
    assertEquals(refusalOf(request(headers), visitor, RULES)?.status, status, origin);
    // Only what comes over the WebSocket could do harm.
    const plain = request(origin === undefined ? {} : { origin });
    assertEquals(refusalOf(plain, visitor, RULES), undefined);
  }
});

Deno.test("Web rules: http is for neighbours; others are sent to https, if there is any", () => {
  const near = NEAR;
  const far = { ...NEAR, host: "203.0.113.9" };
  const proxied = { ...far, forwarded: true };
  const safe = { ...far, secure: true };
  const [all, only, none] = [{}, { plain: false }, { encrypts: false }];
  const url = "https://10.0.0.1:8097/a%20b?c=d";
  const cases: [typeof NEAR, Partial<WebRules>, string | undefined, number?, string?][] = [
    [near, all, "10.0.0.1:8097"],
    [near, none, "10.0.0.1:8097"],
    [safe, all, "10.0.0.1:8097"],
    [safe, only, "10.0.0.1:8097"],
    [far, all, "10.0.0.1:8097", 308, url],
    [near, only, "10.0.0.1:8097", 308, url],
    [far, all, "10.0.0.1", 308, "https://10.0.0.1:80/a%20b?c=d"],
    [far, all, "[fd00::1]:8097", 308, "https://[fd00::1]:8097/a%20b?c=d"],
    [proxied, all, "chat.example", 308, "https://chat.example/a%20b?c=d"],
    [proxied, none, "chat.example", 308, "https://chat.example/a%20b?c=d"],
    [far, none, "10.0.0.1:8097", 403],
  ];
  for (const [visitor, rules, host = "", status, location] of cases) {
    for (const more of [{}, { ...UPGRADE }]) {
      const asked = request({ host, ...more }, "/a%20b", "c=d");
      const answer = refusalOf(asked, visitor, { ...RULES, ...rules });
      assertEquals([answer?.status, answer?.headers.Location], [status, location]);
    }
  }
  assertEquals(
    refusalOf(request({}, "/"), far, RULES)?.headers.Location,
    "https://10.0.0.1:8097/",
  );
});
