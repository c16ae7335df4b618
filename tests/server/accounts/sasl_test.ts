import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromBase64 } from "../../../lib/crypto/base64.ts";
import { parse } from "../../../lib/irc/message.ts";
import { newVerifier, ScramClient } from "../../../lib/crypto/scram.ts";
import { type Client, Harness } from "../harness.ts";
import {
  addAccount,
  authenticate,
  codes,
  hashes,
  newcomer,
  PASSWORD,
  plain,
  serverWith,
} from "../logins.ts";

Deno.test("AUTHENTICATE: PLAIN logs in before registration, and others see the account", async () => {
  const harness = await serverWith(["Gamze"]);
  const watcher = harness.member("#a", "Furkan", "account-notify extended-join account-tag");
  const client = newcomer(harness, "Gamze");
  assertEquals(await plain(client, "gamze", PASSWORD, "GAMZE"), [
    ":chat.test 900 * Gamze!~Gamze@192.0.2.1 Gamze :You are now logged in as Gamze",
    ":chat.test 903 * :SASL authentication successful",
  ]);
  assertEquals(client.ask("AUTHENTICATE PLAIN"), [
    ":chat.test 907 * :You have already authenticated using SASL",
  ]);
  assertEquals(codes(client.ask("CAP END"))[0], "001");
  client.send("JOIN #a", "PRIVMSG #a :hi");
  assertEquals(watcher.take(), [
    "@account=Gamze :Gamze!~Gamze@192.0.2.1 JOIN #a Gamze Gamze",
    "@account=Gamze :Gamze!~Gamze@192.0.2.1 PRIVMSG #a :hi",
  ]);
  assert(watcher.ask("WHOIS Gamze").includes(":chat.test 330 Furkan Gamze Gamze :is logged in as"));
  assertEquals(watcher.ask("WHO Gamze %na")[0], ":chat.test 354 Furkan Gamze Gamze");
});

Deno.test("AUTHENTICATE: every failed login gets the same answer, whatever the reason", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  const client = newcomer(harness, "Furkan");
  const failed = [":chat.test 904 * :SASL authentication failed"];
  assertEquals(await plain(client, "Gamze", "wrong horse"), failed);
  assertEquals(await plain(client, "Nobody"), failed);
  assertEquals(await plain(client, "Gamze", PASSWORD, "Deniz"), failed);
  assertEquals(await plain(client, ""), failed);
  await client.askSlow("AUTHENTICATE PLAIN");
  assertEquals(client.ask("AUTHENTICATE !!!"), failed);
  await client.askSlow("AUTHENTICATE PLAIN");
  assertEquals(client.ask("AUTHENTICATE +"), failed);
  assertEquals(codes(await plain(client, "Gamze")), ["900", "903"]);
});

Deno.test("AUTHENTICATE: every other error has its own numeric", async () => {
  const harness = await serverWith(["Gamze"]);
  const stranger = harness.connect();
  assertEquals(codes(stranger.ask("AUTHENTICATE PLAIN")), ["904"]);
  const client = newcomer(harness, "Gamze");
  assertEquals(client.ask("AUTHENTICATE GSSAPI"), [
    ":chat.test 908 * PLAIN,SCRAM-SHA-256 :are available SASL mechanisms",
    ":chat.test 904 * :SASL mechanism is not supported",
  ]);
  assertEquals(codes(client.ask("AUTHENTICATE")), ["461"]);
  assertEquals(client.ask("AUTHENTICATE *"), [":chat.test 906 * :SASL authentication aborted"]);
  assertEquals(client.ask("AUTHENTICATE plain"), [":chat.test AUTHENTICATE +"]);
  assertEquals(client.ask("AUTHENTICATE *"), [":chat.test 906 * :SASL authentication aborted"]);
  client.send("AUTHENTICATE PLAIN").take();
  assertEquals(client.ask(`AUTHENTICATE ${"A".repeat(401)}`), [
    ":chat.test 905 * :SASL message too long",
  ]);
  client.send("AUTHENTICATE PLAIN").take();
  for (let count = 0; count < 10; count++) {
    assertEquals(client.ask(`AUTHENTICATE ${"A".repeat(400)}`), []);
  }
  // Only a chunk can be too long for 905.
  assertEquals(codes(client.ask(`AUTHENTICATE ${"A".repeat(400)}`)), ["904"]);
});

Deno.test("AUTHENTICATE: a password of any allowed length comes through in chunks", async () => {
  const harness = new Harness();
  const client = harness.user("a", "sasl");
  // 1 + 1 + 1 + 297 bytes are 400 characters of base64, so an empty chunk ends the message.
  for (const length of [297, 300]) {
    const password = "x".repeat(length);
    const verifier = { mechanism: "SCRAM-SHA-256", ...(await newVerifier(hashes, password))! };
    harness.store.accounts.add("a", verifier, 0);
    harness.store.accounts.setVerifier("a", verifier);
    assertEquals(codes(await plain(client, "a", password)).slice(-1), ["903"], `${length}`);
  }
});

Deno.test("AUTHENTICATE: CAP END during a login aborts it, and the user enters without an account", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = newcomer(harness, "Furkan").send("AUTHENTICATE PLAIN");
  const [first, second] = client.ask("CAP END");
  assertEquals(first, ":chat.test 906 * :SASL authentication aborted");
  assertMatch(second!, / 001 Furkan /);
  assertEquals(client.user.account, undefined);
});

Deno.test("SCRAM: the client logs in, and the server proves that it knows the account", async () => {
  const harness = await serverWith(["Gökçe"]);
  const client = newcomer(harness, "Gökçe");
  const scram = new ScramClient(hashes, "gökçe", PASSWORD, "nonce");
  assertEquals(await client.askSlow("AUTHENTICATE SCRAM-SHA-256"), [":chat.test AUTHENTICATE +"]);
  const [challenge] = await authenticate(client, scram.greet());
  const answer = await scram.answer(payloadOf(challenge!));
  const [proof] = await authenticate(client, answer!);
  assert(scram.isServer(payloadOf(proof!)));
  assertEquals(client.user.account, undefined, "the client has the last word");
  assertEquals(codes(await authenticate(client, new Uint8Array())), ["900", "903"]);
  assertEquals(client.user.account, "Gökçe");
});

function payloadOf(line: string): Uint8Array {
  return fromBase64(parse(line)!.params[0]!)!;
}

async function challengeFor(client: Client, name: string): Promise<string> {
  await client.askSlow("AUTHENTICATE SCRAM-SHA-256");
  const scram = new ScramClient(hashes, name, PASSWORD, "nonce");
  const [challenge] = await authenticate(client, scram.greet());
  client.send("AUTHENTICATE *").take();
  return new TextDecoder().decode(payloadOf(challenge!)).replace(/r=[^,]*/, "");
}

Deno.test("SCRAM: a challenge does not tell an account from a name without one", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = newcomer(harness, "Furkan");
  const form = /^,s=[A-Za-z0-9+/]{22}==,i=4096$/;
  const [real, none, again, other] = [
    await challengeFor(client, "Gamze"),
    await challengeFor(client, "Nobody"),
    await challengeFor(client, "NOBODY"),
    await challengeFor(client, "Deniz"),
  ];
  for (const challenge of [real, none, other]) assertMatch(challenge, form);
  assertEquals(none, again, "the same name gets the same salt");
  assert(new Set([real, none, other]).size === 3);
});

Deno.test("SCRAM: a wrong password, a name without an account or a bad first message fails", async () => {
  const harness = await serverWith(["Gamze"]);
  for (
    const [name, password] of [["Gamze", "wrong horse"], ["Nobody", PASSWORD]] as const
  ) {
    const client = newcomer(harness, "Furkan");
    const scram = new ScramClient(hashes, name, password, "nonce");
    await client.askSlow("AUTHENTICATE SCRAM-SHA-256");
    const [challenge] = await authenticate(client, scram.greet());
    const answer = await scram.answer(payloadOf(challenge!));
    assertEquals(codes(await authenticate(client, answer!)), ["904"], name);
    client.vanish();
  }
  const client = newcomer(harness, "Furkan");
  for (const greeting of ["", "n,,n=Gamze", "p=x,,n=Gamze,r=a", "n,a=Deniz,n=Gamze,r=a"]) {
    await client.askSlow("AUTHENTICATE SCRAM-SHA-256");
    const payload = new TextEncoder().encode(greeting);
    assertEquals(codes(await authenticate(client, payload)), ["904"], greeting);
  }
});

Deno.test("SCRAM: a login fails if the password changes during the exchange", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = newcomer(harness, "Gamze");
  const scram = new ScramClient(hashes, "Gamze", PASSWORD, "nonce");
  await client.askSlow("AUTHENTICATE SCRAM-SHA-256");
  const [challenge] = await authenticate(client, scram.greet());
  const answer = await scram.answer(payloadOf(challenge!));
  const other = { mechanism: "SCRAM-SHA-256", ...(await newVerifier(hashes, "another one"))! };
  harness.store.accounts.setVerifier("Gamze", other);
  assertEquals(codes(await authenticate(client, answer!)), ["904"]);
});

Deno.test("AUTHENTICATE: a login fails if the account changes while its password is checked", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = newcomer(harness, "Gamze");
  const { accounts } = harness.store;
  const { init } = harness.world;
  const slow = init.hashes.pbkdf2;
  const another = { mechanism: "SCRAM-SHA-256", ...(await newVerifier(hashes, "another one"))! };
  for (
    const change of [
      () => accounts.setVerifier("Gamze", another),
      () => accounts.remove("Gamze"),
    ]
  ) {
    Object.assign(init.hashes, {
      pbkdf2: (...args: Parameters<typeof slow>) => {
        change();
        return slow(...args);
      },
    });
    assertEquals(codes(await plain(client, "Gamze")), ["904"]);
    Object.assign(init.hashes, { pbkdf2: slow });
    accounts.remove("Gamze");
    await addAccount(harness, "Gamze");
  }
  assertEquals(codes(await plain(client, "Gamze")), ["900", "903"]);
});

Deno.test("AUTHENTICATE: a registered user may log in or switch accounts, and others are told", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  const watcher = harness.member("#a", "Furkan", "account-notify");
  const client = harness.member("#a", "x", "sasl account-notify");
  harness.hush();
  for (const account of ["Gamze", "Deniz"]) {
    assertEquals(await plain(client, account), [
      `:chat.test 900 x x!~x@192.0.2.1 ${account} :You are now logged in as ${account}`,
      `:x!~x@192.0.2.1 ACCOUNT ${account}`,
      ":chat.test 903 x :SASL authentication successful",
    ]);
    assertEquals(watcher.take(), [`:x!~x@192.0.2.1 ACCOUNT ${account}`]);
  }
  assertEquals(codes(await plain(client, "Gamze", "wrong horse")), ["904"]);
  assertEquals(client.user.account, "Deniz", "a login that fails changes nothing");
});

Deno.test("SCRAM: a challenge takes as much work whether there is such an account or not", async () => {
  const harness = await serverWith(["Gamze"]);
  const { hashes } = harness.world.init;
  const hmac = hashes.hmac.bind(hashes);
  const counts: number[] = [];
  for (const name of ["Gamze", "Nobody"]) {
    let count = 0;
    hashes.hmac = (key, data) => {
      count++;
      return hmac(key, data);
    };
    const client = newcomer(harness, "n");
    client.ask("AUTHENTICATE SCRAM-SHA-256");
    await authenticate(client, new TextEncoder().encode(`n,,n=${name},r=abcdef`));
    counts.push(count);
    client.vanish();
  }
  assertEquals(counts, [3, 3]);
});
