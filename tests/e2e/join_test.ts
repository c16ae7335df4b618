import { assert, assertEquals, assertMatch } from "@std/assert";
import { byteLength } from "../../lib/text/bytes.ts";
import { LINE_BYTES } from "../../lib/irc/message.ts";
import { graphemes } from "../../lib/text/graphemes.ts";
import { FakeServer } from "./fake_server.ts";
import { type Process, run, ServerProcess, start } from "./program.ts";
import { HAS_IPV6, RawClient } from "./raw_client.ts";
import { withoutTimes } from "./script.ts";
import { permitted } from "../permitted.ts";

const UNLIMITED = ["--max-messages-per-second", "0"];
const ENTERED = /^You have selected your username\. You can now chat with the others\.$/;
const THANKS = "Thank you for using the chat application. You will be disconnected...\n";

/** A client in the room that sees everything on the wire. */
async function observer(server: ServerProcess, room = "#lobby"): Promise<RawClient> {
  const client = await RawClient.user(server.port, "observer");
  await client.send(`JOIN ${room}`);
  await client.ping();
  return client;
}

/** `chat join` in the room, after its welcome. */
async function joined(server: ServerProcess, name: string, ...args: string[]): Promise<Process> {
  const client = start(["join", `127.0.0.1:${server.port}`, "--name", name, ...args]);
  await client.line(ENTERED);
  return client;
}

/** A port on which nothing listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test(permitted("Join: a server and a room are understood in every usual form", async () => {
  await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
  const { port } = server;
  const cases: [target: string, room: string][] = [
    [`127.0.0.1:${port}`, "#lobby"],
    [`localhost:${port}/müzik`, "#müzik"],
    [`127.0.0.1:${port}/#müzik`, "#müzik"],
    [`irc://127.0.0.1:${port}/m%C3%BCzik`, "#müzik"],
    [`irc://127.0.0.1:${port}`, "#lobby"],
  ];
  for (const [target, room] of cases) {
    await using seer = await observer(server, room);
    await using client = start(["join", target, "--name", "Alperen"]);
    await seer.until(new RegExp(`^:Alperen!\\S+ JOIN ${room}$`));
    await client.closeStdin();
    assertEquals(await client.exit(), 0, target);
    await seer.send("QUIT");
    await seer.end();
  }
}));

Deno.test(permitted("Join: an IPv6 address is one like any other", async () => {
  await using server = await ServerProcess.start(["--host", "::1"]);
  for (const target of [`[::1]:${server.port}`, `irc://[::1]:${server.port}/lobby`]) {
    await using client = start(["join", target, "--name", "Alperen"]);
    await client.line(ENTERED);
    await client.closeStdin();
    assertEquals(await client.exit(), 0, target);
  }
}, HAS_IPV6 ? "" : "there is none"));

Deno.test(permitted("Join: without a host it asks for the server's address", async () => {
  await using server = await ServerProcess.start();
  await using client = start(["join"], { merged: true });
  await client.stdout.part(/^Please enter the server's address: $/);
  await client.write(`127.0.0.1:${server.port}\n`);
  await client.stdout.part(/Please choose a username: $/);
  await client.write("Alperen\n");
  await client.line(ENTERED);
  await client.write("exit\n");
  assertEquals(await client.exit(), 0);
}));

Deno.test(
  permitted("Join: if there is no chat server, it says so and why, with status 1", async () => {
    await using web = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => new Response(),
    );
    // A web page whose second line looks like a numeric of an IRC server, and a mail server.
    await using page = new FakeServer(() => ["HTTP/1.1 400 Bad Request", "400 Bad Request"], true);
    await using mail = new FakeServer(() => ["220 mail.example ESMTP", "502 What?"], true);
    const cases: [target: string, why: string][] = [
      [`127.0.0.1:${freePort()}`, "nothing is listening on this port"],
      ["no-such-host.invalid:6667", "there is no host with this name"],
      ...[web.addr.port, page.port, mail.port].map((port): [string, string] => [
        `127.0.0.1:${port}`,
        "the program that answers there is not a chat server",
      ]),
    ];
    await Promise.all(cases.map(async ([target, why]) => {
      const { code, stdout, stderr } = await run("join", target, "--name", "Alperen");
      const line = `Cannot reach a chat server at ${target}: ${why}.\n`;
      assertEquals([stderr, stdout, code], [line, "", 1]);
    }));
  }),
);

Deno.test(
  permitted(
    "Join: a command line that can't be understood is explained in one line, with status 2",
    async () => {
      const cases: [args: string[], stderr: RegExp][] = [
        [["a", "b"], /^Unexpected argument "?b"?/],
        [["localhost:99999"], /the port must be a number from 1 to 65535/],
        [["http://localhost"], /http:\/\/ is not the address of a chat server/],
        [["ircs://localhost", "--no-tls"], /asks for encryption, and --no-tls turns it off/],
        [["localhost", "--fingerprint", "x"], /^--fingerprint must be like SHA256:/],
        [["localhost", "--plain", "--json"], /--plain|--json/],
        [["localhost", "--nmae", "x"], /^Unknown option --nmae\. Did you mean --name\?/],
      ];
      await Promise.all(cases.map(async ([args, expected]) => {
        const { code, stdout, stderr } = await run("join", ...args);
        assertMatch(stderr, expected);
        assertEquals([stderr.split("\n").length, stdout, code], [2, "", 2], stderr);
      }));
    },
  ),
);

Deno.test(
  permitted("Join: a refused name ends it with status 3 if nobody can be asked", async () => {
    await using server = await ServerProcess.start();
    await using _holder = await RawClient.user(server.port, "Alperen");
    const target = `127.0.0.1:${server.port}`;
    const named = await run("join", target, "--name", "ALPEREN");
    assertMatch(named.stderr, /^ALPEREN is already in use\.\n/);
    assertEquals(named.code, 3);
    const wrong = await run("join", target, "--name", "a!b");
    assertMatch(wrong.stderr, /^A username cannot contain "!"/);
    assertEquals(wrong.code, 3);
    await using piped = start(["join", target]);
    await piped.write("Alperen\n");
    await piped.closeStdin();
    assertEquals(await piped.exit(), 3);
    assertMatch(piped.stderr.text, /Alperen is already in use\./);
  }),
);

Deno.test(
  permitted(
    "Join: a name that can't be had is asked for again on the same connection",
    async () => {
      await using server = await ServerProcess.start();
      await using _holder = await RawClient.user(server.port, "coco");
      await using client = start(["join", `127.0.0.1:${server.port}`], { merged: true });
      const cases: [name: string, why: RegExp][] = [
        ["", /cannot be empty/],
        ["iki kelime", /cannot contain spaces/],
        ["sor?", /cannot contain "\?"/],
        ["CoCo", /CoCo is already in use/],
        ["сосо", /looks like coco/],
        ["ş".repeat(31), /at most 30 characters long/],
      ];
      await client.stdout.part(/Please choose a username: $/);
      for (const [name, why] of cases) {
        await client.write(`${name}\n`);
        await client.line(why);
        await client.stdout.part(/^Please choose a username: /);
      }
      await client.write("Gökçe\n");
      await client.line(ENTERED);
      await server.line(/claimed Gökçe/);
      assertEquals(server.stdout.text.match(/is connected to the server/g)?.length, 2);
    },
  ),
);

Deno.test(
  permitted("Join: /commands do what they say and never reach the room by mistake", async () => {
    await using server = await ServerProcess.start();
    await using seer = await observer(server);
    await using client = await joined(server, "Alperen");
    await client.write("/me el sallar\n");
    await seer.until(/ PRIVMSG #lobby :.ACTION el sallar.$/);
    await client.write("/msg observer aramızda kalsın\n");
    await seer.until(/ PRIVMSG observer :aramızda kalsın$/);
    await client.write("//taksim\n");
    await seer.until(/ PRIVMSG #lobby :\/taksim$/);
    await client.write("/nick Çağrı\n");
    await seer.until(/^:Alperen!\S+ NICK :?Çağrı$/);
    await client.line(/^Your username is now Çağrı\.$/);
    await client.write("/who\n");
    await client.line(/^Here are the users in the chat room:$/);
    await client.line(/^observer$/);
    await client.line(/^Çağrı$/);
    await client.write("/hepl\n");
    await client.stderr.line(
      /^There is no command \/hepl, so this was not sent\. Did you mean \/help\?/,
    );
    await client.write("/rooms\n");
    await client.stderr.line(/^This works only in a terminal, without --plain and --json\.$/);
    await client.write("/msg nobody selam\n");
    await client.stderr.line(/there is nobody called nobody here/);
    await seer.send("PRIVMSG Çağrı :size özel", "PRIVMSG #lobby :\x01ACTION güler\x01");
    await client.line(/^Private message from observer @ \S+ [AP]M >> size özel$/);
    await client.line(/^\* observer güler @ \S+ [AP]M$/);
    await client.write("/quit görüşürüz\n");
    await seer.until(/^:Çağrı!\S+ QUIT :Quit: görüşürüz$/);
    assertEquals(await client.exit(), 1);
    await client.stderr.line(/^3 lines were not sent; the first of them is: \/hepl$/);
    assertEquals(/hepl/.exec(seer.received.text), null);
  }),
);

Deno.test(
  permitted("Join: exit, the end of input and Ctrl-C all say goodbye, with status 0", async () => {
    await using server = await ServerProcess.start();
    const ways: ((client: Process) => unknown)[] = [
      (client) => client.write("exit\n"),
      (client) => client.closeStdin(),
      (client) => client.kill("SIGINT"),
    ];
    await Promise.all(ways.map(async (leave, index) => {
      await using client = await joined(server, `user${index}`);
      await leave(client);
      assertEquals(await client.exit(), 0);
      assert(client.stdout.text.endsWith(THANKS));
      await server.stdout.part(new RegExp(`\\(user\\d\\) is disconnected\n`));
    }));
  }),
);

Deno.test(
  permitted("Join: everything that was piped in arrives, in order, before it leaves", async () => {
    await using server = await ServerProcess.start(UNLIMITED);
    await using seer = await observer(server);
    await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "ci"]);
    const lines = Array.from({ length: 200 }, (_, index) => `satır ${index} ğüşıöç 🎉`);
    const bytes = new TextEncoder().encode(lines.join("\n"));
    // The input is cut within a character and does not end with a line feed.
    const middle = bytes.indexOf(0xc4, 3000) + 1;
    await client.write(bytes.slice(0, middle));
    await client.write(bytes.slice(middle));
    await client.closeStdin();
    for (const line of lines) {
      const [, text] = await seer.until(/ PRIVMSG #lobby :(.*)$/);
      assertEquals(text, line);
    }
    await seer.until(/^:ci!\S+ QUIT /);
    assertEquals(await client.exit(), 0);
    assertEquals(client.stderr.text, "");
  }),
);

Deno.test(
  permitted(
    "Join: --json gives one event a line, so that a script can answer what it reads",
    async () => {
      await using server = await ServerProcess.start();
      await using seer = await observer(server);
      await using bot = start(["join", `127.0.0.1:${server.port}`, "--name", "bot", "--json"]);
      await bot.line(/"type":"entered"/);
      await seer.send('PRIVMSG #lobby :!zar "at"\x1b[31m');
      const [line] = await bot.line(/^.*"type":"message".*$/);
      const event = JSON.parse(line);
      assertEquals([event.from, event.text], ["observer", '!zar "at"\x1b[31m']);
      // deno-lint-ignore no-control-regex
      assertEquals(/[\x00-\x1f]/.exec(line), null);
      await bot.write(`${event.from}: 6\n`);
      await seer.until(/ PRIVMSG #lobby :observer: 6$/);
      await seer.send("QUIT");
      await bot.line(/"type":"left".*"name":"observer"/);
      await bot.closeStdin();
      assertEquals(await bot.exit(), 0);
      const events = bot.stdout.lines.map((each) => JSON.parse(each));
      for (const { time } of events) assertEquals(new Date(time).toISOString(), time);
      assertEquals(
        events.map(({ type }) => type),
        ["dialling", "users", "entered", "users", "message", "message", "left", "closed"],
      );
      assertEquals(bot.stderr.text, "");
    },
  ),
);

Deno.test(permitted("Join: prompts and errors stay out of what is piped on", async () => {
  await using server = await ServerProcess.start();
  await using _holder = await RawClient.user(server.port, "Furkan");
  await using client = start(["join", `127.0.0.1:${server.port}`]);
  await client.stderr.part(/^Please choose a username: $/);
  await client.write("Furkan\nAlperen\n");
  await client.line(ENTERED);
  await client.write("exit\n");
  assertEquals(await client.exit(), 0);
  assertEquals(
    client.stderr.text,
    "Please choose a username: \nFurkan is already in use.\nPlease choose a username: \n",
  );
  assertEquals(
    client.stdout.text,
    "Welcome to the server. Here are the users in the chat room:\n*No user found*\n" +
      `You have selected your username. You can now chat with the others.\n${THANKS}`,
  );
}));

Deno.test(
  permitted(
    "Join: text from others can't move the cursor, colour, ring, hide or forge a line",
    async () => {
      const hostile =
        "\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b1m\x07\u202eevil\u2066\u200b\x0304,01x\b\b";
      const welcome = [
        `:Fur\x1b[1Akan\u202e!f@h JOIN #lobby`,
        `:Fur\x1b[1Akan\u202e!f@h PRIVMSG #lobby :a${hostile}\tb\x0bGamze @ 23:00:00 PM >> forged`,
        `:Fur\x1b[1Akan\u202e!f@h PRIVMSG #lobby :\x01ACTION ${hostile}\x01`,
        `:Fur\x1b[1Akan\u202e!f@h TOPIC #lobby :${hostile}`,
        `:Fur\x1b[1Akan\u202e!f@h QUIT :${hostile}`,
        `:s 400 Alperen :${hostile}`,
        `:s NOTICE Alperen :end`,
      ];
      const answers: Record<string, string[]> = {
        CAP: [":s CAP * LS :"],
        NAMES: [":s 353 * = #lobby :@x\x1b[1Ay\u202ez\x07", ":s 366 * #lobby :End"],
        NICK: [":s 001 Alperen :Welcome"],
        JOIN: [":Alperen!a@h JOIN #lobby", ":s 366 Alperen #lobby :End", ...welcome],
      };
      await using server = new FakeServer((line) => answers[line.split(" ", 1)[0]!] ?? []);
      await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "Alperen"], {
        merged: true,
      });
      await client.line(/end$/);
      const { text } = client.stdout;
      // deno-lint-ignore no-control-regex
      const wrong = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]/.exec(text);
      assertEquals(wrong && JSON.stringify(text), null);
      assertEquals(
        withoutTimes(text).split("\n").filter((line) => /^Gamze @/.test(line)),
        [],
      );
    },
  ),
);

Deno.test(
  permitted("Join: a line that is longer than any may be is not left out in silence", async () => {
    await using server = new FakeServer((line) => {
      if (line.startsWith("CAP LS")) return [":s CAP * LS :"];
      if (line.startsWith("NAMES")) return [":s 366 * #lobby :End"];
      if (line.startsWith("USER")) return [":s 001 ci :Welcome"];
      if (!line.startsWith("JOIN")) return [];
      const long = `:F!f@h PRIVMSG #lobby :${"x".repeat(30_000)}`;
      return [":ci!c@h JOIN #lobby", long, ":F!f@h PRIVMSG #lobby :selam"];
    });
    await using client = start(["join", `127.0.0.1:${server.port}`, "--name", "ci"]);
    await client.line(/^The server sent a line that is too long, so it is not shown here\.$/);
    await client.line(/^F @ .* >> selam$/);
  }),
);

Deno.test(
  permitted(
    "Join: a very long message arrives whole, in pieces that never cut a character",
    async () => {
      await using server = await ServerProcess.start(UNLIMITED);
      await using seer = await observer(server);
      await using client = await joined(server, "Alperen");
      const long = `${"👩‍👩‍👧‍👦e\u0301ğ🇹🇷".repeat(100)} ${"şöyle böyle ".repeat(100)}${"ü".repeat(700)}.`;
      await client.write(`${long}\nson\n`);
      let text = "";
      const pieces: string[] = [];
      for (;;) {
        const [line, piece = ""] = await seer.until(/^:Alperen!\S+ PRIVMSG #lobby :(.*)$/);
        assert(byteLength(line) + 2 <= LINE_BYTES, `${byteLength(line)} bytes`);
        if (piece === "son") break;
        pieces.push(piece);
        text += piece;
      }
      assertEquals(text, long);
      assertEquals(pieces.flatMap(graphemes), graphemes(long));
    },
  ),
);

Deno.test(
  permitted(
    "Join: after the server is killed, it returns with its name and what was typed meanwhile",
    async () => {
      await using first = await ServerProcess.start();
      const { port } = first;
      await using client = await joined(first, "Alperen");
      await using seer = await observer(first);
      await client.write("önce\n");
      await seer.until(/ PRIVMSG #lobby :önce$/);
      // This answer comes after the echo of the earlier message, so that one is not sent again.
      await seer.send("PRIVMSG #lobby :duydum");
      await client.line(/duydum$/);
      first.kill("SIGKILL");
      await first.exit();
      await client.stderr.line(/^The connection to the server was lost: /);
      await client.stderr.line(/Trying again in \d+ seconds?\.$/);
      await client.write("arada bir\narada iki\n");
      await using second = await ServerProcess.start([], port);
      await second.line(/claimed Alperen as its username$/);
      // What was typed at once is one message.
      await second.line(/\(Alperen\) says: arada bir arada iki$/);
      await client.line(/^You are in the chat room again\.$/);
      await client.write("sonra\nexit\n");
      await second.line(/\(Alperen\) says: sonra$/);
      await second.line(/\(Alperen\) is disconnected$/);
      assertEquals(await client.exit(), 0);
      assertEquals(second.stdout.text.match(/says: /g)?.length, 2);
    },
  ),
);

Deno.test(
  permitted(
    "Join: a closing server says goodbye, and the client says that it tries again",
    async () => {
      await using server = await ServerProcess.start();
      await using client = await joined(server, "Alperen");
      server.kill("SIGTERM");
      assertEquals(await server.exit(), 0);
      await client.stderr.line(/^The connection to the server was lost: .*The server is closing/);
      await client.stderr.line(/^Trying again in \d+ seconds?\.$/);
      client.kill("SIGINT");
      assertEquals(await client.exit(), 0);
    },
  ),
);
