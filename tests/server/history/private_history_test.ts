import { assertEquals } from "@std/assert";
import { parse } from "../../../lib/irc/message.ts";
import { GUEST_TALKS } from "../../../lib/server/entry/hourly.ts";
import { CALM, type Client, Harness } from "../harness.ts";

const CAPS =
  "batch server-time message-tags echo-message draft/chathistory draft/message-redaction";

/** The texts of the answer; FAIL for a refusal. */
function texts(client: Client, request: string): string[] {
  return client.ask(request).map((line) => parse(line)!).filter(({ command }) =>
    command !== "BATCH"
  ).map(({ command, params }) => command === "FAIL" ? "FAIL" : params.at(-1)!);
}

const latest = (client: Client, target: string) =>
  texts(client, `CHATHISTORY LATEST ${target} * 50`);

const targets = (client: Client) =>
  client.ask(
    "CHATHISTORY TARGETS timestamp=2026-01-01T00:00:00.000Z timestamp=2027-01-01T00:00:00.000Z 9",
  ).map((line) => parse(line)!.params[1]!).slice(1, -1);

/** A user who is logged in to a new account. */
function owner(harness: Harness, account: string, nick = account): Client {
  const client = harness.user(nick, CAPS);
  harness.store.accounts.add(account, VERIFIER, harness.now);
  harness.login(client, account);
  client.take();
  return client;
}

Deno.test("Private history: what an account and a guest say is kept, and the account alone reads it", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  const guest = harness.user("Guest", CAPS);
  guest.send("PRIVMSG Ada :selam", "NOTICE ada :!", "PRIVMSG ada :\x01VERSION\x01");
  harness.now += 1000;
  ada.send("PRIVMSG guest :hi", "PRIVMSG guest :\x01ACTION waves\x01");
  harness.hush();
  const said = ["selam", "!", "hi", "\x01ACTION waves\x01"];
  assertEquals(latest(ada, "GUEST"), said);
  assertEquals(latest(guest, "ada"), ["FAIL"]);
  assertEquals(texts(guest, "SEARCH text=selam"), []);
  assertEquals(targets(guest), []);
  assertEquals(targets(ada), ["Guest"]);
  assertEquals(texts(ada, "SEARCH text=selam"), ["selam"]);
  assertEquals(texts(ada, "SEARCH :in=guest;text=hi"), ["hi"]);
  const [, first, , third] = ada.ask("CHATHISTORY LATEST Guest * 50").map((line) => parse(line)!);
  assertEquals([first!.source, first!.params[0]], ["Guest!~Guest@192.0.2.1", "Ada"]);
  assertEquals([third!.source, third!.params[0]], ["Ada!~Ada@192.0.2.1", "Guest"]);
  // It stays after the guest has left.
  guest.send("QUIT");
  ada.take();
  assertEquals([latest(ada, "guest"), targets(ada)], [said, ["guest"]]);
  assertEquals(latest(ada, "stranger"), ["FAIL"]);
  const other = owner(harness, "Bob");
  assertEquals([latest(other, "guest"), latest(other, "ada"), targets(other)], [["FAIL"], [], []]);
});

Deno.test("Private history: between two guests nothing is kept, nor what is said to NickServ", () => {
  const harness = new Harness();
  const [a, b] = ["a", "b"].map((nick) => harness.user(nick, CAPS));
  a!.send("PRIVMSG b :nothing");
  const ada = owner(harness, "Ada");
  ada.send("PRIVMSG NickServ :HELP", "NOTICE NickServ :x", "@+draft/persist TAGMSG NickServ");
  harness.hush();
  assertEquals(harness.store.history.conversations("="), []);
  // A later owner of the name does not find it either.
  harness.store.accounts.add("a", VERIFIER, harness.now);
  harness.login(a!, "a");
  a!.take();
  assertEquals(latest(a!, "b"), []);
  assertEquals(b!.user.gone, false);
});

Deno.test("Private history: whoever registers the name of a guest does not read what was said to the guest", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  const guest = harness.user("Guest", CAPS);
  ada.send("PRIVMSG Guest :secret");
  guest.send("PRIVMSG Ada :secret too");
  harness.now += 1000;
  guest.send("QUIT");
  const registered = owner(harness, "Guest");
  assertEquals([latest(registered, "ada"), targets(registered)], [[], []]);
  assertEquals(texts(registered, "SEARCH text=secret"), []);
  harness.now += 1000;
  ada.send("PRIVMSG Guest :hello");
  harness.hush();
  assertEquals(latest(registered, "ada"), ["hello"]);
  assertEquals(latest(ada, "guest"), ["secret", "secret too", "hello"]);
});

Deno.test("Private history: a guest who logs in later has another conversation from then on", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  harness.store.accounts.add("Cem", VERIFIER, harness.now);
  const guest = harness.user("Guest", CAPS);
  guest.send("PRIVMSG Ada :as a guest");
  harness.now += 1000;
  harness.login(guest, "Cem");
  guest.send("PRIVMSG Ada :as Cem");
  harness.hush();
  assertEquals(latest(guest, "ada"), ["as Cem"]);
  assertEquals(latest(ada, "Guest"), ["as Cem"], "by the account of the current user");
  guest.send("NICK Cem");
  harness.hush();
  assertEquals([latest(ada, "Cem"), latest(ada, "guest")], [["as Cem"], ["as a guest"]]);
  assertEquals(targets(ada).sort(), ["Cem", "guest"]);
});

Deno.test("Private history: an account that is deleted and made again reads nothing of before", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  const guest = harness.user("Guest", CAPS);
  guest.send("PRIVMSG Ada :secret");
  ada.send("QUIT");
  harness.store.accounts.remove("Ada");
  harness.now += 1000;
  const again = owner(harness, "Ada");
  assertEquals([latest(again, "guest"), targets(again)], [[], []]);
  guest.send("PRIVMSG Ada :hello");
  again.take();
  assertEquals(latest(again, "guest"), ["hello"]);
});

Deno.test("Private history: guests of one name, one after another, read nothing; who talked to them does", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  for (const word of ["first", "second"]) {
    const guest = harness.user("Guest", CAPS);
    guest.send(`PRIVMSG Ada :${word}`);
    guest.take();
    assertEquals(latest(guest, "Ada"), ["FAIL"]);
    guest.send("QUIT");
    harness.now += 1000;
  }
  ada.take();
  assertEquals(latest(ada, "guest"), ["first", "second"]);
});

Deno.test("Private history: what a guest takes back is gone for the account too, and who asks from its place goes on", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  ada.send("CAP REQ draft/event-playback");
  const guest = harness.user("Guest", CAPS);
  guest.send("PRIVMSG Ada :oops", "PRIVMSG Ada :next");
  const id = ada.messages().find(({ params }) => params[1] === "oops")!.tags.get("msgid")!;
  harness.now += 1000;
  guest.send(`REDACT Ada ${id}`);
  ada.take();
  const page = ada.ask("CHATHISTORY LATEST Guest * 50").map((line) => parse(line)!);
  assertEquals(page.slice(1, -1).map(({ command }) => command), ["PRIVMSG", "REDACT"]);
  assertEquals(texts(ada, `CHATHISTORY AFTER Guest msgid=${id} 1`), ["next"]);
  // A stranger with the name can't redact anything.
  const nextId = page[1]!.tags.get("msgid")!;
  guest.send("QUIT");
  const stranger = harness.user("Guest", CAPS);
  assertEquals(texts(stranger, `REDACT Ada ${nextId}`), ["FAIL"]);
  // The same holds for a stranger who registers the name.
  harness.now += 1000;
  harness.store.accounts.add("Guest", VERIFIER, harness.now);
  harness.login(stranger, "Guest");
  assertEquals(texts(stranger, `REDACT Ada ${nextId}`), ["FAIL"]);
  ada.take();
  assertEquals(latest(ada, "Guest")[0], "next");
});

Deno.test("Private history: it is there after the server was started anew", () => {
  const before = new Harness();
  const ada = owner(before, "Ada");
  before.user("Guest", CAPS).send("PRIVMSG Ada :selam");
  ada.take();
  const after = new Harness(CALM, before);
  const again = after.user("back", CAPS);
  after.login(again, "Ada");
  again.take();
  assertEquals([latest(again, "guest"), targets(again)], [["selam"], ["guest"]]);
});

Deno.test("Private history: if the account can't be read, nothing is told of what may be from before it", () => {
  const harness = new Harness();
  const ada = owner(harness, "Ada");
  const guest = harness.user("Bob", CAPS);
  guest.send("PRIVMSG Ada :secret");
  guest.vanish();
  harness.now += 1000;
  const bob = owner(harness, "Bob");
  assertEquals(latest(bob, "ada"), []);
  const { accounts } = harness.store;
  const find = accounts.find.bind(accounts);
  accounts.find = (name) => name.toLowerCase() === "bob" ? undefined : find(name);
  assertEquals([latest(bob, "ada"), targets(bob), texts(bob, "SEARCH text=secret")], [[], [], []]);
  accounts.find = find;
  assertEquals(latest(ada, "bob"), ["secret"]);
});

Deno.test("Private history: a network begins only so many conversations with guests in an hour that are kept", () => {
  const harness = new Harness({
    limits: { ...CALM.limits, nickChangesPerMinute: 0, exempt: ["203.0.113.9"] },
  });
  const ada = owner(harness, "Ada");
  const bob = owner(harness, "Bob");
  const flood = harness.user("g0", CAPS);
  for (let count = 0; count < GUEST_TALKS; count++) {
    flood.send(`NICK g${count}`, `PRIVMSG Ada :n${count}`);
  }
  flood.send("NICK late", "PRIVMSG Ada :late", "NICK g7", "PRIVMSG Ada :again");
  assertEquals(ada.take().filter((line) => / PRIVMSG /.test(line)).length, GUEST_TALKS + 2);
  assertEquals(latest(ada, "late"), ["FAIL"]);
  assertEquals(latest(ada, "g7"), ["n7", "again"]);
  // Messages of accounts and of other guests are still kept, and this guest's later ones.
  bob.send("PRIVMSG Ada :hello");
  assertEquals(latest(ada, "bob"), ["hello"]);
  for (const host of ["198.51.100.7", "203.0.113.9"]) {
    const other = harness.connect(host).send("NICK other", "USER o 0 * :o", `PRIVMSG Ada :${host}`);
    assertEquals(latest(ada, "other").at(-1), host);
    other.vanish();
  }
  harness.now += 3_600_000;
  flood.send("NICK late", "PRIVMSG Ada :later");
  assertEquals(latest(ada, "late"), ["later"]);
});

const VERIFIER = {
  mechanism: "SCRAM-SHA-256",
  salt: "",
  iterations: 1,
  storedKey: "",
  serverKey: "",
};

Deno.test("Private history: TARGETS gives as many as were asked for, but for those that may not be read", () => {
  const harness = new Harness();
  const old = owner(harness, "Ada");
  for (const nick of ["g1", "g2", "g3"]) harness.user(nick, CAPS).send("PRIVMSG Ada :secret");
  old.send("QUIT");
  harness.store.accounts.remove("Ada");
  harness.now += 1000;
  const ada = owner(harness, "Ada");
  for (const nick of ["g4", "g5", "g6"]) {
    harness.now += 1000;
    harness.user(nick, CAPS).send("PRIVMSG Ada :hello");
  }
  ada.take();
  const page = ada.ask(
    "CHATHISTORY TARGETS timestamp=2026-01-01T00:00:00.000Z timestamp=2027-01-01T00:00:00.000Z 2",
  ).map((line) => parse(line)!.params[1]!).slice(1, -1);
  assertEquals(page, ["g4", "g5"]);
});
