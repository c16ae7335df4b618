import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

Deno.test("Session: our name and host as others see them limit the length of a message", () => {
  const longest = (...lines: string[]) => {
    const it = new Drive().enter().server(...lines).say("x".repeat(600));
    return it.takeSent()[0]!.length;
  };
  const usual = longest();
  const host = "h".repeat(20);
  assertEquals(longest(`:s 396 Ali ${host} :is now your host`), usual - 16);
  assertEquals(longest(`:s 396 Ali u@${host} :is now your host`), usual - 16);
  assertEquals(longest(`:Ali!ali@host CHGHOST uuuuu ${host}`), usual - 18);
});

Deno.test("Session: a message is confirmed by its echo, and shown once", () => {
  const it = new Drive().enter().say("selam").say("selam");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :selam", "PRIVMSG #lobby :selam"]);
  assertEquals(it.session.unsentItems.length, 2);
  it.server(":Ali!ali@host PRIVMSG #lobby :selam");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [1, [
    "message own privmsg Ali -> #lobby: selam",
  ]]);
  it.wait(1999);
  assertEquals(it.takeSent(), []);
  assertEquals(it.wait(1).takeSent(), ["PING :chat-1"]);
  it.server(":s PONG s chat-1");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, []]);
});

Deno.test("Session: a message to oneself is shown once, though the server sends it twice", () => {
  const cases = {
    "with ids": ["@msgid=1 ", "@msgid=1 ", "@msgid=2 ", "@msgid=2 "],
    "without": ["", "", "", ""],
    "in another order": ["@msgid=1 ", "@msgid=2 ", "@msgid=1 ", "@msgid=2 "],
  };
  for (const [name, tags] of Object.entries(cases)) {
    const it = new Drive().enter().type("/msg Ali not").type("/msg Ali not");
    for (const each of tags) it.server(`${each}:Ali!ali@host PRIVMSG Ali :not`);
    const told = "message own privmsg Ali -> Ali: not";
    assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, [told, told]], name);
  }
  const bare = new Drive().enter("Ali", "server-time").type("/msg Ali not");
  bare.server(":Ali!ali@host PRIVMSG Ali :not", ":s PONG s :chat-1");
  assertEquals(bare.takeEvents(), ["message own privmsg Ali -> Ali: not"]);
});

Deno.test("Session: without echoes a PING confirms messages, one at a time", () => {
  const it = new Drive().enter("Ali", "server-time").say("bir");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :bir", "PING :chat-1"]);
  it.say("iki");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :iki"]);
  it.server(":s PONG s :chat-1");
  assertEquals(it.takeEvents(), ["message own privmsg Ali -> #lobby: bir"]);
  assertEquals(it.takeSent(), ["PING :chat-2"]);
  it.server(":s PONG s :chat-1", ":s PONG s :rubbish");
  assertEquals(it.session.unsentItems.length, 1);
  it.server(":s PONG s :chat-2");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, [
    "message own privmsg Ali -> #lobby: iki",
  ]]);
});

Deno.test("Session: no more than eight messages are in flight at once", () => {
  const it = new Drive().enter("Ali", "");
  for (let index = 1; index <= 20; index++) it.say(`${index}`);
  const messages = () => it.takeSent().filter((line) => line.startsWith("PRIVMSG")).length;
  assertEquals(messages(), 8);
  // The PING was sent after the first message.
  assertEquals([it.server(":s PONG s chat-1"), messages()][1], 1);
  assertEquals([it.server(":s PONG s chat-2"), messages()][1], 8);
  assertEquals([it.server(":s PONG s chat-3"), messages()][1], 3);
  assertEquals(it.session.unsentItems.length, 3);
});

Deno.test("Session: unconfirmed messages are sent again on the next connection, in their order", () => {
  const it = new Drive().enter().say("bir").say("iki");
  it.server(":Ali!ali@host PRIVMSG #lobby :bir").takeSent();
  it.lose().say("üç");
  assertEquals(it.takeEvents().at(-1), "lost: the server closed the connection");
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent(), [
    "CAP LS 302",
    "NICK Ali",
    "USER chat 0 * chat",
    "CAP END",
    "JOIN #lobby",
  ]);
  it.server(":Ali!ali@host JOIN #lobby");
  assertEquals(it.takeEvents(), ["entered #lobby as Ali again"]);
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :iki", "PRIVMSG #lobby :üç", "PING :chat-1"]);
});

Deno.test("Session: a message that the server refused is not sent again", () => {
  const it = new Drive().enter().say("bir").server(":s 404 Ali #lobby :Cannot send to channel");
  assertEquals(it.session.unsentItems.length, 0);
});

Deno.test("Session: at the end of input all messages are confirmed before QUIT", () => {
  const it = new Drive().enter().say("bir").say("iki");
  it.takeSent();
  it.do(it.session.finish("Leaving", it.now));
  assertEquals([it.takeSent(), it.ends], [["PING :chat-1"], []]);
  it.server(":Ali!ali@host PRIVMSG #lobby :bir", ":Ali!ali@host PRIVMSG #lobby :iki");
  assertEquals([it.takeSent(), it.ends], [["QUIT :Leaving"], ["left"]]);
});

Deno.test("Session: the end of input while disconnected waits for the next connection", () => {
  const it = new Drive().enter().lose().say("bir");
  it.do(it.session.finish("Leaving", it.now));
  assertEquals(it.ends, []);
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby", ":s PONG s chat-1");
  assertEquals([it.takeSent().at(-1), it.ends], ["QUIT :Leaving", ["left"]]);
});

Deno.test("Session: quitting at once sends QUIT and nothing more", () => {
  const it = new Drive().enter().say("bir");
  it.takeSent();
  it.do(it.session.quit("Leaving", it.now));
  assertEquals([it.takeSent(), it.ends, it.session.unsentItems.length], [["QUIT :Leaving"], [
    "left",
  ], 1]);
  assertEquals(it.server("PING x").lose().takeSent(), []);
});

Deno.test("Session: a long text is cut so that others get each line whole", () => {
  const it = new Drive().enter();
  const text = "👩‍👧ğ".repeat(300);
  it.type(`/me ${text}`);
  const encoder = new TextEncoder();
  const pieces: string[] = [];
  for (let round = 0; round < 10 && it.session.unsentItems.length > 0; round++) {
    for (const line of it.takeSent()) {
      const seen = `:Ali!ali@host ${line}\r\n`;
      assertEquals(encoder.encode(seen).length <= 512, true);
      // deno-lint-ignore no-control-regex
      const piece = /^PRIVMSG #lobby :\x01ACTION (.*)\x01$/.exec(line)?.[1];
      if (piece === undefined) continue;
      pieces.push(piece);
      it.server(`:Ali!ali@host ${line}`);
    }
  }
  assertEquals(pieces.join(""), text);
});

Deno.test("Session: text can't break out of its line", () => {
  const it = new Drive().enter().say("a\r\nQUIT\0\nb");
  assertEquals(it.takeSent(), [
    "PRIVMSG #lobby :a",
    "PRIVMSG #lobby :QUIT ",
    "PRIVMSG #lobby :b",
  ]);
  it.do(it.session.perform({ do: "act", text: "a\r\nQUIT" }, "", it.now));
  // deno-lint-ignore no-control-regex
  assertEquals(it.takeSent().map((line) => line.replace(/\x01/g, "|")), [
    "PRIVMSG #lobby :|ACTION a QUIT|",
  ]);
});

Deno.test("Session: abandoned, it leaves when what is on its way has arrived, and sends nothing new", () => {
  const it = new Drive().enter();
  for (let index = 0; index < 10; index++) it.say(`${index}`);
  it.takeSent();
  assertEquals(it.session.unsentItems.filter(({ doubtful }) => !doubtful).length, 2);
  it.do(it.session.abandon("Leaving", it.now));
  assertEquals([it.session.unsentItems.length, it.ends], [8, []]);
  for (let index = 0; index < 8; index++) it.server(`:Ali!ali@host PRIVMSG #lobby :${index}`);
  assertEquals([it.takeSent().at(-1), it.ends], ["QUIT :Leaving", ["left"]]);
  // Messages sent on a lost connection may have arrived.
  const lost = new Drive().enter();
  for (let index = 0; index < 10; index++) lost.say(`${index}`);
  lost.lose();
  lost.do(lost.session.abandon("Leaving", lost.now));
  assertEquals(lost.session.unsentItems.map(({ doubtful }) => doubtful), Array(8).fill(true));
});

Deno.test("Session: a refusal tells which message it was", () => {
  const it = new Drive().enter().say("bir").server(":s 404 Ali #lobby :Cannot send");
  const [event] = it.events;
  assertEquals(event?.type === "error" && event.line, "bir");
});

Deno.test("Session: a program does not wait for ever for a server that takes nothing and says so", () => {
  const sit = (it: Drive, minutes: number) => {
    for (let at = 0; at < 2 * minutes; at++) it.wait(30_000).server(":s NOTICE Ali :still here");
  };
  const it = new Drive().enter().say("bir");
  sit(it, 4);
  assertEquals(it.ends, []);
  // After a pause in reading, the wait for a confirmation starts again.
  it.do(it.session.listen(it.now));
  sit(it, 4);
  assertEquals(it.ends, []);
  sit(it, 2);
  assertEquals(it.ends, ["refused: The server does not confirm that it received your messages."]);
  assertEquals(it.session.unsentItems.map(({ text, doubtful }) => [text, doubtful]), [[
    "bir",
    true,
  ]]);
  // A person sees that the message is not confirmed yet, and decides.
  const person = new Drive({ stays: true }).enter().say("bir");
  sit(person, 20);
  assertEquals([person.ends, person.session.unsentItems.length], [[], 1]);
});
