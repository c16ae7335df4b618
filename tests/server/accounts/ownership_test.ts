import { assert, assertEquals, assertMatch } from "@std/assert";
import { OPERATOR, VOICE } from "../../../lib/irc/modes.ts";
import { type Client, Harness } from "../harness.ts";
import { addAccount, codes, member, newcomer, PASSWORD, plain, serverWith } from "../logins.ts";

Deno.test("Ownership: a name that is owned, and what looks like it, is refused to others", async () => {
  const harness = await serverWith(["Gamze", "coco"]);
  const refused = (nick: string) => {
    const client = harness.connect();
    const answers = client.ask(`NICK ${nick}`, "USER x 0 * :x");
    client.vanish();
    return answers;
  };
  assertEquals(refused("GAMZE"), [
    ":chat.test 433 * GAMZE :Nickname belongs to an account: log in to it, or choose another name",
  ]);
  assertMatch(
    refused("сосо")[0]!,
    / 433 \* сосо :Nickname looks like coco, which belongs to an account$/,
  );
  assertMatch(refused("nickserv")[0]!, / 433 \* nickserv :Nickname is reserved for the server$/);
  const stranger = harness.user("Furkan");
  const hint =
    ":NickServ!NickServ@chat.test NOTICE Furkan :The name Gamze belongs to an account. If " +
    "it is yours, type: /msg NickServ IDENTIFY Gamze PASSWORD";
  const answers = stranger.ask("NICK gamze");
  assertEquals([codes(answers), answers[1]], [["433", "NOTICE"], hint]);
  assertEquals(stranger.user.nick, "Furkan");
  stranger.vanish();
  const late = harness.connect().send("NICK Gamze", "USER x 0 * :x");
  assertEquals(late.ask("NICK Furkan").at(-1), hint, "most programs don't show why");
});

Deno.test("Ownership: what looks like an owned name is refused, and what looks like the server's", async () => {
  const harness = await serverWith(["Alperen", "alice", "gogo", "dog", "emily", "will", "Admin"]);
  const others: readonly [owner: string, ...alike: string[]][] = [
    ["Alperen", "AIperen", "A1peren", "A|peren", "alperén"],
    ["alice", "ɑlice", "aliᴄe", "aƖice"],
    ["gogo", "ɡoɡo"],
    ["dog", "d0g"],
    ["emily", "ernily"],
    ["will", "vvill"],
  ];
  const member = harness.user("Furkan");
  for (const [owner, ...alike] of others) {
    for (const nick of alike) {
      harness.now += 60_000;
      const text = `Nickname looks like ${owner}, which belongs to an account`;
      const answers = member.ask(`NICK ${nick}`);
      assertEquals(answers[0], `:chat.test 433 Furkan ${nick} :${text}`, nick);
      const made = await member.askSlow(`REGISTER ${nick} * another-one`);
      assertMatch(made[0]!, / FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK /, nick);
    }
  }
  for (const nick of ["ɴickserv", "NíckServ", "NickServ_", "server", "root", "chat-test"]) {
    harness.now += 60_000;
    const [answer] = member.ask(`NICK ${nick}`);
    assertEquals(answer, `:chat.test 433 Furkan ${nick} :Nickname is reserved for the server`);
  }
  assertEquals(member.user.nick, "Furkan");
});

Deno.test("Ownership: of names that nobody owns only those that readers take for one collide", () => {
  const harness = new Harness();
  for (const nick of ["Şule", "Sule", "emily", "ernily", "dog", "d0g", "AIperen", "Alperen"]) {
    assert(harness.user(nick).user.registered, nick);
  }
  const late = harness.connect().send("USER x 0 * :x");
  assertEquals(late.ask("NICK ɑlperen"), [
    ":chat.test 433 * ɑlperen :Nickname looks like Alperen, who is here",
  ]);
});

Deno.test("Ownership: a name of the server is its owner's if whoever runs it made an account", async () => {
  const harness = await serverWith(["Admin"]);
  const owner = await member(harness, "Admin");
  assertEquals(owner.user.nick, "Admin");
  const stranger = harness.user("Guest77");
  const [answer] = await stranger.askSlow("REGISTER * * another-one");
  assertEquals(
    answer,
    ":chat.test FAIL REGISTER BAD_ACCOUNT_NAME Guest77 :Names like this one are for guests",
  );
});

Deno.test("Ownership: who is here under a name like one that is registered gets another", async () => {
  const harness = new Harness();
  const owner = harness.user("Alperen");
  const alike = harness.member("#a", "A1peren");
  const other = harness.member("#a", "Alparen");
  await owner.askSlow("REGISTER * * another-one");
  assertEquals([alike.user.nick, other.user.nick, owner.user.nick], [
    "Guest1",
    "Alparen",
    "Alperen",
  ]);
  assertMatch(
    alike.take().at(-1)!,
    /NOTICE Guest1 :A1peren looks like Alperen, which belongs to an account that you are not /,
  );
});

Deno.test("Ownership: nobody who is here loses a name to who registers one like it later", async () => {
  const harness = new Harness();
  const [first, second] = [harness.user("Alperen"), harness.user("AIperen")];
  const refused = "This name looks like Alperen, who is here and had that name first";
  assertEquals(await second.askSlow("REGISTER * * secret1"), [
    `:chat.test FAIL REGISTER ACCOUNT_EXISTS AIperen :${refused}`,
  ]);
  assertEquals(await second.askSlow("NS REGISTER secret1"), [
    `:NickServ!NickServ@chat.test NOTICE AIperen :${refused}.`,
  ]);
  assertEquals([first.user.nick, first.take()], ["Alperen", []]);
  // The first user of the name may register it, and takes it from the other.
  assertMatch((await first.askSlow("REGISTER * * secret1"))[0]!, / REGISTER SUCCESS Alperen /);
  assertEquals([first.user.nick, second.user.nick], ["Alperen", "Guest1"]);
  // The first user of the name counts, not the first to connect.
  const [third, fourth] = [harness.user("Can"), harness.user("dog")];
  third.send("NICK d0g");
  assertMatch((await third.askSlow("REGISTER * * secret1"))[0]!, / ACCOUNT_EXISTS d0g /);
  fourth.vanish();
  assertMatch((await third.askSlow("REGISTER * * secret1"))[0]!, / REGISTER SUCCESS d0g /);
});

Deno.test("Ownership: an owner may enter under their name, a lookalike of it or any unowned name", async () => {
  const harness = await serverWith(["coco", "Gamze"]);
  for (const nick of ["COCO", "сосо", "Deniz"]) {
    const client = await member(harness, nick, "coco");
    client.vanish();
  }
  const client = newcomer(harness, "Gamze");
  await plain(client, "coco");
  assertEquals(codes(client.ask("CAP END")), ["433"], "another's name is not among them");
});

Deno.test("Ownership: an owner who reconnects takes the name from the stale connection", async () => {
  const harness = await serverWith(["Gamze"]);
  const ghost = (await member(harness, "Gamze")).send("JOIN #a");
  const watcher = harness.member("#a", "Furkan");
  harness.now += 60_000;
  const client = newcomer(harness, "Gamze");
  assertEquals(codes(await plain(client, "Gamze")), ["900", "903"]);
  assert(ghost.ended === undefined, "until all is there, the ghost stays");
  assertEquals(codes(client.ask("CAP END"))[0], "001");
  assertEquals(ghost.ended, "Gamze connected from elsewhere");
  assertEquals(
    ghost.take().at(-1),
    "ERROR :Closing link: 192.0.2.1 (Gamze connected from elsewhere)",
  );
  assertMatch(watcher.take()[0]!, /^:Gamze!\S+ QUIT :Gamze connected from elsewhere$/);
  assertEquals(harness.world.users.find("Gamze"), client.user);

  const third = newcomer(harness, "Gamze");
  await plain(third, "Gamze");
  assertEquals(codes(third.ask("CAP END")), ["433"], "two programs don't throw each other out");
  harness.now += 30_000;
  assertEquals(codes(third.ask("NICK Gamze"))[0], "001");
  assert(client.ended !== undefined);
});

Deno.test("Ownership: an owner takes the name from a connection that was lost at once", async () => {
  const harness = await serverWith(["Gamze"]);
  for (let times = 0; times < 3; times++) {
    const client = newcomer(harness, "Gamze").send("CAP REQ chat.internal/resume");
    await plain(client, "Gamze");
    assertEquals(codes(client.ask("CAP END"))[0], "001");
    client.vanish();
    assertEquals(harness.world.users.find("Gamze")?.lost?.ms, 60_000);
  }
});

Deno.test("Ownership: a stranger with an owned name or a lookalike is renamed when the owner enters", async () => {
  const harness = new Harness();
  const [stranger, alike] = [harness.member("#a", "Gamze"), harness.member("#a", "coco")];
  harness.user("Guest1");
  await addAccount(harness, "guest2");
  await addAccount(harness, "Gamze");
  await addAccount(harness, "сосо");
  const owner = await member(harness, "Gamze");
  assertEquals(stranger.take().slice(0, 2), [
    ":Gamze!~Gamze@192.0.2.1 NICK Guest3",
    ":NickServ!NickServ@chat.test NOTICE Guest3 :Gamze belongs to an account whose owner has logged " +
    "in. Your name is now Guest3. To choose another one, type: /nick NAME",
  ]);
  assertEquals(owner.user.nick, "Gamze");
  await member(harness, "сосо");
  assertEquals(alike.user.nick, "Guest4");
  assert(stranger.ended === undefined && alike.ended === undefined);
});

Deno.test("Ownership: an owner who is in under another name takes their own with NICK", async () => {
  const harness = new Harness();
  const stranger = harness.user("Gamze");
  await addAccount(harness, "Gamze");
  const owner = await member(harness, "Deniz", "Gamze");
  assertEquals(codes(owner.ask("NICK Gamze")), ["NICK"]);
  assertEquals([owner.user.nick, stranger.user.nick], ["Gamze", "Guest1"]);
});

Deno.test("Ownership: a user who logs in to another account loses the name of the first", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  const client = newcomer(harness, "Gamze");
  await plain(client, "Gamze");
  client.send("CAP END").take();
  const answers = await plain(client, "Deniz");
  assertEquals(codes(answers), ["900", "NICK", "NOTICE", "903"]);
  assertEquals(client.user.nick, "Guest1");
});

Deno.test("Ownership: a name that is registered again inherits nothing from its former account", async () => {
  for (const way of ["by its owner", "by another program"]) {
    const harness = await serverWith(["Gamze"]);
    const caps = "echo-message message-tags draft/message-redaction draft/read-marker";
    harness.room("#music", "Deniz");
    const owner = (await member(harness, "Gamze")).send(`CAP REQ :${caps}`);
    owner.send("JOIN #music", "MARKREAD #music timestamp=2026-01-01T00:00:00.000Z");
    owner.take();
    const said = owner.send("PRIVMSG #music :mine").messages()[0]!.tags.get("msgid")!;
    harness.world.setRanks(
      owner.user,
      harness.world.channels.find("#music")!,
      OPERATOR,
      harness.now,
    );
    harness.now += 1000;
    if (way === "by its owner") await owner.askSlow(`NS DROP ${PASSWORD}`);
    owner.send("QUIT");
    if (way !== "by its owner") harness.store.accounts.remove("Gamze");
    const next = harness.user("Gamze", caps);
    await next.askSlow("REGISTER * * another-one");
    next.send("JOIN #music").take();
    assertEquals(prefixOf(next, "#music"), "", way);
    assertEquals(next.ask("MARKREAD #music"), [":chat.test MARKREAD #music *"], way);
    assertMatch(next.ask(`REDACT #music ${said}`)[0]!, / REDACT_FORBIDDEN /, way);
    // The new owner keeps what it is given itself.
    harness.world.setRanks(next.user, harness.world.channels.find("#music")!, VOICE, harness.now);
    next.send("MARKREAD #music timestamp=2026-01-01T00:00:00.000Z", "QUIT");
    const again = newcomer(harness, "Gamze");
    await plain(again, "Gamze", "another-one");
    again.send("CAP END", "JOIN #music").take();
    assertEquals(prefixOf(again, "#music"), "+", way);
    assertMatch(again.ask("MARKREAD #music")[0]!, /timestamp=2026-01-01T/, way);
  }
});

/** The prefix of a client's own name in a room. */
function prefixOf(client: Client, room: string): string {
  const names = client.ask(`NAMES ${room}`)[0]!.split(" :")[1]!.split(" ");
  return names.find((name) => name.endsWith(client.user.nick))!.replace(client.user.nick, "");
}
