import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { makeCertificate } from "../../lib/net/certificate.ts";
import * as der from "../../lib/net/der.ts";
import { CertificateError, tlsContext, tlsFault } from "../../lib/net/tls_context.ts";

const OLD = tlsFault();

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

Deno.test("DER: values are encoded as X.690 has it", () => {
  const bytes = (...numbers: number[]) => Uint8Array.from(numbers);
  const cases: [Uint8Array, string][] = [
    [der.tagged(0x04), "0400"],
    [der.octetString(new Uint8Array(127)), `047f${"00".repeat(127)}`],
    [der.octetString(new Uint8Array(128)), `048180${"00".repeat(128)}`],
    [der.octetString(new Uint8Array(300)), `0482012c${"00".repeat(300)}`],
    [der.integer(bytes(0)), "020100"],
    [der.integer(bytes()), "020100"],
    [der.integer(bytes(0x7f)), "02017f"],
    [der.integer(bytes(0x80)), "02020080"],
    [der.integer(bytes(0, 0, 1, 0)), "02020100"],
    [der.TRUE, "0101ff"],
    [der.bitString(bytes(0x80), 7), "03020780"],
    [der.utf8String("ö"), "0c02c3b6"],
    [der.setOf(der.integer(bytes(5))), "3103020105"],
    [der.sequence(), "3000"],
    [der.objectIdentifier("2.5.29.17"), "0603551d11"],
    [der.objectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    [der.ecdsaSignature(bytes(0x80, 1, 0, 2)), "30080203008001020102"],
  ];
  for (const [encoded, expected] of cases) assertEquals(hex(encoded), expected);
  const text = (at: number) => {
    const encoded = der.time(at);
    return [encoded[0], new TextDecoder().decode(encoded.subarray(2))];
  };
  assertEquals(text(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), [0x17, "260102030405Z"]);
  assertEquals(text(Date.UTC(2049, 11, 31, 23, 59, 59)), [0x17, "491231235959Z"]);
  assertEquals(text(Date.UTC(2050, 0, 1)), [0x18, "20500101000000Z"]);
});

const HOSTS = ["localhost", "çay.example", "chat.local", "127.0.0.1", "::1", "2001:db8::7"];

Deno.test({
  name: "Certificate: it says what it should, and is signed by its own key" +
    (OLD === undefined ? "" : ` (skipped: ${OLD})`),
  ignore: OLD !== undefined,
  async fn() {
    const now = Date.UTC(2044, 1, 29, 12);
    const pair = await makeCertificate({ name: "ç".repeat(70), hosts: HOSTS, now });
    const certificate = new X509Certificate(pair.cert);
    assertEquals(certificate.subject, `CN=${"ç".repeat(64)}`);
    assertEquals(certificate.issuer, certificate.subject);
    assertEquals(certificate.ca, false);
    assertEquals(Date.parse(certificate.validFrom), now - 86_400_000);
    assertEquals(Date.parse(certificate.validTo), Date.UTC(2054, 2, 1, 12));
    // Names must be ASCII, so the others are left out.
    assertMatch(
      certificate.subjectAltName ?? "",
      /^DNS:localhost, DNS:chat\.local, IP Address:127\.0\.0\.1, IP Address:[0:]*:1, IP Address:2001:/,
    );
    assertEquals(certificate.verify(certificate.publicKey), true);
    assertEquals(certificate.checkHost("chat.local"), "chat.local");
    const other = await makeCertificate({ name: "x", hosts: [], now });
    assertEquals(new X509Certificate(other.cert).serialNumber === certificate.serialNumber, false);

    const context = tlsContext(pair);
    assertEquals(context.validUntil, Date.UTC(2054, 2, 1, 12));
    const bare = pair.cert.replace(/-----.*-----|\s/g, "");
    const hash = await crypto.subtle.digest(
      "SHA-256",
      Uint8Array.from(atob(bare), (char) => char.charCodeAt(0)),
    );
    const base64 = btoa(String.fromCharCode(...new Uint8Array(hash)));
    assertEquals(context.fingerprint, `SHA256:${base64.replace("=", "")}`);

    const locked =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    const cases: [cert: string, key: string, which: string, why: RegExp][] = [
      ["", pair.key, "cert", /^it is not a certificate in PEM format$/],
      [pair.key, pair.key, "cert", /^it is not a certificate in PEM format$/],
      [pair.cert.slice(0, 200), pair.key, "cert", /^it is not a certificate in PEM format$/],
      [pair.cert, "", "key", /^it is not a private key in PEM format$/],
      [pair.cert, pair.cert, "key", /^it is not a private key in PEM format$/],
      [pair.cert, locked, "key", /^it is protected by a passphrase/],
      [pair.cert, other.key, "key", /^it belongs to another certificate$/],
    ];
    for (const [cert, key, which, why] of cases) {
      const error = assertThrows(() => tlsContext({ cert, key }), CertificateError);
      assertEquals(error.which, which);
      assertMatch(error.message, why);
    }
  },
});

Deno.test("tlsFault: runtimes before 2.9 are known not to support TLS", () => {
  for (const version of ["2.9.0", "2.9.6", "2.10.1", "3.0.0"]) {
    assertEquals(tlsFault(version), undefined);
  }
  for (const version of ["1.46.3", "2.4.2", "2.8.9"]) {
    assertEquals(
      tlsFault(version),
      `this program was built with Deno ${version}, which can't encrypt; use Deno 2.9`,
    );
  }
});
