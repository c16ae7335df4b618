/**
 * The program as a process, from its sources or from the executable that `CHAT_BINARY` names.
 * @module
 */
import about from "../../deno.json" with { type: "json" };
import { inTime, Transcript } from "./transcript.ts";
import { env } from "../permitted.ts";

const MAIN = new URL("../../main.ts", import.meta.url);

/** The executable under test; undefined if the tests run the sources. */
export const BINARY: string | undefined = env("CHAT_BINARY") || undefined;

/** The permissions with which the project's own task runs the program. */
function permissions(): string[] {
  const flags = /deno run ((?:--\S+ )*)main\.ts/.exec(about.tasks.program.command)?.[1];
  if (flags === undefined) throw new Error("deno.json has no task that runs main.ts");
  return flags.trim().split(" ");
}

/** The command line that runs the program with these arguments. */
export function commandLine(args: readonly string[]): [executable: string, ...args: string[]] {
  if (BINARY !== undefined) return [BINARY, ...args];
  return [Deno.execPath(), "run", ...permissions(), MAIN.href, ...args];
}

/** The version of Deno on which the program under test runs. */
export const RUNTIME: string = BINARY === undefined ? Deno.version.deno : await runtimeOf(BINARY);

async function runtimeOf(executable: string): Promise<string> {
  const { stdout } = await new Deno.Command(executable, { args: ["version"] }).output();
  const [, version] = /Deno (\S+),/.exec(new TextDecoder().decode(stdout)) ?? [];
  if (version === undefined) throw new Error(`${executable} is not chat`);
  return version;
}

/** How to start a process. */
export interface StartOptions {
  /** Whether to merge standard error into {@linkcode Process.stdout}, in the order of writing. */
  readonly merged?: boolean;
  /** Environment variables, in addition to those of the test itself. */
  readonly env?: Record<string, string>;
}

/** A process that a test started. Disposing of it ends it. */
export class Process implements AsyncDisposable {
  readonly stdout: Transcript;
  readonly stderr: Transcript;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  readonly #outputs: Promise<unknown>;
  /** A directory for the program's data, settings and known servers, instead of the user's own. */
  readonly #state = Deno.makeTempDirSync({ prefix: "chat-state-" });

  /**
   * Starts a process.
   *
   * @param name The name of the process in error messages.
   */
  constructor(name: string, [executable, ...args]: readonly string[], options: StartOptions = {}) {
    const merged = options.merged && Deno.build.os !== "windows";
    const command = [executable!, ...args];
    this.#child = new Deno.Command(merged ? "sh" : executable!, {
      args: merged ? ["-c", 'exec "$@" 2>&1', "sh", ...command] : args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: {
        XDG_STATE_HOME: this.#state,
        XDG_CONFIG_HOME: this.#state,
        APPDATA: this.#state,
        LOCALAPPDATA: this.#state,
        // Don't use the proxy of the person who runs the tests.
        ALL_PROXY: "",
        all_proxy: "",
        // Deno would look for a newer version, through a proxy if a test names one.
        DENO_NO_UPDATE_CHECK: "1",
        ...options.env,
      },
    }).spawn();
    this.stdout = new Transcript(`${name} (stdout)`);
    this.stderr = new Transcript(`${name} (stderr)`);
    this.status = this.#child.status;
    this.#input = this.#child.stdin.getWriter();
    // A write to a process that has ended reports the error itself.
    this.#input.closed.catch(() => {});
    this.#output = this.#child.stdout.getReader();
    this.#outputs = Promise.all([
      this.stdout.follow(this.#output),
      this.stderr.follow(this.#child.stderr.getReader()),
    ]);
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits for the next matching line on standard output. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.stdout.line(pattern);
  }

  /** Writes text or bytes to standard input. */
  async write(input: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#input.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
  }

  /** Ends standard input. */
  async closeStdin(): Promise<void> {
    await this.#input.close();
  }

  /** Stops reading standard output. */
  async closeStdout(): Promise<void> {
    await this.#output.cancel();
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for the end and returns the exit status. */
  async exit(): Promise<number> {
    const { code } = await inTime(
      this.status,
      () => `the end of a process; it said:\n${this.stdout.text}${this.stderr.text}`,
    );
    await this.#outputs;
    return code;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has already ended.
    }
    await this.status;
    await this.#input.abort().catch(() => {});
    await this.#outputs;
    await Deno.remove(this.#state, { recursive: true }).catch(() => {});
  }
}

export function start(args: readonly string[], options: StartOptions = {}): Process {
  return new Process(`chat ${args.join(" ")}`, commandLine(args), options);
}

/** Runs the program to its end without input. */
export function run(...args: string[]): ReturnType<typeof runWith> {
  return runWith({}, ...args);
}

/** Like {@linkcode run}, with environment variables in addition to those of the test itself. */
export async function runWith(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  await using program = start(args, { env });
  await program.closeStdin().catch(() => {});
  const code = await program.exit();
  return { code, stdout: program.stdout.text, stderr: program.stderr.text };
}

/** The arguments of a server that keeps out of the way of others, and keeps nothing. */
export const OWN_SERVER: readonly string[] = [
  ...["serve", "--ephemeral", "--port", "0", "--web-port", "0", "--no-tls", "--no-announce"],
];

/** A server that runs as a process. */
export class ServerProcess extends Process {
  #port = NaN;
  #tlsPort = NaN;

  /** The port on which it listens; NaN if it only accepts encrypted connections. */
  get port(): number {
    return this.#port;
  }

  /** The port for encrypted connections; NaN if there is none. */
  get tlsPort(): number {
    return this.#tlsPort;
  }

  /** Waits for the lines about the page for browsers, if that was not done. Returns its port. */
  async webPort(): Promise<number> {
    const line = /^In a browser: https?:\/\/\S+:(\d+)\/$/m;
    const [, port] = line.exec(this.stdout.text) ?? await this.line(line);
    return Number(port);
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param flags The arguments after `chat serve --ephemeral --port N`. TLS is off unless they
   * mention it, and the port for browsers is a free one, so that servers of several tests don't
   * want the same port; so is the announcement, which would go to the networks of this machine.
   * @param port The port, or 0 for a free one.
   * @param limit A shell command that limits the server's resources, such as `ulimit -n 64`.
   * @param data The arguments instead of `--ephemeral`.
   */
  static async start(
    flags: readonly string[] = [],
    port = 0,
    limit = "",
    data: readonly string[] = ["--ephemeral"],
  ): Promise<ServerProcess> {
    const has = (option: RegExp) => flags.some((flag) => option.test(flag));
    const args = [
      ...["serve", ...data, "--port", `${port}`],
      ...has(/^--(tls-|no-plain)/) ? [] : ["--no-tls"],
      ...has(/^--(web-port|no-web)/) ? [] : ["--web-port", "0"],
      ...has(/^--announce$/) ? [] : ["--no-announce"],
      ...flags,
    ];
    const command = commandLine(args);
    const limited = limit === "" ? command : ["sh", "-c", `${limit}; exec "$@"`, "sh", ...command];
    const server = new ServerProcess("chat serve", limited);
    try {
      await server.line(/The server is ready/);
      const bound = (what: string) =>
        Number(new RegExp(`^${what} is bound to \\S+:(\\d+)$`, "m").exec(server.stdout.text)?.[1]);
      server.#port = bound("The socket");
      server.#tlsPort = bound("The socket for encrypted connections");
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw new Error(`${error instanceof Error ? error.message : error}${server.stderr.text}`);
    }
  }
}
