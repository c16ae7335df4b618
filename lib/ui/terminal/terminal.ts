/**
 * The terminal of the program; no other file touches it.
 *
 * It is restored on every way out: the end, suspending, an error. Deno restores the line discipline
 * on most of them, but not the modes that are set here by escape sequences.
 *
 * Source: XTerm Control Sequences (bracketed paste 2004, focus 1004, title stack 22 and 23).
 * @module
 */
import { writeAll, writeAllSync } from "../../text/write_all.ts";
import type { Size } from "../inline/inline_types.ts";
import { type Key, KeyReader } from "./key_parser.ts";

/** The system's part of a terminal: {@linkcode SYSTEM_TTY}, except in tests. */
export interface Tty {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
  setRaw(raw: boolean): void;
  size(): Size;
  /** Throws if the system has no such signal. Returns a function that removes the listener. */
  onSignal(signal: Deno.Signal, listener: () => void): () => void;
  /** Stops the process until the shell continues it; undefined if the system can't. */
  readonly stop: (() => void) | undefined;
}

/** What a terminal tells its owner. */
export interface TerminalHandler {
  keys(keys: readonly Key[]): void;
  /** The size may have changed. */
  resized(): void;
  /** Another program had the terminal: everything must be redrawn. */
  resumed(): void;
  /** The terminal is gone, for example its window was closed. Called once. */
  gone(): void;
  /** Returns the last text before the terminal is restored: it removes the drawing. */
  farewell(): string;
}

/** Used with raw mode: report pastes and the focus, keep the title. */
const SET_UP = "\x1b[?2004h\x1b[?1004h";
const RESTORE = "\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[0m";
const KEEP_TITLE = "\x1b[22;2t";
/** Without a stack of titles, the title becomes empty. */
const GIVE_TITLE_BACK = "\x1b]2;\x07\x1b[23;2t";

/**
 * After this long without another byte, in milliseconds, an Esc is a key. Networks split sequences
 * by less.
 */
const ESCAPE_MS = 150;

/** How often to look at the size if no signal tells of changes, in milliseconds. */
const POLL_MS = 500;

/** After this long, in milliseconds, a write is stuck and not waited for. */
const STUCK_MS = 1000;

/** How long the stop signal may take to arrive, in milliseconds. */
const STOP_MS = 50;

const encoder = new TextEncoder();

/** The terminal, from {@linkcode open} to {@linkcode close}. */
export class Terminal {
  readonly #tty: Tty;
  readonly #handler: TerminalHandler;
  readonly #titles: boolean;
  readonly #keys = new KeyReader();
  #state: "new" | "ours" | "suspended" | "closed" = "new";
  /** Whether it is set up and must be restored. */
  #held = false;
  /** Whether to set it up as soon as the pending write is done. */
  #owed = false;
  #gone = false;
  #continued = false;
  #undo: (() => void)[] = [];
  #wake: (() => void) | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #writing: { readonly since: number; readonly done: Promise<void> } | undefined;
  #resumed = Promise.withResolvers<void>();

  /** @param titles whether the terminal has a title that can be set. */
  constructor(tty: Tty, handler: TerminalHandler, titles: boolean) {
    this.#tty = tty;
    this.#handler = handler;
    this.#titles = titles;
  }

  /** Its size, or a usual one if it does not tell. */
  get size(): Size {
    try {
      const { columns, rows } = this.#tty.size();
      if (columns > 0 && rows > 0) return { columns, rows };
    } catch {
      // It is gone; the reader or writer is told.
    }
    return { columns: 80, rows: 24 };
  }

  /** Sets it up, and reads keys until {@linkcode close}. */
  open(): void {
    if (this.#state !== "new") return;
    this.#takeOver();
    const told = this.#listen("SIGWINCH", () => this.#state === "ours" && this.#handler.resized());
    if (!told) {
      const timer = setInterval(() => this.#handler.resized(), POLL_MS);
      this.#undo.push(() => clearInterval(timer));
    }
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

  /** Restores it. Does nothing the second time. */
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
   * Writes, as soon as the program has the terminal. Call it again only when that is done. Never
   * rejects.
   */
  async write(text: string): Promise<void> {
    if (this.#state === "suspended") await this.#resumed.promise;
    if (this.#state !== "ours" || this.#gone) return;
    const done = writeAll(this.#tty, encoder.encode(text)).catch(() => this.#end());
    this.#writing = { since: performance.now(), done };
    await done;
    this.#writing = undefined;
    if (this.#owed && this.#isOurs()) this.#takeOver();
  }

  /**
   * Gives the terminal to the shell until that continues the program. Returns false if the system
   * can't do that, or there is no shell.
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
      // Deno before 2.9, which may build an executable, needs more permissions for that than ours.
      this.#resume();
      return false;
    }
    await this.#pause(STOP_MS);
    // Either continued, with SIGCONT to be told a moment later, or never stopped.
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

  /** Waits for the pending write, up to a limit. */
  async #idle(): Promise<void> {
    if (this.#writing !== undefined) {
      await Promise.race([this.#writing.done, this.#pause(STUCK_MS)]);
      this.#wake?.();
    }
  }

  /** Waits; `#wake` ends it early. */
  async #pause(milliseconds: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, milliseconds);
    this.#wake = over.resolve;
    await over.promise;
    clearTimeout(timer);
  }

  #resume(): void {
    if (this.#state !== "ours" && this.#state !== "suspended") return;
    // Even while it is ours: a shell that stopped us by SIGSTOP has changed it.
    this.#takeOver();
    this.#resumed.resolve();
    this.#handler.resumed();
  }

  #takeOver(): void {
    this.#state = "ours";
    // Raw mode waits for pending output, so a terminal that takes nothing would block here.
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
        // This waits for pending output too.
        if (!this.#stuck) this.#tty.setRaw(false);
      } catch {
        // It is gone, and nobody needs it back.
      }
    }
  }

  /** Whether a write is stuck: another one behind it would block the whole program. */
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

  async #read(): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    for (;;) {
      const count = await this.#tty.read(buffer).catch(() => null);
      if (this.#state === "closed") return;
      // Ctrl-D is a key here: a raw terminal that ends was closed.
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
  // Not SIGTSTP, which has a listener; and unlike SIGSTOP it does nothing without a shell that
  // could continue the program (an orphaned process group, POSIX 2.4.3).
  stop: Deno.build.os === "windows" ? undefined : () => Deno.kill(Deno.pid, "SIGTTIN"),
};
