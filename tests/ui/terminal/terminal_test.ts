import { assert, assertEquals } from "@std/assert";
import type { Key } from "../../../lib/ui/terminal/key_parser.ts";
import { Terminal, type TerminalHandler, type Tty } from "../../../lib/ui/terminal/terminal.ts";

const SET_UP = "\x1b[?2004h\x1b[?1004h";
const RESTORE = "\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[0m";
const PUSH = "\x1b[22;2t";
const POP = "\x1b]2;\x07\x1b[23;2t";

/** A terminal and its owner that record their events. */
class FakeTty implements Tty, TerminalHandler {
  readonly log: string[] = [];
  readonly signals = new Map<string, () => void>();
  readonly missing: readonly string[];
  #reads: PromiseWithResolvers<Uint8Array | null>[] = [Promise.withResolvers()];
  #happened = Promise.withResolvers<void>();
  #broken = false;
  stop: (() => void) | undefined = () => this.note("stop");
  dimensions: { columns: number; rows: number } | undefined = { columns: 80, rows: 24 };
  /** If set, a write ends when this resolves. */
  slow: Promise<void> | undefined;

  constructor(...missing: string[]) {
    this.missing = missing;
  }

  note(what: string): void {
    this.log.push(what);
    this.#happened.resolve();
    this.#happened = Promise.withResolvers();
  }

  /** Returns and clears the record. */
  take(): string[] {
    return this.log.splice(0);
  }

  /** Waits until the record contains this. */
  async until(what: string): Promise<void> {
    while (!this.log.includes(what)) await this.#happened.promise;
  }

  /** Types text; null closes the window. */
  type(text: string | null): void {
    const read = this.#reads.at(-1);
    this.#reads.push(Promise.withResolvers());
    read?.resolve(text === null ? null : new TextEncoder().encode(text));
  }

  break(): void {
    this.#broken = true;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    const bytes = await this.#reads[0]!.promise;
    this.#reads.shift();
    if (bytes === null) return null;
    buffer.set(bytes);
    return bytes.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.slow;
    return this.writeSync(bytes);
  }

  writeSync(bytes: Uint8Array): number {
    if (this.#broken) throw new Error("Input/output error (os error 5)");
    const part = bytes.subarray(0, 1000);
    this.note(`out ${JSON.stringify(new TextDecoder().decode(part))}`);
    return part.length;
  }

  setRaw(raw: boolean): void {
    if (this.#broken) throw new Error("Inappropriate ioctl for device (os error 25)");
    this.note(raw ? "raw" : "cooked");
  }

  size(): { columns: number; rows: number } {
    if (this.dimensions === undefined) throw new Error("not a terminal");
    return this.dimensions;
  }

  onSignal(signal: string, listener: () => void): () => void {
    if (this.missing.includes(signal)) throw new TypeError(`no ${signal}`);
    this.signals.set(signal, listener);
    return () => this.signals.delete(signal);
  }

  keys(keys: readonly Key[]): void {
    for (const key of keys) {
      const name = key.kind === "key" ? `${key.alt ? "alt+" : ""}${key.name}` : undefined;
      this.note(`key ${name ?? (key.kind === "text" ? key.text : key.kind)}`);
    }
  }

  resized(): void {
    this.note("resized");
  }

  resumed(): void {
    this.note("resumed");
  }

  gone(): void {
    this.note("gone");
  }

  farewell(): string {
    return "<bye>";
  }
}

function out(text: string): string {
  return `out ${JSON.stringify(text)}`;
}

function opened(titles = false): { tty: FakeTty; terminal: Terminal } {
  const tty = new FakeTty();
  const terminal = new Terminal(tty, tty, titles);
  terminal.open();
  return { tty, terminal };
}

Deno.test("Terminal: the terminal is given back as it was, once, whichever way it ends", () => {
  const ways: ((terminal: Terminal) => void)[] = [
    (terminal) => terminal.close(),
    ...["unload", "error", "unhandledrejection"].map((event) => () =>
      void globalThis.dispatchEvent(new Event(event, { cancelable: true }))
    ),
  ];
  for (const titles of [false, true]) {
    for (const end of ways) {
      const { tty, terminal } = opened(titles);
      assertEquals(tty.take(), ["raw", out((titles ? PUSH : "") + SET_UP)]);
      end(terminal);
      assertEquals(tty.take(), [out(`<bye>${RESTORE}${titles ? POP : ""}`), "cooked"]);
      terminal.close();
      for (const event of ["unload", "error"]) globalThis.dispatchEvent(new Event(event));
      assertEquals([tty.take(), tty.signals.size], [[], 0]);
    }
  }
});

Deno.test("Terminal: a terminal that was never taken over is left alone", () => {
  const tty = new FakeTty();
  new Terminal(tty, tty, true).close();
  assertEquals(tty.take(), []);
});

Deno.test("Terminal: keys are reported as they come, and a lone Esc after a silence", async () => {
  const { tty, terminal } = opened();
  tty.type("a\x1b[A");
  await tty.until("key up");
  tty.type("\x1b");
  await tty.until("key escape");
  tty.type("\x1b");
  tty.type("[B");
  await tty.until("key down");
  assertEquals(tty.log.filter((what) => what.startsWith("key")), [
    ...["key a", "key up", "key escape", "key down"],
  ]);
  terminal.close();
});

Deno.test("Terminal: a sequence that a network has split by 60 ms is still one", async () => {
  const { tty, terminal } = opened();
  const real = globalThis.setTimeout;
  const waits: number[] = [];
  const cases = [["\x1b", "\r"], ["\x1b", "[D"], ["\x1b[", "C"], ["\x1b", "[200~x\r\x1b[201~"]];
  // A timer that would fire within 60 ms is fired before the rest comes.
  globalThis.setTimeout = ((work: () => void, wait: number) => {
    waits.push(wait);
    return real(wait > 60 ? () => {} : work, 0);
  }) as typeof setTimeout;
  try {
    for (const [at, [first, rest]] of cases.entries()) {
      tty.type(first!);
      while (waits.length <= at) await new Promise((resolve) => real(resolve, 0));
      tty.type(rest!);
      await tty.until(["key alt+enter", "key left", "key right", "key paste"][at]!);
    }
  } finally {
    globalThis.setTimeout = real;
  }
  assertEquals(tty.log.filter((what) => what.startsWith("key")), [
    ...["key alt+enter", "key left", "key right", "key paste"],
  ]);
  terminal.close();
});

Deno.test("Terminal: suspending gives it to the shell, and continuing sets it up again", async () => {
  const { tty, terminal } = opened(true);
  tty.take();
  const suspended = terminal.suspend();
  await tty.until("stop");
  assertEquals(tty.take(), [out(`<bye>${RESTORE}${POP}`), "cooked", "stop"]);
  const written = terminal.write("later");
  assertEquals(tty.take(), []);
  tty.signals.get("SIGCONT")!();
  assertEquals(tty.take(), ["raw", out(PUSH + SET_UP), "resumed"]);
  await written;
  assertEquals(tty.take(), [out("later")]);
  assertEquals(await suspended, true);
  terminal.close();
});

Deno.test("Terminal: a suspension that the system does not carry out sets it up again and says so", async () => {
  const { tty, terminal } = opened();
  tty.take();
  // In an orphaned process group, the signal has no effect.
  assertEquals(await terminal.suspend(), false);
  assertEquals(tty.take().slice(-3), ["raw", out(SET_UP), "resumed"]);
  // An older runtime refuses.
  tty.stop = () => {
    throw new Deno.errors.NotCapable("Requires run access");
  };
  assertEquals(await terminal.suspend(), false);
  assertEquals(tty.take().slice(-3), ["raw", out(SET_UP), "resumed"]);
  tty.stop = undefined;
  assertEquals([await terminal.suspend(), tty.take()], [false, []]);
  terminal.close();
});

Deno.test("Terminal: a stop from outside acts like the key", async () => {
  const { tty, terminal } = opened();
  tty.signals.get("SIGTSTP")!();
  await tty.until("stop");
  await tty.until("resumed");
  terminal.close();
  assert(tty.log.includes("cooked"));
});

Deno.test("Terminal: continuing without a suspension sets up what the shell has changed", () => {
  const { tty, terminal } = opened(true);
  tty.take();
  tty.signals.get("SIGCONT")!();
  assertEquals(tty.take(), ["raw", out(SET_UP), "resumed"]);
  terminal.close();
});

Deno.test("Terminal: continued while it takes nothing, it is set up when it does, and blocks nobody", async () => {
  const { tty, terminal } = opened(true);
  tty.take();
  const slow = Promise.withResolvers<void>();
  tty.slow = slow.promise;
  const writing = terminal.write("frame");
  tty.signals.get("SIGCONT")!();
  assertEquals(tty.take(), ["resumed"]);
  slow.resolve();
  await writing;
  assertEquals(tty.take(), [out("frame"), "raw", out(SET_UP)]);
  terminal.close();
});

Deno.test("Terminal: suspending waits for what is being written", async () => {
  const { tty, terminal } = opened();
  tty.take();
  const slow = Promise.withResolvers<void>();
  tty.slow = slow.promise;
  const writing = terminal.write("frame");
  const suspended = terminal.suspend();
  assertEquals(tty.take(), []);
  slow.resolve();
  await writing;
  await suspended;
  assertEquals(tty.take().slice(0, 3), [out("frame"), out(`<bye>${RESTORE}`), "cooked"]);
  terminal.close();
});

Deno.test("Terminal: closing during a suspension gives it back and goes no further", async () => {
  const { tty, terminal } = opened();
  tty.take();
  const slow = Promise.withResolvers<void>();
  tty.slow = slow.promise;
  const writing = terminal.write("frame");
  const suspended = terminal.suspend();
  terminal.close();
  assertEquals(tty.take(), [out(`<bye>${RESTORE}`), "cooked"]);
  slow.resolve();
  await Promise.all([writing, suspended]);
  assertEquals(tty.take(), [out("frame")]);
});

Deno.test("Terminal: a long text is written whole, however much one write takes", async () => {
  const { tty, terminal } = opened();
  tty.take();
  await terminal.write("x".repeat(2500));
  assertEquals(tty.take().map((what) => what.length), [1006, 1006, 506]);
  terminal.close();
});

Deno.test("Terminal: a terminal that is gone is reported once, and nothing more is written to it", async () => {
  const ways: ((tty: FakeTty, terminal: Terminal) => unknown)[] = [
    (tty) => tty.type(null),
    async (tty, terminal) => {
      tty.break();
      await terminal.write("x");
    },
  ];
  for (const end of ways) {
    const { tty, terminal } = opened();
    tty.take();
    await end(tty, terminal);
    await tty.until("gone");
    await terminal.write("more");
    tty.break();
    terminal.close();
    assertEquals(tty.take(), ["gone"]);
  }
});

Deno.test("Terminal: the size is 80 by 24 if the terminal does not tell it", () => {
  const { tty, terminal } = opened();
  const cases = [
    [{ columns: 20, rows: 5 }, { columns: 20, rows: 5 }],
    [{ columns: 0, rows: 0 }, { columns: 80, rows: 24 }],
    [undefined, { columns: 80, rows: 24 }],
  ] as const;
  for (const [told, size] of cases) {
    tty.dimensions = told;
    assertEquals(terminal.size, size);
  }
  terminal.close();
});

Deno.test("Terminal: a new size is reported by a signal, or else found by looking now and then", async () => {
  const { tty, terminal } = opened();
  tty.signals.get("SIGWINCH")!();
  assertEquals(tty.take().at(-1), "resized");
  terminal.close();
  const without = new FakeTty("SIGWINCH", "SIGTSTP", "SIGCONT");
  const polled = new Terminal(without, without, false);
  polled.open();
  await without.until("resized");
  polled.close();
});
