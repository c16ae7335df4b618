import { assertEquals } from "@std/assert";
import { FairQueue } from "../../lib/collections/fair_queue.ts";

/** Queues jobs while the first one is running. Returns their names in the order of their turns. */
async function orderOf(
  wanted: readonly (readonly [name: string, network: string, inVain: number])[],
  gone: readonly string[] = [],
): Promise<string[]> {
  const queue = new FairQueue();
  const done: string[] = [];
  let running = 0;
  let finish = () => {};
  const first = new Promise<void>((resolve) => finish = resolve);
  const isGone = () => false;
  const all: Promise<unknown>[] = [
    queue.run({ network: "first", inVain: 0, isGone }, () => first),
  ];
  for (const [name, network, inVain] of wanted) {
    const applicant = { network, inVain, isGone: () => gone.includes(name) };
    all.push(queue.run(applicant, async () => {
      assertEquals(++running, 1, "one at a time");
      await Promise.resolve();
      running--;
      done.push(name);
    }));
  }
  finish();
  await Promise.all(all);
  return done;
}

Deno.test("Fair queue: those for whom the least was done in vain come first", async () => {
  assertEquals(
    await orderOf([["a", "x", 3], ["b", "x", 1], ["c", "y", 0], ["d", "x", 2]]),
    ["c", "b", "d", "a"],
  );
});

Deno.test("Fair queue: whoever comes now is not behind a crowd that just came, and nobody waits for ever", async () => {
  const crowd = Array.from({ length: 200 }, (_, count) => [`n${count}`, "x", 0] as const);
  const order = await orderOf([...crowd, ["late", "x", 0]]);
  assertEquals(Math.min(order.indexOf("late"), 2), order.indexOf("late"), "one of the next two");
  assertEquals(Math.min(order.indexOf("n0"), 2), order.indexOf("n0"));
  assertEquals(order.length, 201);
});

Deno.test("Fair queue: networks take turns", async () => {
  const crowd = Array.from({ length: 50 }, (_, count) => [`n${count}`, "x", 0] as const);
  const order = await orderOf([...crowd, ["a", "y", 0], ["b", "y", 0]]);
  assertEquals([order.indexOf("a") < 5, order.indexOf("b") < 5], [true, true], order.join());
});

Deno.test("Fair queue: nothing is done for who is gone", async () => {
  assertEquals(await orderOf([["a", "x", 0], ["b", "x", 0]], ["a"]), ["b"]);
});

Deno.test("Fair queue: work that fails is its applicant's alone", async () => {
  const queue = new FairQueue();
  const applicant = { network: "x", inVain: 0, isGone: () => false };
  const failing = queue.run(applicant, () => Promise.reject(new Error("no")));
  const next = queue.run(applicant, () => Promise.resolve(1));
  assertEquals(await failing.catch((error: Error) => error.message), "no");
  assertEquals(await next, 1);
});
