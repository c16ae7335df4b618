import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

function greeted(stays: boolean, ...early: string[]): Drive {
  const it = new Drive({ name: "Ali", unnamed: true, stays }).open();
  it.server(":s CAP * LS :", ...early, ":s 001 Ali :Hi").takeSent();
  it.takeEvents();
  return it;
}

const NO_ROOM = "info: You are in no room yet. /list shows the rooms, and /join ROOM enters one.";

Deno.test("Other servers: without a room in the address, nobody is put into one", () => {
  const it = greeted(true, ":s 451 * :Register first");
  it.server(":s 002 Ali :Your host is s, running InspIRCd-4", ":s 422 Ali :No MOTD");
  assertEquals([it.takeSent(), it.takeEvents(), it.session.wants], [[], [NO_ROOM], "text"]);
  assertEquals([it.say("selam").takeSent(), it.takeEvents()], [[], [
    "notSent: You are in no room, so this was not sent. /list shows the rooms, /join ROOM enters " +
    "one.",
  ]]);
  assertEquals([it.type("/part", "").takeSent(), it.takeEvents()], [[], [
    "error: You are in no room.",
  ]]);
  assertEquals(it.type("/join tea", "").takeSent(), ["JOIN #tea"]);
  it.server(":Ali!a@h JOIN #tea");
  assertEquals([it.takeEvents(), it.session.home], [["entered #tea as Ali"], "#tea"]);
  it.lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().at(-1), "JOIN #tea");
});

Deno.test("Other servers: a pipe without a room has nowhere to go", () => {
  const it = greeted(false, ":s 451 * :Register first").server(":s 002 Ali :running x");
  assertEquals(it.ends, [
    "refused: This server has no room that everyone enters. Name one: chat join HOST/ROOM",
  ]);
});

Deno.test("Other servers: on one of ours, the lobby is entered without a word", () => {
  const listed = greeted(true, ":s 366 * #lobby :End");
  assertEquals(listed.session.phase, "joining");
  const named = greeted(true, ":s 451 * :Register first");
  named.server(":s 002 Ali :Your host is s, running chat 0.1.0");
  assertEquals([named.takeSent(), named.session.phase], [["JOIN #lobby"], "joining"]);
});

Deno.test("Other servers: a notice to everyone on the server is not private", () => {
  const it = new Drive().enter();
  it.server(":Oper!o@h NOTICE $* :restart at noon", ":Oper!o@h PRIVMSG $$*.example :bye");
  assertEquals(it.events.map((event) => event.type === "message" && event.place), ["", ""]);
  assertEquals(it.takeEvents(), [
    "message notice Oper -> $*: restart at noon",
    "message privmsg Oper -> $$*.example: bye",
  ]);
});

Deno.test("Other servers: the modes before the topics of LIST are left out", () => {
  const it = new Drive().enter().server(":s 005 Ali CHANMODES=b,k,l,imnst :are supported");
  const cases: [topic: string, shown: string][] = [
    ["[+nt] tea", "tea"],
    ["[+ntl 9] tea", "tea"],
    ["[+]", ""],
    ["[+1] tea", "[+1] tea"],
    ["[+draft] tea", "[+draft] tea"],
    ["[x] tea", "[x] tea"],
  ];
  for (const [topic, shown] of cases) {
    it.type("/list").server(`:s 322 Ali #a 2 :${topic}`, ":s 323 Ali :End");
    const end = shown === "" ? "" : `: ${shown}`;
    assertEquals(it.takeEvents().at(-1), `info: #a, 2 people${end}`, topic);
  }
});
