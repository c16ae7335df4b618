import { assertEquals } from "@std/assert";
import { sweepInterval } from "../../../lib/server/entry/liveness.ts";
import { CALM, Harness } from "../harness.ts";

Deno.test("Liveness: connections are checked often enough for the shortest timeout", () => {
  for (
    const [pingSeconds, registrationTimeoutSeconds, ms] of [
      [120, 60, 5000],
      [16, 60, 2000],
      [120, 8, 1000],
      [1, 1, 250],
      [0, 60, 5000],
      [0, 0, 5000],
    ] as const
  ) {
    const limits = { ...CALM.limits, pingSeconds, registrationTimeoutSeconds };
    assertEquals(sweepInterval(new Harness({ limits }).world), ms);
  }
});

Deno.test("Liveness: with timeouts of 0 nobody is pinged or dropped", () => {
  const limits = { ...CALM.limits, pingSeconds: 0, registrationTimeoutSeconds: 0 };
  const harness = new Harness({ limits });
  const [unregistered, a] = [harness.connect(), harness.user("a")];
  harness.pass(86_400_000);
  assertEquals([unregistered.ended, a.ended, a.take()], [undefined, undefined, []]);
});

Deno.test("World: everyone is told why when the server closes, but not that others leave", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  const unregistered = harness.connect();
  harness.world.close("The server is closing", harness.now);
  for (const client of [a!, b!, unregistered]) {
    assertEquals(client.take(), ["ERROR :Closing link: 192.0.2.1 (The server is closing)"]);
  }
  const { connections, users, channels } = harness.world;
  assertEquals([connections.size, users.size, [...channels.all.keys()].join()], [0, 0, "#lobby"]);
});

Deno.test("QUIT: a client that has quit is not heard any more", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  a!.send("QUIT");
  harness.hush();
  a!.send("PRIVMSG #x :hi");
  a!.vanish();
  assertEquals([a!.take(), b!.take()], [[], []]);
});

Deno.test("Dispatch: a line without a command is ignored", () => {
  assertEquals(new Harness().user("a").ask("@a=b", "@a=b ", ":source", "   "), []);
});

Deno.test("Liveness: nobody is dropped without a ping, however the clock was set", () => {
  for (const jump of [86_400_000, -86_400_000]) {
    const harness = new Harness();
    const [alive, dead] = [harness.user("a"), harness.user("b")];
    harness.pass(jump);
    assertEquals([alive.take(), dead.take()], Array(2).fill(["PING :chat.test"]));
    alive.send("PONG chat.test");
    harness.pass(5000);
    const why = "Ping timeout: 120 seconds";
    assertEquals([alive.ended, dead.ended], [undefined, why], `${jump}`);
  }
});

Deno.test("Liveness: nobody is dropped who waits for us to compare a password, unless one was wrong", async () => {
  for (const first of ["word", "wrong"]) {
    const harness = new Harness({ ...CALM, password: "word" });
    const compared = slowly(harness);
    const client = harness.connect();
    client.send(`PASS ${first}`);
    (await compared())();
    await client.settled();
    harness.pass(59_999);
    // The server remembers a correct password, so change it.
    harness.world.config = harness.config({ ...CALM, password: "changed" });
    client.send("PASS changed");
    const go = await compared();
    for (let minutes = 0; minutes < 3; minutes++) harness.pass(60_000);
    const late = first === "wrong";
    assertEquals(client.ended, late ? "Registration timeout" : undefined);
    go();
    await client.settled();
    if (late) continue;
    harness.pass(59_999);
    assertEquals(client.ended, undefined, "it has its time to register once more");
    harness.pass(1);
    assertEquals(client.ended, "Registration timeout");
  }
});

/** Lets the test end each password comparison: the result waits for the next one. */
function slowly(harness: Harness): () => Promise<() => void> {
  let begun = Promise.withResolvers<() => void>();
  const verify = async (stored: string, given: string) => {
    await new Promise<void>((resolve) => begun.resolve(resolve));
    return stored === given;
  };
  Object.assign(harness.world.init, { verify });
  return async () => {
    const go = await begun.promise;
    begun = Promise.withResolvers();
    return go;
  };
}
