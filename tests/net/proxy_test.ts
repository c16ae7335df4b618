import { assert, assertEquals, assertMatch } from "@std/assert";
import { readProxy } from "../../lib/net/proxy.ts";
import { socks5, type SocksVerdict } from "../../lib/net/socks.ts";
import { forManySeeds, Random } from "../fuzz/random.ts";

Deno.test("Proxy: ALL_PROXY is understood, and what can't be used is said", () => {
  const cases: [value: string, name: string | undefined, looksUp?: boolean, user?: string][] = [
    ["socks5://127.0.0.1:9050", "socks5://127.0.0.1:9050", false],
    ["socks5h://proxy.example", "socks5h://proxy.example:1080", true],
    ["SOCKS5H://Proxy.Example:80/", "socks5h://proxy.example:80", true],
    [" socks5://[::1]:1 ", "socks5://[::1]:1", false],
    ["socks5h://ali:ge%40heim@p:2", "socks5h://p:2", true, "ali:ge@heim"],
    ["", undefined],
    ["http://proxy:3128", undefined],
    ["socks4a://proxy:3128", undefined],
    ["proxy:3128", undefined],
    ["socks5://", undefined],
    ["socks5://a b:1", undefined],
    ["socks5://h:99999", undefined],
    [`socks5://${"u".repeat(256)}:x@h`, undefined],
    ["socks5://ali@h", undefined],
    ["socks5://ali:%ff@h", undefined],
  ];
  for (const [value, name, looksUp, user] of cases) {
    const { proxy, warning } = readProxy({ ALL_PROXY: value });
    assertEquals(proxy?.name, name, value);
    assertEquals(warning === undefined, name !== undefined || value === "", value);
    if (proxy === undefined) continue;
    assertEquals(proxy.looksUp, looksUp);
    const { credentials } = proxy;
    assertEquals(credentials && `${credentials.user}:${credentials.password}`, user);
  }
  assertEquals(readProxy({ all_proxy: "socks5://a", ALL_PROXY: "socks5://b" }).proxy?.host, "a");
  assertMatch(
    readProxy({ all_proxy: "http://ali:geheim@proxy:3128" }).warning ?? "",
    /^all_proxy names a proxy of the kind http, which chat does not support: .* Only SOCKS5 is supported\. Write/,
  );
  // The error does not repeat the password.
  for (const value of ["http://ali:geheim@h", "socks5://ali:geheim@h:0x1", "ali:geheim@h:1"]) {
    assert(!/geheim/.test(readProxy({ ALL_PROXY: value }).warning ?? "geheim"), value);
  }
});

Deno.test("Proxy: who is named in NO_PROXY, and this machine, is reached without it", () => {
  const cases: [exceptions: string, host: string, port: number, passed: boolean][] = [
    ["", "chat.example", 6697, false],
    ["", "localhost", 6697, true],
    ["", "LOCALHOST.", 6697, true],
    ["", "a.localhost", 6697, true],
    ["", "127.1.2.3", 6697, true],
    ["", "::1", 6697, true],
    ["", "localhost.example", 6697, false],
    ["*", "chat.example", 6697, true],
    ["a, *", "chat.example", 6697, true],
    ["chat.example", "chat.example", 6697, true],
    ["chat.example", "Chat.Example.", 6697, true],
    ["chat.example", "sub.chat.example", 6697, true],
    ["chat.example", "notchat.example", 6697, false],
    [".example", "chat.example", 6697, true],
    ["*.example", "chat.example", 6697, true],
    [".example", "example", 6697, true],
    [".", "chat.example", 6697, false],
    ["x y,chat.example:6697", "chat.example", 6697, true],
    ["chat.example:6697", "chat.example", 6667, false],
    ["192.0.2.0/24", "192.0.2.77", 6697, true],
    ["192.0.2.0/24", "192.0.3.77", 6697, false],
    ["192.0.2.7", "192.0.2.7", 6697, true],
    ["192.0.2.7:1", "192.0.2.7", 6697, false],
    ["2001:db8::/32", "2001:db8:1::9", 6697, true],
    ["2001:db8::/32", "2001:db9::9", 6697, false],
    ["[2001:db8::1]:6697", "2001:DB8:0::1", 6697, true],
    ["[2001:db8::1]:6697", "2001:db8::1", 1, false],
    ["fe80::/10", "fe80::1%eth0", 6697, true],
    ["192.0.2.0/33", "192.0.2.1", 6697, false],
  ];
  for (const [exceptions, host, port, passed] of cases) {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const { proxy } = readProxy({ ALL_PROXY: "socks5://p", [name]: exceptions });
      assertEquals(proxy?.passesOver(host, port), passed, `${exceptions} ${host}:${port}`);
    }
  }
  // This also holds without a usable proxy, so that there is no needless warning.
  assertEquals(readProxy({ ALL_PROXY: "http://p", NO_PROXY: "a" }).passesOver("a", 1), true);
});

/** Runs a handshake with a proxy that gives these answers. */
function shake(
  answers: readonly (readonly number[])[],
  host = "chat.example",
  credentials = false,
): { sent: number[][]; verdict: SocksVerdict | undefined } {
  const given = credentials ? { user: "ali", password: "ş" } : undefined;
  const handshake = socks5(host, 6697, given);
  const sent: number[][] = [];
  let next = handshake.next(new Uint8Array());
  for (const answer of answers) {
    if (next.done) break;
    if (next.value.send.length > 0) sent.push([...next.value.send]);
    assertEquals(next.value.read, answer.length);
    next = handshake.next(Uint8Array.from(answer));
  }
  if (!next.done && next.value.send.length > 0) sent.push([...next.value.send]);
  return { sent, verdict: next.done ? next.value : undefined };
}

Deno.test("Socks: the bytes are those of RFC 1928 and RFC 1929", () => {
  const name = [...new TextEncoder().encode("chat.example")];
  const port = [6697 >> 8, 6697 & 0xff];
  const replied = [[5, 0, 0, 1], [0, 0, 0, 0, 0, 0]];
  assertEquals(shake([[5, 0], ...replied]), {
    sent: [[5, 1, 0], [5, 1, 0, 3, 12, ...name, ...port]],
    verdict: { kind: "connected" },
  });
  assertEquals(shake([[5, 0], ...replied], "192.0.2.1").sent[1], [
    5,
    1,
    0,
    1,
    192,
    0,
    2,
    1,
    ...port,
  ]);
  assertEquals(shake([[5, 0], ...replied], "2001:db8::1").sent[1]?.slice(0, 8), [
    ...[5, 1, 0, 4],
    ...[0x20, 0x01, 0x0d, 0xb8],
  ]);
  const login = [1, 3, ...new TextEncoder().encode("ali"), 2, 0xc5, 0x9f];
  assertEquals(shake([[5, 2], [1, 0], ...replied], "h", true).sent.slice(0, 2), [
    [5, 2, 0, 2],
    login,
  ]);
  for (const bound of [[[5, 0, 0, 4], Array(18).fill(0)], [[5, 0, 0, 3], [2], [1, 2, 3, 4]]]) {
    assertEquals(shake([[5, 0], ...bound]).verdict, { kind: "connected" });
  }
});

Deno.test("Socks: what a proxy does instead is told", () => {
  const cases: [answers: number[][], credentials: boolean, told: RegExp][] = [
    [[[4, 0]], false, /^does not speak SOCKS5$/],
    [[[0x48, 0x54]], false, /^does not speak SOCKS5$/],
    [[[5, 0xff]], false, /^requires a username and a password$/],
    [[[5, 2]], false, /^requires a username and a password$/],
    [[[5, 0xff]], true, /^does not accept a username and a password$/],
    [[[5, 2], [1, 1]], true, /^rejected the username and the password$/],
    [[[5, 0], [5, 2, 0, 1]], false, /^does not allow this connection$/],
    [[[5, 0], [5, 4, 0, 1]], false, /^says that the machine is unreachable$/],
    [[[5, 0], [5, 99, 0, 1]], false, /^could not connect$/],
    [[[5, 0], [5, 0, 0, 9]], false, /^does not speak SOCKS5$/],
    [[[5, 0], [4, 0, 0, 1]], false, /^does not speak SOCKS5$/],
  ];
  for (const [answers, credentials, told] of cases) {
    const { verdict } = shake(answers, "h", credentials);
    assertMatch(verdict?.kind === "failed" ? verdict.why : `${verdict?.kind}`, told);
  }
  assertEquals(shake([[5, 0], [5, 5, 0, 1]]).verdict, { kind: "refused" });
  assertEquals(shake([], "x".repeat(256)).verdict?.kind, "failed");
});

Deno.test("Socks: whatever a proxy answers, the handshake ends, and asks for little", async () => {
  await forManySeeds(300, (seed) => {
    const random = new Random(seed);
    const credentials = random.oneIn(2) ? { user: "u", password: "p" } : undefined;
    const handshake = socks5(
      random.pick(["h", "192.0.2.1", "::2"]),
      random.below(65536),
      credentials,
    );
    let next = handshake.next(new Uint8Array());
    let [steps, read] = [0, 0];
    while (!next.done) {
      steps++;
      read += next.value.read;
      const likely = [5, 0, 0, 1, 2, 3, 4];
      next = handshake.next(Uint8Array.from(
        random.several(
          next.value.read,
          () => random.oneIn(4) ? random.below(256) : random.pick(likely),
        ),
      ));
    }
    assert(steps <= 5 && read <= 2 + 2 + 4 + 1 + 257, `${steps} steps, ${read} bytes`);
  });
});
