/** Where piped lines go, tested with sessions and a scripted server. */
import { assertEquals } from "@std/assert";
import type { Action } from "../../../lib/client/input/action.ts";
import { interpret } from "../../../lib/client/input/interpret.ts";
import { Destination } from "../../../lib/client/session/destination.ts";
import { Drive } from "../drive.ts";

/** A session with a pipe as its input. */
class Pipe extends Drive {
  readonly destination = new Destination("#lobby");

  /** Sends a piped line. Returns the reason if it is refused, otherwise what was sent. */
  line(text: string): string {
    const action: Action = interpret(text);
    this.takeSent();
    const { place } = this.destination;
    const fault = this.destination.follow(action, text, this.session);
    if (fault !== undefined) return `${fault}!`;
    if (action.do === "reject") return "rejected";
    if (action.do !== "query" && action.do !== "show") {
      this.do(this.session.perform(action as Parameters<typeof this.session.perform>[0], place, 0));
    }
    return this.takeSent().join(" | ");
  }

  /** Receives lines from the server. */
  override server(...lines: string[]): this {
    this.events.length = 0;
    super.server(...lines);
    for (const event of this.events) this.destination.event(event, this.session);
    return this;
  }
}

function inside(): Pipe {
  return new Pipe().enter() as Pipe;
}

const UNSURE = "The previous command was not understood!";

Deno.test("Destination: lines go where the command before them says, and nowhere else", () => {
  const cases: [line: string, sent: string][][] = [
    [["bir", "PRIVMSG #lobby :bir"], ["/msg Ada gizli", "PRIVMSG Ada :gizli"]],
    [["/msg Ada gizli", "PRIVMSG Ada :gizli"], ["bir", "PRIVMSG #lobby :bir"]],
    [["/query Ada", ""], ["gizli", "PRIVMSG Ada :gizli"], [
      "/me bakar",
      "PRIVMSG Ada :\x01ACTION bakar\x01",
    ]],
    [["/query Ada", ""], ["/topic x", ""], ["/part", ""], [
      "gizli",
      "You have closed the conversation with Ada!",
    ]],
    [["/query #tea", "You are not in #tea!"], ["gizli", "You are not in #tea!"]],
    [["/query #lobby", ""], ["bir", "PRIVMSG #lobby :bir"]],
    [["/qurey Ada", "rejected"], ["gizli", UNSURE], ["/me bakar", UNSURE], ["/kick Ada", UNSURE]],
    [["/jion #tea", "rejected"], ["gizli", UNSURE], ["/query Ada", ""], ["x", "PRIVMSG Ada :x"]],
    [["/pm Ada", "rejected"], ["gizli", UNSURE], ["/join #lobby", ""], ["x", "PRIVMSG #lobby :x"]],
    [["/msg Ada", "rejected"], ["gizli", UNSURE], ["/who", UNSURE], ["/part", UNSURE]],
    [["/hepl", "rejected"], ["bir", "PRIVMSG #lobby :bir"], [" ", "rejected"]],
    [["/part", "PART #lobby"], ["bir", "You have left #lobby!"], [
      "/topic x",
      "You have left #lobby!",
    ]],
    [["/part #lobby bye", "PART #lobby :bye"], ["bir", "You have left #lobby!"]],
    [["/part #tea", ""], ["bir", "PRIVMSG #lobby :bir"]],
    [["/join a,b", "rejected"], ["gizli", UNSURE]],
    [[`/join ${"x".repeat(300)}`, ""], ["gizli", `You are not in #${"x".repeat(300)}!`]],
  ];
  for (const lines of cases) {
    const pipe = inside();
    for (const [line, sent] of lines) assertEquals(pipe.line(line), sent, line);
  }
});

Deno.test("Destination: lines for a room wait until it lets us in", () => {
  const pipe = inside();
  assertEquals(pipe.line("/join tea"), "JOIN #tea");
  assertEquals(pipe.line("bir"), "");
  pipe.server(":Ali!ali@host JOIN #tea");
  assertEquals(pipe.takeSent(), ["PRIVMSG #tea :bir"]);
  assertEquals(pipe.line("iki"), "PRIVMSG #tea :iki");
  assertEquals(pipe.line("/join #lobby"), "");
  assertEquals(pipe.line("üç"), "PRIVMSG #lobby :üç");
});

Deno.test("Destination: lines for a room that does not let us in are said nowhere", () => {
  const refusals = [
    ":s 473 Ali #tea :Cannot join channel (+i)",
    ":s 470 Ali #tea #overflow :Forwarding to another channel",
    "FAIL JOIN SOMETHING #tea :No",
  ];
  for (const refusal of refusals) {
    const pipe = inside();
    pipe.line("/join #tea");
    pipe.line("bir");
    pipe.server(refusal);
    assertEquals(pipe.events.map(({ type }) => type).includes("notSent"), true, refusal);
    pipe.server(":Ali!ali@host JOIN #overflow");
    assertEquals(pipe.takeSent(), []);
    assertEquals(pipe.line("iki"), "You are not in #tea!");
    assertEquals(pipe.line("/me bakar"), "You are not in #tea!");
    assertEquals(pipe.line("/join #lobby"), "");
    assertEquals(pipe.line("üç"), "PRIVMSG #lobby :üç");
  }
});

Deno.test("Destination: the first room that leads elsewhere takes nothing there", () => {
  const pipe = new Pipe();
  pipe.open().server(":s CAP * LS :", ":s 366 * #lobby :End").claim("Ali");
  pipe.server(":s 001 Ali :Welcome", ":s 470 Ali #lobby #overflow :Forwarding");
  pipe.server(":Ali!ali@host JOIN #overflow");
  assertEquals([pipe.session.wants, pipe.session.home], ["text", "#overflow"]);
  assertEquals(pipe.line("gizli"), "You are not in #lobby!");
});

Deno.test("Destination: people and rooms are followed when their names change", () => {
  const pipe = inside();
  pipe.server(":Ada!a@h JOIN #lobby");
  pipe.line("/query Ada");
  pipe.server(":Ada!a@h NICK Ada2");
  assertEquals(pipe.line("bir"), "PRIVMSG Ada2 :bir");
  pipe.server(":Stranger!s@h NICK Ada");
  assertEquals(pipe.line("iki"), "PRIVMSG Ada2 :iki");
  pipe.line("/join #lobby");
  pipe.server(":Ada2!a@h RENAME #lobby #hall :bigger");
  assertEquals(pipe.line("üç"), "PRIVMSG #hall :üç");
  // A rename is followed only if it renames a room to a room.
  pipe.server(":Ada2!a@h NICK Ada3", ":s RENAME #other #x :-");
  assertEquals(pipe.line("dört"), "PRIVMSG #hall :dört");
});

Deno.test("Destination: who was put out of a room, or lost the connection, talks to no other one", () => {
  const pipe = inside();
  pipe.line("/join #tea");
  pipe.server(":Ali!ali@host JOIN #tea", ":Ada!a@h KICK #tea Ali :out");
  assertEquals(pipe.line("bir"), "JOIN #tea");
  pipe.server(":s 474 Ali #tea :Cannot join channel (+b)");
  assertEquals(pipe.line("iki"), "JOIN #tea");
  pipe.server(":s 474 Ali #tea :Cannot join channel (+b)").lose();
  assertEquals(pipe.line("üç"), "You are not in #tea!");
});
