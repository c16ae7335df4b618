import { assert, assertEquals } from "@std/assert";
import { Flusher } from "../../lib/net/flusher.ts";
import { openTurns } from "../../lib/net/turn.ts";
import { needing } from "../permitted.ts";

const permitted = needing("net");

Deno.test(
  permitted("Turns: calls asked for within one turn run in the next, in their order", async () => {
    const turns = await openTurns();
    assert(turns !== undefined);
    const seen: string[] = [];
    const done = Promise.withResolvers<void>();
    turns.next(() => {
      seen.push("first");
      turns.next(() => {
        seen.push("third");
        done.resolve();
      });
    });
    turns.next(() => seen.push("second"));
    assertEquals(seen, [], "not at once");
    await done.promise;
    assertEquals(seen, ["first", "second", "third"]);
    turns.close();
  }),
);

Deno.test(permitted("Turns: calls asked for before and after the end still run", async () => {
  const turns = await openTurns();
  assert(turns !== undefined);
  const [before, after] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  turns.next(before.resolve);
  turns.close();
  turns.close();
  turns.next(after.resolve);
  await before.promise;
  await after.promise;
}));

Deno.test(
  permitted(
    "Turns: a readable socket is heard although someone always has more to write",
    async () => {
      const turns = await openTurns();
      assert(turns !== undefined);
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const [near, far] = await Promise.all([
        Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
        listener.accept(),
      ]);
      const flusher = new Flusher();
      flusher.turn = turns.next;
      let heard = false;
      let rounds = 0;
      const stopped = Promise.withResolvers<void>();
      const busy = {
        flush: () => {
          rounds++;
          if (heard) stopped.resolve();
          else flusher.mark(busy);
        },
      };
      flusher.mark(busy);
      await near.write(new Uint8Array([1]));
      await far.read(new Uint8Array(1));
      heard = true;
      await stopped.promise;
      // setImmediate would take sixty turns of the event loop or more.
      assert(rounds < 30, `${rounds} rounds`);
      turns.close();
      for (const one of [near, far, listener]) one.close();
    },
  ),
);
