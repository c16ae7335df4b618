import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const HELLO = "@msgid=h1 :Furkan!f@h PRIVMSG #lobby :hello";

Deno.test("Reactions: those of others are told, and those that are taken back", () => {
  const cases: [line: string, ...told: string[]][] = [
    ["@+draft/react=👍;+draft/reply=h1 :F!f@h TAGMSG #lobby", "reacted F +👍 h1 in #lobby"],
    ["@+draft/react=👍;+reply=h1 :F!f@h TAGMSG #lobby", "reacted F +👍 h1 in #lobby"],
    ["@+draft/unreact=👍;+reply=h1 :F!f@h TAGMSG #lobby", "reacted F -👍 h1 in #lobby"],
    ["@+draft/react=👍;+reply=h1 :F!f@h TAGMSG Ali", "reacted F +👍 h1 in F"],
    ["@+draft/react=👍;+reply=h1 :Ali!ali@host TAGMSG F", "reacted Ali +👍 h1 in F"],
    ["@+draft/react=👍 :F!f@h TAGMSG #lobby"],
    ["@+reply=h1 :F!f@h TAGMSG #lobby"],
    ["@+draft/react=;+reply=h1 :F!f@h TAGMSG #lobby"],
    ["@+draft/react=\\s;+reply=h1 :F!f@h TAGMSG #lobby"],
    [`@+draft/react=${"x".repeat(11)};+reply=h1 :F!f@h TAGMSG #lobby`],
    [`@+draft/react=x;+reply=${"h".repeat(201)} :F!f@h TAGMSG #lobby`],
    ["@+draft/react=👍;+reply=h1 :s TAGMSG #lobby"],
  ];
  for (const [line, ...told] of cases) {
    assertEquals(new Drive().enter().server(line).takeEvents(), told, line);
  }
});

Deno.test("Reactions: one is sent for the last message of somebody else, or a given one", () => {
  const it = new Drive().enter().server(HELLO);
  it.takeSent();
  it.type("/react 👍");
  assertEquals(it.takeSent(), ["@+draft/react=👍;+draft/reply=h1 TAGMSG #lobby"]);
  const back = { do: "react", text: "👍", msgid: "h0", give: false } as const;
  it.do(it.session.perform(back, "#lobby", it.now));
  assertEquals(it.takeSent(), ["@+draft/unreact=👍;+draft/reply=h0 TAGMSG #lobby"]);
});

Deno.test("Reactions: the person is told why there can be none", () => {
  const cannot = "error: This server does not pass reactions on.";
  const cases: [name: string, it: Drive, line: string, told: string][] = [
    ["no tags", new Drive().enter("Ali", "echo-message").server(HELLO), "/react 👍", cannot],
    [
      "denied",
      new Drive().enter().server(HELLO, ":s 005 Ali CLIENTTAGDENY=draft/react :x"),
      "/react 👍",
      cannot,
    ],
    [
      "a text",
      new Drive().enter().server(HELLO),
      "/react what a good idea",
      "error: A reaction is an emoji, or a short word.",
    ],
    [
      "nothing said",
      new Drive().enter(),
      "/react 👍",
      "error: Nobody has said anything here that you could react to.",
    ],
  ];
  for (const [name, it, line, told] of cases) {
    it.takeEvents();
    it.takeSent();
    assertEquals([it.type(line).takeEvents(), it.takeSent()], [[told], []], name);
  }
});
