/** Passwords are never sent where others could read them, unless the user agrees. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { FakeServer } from "./fake_server.ts";
import { RUNTIME, ServerProcess, start } from "./program.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { permitted } from "../permitted.ts";

const PASSWORD = "correct-horse";

/** Why the client here or the server can't encrypt; undefined if they can. */
const OLD = tlsFault() ?? tlsFault(RUNTIME);

/** A file that contains the password. Disposing of it removes it. */
class PasswordFile implements AsyncDisposable {
  readonly path = Deno.makeTempFileSync({ prefix: "chat" });

  constructor() {
    Deno.writeTextFileSync(this.path, `${PASSWORD}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path);
  }
}

/** A server that took another one's place, and records what it receives. */
class Impostor extends FakeServer {
  readonly heard: string[];

  constructor(answers: Readonly<Record<string, readonly string[]>> = {}) {
    const heard: string[] = [];
    super((line) => {
      heard.push(line);
      return answers[line] ?? answers[line.split(" ", 1)[0]!] ?? [];
    });
    this.heard = heard;
  }

  /** Whether it received the password, in plain text or in a PLAIN message. */
  get knows(): boolean {
    return this.heard.some((line) =>
      line.includes(PASSWORD) || line.includes(btoa(`\0ci\0${PASSWORD}`))
    );
  }
}

/** Runs the program in a pipe to its end. */
async function piped(...args: string[]): Promise<{ code: number; stderr: string }> {
  await using client = start(["join", ...args]);
  await client.closeStdin();
  return { code: await client.exit(), stderr: client.stderr.text };
}

const WELCOME = {
  NAMES: [":s 366 * #lobby :End"],
  NICK: [":s 001 ci :Welcome"],
  JOIN: [":ci!u@h JOIN #lobby"],
  PING: [":s PONG s :chat-1"],
};

Deno.test(
  permitted(
    "Passwords: in a pipe none is told without encryption, but with --insecure-password",
    async () => {
      await using file = new PasswordFile();
      const login = ["--account", "ci", "--account-password-file", file.path];
      const plain = { "AUTHENTICATE PLAIN": ["AUTHENTICATE +"] };
      const done = [":s 900 ci ci!u@h ci :You are now logged in", ":s 903 ci :Done"];
      const cases: [
        args: string[],
        answers: Readonly<Record<string, readonly string[]>>,
        why: RegExp,
      ][] = [
        [
          ["--name", "ci", "--password-file", file.path],
          { CAP: [":s CAP * LS :"] },
          /^This connection is not encrypted: .*server's password was not sent\. To send it anyway, use --insecure-/,
        ],
        [
          login,
          {
            "CAP LS 302": [":s CAP * LS :sasl=PLAIN"],
            "CAP REQ sasl": [":s CAP * ACK :sasl"],
            ...plain,
          },
          /^Cannot log in as ci: this connection is not encrypted: .* To send it anyway, use --insecure-/,
        ],
        [
          login,
          {
            "CAP LS 302": [":s CAP * LS :sasl=PLAIN,SCRAM-SHA-256"],
            "CAP REQ sasl": [":s CAP * ACK :sasl"],
            "AUTHENTICATE SCRAM-SHA-256": [":s 908 ci PLAIN :are available", ":s 904 ci :Failed"],
            ...plain,
          },
          /^Cannot log in as ci: this server offered a way of logging in that keeps the password secret/,
        ],
      ];
      for (const [args, answers, why] of cases) {
        for (const mode of ["--plain", "--json"]) {
          await using impostor = new Impostor({ ...WELCOME, ...answers });
          const { code, stderr } = await piped(`127.0.0.1:${impostor.port}`, mode, ...args);
          assertEquals(code, 1);
          assertMatch(stderr, why);
          assert(!impostor.knows, impostor.heard.join("\n"));
        }
        const told = btoa(`\0ci\0${PASSWORD}`);
        await using server = new Impostor({
          ...WELCOME,
          ...answers,
          [`AUTHENTICATE ${told}`]: done,
        });
        const { code, stderr } = await piped(
          ...[`127.0.0.1:${server.port}`, "--insecure-password", "--plain", ...args],
        );
        assertEquals([code, stderr], [0, ""], server.heard.join("\n"));
        assert(server.knows);
      }
    },
  ),
);

Deno.test(
  permitted(
    "Passwords: our own server on this machine is encrypted, so nobody is asked",
    async () => {
      await using file = new PasswordFile();
      await using server = await ServerProcess.start([
        ...["--tls-port", "0", "--password-file", file.path],
      ]);
      const { code, stderr } = await piped(
        ...[`localhost:+${server.tlsPort}`, "--name", "ci", "--password-file", file.path],
      );
      assertEquals([code, stderr], [0, ""]);
      const open = await piped(
        ...[`localhost:${server.port}`, "--name", "ci", "--password-file", file.path],
      );
      assertEquals(open.code, 1);
      assertMatch(open.stderr, /server's password was not sent/);
    },
    OLD ?? "",
  ),
);

Deno.test(permitted(
  "Passwords: a name is registered, remembered and come back to on an encrypted connection, unasked",
  async () => {
    await using server = await ServerProcess.start(["--tls-port", "0"]);
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const join = () =>
      TmuxTerminal.chat(["join", `localhost:+${server.tlsPort}`, "--name", "ci"], {
        columns: 120,
        env: { XDG_CONFIG_HOME: directory, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
      });
    await using first = await join();
    await first.shows(/You can now chat/);
    await first.enters("/register");
    await first.shows(/^Please choose a password:$/m);
    await first.enters(PASSWORD);
    await first.shows(/the same password again:$/m);
    await first.enters(PASSWORD);
    await first.shows(/is now yours\.[^]*^Remember the password on this computer\? yes\/no:$/m);
    await first.enters("yes");
    await first.shows(/The password was saved in/);
    await first.presses("C-d");
    assertEquals(await first.ended(), 0);
    await using second = await join();
    await second.shows(/You are logged in as ci\.[^]*You can now chat/);
    assert(!second.written.includes("yes or no"));
  },
  OLD ?? NO_TERMINAL,
));

Deno.test(
  permitted("Passwords: a remembered one is not told to whoever listens there today", async () => {
    const offer = [":s CAP * LS :sasl=PLAIN"];
    await using impostor = new Impostor({
      ...WELCOME,
      "CAP LS 302": offer,
      "CAP REQ sasl": [":s CAP * ACK :sasl"],
      "AUTHENTICATE PLAIN": ["AUTHENTICATE +"],
    });
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    await Deno.mkdir(`${directory}/chat`, { mode: 0o700 });
    await Deno.writeTextFile(
      `${directory}/chat/passwords.json`,
      JSON.stringify({ [`127.0.0.1:${impostor.port}`]: { ci: PASSWORD } }),
      { mode: 0o600 },
    );
    await using terminal = await TmuxTerminal.chat(
      ["join", `127.0.0.1:${impostor.port}`, "--name", "ci"],
      {
        columns: 120,
        env: { XDG_CONFIG_HOME: directory, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
      },
    );
    await terminal.shows(
      /not encrypted: others on the network can read what you send\. Send the password of ci[^]*yes or no:$/m,
    );
    await terminal.enters("no");
    await terminal.shows(/You can now chat/);
    assert(!impostor.knows, impostor.heard.join("\n"));
    assert(!impostor.heard.some((line) => line.startsWith("AUTHENTICATE")));
  }, NO_TERMINAL),
);

Deno.test(permitted("Passwords: plain lines on a terminal ask, too", async () => {
  await using file = new PasswordFile();
  await using server = await ServerProcess.start(["--password-file", file.path]);
  await using terminal = await TmuxTerminal.chat([
    ...["join", `127.0.0.1:${server.port}`, "--plain", "--name", "ci"],
    ...["--password-file", file.path],
  ]);
  await terminal.shows(
    /Send\s+the\s+server's\s+password\s+anyway\?\nPlease type yes or no:$/m,
  );
  await terminal.enters("sure");
  await terminal.shows(/no:\nsure\nPlease type yes or no:$/m);
  await terminal.enters("yes");
  await terminal.shows(/You can now chat/);
  await terminal.enters("exit");
  assertEquals(await terminal.ended(), 0);
}, NO_TERMINAL));
