/** Accounts in a real terminal: registering, coming back, and not showing passwords. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { permitted } from "../permitted.ts";

const PASSWORD = "correct-horse-ş";

/** A person's computer: several terminals, one after another, with the same files. */
class Computer implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "chat" });
  /** All output of its terminals. */
  seen = "";
  readonly #terminals: TmuxTerminal[] = [];

  get passwords(): string {
    return `${this.directory}/chat/passwords.json`;
  }

  /** Starts `chat join` in a new terminal. */
  async join(port: number, ...args: string[]): Promise<TmuxTerminal> {
    const terminal = await TmuxTerminal.chat(["join", `127.0.0.1:${port}`, ...args], {
      columns: 120,
      // Don't use the keyring of the person who runs the tests.
      env: { XDG_CONFIG_HOME: this.directory, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
    });
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Ends the program and keeps what its terminal showed. */
  async leave(terminal: TmuxTerminal): Promise<void> {
    await terminal.presses("C-d");
    assertEquals(await terminal.ended(), 0);
    this.seen += terminal.written + (await terminal.everything()).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const terminal of this.#terminals) await terminal[Symbol.asyncDispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** Registers the current username. */
async function register(terminal: TmuxTerminal, remember: "yes" | "no"): Promise<void> {
  await terminal.shows(/You can now chat/);
  await terminal.enters("/register");
  await terminal.shows(/^Please choose a password: $|^Please choose a password:$/m);
  await terminal.enters(PASSWORD);
  await terminal.shows(/the same password again:$/m);
  await terminal.enters(PASSWORD);
  await terminal.shows(/not encrypted: others on the[^]*^Please type yes or no:$/m);
  await terminal.enters("yes");
  await terminal.shows(/is now yours\.[^]*^Remember the password on this computer\? yes\/no:$/m);
  await terminal.enters(remember);
  await terminal.shows(remember === "yes" ? /The password was saved in/ : /yes\/no: no[^]*^>$/m);
}

Deno.test(
  permitted(
    "Accounts: a registered name and its password are remembered, and used without a question",
    async () => {
      await using server = await ServerProcess.start();
      await using computer = new Computer();
      const first = await computer.join(server.port, "--name", "Gamze");
      await register(first, "yes");
      await first.enters("/whois Gamze");
      await first.shows(/Gamze is logged in as Gamze\./);
      // Neither the input history nor the saved conversation contains it.
      await first.presses("Up", "Up", "Up");
      await first.shows(/^> \/register$/m);
      await first.presses("C-c");
      await first.enters(`/save ${computer.directory}/said.txt`);
      await first.shows(/Saved as/);
      await computer.leave(first);
      const { mode } = await Deno.stat(computer.passwords);
      assertEquals(mode! & 0o777, 0o600);
      assertEquals(JSON.parse(await Deno.readTextFile(computer.passwords)), {
        [`127.0.0.1:${server.port}`]: { Gamze: PASSWORD },
      });

      const second = await computer.join(server.port, "--name", "gamze");
      await second.shows(/You are logged in as Gamze\.[^]*You can now chat/);
      // A second login takes the name from the first.
      const third = await computer.join(server.port, "--name", "Gamze");
      await third.shows(/You are logged in as Gamze\.[^]*You can now chat/);
      await second.shows(/You joined as Gamze from somewhere else, so this chat ends\./);
      assertEquals(await second.ended(), 1);
      await third.enters("/who");
      await third.shows(/^Gamze$/m);
      await computer.leave(third);
      computer.seen += second.written;
      for (
        const [name, text] of Object.entries({
          "what was shown": computer.seen,
          "the log of the server": server.stdout.text + server.stderr.text,
          "what was saved": await Deno.readTextFile(`${computer.directory}/said.txt`),
          "the settings": await Deno.readTextFile(`${computer.directory}/chat/config.json`),
        })
      ) {
        assert(!text.includes("correct-horse"), name);
      }
    },
    NO_TERMINAL,
  ),
);

Deno.test(
  permitted(
    "Accounts: a stranger does not get the name, and its owner does with the right password",
    async () => {
      await using server = await ServerProcess.start();
      await using computer = new Computer();
      await using strange = new Computer();
      const owner = await computer.join(server.port, "--name", "Gamze");
      await register(owner, "no");
      await computer.leave(owner);
      const stranger = await strange.join(server.port, "--name", "Gamze");
      await stranger.shows(/Gamze belongs to an account\. If it is yours, enter\s+its\s+password/);
      await stranger.enters("a wrong one");
      await stranger.shows(/Cannot log in as Gamze: the username or the password is wrong\./);
      await stranger.shows(/^Please enter the password of this username:$/m);
      await stranger.presses("Enter");
      await stranger.shows(/^Please choose a username: Gamze$/m);
      await stranger.presses("C-u");
      await stranger.enters("Deniz");
      await stranger.shows(/You can now chat/);
      await stranger.enters("/nick Gamze");
      await stranger.shows(/Gamze belongs to an account. If it is yours, type \/login Gamze\./);
      await stranger.enters("/login Gamze");
      await stranger.shows(/^Please enter the password of this username:$/m);
      await stranger.enters("wrong again");
      await stranger.shows(
        /wrong\.[^]*wrong\.\nPlease enter the password again\. To cancel, [^\n]*\nPlease enter the/,
      );
      await stranger.enters(PASSWORD);
      await stranger.shows(/You are logged in as Gamze\.[^]*^Remember the password/m);
      await stranger.enters("no");
      await stranger.shows(/Your username is now Gamze\./);
      await stranger.enters("/logout");
      await stranger.shows(/You are logged out\.[^]*Your username is now Guest1\./);
      // Without a name, `/login` means the account, not the current username.
      await stranger.enters("/login");
      await stranger.shows(/Please log in as Gamze\. To cancel, [^]*this username:$/m);
      await stranger.presses("Enter");
      await stranger.shows(/You were not logged in\./);
      await strange.leave(stranger);
      assert(!strange.seen.includes("wrong again") && !strange.seen.includes("a wrong one"));
      assert(!strange.seen.includes(PASSWORD) && !server.stdout.text.includes("wrong"));
    },
    NO_TERMINAL,
  ),
);

Deno.test(
  permitted(
    "Accounts: a server that takes only people with accounts asks for the password",
    async () => {
      await using computer = new Computer();
      const data = `${computer.directory}/data`;
      await using server = await ServerProcess.start(["--invite-only"], 0, "", ["--data", data]);
      await using adding = start(["user", "add", "Gamze", "--data", data]);
      await adding.write(`${PASSWORD}\n`);
      await adding.closeStdin();
      assertEquals(await adding.exit(), 0, adding.stderr.text);
      const person = await computer.join(server.port, "--name", "Gamze");
      await person.shows(/If you have an account Gamze, enter its password\./);
      await person.enters(PASSWORD);
      await person.shows(
        /You are logged in as Gamze\.[^]*You can now chat[^]*^Remember the password/m,
      );
      await person.enters("no");
      await computer.leave(person);
      await using bot = start(["join", `127.0.0.1:${server.port}`, "--name", "Gamze"]);
      await bot.closeStdin();
      assertEquals(await bot.exit(), 1);
      assertMatch(bot.stderr.text, /Log in with --account NAME --account-password-file FILE\./);
    },
    NO_TERMINAL,
  ),
);

Deno.test(
  permitted(
    "Accounts: a file of passwords that others can read is closed to them, with a notice",
    async () => {
      await using server = await ServerProcess.start();
      await using computer = new Computer();
      const owner = await computer.join(server.port, "--name", "Gamze");
      await register(owner, "yes");
      await computer.leave(owner);
      await Deno.chmod(computer.passwords, 0o644);
      const again = await computer.join(server.port, "--name", "Gamze");
      await again.shows(
        /could\s+read\s[^]*protected\s+now[^]*You are logged in as Gamze/,
      );
      await computer.leave(again);
      assertEquals((await Deno.stat(computer.passwords)).mode! & 0o777, 0o600);
      await Deno.rename(computer.passwords, `${computer.directory}/elsewhere`);
      await Deno.symlink(`${computer.directory}/elsewhere`, computer.passwords);
      const refused = await computer.join(server.port, "--name", "Gamze");
      await refused.shows(/passwords\.json is a symbolic link to[^]*Put the file itself there: mv/);
      assert(!computer.seen.includes("correct-horse"));
    },
    NO_TERMINAL,
  ),
);

Deno.test(permitted(
  "Accounts: a password typed behind /register is refused and not kept in the input history",
  async () => {
    await using server = await ServerProcess.start();
    await using computer = new Computer();
    const person = await computer.join(server.port, "--name", "Gamze");
    await person.shows(/You can now chat/);
    await person.enters("/away");
    await person.shows(/you are away/);
    await person.enters("/register secret-on-the-line");
    await person.shows(/Type it as \/register/);
    await person.presses("Up");
    await person.shows(/^> \/away$/m);
    await person.presses("C-c");
    // An empty answer cancels.
    await person.enters("/register");
    await person.shows(/choose a password:$/m);
    await person.enters("abc");
    await person.shows(/must be at least 6 characters long\.[^]*choose a password:$/m);
    await person.enters(PASSWORD);
    await person.shows(/same password again:$/m);
    await person.enters("another");
    await person.shows(/The two passwords are different\.[^]*choose a password:$/m);
    await person.presses("C-c");
    await person.shows(/The username was not registered\./);
    await computer.leave(person);
    assert(!server.stdout.text.includes("registered"));
  },
  NO_TERMINAL,
));

Deno.test(
  permitted(
    "Accounts: a bot logs in with a password from a file, or ends with an error and a status",
    async () => {
      const directory = await Deno.makeTempDir({ prefix: "chat" });
      const data = `${directory}/data`;
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(directory, { recursive: true }));
      const chat = async (input: string, ...args: string[]) => {
        await using program = start(args);
        await program.write(input);
        await program.closeStdin();
        return {
          status: await program.exit(),
          out: program.stdout.text,
          err: program.stderr.text,
        };
      };
      await using server = await ServerProcess.start([], 0, "", ["--data", data]);
      const added = await chat(`${PASSWORD}\n`, "user", "add", "Bot", "--data", data);
      assertEquals(added.status, 0, added.err);
      await using seer = await RawClient.user(server.port, "observer");
      await seer.send("JOIN #lobby");
      await seer.ping();
      const file = `${directory}/password.txt`;
      await Deno.writeTextFile(file, `${PASSWORD}\n`);
      const login = ["--account", "Bot", "--account-password-file", file];
      const join = ["join", `127.0.0.1:${server.port}`, "--json"];
      const right = await chat("selam\n", ...join, ...login);
      assertEquals(right.status, 0, right.err);
      assertMatch(
        right.out,
        /"type":"loggedIn",.*"account":"Bot"[^]*"type":"entered",.*"name":"Bot"/,
      );
      await seer.until(/^:Bot!\S+ PRIVMSG #lobby :selam$/);
      await Deno.writeTextFile(file, "wrong-password\n");
      const wrong = await chat("selam\n", ...join, ...login);
      assertEquals(wrong.status, 1);
      assertMatch(wrong.err, /Cannot log in as Bot: the username or the password is wrong\./);
      const none = await chat("selam\n", ...join, "--name", "Bot");
      assertEquals(none.status, 3);
      assertMatch(none.out, /Bot belongs to an account. If it is yours, log in with --account Bot/);
      for (const { out, err } of [right, wrong, none]) {
        assert(!/correct-horse|wrong-password/.test(out + err));
      }
      for (const half of [["--account", "Bot"], ["--account-password-file", file]]) {
        assertEquals((await chat("", ...join, ...half)).status, 2);
      }
    },
  ),
);
