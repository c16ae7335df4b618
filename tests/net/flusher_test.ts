import { assertEquals } from "@std/assert";
import { type Flushable, Flusher } from "../../lib/net/flusher.ts";

Deno.test("those who are noted in one turn are flushed in one round, in their order and some at a time", async () => {
  const done = Promise.withResolvers<void>();
  const seen: string[] = [];
  const flusher = new Flusher(() => seen.push("before"));
  const names = Array.from({ length: 125 }, (_, index) => `${index}`);
  for (const name of names) {
    flusher.mark({
      flush: () => {
        seen.push(name);
        if (name === "124") done.resolve();
      },
    });
  }
  assertEquals(seen, [], "not at once");
  await done.promise;
  const turns = [names.slice(0, 50), names.slice(50, 100), names.slice(100)];
  assertEquals(seen, turns.flatMap((turn) => ["before", ...turn]), "what comes in meanwhile too");
});

Deno.test("who is noted during a round is flushed in the next one, which has its own beginning", async () => {
  const done = Promise.withResolvers<void>();
  let rounds = 0;
  let flushes = 0;
  const flusher = new Flusher(() => rounds++);
  const busy: Flushable = {
    flush: () => {
      if (++flushes === 10) done.resolve();
      else flusher.mark(busy);
    },
  };
  flusher.mark(busy);
  await done.promise;
  assertEquals([rounds, flushes], [10, 10]);
});
