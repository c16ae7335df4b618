import { assertEquals } from "@std/assert";
import { type Flushable, Flusher, nextTurn } from "../../lib/net/flusher.ts";

Deno.test("Flusher: marks of one turn are flushed in one round, in order and some at a time", async () => {
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
  assertEquals(seen, turns.flatMap((turn) => ["before", ...turn]), "and those that come meanwhile");
});

Deno.test("Flusher: a mark made during a round is flushed in the next one, which begins anew", async () => {
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

/** Replaces the flusher's turns. Each call runs the next one, and returns whether there was one. */
function turnsOf(flusher: Flusher): () => Promise<boolean> {
  const asked: (() => void)[] = [];
  flusher.turn = (run) => asked.push(run);
  return async () => {
    // A round starts in a new turn.
    await nextTurn();
    const run = asked.shift();
    run?.();
    return run !== undefined;
  };
}

Deno.test("Flusher: before many writes it waits while something comes in, but not for long", async () => {
  let written = 0;
  let now = 5;
  const flusher = new Flusher(() => {}, () => now);
  const turn = turnsOf(flusher);
  const many = () => {
    for (let count = 0; count < 8; count++) flusher.mark({ flush: () => written++ });
  };
  many();
  assertEquals([await turn(), written], [true, 8], "nothing came in");
  many();
  for (let part = 0; part < 20; part++) {
    await nextTurn();
    flusher.heard();
    assertEquals([await turn(), written], [true, 8], `part ${part}`);
  }
  assertEquals([await turn(), written], [true, 16], "that was all");
  many();
  await nextTurn();
  flusher.heard();
  assertEquals([await turn(), written], [true, 16], "there is more to come");
  await nextTurn();
  flusher.heard();
  now += 1;
  assertEquals([await turn(), written], [true, 24], "an endless one is not waited for");
  many();
  await nextTurn();
  now += 1;
  flusher.heard();
  assertEquals(written, 24, "input must be handled first");
  await nextTurn();
  assertEquals(written, 32, "nor is a turn of the sockets, once it is time");
  many();
  assertEquals([await turn(), written], [true, 32], "that turn came for nothing");
  assertEquals([await turn(), written], [true, 40]);
});

Deno.test("Flusher: few writes happen at once, and those that are only expected count", async () => {
  let written = 0;
  let expected = 0;
  const flusher: Flusher = new Flusher(() => {
    for (; expected > 0; expected--) flusher.mark({ flush: () => written++ });
  });
  const turn = turnsOf(flusher);
  flusher.mark({ flush: () => written++ });
  assertEquals([await turn(), written], [false, 1], "one needs no turn");
  flusher.expect(expected = 7);
  assertEquals([await turn(), written], [false, 8]);
  flusher.expect(expected = 8);
  assertEquals([await turn(), written], [true, 16]);
});

Deno.test("Flusher: sockets get turns between many writes, and what they bring is flushed as well", async () => {
  let now = 0;
  let written = 0;
  let before = 0;
  const flusher = new Flusher(() => before++, () => now);
  const turn = turnsOf(flusher);
  // 100 writes take more than a millisecond, and 50 less.
  for (let count = 0; count < 200; count++) {
    flusher.mark({
      flush: () => {
        written++;
        now += 1 / 64;
      },
    });
  }
  const seen: [number, number][] = [];
  while (written < 200) if (await turn()) seen.push([written, before]);
  assertEquals(seen, [[50, 1], [150, 3]], "the first must wait for input");
  assertEquals(before, 4, "ahead of each chunk");
});
