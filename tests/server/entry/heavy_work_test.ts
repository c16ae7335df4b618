import { assert, assertEquals } from "@std/assert";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { CALM, type Client, Harness } from "../harness.ts";

const [HOME, AWAY] = ["192.0.2.1", "198.51.100.7"];

/** A server on which each expensive command takes `took` milliseconds. */
function server(took: number, overrides: ConfigOverrides = CALM): Harness {
  const harness = new Harness(overrides);
  let reads = 0;
  harness.stopwatch = () => reads++ * took;
  return harness;
}

function userAt(harness: Harness, nick: string, host: string): Client {
  const client = harness.connect(host).send(`NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
  client.take();
  return client;
}

/** Whether the server answers a command at once. */
function isQuick(client: Client, line = "WHO *"): boolean {
  return client.ask(line).length > 0;
}

Deno.test("Heavy work: a network that took much of everyone's time waits for its turn, and no other does", async () => {
  const harness = server(400);
  const [one, two] = [userAt(harness, "one", HOME), userAt(harness, "two", HOME)];
  const far = userAt(harness, "far", AWAY);
  assert(isQuick(one));
  for (
    const line of ["SEARCH what=tea", "WHO *", "LIST", "NAMES #x", "CHATHISTORY LATEST #x * 9"]
  ) {
    assert(!isQuick(two, line), line);
    await two.settled();
    assert(two.take().length > 0, "it is answered in its turn");
  }
  assert(isQuick(two, "PING x"), "a cheap command is answered at once");
  assert(isQuick(far));
  // The wait is as long as the work before it, so that others get on, but has an end.
  assertEquals(new Set(harness.waits), new Set([200]));
  harness.now += 60_000;
  assert(isQuick(two), "later it has its share again");
});

Deno.test("Heavy work: turns are taken in a fair order, and not by those who are gone", async () => {
  const harness = server(400);
  const crowd = ["a", "b", "c"].map((nick) => userAt(harness, nick, HOME));
  const far = userAt(harness, "far", AWAY);
  for (const client of [crowd[0]!, far]) assert(isQuick(client));
  const order: string[] = [];
  const asked = [...crowd, far].map((client) => {
    assert(!isQuick(client));
    return client.settled().then(() => order.push(client.user.nick));
  });
  crowd[1]!.vanish();
  await Promise.all(asked);
  assert(order.indexOf("far") < order.indexOf("c"), order.join());
  assertEquals(crowd[1]!.take(), []);
});

Deno.test("Heavy work: everyone behind an exempt address has a share", () => {
  const harness = server(400, { ...CALM, limits: { ...CALM.limits, exempt: [HOME] } });
  const [one, two] = [userAt(harness, "one", HOME), userAt(harness, "two", HOME)];
  assertEquals([isQuick(one), isQuick(two), isQuick(one)], [true, true, false]);
});

Deno.test("Heavy work: what waited for its turn costs as much as what did not", async () => {
  const harness = server(400, { limits: { messagesPerSecond: 1, burst: 1 } });
  const client = userAt(harness, "one", HOME);
  const waits: number[] = [];
  for (let times = 0; times < 2; times++) {
    const before = client.send("PING x").wait;
    await client.send("CHATHISTORY LATEST #x * 9").settled();
    waits.push(client.wait - before);
  }
  // 1 for the command, and 0.05 for each millisecond of work.
  assertEquals(waits.map(Math.round), [21_000, 21_000]);
  assertEquals(harness.waits, [200], "the second one waited for its turn");
});
