import { assertEquals } from "@std/assert";
import { Pauses } from "../../../lib/cli/serve/pauses.ts";

Deno.test("Pauses: a wait ends when its time is over, and every wait ends when the pauses do", async () => {
  const pauses = new Pauses();
  const told: string[] = [];
  const wait = (name: string, ms: number) => pauses.wait(ms).then(() => told.push(name));
  const long = wait("long", 1e9);
  await wait("short", 1);
  assertEquals(told, ["short"]);
  pauses.end();
  await long;
  await wait("late", 1e9);
  assertEquals(told, ["short", "long", "late"]);
});
