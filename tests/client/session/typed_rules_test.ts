import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

Deno.test("Session: /join says where the next lines go, also before the server answers", () => {
  const it = new Drive().enter().server(":s 005 Ali CHANNELLEN=20 :are supported");
  const cases: [line: string, destination: string | null | undefined][] = [
    ["/join tea", "#tea"],
    ["/join TEA", "#tea"],
    ["/join #lobby", "#lobby"],
    [`/join ${"x".repeat(30)}`, null],
    [`/join cake ${"k".repeat(300)}`, null],
    ["selam", undefined],
    ["/part tea", undefined],
  ];
  for (const [line, destination] of cases) {
    assertEquals(it.type(line).goesTo, destination, line);
    assertEquals(it.wait(1).do(it.session.tick(it.now)).goesTo, undefined);
  }
  assertEquals(new Drive().type("/join tea").goesTo, "#tea");
  for (let at = 0; at < 200; at++) it.type(`/join r${at}`);
  assertEquals(it.goesTo, null);
});

Deno.test("Session: whoever enters a room again is told, unless a screen shows the room", () => {
  for (const stays of [false, true]) {
    const it = new Drive({ stays }).enter().type("/join #LOBBY");
    const told = stays ? [] : ["info: You are already in #lobby."];
    assertEquals([it.takeSent(), it.takeEvents(), it.goesTo], [[], told, "#lobby"]);
  }
});

Deno.test("Session: /join takes back a /part that the server has not answered", () => {
  const it = new Drive({ stays: true }).enter().type("/part").type("/join #lobby");
  assertEquals(it.takeSent(), ["PART #lobby", "JOIN #lobby"]);
});

Deno.test("Session: /part ends a private conversation, and leaves rooms that are ours only", () => {
  const it = new Drive().enter();
  const cases: [line: string, where: string, told: string[]][] = [
    ["/part", "Ada", ["info: You have closed the conversation with Ada."]],
    ["/part #tea", "Ada", ["error: You are not in #tea."]],
    ["/part", "#tea", ["error: You are not in #tea."]],
  ];
  for (const [line, where, told] of cases) {
    assertEquals(it.type(line, where).takeEvents(), told, line);
  }
  assertEquals(it.takeSent(), []);
});

Deno.test("Session: no more is taken than may wait, and what is not taken is told", () => {
  const it = new Drive({ stays: true }).enter().lose();
  for (let at = 0; at < 500; at++) it.say(`${at}`);
  it.takeEvents();
  const text = "Too many messages are waiting to be sent, so this was not sent. Up brings it back.";
  for (const line of ["bir", "/me waves", "/msg Ada iki"]) {
    it.type(line);
    assertEquals([it.session.unsentItems.length, it.takeEvents()], [500, [`notSent: ${text}`]]);
  }
  assertEquals(it.session.wants, "nothing");
  it.type("/join tea");
  assertEquals(it.goesTo, "#tea");
});
