/** The program with a screen or a pipe that does not accept output: the server must not notice. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { commandLine } from "./program.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { inTime, Transcript } from "./transcript.ts";
import { permitted } from "../permitted.ts";

/** A server that accepts one client and sends what a test wants. */
class Talker implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  readonly #entered = Promise.withResolvers<void>();
  /** The lines from the client. */
  readonly heard = new Transcript("the client");
  #conn: Deno.TcpConn | undefined;
  #pings = 0;

  constructor() {
    this.#serving = this.#serve().catch(() => {}).finally(() => this.heard.end());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    const conn = this.#conn = await this.#listener.accept();
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(16_384);
    let rest = "";
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      const text = decoder.decode(buffer.subarray(0, count), { stream: true });
      this.heard.add(text);
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) await this.#answer(line);
    }
  }

  async #answer(line: string): Promise<void> {
    const [command = "", first = ""] = line.split(" ");
    if (command === "CAP" && first === "LS") await this.says(":s CAP * LS :");
    if (command === "NAMES") await this.says(":s 366 * #lobby :End");
    if (command === "NICK") await this.says(":s 001 Furkan :Welcome", ":s 422 Furkan :-");
    if (command === "PING") await this.says(`:s PONG s ${first}`);
    if (command !== "JOIN") return;
    await this.says(":Furkan!f@h JOIN #lobby", ":s 366 Furkan #lobby :End");
    this.#entered.resolve();
  }

  /** Waits until the client is in the room. */
  entered(): Promise<void> {
    return inTime(this.#entered.promise, () => "the client to enter");
  }

  async says(...lines: string[]): Promise<void> {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    for (let at = 0; at < bytes.length;) at += await this.#conn!.write(bytes.subarray(at));
  }

  /** Sends `count` numbered messages to the room. */
  async talks(from: number, count: number, length = 40): Promise<void> {
    for (let at = 0; at < count; at += 1000) {
      const lines = Array.from(
        { length: Math.min(1000, count - at) },
        (_, index) => `:Ada!a@h PRIVMSG #lobby :${`${from + at + index} `.padEnd(length, "x")}`,
      );
      await this.says(...lines);
    }
  }

  /** Sends a PING and waits for the answer. */
  async pings(): Promise<void> {
    const token = `alive-${++this.#pings}`;
    await this.says(`PING ${token}`);
    await this.heard.line(new RegExp(`^PONG :?${token}$`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    try {
      this.#conn?.close();
    } catch {
      // The peer closed it first.
    }
    await this.#serving;
  }
}

Deno.test(permitted(
  "Terminal: while it takes nothing PINGs are answered, and then it is told what was left out",
  async () => {
    await using server = new Talker();
    await using terminal = await TmuxTerminal.chat(
      ["join", `127.0.0.1:${server.port}`, "--name", "Furkan"],
    );
    await server.entered();
    await terminal.shows(/You can now chat/);
    // If the program is stopped, its terminal accepts what the buffer holds, and then nothing.
    const pid = Number(await terminal.knows("pid"));
    Deno.kill(pid, "SIGSTOP");
    const count = 6000;
    try {
      await server.talks(1, count);
      for (let round = 0; round < 3; round++) await server.pings();
    } finally {
      Deno.kill(pid, "SIGCONT");
    }
    await terminal.shows((rows) => new RegExp(`>> ${count} x+$`).test(rows.at(-3) ?? ""));
    const rows = await terminal.everything();
    const shown = rows.flatMap((row) => /^Ada @ .* >> (\d+) x/.exec(row)?.[1] ?? []).map(Number);
    const told = rows.flatMap((row) =>
      /^\.\.\. (\d+) lines? (?:is|are) not shown/.exec(row)?.[1] ?? []
    );
    const dropped = told.reduce((sum, one) => sum + Number(one), 0);
    // All missing lines were counted, and the others are in order.
    assertEquals(shown.length + dropped, count);
    assert(shown.length >= 2000 && dropped > 0, `${shown.length} and ${dropped}`);
    assertEquals(shown, shown.toSorted((a, b) => a - b));
    await terminal.enters("buradayım");
    await server.heard.line(/^PRIVMSG #lobby :?buradayım$/);
  },
  NO_TERMINAL,
));

/** The program with a pipe that is read only when the test wants. */
class Unread implements AsyncDisposable {
  readonly errors = new Transcript("standard error");
  readonly #state = Deno.makeTempDirSync({ prefix: "chat" });
  readonly #child: Deno.ChildProcess;
  readonly #following: Promise<void>;

  constructor(args: readonly string[]) {
    const [executable, ...rest] = commandLine(args);
    this.#child = new Deno.Command(executable, {
      args: rest,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { XDG_CONFIG_HOME: this.#state },
    }).spawn();
    this.#following = this.errors.follow(this.#child.stderr.getReader());
  }

  /** Reads until `count` messages are there. Returns their numbers. */
  async numbers(count: number): Promise<number[]> {
    const decoder = new TextDecoder();
    const reader = this.#child.stdout.getReader();
    const found: number[] = [];
    let rest = "";
    while (found.length < count) {
      const { value, done } = await inTime(reader.read(), () => `line ${found.length}`);
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [, number] = /(?:>> |"text":")(\d+) x/.exec(line) ?? [];
        if (number !== undefined) found.push(Number(number));
      }
    }
    reader.releaseLock();
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has already ended.
    }
    await this.#child.status;
    await this.#child.stdin.abort().catch(() => {});
    await this.#child.stdout.cancel();
    await this.#following;
    await Deno.remove(this.#state, { recursive: true });
  }
}

Deno.test(
  permitted(
    "Pipe: while nobody reads PINGs are answered, and nothing is dropped, within a bound that is told",
    async () => {
      for (const mode of ["--plain", "--json"]) {
        await using server = new Talker();
        await using client = new Unread([
          ...["join", `127.0.0.1:${server.port}`, "--name", "Furkan", mode],
        ]);
        await server.entered();
        // More than the pipe and the earlier limit held, and less than today's limit.
        const [length, few, all] = [400, 5000, 60_000];
        await server.talks(1, few, length);
        for (let round = 0; round < 3; round++) await server.pings();
        assertEquals(client.errors.text, "");
        const talking = server.talks(few + 1, all - few, length);
        await client.errors.line(
          /^Standard output is not being read, and much text is waiting for it\./,
        );
        const numbers = await client.numbers(all);
        assertEquals(numbers.length, all);
        assert(numbers.every((number, at) => number === at + 1));
        await talking;
        await client.errors.line(/^Standard output is being read again\.$/);
        await server.pings();
        assertMatch(server.heard.text, /^(?![^]*QUIT)/);
      }
    },
  ),
);
