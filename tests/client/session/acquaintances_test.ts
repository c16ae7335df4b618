import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const GONE = "notSent: bob may be someone else by now, so this was not sent. To write to whoever " +
  "is called bob now, type /query bob";

function meets(it: Drive, name: string): Drive {
  return it.do(it.session.perform({ do: "meet", name }, "#lobby", it.now));
}

function withBob(...isupport: string[]): Drive {
  const it = new Drive().enter();
  it.server(...isupport, ":bob!b@h JOIN #lobby");
  meets(it, "bob").takeEvents();
  return it;
}

Deno.test("Acquaintances: if one leaves, nobody who takes the name gets what is typed", () => {
  const it = withBob();
  assertEquals(it.say("selam", "bob").takeSent(), ["PRIVMSG bob :selam"]);
  it.server(":Ali!ali@host PRIVMSG bob :selam", ":bob!b@h QUIT :x", ":eve!e@h NICK bob");
  assertEquals(it.takeEvents().slice(-3), ["left bob quit (x)", "gone bob", "renamed eve -> bob"]);
  it.server(":bob!e@h PRIVMSG Ali :hi").takeEvents();
  for (const line of ["secret", "/me waves"]) {
    assertEquals([it.type(line, "bob").takeSent(), it.takeEvents()], [[], [GONE]], line);
  }
  assertEquals(it.type("/msg bob who are you?").takeSent(), ["PRIVMSG bob :who are you?"]);
  assertEquals(it.say("selam", "bob").takeSent(), ["PRIVMSG bob :selam"]);
});

Deno.test("Acquaintances: what waits for one who leaves is not sent either", () => {
  const it = withBob();
  for (let index = 0; index < 10; index++) it.say(`${index}`, "bob");
  it.takeSent();
  it.server(":bob!b@h QUIT :x");
  assertEquals(it.takeEvents().slice(2), [
    "notSent: bob has left, so this was not sent: 8",
    "notSent: bob has left, so this was not sent: 9",
  ]);
});

Deno.test("Acquaintances: a conversation goes along with a new name", () => {
  const it = withBob().server(":bob!b@h NICK bobby", ":bobby!b@h QUIT :x");
  assertEquals(it.takeEvents(), ["renamed bob -> bobby", "left bobby quit (x)", "gone bobby"]);
  assertEquals(it.say("selam", "bob").takeSent(), ["PRIVMSG bob :selam"]);
});

Deno.test("Acquaintances: people in no room of ours are watched by MONITOR", () => {
  const it = new Drive().enter().server(":s 005 Ali MONITOR=100 :are supported");
  assertEquals(meets(it, "bob").takeSent(), ["MONITOR + bob"]);
  assertEquals(it.server(":s 730 Ali :bob!b@h", ":s 731 Ali :bob").takeEvents(), ["gone bob"]);
  assertEquals([it.say("x", "bob").takeSent(), it.takeEvents()], [[], [GONE]]);
  // Somebody leaves the last room that we share.
  it.server(":can!c@h JOIN #lobby", ":can!c@h PRIVMSG Ali :hi", ":can!c@h PART #lobby");
  assertEquals(it.takeSent(), ["MONITOR + can"]);
  it.takeEvents();
  it.lose().enter().server(":s 731 Ali :can");
  assertEquals(it.takeEvents(), ["gone can"]);
});

Deno.test("Acquaintances: one whom the server does not know may be somebody else later", () => {
  const it = new Drive().enter().say("selam", "bob").server(":s 401 Ali bob :No such nick");
  it.takeSent();
  it.takeEvents();
  assertEquals([it.say("x", "bob").takeSent(), it.takeEvents()], [[], [GONE]]);
});
