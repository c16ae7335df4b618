import { assertEquals } from "@std/assert";
import { Background } from "../../lib/store/sqlite/background.ts";

/** Keeps the process alive during a test, because the tested timers do not. */
async function alive(test: () => Promise<void>) {
  const timer = setInterval(() => {}, 1000);
  try {
    await test();
  } finally {
    clearInterval(timer);
  }
}

Deno.test("Background: the work is done step by step until there is no more", () =>
  alive(async () => {
    const done = Promise.withResolvers<void>();
    let steps = 0;
    const background = new Background(() => {
      if (++steps === 3) done.resolve();
      return steps < 3;
    });
    background.wake();
    background.wake();
    await done.promise;
    assertEquals(steps, 3);
    const again = Promise.withResolvers<void>();
    const other = new Background(() => {
      again.resolve();
      return false;
    });
    other.wake();
    await again.promise;
    assertEquals(steps, 3, "nothing woke it");
    background.stop();
    other.stop();
  }));

Deno.test("Background: the work waits while much is written, and stops when it is told to", () =>
  alive(async () => {
    const order: string[] = [];
    const done = Promise.withResolvers<void>();
    const step = (name: string) => () => {
      order.push(name);
      if (name === "busy") done.resolve();
      return false;
    };
    const busy = new Background(step("busy"));
    const quiet = new Background(step("quiet"));
    const stopped = new Background(step("stopped"));
    stopped.wake();
    stopped.stop();
    stopped.wake();
    busy.wake(1000);
    busy.wake();
    quiet.wake();
    await done.promise;
    assertEquals(order, ["quiet", "busy"]);
  }));
