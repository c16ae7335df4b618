import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { hashPassword, isBrokenHash, verifyPassword } from "../../lib/crypto/password_hash.ts";

/** "secret" with the salt "0123456789abcdef"; computed with Python's hashlib. */
const SECRET =
  "pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg==$tiKWHy4FAGCWE8gn6GtKhaxD2OeeAUUWXFT/p1aaNl8=";

Deno.test("Password hash: hashes that others computed match their passwords", async () => {
  const cases: [password: string, stored: string][] = [
    // RFC 7914 section 11, the first 32 bytes.
    ["passwd", "pbkdf2-sha256$1$c2FsdA==$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw="],
    ["Password", "pbkdf2-sha256$80000$TmFDbA==$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y="],
    ["secret", SECRET],
  ];
  for (const [password, stored] of cases) {
    assert(await verifyPassword(stored, password), password);
    assert(!await verifyPassword(stored, `${password} `), password);
    assert(!isBrokenHash(stored));
  }
});

Deno.test("Password hash: a password matches its own hash, and nothing else does", async () => {
  const stored = await hashPassword("Çağrı's parola 🔑");
  assertMatch(stored, /^pbkdf2-sha256\$600000\$[\w+/]{22}==\$[\w+/]{43}=$/);
  assertEquals(isBrokenHash(stored), false);
  assert(await verifyPassword(stored, "Çağrı's parola 🔑"));
  for (const wrong of ["", "Çağrı's parola", "çağrı's parola 🔑", stored, "x".repeat(500), "\0"]) {
    assert(!await verifyPassword(stored, wrong), wrong);
  }
});

Deno.test("Password hash: two hashes of one password differ", async () => {
  const [one, other] = await Promise.all([hashPassword("same"), hashPassword("same")]);
  assertNotEquals(one, other);
  assertEquals(await Promise.all([verifyPassword(one, "same"), verifyPassword(other, "same")]), [
    true,
    true,
  ]);
});

Deno.test("Password hash: a plain password matches itself only", async () => {
  const cases: [stored: string, given: string, right: boolean][] = [
    ["secret", "secret", true],
    ["secret", "Secret", false],
    ["secret", "secre", false],
    ["secret", "secrets", false],
    ["secret", "", false],
    ["pbkdf2", "pbkdf2", true],
    ["$2b$10$abc", "$2b$10$abc", true],
    ["Gökçe", "Gökçe", true],
    ["x".repeat(500), "x".repeat(500), true],
    ["x".repeat(500), "x".repeat(499), false],
    ["\0", "", false],
  ];
  for (const [stored, given, right] of cases) {
    assertEquals(await verifyPassword(stored, given), right, `${stored} ${given}`);
    assertEquals(isBrokenHash(stored), false, stored);
  }
});

Deno.test("Password hash: how a keyboard composes its letters makes no difference", async () => {
  const [composed, decomposed] = ["Çağrı".normalize("NFC"), "Çağrı".normalize("NFD")];
  assertNotEquals(composed, decomposed);
  assert(await verifyPassword(composed, decomposed));
  assert(await verifyPassword(decomposed, composed));
  assert(await verifyPassword(await hashPassword(decomposed), composed));
});

Deno.test("Password hash: a broken hash matches nothing", async () => {
  const [, iterations = "", salt = "", hash = ""] = SECRET.split("$");
  const form = (...parts: string[]) => ["pbkdf2-sha256", ...parts].join("$");
  const broken = [
    form(""),
    form(iterations),
    form(iterations, salt),
    form(iterations, salt, ""),
    form(iterations, "", hash),
    form("", salt, hash),
    form("0", salt, hash),
    form("-1", salt, hash),
    form("1e3", salt, hash),
    form("01000", salt, hash),
    form("10000001", salt, hash),
    form("999999999999", salt, hash),
    form(iterations, salt.slice(0, -1), hash),
    form(iterations, salt.slice(1), hash),
    form(iterations, "A".repeat(1000), hash),
    form(iterations, salt, hash.slice(0, -1)),
    form(iterations, salt, hash.slice(1)),
    form(iterations, salt, `${hash}AAAA`),
    form(iterations, salt, hash.replace(/.$/, "-")),
    form(iterations, salt, hash, ""),
    `${SECRET} `,
    `${SECRET}\n`,
  ];
  for (const stored of broken) {
    assert(isBrokenHash(stored), stored);
    for (const given of ["secret", "", stored]) {
      assert(!await verifyPassword(stored, given), `${stored} ${given}`);
    }
  }
});
