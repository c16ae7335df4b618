import { assert, assertEquals } from "@std/assert";
import { toBase64 } from "../../../lib/crypto/base64.ts";
import { hashToken, invitationToken } from "../../../lib/irc/invitation.ts";
import { parse } from "../../../lib/irc/message.ts";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { CALM, type Client, Harness } from "../harness.ts";
import { codes, hashes, member, newcomer, PASSWORD, plain, serverWith } from "../logins.ts";

/** Adds an invitation to a server. Returns its token. */
async function invited(
  harness: Harness,
  more: { forName?: string; usesLeft?: number | null; expiresAt?: number | null } = {},
): Promise<string> {
  const token = invitationToken(hashes.random(16));
  harness.store.accounts.addInvitation({
    id: "abc",
    tokenHash: await hashToken(hashes, token),
    forName: null,
    createdAt: harness.now,
    expiresAt: null,
    usesLeft: 1,
    ...more,
  });
  return token;
}

/** Tries to register. Returns the numeric of the welcome, or the command of the refusal. */
async function enter(harness: Harness, nick: string, pass?: string): Promise<[string, Client]> {
  const client = harness.connect();
  if (pass !== undefined) await client.askSlow(`PASS ${pass}`);
  const [first] = client.ask(`NICK ${nick}`, "USER x 0 * :x");
  return [parse(first!)!.command, client];
}

const INVITE_ONLY: ConfigOverrides = { accounts: { required: true } };

Deno.test("Door: if accounts are required, nobody else can enter or see who is there", async () => {
  const harness = await serverWith(["Gamze"], INVITE_ONLY);
  const gamze = (await member(harness, "Gamze")).send("JOIN #lobby");
  assert(gamze.user.registered);
  const stranger = harness.connect();
  assertEquals(codes(stranger.ask("NAMES")), ["451"]);
  assertEquals(stranger.ask("NICK x", "USER x 0 * :x"), [
    ":chat.test FAIL * ACCOUNT_REQUIRED :Only people with an account or an invitation can enter",
    "ERROR :Closing link: 192.0.2.1 (Only people with an account or an invitation can enter)",
  ]);
  const owner = newcomer(harness, "Gamze2");
  await plain(owner, "Gamze");
  assertEquals(codes(owner.ask("NAMES")), ["353", "366"]);
});

Deno.test("Door: an invitation admits as many guests as it says, and only the one it names", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  const token = await invited(harness);
  assertEquals(
    (await enter(harness, "a", token.replace(/.$/, (last) => last === "A" ? "Q" : "A")))[0],
    "FAIL",
  );
  assertEquals((await enter(harness, "a", token))[0], "001");
  assertEquals((await enter(harness, "b", token))[0], "FAIL", "once is once");

  const named = await invited(harness, { forName: "Deniz", usesLeft: null });
  const [refused, other] = await enter(harness, "Furkan", named);
  assertEquals(refused, "432");
  assertEquals(codes(other.ask("NICK deniz"))[0], "001");

  const short = await invited(harness, { expiresAt: harness.now + 1000, usesLeft: null });
  assertEquals((await enter(harness, "c", short))[0], "001");
  harness.now += 1000;
  assertEquals((await enter(harness, "d", short))[0], "FAIL");
  const revoked = await invited(harness, { usesLeft: null });
  harness.store.accounts.revokeInvitation("abc");
  assertEquals((await enter(harness, "e", revoked))[0], "FAIL");
});

Deno.test("Door: an invitation that is used up between PASS and the welcome does not count", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  const token = await invited(harness);
  const [one, other] = [harness.connect(), harness.connect()];
  for (const client of [one, other]) await client.askSlow(`PASS ${token}`);
  assertEquals(codes(one.ask("NICK a", "USER a 0 * :a"))[0], "001");
  assertEquals(codes(other.ask("NICK b", "USER b 0 * :b")), ["FAIL", "ERROR"]);
});

Deno.test("Door: an invitation counts people, not connections, as long as it is not revoked", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  const token = await invited(harness, { usesLeft: 2, expiresAt: harness.now + 60_000 });
  const [, a] = await enter(harness, "Ada", token);
  a.vanish();
  for (let times = 0; times < 3; times++) {
    const [outcome, again] = await enter(harness, "ada", token);
    assertEquals(outcome, "001");
    again.vanish();
  }
  const [, b] = await enter(harness, "Can", token);
  assertEquals((await enter(harness, "Eve", token))[0], "FAIL", "two people are two");
  // A guest who changed its name is still the same guest, under either name.
  b.send("NICK Deniz").vanish();
  for (const name of ["Deniz", "Can", "Deniz"]) {
    const [outcome, again] = await enter(harness, name, token);
    assertEquals(outcome, "001", name);
    again.vanish();
  }
  harness.now += 60_000;
  assertEquals((await enter(harness, "Eve", token))[0], "FAIL", "it has ended for new ones");
  const restarted = new Harness({ ...CALM, ...INVITE_ONLY }, harness);
  const [outcome, ada] = await enter(restarted, "Ada", token);
  assertEquals(outcome, "001", "after a restart, and though it has ended");
  assertEquals(restarted.store.accounts.invitations(0)[0]!.guests.map(({ name }) => name), [
    "Ada",
    "Deniz",
  ]);
  ada.vanish();
  restarted.store.accounts.revokeInvitation("abc");
  assertEquals((await enter(restarted, "Ada", token))[0], "FAIL", "revoked is revoked");
});

Deno.test("Door: a revoked invitation puts nobody out, and lets nobody in again", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  const token = await invited(harness, { usesLeft: 2 });
  const [, ada] = await enter(harness, "Ada", token);
  const version = harness.store.accounts.version();
  harness.store.accounts.version = () => version + 1;
  harness.store.accounts.revokeInvitation("abc");
  harness.pass(5000);
  assertEquals(ada.ended, undefined);
  assertEquals((await enter(harness, "Can", token))[0], "FAIL", "one use is left");
  ada.send("QUIT");
  assertEquals((await enter(harness, "Ada", token))[0], "FAIL");
});

Deno.test("Door: the token of one person takes over from a connection that is half-open", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  for (const more of [{ usesLeft: 1 }, { usesLeft: null, forName: "Ada" }]) {
    harness.store.accounts.revokeInvitation("abc");
    const token = await invited(harness, more);
    const [, ghost] = await enter(harness, "Ada", token);
    const [outcome, again] = await enter(harness, "Ada", token);
    assertEquals([outcome, ghost.ended], ["001", "Ada connected from elsewhere"]);
    assertEquals((await enter(harness, "Ada", token))[0], "433", "two don't fight for it");
    harness.now += 30_000;
    // The same holds for the name under which it entered.
    again.send("NICK Adalet");
    const [, third] = await enter(harness, "Ada", token);
    assertEquals([third.user.nick, again.ended], ["Ada", "Adalet connected from elsewhere"]);
    third.send("NICK Adalet").vanish();
    const [last, fourth] = await enter(harness, "Adalet", token);
    assertEquals(last, "001", "a name on the invitation does not tie it to that name");
    fourth.vanish();
  }
  harness.store.accounts.revokeInvitation("abc");
  const shared = await invited(harness, { usesLeft: 3 });
  const [, can] = await enter(harness, "Can", shared);
  assertEquals((await enter(harness, "Can", shared))[0], "433");
  assertEquals(can.ended, undefined, "a shared token identifies nobody");
  can.send("NICK Deniz");
  assertEquals((await enter(harness, "Can", shared))[0], "001", "that is somebody else");
  assertEquals(harness.store.accounts.invitation("abc")!.usesLeft, 1);
});

Deno.test("Door: with the account goes whoever came in by it, and nobody else", async () => {
  for (const closed of [INVITE_ONLY, { password: "sesame" }] as ConfigOverrides[]) {
    const harness = await serverWith(["Gamze", "Deniz"], closed);
    const token = await invited(harness, { usesLeft: 2 });
    const [gamze, deniz] = [await member(harness, "Gamze"), await member(harness, "Deniz")];
    const [, guest] = await enter(harness, "Ada", token);
    // A user with an account who also showed an invitation.
    const both = newcomer(harness, "Gamze2");
    await both.askSlow(`PASS ${token}`);
    await plain(both, "Gamze");
    both.send("CAP END");
    const version = harness.store.accounts.version();
    harness.store.accounts.version = () => version + 1;
    harness.store.accounts.remove("Gamze");
    harness.pass(5000);
    const why = closed === INVITE_ONLY
      ? "Only people with an account or an invitation can enter"
      : "The server requires a password";
    assertEquals(gamze.ended, `The account Gamze was deleted. ${why}`);
    assertEquals([both.ended, guest.ended, deniz.ended], [undefined, undefined, undefined]);
    assertEquals(harness.store.accounts.invitation("abc")!.usesLeft, 0, "now it is needed");
    await deniz.askSlow(`NS DROP ${PASSWORD}`);
    assertEquals(deniz.ended, `The account Deniz was deleted. ${why}`);
    if (closed === INVITE_ONLY) continue;
    const [, known] = await enter(harness, "Can", "sesame");
    await known.askSlow(`NS REGISTER ${PASSWORD}`);
    await known.askSlow("NS LOGOUT");
    assertEquals(known.ended, undefined, "the password was shown");
  }
});

Deno.test("Door: who logs out where an account is needed is out", async () => {
  const harness = await serverWith(["Gamze"], INVITE_ONLY);
  const gamze = await member(harness, "Gamze");
  await gamze.askSlow("NS LOGOUT");
  assertEquals(
    gamze.ended,
    "You logged out. Only people with an account or an invitation can enter",
  );
});

Deno.test("Door: a password that whoever runs the server changes ends the sessions of the account", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  const [gamze, deniz] = [await member(harness, "Gamze"), await member(harness, "Deniz")];
  const { verifier } = harness.store.accounts.find("Deniz")!;
  harness.store.accounts.setVerifier("Gamze", verifier);
  harness.store.accounts.version = () => 1;
  harness.pass(5000);
  assertEquals([gamze.ended, deniz.ended], ["The password of Gamze was changed", undefined]);
});

Deno.test("Door: a guest who came in on an invitation is told how to come back, and can", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  const client = harness.connect();
  await client.askSlow(`PASS ${await invited(harness)}`);
  assertEquals(
    client.ask("NICK Gamze", "USER g 0 * :g").at(-1),
    ":NickServ!NickServ@chat.test NOTICE Gamze :Your invitation lets you in again under the " +
      "same name. To make that name yours, register it: type /register in chat join, or " +
      "/msg NickServ REGISTER PASSWORD in another program.",
  );
  assertEquals(codes(await client.askSlow(`REGISTER * * ${PASSWORD.replace(" ", "")}`)), [
    "REGISTER",
    "900",
  ]);
  client.vanish();
  const again = newcomer(harness, "Gamze");
  await plain(again, "Gamze", PASSWORD.replace(" ", ""));
  assertEquals(codes(again.ask("CAP END"))[0], "001");
});

Deno.test("Door: an invitation or account replaces the password, and an open server uses none up", async () => {
  const closed = await serverWith(["Gamze"], { password: "sesame" });
  const token = await invited(closed);
  assertEquals((await enter(closed, "a", token))[0], "001");
  assertEquals((await enter(closed, "b", token))[0], "464");
  assertEquals((await enter(closed, "b", "sesame"))[0], "001");
  await member(closed, "Gamze");
  const both = await serverWith([], { password: "sesame", ...INVITE_ONLY });
  assertEquals((await enter(both, "a", "sesame"))[0], "FAIL", "the password alone is not enough");
  const open = await serverWith([]);
  const unused = await invited(open);
  assertEquals((await enter(open, "a", unused))[0], "001");
  assertEquals(open.store.accounts.invitations(0).length, 1, "not used if not needed");
});

Deno.test("Door: no secret gets into the log", async () => {
  const harness = await serverWith(["Gamze"], INVITE_ONLY);
  const token = await invited(harness);
  const [, client] = await enter(harness, "Deniz", token);
  await client.askSlow(`REGISTER * * :${PASSWORD}`);
  client.send("CAP REQ sasl");
  await plain(client, "Gamze", "wrong horse");
  await client.askSlow(`PRIVMSG NickServ :IDENTIFY Gamze ${PASSWORD}`);
  await client.askSlow("PRIVMSG NickServ :IDENTIFY hunter22 Gamze");
  const log = JSON.stringify(harness.log);
  for (const secret of [token, "horse", "hunter22", toBase64(new TextEncoder().encode(PASSWORD))]) {
    assert(!log.includes(secret), secret);
  }
  assertEquals(
    harness.log.filter(({ kind }) => kind === "account").map((event) => {
      return "did" in event ? `${event.did} ${event.account}` : "";
    }),
    ["registered Deniz", "in Deniz", "failed Gamze", "in Gamze", "failed "],
  );
});

Deno.test("Door: a client that may not enter learns neither who is here nor which names are owned", async () => {
  for (const closed of [{ password: "sesame" }, INVITE_ONLY]) {
    const harness = await serverWith(["Gamze"], closed);
    await member(harness, "Gamze");
    const stranger = harness.connect();
    for (const nick of ["Gamze", "gamze", "NickServ", "Nobody"]) {
      assertEquals(stranger.ask(`NICK ${nick}`), [], nick);
    }
    assertEquals(codes(stranger.ask("NAMES")), ["451"]);
    assert(!stranger.ask("USER x 0 * :x").join().includes("Gamze"));
    assert(stranger.ended !== undefined);
  }
});

Deno.test("Door: an invitation that is used up slows nobody down", async () => {
  const harness = await serverWith([], INVITE_ONLY);
  const token = await invited(harness);
  await enter(harness, "a", token);
  for (let count = 0; count < 9; count++) await enter(harness, "b", token);
  assertEquals((await enter(harness, "b", await invited(harness)))[0], "001");
  assertEquals(harness.waits, []);
});
