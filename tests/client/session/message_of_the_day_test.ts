import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const MOTD = [
  ":s 375 Ali :- s Message of the day -",
  ":s 372 Ali :-",
  ":s 372 Ali :- Be kind.",
  ":s 372 Ali :-   Room 12",
  ":s 376 Ali :End",
];

Deno.test("MOTD: it is told on entering, and again only if it changed or on request", () => {
  const it = new Drive({ name: "Ali" }).enter().server(...MOTD);
  assertEquals(it.takeEvents(), ["motd: Be kind.\n  Room 12"]);
  it.lose().enter().server(...MOTD);
  assertEquals(it.takeEvents(), []);
  assertEquals(it.type("/motd").takeSent(), ["MOTD"]);
  assertEquals(it.server(...MOTD).takeEvents(), ["motd asked: Be kind.\n  Room 12"]);
  it.server(MOTD[0]!, ":s 372 Ali :- New", MOTD.at(-1)!);
  assertEquals(it.takeEvents(), ["motd: New"]);
});

Deno.test("MOTD: that there is none is told only on request", () => {
  const it = new Drive({ name: "Ali" }).enter().server(":s 422 Ali :MOTD File is missing");
  assertEquals(it.takeEvents(), []);
  it.type("/motd").server(":s 422 Ali :MOTD File is missing");
  assertEquals(it.takeEvents(), ["info: This server has no message of the day."]);
});
