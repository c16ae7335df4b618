/**
 * IRC clients by others, which a test controls as a person would: it types lines and reads the
 * screen.
 * @module
 */
import { installed } from "./other_servers.ts";
import { Process } from "./program.ts";

/** A running client. Disposing of it ends it. */
export interface IrcClient extends AsyncDisposable {
  types(line: string): Promise<void>;
  /** Waits until it shows a matching line. */
  sees(pattern: RegExp): Promise<unknown>;
  /** The lines that it showed that look like errors. */
  errors(): string[];
}

/** An account that a client logs in to by itself. */
export interface Login {
  readonly account: string;
  readonly password: string;
  readonly mechanism: "PLAIN" | "SCRAM-SHA-256";
}

/** How to start a client. */
export interface LaunchOptions {
  /** The account to log in to, if any. */
  readonly login?: Login;
  /**
   * The only certificate to accept, as a hexadecimal fingerprint with colons. If set, the client
   * uses TLS.
   */
  readonly pinned?: string;
}

/** A kind of client. */
export interface OtherClient {
  readonly name: string;
  /** Why it is not available; empty if it is. */
  readonly missing: string;
  /** The lines to type to be notified when someone comes and goes. */
  readonly watch: (nick: string) => string[];
  /** Starts it and connects it to a server on this machine. */
  readonly launch: (port: number, nick: string, options?: LaunchOptions) => Promise<IrcClient>;
}

async function missing(...programs: string[]): Promise<string> {
  for (const program of programs) {
    if (await installed(program) === undefined) return `${program} is not installed`;
  }
  return "";
}

/** What both clients write when the server does something that they don't expect. */
const TROUBLE = new RegExp(
  "=!=|\\b(error|unknown (?!connection)|unrecognized|not found|not enough parameters|invalid|" +
    "malformed|cannot|4\\d\\d)\\b",
  "i",
);

/** A client whose log is read from a file. */
abstract class LoggedClient implements IrcClient {
  readonly #log: Process;
  readonly #directory: string;

  protected constructor(directory: string, ...files: string[]) {
    this.#directory = directory;
    const paths = files.map((file) => `${directory}/${file}`);
    this.#log = new Process("its log", ["tail", "-q", "-s", "0.02", "-n", "+1", "-F", ...paths]);
  }

  abstract types(line: string): Promise<void>;

  /** Ends the client itself. */
  protected abstract stop(): Promise<void>;

  sees(pattern: RegExp): Promise<unknown> {
    return this.#log.line(pattern);
  }

  errors(): string[] {
    return this.#log.stdout.lines.filter((line) => TROUBLE.test(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#log[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** An environment without the user's own settings. */
function privateHome(directory: string): Record<string, string> {
  return {
    HOME: directory,
    XDG_CONFIG_HOME: directory,
    XDG_DATA_HOME: directory,
    XDG_CACHE_HOME: directory,
    XDG_RUNTIME_DIR: directory,
    TERM: "screen",
    LC_ALL: "C.UTF-8",
  };
}

/** irssi in tmux, because it takes no other input. */
class IrssiClient extends LoggedClient {
  readonly #tmux: readonly string[];
  readonly #process: Process;

  constructor(directory: string, command: readonly string[]) {
    super(directory, "irssi.log");
    this.#tmux = ["tmux", "-f", "/dev/null", "-S", `${directory}/tmux`];
    // In control mode, tmux is our child process and ends with its input.
    this.#process = new Process("irssi", [...this.#tmux, "-C", "new-session", ...command], {
      env: privateHome(directory),
    });
  }

  async types(line: string): Promise<void> {
    const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
    await this.#process.write(`send-keys -l -- ${quoted(line)}\nsend-keys Enter\n`);
  }

  protected override async stop(): Promise<void> {
    // tmux ends after irssi, which has then written all its files.
    await this.types("/quit").catch(() => {});
    await this.#process.exit();
    await this.#process[Symbol.asyncDispose]();
  }
}

export const Irssi: OtherClient = {
  name: "irssi",
  missing: await missing("irssi", "tmux"),
  watch: (nick) => ["/set notify_check_time 1s", `/notify ${nick}`],
  async launch(port, nick, { login, pinned } = {}) {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    const tls = pinned === undefined ? "" : `-tls -tls_pinned_cert ${pinned} `;
    const sasl = login === undefined ? "" : `sasl_mechanism = "${login.mechanism}"; ` +
      `sasl_username = "${login.account}"; sasl_password = "${login.password}"; `;
    await Deno.writeTextFile(
      `${directory}/startup`,
      `/log open ${directory}/irssi.log ALL\n/set skip_motd off\n/set cmds_max_at_once 100\n/set cmd_queue_speed 10msec\n` +
        `/connect ${tls}${login === undefined ? "" : "-network test "}127.0.0.1 ${port}\n`,
    );
    await Deno.writeTextFile(
      `${directory}/config`,
      `chatnets = { test = { type = "IRC"; ${sasl}}; };\n` +
        `settings = { core = { real_name = "${nick}"; user_name = "${nick}"; nick = "${nick}"; }; };\n`,
    );
    return new IrssiClient(directory, ["irssi", `--home=${directory}`]);
  },
};

/** WeeChat's word for encryption, which version 4 renamed. */
const WEECHAT_TLS = await weechatMajor() < 4 ? "ssl" : "tls";

async function weechatMajor(): Promise<number> {
  if (await installed("weechat-headless") === undefined) return NaN;
  const { stdout } = await new Deno.Command("weechat-headless", { args: ["--version"] }).output();
  return parseInt(new TextDecoder().decode(stdout));
}

/** WeeChat without a screen. It takes its input from a pipe. */
class WeeChatClient extends LoggedClient {
  readonly #process: Process;
  readonly #pipe: string;

  constructor(directory: string, port: number, nick: string, { login, pinned }: LaunchOptions) {
    const buffers = ["server.test", "test.#lobby", "test.#müzik", "test.furkan"];
    super(directory, "core.weechat", ...buffers.map((name) => `irc.${name}`));
    this.#pipe = `${directory}/pipe`;
    const sasl = login === undefined ? "" : ` -sasl_mechanism=${login.mechanism.toLowerCase()}` +
      ` -sasl_username=${login.account} -sasl_password=${login.password}`;
    const word = WEECHAT_TLS;
    const tls = pinned === undefined
      ? "-notls"
      : `-${word} -${word}_fingerprint=${pinned.replaceAll(":", "")}`;
    const commands = [
      `/set fifo.file.path ${this.#pipe}`,
      "/set logger.file.flush_delay 0",
      "/set logger.file.path ${weechat_data_dir}",
      "/set logger.file.mask $plugin.$name",
      "/set irc.look.server_buffer independent",
      "/set irc.server_default.anti_flood_prio_high 0",
      "/set irc.server_default.anti_flood_prio_low 0",
      `/server add test 127.0.0.1/${port} ${tls} -nicks=${nick} -username=${nick}${sasl}`,
      "/connect test",
    ];
    this.#process = new Process(
      "weechat-headless",
      ["weechat-headless", "-d", directory, ...commands.flatMap((each) => ["-r", each])],
      { env: privateHome(directory) },
    );
  }

  /** Types into the buffer of the room, or of the server if no room is open. */
  async types(line: string): Promise<void> {
    const buffer = line.startsWith("/join") ? "irc.server.test" : "irc.test.#lobby";
    await Deno.writeTextFile(this.#pipe, `${buffer} *${line}\n`, { create: false });
  }

  protected override async stop(): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

export const WeeChat: OtherClient = {
  name: "WeeChat",
  missing: await missing("weechat-headless"),
  watch: (nick) => [`/notify add ${nick}`],
  async launch(port, nick, options = {}) {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    return new WeeChatClient(directory, port, nick, options);
  },
};
