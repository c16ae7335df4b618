import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { makeCertificate } from "../../../lib/net/certificate.ts";
import { tlsFault } from "../../../lib/net/tls_context.ts";
import { EncryptionError, openEncryption } from "../../../lib/cli/serve/tls.ts";
import { type ConfigOverrides, defaults, merge } from "../../../lib/server/settings/config.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "sys", "write");

const OLD = tlsFault();

const settings = (overrides: ConfigOverrides) => merge(defaults(), overrides);

/** Defines a test with a temporary directory, for runtimes that support TLS. */
function test(name: string, fn: (directory: string) => Promise<void>): void {
  Deno.test(permitted(name, async () => {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    await fn(directory);
    await Deno.remove(directory, { recursive: true });
  }, OLD));
}

Deno.test(
  permitted(
    "Encryption: a runtime that can't encrypt goes on without it, unless only TLS is allowed",
    async () => {
      const fault = "it is too old";
      const { config, encryption, warnings } = await openEncryption(settings({}), null, fault);
      assertEquals([config, encryption], [settings({ tls: null }), undefined]);
      assertEquals(warnings, ["Connections are not encrypted: it is too old."]);
      await assertRejects(
        () => openEncryption(settings({ plain: false }), null, fault),
        EncryptionError,
        "Connections can't be encrypted: it is too old.",
      );
      const off = await openEncryption(settings({ tls: null }), null, fault);
      assertEquals([off.encryption, off.warnings], [undefined, []]);
    },
  ),
);

test("Encryption: if one of the two files is missing, both are made anew", async (directory) => {
  const open = async () => (await openEncryption(settings({}), directory)).encryption!;
  const first = await open();
  assertEquals([first.ownMade, first.warnings], [true, []]);
  assertEquals((await open()).context.fingerprint, first.context.fingerprint);
  for (const files of [["cert.pem"], ["key.pem"], ["cert.pem", "key.pem"]]) {
    const before = (await open()).context.fingerprint;
    for (const file of files) await Deno.remove(`${directory}/tls/${file}`);
    const { fingerprint } = (await open()).context;
    assert(fingerprint !== before);
    assertEquals((await open()).context.fingerprint, fingerprint);
  }
  assertEquals([...Deno.readDirSync(`${directory}/tls`)].length, 2);
});

test("Encryption: a certificate that can't be kept is used all the same, with a warning", async (directory) => {
  // A file instead of the directory.
  const data = `${directory}/data`;
  await Deno.writeTextFile(data, "");
  const { encryption, warnings } = await openEncryption(settings({}), data);
  assertEquals(encryption?.ownMade, true);
  assertEquals(warnings.length, 1);
  assertMatch(warnings[0]!, /can't be kept in .*\)\. Each start of the server makes a new one/);
  assertEquals(await encryption!.reload(), false);
});

test("Encryption: a certificate that has ended, or soon will, causes a warning", async (directory) => {
  const [cert, key] = [`${directory}/cert.pem`, `${directory}/key.pem`];
  const years = 10 * 365.25 * 86_400_000;
  const cases: [made: number, RegExp | undefined][] = [
    [Date.now() - years - 20 * 86_400_000, /^The certificate expired on \d{4}-/],
    [Date.now() - years + 4 * 86_400_000, /^The certificate expires on \d{4}-/],
    [Date.now() - years + 20 * 86_400_000, undefined],
  ];
  for (const [now, warned] of cases) {
    const pair = await makeCertificate({ name: "x", hosts: [], now });
    await Deno.writeTextFile(cert, pair.cert);
    await Deno.writeTextFile(key, pair.key, { mode: 0o600 });
    const { encryption, warnings } = await openEncryption(settings({ tls: { cert, key } }), null);
    assertEquals(encryption?.ownMade, false);
    assertEquals(warnings.length, warned === undefined ? 0 : 1);
    if (warned !== undefined) assertMatch(warnings[0]!, warned);
  }
});

test("Encryption: a key that others can read is closed to them, and that is said", async (directory) => {
  if (Deno.build.os === "windows") return;
  const open = async (overrides: ConfigOverrides = {}) =>
    (await openEncryption(settings(overrides), directory)).encryption!;
  const [place, cert, key] = ["tls", "tls/cert.pem", "tls/key.pem"].map((name) =>
    `${directory}/${name}`
  ) as [string, string, string];
  const { fingerprint } = (await open()).context;
  const mode = (path: string) => Deno.statSync(path).mode! & 0o777;
  Deno.chmodSync(place, 0o777);
  Deno.chmodSync(key, 0o644);
  const closed = await open();
  assertEquals([closed.context.fingerprint, mode(place), mode(key)], [fingerprint, 0o700, 0o600]);
  assertEquals(closed.warnings.map((text) => text.replace(directory, "")), [
    "Other users of this machine could change /tls. It is protected now (chmod 700).",
    "Other users of this machine could read /tls/key.pem. It is protected now (chmod 600).",
  ]);
  assertEquals((await open()).warnings, []);
  // A key file from the user may be readable by its group, and may be a symbolic link.
  Deno.symlinkSync(key, `${directory}/given.pem`);
  const given = { tls: { cert, key: `${directory}/given.pem` } };
  for (const [open_, kept] of [[0o640, 0o640], [0o644, 0o640]] as const) {
    Deno.chmodSync(key, open_);
    assertEquals((await open(given)).warnings.length, open_ === kept ? 0 : 1);
    assertEquals(mode(key), kept);
  }
  Deno.removeSync(key);
  Deno.writeTextFileSync(`${directory}/elsewhere.pem`, "");
  Deno.symlinkSync(`${directory}/elsewhere.pem`, key);
  await assertRejects(() => open(), EncryptionError, "key.pem is a symbolic link to");
});
