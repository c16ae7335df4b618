import { assertEquals, assertMatch } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { run, RUNTIME, runWith, ServerProcess } from "./program.ts";
import { assertResponsive, bystander, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** Enough files for the server itself and a few people. */
const FILES = 64;

const WAITING = /^\S+ \S+ New connections have to wait: there are no file descriptors left$/;

Deno.test(
  permitted(
    "File descriptors: if none are left, new connections wait and the others go on talking",
    async () => {
      await using server = await ServerProcess.start([], 0, `ulimit -n ${FILES}`);
      await using furkan = await bystander(server.port);
      await using gamze = await RawClient.user(server.port, "Gamze");
      await gamze.send("JOIN #lobby");
      await gamze.ping();
      {
        await using crowd = new AsyncDisposableStack();
        const talk = async (text: string) => {
          await gamze.send(`PRIVMSG #lobby :${text}`);
          await furkan.until(new RegExp(`^:Gamze!\\S+ PRIVMSG #lobby :${RegExp.escape(text)}$`));
          await assertResponsive(furkan);
        };
        for (let count = 0; count < FILES; count++) {
          crowd.use(await RawClient.connect(server.port));
        }
        await server.line(WAITING);
        for (const text of ["Sıra uzun mu?", "Uzun", "Bekleriz"]) await talk(text);
        // A newcomer is let in as soon as others have left.
        await using next = await RawClient.connect(server.port);
        await next.send("NICK Alperen", "USER a 0 * :a", "JOIN #lobby");
        await talk("Biri daha geldi");
        assertEquals(/Alperen/.exec(furkan.received.text), null);
        await crowd.disposeAsync();
        await furkan.until(/^:Alperen!\S+ JOIN #lobby$/);
      }
      await using _later = await RawClient.user(server.port, "Ceyda");
      await assertResponsive(gamze);
      assertEquals(
        server.stdout.lines.filter((line) => WAITING.test(line)).length,
        1,
      );
      assertEquals(server.stderr.text, "");
    },
    Deno.build.os === "windows" ? "Windows has no such limit" : "",
  ),
);

Deno.test(permitted(
  "Files: the server closes its own to others, with a line each; links or others' stop it",
  async () => {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    const data = `${directory}/data`;
    const flags = ["--tls-port", "0"];
    const serve = () => ServerProcess.start(flags, 0, "", ["--data", data]);
    try {
      {
        await using server = await serve();
        server.kill("SIGTERM");
        await server.exit();
      }
      const names = ["chat.db", "chat.names", "cloak.key"];
      // A program that can't encrypt creates no key.
      if (tlsFault(RUNTIME) === undefined) names.push("tls/key.pem");
      const files = names.map((name) => `${data}/${name}`);
      for (const path of files) await Deno.chmod(path, 0o644);
      await Deno.chmod(data, 0o777);
      {
        await using server = await serve();
        for (const path of [data, ...files]) {
          const name = RegExp.escape(path);
          await server.line(
            new RegExp(`^\\S+ \\S+ Other users .* could \\w+ ${name}\\. It is protected now`),
          );
        }
        const mode = (path: string) => (Deno.statSync(path).mode! & 0o777).toString(8);
        assertEquals([data, ...files].map(mode), ["700", ...files.map(() => "600")]);
        server.kill("SIGTERM");
        await server.exit();
      }
      const refused = async (why: RegExp) => {
        const { code, stdout, stderr } = await run(
          "serve",
          "--port",
          "0",
          ...flags,
          "--data",
          data,
        );
        assertEquals([code, stdout], [1, ""]);
        assertMatch(stderr, why);
      };
      const [database = ""] = files;
      await Deno.rename(database, `${directory}/elsewhere.db`);
      await Deno.symlink(`${directory}/elsewhere.db`, database);
      await refused(/chat\.db is a symbolic link to \S+elsewhere\.db, .*: mv \S+ \S+chat\.db$/m);
      await Deno.remove(database);
      await Deno.rename(`${directory}/elsewhere.db`, database);
      // Only root can give a file to another user.
      if (Deno.uid() !== 0) return;
      await Deno.chown(database, 12345, 12345);
      await refused(/chat\.db belongs to user 12345, .*: sudo chown 0 \S+chat\.db$/m);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
  Deno.build.os === "windows" ? "not on Windows" : "",
));

Deno.test(permitted(
  "Files: those of chat join are closed to others, with a line each; what may not be its own stops it",
  async () => {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    await using server = await ServerProcess.start();
    const own = `${directory}/chat`;
    await Deno.mkdir(own);
    const files = ["config.json", "passwords.json", "known_hosts"].map((name) => `${own}/${name}`);
    for (const path of files) {
      await Deno.writeTextFile(path, path.endsWith("json") ? "{}" : "");
      await Deno.chmod(path, 0o664);
    }
    const secret = `${directory}/password`;
    await Deno.writeTextFile(secret, "wrong-one\n");
    await Deno.chmod(secret, 0o644);
    const env = { XDG_CONFIG_HOME: directory };
    const join = (...flags: string[]) =>
      runWith(env, "join", `127.0.0.1:${server.port}`, "--name", "ci", ...flags);
    const login = ["--account", "ci", "--account-password-file", secret];
    const first = await join(...login);
    for (const path of [...files, secret]) {
      const told = new RegExp(
        `Other users .* could \\w+ ${RegExp.escape(path)}\\. It is protected now`,
      );
      assertMatch(first.stderr, told);
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o600, path);
    }
    const again = await join();
    assertEquals([again.code, again.stderr], [0, ""]);

    for (const path of [...files, secret]) {
      await Deno.rename(path, `${path}.moved`);
      await Deno.symlink(`${path}.moved`, path);
      const { code, stderr } = await join(...(path === secret ? login : []));
      // A settings file may be a link.
      if (path.endsWith("config.json")) assertEquals([code, stderr], [0, ""]);
      else {
        assertEquals(code, 1, path);
        assertMatch(stderr, new RegExp(`${RegExp.escape(path)} .*is a symbolic link`));
      }
      await Deno.remove(path);
      await Deno.rename(`${path}.moved`, path);
    }
    // Only root can give a file to another user.
    if (Deno.uid() !== 0) return;
    for (const path of files) {
      await Deno.chown(path, 12345, 12345);
      const { code, stderr } = await join();
      assertEquals(code, 1, path);
      assertMatch(stderr, new RegExp(`${RegExp.escape(path)} belongs to user 12345`));
      await Deno.chown(path, 0, 0);
    }
  },
  Deno.build.os === "windows" ? "not on Windows" : "",
));

Deno.test(
  permitted(
    "File descriptors: encrypted newcomers are let in one by one as others leave",
    async () => {
      const flags = ["--tls-port", "0", "--max-connections-per-ip", "0"];
      await using server = await ServerProcess.start(flags, 0, `ulimit -n ${FILES}`);
      await using witness = await bystander(server.port);
      const crowd: RawClient[] = [];
      await using stack = new AsyncDisposableStack();
      for (let count = 0; count < FILES; count++) {
        crowd.push(stack.use(await RawClient.connect(server.port)));
      }
      await server.line(WAITING);
      const dialling = ["Ceyda", "Alperen", "Gamze", "Furkan"].map(async (nick) => {
        const client = stack.use(await RawClient.user(server.tlsPort, nick, { secure: true }));
        await client.ping();
      });
      // Each may find one descriptor only, where two make it faster.
      for (const client of crowd) {
        await client[Symbol.asyncDispose]();
        await assertResponsive(witness);
      }
      await Promise.all(dialling);
      await assertResponsive(witness);
      assertEquals(server.stderr.text, "");
    },
    tlsFault() ?? tlsFault(RUNTIME) ?? (Deno.build.os === "linux" ? "" : "it takes ulimit"),
  ),
);
