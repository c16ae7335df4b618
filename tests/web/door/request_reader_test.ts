import { assertEquals } from "@std/assert";
import { RequestReader, type WebRequest } from "../../../lib/web/door/request_reader.ts";
import { readRequests } from "./reading.ts";

/** A char for each byte. */
const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Reads requests, and checks that it makes no difference where the bytes are cut. */
function read(text: string): ReturnType<typeof readRequests> {
  const input = bytes(text);
  const whole = readRequests(input, () => input.length);
  const step = input.length > 400 ? 997 : 1;
  for (let first = 1; first < Math.min(input.length, 10_000); first += step) {
    let size = first;
    const cut = readRequests(input, () => {
      const now = size;
      size = input.length;
      return now;
    });
    assertEquals(cut, whole, `${JSON.stringify(text)} cut after ${first} bytes`);
  }
  for (const size of [1, 7, 1024]) assertEquals(readRequests(input, () => size), whole);
  return whole;
}

const get = (...lines: string[]) =>
  ["GET / HTTP/1.1", "Host: a", ...lines, "", ""].map((line) => `${line}\r\n`).join("").slice(
    0,
    -2,
  );

function only(text: string): WebRequest {
  const { requests, fault } = read(text);
  assertEquals([requests.length, fault], [1, undefined], JSON.stringify(text));
  return requests[0]!;
}

Deno.test("RequestReader: a request is its line and its fields", () => {
  const request = only(
    "GET /a%20b/c?d=1&e?f HTTP/1.1\r\nHost: Chat.example:8097\r\nX-A:  b\t c \t\r\nx-a:d\r\nE:\r\n\r\n",
  );
  assertEquals(request, {
    method: "GET",
    path: "/a%20b/c",
    query: "d=1&e?f",
    headers: new Map([["host", "Chat.example:8097"], ["x-a", "b\t c, d"], ["e", ""]]),
    keepAlive: true,
  });
  assertEquals(only(get("A: \xe4\xff")).headers.get("a"), "\xe4\xff");
  assertEquals(only(get("A: \xa0b\xa0")).headers.get("a"), "\xa0b\xa0");
});

Deno.test("RequestReader: whether the connection stays is told by version and Connection", () => {
  const cases: [text: string, keepAlive: boolean][] = [
    [get(), true],
    [get("Connection: keep-alive"), true],
    [get("Connection: close"), false],
    [get("Connection: Upgrade, CLOSE"), false],
    [get("Connection: Upgrade", "Connection:close"), false],
    [get("Connection: closed"), true],
    ["HEAD / HTTP/1.0\r\nHost: a\r\n\r\n", false],
    ["GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", false],
  ];
  for (const [text, keepAlive] of cases) assertEquals(only(text).keepAlive, keepAlive, text);
});

Deno.test("RequestReader: targets are paths, or name the host of the Host field", () => {
  const cases: [target: string, found: [path: string, query: string] | number][] = [
    ["/", ["/", ""]],
    ["/?", ["/", ""]],
    ["//b", ["//b", ""]],
    ["/a;b=c@d:e?/?", ["/a;b=c@d:e", "/?"]],
    ["http://a", ["/", ""]],
    ["HTTP://A/b?c", ["/b", "c"]],
    ["https://a?c", ["/", "c"]],
    ["http://b/", 400],
    ["http://u@a/", 400],
    ["http://a:80/", 400],
    ["http:///b", 400],
    ["http://a\xe4/", 400],
    ["ftp://a/", 400],
    ["*", 400],
    ["a", 400],
    ["a:80", 400],
    ["?b", 400],
    ["/#b", 400],
    ["/?b#c", 400],
    ["/\xe4", 400],
    ["http://a#/", 400],
  ];
  for (const [target, found] of cases) {
    const { requests: [request], fault } = read(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const result: unknown = request === undefined ? fault?.status : [request.path, request.query];
    assertEquals(result, found, target);
  }
});

const FAULTS: [name: string, text: string, status: number][] = [
  ["LF ends no line", "GET / HTTP/1.1\nHost: a\n\n", 400],
  ["LF ends no field", "GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n", 400],
  ["LF ends no head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400],
  ["CR ends no line", "GET / HTTP/1.1\rHost: a\r\r", 400],
  ["CR ends no field", "GET / HTTP/1.1\r\nHost: a\rA: b\r\n\r\n", 400],
  ["CR twice ends no field", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400],
  ["a field is not folded", get("A: b", " c"), 400],
  ["a field is not folded with a tab", get("A: b", "\tTransfer-Encoding: chunked"), 400],
  ["the first field is not folded", "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n", 400],
  ["no space is before the colon", get("Transfer-Encoding : chunked"), 400],
  ["no tab is before the colon", get("Content-Length\t: 5"), 400],
  ["no space is in a name", get("Content Length: 0"), 400],
  ["a name is not empty", get(": a"), 400],
  ["a field has a colon", get("A"), 400],
  ["a name has no brackets", get("A(b): c"), 400],
  ["a name is ASCII", get("Transf\xe9r: c"), 400],
  ["a value has no NUL", get("A: b\0c"), 400],
  ["a value has no control character", get("A: b\x1bc"), 400],
  ["a value has no DEL", get("A: b\x7fc"), 400],
  ["a name has no NUL", get("Transfer\0-Encoding: chunked"), 400],
  ["there is a host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["there is a host in HTTP/1.0 too", "GET / HTTP/1.0\r\n\r\n", 400],
  ["there is one host", get("Host: b"), 400],
  ["there is one host, if it is the same too", get("hOST: a"), 400],
  ["a host is not empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400],
  ["a host is no list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400],
  ["a host has no user", "GET / HTTP/1.1\r\nHost: b@a\r\n\r\n", 400],
  ["a host has no path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
  ["a port is a number", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400],
  ["a host is no open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400],
  ["there is one origin", get("Origin: http://a", "Origin: http://b"), 400],
  ["there is one key", get("Sec-WebSocket-Key: a", "Sec-WebSocket-Key: b"), 400],
  ["there is one version", get("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"), 400],
  ["there is no chunked body", get("Transfer-Encoding: chunked"), 501],
  ["there is no coding at all", get("Transfer-Encoding: identity"), 501],
  ["there is no coding without a name", get("Transfer-Encoding:"), 501],
  ["there is no coding with a vertical tab", get("Transfer-Encoding: \x0bchunked"), 400],
  ["there is no body of two kinds", get("Content-Length: 0", "Transfer-Encoding: chunked"), 501],
  ["there is no body", get("Content-Length: 5") + "GET /", 413],
  ["there is no body of any length", get("Content-Length: 99999999999999999999999"), 413],
  ["a length is a number", get("Content-Length: a"), 400],
  ["a length has no sign", get("Content-Length: +0"), 400],
  ["a length is not negative", get("Content-Length: -1"), 400],
  ["a length is decimal", get("Content-Length: 0x0"), 400],
  ["a length is no list", get("Content-Length: 0, 0"), 400],
  ["a length is not empty", get("Content-Length:"), 400],
  ["a length is there once", get("Content-Length: 0", "Content-Length: 0"), 400],
  ["POST is not allowed", "POST / HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["OPTIONS is not allowed", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["CONNECT is not allowed", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405],
  ["methods have capital letters", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["a method is a token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["there is one space after the method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["there is no tab after the method", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["there is one space after the target", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["there is no space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["there is nothing after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400],
  ["there is nothing before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["there is a version", "GET /\r\n\r\n", 400],
  ["the version is HTTP's", "GET / http/1.1\r\nHost: a\r\n\r\n", 400],
  ["the version is not 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  ["the version is not 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505],
  ["the version is not 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505],
  ["the version has two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400],
  ["two empty lines are before no request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["TLS is no request", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
  ["IRC is no request", "NICK bob\r\nUSER a 0 * :b\r\n", 400],
];

Deno.test("RequestReader: what could be understood in two ways is refused", async (t) => {
  for (const [name, text, status] of FAULTS) {
    await t.step(name, () => {
      // A fault is for ever: what follows is not read.
      const { requests, fault } = read(`${text}${get()}`);
      assertEquals([requests, fault?.status], [[], status]);
    });
  }
});

Deno.test("RequestReader: hosts are names and addresses with a port", () => {
  for (const host of ["a", "a.b-c_d.example.", "192.0.2.1:80", "[::1]", "[fe80::1]:8097", "A:1"]) {
    assertEquals(only(`GET / HTTP/1.1\r\nHost:\t${host}\r\n\r\n`).headers.get("host"), host);
  }
});

Deno.test("RequestReader: lines and heads are bounded, wherever they end", () => {
  const line = (length: number) => `GET /${"a".repeat(length - 14)} HTTP/1.1`;
  const head = (length: number) => get(`A: ${"b".repeat(length - get("A: ").length)}`);
  const fields = (count: number) => get(...Array.from({ length: count - 1 }, () => "A: b"));
  const cases: [text: string, status: number | undefined][] = [
    [`${line(2048)}\r\nHost: a\r\n\r\n`, undefined],
    [`${line(2049)}\r\nHost: a\r\n\r\n`, 414],
    [line(2049).slice(0, 2049), 414],
    ["a".repeat(2049), 414],
    ["a".repeat(100_000), 414],
    [head(8192), undefined],
    [head(8193), 431],
    [head(8192).slice(0, -4) + "bb", undefined],
    [head(8192).slice(0, -4) + "bbbbb", 431],
    [get(`A: ${"b".repeat(100_000)}`), 431],
    [fields(64), undefined],
    [fields(65), 431],
    [get(`A: b${" ".repeat(8000)}c`), undefined],
  ];
  for (const [text, status] of cases) {
    assertEquals(read(text).fault?.status, status, text.slice(0, 40) + text.length);
  }
});

Deno.test("RequestReader: requests that follow each other come one by one", () => {
  const { requests, fault } = read(
    `\r\n${get()}\r\n${get("Content-Length: 0")}HEAD /b HTTP/1.1\r\nHost: c\r\n\r\nGET / HT`,
  );
  assertEquals(fault, undefined);
  assertEquals(requests.map(({ method, path }) => `${method} ${path}`), [
    "GET /",
    "GET /",
    "HEAD /b",
  ]);
});

Deno.test("RequestReader: the rest is what follows the last request", () => {
  const reader = new RequestReader();
  assertEquals(reader.rest(), new Uint8Array(0));
  const chunk = bytes(`${get()}\x81\x80abcd`);
  reader.push(chunk);
  reader.next();
  const rest = reader.rest();
  chunk.fill(0);
  assertEquals(rest, bytes("\x81\x80abcd"));
  const exact = new RequestReader();
  exact.push(bytes(get()));
  exact.next();
  assertEquals(exact.rest(), new Uint8Array(0));
});
