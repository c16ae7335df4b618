import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { hostAndPort, networkAddresses } from "../../lib/net/address.ts";
import { isPrivate } from "../../lib/web/visitor.ts";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { OWN_SERVER, run, RUNTIME, ServerProcess, start } from "./program.ts";
import { HAS_IPV6, RawClient } from "./raw_client.ts";
import { LACKING, permitted } from "../permitted.ts";

/** The server promises to end within two seconds; the rest is for a slow machine. */
const CLOSE_MS = 2000 + 1500;

/** A server that sends more to a peer than the sockets between them can hold. */
const TALKATIVE = [
  ...["--max-messages-per-second", "0", "--max-send-queue", "0"],
  ...["--motd", Array(30).fill("x".repeat(300)).join("\n")],
];

Deno.test(
  permitted(
    "chat serve: says that it is ready and how everyone on the network can join",
    async () => {
      await using server = await ServerProcess.start();
      const addresses = networkAddresses(Deno.networkInterfaces());
      const hosts = addresses.length > 0 ? addresses : ["localhost"];
      await server.line(new RegExp(`${RegExp.escape(hosts.at(-1)!)}\\]?:${server.port}$`));
      const bound = HAS_IPV6 ? "[::]" : "0.0.0.0";
      await server.line(/^Nothing is kept/);
      const [, webPort] = /^In a browser: \S+:(\d+)\/$/m.exec(server.stdout.text) ?? [];
      // To others, this server does not answer without encryption.
      const near = hosts.filter(isPrivate);
      const pages = near.length > 0 ? near : ["localhost"];
      assertEquals(server.stdout.lines, [
        "The socket is created",
        `The socket is bound to ${bound}:${server.port}`,
        "The server is ready: the chat room is open",
        ...hosts.map((host) => `Others join with: chat join ${hostAndPort(host, server.port)}`),
        ...pages.map((host) => `In a browser: http://${hostAndPort(host, Number(webPort))}/`),
        "Nothing is kept on disk: messages are gone when the server stops",
      ]);
    },
  ),
);

Deno.test(
  permitted("chat serve: can be reached by IPv4 and, if the machine has it, by IPv6", async () => {
    await using server = await ServerProcess.start();
    for (const hostname of HAS_IPV6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
      await using client = await RawClient.user(server.port, "Alperen", { hostname });
      await server.line(new RegExp(`^\\S+ \\S+ ${RegExp.escape(client.address)} is connected`));
      await client.send("QUIT");
      await server.line(/\(Alperen\) is disconnected$/);
    }
  }),
);

Deno.test(
  permitted("chat serve: --log json writes one object a line, one for each event", async () => {
    await using server = await start([...OWN_SERVER, "--log", "json"]);
    const [, port] = await server.line(/"kind":"bound".*"port":(\d+)/);
    await server.line(/"kind":"ready"/);
    await using client = await RawClient.user(Number(port), "Gamze");
    await client.send("JOIN #lobby", 'PRIVMSG #lobby :"\\ \x1b[31m\x07', "QUIT");
    await client.end();
    await server.line(/"kind":"disconnected"/);
    server.kill("SIGTERM");
    assertEquals(await server.exit(), 0);
    const events = server.stdout.lines.map((line) => JSON.parse(line));
    for (const { time } of events) assertEquals(new Date(time).toISOString(), time);
    assertEquals(
      events.map(({ kind }) => kind).filter((kind) => kind !== "hint"),
      "created bound ready data connected claimed said disconnected closing closed".split(" "),
    );
    const said = events.find(({ kind }) => kind === "said");
    assertEquals([said.nick, said.channel, said.text], ["Gamze", "#lobby", '"\\ \x1b[31m\x07']);
  }),
);

Deno.test(
  permitted("chat serve: --no-log-messages leaves out what people say, and only that", async () => {
    await using server = await ServerProcess.start(["--no-log-messages"]);
    await using client = await RawClient.user(server.port, "Gamze");
    await client.send("JOIN #lobby", "PRIVMSG #lobby :secret");
    await client.ping();
    await client.send("QUIT");
    await server.line(/\(Gamze\) is disconnected$/);
    assertEquals(/secret|says/.exec(server.stdout.text), null);
  }),
);

Deno.test(
  permitted(
    "chat serve: messages can't forge a line of the log nor move the cursor of its reader",
    async () => {
      await using server = await ServerProcess.start();
      await using client = await RawClient.user(server.port, "Gamze");
      await client.send("JOIN #lobby", "PRIVMSG #lobby :\x1b[2J\x07a\u202eb\u2028c\x9bd");
      await client.ping();
      await client.send("QUIT");
      await server.line(/\(Gamze\) is disconnected$/);
      // deno-lint-ignore no-control-regex
      assertEquals(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/.exec(server.stdout.text), null);
    },
  ),
);

Deno.test(
  permitted(
    "chat serve: a failed start is explained in one line, with an exit status",
    async () => {
      await using other = await ServerProcess.start();
      const directory = await Deno.makeTempDir({ prefix: "chat" });
      const file = `${directory}/chat.json`;
      await Deno.writeTextFile(file, '{ "limits": { "burts": 1 } }');
      const broken = `${directory}/broken.json`;
      await Deno.writeTextFile(broken, "{");
      const [plain, tls] = [`${directory}/plain.json`, `${directory}/tls.json`];
      await Deno.writeTextFile(plain, JSON.stringify({ port: other.port }));
      await Deno.writeTextFile(tls, JSON.stringify({ port: 0, tls: { port: other.port } }));
      const cases: [args: string[], code: number, stderr: RegExp][] = [
        [
          ["--port", `${other.port}`],
          1,
          /^Cannot listen on port \d+: it is already in use\. Try --port \d+\.$/m,
        ],
        [["--config", plain], 1, /already in use\. Try "port": \d+ in \S+plain\.json\.$/m],
        [
          ["--host", "192.0.2.99", "--port", "0"],
          1,
          /^Cannot listen on 192\.0\.2\.99: it is not an /,
        ],
        [["--prot", "1"], 2, /^Unknown option --prot\. Did you mean --port\?/],
        [["--port", "many"], 2, /^--port must be a whole number from 0 to 65535, but is "?many"?/],
        [["--config", file], 1, /chat\.json: unknown key "limits\.burts"\. Did you mean/],
        [["--config", broken], 1, /broken\.json: not valid JSON at line 1, column 2/],
        [["--config", `${directory}/none.json`], 1, /none\.json: there is no such file/],
        [["--config", directory], 1, /^Cannot read the configuration file .*: it is a directory/],
      ];
      if (tlsFault(RUNTIME) === undefined) {
        const inFile = /in use\. Try "tls": { "port": \d+ } in \S+tls\.json\.$/m;
        const option = /already in use\. Try --tls-port \d+\.$/m;
        cases.push([["--config", tls], 1, inFile]);
        cases.push([["--config", tls, "--tls-port", `${other.port}`], 1, option]);
      }
      await Promise.all(cases.map(async ([args, code, expected]) => {
        const { stdout, stderr, ...result } = await run("serve", ...args);
        assertMatch(stderr, expected);
        assertEquals([stderr.split("\n").length, stdout, result.code], [2, "", code], stderr);
      }));
      await Deno.remove(directory, { recursive: true });
    },
  ),
);

Deno.test(
  permitted(
    "chat serve: a port that takes privileges is refused to users without them",
    async () => {
      const { code, stderr } = await run("serve", "--no-tls", "--port", "80");
      assertEquals(code, 1);
      assertMatch(stderr, /^Cannot listen on port 80: you have no permission\..*\n$/);
    },
    await privileged() ? "here everyone may use it" : "",
  ),
);

async function privileged(): Promise<boolean> {
  if (LACKING.length > 0 || Deno.build.os !== "linux" || Deno.uid() === 0) return true;
  const start = await Deno.readTextFile("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  return Number(start) <= 80;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(
    permitted(
      `${signal}: everyone is told, and within two seconds it is gone, whatever peers do`,
      async () => {
        await using server = await ServerProcess.start(TALKATIVE);
        await using polite = await RawClient.user(server.port, "polite");
        await polite.send("JOIN #lobby");
        await polite.ping();
        // A peer that does not read the ten megabytes that the server has for it.
        await using stuck = await RawClient.user(server.port, "stuck", { reads: false });
        await stuck.send(...Array(1000).fill("MOTD"), "JOIN #lobby");
        await polite.until(/^:stuck!\S+ JOIN #lobby$/);
        // A peer that never registers and never closes its end.
        await using stranger = await RawClient.connect(server.port, { closes: false });
        await stranger.send("CAP LS 302");
        await stranger.until(/ LS /);
        const begin = performance.now();
        server.kill(signal);
        const lastLines = await Promise.all([polite.end(), stranger.end()]);
        for (const line of lastLines) {
          assertMatch(line, /^ERROR :Closing link: 127\.0\.0\.1 \(The server is closing\)$/);
        }
        assertEquals(await server.exit(), 0);
        assertLess(performance.now() - begin, CLOSE_MS);
        assertEquals(server.stdout.lines.slice(-1), ["The server is closed"]);
        assertEquals(server.stderr.text, "");
      },
    ),
  );
}

Deno.test(permitted("chat serve: a second Ctrl-C does not wait for anyone", async () => {
  await using server = await ServerProcess.start();
  // The server waits for a peer that keeps its end open, until a timeout.
  await using _stuck = await RawClient.user(server.port, "stuck", { reads: false });
  await server.line(/claimed stuck/);
  server.kill("SIGINT");
  await server.line(/^The server is closing$/);
  const begin = performance.now();
  server.kill("SIGINT");
  await server.exit();
  assertLess(performance.now() - begin, 800);
}));

Deno.test(
  permitted("chat serve: the port is free again as soon as the server is gone", async () => {
    let port = 0;
    {
      await using server = await ServerProcess.start();
      port = server.port;
      await using client = await RawClient.user(port, "Alperen");
      server.kill("SIGTERM");
      await client.end();
      assertEquals(await server.exit(), 0);
    }
    await using again = await ServerProcess.start([], port);
    assertEquals(again.port, port);
  }),
);

Deno.test(permitted("chat serve: goes on if nobody reads the log", async () => {
  await using server = await ServerProcess.start();
  await server.closeStdout();
  await using furkan = await RawClient.user(server.port, "Furkan");
  await using gamze = await RawClient.user(server.port, "Gamze");
  await furkan.send("JOIN #lobby");
  await furkan.ping();
  await gamze.send("JOIN #lobby", ...Array(10).fill("PRIVMSG #lobby :Kimse okumuyor"));
  await gamze.ping();
  for (let count = 0; count < 10; count++) await furkan.until(/ PRIVMSG #lobby :Kimse okumuyor$/);
  server.kill("SIGTERM");
  assertMatch(await furkan.end(), /^ERROR /);
  assertEquals([await server.exit(), server.stderr.text], [0, ""]);
}));
