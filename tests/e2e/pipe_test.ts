/** Piped lines, while pipes break, rooms close and people leave. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { commandLine, Process, run, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

const UNLIMITED = ["--max-messages-per-second", "0"];

/** Runs a line of shell, in which `"$@"` is the program, to redirect its streams. */
function inShell(shell: string, args: readonly string[]): Process {
  return new Process(shell, ["sh", "-c", shell, "sh", ...commandLine(args)]);
}

/** A client in the lobby that sees everything on the wire. */
async function observer(server: ServerProcess): Promise<RawClient> {
  const client = await RawClient.user(server.port, "observer");
  await client.send("JOIN #lobby");
  await client.ping();
  return client;
}

/** What the program said, and to whom, as this client received it. */
function said({ received }: RawClient): string[] {
  return [...received.text.matchAll(/^:ci!\S+ PRIVMSG (\S+) :(.*?)\r?$/gm)]
    .map(([, target, text]) => `${target} ${text}`);
}

const NO_SPACE = "Standard output cannot be written: no space left on device.";

Deno.test(permitted(
  "Pipe: where standard output can't be written, what was not said is named, with status 1",
  async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using seer = await observer(server);
    for (const mode of [["--plain"], ["--json"]]) {
      await using client = inShell('exec "$@" > /dev/full', [
        ...["join", `127.0.0.1:${server.port}`, "--name", "ci"],
        ...mode,
      ]);
      // The program can't write its first line, so it leaves, whatever input it has by then.
      await client.write("bir\n\niki\nüç");
      await client.closeStdin();
      assertEquals(await client.exit(), 1);
      const [, lost, first] = /^(.*) 3 lines were not sent; the first of them is: (.*)\n$/
        .exec(client.stderr.text) ?? [];
      assertEquals([lost, first], [NO_SPACE, "bir"], client.stderr.text);
    }
    await seer.ping();
    assertEquals(said(seer), []);
  },
  Deno.build.os === "linux" ? "" : "Linux only",
));

Deno.test(
  permitted("Pipe: where nobody reads on, each line is either said or counted", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using seer = await observer(server);
    await using client = inShell(
      `{ "$@"; echo "status $?" >&2; } | grep -m 1 '"text":"[^"]*50'`,
      ["join", `127.0.0.1:${server.port}`, "--name", "ci", "--json"],
    );
    const total = 3000;
    await client.write(Array.from({ length: total }, (_, at) => `${at + 1}\n`).join(""));
    await client.closeStdin();
    await client.exit();
    await seer.until(/^:ci!\S+ QUIT/);
    const [, lost, count, first] =
      /^(.*) (\d+) lines were not sent; the first of them is: (\d+)\nstatus 1\n$/
        .exec(client.stderr.text) ?? [];
    assertEquals(lost, "Standard output cannot be written: nothing reads it any more.");
    const heard = said(seer);
    assertEquals(heard, Array.from({ length: heard.length }, (_, at) => `#lobby ${at + 1}`));
    assertEquals([Number(first), Number(count)], [heard.length + 1, total - heard.length]);
    assert(heard.length >= 50);
  }, Deno.build.os === "linux" ? "" : "Linux only"),
);

Deno.test(permitted("Pipe: a closed standard output is no obstacle", async () => {
  await using server = await ServerProcess.start(UNLIMITED);
  await using seer = await observer(server);
  await using client = inShell('exec "$@" >&-', [
    ...["join", `127.0.0.1:${server.port}`, "--name", "ci"],
  ]);
  await client.write("bir\niki\n");
  await client.closeStdin();
  await seer.until(/PRIVMSG #lobby :iki$/);
  assertEquals([await client.exit(), client.stderr.text], [0, ""]);
}, Deno.build.os === "linux" ? "" : "Linux only"));

Deno.test(
  permitted("Pipe: a signal ends it, also if nobody reads its standard output", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using seer = await observer(server);
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const fifo = `${directory}/fifo`;
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    // Fill the pipe, so that the program's first line waits for a reader.
    using full = await Deno.open(fifo, { read: true, write: true });
    await full.write(new Uint8Array(65_536));
    for (const mode of ["--plain", "--json"]) {
      await using client = inShell(`exec "$@" > ${fifo}`, [
        ...["join", `127.0.0.1:${server.port}`, "--name", "ci", mode],
      ]);
      await client.write("bir\n");
      await seer.until(/^:ci!\S+ PRIVMSG #lobby :bir$/);
      client.kill("SIGTERM");
      assertEquals([await client.exit(), client.stderr.text], [0, ""], mode);
      await seer.until(/^:ci!\S+ QUIT/);
    }
  }, Deno.build.os === "linux" ? "" : "Linux only"),
);

Deno.test(
  permitted("Pipe: if the input can't be read to its end, it says so, with status 1", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    for (const mode of ["--plain", "--json"]) {
      await using client = inShell('exec "$@" < /', [
        ...["join", `127.0.0.1:${server.port}`, "--name", "ci", mode],
      ]);
      assertEquals([await client.exit(), client.stderr.text], [
        1,
        "Standard input cannot be read to its end: is a directory.\n",
      ]);
    }
    await using none = inShell('exec "$@" <&-', [
      ...["join", `127.0.0.1:${server.port}`, "--name", "ci"],
    ]);
    assertEquals([await none.exit(), none.stderr.text], [0, ""]);
  }, Deno.build.os === "linux" ? "" : "Linux only"),
);

Deno.test(
  permitted(
    "Output: every command says so where its output can't be written, with status 1",
    async () => {
      for (const args of [["help"], ["version"], ["completions", "bash"], ["help", "join"]]) {
        await using full = inShell('exec "$@" > /dev/full', args);
        assertEquals([await full.exit(), full.stderr.text], [1, `${NO_SPACE}\n`]);
      }
      const hash = 'printf "secret-1\\n" | "$@" > /dev/full';
      await using hashed = inShell(hash, ["hash-password"]);
      assertEquals([await hashed.exit(), hashed.stderr.text], [1, `${NO_SPACE}\n`]);
      const data = await Deno.makeTempDir({ prefix: "chat" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(data, { recursive: true }));
      await using server = await ServerProcess.start([], 0, "", ["--data", data]);
      await using seer = await observer(server);
      await seer.send("PRIVMSG #lobby :selam");
      await seer.ping();
      for (const args of [["export", "lobby"], ["invite", "--plain"], ["user", "list"]]) {
        await using full = inShell('exec "$@" > /dev/full', [...args, "--data", data]);
        assertEquals([await full.exit(), full.stderr.text], [1, `${NO_SPACE}\n`], args.join(" "));
      }
    },
    Deno.build.os === "linux" ? "" : "Linux only",
  ),
);

Deno.test(
  permitted(
    "Server: a log that can't be written is told once, and the chat room stays open",
    async () => {
      const port = (() => {
        using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        return listener.addr.port;
      })();
      await using server = inShell('exec "$@" > /dev/full', [
        ...[
          "serve",
          "--ephemeral",
          "--no-tls",
          "--web-port",
          "0",
          "--host",
          "127.0.0.1",
          "--port",
          `${port}`,
        ],
      ]);
      await server.stderr.line(
        /no space left on device\. The chat room stays open without a log\.$/,
      );
      await using user = await RawClient.user(port, "Ada");
      await user.send("JOIN #lobby");
      await user.ping();
      server.kill("SIGTERM");
      assertEquals(await server.exit(), 0);
      assertEquals(server.stderr.lines.length, 1);
    },
    Deno.build.os === "linux" ? "" : "Linux only",
  ),
);

Deno.test(
  permitted("Pipe: a line exit ends it, and what stands behind it is not said", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using seer = await observer(server);
    for (
      const [mode, exit] of [["--plain", "exit\n"], ["--json", "  exit \r\n"], [
        "--plain",
        "/quit\n",
      ]]
    ) {
      await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "ci", mode!]);
      // The input stays open: only this line ends the program.
      await client.write(`bir exit\n${exit}iki\nüç\n`);
      await seer.until(/PRIVMSG #lobby :bir exit$/);
      await seer.until(/^:ci!\S+ QUIT/);
      assertEquals([await client.exit(), client.stderr.text], [0, ""], `${mode} ${exit}`);
    }
    assertEquals(said(seer), Array(3).fill("#lobby bir exit"));
  }),
);

/** Runs the program in a pipe to its end. Returns its exit status and standard error. */
async function piped(
  server: ServerProcess,
  input: string,
  ...args: string[]
): Promise<{ code: number; stderr: string }> {
  await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "ci", ...args]);
  await client.write(input);
  await client.closeStdin();
  return { code: await client.exit(), stderr: client.stderr.text };
}

Deno.test(
  permitted("Pipe: /join and /query say where the next lines go, /msg does not", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using seer = await observer(server);
    await seer.send("JOIN #tea");
    const input = "bir\n/msg observer psst\niki\n/join #tea\nçay\n/query observer\ngizli\n" +
      "/me bakar\n/query #lobby\nüç\n/join #tea\nşeker\n";
    for (const mode of ["--plain", "--json"]) {
      assertEquals(await piped(server, input, mode), { code: 0, stderr: "" });
      await seer.until(/^:ci!\S+ QUIT/);
    }
    await seer.ping();
    const to = (target: string) => said(seer).filter((one) => one.startsWith(`${target} `));
    assertEquals(to("#lobby"), ["#lobby bir", "#lobby iki", "#lobby üç", ...to("#lobby").slice(3)]);
    assertEquals(to("#lobby").length, 6);
    assertEquals(to("#tea").slice(0, 2), ["#tea çay", "#tea şeker"]);
    assertEquals(to("observer").slice(0, 3), [
      "observer psst",
      "observer gizli",
      "observer \x01ACTION bakar\x01",
    ]);
  }),
);

Deno.test(
  permitted(
    "Pipe: lines for a room that lets nobody in are refused, and never said elsewhere",
    async () => {
      await using server = await ServerProcess.start(UNLIMITED);
      await using seer = await observer(server);
      await seer.send("JOIN #tea", "MODE #tea +i");
      await seer.ping();
      const cases: [input: string, count: number, first: string][] = [
        ["/join #tea\ngizli\nbu da\n", 2, "gizli"],
        ["/query #tea\ngizli\n", 2, "/query #tea"],
        ["/qurey observer\ngizli\nbu da\n", 3, "/qurey observer"],
        ["/mgs observer gizli\nbu da\n", 2, "/mgs observer gizli"],
        ["/part\ngizli\n", 1, "gizli"],
        ["/query nobody\ngizli\n", 1, "gizli"],
        ["/query observer\n/part\ngizli\n", 1, "gizli"],
        // A mistyped command with a password is not repeated in the output.
        ["/identify parola\n", 1, "/identify ..."],
      ];
      for (const [input, count, first] of cases) {
        for (const mode of ["--plain", "--json"]) {
          const { code, stderr } = await piped(server, input, mode);
          assertEquals(code, 1, input);
          const told = count === 1
            ? `1 line was not sent: ${first}`
            : `${count} lines were not sent; the first of them is: ${first}`;
          assertEquals(stderr.trimEnd().split("\n").at(-1), told, input);
          // Standard output contains only events.
          if (mode === "--json") assertEquals(stderr, `${told}\n`);
          else assertMatch(stderr, /was not sent|was not delivered/);
          assert(!stderr.includes("parola"), stderr);
        }
      }
      await seer.ping();
      assertEquals(said(seer), []);
    },
  ),
);

Deno.test(permitted("Pipe: what needs a terminal says so, and nothing of it is said", async () => {
  await using server = await ServerProcess.start(UNLIMITED);
  await using seer = await observer(server);
  const { code, stderr } = await piped(server, "bir\n/search bir\n/history 100\niki\n");
  const told = "This works only in a terminal, without --plain and --json.\n";
  assertEquals([code, stderr], [0, told.repeat(2)]);
  await seer.until(/^:ci!\S+ QUIT/);
  assertEquals(said(seer), ["#lobby bir", "#lobby iki"]);
}));

Deno.test(
  permitted(
    "Pipe: a person is followed through a change of name, and nobody else gets the lines",
    async () => {
      await using server = await ServerProcess.start(UNLIMITED);
      await using ada = await observer(server);
      await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "ci", "--json"]);
      await client.write("/query observer\nbir\n");
      await ada.until(/PRIVMSG observer :bir$/);
      await ada.send("NICK Ada");
      await client.line(/"type":"renamed"/);
      await using stranger = await RawClient.user(server.port, "observer");
      await client.write("iki\n");
      await ada.until(/PRIVMSG Ada :iki$/);
      await client.closeStdin();
      assertEquals(await client.exit(), 0);
      await stranger.ping();
      assertEquals(said(stranger), []);
    },
  ),
);

Deno.test(
  permitted("Pipe: lines go on to a room that is renamed, or that one was put out of", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using ada = await RawClient.user(server.port, "Ada");
    await ada.send("JOIN #tea");
    await ada.ping();
    await using client = start(["join", `127.0.0.1:${server.port}/tea`, "--name", "ci"]);
    await client.write("bir\n");
    await ada.until(/PRIVMSG #tea :bir$/);
    await ada.send("RENAME #tea #coffee :stronger");
    await client.line(/^Ada renamed the room #tea to #coffee/);
    await client.write("iki\n");
    await ada.until(/PRIVMSG #coffee :iki$/);
    await ada.send("KICK #coffee ci :out");
    await client.line(/removed you from the chat room \(out\)/);
    await client.write("üç\n");
    await ada.until(/PRIVMSG #coffee :üç$/);
    await ada.send("KICK #coffee ci :out", "MODE #coffee +b ci!*@*");
    await client.line(/removed you from the chat room \(out\)/);
    await client.write("dört\nexit\n");
    assertEquals(await client.exit(), 1);
    assertMatch(client.stderr.text, /you are banned from it\. 1 line was not sent: dört\n$/);
    await ada.ping();
    assertEquals(said(ada), ["#tea bir", "#coffee iki", "#coffee üç"]);
  }),
);

Deno.test(permitted("Pipe: what can't be said because nobody is let in is counted", async () => {
  await using server = await ServerProcess.start();
  await using _holder = await RawClient.user(server.port, "ci");
  assertEquals(await piped(server, "bir\niki\n"), {
    code: 3,
    stderr: "ci is already in use.\nChoose another username with --name NAME. " +
      "2 lines were not sent; the first of them is: bir\n",
  });
  const { code, stderr } = await run("join", `127.0.0.1:${server.port}`, "--name", "ci");
  assertEquals([code, stderr.includes("not said")], [3, false]);
}));

Deno.test(
  permitted("Pipe: a program that was killed has its name again when it is free", async () => {
    await using server = await ServerProcess.start(["--return-time", "2"]);
    await using seer = await observer(server);
    const args = ["join", `127.0.0.1:${server.port}`, "--name", "ci"];
    await using killed = start(args);
    await killed.write("bir\n");
    await seer.until(/PRIVMSG #lobby :bir$/);
    killed.kill("SIGKILL");
    await server.line(/\(ci\) lost its connection/);
    const { code, stderr } = await piped(server, "iki\n");
    assertEquals({ code, stderr }, {
      code: 0,
      stderr: "The username ci is still held by a lost connection. Waiting until it is free.\n",
    });
    await seer.ping();
    assertEquals(said(seer), ["#lobby bir", "#lobby iki"]);
  }),
);

Deno.test(permitted("Pipe: --quiet shows nothing but errors", async () => {
  await using server = await ServerProcess.start(UNLIMITED);
  await using seer = await observer(server);
  await seer.send("PRIVMSG #lobby :from before");
  await seer.ping();
  const join = ["join", `127.0.0.1:${server.port}`, "--name", "ci", "--quiet"];
  await using client = start(join);
  await client.write("selam\n/msg\n");
  await client.closeStdin();
  assertEquals(await client.exit(), 1);
  assertEquals(client.stdout.text, "");
  assertMatch(client.stderr.text, /^Type it as \/msg [^\n]*\n1 line was not sent: \/msg\n$/);
  await seer.ping();
  assertEquals(said(seer), ["#lobby selam"]);
  const refused = await run("join", `127.0.0.1:${server.port}`, "--quiet");
  assertEquals([refused.stdout, refused.code], ["", 1]);
  assertMatch(refused.stderr, /^[^\n]+\n$/);
}));

Deno.test(
  permitted(
    "Pipe: lines that come at once are few messages, and one that comes alone is one",
    async () => {
      await using server = await ServerProcess.start(UNLIMITED);
      await using seer = await observer(server);
      await seer.send("CAP REQ :batch draft/multiline message-tags");
      await seer.ping();
      const numbers = Array.from({ length: 50 }, (_, at) => `${at + 1}`);
      await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "ci"]);
      await client.write(`${numbers.join("\n")}\n\n//usr\n/me waves\n`);
      await seer.until(/ACTION waves/);
      await client.write("alone\n");
      await seer.until(/ PRIVMSG #lobby :alone$/);
      await client.closeStdin();
      assertEquals(await client.exit(), 0);
      const { text } = seer.received;
      const said = [...text.matchAll(/ PRIVMSG #lobby :?(.*?)\r?$/gm)].map(([, words]) => words);
      assertEquals(said, [...numbers, "/usr", "\x01ACTION waves\x01", "alone"]);
      // Twenty lines each at most; an empty line ends a message.
      assertEquals(text.match(/ BATCH \+\S+ draft\/multiline /g)?.length, 3);
      assert(/^(?!@batch)[^\n]* PRIVMSG #lobby :?\/usr\r?$/m.test(text));
    },
  ),
);
