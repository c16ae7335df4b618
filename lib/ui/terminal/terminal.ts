/**
 * The terminal that the program runs in: the only file that touches it.
 *
 * Whatever happens, it is given back as it was: at the end, where the program is suspended, where
 * it fails. Deno puts the line discipline right on most ways out, but knows nothing of the modes
 * that are set here by escape sequences.
 *
 * Source: XTerm Control Sequences (bracketed paste 2004, focus 1004, title stack 22 and 23).
 * @module
 */
import { writeAll, writeAllSync } from "../../text/write_all.ts";
import type { Size } from "../inline/inline_types.ts";
import { type Key, KeyReader } from "./key_parser.ts";

/** What a terminal needs of the system: {@linkcode SYSTEM_TTY}, but for tests. */
export interface Tty {
  /** As `Deno.stdin.read`. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** As `Deno.stdout.write`. */
  write(bytes: Uint8Array): Promise<number>;
  /** As `Deno.stdout.writeSync`. */
  writeSync(bytes: Uint8Array): number;
  /** As `Deno.stdin.setRaw`. */
  setRaw(raw: boolean): void;
  /** As `Deno.consoleSize`. */
  size(): Size;
  /** Calls back at a signal. Throws where the system has no such signal. Returns what ends it. */
  onSignal(signal: Deno.Signal, listener: () => void): () => void;
  /** Stops the process until the shell continues it; undefined where the system has no such thing. */
  readonly stop: (() => void) | undefined;
}

/** What a terminal tells its owner. */
export interface TerminalHandler {
  /** Keys were pressed. */
  keys(keys: readonly Key[]): void;
  /** It may have another size. */
  resized(): void;
  /** It was somebody else's for a while: everything is to be drawn anew. */
  resumed(): void;
  /** It is gone, as when its window was closed. Called once. */
  gone(): void;
  /** The last text before it is given back: what takes away the drawing. */
  farewell(): string;
}

/** Raw mode comes beside these: pastes and the focus are told, the title is kept. */
const SET_UP = "\x1b[?2004h\x1b[?1004h";
const RESTORE = "\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[0m";
const KEEP_TITLE = "\x1b[22;2t";
/** Where the terminal has no stack of titles, an empty one is what is left. */
const GIVE_TITLE_BACK = "\x1b]2;\x07\x1b[23;2t";

/** After so long without another byte, in milliseconds, an Esc is the key and starts nothing. */
const ESCAPE_MS = 30;

/** How often the size is looked at where no signal tells of a change, in milliseconds. */
const POLL_MS = 500;

/** A terminal that has not taken anything for so long, in milliseconds, is not waited for. */
const STUCK_MS = 1000;

/** For how long the stop signal may be on its way, in milliseconds. */
const STOP_MS = 50;

const encoder = new TextEncoder();

/** The terminal, from {@linkcode open} to {@linkcode close}. */
export class Terminal {
  readonly #tty: Tty;
  readonly #handler: TerminalHandler;
  readonly #titles: boolean;
  readonly #keys = new KeyReader();
  #state: "new" | "ours" | "suspended" | "closed" = "new";
  /** Whether it is set up, and to be given back. */
  #held = false;
  /** Whether it is to be set up as soon as what is being written is. */
  #owed = false;
  #gone = false;
  #continued = false;
  #undo: (() => void)[] = [];
  #wake: (() => void) | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #writing: { readonly since: number; readonly done: Promise<void> } | undefined;
  #resumed = Promise.withResolvers<void>();

  /**
   * Makes one that is left as it is.
   *
   * @param titles whether it has a title that can be set.
   */
  constructor(tty: Tty, handler: TerminalHandler, titles: boolean) {
    this.#tty = tty;
    this.#handler = handler;
    this.#titles = titles;
  }

  /** Its size; a usual one where it does not tell. */
  get size(): Size {
    try {
      const { columns, rows } = this.#tty.size();
      if (columns > 0 && rows > 0) return { columns, rows };
    } catch {
      // It is gone; whoever reads or writes is told.
    }
    return { columns: 80, rows: 24 };
  }

  /** Takes it over, and reads keys until {@linkcode close}. */
  open(): void {
    if (this.#state !== "new") return;
    this.#takeOver();
    const told = this.#listen("SIGWINCH", () => this.#state === "ours" && this.#handler.resized());
    if (!told) this.#poll();
    this.#listen("SIGTSTP", () => void this.suspend());
    this.#listen("SIGCONT", () => {
      this.#continued = true;
      this.#resume();
    });
    const last = () => this.close();
    for (const event of ["unload", "error", "unhandledrejection"]) {
      globalThis.addEventListener(event, last);
      this.#undo.push(() => globalThis.removeEventListener(event, last));
    }
    void this.#read();
  }

  /** Gives it back. Does nothing the second time. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#silence);
    this.#wake?.();
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#resumed.resolve();
    this.#giveBack();
  }

  /**
   * Writes, as soon as it is ours. To be called again only when that is done.
   *
   * @returns what resolves when it is written, or can't be any more. Never rejects.
   */
  async write(text: string): Promise<void> {
    if (this.#state === "suspended") await this.#resumed.promise;
    if (this.#state !== "ours" || this.#gone) return;
    const done = this.#put(encoder.encode(text));
    this.#writing = { since: performance.now(), done };
    await done;
    this.#writing = undefined;
    if (this.#owed && this.#isOurs()) this.#takeOver();
  }

  async #put(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#tty, bytes);
    } catch {
      this.#end();
    }
  }

  /**
   * Gives it back to the shell until that continues the program.
   *
   * @returns false where that is not possible: the system has no such thing, or nobody is there who
   * could continue it.
   */
  async suspend(): Promise<boolean> {
    const { stop } = this.#tty;
    if (stop === undefined) return false;
    if (this.#state !== "ours") return true;
    this.#state = "suspended";
    this.#resumed = Promise.withResolvers();
    await this.#idle();
    if (this.#isClosed()) return true;
    this.#giveBack();
    this.#continued = false;
    try {
      stop();
    } catch {
      // Before 2.9, with which an executable may be built, Deno wants more rights for that than ours.
      this.#resume();
      return false;
    }
    await this.#pause(STOP_MS);
    // Here again because of SIGCONT, which may be told a moment later, or never stopped.
    this.#resume();
    await this.#pause(STOP_MS);
    return this.#continued;
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #isOurs(): boolean {
    return this.#state === "ours";
  }

  /** Waits until nothing is being written, but not for ever. */
  async #idle(): Promise<void> {
    if (this.#writing !== undefined) {
      await Promise.race([this.#writing.done, this.#pause(STUCK_MS)]);
      this.#wake?.();
    }
  }

  /** Waits; ended early by `#wake`. */
  async #pause(milliseconds: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, milliseconds);
    this.#wake = over.resolve;
    await over.promise;
    clearTimeout(timer);
  }

  #resume(): void {
    if (this.#state !== "ours" && this.#state !== "suspended") return;
    // Also where it was ours: stopped by a signal that can't be caught, the shell has changed it.
    this.#takeOver();
    this.#resumed.resolve();
    this.#handler.resumed();
  }

  #takeOver(): void {
    this.#state = "ours";
    // Raw mode comes behind all that is written, so a terminal that takes nothing would block here.
    this.#owed = this.#writing !== undefined;
    if (this.#owed) return;
    const titles = this.#titles && !this.#held;
    this.#held = true;
    try {
      this.#tty.setRaw(true);
    } catch {
      this.#end();
    }
    this.#writeNow((titles ? KEEP_TITLE : "") + SET_UP);
  }

  #giveBack(): void {
    if (!this.#held) return;
    this.#held = false;
    let last = "";
    try {
      last = this.#handler.farewell();
    } finally {
      this.#writeNow(last + RESTORE + (this.#titles ? GIVE_TITLE_BACK : ""));
      try {
        // This waits, too, until all is written.
        if (!this.#stuck) this.#tty.setRaw(false);
      } catch {
        // It is gone, and nobody needs it back.
      }
    }
  }

  /** Whether a write has not ended for long: behind it, another would block the whole program. */
  get #stuck(): boolean {
    return performance.now() - (this.#writing?.since ?? Infinity) > STUCK_MS;
  }

  #writeNow(text: string): void {
    if (this.#gone || this.#stuck) return;
    try {
      writeAllSync(this.#tty, encoder.encode(text));
    } catch {
      this.#end();
    }
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#handler.gone();
  }

  #listen(signal: Deno.Signal, listener: () => void): boolean {
    try {
      this.#undo.push(this.#tty.onSignal(signal, listener));
      return true;
    } catch {
      return false;
    }
  }

  #poll(): void {
    const timer = setInterval(() => this.#handler.resized(), POLL_MS);
    this.#undo.push(() => clearInterval(timer));
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    for (;;) {
      const count = await this.#tty.read(buffer).catch(() => null);
      if (this.#state === "closed") return;
      // Ctrl-D is a key here: a raw terminal that ends is one that was closed.
      if (count === null) return this.#end();
      this.#tell(this.#keys.push(buffer.subarray(0, count)));
    }
  }

  #tell(keys: readonly Key[]): void {
    clearTimeout(this.#silence);
    if (keys.length > 0 && this.#state === "ours") this.#handler.keys(keys);
    if (!this.#keys.pending || this.#state === "closed") return;
    this.#silence = setTimeout(() => this.#tell(this.#keys.flush()), ESCAPE_MS);
  }
}

/** The terminal of this process. */
export const SYSTEM_TTY: Tty = {
  read: (buffer) => Deno.stdin.read(buffer),
  write: (bytes) => Deno.stdout.write(bytes),
  writeSync: (bytes) => Deno.stdout.writeSync(bytes),
  setRaw: (raw) => Deno.stdin.setRaw(raw),
  size: () => Deno.consoleSize(),
  onSignal(signal, listener) {
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  },
  // Not SIGTSTP, for which there is a listener; and unlike SIGSTOP it does nothing where no shell
  // is there that could continue the program (an orphaned process group, POSIX 2.4.3).
  stop: Deno.build.os === "windows" ? undefined : () => Deno.kill(Deno.pid, "SIGTTIN"),
};
