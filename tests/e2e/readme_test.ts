/**
 * Runs every command in README.md as it is written there, in a network namespace in which this
 * machine has the address 192.168.1.20, all ports are free, and rooms can be announced.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { NETWORK, NO_NAMESPACE, UNSHARE } from "./namespace.ts";
import { installed } from "./other_servers.ts";
import { BINARY, Process, RUNTIME } from "./program.ts";
import { chatCommand, NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { SETTLED } from "./two_machines.ts";
import { LACKING, permitted } from "../permitted.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGE = await read("README.md");

async function read(path: string): Promise<string> {
  if (LACKING.length > 0) return "";
  return (await Deno.readTextFile(new URL(path, ROOT))).replaceAll("\r\n", "\n");
}

/** How the page runs Deno from a clone: the version of record, from npm. */
const NPX = `npx -y deno@${(await read(".dvmrc")).trim()}`;

/** The page's commands in order: lines of `sh` blocks, and what follows a `$`. */
const SHOWN: readonly string[] = [...PAGE.matchAll(/^```(sh|text)\n(.*?)^```$/gms)].flatMap(
  ([, kind, block = ""]) =>
    kind === "text"
      ? [...block.matchAll(/^\$ (.*)$/gm)].map(([, line = ""]) => line)
      // A line that ends with a pipe continues in the next one.
      : block.trimEnd().split(/(?<!\|)\n/),
);

/** Why the commands can't be run here; empty if they can. */
const MISSING = tlsFault(RUNTIME) ??
  NO_NAMESPACE;

/** A network namespace and a temporary directory in which commands run. */
class Scene implements AsyncDisposable {
  readonly path: string;
  readonly #holder: Process;

  private constructor(path: string, holder: Process) {
    this.path = path;
    this.#holder = holder;
  }

  static async open(): Promise<Scene> {
    const path = await Deno.makeTempDir({ prefix: "chat" });
    const words = (await chatCommand([])).map((word) => `'${word}'`).join(" ");
    const programs: Record<string, string> = {
      chat: `exec ${words} "$@"`,
      // The real npx would load Deno from the network, which is not available.
      npx: `test "npx $1 $2" = "${NPX}" && shift 2 && exec '${Deno.execPath()}' "$@"`,
    };
    await Deno.mkdir(`${path}/bin`);
    for (const [name, line] of Object.entries(programs)) {
      await Deno.writeTextFile(`${path}/bin/${name}`, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    }
    const set = `${NETWORK} && ${SETTLED} && echo set && exec cat`;
    const holder = new Process("the network", [...UNSHARE!, "sh", "-c", set]);
    await holder.line(/^set$/);
    return new Scene(path, holder);
  }

  /** Runs a command line in the shell. */
  run(line: string, cwd: string = this.path): Process {
    const command = [...this.#enter(), "sh", "-c", `cd '${cwd}'; ${line}`];
    return new Process(line, command, { env: { ...this.#env(), TERM: "xterm" } });
  }

  /** Opens a terminal with a shell in it, which asks with `$`. */
  async shell(): Promise<TmuxTerminal> {
    const env = { ...this.#env(), PS1: "$ ", ENV: "" };
    const terminal = await TmuxTerminal.open([...this.#enter(), "sh"], { columns: 120, env });
    await terminal.shows((rows) => rows[0] === "$");
    return terminal;
  }

  /** How a command gets into the network. */
  #enter(): string[] {
    const enter = ["nsenter", "-t", `${this.#holder.pid}`, "-n", "--preserve-credentials"];
    return [...enter, ...UNSHARE!.includes("-rn") ? ["-U"] : [], "--"];
  }

  #env(): Record<string, string> {
    return {
      PATH: `${this.path}/bin:${Deno.env.get("PATH")}`,
      XDG_STATE_HOME: `${this.path}/state`,
      XDG_CONFIG_HOME: `${this.path}/state`,
      NO_COLOR: "1",
    };
  }

  /** Runs a command that starts a server, and waits until the server is ready. */
  async serve(line: string, cwd?: string): Promise<Process> {
    const server = this.run(`exec ${line}`, cwd);
    await server.line(/^The server is ready: the chat room is open$/);
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder[Symbol.asyncDispose]();
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Says something in the room and leaves. */
async function talk(client: Process, name?: string): Promise<void> {
  await client.write(`${name === undefined ? "" : `${name}\n`}Aa kimseler yok :(\nexit\n`);
  await client.line(/^You have selected your username\. You can now chat with the others\.$/);
  const asked = name === undefined ? "" : "Please choose a username: \n";
  assertEquals([await client.exit(), client.stderr.text], [0, asked]);
}

/** Ends a server with Ctrl-C. */
async function close(server: Process): Promise<void> {
  server.kill("SIGINT");
  await server.line(/^The server is closed$/);
  assertEquals(await server.exit(), 0);
}

/** A test that starts a server with this command and chats on it. */
function opens(line: string): (scene: Scene) => Promise<void> {
  return async (scene) => {
    await using server = await scene.serve(line);
    await using client = scene.run("chat join localhost --name Gamze");
    await talk(client);
    await close(server);
  };
}

/** The test of each command. A test may run other commands too. */
const COMMANDS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async [`${NPX} task chat serve`](scene) {
    const root = decodeURIComponent(ROOT.pathname);
    await using server = await scene.serve(`${NPX} task chat serve`, root);
    await using client = scene.run(`${NPX} task chat join localhost`, root);
    await client.line(/^\*No user found\*$/);
    await client.write("Alperen\nAa kimseler yok :(\nexit\n");
    await server.line(/\(Alperen\) says: Aa kimseler yok :\($/);
    assertEquals(await client.exit(), 0, client.stderr.text);
    await close(server);
    // The task only prints one short line of its own.
    assertEquals(server.stderr.text, "Task chat deno task -q program 'serve'\n");
  },
  async "chat serve"(scene) {
    for (const name of ["Alperen", "Furkan"]) {
      await using server = await scene.serve("chat serve");
      const [, line = ""] = await server.line(/^Others join with: (chat join 192\.168\.1\.20 .*)$/);
      await using client = scene.run(`${line} --name ${name}`);
      await client.line(/You can now chat/);
      if (name === "Furkan") await client.line(/^Alperen @ \S+ [AP]M >> Aa kimseler yok :\($/);
      await client.write(`/whois ${name}\n`);
      await client.line(/^\w+ uses an encrypted connection\.$/);
      await client.write("Aa kimseler yok :(\nexit\n");
      await server.line(new RegExp(`\\(${name}\\) says: Aa kimseler yok :\\($`));
      assertEquals([await client.exit(), client.stderr.text], [0, ""]);
      server.kill("SIGKILL");
      await server.status;
    }
    await using server = await scene.serve("chat serve");
    // The client knows the server by now.
    await using client = scene.run("chat join 192.168.1.20");
    await talk(client, "Alperen");
    await close(server);
  },
  async "make 2>&1 | chat join localhost --name ci"(scene) {
    await using server = await scene.serve("chat serve --ephemeral");
    await Deno.writeTextFile(`${scene.path}/Makefile`, "all:\n\t@echo All is built\n");
    await using pipe = scene.run("make 2>&1 | chat join localhost --name ci");
    await server.line(/\(ci\) says: All is built$/);
    assertEquals(await pipe.exit(), 0, pipe.stderr.text);
  },
  async "mkfifo answers"(scene) {
    const bot = SHOWN.slice(SHOWN.indexOf("mkfifo answers")).slice(0, 2).join("\n");
    await using server = await scene.serve("chat serve --ephemeral");
    await using running = scene.run(bot);
    await server.line(/claimed clock/);
    await using asker = scene.run("chat join localhost --name Gamze");
    await asker.line(/You can now chat/);
    await asker.write("!times\n");
    await server.line(/says: !times$/);
    await asker.write("!time\n");
    await asker.line(/^clock @ \S+ [AP]M >> Gamze: it is \d\d:\d\d$/);
    await asker.closeStdin();
    assertEquals([await asker.exit(), asker.stdout.text.match(/it is/g)?.length], [0, 1]);
    // The bot's next line ends it.
    await Deno.writeTextFile(`${scene.path}/answers`, "exit\n");
    assertEquals(await running.exit(), 0, running.stderr.text);
  },
  "chat serve --ephemeral": opens("chat serve --ephemeral"),
  "chat serve --history-days 7": opens("chat serve --history-days 7"),
  async "chat serve --invite-only"(scene) {
    await using server = await scene.serve("chat serve --invite-only");
    await using stranger = scene.run("chat join localhost --name Gamze");
    assertEquals(await stranger.exit(), 1);
    await using inviting = scene.run("chat invite --for Deniz");
    const [, line = ""] = await inviting.line(/(chat join .*)$/);
    await using invited = scene.run(line);
    await talk(invited);
    await close(server);
  },
  async "chat hash-password > hash.txt"(scene) {
    await using hashing = scene.run("chat hash-password > hash.txt");
    await hashing.write("kimseler yok\n");
    assertEquals(await hashing.exit(), 0, hashing.stderr.text);
    await Deno.writeTextFile(`${scene.path}/password.txt`, "kimseler yok\n", { mode: 0o600 });
    await using server = await scene.serve("chat serve --password-file hash.txt");
    await using client = scene.run("chat join localhost --password-file password.txt --name Gamze");
    await talk(client);
    await close(server);
  },
  async "chat serve --config chat.json"(scene) {
    const [, json = ""] = /^```json\n(.*?)^```$/ms.exec(PAGE) ?? [];
    await Deno.writeTextFile(`${scene.path}/chat.json`, json);
    await opens("chat serve --config chat.json")(scene);
  },
  async "chat backup chat.tar"(scene) {
    await using server = await scene.serve("chat serve");
    await using saving = scene.run("chat backup chat.tar");
    await saving.line(/^The backup is in chat\.tar\. /);
    assertEquals([await saving.exit(), saving.stderr.text], [0, ""]);
    await close(server);
  },
  async "irssi --connect=localhost --nick=Gamze"(scene) {
    await using server = await scene.serve("chat serve --ephemeral");
    const line = "irssi --connect=localhost --nick=Gamze";
    await using irssi = scene.run(`script -qec '${line} --home=irssi' /dev/null`);
    await server.line(/claimed Gamze as its username$/);
    await irssi.write("/quit\r");
    await irssi.exit();
  },
};

/** Commands that another test runs, or that run this suite. */
const ELSEWHERE: readonly string[] = [
  `${NPX} task chat join localhost`,
  `${NPX} task test`,
  "chat join",
  SHOWN[SHOWN.indexOf("mkfifo answers") + 1]!,
  "chat invite --for Deniz",
  "chat serve --password-file hash.txt",
];

/** Other programs that a command needs. */
const NEEDS: Readonly<Record<string, string>> = {
  "make 2>&1 | chat join localhost --name ci": "make",
  "mkfifo answers": "jq",
  "irssi --connect=localhost --nick=Gamze": "irssi",
};

Deno.test(permitted("README: each command that it shows is run by a test here", () => {
  assertEquals([...SHOWN].sort(), [...Object.keys(COMMANDS), ...ELSEWHERE].sort());
  assert(SHOWN.length > 14);
}));

for (const [line, run] of Object.entries(COMMANDS)) {
  const needed = NEEDS[line];
  const missing = MISSING ||
    (needed !== undefined && await installed(needed) === undefined
      ? `${needed} is not installed`
      : "") ||
    (BINARY !== undefined && line.startsWith("npx") ? "that is not the executable" : "");
  Deno.test(permitted(`README: ${line}`, async () => {
    await using scene = await Scene.open();
    await run(scene);
  }, missing));
}

/** What a transcript has in common at any time, with any key. */
function timeless(lines: readonly string[]): string {
  return lines.join("\n")
    .replace(/\d\d:\d\d:\d\d [AP]M/g, "TIME")
    .replace(/SHA256:\S+/g, "FINGERPRINT")
    .replace(/(?<=http:\/\/).*\.local(?=:)/, "NAME")
    .replace(/(?<=^They compare the fingerprint: ).*/m, "GROUPS")
    .replace(/(?<=on this network as )".*" \(.*\.local\)|(?<=^ {2}1 {2})".*"(?= at )/m, "TITLE");
}

Deno.test(permitted(
  "README: the transcripts of the first chat, keystroke by keystroke",
  async () => {
    const [serving = [], joining = []] = [...PAGE.matchAll(/^```text\n(.*?)^```$/gms)].map((
      [, block = ""],
    ) => block.trimEnd().split("\n"));
    await using scene = await Scene.open();
    await using server = await scene.shell();
    await server.enters(serving[0]!.slice(2));
    await server.shows((rows) => timeless(rows.slice(0, serving.length)) === timeless(serving));
    await using furkan = scene.run("chat join localhost --name Furkan");
    await furkan.line(/You can now chat/);
    await using alperen = await scene.shell();
    const typed = [...joining].flatMap((line) =>
      [
        /^\$ (.*)$/,
        /^Please enter the server's address: (.*)$/,
        /^Please choose a username: (.*)$/,
        /^Alperen @ .* >> (.*)$/,
      ]
        .flatMap((pattern) => pattern.exec(line)?.slice(1) ?? [])
    );
    assertEquals(typed.length, 4);
    for (const [index, line] of typed.entries()) {
      await alperen.enters(line);
      await alperen.shows((rows) =>
        rows.some((row) =>
          [/^ {2}1 {2}/, /username:/, /^#lobby \(2\)/, />> Selam/][index]!.test(row)
        )
      );
    }
    const [, answer = ""] = /^Furkan @ .* >> (.*)$/.exec(joining.at(-1)!)!;
    await furkan.write(`${answer}\n`);
    await alperen.shows((rows) => timeless(rows.slice(0, joining.length)) === timeless(joining));
  },
  MISSING || NO_TERMINAL,
));
