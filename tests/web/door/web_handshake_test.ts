import { assertEquals } from "@std/assert";
import { acceptHandshake, isUpgrade, readHandshake } from "../../../lib/web/door/web_handshake.ts";
import type { WebRequest } from "../../../lib/web/door/request_reader.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** A request for an upgrade, with other fields instead; an empty one is left out. */
function request(
  fields: Readonly<Record<string, string>> = {},
  others: Partial<WebRequest> = {},
): WebRequest {
  const all = Object.entries({
    host: "a",
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": KEY,
    "sec-websocket-version": "13",
    ...fields,
  });
  const headers = new Map(all.filter(([, value]) => value !== ""));
  return { method: "GET", path: "/", query: "", headers, keepAlive: true, ...others };
}

Deno.test("isUpgrade: a request asks for it in Connection and in Upgrade", () => {
  const cases: [request: WebRequest, asks: boolean][] = [
    [request(), true],
    [request({ connection: "keep-alive,  UPGRADE", upgrade: "WebSocket" }), true],
    [request({ upgrade: "h2c, websocket" }), true],
    [request({ connection: "" }), false],
    [request({ connection: "keep-alive" }), false],
    [request({ connection: "upgraded" }), false],
    [request({ upgrade: "" }), false],
    [request({ upgrade: "h2c" }), false],
    [request({}, { keepAlive: false }), false],
  ];
  for (const [one, asks] of cases) assertEquals(isUpgrade(one), asks, [...one.headers].join("; "));
});

Deno.test("readHandshake: what is not as RFC 6455 says is refused", () => {
  const cases: [request: WebRequest, status: number | undefined][] = [
    [request(), undefined],
    [request({}, { method: "HEAD" }), 400],
    [request({ upgrade: "h2c" }), 400],
    [request({ "sec-websocket-version": "" }), 426],
    [request({ "sec-websocket-version": "8" }), 426],
    [request({ "sec-websocket-version": "013" }), 426],
    [request({ "sec-websocket-version": "13, 8" }), 426],
    [request({ "sec-websocket-key": "" }), 400],
    [request({ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ" }), 400],
    [request({ "sec-websocket-key": "dGhlIHNhbXBsZSBub25j" }), 400],
    [request({ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZWE=" }), 400],
    [request({ "sec-websocket-key": "dGhlIHNhbXBsZSBub25j!Q==" }), 400],
  ];
  for (const [one, status] of cases) {
    const result = readHandshake(one);
    assertEquals("status" in result ? result.status : undefined, status, [...one.headers].join());
  }
});

Deno.test("readHandshake: the client's order of subprotocols decides", () => {
  const cases: [offered: string, subprotocol: string | undefined][] = [
    ["", undefined],
    ["text.ircv3.net", "text.ircv3.net"],
    ["binary.ircv3.net", "binary.ircv3.net"],
    ["binary.ircv3.net, text.ircv3.net", "binary.ircv3.net"],
    ["text.ircv3.net,binary.ircv3.net", "text.ircv3.net"],
    ["chat, , irc,text.ircv3.net", "text.ircv3.net"],
    ["TEXT.ircv3.net", undefined],
    ["irc", undefined],
  ];
  for (const [offered, subprotocol] of cases) {
    const result = readHandshake(request({ "sec-websocket-protocol": offered }));
    assertEquals(result, { key: KEY, subprotocol: subprotocol as undefined }, offered);
  }
});

Deno.test("acceptHandshake: the key is answered as in RFC 6455 section 1.3", async () => {
  const text = async (subprotocol?: "text.ircv3.net") =>
    new TextDecoder().decode(await acceptHandshake(KEY, subprotocol));
  const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
  assertEquals(await text(), `${head}\r\n`);
  assertEquals(
    await text("text.ircv3.net"),
    `${head}Sec-WebSocket-Protocol: text.ircv3.net\r\n\r\n`,
  );
});
