import { preparePassword } from "../../lib/crypto/password_text.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { equalBytes } from "../../lib/crypto/equal_bytes.ts";
import { webHashes } from "../../lib/crypto/hashes.ts";
import { fromBase64, toBase64 } from "../../lib/crypto/base64.ts";
import { hashToken, invitationToken, isInvitationToken } from "../../lib/irc/invitation.ts";
import { PASSWORD_BYTES, passwordFault } from "../../lib/irc/new_password.ts";
import {
  CHUNK_LENGTH,
  parsePlain,
  PAYLOAD_LENGTH,
  plainMessage,
  saslChunks,
  SaslReader,
} from "../../lib/irc/sasl.ts";
import {
  checkPassword,
  deriveVerifier,
  ScramClient,
  ScramServer,
  type ScramVerifier,
} from "../../lib/crypto/scram.ts";

const hashes = webHashes(4096);
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => data && new TextDecoder().decode(data);

Deno.test("Base64: it is written and read with its padding, and nothing else is read", () => {
  const cases: [bytes: number[], text: string][] = [
    [[], ""],
    [[0], "AA=="],
    [[0xff, 0xfe], "//4="],
    [[1, 2, 3], "AQID"],
  ];
  for (const [data, written] of cases) {
    assertEquals(toBase64(Uint8Array.from(data)), written);
    assertEquals(fromBase64(written), Uint8Array.from(data));
  }
  for (
    const wrong of ["A", "AA", "AAA", "AA=", "AA==A", "====", "AQ ID", "AQ-D", "ÄÄÄÄ", "AQID\n"]
  ) {
    assertEquals(fromBase64(wrong), undefined, wrong);
  }
});

Deno.test("SASL: a payload goes over the wire in chunks, and its end is always seen", () => {
  const cases: [length: number, chunks: number[], last: string | undefined][] = [
    [0, [1], "+"],
    [1, [4], undefined],
    [299, [400, 1], "+"],
    [300, [400, 1], "+"],
    [301, [400, 4], undefined],
    [600, [400, 400, 1], "+"],
  ];
  for (const [length, expected, last] of cases) {
    const payload = new Uint8Array(length).fill(7);
    const chunks = saslChunks(payload);
    assertEquals(chunks.map((chunk) => chunk.length), expected, `${length} bytes`);
    if (last !== undefined) assertEquals(chunks.at(-1), last);
    const reader = new SaslReader();
    const frames = chunks.map((chunk) => reader.push(chunk));
    assertEquals(frames.pop(), { kind: "payload", bytes: payload });
    assert(frames.every(({ kind }) => kind === "more"));
  }
});

Deno.test("SASL: chunks that are too long, too many or not base64 end the payload", () => {
  const full = "A".repeat(CHUNK_LENGTH);
  const many = Array.from({ length: PAYLOAD_LENGTH / CHUNK_LENGTH }, () => full);
  const cases: [chunks: string[], kind: string][] = [
    [[full + "A"], "too-long"],
    [[...many, "AAAA"], "malformed"],
    [[...many, full], "malformed"],
    [[...many, "+"], "payload"],
    [["A"], "malformed"],
    [["===="], "malformed"],
    [[full, "A*=="], "malformed"],
    [["ç"], "malformed"],
  ];
  for (const [chunks, kind] of cases) {
    const reader = new SaslReader();
    assertEquals(chunks.map((chunk) => reader.push(chunk).kind).at(-1), kind, chunks.at(-1));
    assertEquals(reader.push("AQID"), { kind: "payload", bytes: Uint8Array.of(1, 2, 3) });
  }
});

Deno.test("SASL: PLAIN is three texts, of which the first may be empty", () => {
  for (const authzid of ["", "Gökçe"]) {
    const credentials = { authzid, authcid: "Gökçe", password: "şifre 🔑" };
    assertEquals(parsePlain(plainMessage(credentials)), credentials);
  }
  for (const wrong of ["", "a", "a\0b", "\0\0c", "\0b\0", "a\0b\0c\0d"]) {
    assertEquals(parsePlain(bytes(wrong)), undefined, JSON.stringify(wrong));
  }
  assertEquals(parsePlain(Uint8Array.of(0, 0x61, 0, 0xff)), undefined);
});

Deno.test("preparePassword: passwords that look the same when typed become the same", () => {
  const cases: [typed: string, prepared: string | undefined][] = [
    ["pencil", "pencil"],
    ["Çağrı".normalize("NFD"), "Çağrı"],
    ["\u00a0a\u2003b", " a b"],
    // RFC 4013, section 3.
    ["I\u00adX", "IX"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    ["\u0007", undefined],
    ["", undefined],
    ["\u200b", undefined],
    ["a\tb", undefined],
    ["a\ud800", undefined],
  ];
  for (const [typed, prepared] of cases) {
    assertEquals(preparePassword(typed), prepared, JSON.stringify(typed));
  }
});

Deno.test("passwordFault: explains an unacceptable password in words that don't repeat it", () => {
  const cases: [password: string, code: string | undefined][] = [
    ["sesame", undefined],
    ["sesam", "WEAK_PASSWORD"],
    ["🔑".repeat(6), undefined],
    ["e\u0301".repeat(5), "WEAK_PASSWORD"],
    ["gamze1", "WEAK_PASSWORD"],
    ["GAMZE1", "WEAK_PASSWORD"],
    ["", "UNACCEPTABLE_PASSWORD"],
    ["a\u0007bcdefg", "UNACCEPTABLE_PASSWORD"],
    ["x".repeat(PASSWORD_BYTES), undefined],
    ["x".repeat(PASSWORD_BYTES + 1), "UNACCEPTABLE_PASSWORD"],
    ["ç".repeat(PASSWORD_BYTES / 2 + 1), "UNACCEPTABLE_PASSWORD"],
  ];
  for (const [password, code] of cases) {
    const fault = passwordFault(password, "Gamze1");
    assertEquals(fault?.code, code, password);
    assert(password === "" || !fault?.text.includes(password));
  }
});

/** RFC 7677, section 3. */
const NONCE = "rOprNGfwEbeRWgbNEkqO";
const SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const CLIENT_FIRST = `n,,n=user,r=${NONCE}`;
const SERVER_FIRST = `r=${NONCE}${SERVER_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const CLIENT_FINAL = `c=biws,r=${NONCE}${SERVER_NONCE},` +
  "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

async function pencil(): Promise<ScramVerifier> {
  const salt = fromBase64("W22ZaJ0SNY7soEsUEjb6gQ==")!;
  return (await deriveVerifier(hashes, "pencil", salt, 4096))!;
}

Deno.test("SCRAM: the exchange of RFC 7677 works on both sides", async () => {
  const client = new ScramClient(hashes, "user", "pencil", NONCE);
  const server = new ScramServer(hashes, SERVER_NONCE);
  assertEquals(text(client.greet()), CLIENT_FIRST);
  assertEquals(server.greet(bytes(CLIENT_FIRST)), { name: "user", authzid: "" });
  assertEquals(text(server.challenge(await pencil())), SERVER_FIRST);
  assertEquals(text(await client.answer(bytes(SERVER_FIRST))), CLIENT_FINAL);
  assertEquals(text(await server.check(bytes(CLIENT_FINAL))), SERVER_FINAL);
  assert(client.isServer(bytes(SERVER_FINAL)));
  assert(!client.isServer(bytes(SERVER_FINAL.replace("6", "7"))));
  assert(!client.isServer(bytes("e=other-error")));
});

Deno.test("SCRAM: a proof counts only for its own exchange, whole and unchanged", async () => {
  const verifier = await pencil();
  const final = (change: (text: string) => string) => change(CLIENT_FINAL);
  const wrong = [
    final((text) => text.replace("c=biws", "c=eSws")),
    final((text) => text.replace("r=rO", "r=rX")),
    final((text) => text.replace("p=dH", "p=eH")),
    final((text) => text.replace(",p=", ",x=1,p=")),
    final((text) => text.replace(/,p=.*/, "")),
    final((text) => text.replace(/p=.*/, "p=")),
    final((text) => text.replace(/p=.*/, "p=AAAA")),
    final((text) => text.replace(/p=.*/, `p=${"A".repeat(43)}=`)),
    final((text) => text + ",x=1"),
    final((text) => `c=biws,${text}`),
    "p=",
    "",
    ",,,",
  ];
  for (const message of wrong) {
    const server = new ScramServer(hashes, SERVER_NONCE);
    server.greet(bytes(CLIENT_FIRST));
    server.challenge(verifier);
    assertEquals(await server.check(bytes(message)), undefined, message);
  }
  const early = new ScramServer(hashes, SERVER_NONCE);
  early.greet(bytes(CLIENT_FIRST));
  assertEquals(await early.check(bytes(CLIENT_FINAL)), undefined, "before the challenge");
  const bound = new ScramServer(hashes, SERVER_NONCE);
  bound.greet(bytes(CLIENT_FIRST.replace("n,,", "y,,")));
  bound.challenge(verifier);
  assertEquals(await bound.check(bytes(CLIENT_FINAL)), undefined, "greeted in another way");
  const other = new ScramServer(hashes, "another");
  other.greet(bytes(CLIENT_FIRST));
  other.challenge(verifier);
  assertEquals(await other.check(bytes(CLIENT_FINAL)), undefined, "said again");
});

Deno.test("SCRAM: the server takes greetings of any name, but none that asks for what it lacks", () => {
  const cases: [message: string, name: string | undefined, authzid?: string][] = [
    ["n,,n=user,r=abc", "user", ""],
    ["y,,n=user,r=abc", "user", ""],
    ["n,a=other,n=user,r=abc", "user", "other"],
    ["n,a=o=2Cther,n=u=3Dser,r=abc", "u=ser", "o,ther"],
    ["n,,n=Gökçe,r=abc,x=later", "Gökçe", ""],
    ["p=tls-unique,,n=user,r=abc", undefined],
    ["n,,m=must,n=user,r=abc", undefined],
    ["n,,n=us=er,r=abc", undefined],
    ["n,a==,n=user,r=abc", undefined],
    ["n,,n=,r=abc", undefined],
    ["n,,n=user,r=", undefined],
    ["n,,n=user,r=a b", undefined],
    ["n,,n=user", undefined],
    ["n=user,r=abc", undefined],
    ["", undefined],
  ];
  for (const [message, name, authzid] of cases) {
    const expected = name === undefined ? undefined : { name, authzid: authzid! };
    assertEquals(new ScramServer(hashes, "n").greet(bytes(message)), expected, message);
  }
  assertEquals(new ScramServer(hashes, "n").greet(Uint8Array.of(0xff)), undefined);
});

Deno.test("SCRAM: the client breaks off if the server asks for something unsafe or senseless", async () => {
  const cases = [
    SERVER_FIRST.replace("i=4096", "i=4095"),
    SERVER_FIRST.replace("i=4096", "i=10000001"),
    SERVER_FIRST.replace("i=4096", "i=4096x"),
    SERVER_FIRST.replace("i=4096", "i=04096"),
    SERVER_FIRST.replace(",i=4096", ""),
    SERVER_FIRST.replace(/s=[^,]*/, "s="),
    SERVER_FIRST.replace(/s=[^,]*/, "s=x"),
    SERVER_FIRST.replace("r=rO", "r=xO"),
    SERVER_FIRST.replace(SERVER_NONCE, ""),
    `m=x,${SERVER_FIRST}`,
    "e=unknown-user",
    "",
  ];
  for (const message of cases) {
    const client = new ScramClient(hashes, "user", "pencil", NONCE);
    assertEquals(await client.answer(bytes(message)), undefined, message);
    assert(!client.isServer(bytes(SERVER_FINAL)), "without an answer nothing proves anything");
  }
});

Deno.test("SCRAM: client and server agree if the password is right, and only then", async () => {
  const cases: [set: string, given: string, right: boolean][] = [
    ["şifre, = 🔑", "şifre, = 🔑", true],
    ["Çağrı".normalize("NFC"), "Çağrı".normalize("NFD"), true],
    ["secret", "Secret", false],
    ["secret", "secret ", false],
    ["secret", "", false],
  ];
  for (const [set, given, right] of cases) {
    const verifier = (await deriveVerifier(hashes, set, hashes.random(16), 4096))!;
    assertEquals(await checkPassword(hashes, verifier, given), right, given);
    const server = new ScramServer(hashes, "s");
    const client = new ScramClient(hashes, "Gö,k=çe", given, "c");
    assertEquals(server.greet(client.greet())?.name, "Gö,k=çe");
    const answer = await client.answer(server.challenge(verifier));
    const final = answer && await server.check(answer);
    assertEquals(final !== undefined, right, given);
    if (final !== undefined) assert(client.isServer(final));
  }
  assertEquals(await deriveVerifier(hashes, "\0", hashes.random(16), 4096), undefined);
});

Deno.test("equalBytes: compares all bytes", () => {
  const cases: [one: string, other: string, same: boolean][] = [
    ["", "", true],
    ["abc", "abc", true],
    ["abc", "abd", false],
    ["abc", "ab", false],
    ["ab", "abc", false],
    ["", "a", false],
    ["\0", "", false],
  ];
  for (const [one, other, same] of cases) {
    assertEquals(equalBytes(bytes(one), bytes(other)), same, `${one} ${other}`);
  }
});

Deno.test("Invitation token: it has a form of its own, and is hashed with SHA-256", async () => {
  const [one, other] = [invitationToken(hashes.random(16)), invitationToken(hashes.random(16))];
  assertNotEquals(one, other);
  assert(isInvitationToken(one));
  for (const wrong of ["", "invite-", one.slice(1), `${one}A`, `${one}\n`, "sesame"]) {
    assert(!isInvitationToken(wrong), wrong);
  }
  assertEquals(
    await hashToken(hashes, "abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
