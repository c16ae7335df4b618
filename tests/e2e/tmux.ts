/**
 * A terminal for the program: one of tmux, in which a test presses keys and reads the screen.
 *
 * tmux runs in control mode as a child process. It ends with its input, takes one command per line,
 * and reports all output of the program, so nothing here has to sleep.
 * @module
 */
import { installed } from "./other_servers.ts";
import { commandLine } from "./program.ts";
import { inTime } from "./transcript.ts";
import { splitAt } from "../ui/typist.ts";

/** Why there is no terminal here; empty if there is one. */
export const NO_TERMINAL: string = await installed("tmux") === undefined
  ? "tmux is not installed"
  : "";

/** Options of a terminal. */
export interface TerminalOptions {
  /** The number of columns. Default: 80. */
  readonly columns?: number;
  /** The number of rows. Default: 24. */
  readonly rows?: number;
  /** Environment variables of the command. */
  readonly env?: Record<string, string>;
}

/** The variables of the environment that a terminal keeps. Others could change the tests. */
const KEPT = ["PATH", "HOME", "USER", "DENO_DIR", "DENO_NO_UPDATE_CHECK", "TMPDIR"];

/**
 * Runs the program, and records its process id, its exit status and the terminal's state around it.
 */
const AROUND = 'stty -a > before; sh -c \'echo $$ > pid; exec "$@"\' sh "$@"; ' +
  'echo $? > status; stty -a > after; echo "[it ended]"; exec cat -v';

/** The command line of the program, which works in any directory. */
export async function chatCommand(args: readonly string[]): Promise<string[]> {
  const [executable, ...rest] = commandLine(args);
  return [executable.includes("/") ? await Deno.realPath(executable) : executable, ...rest];
}

/** A terminal. Disposing of it ends everything that runs in it. */
export class TmuxTerminal implements AsyncDisposable {
  /** The temporary directory in which the program runs. */
  readonly directory: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  readonly #errors: Promise<string>;
  /** The pending answers, in the order of the commands. */
  #waiting: PromiseWithResolvers<string[]>[] = [];
  #block: string[] | undefined;
  /** The number of events in the terminal. */
  #news = 0;
  #happened = Promise.withResolvers<void>();
  #ended = false;
  #written: string[] = [];

  private constructor(directory: string, command: readonly string[], options: TerminalOptions) {
    const { columns = 80, rows = 24 } = options;
    this.directory = directory;
    const kept = KEPT.map((name) => [name, Deno.env.get(name)]);
    this.#child = new Deno.Command("tmux", {
      args: [
        ...["-u", "-C", "-S", `${directory}/tmux`, "-f", `${directory}/tmux.conf`],
        ...["new-session", "-c", directory, "-x", `${columns}`, "-y", `${rows}`, "--", ...command],
      ],
      clearEnv: true,
      env: {
        ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
        LC_ALL: "C.UTF-8",
        TZ: "UTC",
        TERM: "screen-256color",
        SHELL: "/bin/sh",
        XDG_CONFIG_HOME: `${directory}/config`,
        XDG_DATA_HOME: `${directory}/data`,
        ...options.env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#input.closed.catch(() => {});
    // tmux answers its own command line first.
    this.#waiting.push(Promise.withResolvers());
    this.#waiting[0]!.promise.catch(() => {});
    this.#reading = this.#read();
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** Opens a terminal and runs a command in it. */
  static async open(
    command: readonly string[],
    options: TerminalOptions = {},
  ): Promise<TmuxTerminal> {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    await Deno.writeTextFile(
      `${directory}/tmux.conf`,
      "set -g default-terminal screen-256color\nset -g history-limit 20000\n" +
        // End with the tests.
        "set -g destroy-unattached on\n",
    );
    const terminal = new TmuxTerminal(directory, command, options);
    try {
      await inTime(terminal.#waiting[0]!.promise, () => "tmux");
      return terminal;
    } catch (error) {
      await terminal[Symbol.asyncDispose]();
      throw new Error(`tmux did not start: ${await terminal.#errors}`, { cause: error });
    }
  }

  /** Opens a terminal and runs the program in it. Wait for its end with {@linkcode ended}. */
  static async chat(
    args: readonly string[],
    options?: TerminalOptions,
  ): Promise<TmuxTerminal> {
    return await TmuxTerminal.open(["sh", "-c", AROUND, "sh", ...await chatCommand(args)], options);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const bytes of this.#child.stdout) {
        const lines = (text + decoder.decode(bytes, { stream: true })).split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) this.#take(line);
      }
    } catch {
      // The process has ended.
    }
    this.#ended = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("the terminal is gone"));
    this.#wake();
  }

  #take(line: string): void {
    if (this.#block === undefined) {
      if (line.startsWith("%begin ")) this.#block = [];
      else this.#note(line);
    } else if (/^%(end|error) \d+ \d+ \d+$/.test(line)) {
      const block = this.#block;
      const waiting = this.#waiting.shift();
      this.#block = undefined;
      if (line.startsWith("%end")) waiting?.resolve(block);
      else waiting?.reject(new Error(`tmux: ${block.join(" ")}`));
    } else {
      this.#block.push(line);
    }
  }

  /** Records an event. `%output PANE TEXT` carries output, with some bytes in octal. */
  #note(line: string): void {
    const [, written] = /^%output %\d+ (.*)$/s.exec(line) ?? [];
    if (written !== undefined) {
      this.#written.push(
        written.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8))),
      );
      this.#written.splice(0, this.#written.length - WRITTEN);
    }
    this.#wake();
  }

  /** The latest output, up to some thousand pieces. Only ASCII characters are exact. */
  get written(): string {
    return this.#written.join("");
  }

  #wake(): void {
    this.#news++;
    this.#happened.resolve();
    this.#happened = Promise.withResolvers();
  }

  /** Runs a tmux command and returns the lines of its answer. */
  async command(...words: readonly string[]): Promise<string[]> {
    return (await this.#commands(words))[0]!;
  }

  /** Runs several commands at once: nothing happens in between. */
  async #commands(...commands: readonly (readonly string[])[]): Promise<string[][]> {
    if (this.#ended) throw new Error("the terminal is gone");
    const answers = commands.map(() => Promise.withResolvers<string[]>());
    this.#waiting.push(...answers);
    const line = `${commands.map((words) => words.map(quoted).join(" ")).join(" ; ")}\n`;
    const all = Promise.all(answers.map(({ promise }) => promise));
    // If the write fails, that is the error.
    all.catch(() => {});
    await this.#input.write(new TextEncoder().encode(line));
    return await inTime(all, () => `tmux to carry out ${line}`);
  }

  async types(text: string): Promise<void> {
    await this.command("send-keys", "-l", "--", text);
  }

  /** Presses keys, by their names in tmux: `Enter`, `C-c`, `M-b`, `BSpace`. */
  async presses(...keys: readonly string[]): Promise<void> {
    await this.command("send-keys", ...keys);
  }

  /** Types a line and presses Enter. */
  async enters(text: string): Promise<void> {
    await this.types(text);
    await this.presses("Enter");
  }

  /** Pastes text, in brackets if the program asked for them. */
  async pastes(text: string): Promise<void> {
    const file = `${this.directory}/paste`;
    await Deno.writeTextFile(file, text);
    await this.command("load-buffer", file);
    await this.command("paste-buffer", "-p", "-d");
  }

  async resizes(columns: number, rows: number): Promise<void> {
    await this.command("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** The value of a tmux variable: `cursor_x`, `pane_title`, `pane_tty`... */
  async knows(variable: string): Promise<string> {
    return (await this.command("display-message", "-p", `#{${variable}}`)).join("\n");
  }

  /** The rows of the screen, without trailing blanks and empty rows at the end. */
  async screen(): Promise<string[]> {
    return withoutEnd(await this.command("capture-pane", "-p"));
  }

  /** Like {@linkcode screen}, with the scrollback; wrapped rows are joined. */
  async everything(): Promise<string[]> {
    return withoutEnd(await this.command("capture-pane", "-p", "-J", "-S", "-"));
  }

  /** The rows of the screen with escape sequences for their colours. */
  styled(): Promise<string[]> {
    return this.command("capture-pane", "-p", "-e");
  }

  /**
   * The rows of the screen, with a mark at the cursor and all times replaced by the same one, for
   * comparisons.
   */
  async drawing(): Promise<string[]> {
    const [at, rows] = await this.#commands(
      ["display-message", "-p", "#{cursor_x} #{cursor_y}"],
      ["capture-pane", "-p"],
    );
    const [x, y] = at![0]!.split(" ").map(Number);
    const [before, behind] = splitAt(rows![y!]!.padEnd(x!), x!);
    rows![y!] = `${before}‸${behind}`;
    return withoutEnd(rows!).map((row) => row.replace(TIME, "23:03:10 PM"));
  }

  /**
   * Waits until the screen ends with these rows, with a mark at the cursor.
   *
   * @param rows The last rows that are not empty.
   */
  async draws(rows: readonly string[]): Promise<void> {
    const wanted = rows.join("\n");
    await this.until(
      () => this.drawing(),
      (drawn) => drawn.slice(-rows.length).join("\n") === wanted,
      () => `this to be drawn:\n${rows.map((row) => `|${row}`).join("\n")}\n`,
    );
  }

  /**
   * Waits until the screen fits.
   *
   * @param fits A pattern for its text, in which each row ends with a line feed; or a function of
   * its rows.
   * @returns The rows of the screen.
   */
  async shows(fits: RegExp | ((rows: readonly string[]) => boolean)): Promise<string[]> {
    const matches = typeof fits === "function"
      ? fits
      : (rows: readonly string[]) => fits.test(rows.join("\n"));
    return await this.until(() => this.screen(), matches, () => `${fits}`);
  }

  /** Waits until a state of the terminal fits. Looks after each event. */
  async until<T>(
    look: () => Promise<T>,
    fits: (seen: T) => boolean,
    what: () => string,
  ): Promise<T> {
    let seen: T | undefined;
    const waiting = async () => {
      for (;;) {
        const { promise } = this.#happened;
        const before = this.#news;
        seen = await look();
        if (fits(seen)) return seen;
        if (this.#news === before) await promise;
      }
    };
    const last = () => Array.isArray(seen) ? seen.map((row) => `|${row}`).join("\n") : `${seen}`;
    return await inTime(waiting(), () => `${what()}; it was:\n${last()}`);
  }

  async kills(signal: Deno.Signal): Promise<void> {
    Deno.kill(Number(await Deno.readTextFile(`${this.directory}/pid`)), signal);
  }

  /** Waits for the end of the program and returns the exit status. */
  async ended(): Promise<number> {
    await this.shows(/^\[it ended\]$/m);
    return Number(await Deno.readTextFile(`${this.directory}/status`));
  }

  /** The state of the line discipline before and after the program (`stty -a`). */
  async states(): Promise<{ before: string; after: string }> {
    const [before, after] = await Promise.all(
      ["before", "after"].map((name) => Deno.readTextFile(`${this.directory}/${name}`)),
    );
    return { before: withoutSize(before!), after: withoutSize(after!) };
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.command("kill-server").catch(() => {});
    await this.#input.close().catch(() => {});
    await this.#child.status;
    await this.#reading;
    await this.#errors;
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** The number of output pieces to keep. */
const WRITTEN = 4000;

/** A time of day as the program shows it. */
const TIME = /\b\d\d:\d\d:\d\d [AP]M/g;

function withoutSize(state: string): string {
  return state.replace(/rows \d+; columns \d+;/, "");
}

/** Quotes a word for tmux's command line. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function withoutEnd(rows: readonly string[]): string[] {
  const trimmed = rows.map((row) => row.trimEnd());
  return trimmed.slice(0, trimmed.findLastIndex((row) => row !== "") + 1);
}
