import { assertEquals, assertMatch } from "@std/assert";
import { runWith, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** A temporary directory for settings, with these in it. */
class Settings implements AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync({ prefix: "chat" });

  constructor(text?: string) {
    if (text === undefined) return;
    Deno.mkdirSync(`${this.#directory}/chat`);
    Deno.writeTextFileSync(this.path, text, { mode: 0o600 });
  }

  get path(): string {
    return `${this.#directory}/chat/config.json`;
  }

  get env(): Record<string, string> {
    return { XDG_CONFIG_HOME: this.#directory, APPDATA: this.#directory };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

Deno.test(
  permitted(
    "Settings: a short name stands for a server, also with another room",
    async () => {
      await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
      await using seer = await RawClient.user(server.port, "observer");
      await seer.send("JOIN #team", "JOIN #music");
      await seer.ping();
      const text = JSON.stringify({ servers: { work: `127.0.0.1:${server.port}/team` } });
      await using settings = new Settings(text);
      for (const [typed, room] of [["work", "#team"], ["work/music", "#music"]] as const) {
        await using client = start(["join", typed, "--name", "ci"], { env: settings.env });
        await seer.until(new RegExp(`^:ci!\\S+ JOIN ${room}$`));
        await client.closeStdin();
        assertEquals([await client.exit(), client.stderr.text], [0, ""]);
      }
      // A pipe does not change the remembered defaults.
      assertEquals(await Deno.readTextFile(settings.path), text);
    },
  ),
);

Deno.test(
  permitted("Settings: times look as the option says, or else as the settings say", async () => {
    await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
    await using seer = await RawClient.user(server.port, "observer");
    await seer.send("JOIN #lobby");
    await seer.ping();
    await using settings = new Settings('{ "timeFormat": "HH.mm" }');
    const cases: [args: string[], line: RegExp][] = [
      [[], /^observer @ \d\d\.\d\d >> selam$/],
      [["--time-format", "24"], /^observer @ \d\d:\d\d:\d\d >> selam$/],
      [["--time-format", "hh 'saat'"], /^observer @ \d\d saat >> selam$/],
    ];
    for (const [args, line] of cases) {
      const target = `127.0.0.1:${server.port}`;
      await using client = start(["join", target, "--name", "Ada", ...args], { env: settings.env });
      await client.line(/^You have selected your username/);
      await seer.send("PRIVMSG #lobby :selam");
      await client.line(line);
      await client.closeStdin();
      assertEquals(await client.exit(), 0);
    }
  }),
);

Deno.test(
  permitted(
    "Settings: an invalid time format is explained in one line, with status 2",
    async () => {
      for (const format of ["XX", "", "'HH"]) {
        const args = ["join", "127.0.0.1:1", `--time-format=${format}`];
        const { code, stderr } = await runWith({}, ...args);
        assertMatch(stderr, /^.*(time format|--time-format).*\n$/, format);
        assertEquals(code, 2);
      }
    },
  ),
);

Deno.test(
  permitted(
    "Settings: broken ones are reported with file and key, left alone, and stop nothing",
    async () => {
      await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
      const cases: [text: string, told: RegExp][] = [
        ["{", /^\S.*config\.json: not valid JSON at line 1, column 2: .* was not changed\.\n$/],
        [
          '{ "bell": "loud" }',
          /^.*config\.json will not be changed, because it has a fault: "bell" must be "mention", "all" or "never", .*\n$/,
        ],
        [
          '{ "timeFormat": "XX" }',
          /^In the settings file: The time format "XX" cannot be used: .*\n$/,
        ],
      ];
      for (const [text, told] of cases) {
        await using settings = new Settings(text);
        const target = `127.0.0.1:${server.port}`;
        const { code, stderr } = await runWith(settings.env, "join", target, "--name", "Ada");
        assertMatch(stderr, told);
        assertEquals([code, await Deno.readTextFile(settings.path)], [0, text]);
      }
    },
  ),
);
