import { assertEquals, assertThrows } from "@std/assert";
import {
  findKnown,
  type KnownHost,
  KnownHostsError,
  parseKnownHosts,
  wasEncrypted,
  withKnown,
} from "../../../lib/client/trust/known_hosts.ts";

const A = `SHA256:${"A".repeat(42)}A`;
const B = `SHA256:${"B".repeat(42)}A`;

const TEXT = `# servers
chat.example:6697 ${A} 2026-01-02

[fd00::1]:7000   ${B}   2026-01-03  # the one in the cellar
irc.example:6697 authority 2026-01-04
`;

Deno.test("Known hosts: each line has a server, its identity and a date, and may have a comment", () => {
  const known = parseKnownHosts(TEXT, "known_hosts");
  assertEquals(known, [
    { line: 2, host: "chat.example", port: 6697, fingerprint: A, since: "2026-01-02" },
    { line: 4, host: "fd00::1", port: 7000, fingerprint: B, since: "2026-01-03" },
    { line: 5, host: "irc.example", port: 6697, fingerprint: null, since: "2026-01-04" },
  ]);
  assertEquals(findKnown(known, "CHAT.example", 6697)?.line, 2);
  assertEquals(findKnown(known, "chat.example", 7000), undefined);
  assertEquals(wasEncrypted(known, "Chat.Example"), true);
  assertEquals(wasEncrypted(known, "other.example"), false);
  for (const empty of ["", "\n\n", "# nothing", "\ufeff"]) {
    assertEquals(parseKnownHosts(empty, ""), []);
  }
  assertEquals(parseKnownHosts(TEXT.replaceAll("\n", "\r\n"), "").length, 3);
});

Deno.test("Known hosts: a broken line is an error that names it, and is never passed over", () => {
  const cases: [line: string, why: RegExp][] = [
    ["chat.example", /it must be HOST:PORT, a fingerprint and a date/],
    [`chat.example ${A} 2026-01-02`, /it must be HOST:PORT/],
    [`fd00::1:6697 ${A} 2026-01-02`, /it must be HOST:PORT/],
    [`chat.example:6697 ${A}`, /it must be HOST:PORT/],
    [`chat.example:0 ${A} 2026-01-02`, /the port must be a number from 1 to 65535/],
    [`chat.example:70000 ${A} 2026-01-02`, /the port must be/],
    ["chat.example:6697 SHA256:abc 2026-01-02", /is not a fingerprint/],
    [
      `irc.example:6697 ${A} 2026-01-02`,
      /this server is already on line 5\. Remove one of the two lines/,
    ],
  ];
  for (const [line, why] of cases) {
    const text = `${TEXT}${line}\n`;
    for (const act of [parseKnownHosts, (text: string) => withKnown(text, KNOWN, "known_hosts")]) {
      const error = assertThrows(() => act(text, "known_hosts"), KnownHostsError);
      assertEquals(/^known_hosts, line 6: /.test(error.message) && why.test(error.message), true);
    }
  }
});

const KNOWN: KnownHost = {
  host: "new.example",
  port: 6697,
  fingerprint: B,
  since: "2026-02-02",
};

Deno.test("Known hosts: a new server comes last, a known one keeps its place, and the rest stays", () => {
  assertEquals(withKnown("", KNOWN, ""), `new.example:6697 ${B} 2026-02-02\n`);
  assertEquals(withKnown(TEXT, KNOWN, ""), `${TEXT}new.example:6697 ${B} 2026-02-02\n`);
  assertEquals(withKnown("# a", KNOWN, ""), `# a\nnew.example:6697 ${B} 2026-02-02\n`);
  const v6 = { ...KNOWN, host: "fd00::1", port: 7000, fingerprint: null };
  assertEquals(
    withKnown(TEXT, v6, ""),
    TEXT.replace(/^\[fd00.*$/m, "[fd00::1]:7000 authority 2026-02-02"),
  );
});
