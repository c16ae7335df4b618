import { assertEquals } from "@std/assert";
import { SteadyClock } from "../../../lib/cli/serve/steady_clock.ts";
import { Upkeep } from "../../../lib/cli/serve/upkeep.ts";
import { CALM, Harness } from "../../server/harness.ts";

Deno.test("Upkeep: old and excess messages are removed step by step, and empty rooms with them", async () => {
  const harness = new Harness({ ...CALM, history: { days: 1, perChannel: 100 } });
  const { history } = harness.store;
  const count = (room: string) => history.latest(room, undefined, { limit: 9999, events: true });
  harness.member("#old", "a").send("MODE #old +k key", "PART #old");
  const b = harness.member("#new", "b");
  for (let index = 0; index < 1000; index++) b.send("PRIVMSG #new :old");
  harness.now = Date.now();
  for (let index = 0; index < 1000; index++) b.send("PRIVMSG #new :new");
  const upkeep = new Upkeep(harness.world, {}, { isSteady: () => true });
  try {
    await upkeep.run();
    assertEquals(harness.world.channels.find("#old"), undefined);
    assertEquals(count("#old"), []);
    assertEquals(count("#new").length, 100);
  } finally {
    await upkeep.stop();
  }
});

Deno.test("Upkeep: it can be stopped at any time", async () => {
  const harness = new Harness({ ...CALM, history: { days: 1, perChannel: 0 } });
  const b = harness.member("#x", "b");
  for (let index = 0; index < 3000; index++) b.send("PRIVMSG #x :old");
  const upkeep = new Upkeep(harness.world, {}, { isSteady: () => true });
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

Deno.test("Upkeep: by a clock that may be wrong nothing goes because it is old", async () => {
  const harness = new Harness({ ...CALM, history: { days: 1, perChannel: 100 } });
  harness.member("#old", "a").send("MODE #old +k key", "PART #old");
  const b = harness.member("#x", "b");
  for (let index = 0; index < 300; index++) b.send(`PRIVMSG #x :${index}`);
  const upkeep = new Upkeep(harness.world);
  try {
    await upkeep.run();
    const page = { limit: 9999, events: false };
    assertEquals(harness.store.history.latest("#x", undefined, page).length, 100);
    assertEquals(harness.world.channels.find("#old")?.name, "#old");
  } finally {
    await upkeep.stop();
  }
});

Deno.test("SteadyClock: it is believed when it was not set for ten minutes, until it is set", () => {
  const minute = 60_000;
  const clock = new SteadyClock(0, 0);
  const said: string[] = [];
  // A clock that gains a quarter of a second each minute.
  const speed = minute + 250;
  let ahead = 0;
  for (let at = 1; at <= 400; at++) {
    if (at === 200) ahead = 400 * 1440 * minute;
    if (at === 205) ahead = 0;
    const isSteady = clock.isSteady(at * speed + ahead, at * minute);
    const word = isSteady ? "right" : "?";
    if (said.at(-1)?.split(" ")[1] !== word) said.push(`${at} ${word}`);
  }
  assertEquals(said, ["1 ?", "10 right", "200 ?", "215 right"]);
});
