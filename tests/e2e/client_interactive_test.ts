import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { Target } from "../../lib/client/trust/target.ts";
import { type InteractiveOptions, joinInteractive } from "../../lib/cli/join/interactive.ts";
import { SettingsFile } from "../../lib/cli/join/settings_file.ts";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { timeOfDay } from "../../lib/ui/format.ts";
import type { Tty } from "../../lib/ui/terminal/terminal.ts";
import { RUNTIME, ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { inTime, Transcript } from "./transcript.ts";
import { permitted } from "../permitted.ts";
import { FakeServer } from "./fake_server.ts";

/** Why the client here or the server can't encrypt; undefined if they can. */
const OLD = tlsFault() ?? tlsFault(RUNTIME);

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";

/** The text without its escape sequences. */
function readable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\r/g, "");
}

/** A person at a terminal. Disposing of it closes the window. */
class Person implements AsyncDisposable {
  /** The terminal's output without escape sequences. */
  readonly screen = new Transcript("the terminal");
  /** The terminal's output, with marks for raw mode. */
  raw = "";
  readonly settings: SettingsFile;
  readonly path: string;
  readonly #status: Promise<number>;
  #keys = Promise.withResolvers<Uint8Array | null>();
  readonly #queue: (Uint8Array | null)[] = [];

  private constructor(settings: SettingsFile, path: string, given: Partial<InteractiveOptions>) {
    this.settings = settings;
    this.path = path;
    const decoder = new TextDecoder();
    const write = (bytes: Uint8Array) => {
      const text = decoder.decode(bytes, { stream: true });
      this.raw += text;
      this.screen.add(readable(text));
      return bytes.length;
    };
    const tty: Tty = {
      read: (buffer) => this.#read(buffer),
      write: (bytes) => Promise.resolve(write(bytes)),
      writeSync: write,
      setRaw: (raw) => {
        this.raw += raw ? "<raw>" : "<cooked>";
      },
      size: () => ({ columns: 100, rows: 24 }),
      onSignal: () => () => {},
      stop: undefined,
    };
    this.#status = joinInteractive({
      target: undefined,
      name: undefined,
      password: undefined,
      insecurePassword: false,
      trust: { file: undefined, expected: undefined, trustNew: false, ca: undefined },
      tls: true,
      typing: true,
      looks: {
        style: { depth: "none", links: false, title: true, notify: "none", reflow: true },
        bell: "never",
        clock: timeOfDay,
      },
      settings,
      news: [],
      home: undefined,
      ...given,
    }, tty);
  }

  /** Starts the client with these settings. */
  static async start(
    settings: object,
    { port, ...given }: Partial<InteractiveOptions> & { readonly port?: number } = {},
  ): Promise<Person> {
    const path = `${await Deno.makeTempDir({ prefix: "chat" })}/config.json`;
    await Deno.writeTextFile(path, JSON.stringify(settings), { mode: 0o600 });
    const target = port === undefined ? {} : { target: targetAt(port) };
    return new Person(await SettingsFile.read(path), path, { ...target, ...given });
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    while (this.#queue.length === 0) {
      await this.#keys.promise;
      this.#keys = Promise.withResolvers();
    }
    const bytes = this.#queue.shift() ?? null;
    if (bytes === null) return null;
    buffer.set(bytes);
    return bytes.length;
  }

  type(keys: string): void {
    this.#queue.push(new TextEncoder().encode(keys));
    this.#keys.resolve(null);
  }

  closeWindow(): void {
    this.#queue.push(null);
    this.#keys.resolve(null);
  }

  /** Waits until the screen shows this, after the last match. */
  sees(pattern: RegExp): Promise<RegExpExecArray> {
    return this.screen.part(pattern);
  }

  /** Waits for the end and returns the exit status. */
  status(): Promise<number> {
    return inTime(this.#status, () => `the end; it showed:\n${this.screen.text}`);
  }

  /** The content of the settings file. */
  async saved(): Promise<Record<string, unknown>> {
    // Wait for pending writes.
    await this.settings.save({});
    return JSON.parse(await Deno.readTextFile(this.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeWindow();
    await this.#status;
    await this.settings.save({});
    await Deno.remove(this.path.replace(/[/\\][^/\\]*$/, ""), { recursive: true });
  }
}

function targetAt(port: number, host = "127.0.0.1"): Target {
  return { host, port, encryption: "auto", room: "#lobby", unnamed: true };
}

async function observer(port: number): Promise<RawClient> {
  const client = await RawClient.user(port, "observer");
  await client.send("JOIN #lobby");
  await client.ping();
  return client;
}

Deno.test(
  permitted(
    "Terminal: the last server and name are offered, and those in use are saved",
    async () => {
      await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
      await using seer = await observer(server.port);
      const address = `127.0.0.1:${server.port}`;
      await using person = await Person.start({ server: address, name: "Ada", bell: "never" });
      await person.sees(new RegExp(`server's address: ${address}`));
      person.type(ENTER);
      await person.sees(/choose a username: Ada/);
      person.type(`\x15Gökçe${ENTER}`);
      await seer.until(/^:Gökçe!\S+ JOIN #lobby$/);
      await person.sees(/You have selected your username/);
      person.type(`/nick Çağrı${ENTER}`);
      await person.sees(/Your username is now Çağrı/);
      assertEquals(await person.saved(), { server: address, name: "Çağrı", bell: "never" });
      person.type(CTRL_D);
      assertEquals(await person.status(), 0);
    },
  ),
);

Deno.test(permitted("Terminal: a name that the server gave is not remembered", async () => {
  await using server = new FakeServer((line) => {
    if (line.startsWith("CAP LS")) return [":s CAP * LS :", ":s 366 * #lobby :End"];
    if (line.startsWith("NICK")) return [":s 001 Guest7 :Welcome"];
    return line.startsWith("JOIN") ? [":Guest7!g@h JOIN #lobby", ":s 366 Guest7 #lobby :End"] : [];
  });
  await using person = await Person.start({ name: "Ada" }, { port: server.port });
  await person.sees(/choose a username: Ada/);
  person.type(ENTER);
  await person.sees(/You have selected your username/);
  assertEquals(await person.saved(), { name: "Ada", server: `127.0.0.1:${server.port}` });
  person.type(CTRL_D);
  assertEquals(await person.status(), 0);
}));

Deno.test(
  permitted(
    "Terminal: a person who is asked for a name can leave, even if one is offered",
    async () => {
      await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
      const { port } = server;
      for (const typed of ["/quit", "exit", "\x15/quit", "\x15exit"]) {
        await using person = await Person.start({ name: "Ada" }, { port });
        await person.sees(/choose a username: Ada/);
        person.type(typed + ENTER);
        assertEquals(await person.status(), 0);
      }
      // A name that was refused is not offered again.
      await using refused = await Person.start({}, { port, name: "a!b" });
      await refused.sees(/cannot contain "!"\.[\s\S]*choose a username: (?!a)/);
      refused.type(`/quit${ENTER}`);
      assertEquals(await refused.status(), 0);
    },
  ),
);

Deno.test(
  permitted(
    "Terminal: an address without a chat server is reported, and asked for again if typed",
    async () => {
      await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
      await using person = await Person.start({
        servers: { work: `127.0.0.1:${server.port}/team` },
      });
      await person.sees(/server's address: /);
      person.type(`http://x${ENTER}`);
      await person.sees(/http:\/\/ is not the address of a chat server/);
      await person.sees(/server's address: http:\/\/x/);
      person.type(`\x15no-such-host.invalid${ENTER}`);
      await person.sees(
        /Cannot reach a chat server at no-such-host\.invalid:6697: there is no host with this name\./,
      );
      await person.sees(/server's address: no-such-host\.invalid/);
      person.type(`\x15work${ENTER}`);
      await person.sees(/choose a username: /);
      person.type(`exit${ENTER}`);
      assertEquals(await person.status(), 0);
      await using given = await Person.start({}, {
        target: targetAt(1, "no-such-host.invalid"),
      });
      assertEquals(await given.status(), 1);
    },
  ),
);

Deno.test(
  permitted(
    "Terminal: a password is asked for, without showing it, until the server takes it",
    async () => {
      const file = await Deno.makeTempFile({ prefix: "chat" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(file));
      await Deno.writeTextFile(file, "sesame\n", { mode: 0o600 });
      await using server = await ServerProcess.start(["--password-file", file]);
      const { port } = server;
      await using person = await Person.start({}, { port, name: "Ada" });
      await person.sees(/requires a password\./);
      await person.sees(/enter the password: /);
      const question =
        /not encrypted: others on the network.*Send the\s+server's\s+password\s+anyway/;
      person.type(`wrong${ENTER}`);
      await person.sees(question);
      person.type(`yes${ENTER}`);
      await person.sees(/does not accept this password\./);
      await person.sees(/enter the password: /);
      person.type(`sesame${ENTER}`);
      await person.sees(question);
      person.type(`y${ENTER}`);
      await person.sees(/Please type yes or no: /);
      person.type(`yes${ENTER}`);
      await person.sees(/You have selected your username/);
      assertNotMatch(person.raw, /sesame|wrong/);
      assertNotMatch(JSON.stringify(await person.saved()), /sesame/);
      // A wrong password from a file is not asked for again.
      const wrong = { port, name: "Ali", password: "x" };
      await using given = await Person.start({}, { ...wrong, insecurePassword: true });
      await given.sees(/does not accept this password\./);
      assertEquals(await given.status(), 1);
      await using refused = await Person.start({}, wrong);
      await refused.sees(question);
      refused.type(`no${ENTER}`);
      await refused.sees(/The password was not sent\./);
      assertEquals(await refused.status(), 1);
    },
  ),
);

Deno.test(
  permitted(
    "Terminal: a new server is asked about, and only yes counts; a changed one is refused",
    async () => {
      await using first = await ServerProcess.start(["--tls-port", "0"]);
      const { tlsPort } = first;
      const directory = await Deno.makeTempDir({ prefix: "chat" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(directory, { recursive: true }));
      const file = `${directory}/chat/known_hosts`;
      // Treats this machine as a remote one.
      const local = () => false;
      const trust = { file, expected: undefined, trustNew: false, ca: undefined, local };
      const target: Target = { ...targetAt(tlsPort), encryption: "always" };
      const question =
        /The fingerprint of 127\.0\.0\.1:\d+ is\s+SHA256:[\s\S]*Continue and remember it\?/;
      const asks = /Please type yes or no: /;

      await using asked = await Person.start({}, { trust, name: "Ada" });
      await asked.sees(/server's address: /);
      asked.type(`127.0.0.1:+${tlsPort}${ENTER}`);
      await asked.sees(question);
      await asked.sees(asks);
      asked.type(`no${ENTER}`);
      await asked.sees(/The server was not trusted\. Nothing was sent\./);
      await asked.sees(/server's address: 127\.0\.0\.1:\+\d+/);
      asked.type(`\x15${CTRL_D}`);
      assertEquals(await asked.status(), 0);

      for (
        const [answer, status] of [[CTRL_C, 0], [`exit${ENTER}`, 0], [`no${ENTER}`, 1]] as const
      ) {
        await using person = await Person.start({}, { target, trust, name: "Ada" });
        await person.sees(asks);
        person.type(answer);
        assertEquals(await person.status(), status);
      }
      assertEquals(/claimed/.exec(first.stdout.text), null);

      await using person = await Person.start({}, { target, trust, name: "Ada" });
      await person.sees(asks);
      person.type(`y${ENTER}`);
      await person.sees(/yes or no: y/);
      await person.sees(asks);
      person.type(`${ENTER}Yes${ENTER}`);
      await person.sees(/The server's fingerprint was remembered: SHA256:/);
      await person.sees(/You have selected your username/);
      // The answer is not in the input history, so it can't be sent by accident.
      person.type(`\x1b[A.${ENTER}`);
      await first.line(/\(Ada\) says: \.$/);
      assertEquals((await person.saved()).server, `127.0.0.1:+${tlsPort}`);
      await using known = await Person.start({}, { target, trust, name: "Ali" });
      await known.sees(/You have selected your username/);
      assertNotMatch(known.screen.text, /yes or no/);
      known.type(CTRL_D);
      assertEquals(await known.status(), 0);

      first.kill("SIGKILL");
      await first.exit();
      await using _second = await ServerProcess.start(["--tls-port", `${tlsPort}`]);
      await person.sees(/WARNING: the certificate of 127\.0\.0\.1:\d+ has changed/);
      assertEquals(await person.status(), 1);
    },
    OLD ?? "",
  ),
);

Deno.test(
  permitted(
    "Terminal: text that is typed without a connection waits, and is sent after it is back",
    async () => {
      await using first = await ServerProcess.start();
      const { port } = first;
      await using person = await Person.start({}, { port, name: "Ada" });
      await person.sees(/You have selected your username/);
      first.kill("SIGKILL");
      await first.exit();
      await person.sees(/The connection to the server was lost/);
      person.type(`arada bir${ENTER}`);
      await person.sees(/not sent yet.* arada bir/);
      person.type(`arada iki${ENTER}`);
      await person.sees(/not sent yet.* arada iki/);
      await using second = await ServerProcess.start([], port);
      await second.line(/\(Ada\) says: arada bir$/);
      await second.line(/\(Ada\) says: arada iki$/);
      await person.sees(/Ada @ \S+ [AP]M >> arada iki/);
      person.type(CTRL_C);
      await person.sees(/Ctrl-C again to leave/);
      person.type(CTRL_C);
      assertEquals(await person.status(), 0);
      assertEquals(second.stdout.text.match(/says: /g)?.length, 2);
    },
  ),
);

const CLOSE = (person: Person) => person.closeWindow();

Deno.test(
  permitted(
    "Terminal: the text that waits to be sent is bounded, and the excess is reported",
    async () => {
      await using server = await ServerProcess.start();
      await using person = await Person.start({}, { port: server.port, name: "Ada" });
      await person.sees(/You have selected your username/);
      server.kill("SIGKILL");
      await person.sees(/The connection to the server was lost/);
      for (let at = 0; at < 501; at++) person.type(`satır ${at}${ENTER}`);
      await person.sees(/Too many messages are waiting to be sent/);
      person.type("\x1b[A");
      await person.sees(/> satır 500/);
      person.type(`\x15/quit${ENTER}`);
      await person.sees(/500 lines were not sent; the first of them is: satır 0/);
      assertEquals(await person.status(), 0);
    },
  ),
);

Deno.test(
  permitted(
    "Terminal: it is restored at the end, and the exit status tells why it ended",
    async () => {
      await using server = await ServerProcess.start();
      const { port } = server;
      const setUp = "<raw>\x1b[22;2t\x1b[?2004h\x1b[?1004h";
      const restored = "\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[0m\x1b]2;\x07\x1b[23;2t<cooked>";
      const ways: [end: (person: Person) => unknown, status: number][] = [
        [(person) => person.type(CTRL_D), 0],
        [(person) => person.type(`/quit${ENTER}`), 0],
        [(person) => person.type(`exit${ENTER}`), 0],
        [CLOSE, 129],
        ...(Deno.build.os === "windows"
          ? []
          : [["SIGTERM", 143], ["SIGQUIT", 131], ["SIGHUP", 129]] as const)
          .map((
            [signal, status],
          ): [() => void, number] => [() => Deno.kill(Deno.pid, signal), status]),
      ];
      for (const [end, status] of ways) {
        await using person = await Person.start({}, { port, name: "Ada" });
        await person.sees(/You have selected your username/);
        assert(person.raw.startsWith(setUp));
        await end(person);
        assertEquals(await person.status(), status);
        // A closed window only gets raw mode undone.
        assert(
          person.raw.endsWith(end === CLOSE ? "<cooked>" : restored),
          JSON.stringify(person.raw),
        );
        await server.line(/\(Ada\) is disconnected$/);
      }
    },
  ),
);

Deno.test(
  permitted(
    "Terminal: ignored people are noted, and a transcript is saved, but over no file",
    async () => {
      await using server = await ServerProcess.start();
      await using seer = await observer(server.port);
      await using person = await Person.start({}, { port: server.port, name: "Ada" });
      await person.sees(/You have selected your username/);
      await seer.send("PRIVMSG #lobby :selam");
      await person.sees(/observer @ \S+ [AP]M >> selam/);
      person.type(`/ignore observer${ENTER}`);
      await person.sees(/Messages from observer are hidden/);
      assertEquals((await person.saved()).ignore, ["observer"]);
      const file = person.path.replace("config.json", "said.txt");
      person.type(`/save ${file}${ENTER}`);
      await person.sees(/Saved as /);
      assertMatch(await Deno.readTextFile(file), /^observer @ \S+ [AP]M >> selam$/m);
      person.type(`/save ${file}${ENTER}`);
      await person.sees(/already exists, and was not changed/);
      person.type("\x1a");
      await person.sees(/Ctrl-Z does not work here/);
    },
  ),
);

Deno.test(
  permitted(
    "Terminal: /part closes a private conversation silently, and leaves a room",
    async () => {
      await using server = await ServerProcess.start();
      await using seer = await observer(server.port);
      await seer.send("JOIN #music");
      await using person = await Person.start({}, { port: server.port, name: "Ada" });
      await person.sees(/You have selected your username/);
      person.type(`/query observer${ENTER}merhaba${ENTER}`);
      await seer.until(/^:Ada!\S+ PRIVMSG observer :merhaba$/);
      person.type(`/part${ENTER}/join music${ENTER}`);
      await seer.until(/^:Ada!\S+ JOIN #music$/);
      await person.sees(/#music \(2\)/);
      person.type(`/join lobby${ENTER}`);
      await person.sees(/--- #lobby ---/);
      person.type(` /join #MUSIC${ENTER}`);
      await person.sees(/--- #music ---/);
      person.type(`/part${ENTER}`);
      await seer.until(/^:Ada!\S+ PART #music/);
      assert(!/ PART (observer|#lobby)/.test(seer.received.text));
    },
  ),
);

Deno.test(
  permitted("Terminal: what is typed right behind /join is said there, or nowhere", async () => {
    await using server = await ServerProcess.start(["--max-burst", "1000"]);
    await using seer = await RawClient.user(server.port, "Seer");
    await seer.send("JOIN #lobby", "JOIN #locked", "MODE #locked +i");
    await seer.ping();
    await using person = await Person.start({}, { port: server.port, name: "Ada" });
    await person.sees(/You have selected your username/);
    // Type everything at once: no line is answered before the next one is there.
    person.type(`/join tea${ENTER}gizli${ENTER}/join locked${ENTER}bu da${ENTER}/part${ENTER}`);
    await person.sees(/Cannot enter the room #locked/);
    await person.sees(/You are not in #locked, so this was not sent: bu da/);
    person.type(`/qurey Seer${ENTER}çok gizli${ENTER}`);
    await person.sees(/Not sent yet\. Press Enter to say it in #tea/);
    person.type(`\x15/query Seer${ENTER}çok gizli${ENTER}`);
    await seer.until(/PRIVMSG Seer :çok gizli$/);
    await seer.ping();
    assertEquals(seer.received.text.match(/^:Ada!\S+ PRIVMSG.*gizli/gm)?.length, 1);
    await server.line(/\(Ada\) says in #tea: gizli$/);
    person.type(`exit${ENTER}`);
    assertEquals(await person.status(), 0);
  }),
);

Deno.test(
  permitted(
    "Terminal: others are told that the user types, unless that is switched off",
    async () => {
      await using server = await ServerProcess.start();
      const { port } = server;
      await using seer = await RawClient.connect(port);
      await seer.send("CAP REQ :message-tags", "NICK observer", "USER raw 0 * :Raw", "CAP END");
      await seer.until(/ (376|422) /);
      await seer.send("JOIN #lobby");
      await seer.ping();
      await using open = await Person.start({}, { port, name: "Ada" });
      await using quiet = await Person.start({}, { port, name: "Ali", typing: false });
      for (const person of [quiet, open]) await person.sees(/You have selected your username/);
      quiet.type("selam");
      await quiet.sees(/> selam/);
      open.type("m");
      await seer.until(/\+typing=active \S*:Ada!\S+ TAGMSG #lobby$/);
      quiet.type(ENTER);
      await seer.until(/:Ali!\S+ PRIVMSG #lobby :selam$/);
      assertNotMatch(seer.received.text, /:Ali!\S+ TAGMSG/);
    },
  ),
);
