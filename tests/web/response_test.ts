import { assertEquals, assertMatch } from "@std/assert";
import { assetAnswer, headOf, sentence } from "../../lib/web/response.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("Response: a head has the date, the length, what protects the page, and the answer's own", () => {
  const head = text(headOf(sentence(405, "No.", { Allow: "GET, HEAD" }), 0, true));
  assertMatch(
    head,
    /^HTTP\/1\.1 405 Method Not Allowed\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n/,
  );
  assertMatch(head, /\r\n\r\n$/);
  for (
    const field of [
      "Content-Length: 4",
      "Connection: close",
      "Content-Type: text/plain; charset=utf-8",
      "Allow: GET, HEAD",
      "Cache-Control: no-store",
      "X-Content-Type-Options: nosniff",
      "Referrer-Policy: no-referrer",
      "Cross-Origin-Opener-Policy: same-origin",
      "Cross-Origin-Resource-Policy: same-origin",
    ]
  ) {
    assertEquals(head.split("\r\n").includes(field), true, field);
  }
  const [, policy = ""] = /Content-Security-Policy: (.*)\r\n/.exec(head) ?? [];
  assertMatch(policy, /^default-src 'self';.* frame-ancestors 'none'/);
  assertEquals(policy.includes("unsafe"), false);
  assertEquals(text(headOf(sentence(404, ""), 0, false)).includes("Connection:"), false);
});

Deno.test("Response: a file is compressed for those who understand it, and sent only if it is new", () => {
  const asset = {
    type: "text/css",
    bytes: bytes("body {}"),
    gzip: bytes("gz"),
    cache: "public, max-age=31536000, immutable",
    tag: "abc",
    headers: { "Content-Security-Policy": "default-src 'none'" },
  };
  const cases: [fields: Record<string, string>, status: number, body: string][] = [
    [{}, 200, "body {}"],
    [{ "accept-encoding": "br, gzip" }, 200, "gz"],
    [{ "accept-encoding": "gzip;q=0.5" }, 200, "gz"],
    [{ "accept-encoding": "GZIP, deflate" }, 200, "gz"],
    [{ "accept-encoding": "br, gzip;q=0, identity" }, 200, "body {}"],
    [{ "accept-encoding": "gzip; q=0.000" }, 200, "body {}"],
    [{ "accept-encoding": "nogzip" }, 200, "body {}"],
    [{ "if-none-match": 'W/"abc"' }, 304, ""],
    [{ "if-none-match": '"x", "abc"', "accept-encoding": "gzip" }, 304, ""],
    [{ "if-none-match": '"x"' }, 200, "body {}"],
    [{ "if-none-match": "abc" }, 200, "body {}"],
  ];
  for (const [fields, status, body] of cases) {
    const answer = assetAnswer(asset, new Map(Object.entries(fields)));
    assertEquals([answer.status, text(answer.body)], [status, body], JSON.stringify(fields));
    assertEquals(answer.headers["Content-Encoding"], body === "gz" ? "gzip" : undefined);
    const head = text(headOf(answer, 0, false));
    assertMatch(head, /Vary: Accept-Encoding\r\n/);
    assertMatch(head, /ETag: W\/"abc"\r\n/);
    // The file's own policy is the only one.
    assertEquals(head.match(/Content-Security-Policy: .*/g), [
      "Content-Security-Policy: default-src 'none'",
    ]);
    assertEquals(
      /Content-Length: (\d+)/.exec(head)?.[1],
      status === 304 ? undefined : `${body.length}`,
    );
  }
  const { tag: _, gzip: __, ...plain } = asset;
  const answer = assetAnswer(plain, new Map([["if-none-match", '""']]));
  assertEquals([answer.status, answer.headers.ETag, answer.headers.Vary], [
    200,
    undefined,
    undefined,
  ]);
});
