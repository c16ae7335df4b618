/** The door for browsers, over real sockets. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { WebPatience } from "../../../lib/cli/serve/web_visit.ts";
import { HAS_IPV6, RawClient } from "../../e2e/raw_client.ts";
import { permitted } from "../../permitted.ts";
import { UPGRADE } from "../../web/http_client.ts";
import { House } from "./house.ts";

/** A path that is no file of the site. */
const NOWHERE = "/nowhere";

Deno.test(
  permitted("Web door: a page is asked for with GET or HEAD; the rest is refused", async () => {
    await using house = await House.open();
    const cases: [request: string, status: number, headers?: Record<string, string>][] = [
      ["GET / HTTP/1.1\r\nHost: localhost", 200, { "content-type": "text/html; charset=utf-8" }],
      ["GET /?a=b HTTP/1.1\r\nHost: 127.0.0.1:1", 200],
      [`GET ${NOWHERE} HTTP/1.1\r\nHost: chat.test`, 404],
      ["GET /../etc/passwd HTTP/1.1\r\nHost: localhost", 404],
      ["GET / HTTP/1.0\r\nHost: localhost", 200, { connection: "close" }],
      ["GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close", 200, { connection: "close" }],
      ["POST / HTTP/1.1\r\nHost: localhost", 405, { allow: "GET, HEAD", connection: "close" }],
      ["OPTIONS * HTTP/1.1\r\nHost: localhost", 405],
      ["GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5", 413, { connection: "close" }],
      ["GET / HTTP/1.1", 400, { connection: "close" }],
      ["NICK Furkan", 400],
      [`GET /${"x".repeat(3000)} HTTP/1.1`, 414],
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(9000)}`, 431],
      ["GET / HTTP/1.1\r\nHost: evil.example", 421],
      ["GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket", 426, {
        "sec-websocket-version": "13",
      }],
    ];
    for (const [request, status, headers = {}] of cases) {
      using client = await house.connect();
      await client.send(`${request}\r\n\r\n`);
      const answer = await client.answer();
      assertEquals(answer?.status, status, request.slice(0, 99));
      for (const [name, value] of Object.entries(headers)) {
        assertEquals(answer?.headers.get(name), value, request.slice(0, 99));
      }
      assertMatch(answer?.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
      if (answer?.headers.get("connection") === "close") assert(await client.ended());
    }
    using client = await house.connect();
    await client.ask("/", {}, "HEAD");
    const head = await client.answer(true);
    const whole = await client.get("/");
    assertEquals(head?.headers.get("content-length"), `${whole?.body.length}`);
    assertMatch(whole?.body ?? "", /<title>/);
    assertEquals(house.log.text, "");
  }),
);

Deno.test(
  permitted(
    "Web door: requests of one connection are answered in their order, a hundred of them",
    async () => {
      await using house = await House.open();
      using client = await house.connect();
      const paths = Array.from({ length: 101 }, (_, at) => at % 3 === 0 ? "/" : NOWHERE);
      // All at once, in one piece.
      await client.send(
        paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(""),
      );
      for (let at = 0; at < 100; at++) {
        const answer = await client.answer();
        assertEquals(answer?.status, at % 3 === 0 ? 200 : 404);
        assertEquals(answer?.headers.get("connection"), at === 99 ? "close" : undefined);
      }
      assert(await client.ended());
    },
  ),
);

Deno.test(
  permitted(
    "Web door: a peer that is slow is cut off; if it has begun, it is told why",
    async () => {
      const cases: [sends: string, patience: Partial<WebPatience>, answers: number[]][] = [
        ["", { headMs: 30 }, []],
        ["GET / HTTP/1.1\r\nHost: loc", { headMs: 30 }, [408]],
        ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", { idleMs: 30 }, [200]],
        ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET", { headMs: 30, idleMs: 30 }, [200, 408]],
        // A TLS handshake that goes on too slowly.
        ["\x16\x03\x01", { headMs: 30 }, []],
      ];
      for (const [sends, patience, answers] of cases) {
        await using house = await House.open({}, patience);
        using client = await house.connect();
        await client.send(sends);
        for (const status of answers) assertEquals((await client.answer())?.status, status, sends);
        assert(await client.ended(), sends);
      }
    },
  ),
);

/** The settings of a server behind a proxy on the same machine. */
const PROXIED = { web: { trustedProxies: ["127.0.0.1"], origins: ["https://chat.example"] } };
const FAR = { "X-Forwarded-For": "203.0.113.9", Host: "chat.example" };
const FAR_HTTPS = { ...FAR, "X-Forwarded-Proto": "https" };

Deno.test(
  permitted(
    "Web door: what a trusted proxy says of its visitors counts, and of nobody else",
    async () => {
      await using house = await House.open(PROXIED);
      using client = await house.connect();
      const redirect = await client.get("/x?y", FAR);
      assertEquals([redirect?.status, redirect?.headers.get("location")], [
        308,
        "https://chat.example/x?y",
      ]);
      assertEquals((await client.get("/", FAR_HTTPS))?.status, 200);
      const own = { ...UPGRADE, ...FAR_HTTPS };
      assertEquals(
        (await client.get("/", { ...own, Origin: "https://evil.example" }))?.status,
        403,
      );
      assertEquals(
        (await client.get("/", { ...own, Origin: "https://chat.example" }))?.status,
        101,
      );
      await house.log.line(/ 203\.0\.113\.9:\d+ is connected to the server$/);
      await using other = await House.open({ web: { origins: PROXIED.web.origins } });
      assertEquals((await other.get("/", FAR))?.[0], 200);
    },
  ),
);

Deno.test(permitted("Web door: the bans of the server hold here too, with the reason", async () => {
  const opers = [{ name: "root", password: "secret" }];
  await using house = await House.open({ ...PROXIED, opers, host: null });
  const hostname = HAS_IPV6 ? "::1" : "127.0.0.1";
  await using oper = await RawClient.user(house.ircPort, "Gamze", { hostname });
  await oper.send("OPER root secret", "DLINE 203.0.113.0/24 :no spam");
  await oper.until(/Added a DLINE/);
  for (const more of [{}, UPGRADE]) {
    const reason = "You are banned from this server: no spam";
    assertEquals(await house.get("/", { ...FAR_HTTPS, ...more }), [403, `${reason}\n`]);
    await house.log.line(new RegExp(` 203\\.0\\.113\\.9:\\d+ was refused: ${reason}$`));
  }
  assertEquals(
    (await house.get("/", { ...FAR_HTTPS, "X-Forwarded-For": "203.0.114.9" }))?.[0],
    200,
  );
  if (!HAS_IPV6) return;
  await oper.send("DLINE 127.0.0.1 :no machines");
  await oper.until(/Added a DLINE/);
  assertEquals(await house.get("/"), [403, "You are banned from this server: no machines\n"]);
}));

Deno.test(
  permitted(
    "Web door: connections count against the limits of their address, and are told so",
    async () => {
      const cases: [limits: object, open: number, status: number, reason: string][] = [
        [{ connectionsPerIp: 2 }, 2, 429, "Too many connections from your address"],
        [
          { connectionsPerMinute: 2 },
          2,
          429,
          "Too many new connections from your address: try again in a minute",
        ],
        [{ connections: 2 }, 2, 503, "The server is full"],
        [
          { unregistered: 2, exempt: ["127.0.0.1"] },
          2,
          503,
          "Too many connections are being set up: try again in a moment",
        ],
        [
          { unregistered: 16 },
          2,
          429,
          "Too many connections from your address are being set up: try again in a moment",
        ],
      ];
      for (const [limits, open, status, reason] of cases) {
        await using house = await House.open({ limits });
        {
          using _first = await house.connect();
          using second = await house.connect();
          assertEquals(open, 2);
          // An answer shows that both were accepted.
          assertEquals((await second.get(NOWHERE))?.status, 404);
          using refused = await house.connect();
          await refused.ask("/");
          const answer = await refused.answer();
          assertEquals([answer?.status, answer?.body], [status, `${reason}\n`]);
          assert(await refused.ended());
          await house.log.line(
            new RegExp(`${RegExp.escape(refused.address)} was refused: ${reason}$`),
          );
        }
        if ("connectionsPerMinute" in limits) continue;
        // The places are free again, as soon as the server has seen that they left.
        while ((await house.get("/"))?.[0] !== 200);
      }
    },
  ),
);

Deno.test(permitted("Web door: who breaks a rule and then does nothing is gone soon", async () => {
  await using house = await House.open();
  using client = await house.connect();
  await client.ask("/", UPGRADE);
  await client.until(/101 /);
  // A frame without a mask; then it neither closes nor sends.
  await client.send("\x81\x01x");
  await house.log.line(
    / is disconnected \(It broke the rules of WebSocket: a frame has no mask\)$/,
  );
}));

Deno.test(permitted("Web door: a WebSocket keeps the place that its connection had", async () => {
  await using house = await House.open({
    limits: { connectionsPerIp: 2, connectionsPerMinute: 0 },
  });
  for (let round = 0; round < 5; round++) {
    using one = await house.connect();
    using two = await house.connect();
    for (const client of [one, two]) assertEquals((await client.get("/", UPGRADE))?.status, 101);
    await using third = await RawClient.connect(house.ircPort);
    assertMatch(await third.end(), /^ERROR .*\(Too many connections from your address\)$/);
    const over = ["first", "second"].map(() => house.log.line(/ is disconnected$/));
    for (const client of [one, two]) client[Symbol.dispose]();
    for (const each of over) await each;
  }
}));

Deno.test(permitted("Web door: behind a proxy, the limits are those of each visitor", async () => {
  await using house = await House.open({
    ...PROXIED,
    limits: { connectionsPerIp: 1, connectionsPerMinute: 3 },
  });
  using stack = new DisposableStack();
  const enter = async (address: string) => {
    const client = stack.use(await house.connect());
    return await client.get("/", { ...UPGRADE, ...FAR_HTTPS, "X-Forwarded-For": address });
  };
  for (let count = 0; count < 10; count++) {
    assertEquals((await enter(`203.0.113.${count}`))?.status, 101);
    assertEquals((await house.get("/", { ...FAR_HTTPS }))?.[0], 200);
  }
  const refused = await enter("203.0.113.5");
  assertEquals([refused?.status, refused?.body], [429, "Too many connections from your address\n"]);
  await house.log.line(/ 203\.0\.113\.5:\d+ was refused: Too many connections from your address$/);
}));

Deno.test(
  permitted(
    "Web door: if places get scarce, no connection is kept between two requests",
    async () => {
      await using house = await House.open({ limits: { unregistered: 4, exempt: ["127.0.0.1"] } });
      using first = await house.connect();
      assertEquals((await first.get("/"))?.headers.get("connection"), undefined);
      using second = await house.connect();
      assertEquals((await second.get("/"))?.headers.get("connection"), "close");
      assert(await second.ended());
    },
  ),
);

Deno.test(
  permitted("Web door: when the server closes, requests end, and WebSockets are told", async () => {
    const house = await House.open();
    using idle = await house.connect();
    assertEquals((await idle.get("/"))?.status, 200);
    const socket = new WebSocket(`ws://localhost:${house.port}/`);
    const lines: string[] = [];
    socket.onmessage = ({ data }) => lines.push(data);
    const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
    await new Promise((resolve) => socket.onopen = resolve);
    await house.close();
    assert(await idle.ended());
    const { code, wasClean } = await closed;
    assertEquals([lines, code, wasClean], [
      ["ERROR :Closing link: 127.0.0.1 (The server is closing)"],
      1001,
      true,
    ]);
  }),
);
