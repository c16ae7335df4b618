import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

function types(it: Drive, state: "active" | "paused" | "done", where = "#lobby"): string[] {
  return it.do(it.session.typing(where, state, it.now)).takeSent();
}

Deno.test("Typing: others are told that we type, not more often than they need", () => {
  const it = new Drive().enter();
  const active = ["@+typing=active TAGMSG #lobby"];
  assertEquals(types(it, "active"), active);
  assertEquals(types(it.wait(2999), "active"), []);
  assertEquals(types(it.wait(1), "active"), active);
  assertEquals(types(it, "paused"), ["@+typing=paused TAGMSG #lobby"]);
  assertEquals(types(it, "paused"), []);
  assertEquals(types(it, "done"), ["@+typing=done TAGMSG #lobby"]);
  assertEquals(types(it, "done"), []);
  it.wait(3000);
  assertEquals(types(it, "active"), active);
  it.say("selam").takeSent();
  assertEquals(types(it, "done"), []);
  assertEquals(types(it, "active"), active);
  assertEquals(types(it, "active", "Furkan"), ["@+typing=active TAGMSG Furkan"]);
});

Deno.test("Typing: nothing is sent if it can't be, or is not wanted", () => {
  const cases: [name: string, it: Drive, where: string][] = [
    ["no tags", new Drive().enter("Ali", "echo-message"), "#lobby"],
    ["switched off", new Drive({ typing: false }).enter(), "#lobby"],
    ["no connection", new Drive().enter().lose(), "#lobby"],
    ["not in the room", new Drive().enter().server(":F!f@h KICK #lobby Ali"), "#lobby"],
    ["another room", new Drive().enter(), "#yok"],
    ["no place at all", new Drive().enter(), "a b"],
    ["oneself", new Drive().enter(), "Ali"],
    [
      "the server denies it",
      new Drive().enter().server(":s 005 Ali CLIENTTAGDENY=typing :x"),
      "#lobby",
    ],
    ["it denies all", new Drive().enter().server(":s 005 Ali CLIENTTAGDENY=* :x"), "#lobby"],
  ];
  for (const [name, it, where] of cases) {
    it.takeSent();
    assertEquals(types(it, "active", where), [], name);
  }
  const but = new Drive().enter().server(":s 005 Ali CLIENTTAGDENY=*,-typing :x");
  assertEquals(types(but, "active").length, 1);
});

Deno.test("Typing: a server's refusal to pass it on is not shown", () => {
  const no = ":s 404 Ali #lobby :Cannot send to channel";
  const told = "error: This was not delivered: you are not allowed to speak in #lobby now.";
  const quick = new Drive().enter();
  types(quick, "active");
  assertEquals(quick.say("selam").server(no, no).takeEvents(), [told]);
  const slow = new Drive().enter();
  types(slow, "active");
  assertEquals(slow.server(no).takeEvents(), []);
  assertEquals(slow.say("selam").server(no).takeEvents(), [told]);
  types(slow, "active");
  assertEquals(slow.wait(10_000).server(no).takeEvents(), [told]);
});

Deno.test("Typing: others who type are shown, in rooms and private conversations", () => {
  const cases: [line: string, ...told: string[]][] = [
    ["@+typing=active :Furkan!f@h TAGMSG #lobby", "typing Furkan in #lobby"],
    ["@+draft/typing=active :Furkan!f@h TAGMSG #LOBBY", "typing Furkan in #lobby"],
    ["@+typing=paused :Furkan!f@h TAGMSG #lobby", "typing Furkan in #lobby no more"],
    ["@+typing=done :Furkan!f@h TAGMSG Ali", "typing Furkan in Furkan no more"],
    ["@+typing=active :Ali!ali@host TAGMSG #lobby"],
    ["@+typing=active :Furkan!f@h TAGMSG #other"],
    ["@+typing=active :s TAGMSG #lobby"],
    ["@+react=x :Furkan!f@h TAGMSG #lobby"],
    [":Furkan!f@h TAGMSG #lobby"],
    ["@+typing=active TAGMSG"],
  ];
  for (const [line, ...told] of cases) {
    assertEquals(new Drive().enter().server(line).takeEvents(), told, line);
  }
});
