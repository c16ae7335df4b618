import { assert, assertEquals } from "@std/assert";
import {
  addressOf,
  parseTarget,
  type Target,
  withoutEncryption,
  writeTarget,
} from "../../../lib/client/trust/target.ts";

Deno.test("Target: an address is understood in every usual form", () => {
  type Encryption = "auto" | "always";
  const cases: [
    typed: string,
    host: string,
    port: number | undefined,
    room: string,
    encryption?: Encryption,
  ][] = [
    ["localhost", "localhost", undefined, "#lobby"],
    [" localhost ", "localhost", undefined, "#lobby"],
    ["160.75.196.214:7000", "160.75.196.214", 7000, "#lobby"],
    ["chat.example:6667", "chat.example", 6667, "#lobby"],
    ["chat.example/music", "chat.example", undefined, "#music"],
    ["chat.example/#music", "chat.example", undefined, "#music"],
    ["chat.example:7000/müzik", "chat.example", 7000, "#müzik"],
    ["chat.example/", "chat.example", undefined, "#lobby"],
    ["[::1]:7000", "::1", 7000, "#lobby"],
    ["[::1]", "::1", undefined, "#lobby"],
    ["[2001:db8::1]:7000/a/b", "2001:db8::1", 7000, "#a/b"],
    ["::1", "::1", undefined, "#lobby"],
    ["::1/oda", "::1", undefined, "#oda"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1", undefined, "#lobby"],
    ["irc://chat.example", "chat.example", undefined, "#lobby"],
    ["IRC://chat.example:7000/m%C3%BCzik?key", "chat.example", 7000, "#müzik"],
    ["irc://chat.example/%23music,isnick", "chat.example", undefined, "#music"],
    ["irc://[::1]:7000/", "::1", 7000, "#lobby"],
    ["fe80::1%eth0", "fe80::1%eth0", undefined, "#lobby"],
    ["[fe80::1%eth0]:7000/a", "fe80::1%eth0", 7000, "#a"],
    ["ircs://[fe80::1%25eth0]", "fe80::1%eth0", undefined, "#lobby", "always"],
    ["irc://[fe80::1%25en0]:7000/a", "fe80::1%en0", 7000, "#a"],
    ["irc://[fe80::1%254]:7000/", "fe80::1%4", 7000, "#lobby"],
    ["[fe80::1%254]:7000", "fe80::1%254", 7000, "#lobby"],
    ["[fe80::1%25eth0]:7000", "fe80::1%eth0", 7000, "#lobby"],
    ["örnek.example", "xn--rnek-4qa.example", undefined, "#lobby"],
    ["my_host:1", "my_host", 1, "#lobby"],
    ["h:65535", "h", 65535, "#lobby"],
    ["h:+7001", "h", 7001, "#lobby", "always"],
    ["[::1]:+7001/a", "::1", 7001, "#a", "always"],
    ["irc://h:+7001", "h", 7001, "#lobby", "always"],
    ["ircs://h", "h", undefined, "#lobby", "always"],
    ["IRCS://h:7001/m%C3%BCzik", "h", 7001, "#müzik", "always"],
  ];
  for (const [typed, host, port, room, encryption = "auto"] of cases) {
    const unnamed = room === "#lobby" && { unnamed: true as const };
    const target = { host, port, encryption, room, ...unnamed };
    assertEquals(parseTarget(typed), { target }, typed);
  }
});

const TOKEN = "invite-AAAAAAAAAAAAAAAAAAAAAA";
const FINGERPRINT = `SHA256:${"a+/".repeat(14)}A`;

Deno.test("Target: an address can hold an invitation, a fingerprint and the key of a room", () => {
  const url = FINGERPRINT.replaceAll("+", "-").replaceAll("/", "_");
  const named = { host: "h", port: undefined, encryption: "always", room: "#a" } as const;
  const place = { ...named, room: "#lobby", unnamed: true } as const;
  const cases: [typed: string, target: Target][] = [
    [`ircs://h/?invite=${TOKEN}`, { ...place, invite: TOKEN }],
    [`ircs://h?invite=${TOKEN}&x=1`, { ...place, invite: TOKEN }],
    [`irc://h/?invite=${TOKEN}`, { ...place, encryption: "auto", invite: TOKEN }],
    ...[url, FINGERPRINT, encodeURIComponent(FINGERPRINT)].map((fingerprint): [string, Target] => [
      `ircs://h/?invite=${TOKEN}&fingerprint=${fingerprint}`,
      { ...place, invite: TOKEN, fingerprint: FINGERPRINT },
    ]),
    [
      `ircs://h:7001/a?fingerprint=${url}`,
      { ...named, port: 7001, fingerprint: FINGERPRINT },
    ],
    ["irc://h/a?key=s%C3%BCt", { ...named, encryption: "auto", key: "süt" }],
  ];
  for (const [typed, target] of cases) assertEquals(parseTarget(typed), { target }, typed);
  // An error message never contains the secret of an invitation.
  for (const typed of [`ircs://h/?invite=${TOKEN}x`, `ircs://h/?invite=${TOKEN}&fingerprint=a`]) {
    const check = parseTarget(typed);
    assert("fault" in check && /is incomplete/.test(check.fault), JSON.stringify(check));
    assert(!check.fault.includes("invite-"));
  }
});

Deno.test("Target: --no-tls is refused if the address asks for encryption", () => {
  const plain = { host: "h", port: undefined, encryption: "never", room: "#a" } as const;
  assertEquals(withoutEncryption(parseTarget("h/a")), { target: plain });
  for (const typed of ["ircs://h", "h:+1", `irc://h/?fingerprint=${FINGERPRINT}`]) {
    const check = withoutEncryption(parseTarget(typed));
    assert("fault" in check && /--no-tls/.test(check.fault), typed);
  }
  const { fault } = parseTarget("") as { fault: string };
  assertEquals(withoutEncryption({ fault }), { fault });
});

Deno.test("Target: an address that can't be understood is explained", () => {
  const cases: [typed: string, words: string][] = [
    ["", "the host is missing"],
    [":7000", "the host is missing"],
    ["/room", "the host is missing"],
    ["h:0", "the port must be a number from 1 to 65535"],
    ["h:65536", "the port must be a number"],
    ["h:", "the port must be a number"],
    ["h:7x", "the port must be a number"],
    ["[::1", "too many colons"],
    ["[h]:1", "not an IPv6 address"],
    ["1:2:3", "too many colons"],
    ["a b", "this is not a valid host name"],
    ["h\u200b", "this is not a valid host name"],
    ["h/a b", "a room name cannot contain spaces"],
    ["h/a,b", 'a room name cannot contain ","'],
    ["irc://h/%", "broken %-escape"],
    ["irc://h/a?key=x%20y", "the key of the room in it is not valid"],
    ["irc://me@h", "it must not contain a username"],
    ["http://h", "http:// is not the address of a chat server"],
    ["h:+", "the port must be a number"],
    ["h:+0", "the port must be a number"],
    ["ircs://", "the host is missing"],
  ];
  for (const [typed, words] of cases) {
    const check = parseTarget(typed);
    assert("fault" in check && check.fault.includes(words), `${typed}: ${JSON.stringify(check)}`);
    assert(!/[\n\p{C}]/u.test(check.fault));
  }
});

Deno.test("Target: an address is shown with its port, IPv6 in brackets", () => {
  assertEquals(addressOf({ host: "h", port: 1 }), "h:1");
  assertEquals(addressOf({ host: "::1", port: 1 }), "[::1]:1");
  assertEquals(addressOf({ host: "::1", port: undefined }), "::1");
});

Deno.test("Target: it is written as the shortest text that means it", () => {
  const cases: [typed: string, written: string][] = [
    ["localhost", "localhost"],
    ["localhost:6667/#lobby", "localhost:6667/lobby"],
    ["localhost:7000", "localhost:7000"],
    ["irc://chat.example/m%C3%BCzik", "chat.example/müzik"],
    ["chat.example/##c", "chat.example/##c"],
    ["::1", "::1"],
    ["[::1]:7000/a", "[::1]:7000/a"],
    ["::1/a", "::1/a"],
    ["ircs://h", "ircs://h"],
    ["ircs://[::1]/100%25/a%3Fb", "ircs://[::1]/100%25/a%3Fb"],
    ["ircs://h:7001/a", "h:+7001/a"],
    ["[::1]:+7001", "[::1]:+7001"],
    ["[fe80::1%eth0]:7001", "[fe80::1%eth0]:7001"],
    ["ircs://[fe80::1%25eth0]", "ircs://[fe80::1%25eth0]"],
    ["a, b:7000 ,::1/music", "a,b:7000,::1/music"],
    ["a:+7001,b", "a:+7001,b"],
    ["ircs://a:7001,b/a", "ircs://a:7001,b/a"],
    ["ircs://a:7001,[::1]:7002", "a:+7001,[::1]:+7002"],
  ];
  for (const [typed, written] of cases) {
    const check = parseTarget(typed);
    assert("target" in check, typed);
    assertEquals(writeTarget(check.target), written);
    assertEquals(parseTarget(written), check);
  }
  const invited = parseTarget(`ircs://h/?invite=${TOKEN}&fingerprint=${FINGERPRINT}`);
  assert("target" in invited);
  assertEquals(writeTarget(invited.target), "ircs://h");
});

Deno.test("Target: several servers are one chat, without encryption all or none", () => {
  const check = parseTarget("a:7000,b/music");
  assert("target" in check);
  const host = (host: string, port?: number) => ({ host, port, encryption: "auto" as const });
  assertEquals(check.target, { ...host("a", 7000), others: [host("b")], room: "#music" });
  const plain = withoutEncryption(check);
  assert("target" in plain);
  assertEquals([plain.target, ...plain.target.others!].map(({ encryption }) => encryption), [
    ...["never", "never"],
  ]);
  for (const typed of ["a,b:+7000", "ircs://a,b"]) {
    assert("fault" in withoutEncryption(parseTarget(typed)), typed);
  }
  for (const typed of ["a,", ",a", "a,,b", "a,b c", "a,b:0"]) {
    assert("fault" in parseTarget(typed), typed);
  }
});
