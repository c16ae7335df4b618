import { assert, assertEquals } from "@std/assert";
import { Frames } from "../../../lib/cli/join/frames.ts";
import { pause } from "../../../lib/client/stay/alarm.ts";
import { inTime } from "../../e2e/transcript.ts";

/** A canvas whose writes end when the test calls {@linkcode end}. */
class Canvas {
  state = "";
  readonly written: string[] = [];
  #writes: PromiseWithResolvers<void>[] = [];
  #began = Promise.withResolvers<void>();

  draw(): string {
    const text = this.state;
    this.state = "";
    return text;
  }

  write(text: string): Promise<void> {
    this.written.push(text);
    const write = Promise.withResolvers<void>();
    this.#writes.push(write);
    this.#began.resolve();
    return write.promise;
  }

  /** Waits for a write to begin. */
  async begun(): Promise<void> {
    await this.#began.promise;
    this.#began = Promise.withResolvers();
  }

  /** Ends the pending write. */
  end(): void {
    this.#writes.shift()?.resolve();
  }
}

Deno.test("Frames: all changes of one turn are one frame", async () => {
  const canvas = new Canvas();
  const frames = new Frames(canvas);
  canvas.state = "a";
  frames.now();
  canvas.state += "b";
  frames.now();
  frames.soon();
  await canvas.begun();
  assertEquals(canvas.written, ["ab"]);
  canvas.end();
  await frames.flushed();
  frames.close();
});

Deno.test("Frames: one write is in flight at a time, and the changes meanwhile are one frame", async () => {
  const canvas = new Canvas();
  const frames = new Frames(canvas);
  canvas.state = "1";
  frames.soon();
  await canvas.begun();
  for (const text of ["2", "3", "4"]) {
    canvas.state += text;
    frames.now();
  }
  assertEquals(canvas.written, ["1"]);
  canvas.end();
  await canvas.begun();
  assertEquals(canvas.written, ["1", "234"]);
  canvas.end();
  await frames.flushed();
  frames.close();
});

Deno.test("Frames: a caller with too many undrawn changes has to wait until they are drawn", async () => {
  const canvas = new Canvas();
  const frames = new Frames(canvas);
  assertEquals(frames.room, undefined);
  canvas.state = "x";
  for (let i = 0; i < 1000; i++) frames.soon();
  const room = frames.room;
  assert(room !== undefined);
  await canvas.begun();
  canvas.end();
  await room;
  assertEquals(frames.room, undefined);
  frames.close();
});

Deno.test("Frames: nobody waits for a terminal that takes nothing for a second", async () => {
  const canvas = new Canvas();
  let now = 0;
  const frames = new Frames(canvas, () => now);
  canvas.state = "x";
  frames.now();
  await canvas.begun();
  for (let i = 0; i < 1000; i++) frames.soon();
  now = 999;
  // One millisecond is left, and the write does not end.
  const { room } = frames;
  assert(room !== undefined);
  await room;
  now = 1000;
  assertEquals(frames.room, undefined);
  canvas.end();
  await frames.flushed();
  // The terminal accepts output again, so the caller waits for it again.
  for (let i = 0; i < 1000; i++) frames.soon();
  const again = frames.room;
  assert(again !== undefined);
  await again;
  frames.close();
});

Deno.test("Frames: a clock that is set back holds up no drawing, and no timer is as long as weeks", async () => {
  const { now } = Date;
  using _clock = { [Symbol.dispose]: () => void (Date.now = now) };
  let back = 0;
  Date.now = () => now() - back;
  const canvas = new Canvas();
  const frames = new Frames(canvas);
  const draws = async (state: string) => {
    canvas.state = state;
    frames.soon();
    await inTime(canvas.begun(), () => `a frame with ${state}`);
    canvas.end();
    await frames.flushed();
  };
  await draws("before");
  back = 3_600_000;
  await draws("an hour ago");
  assertEquals(canvas.written, ["before", "an hour ago"]);
  frames.close();
  assertEquals([-1, 400 * 86_400_000].map((after) => pause(after, 0)), [0, 60_000]);
});

Deno.test("Frames: a slow terminal gets less at once, a fast one more", async () => {
  const canvas = new Canvas();
  let now = 0;
  const frames = new Frames(canvas, () => now);
  /**
   * Draws `changes` changes in `took` milliseconds. Returns after how many more a caller must wait.
   */
  const limit = async (changes: number, took: number): Promise<number> => {
    canvas.state = "x";
    for (let i = 0; i < changes; i++) frames.soon();
    frames.now();
    await canvas.begun();
    now += took;
    canvas.end();
    await frames.flushed();
    for (let count = 1;; count++) {
      frames.soon();
      const { room } = frames;
      if (room === undefined) continue;
      await room;
      return count;
    }
  };
  assertEquals(await limit(10, 30), 32);
  assertEquals(await limit(32, 1000), 1);
  assertEquals(await limit(1, 1000), 1);
  assertEquals(await limit(1, 1), 4);
  for (let i = 0; i < 20; i++) await limit(1000, 1);
  assertEquals(await limit(1000, 1), 512);
  frames.close();
});

Deno.test("Frames: a frame without changes is not written", async () => {
  const canvas = new Canvas();
  const frames = new Frames(canvas);
  frames.now();
  await frames.flushed();
  canvas.state = "x";
  frames.now();
  await canvas.begun();
  canvas.end();
  await frames.flushed();
  assertEquals(canvas.written, ["x"]);
  frames.close();
});

Deno.test("Frames: nothing is drawn after closing", async () => {
  const canvas = new Canvas();
  const frames = new Frames(canvas);
  frames.soon();
  frames.close();
  canvas.state = "x";
  frames.now();
  frames.soon();
  await frames.flushed();
  assertEquals([canvas.written, frames.room], [[], undefined]);
});
