import { assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/client/events.ts";
import { Plain } from "../../lib/ui/lines/plain.ts";
import { Troubles } from "../../lib/ui/troubles.ts";

Deno.test("Troubles: the same is not told again until the connection worked", () => {
  const troubles = new Troubles();
  const told = () => ["a", "a", "b", "a"].map((text) => !troubles.isRepeated("lost", text));
  assertEquals(told(), [true, false, true, true]);
  assertEquals(troubles.isRepeated("retrying", "a"), false, "each kind for itself");
  troubles.clear();
  assertEquals(troubles.isRepeated("lost", "a"), false);
});

Deno.test("Plain: a server that is dialled each second fills no page", () => {
  const plain = new Plain({ typed: false, shown: false });
  const show = (event: ChatEvent) => plain.show(event).map(({ text }) => text.trimEnd());
  const time = 0;
  const retrying: ChatEvent = { type: "retrying", after: 700, reason: "nobody answers", time };
  const lost: ChatEvent = { type: "lost", reason: "gone", time };
  const again = ["The server cannot be reached: nobody answers. Trying again in 1 second."];
  assertEquals([lost, retrying, lost, retrying].map(show), [
    ["The connection to the server was lost: gone."],
    again,
    [],
    [],
  ]);
  show({ type: "entered", room: "#lobby", name: "Ali", again: true, resumed: true, time });
  assertEquals(show(retrying), again);
});
