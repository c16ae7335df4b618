import { assertEquals } from "@std/assert";
import { Upkeep } from "../../lib/serve/upkeep.ts";
import { CALM, Harness } from "../server/harness.ts";

Deno.test("what is too old, or too much, is taken out step by step, and rooms go with it", async () => {
  const harness = new Harness({ ...CALM, history: { days: 1, perChannel: 100 } });
  const { history } = harness.store;
  const count = (room: string) => history.latest(room, undefined, { limit: 9999, events: true });
  harness.member("#old", "a").send("MODE #old +k key", "PART #old");
  const b = harness.member("#new", "b");
  for (let index = 0; index < 1000; index++) b.send("PRIVMSG #new :old");
  harness.now = Date.now();
  for (let index = 0; index < 1000; index++) b.send("PRIVMSG #new :new");
  const upkeep = new Upkeep(harness.world);
  try {
    await upkeep.run();
    assertEquals(harness.world.findChannel("#old"), undefined);
    assertEquals(count("#old"), []);
    assertEquals(count("#new").length, 100);
  } finally {
    await upkeep.stop();
  }
});

Deno.test("it can be stopped at any time", async () => {
  const harness = new Harness({ ...CALM, history: { days: 1, perChannel: 0 } });
  const b = harness.member("#x", "b");
  for (let index = 0; index < 3000; index++) b.send("PRIVMSG #x :old");
  const upkeep = new Upkeep(harness.world);
  const run = upkeep.run();
  await upkeep.stop();
  await run;
});

Deno.test("Upkeep: what an earlier run wrote while the clock was ahead is dated again at the start", async () => {
  const harness = new Harness(CALM);
  const a = harness.member("#x", "a");
  harness.now = Date.now() + 400 * 86_400_000;
  a.send("PRIVMSG #x :hello");
  const upkeep = new Upkeep(harness.world);
  await upkeep.stop();
  const [last] = harness.store.history.latest("#x", undefined, { limit: 1, events: false });
  assertEquals(last!.time <= Date.now(), true);
});
