import { assert, assertEquals, assertMatch } from "@std/assert";
import { Harness } from "./harness.ts";
import { addAccount, codes, member, newcomer, plain, serverWith } from "./logins.ts";

Deno.test("a name that is owned, and what looks like it, is refused to others", async () => {
  const harness = await serverWith(["Gamze", "coco"]);
  const refused = (nick: string) => {
    const client = harness.connect();
    const answers = client.ask(`NICK ${nick}`, "USER x 0 * :x");
    client.vanish();
    return answers;
  };
  assertEquals(refused("GAMZE"), [
    ":chat.test 433 * GAMZE :Nickname belongs to someone: log in, or choose another",
  ]);
  assertMatch(
    refused("сосо")[0]!,
    / 433 \* сосо :Nickname looks like coco, which belongs to someone$/,
  );
  assertMatch(refused("nickserv")[0]!, / 433 \* nickserv :Nickname is reserved for the server$/);
  const stranger = harness.user("Furkan");
  const hint =
    ":NickServ!NickServ@chat.test NOTICE Furkan :The name Gamze belongs to someone. If " +
    "that is you, write: /msg NickServ IDENTIFY Gamze and your password";
  const answers = stranger.ask("NICK gamze");
  assertEquals([codes(answers), answers[1]], [["433", "NOTICE"], hint]);
  assertEquals(stranger.user.nick, "Furkan");
  stranger.vanish();
  const late = harness.connect().send("NICK Gamze", "USER x 0 * :x");
  assertEquals(late.ask("NICK Furkan").at(-1), hint, "most programs don't show why");
});

Deno.test("the owner comes in under the own name and what looks like it, and under others", async () => {
  const harness = await serverWith(["coco", "Gamze"]);
  for (const nick of ["COCO", "сосо", "Deniz"]) {
    const client = await member(harness, nick, "coco");
    client.vanish();
  }
  const client = newcomer(harness, "Gamze");
  await plain(client, "coco");
  assertEquals(codes(client.ask("CAP END")), ["433"], "another's name is not among them");
});

Deno.test("the owner who comes back takes the name from the ghost", async () => {
  const harness = await serverWith(["Gamze"]);
  const ghost = (await member(harness, "Gamze")).send("JOIN #a");
  const watcher = harness.member("#a", "Furkan");
  harness.now += 60_000;
  const client = newcomer(harness, "Gamze");
  assertEquals(codes(await plain(client, "Gamze")), ["900", "903"]);
  assert(ghost.ended === undefined, "until all is there, the ghost stays");
  assertEquals(codes(client.ask("CAP END"))[0], "001");
  assertEquals(ghost.ended, "Gamze came in from elsewhere");
  assertEquals(
    ghost.take().at(-1),
    "ERROR :Closing link: 192.0.2.1 (Gamze came in from elsewhere)",
  );
  assertMatch(watcher.take()[0]!, /^:Gamze!\S+ QUIT :Gamze came in from elsewhere$/);
  assertEquals(harness.world.users.find("Gamze"), client.user);

  const third = newcomer(harness, "Gamze");
  await plain(third, "Gamze");
  assertEquals(codes(third.ask("CAP END")), ["433"], "two programs don't throw each other out");
  harness.now += 30_000;
  assertEquals(codes(third.ask("NICK Gamze"))[0], "001");
  assert(client.ended !== undefined);
});

Deno.test("a stranger who has the name of an account gets another one when the owner comes", async () => {
  const harness = new Harness();
  const [stranger, alike] = [harness.member("#a", "Gamze"), harness.member("#a", "coco")];
  harness.user("Guest1");
  await addAccount(harness, "guest2");
  await addAccount(harness, "Gamze");
  await addAccount(harness, "сосо");
  const owner = await member(harness, "Gamze");
  assertEquals(stranger.take().slice(0, 2), [
    ":Gamze!~Gamze@192.0.2.1 NICK Guest3",
    ":NickServ!NickServ@chat.test NOTICE Guest3 :Gamze belongs to someone who has logged in: you " +
    "are Guest3 now. NICK and a name chooses another.",
  ]);
  assertEquals(owner.user.nick, "Gamze");
  await member(harness, "сосо");
  assertEquals(alike.user.nick, "Guest4");
  assert(stranger.ended === undefined && alike.ended === undefined);
});

Deno.test("the owner who is in under another name takes the own one with NICK", async () => {
  const harness = new Harness();
  const stranger = harness.user("Gamze");
  await addAccount(harness, "Gamze");
  const owner = await member(harness, "Deniz", "Gamze");
  assertEquals(codes(owner.ask("NICK Gamze")), ["NICK"]);
  assertEquals([owner.user.nick, stranger.user.nick], ["Gamze", "Guest1"]);
});

Deno.test("who logs in to another account gives up the name of the first", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  const client = newcomer(harness, "Gamze");
  await plain(client, "Gamze");
  client.send("CAP END").take();
  const answers = await plain(client, "Deniz");
  assertEquals(codes(answers), ["900", "NICK", "NOTICE", "903"]);
  assertEquals(client.user.nick, "Guest1");
});
