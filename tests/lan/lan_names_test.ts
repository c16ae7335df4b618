import { assertEquals } from "@std/assert";
import { hostLabel, numberedTitle } from "../../lib/lan/lan_names.ts";

Deno.test("Names on the network: a title that is taken gets a number, and still fits", () => {
  assertEquals([1, 2].map((attempt) => numberedTitle("Büro chat", attempt)), [
    "Büro chat",
    "Büro chat (2)",
  ]);
  assertEquals(numberedTitle("ü".repeat(31), 2), `${"ü".repeat(29)} (2)`);
});

Deno.test("Names on the network: the machine's name for a room can be typed, and is not its own", () => {
  const cases: [title: string, host: string][] = [
    ["Büro chat", "buro-chat"],
    ["Straße", "strasse"],
    ["Çağrı's LAN!", "cagri-s-lan"],
    ["陳さん", "chat-room"],
    ["Machine", "chat-machine"],
    ["x".repeat(63), "x".repeat(30)],
  ];
  for (const [title, host] of cases) assertEquals(hostLabel(title, "machine.local", 1), host);
  assertEquals(hostLabel("Lab", "machine", 3), "lab-3");
});
