import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Process, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** A temporary directory. Disposing of it removes it. */
class Directory implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat-data-" });

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Starts a server that keeps its data in a directory. */
async function serve(data: string, ...flags: string[]): Promise<ServerProcess> {
  return await ServerProcess.start(["--host", "127.0.0.1", ...flags], 0, "", ["--data", data]);
}

async function killed(server: Process): Promise<void> {
  server.kill("SIGKILL");
  await server.status;
}

Deno.test(
  permitted(
    "History: messages, topics and bans survive a crash, and newcomers see what was said",
    async () => {
      await using data = new Directory();
      const said = "Aa kimseler yok :(";
      {
        await using server = await serve(data.path);
        await using a = await RawClient.user(server.port, "Alperen");
        await a.send("CAP REQ echo-message", "JOIN #lobby,#music");
        await a.send("TOPIC #music :Songs for Friday", "MODE #music +b Deniz");
        await a.send(`PRIVMSG #lobby :${said}`);
        // The echo says that the message is stored.
        await a.until(/PRIVMSG #lobby /);
        await killed(server);
      }
      await using server = await serve(data.path);
      await using b = await RawClient.user(server.port, "Furkan");
      await b.send("CAP REQ server-time", "JOIN #lobby,#music");
      await b.until(
        /^@time=\S+ :\S+ NOTICE #lobby :\[\d\d:\d\d:\d\d\] <Alperen> Aa kimseler yok :\($/,
      );
      await b.until(/ NOTICE #lobby :--- now ---$/);
      await b.until(/ 332 Furkan #music :Songs for Friday$/);
      await using deniz = await RawClient.user(server.port, "Deniz");
      await deniz.send("JOIN #music");
      await deniz.until(/ 474 Deniz #music /);
      assertEquals(b.received.text.includes(said), true);
    },
  ),
);

Deno.test(permitted("History: messages survive a server that is told to stop", async () => {
  await using data = new Directory();
  {
    await using server = await serve(data.path);
    await using a = await RawClient.user(server.port, "Alperen");
    await a.send("JOIN #lobby", "PRIVMSG #lobby :selam");
    await a.ping();
    server.kill("SIGTERM");
    assertEquals(await server.exit(), 0);
  }
  await using server = await serve(data.path);
  await using program = start(["join", `127.0.0.1:${server.port}`, "--name", "Furkan", "--plain"]);
  await program.line(/^--- messages from before you joined ---$/);
  await program.line(/^Alperen @ \d\d:\d\d:\d\d [AP]M >> selam$/);
  await using json = start(["join", `127.0.0.1:${server.port}`, "--name", "Deniz", "--json"]);
  await json.line(/"text":"selam".*"old":true/);
}));

Deno.test(
  permitted(
    "History: a broken search index is made again with the permissions that the program has",
    async () => {
      await using data = new Directory();
      {
        await using server = await serve(data.path);
        await using a = await RawClient.user(server.port, "Alperen");
        await a.send("JOIN #lobby", "PRIVMSG #lobby :the first tea");
        await a.ping();
        server.kill("SIGTERM");
        await server.exit();
      }
      // Deno's types don't know the option yet.
      const options: object = { defensive: false };
      const db = new DatabaseSync(`${data.path}/chat.db`, options);
      db.exec("UPDATE words_config SET v = 'x'");
      db.close();
      for (const [said, mended] of [["the second tea", true], ["the third tea", false]] as const) {
        await using server = await serve(data.path);
        await server.line(/^Messages are kept for 30 days/);
        if (mended) await server.line(/An index in .* was damaged.* Nothing is lost/);
        await using b = await RawClient.user(server.port, "Furkan");
        await b.send("JOIN #lobby", `PRIVMSG #lobby :${said}`, "SEARCH text=tea");
        await b.until(/ PRIVMSG #lobby :the first tea$/);
        if (!mended) {
          await b.until(/ PRIVMSG #lobby :the second tea$/);
        }
        await b.until(new RegExp(` PRIVMSG #lobby :${said}$`));
        await b.ping();
        assertEquals(server.stdout.text.includes("in memory only,"), false);
        server.kill("SIGTERM");
        await server.exit();
      }
    },
  ),
);

Deno.test(
  permitted(
    "History: a room whose state can't be understood is closed, and the server says so",
    async () => {
      await using data = new Directory();
      {
        await using server = await serve(data.path);
        await using a = await RawClient.user(server.port, "Alperen");
        await a.send(
          "JOIN #secret",
          "MODE #secret +k word",
          "PRIVMSG #secret :nobody else reads this",
        );
        await a.ping();
        server.kill("SIGTERM");
        await server.exit();
      }
      const db = new DatabaseSync(`${data.path}/chat.db`);
      db.exec("UPDATE channels SET state = replace(state, '{', '[')");
      db.close();
      await using server = await serve(data.path);
      await server.line(
        /The state of the room #secret in .* can't be read\. Only/,
      );
      await using b = await RawClient.user(server.port, "Furkan");
      await b.send("JOIN #secret word");
      await b.until(/ 473 Furkan #secret /);
      await b.ping();
      assertEquals(b.received.text.includes("reads this"), false);
    },
  ),
);

Deno.test(
  permitted(
    "History: the server says where messages are kept, how long, and how to switch that off",
    async () => {
      await using data = new Directory();
      await using server = await serve(data.path, "--history-days", "7");
      await server.line(/^Messages are kept for 7 days in .*; with --ephemeral only in memory$/);
      const { mode } = await Deno.stat(`${data.path}/chat.db`);
      if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
    },
  ),
);

Deno.test(
  permitted(
    "History: a second server on the same data is refused with an explanation",
    async () => {
      await using data = new Directory();
      await using server = await serve(data.path);
      const second = start([
        "serve",
        "--port",
        "0",
        "--web-port",
        "0",
        "--no-tls",
        "--no-announce",
        "--data",
        data.path,
      ]);
      await using _ = second;
      assertEquals(await second.exit(), 1);
      assertMatch(second.stderr.text, /^Another server .* is using the data in .*--data DIR/);
      assertEquals(second.stdout.text, "");
      void server;
    },
  ),
);

Deno.test(
  permitted("History: if data can't be kept, the server warns and runs in memory", async () => {
    await using data = new Directory();
    const file = `${data.path}/file`;
    await Deno.writeTextFile(file, "");
    await using server = await serve(`${file}/chat`);
    await server.line(/Cannot .*kept in memory only/);
    await using a = await RawClient.user(server.port, "a");
    await a.send("JOIN #x", "PRIVMSG #x :hello", "CHATHISTORY LATEST #x * 5");
    await a.until(/:a!\S+ PRIVMSG #x :?hello$/);
  }),
);

Deno.test(
  permitted(
    "History: if the disk is full, the server goes on in memory and tells its operators",
    async () => {
      await using data = new Directory();
      await Deno.writeTextFile(`${data.path}/opers.json`, '[{ "name": "root", "password": "x" }]');
      await using server = await ServerProcess.start(
        ["--host", "127.0.0.1", "--max-messages-per-second", "0"]
          .concat("--opers-file", `${data.path}/opers.json`),
        0,
        // No file can grow past this size: further writes fail as on a full disk.
        "trap '' XFSZ; ulimit -f 400",
        ["--data", `${data.path}/data`],
      );
      await using a = await RawClient.user(server.port, "a");
      await a.send("OPER root x", "JOIN #x", "CAP REQ echo-message");
      await a.until(/ 381 /);
      const text = "x".repeat(400);
      for (let count = 0; count < 2000; count++) await a.send(`PRIVMSG #x :${count} ${text}`);
      await a.until(/^:\S+ NOTICE a :.*memory/);
      await server.line(/memory/);
      await a.until(/PRIVMSG #x :1999 /);
      await a.send("CHATHISTORY LATEST #x * 2");
      await a.until(/PRIVMSG #x :1998 /);
    },
    Deno.build.os === "windows" ? "not on Windows" : "",
  ),
);

Deno.test(
  permitted("History: without an option, data goes to the usual place of the system", async () => {
    await using server = await ServerProcess.start(["--host", "127.0.0.1"], 0, "", []);
    await server.line(/^Messages are kept for 30 days in .*\/chat; /);
  }),
);
