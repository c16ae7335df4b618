import { assert, assertEquals, assertMatch } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { Irssi, WeeChat } from "./other_clients.ts";
import { RUNTIME, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

const PASSWORD = "correct-horse";

/** A temporary directory, removed with the stack. */
async function temporary(stack: AsyncDisposableStack): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  return `${directory}/data`;
}

/** Makes the server check for changes by other programs four times a second. */
const ATTENTIVE = ["--ping-interval", "2"];

function serverOn(data: string, ...flags: string[]): Promise<ServerProcess> {
  return ServerProcess.start([...ATTENTIVE, ...flags], 0, "", ["--data", data]);
}

/** Runs the program to its end with this input. */
async function chat(input: string, ...args: string[]): Promise<string> {
  await using program = start(args);
  await program.write(input);
  await program.closeStdin();
  assertEquals(await program.exit(), 0, program.stderr.text);
  return program.stdout.text;
}

/** A client that is logged in and registered. */
async function owner(port: number, nick: string): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.send("CAP REQ sasl", `NICK ${nick}`, `USER x 0 * :x`, "AUTHENTICATE PLAIN");
  await client.until(/AUTHENTICATE \+$/);
  await client.send(`AUTHENTICATE ${btoa(`\0${nick}\0${PASSWORD}`)}`);
  await client.until(/ 90[3-5] /);
  await client.send("CAP END");
  await client.until(/ (376|422) /);
  return client;
}

for (const { name, missing, launch } of [Irssi, WeeChat]) {
  for (const mechanism of ["PLAIN", "SCRAM-SHA-256"] as const) {
    // irssi 1.4, which many systems have, does not support SCRAM.
    if (name === "irssi" && mechanism !== "PLAIN") continue;
    Deno.test(permitted(`Accounts: ${name} logs in by ${mechanism} and has its name`, async () => {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      await using server = await serverOn(data);
      await chat(`${PASSWORD}\n`, "user", "add", "Gamze", "--data", data);
      const login = { account: "Gamze", password: PASSWORD, mechanism };
      await using client = await launch(server.port, "Gamze", { login });
      await client.sees(/logged in as Gamze/);
      await client.sees(/422|MOTD File is missing/);
      await using raw = await RawClient.user(server.port, "Furkan");
      await raw.send("WHOIS Gamze");
      await raw.until(/ 330 Furkan Gamze Gamze /);
      assert(!server.stdout.text.includes(PASSWORD));
    }, missing));
  }

  Deno.test(permitted(`Accounts: ${name} gets its name back from NickServ`, async () => {
    await using stack = new AsyncDisposableStack();
    const data = await temporary(stack);
    await using server = await serverOn(data);
    await chat(`${PASSWORD}\n`, "user", "add", "Gamze", "--data", data);
    await using client = await launch(server.port, "Gamze");
    await client.sees(/The name Gamze belongs to an account. If it is yours, type: .*IDENTIFY/);
    await using raw = await RawClient.user(server.port, "Furkan");
    await raw.send("JOIN #lobby");
    await raw.until(/ 366 /);
    await client.types("/join #lobby");
    // The client can type into the room once it shows it.
    await client.sees(/2 nicks/);
    await client.types(`/msg NickServ IDENTIFY Gamze ${PASSWORD}`);
    await client.sees(/You are now logged in as Gamze/);
    await raw.until(/ NICK :?Gamze$/);
    assert(!server.stdout.text.includes(PASSWORD));
  }, missing));
}

Deno.test(
  permitted(
    "Accounts: an account that was registered in the room keeps its name after a restart",
    async () => {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      {
        await using server = await serverOn(data);
        await using gamze = await RawClient.user(server.port, "Gamze");
        await gamze.send(`REGISTER * * ${PASSWORD}`);
        await gamze.until(/ REGISTER SUCCESS Gamze /);
        server.kill("SIGKILL");
        await server.status;
      }
      await using server = await serverOn(data);
      await using stranger = await RawClient.connect(server.port);
      await stranger.send("NICK Gamze", "USER x 0 * :x");
      await stranger.until(/ 433 \* Gamze :Nickname belongs to an account/);
      await using gamze = await owner(server.port, "Gamze");
      await gamze.send("WHOIS Gamze");
      await gamze.until(/ 330 Gamze Gamze Gamze /);
      assertMatch(await chat("", "user", "list", "--data", data), /^Gamze, since .*, last login /);
    },
  ),
);

Deno.test(
  permitted(
    "chat user: changes apply to people who are connected to a running server",
    async () => {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      await using server = await serverOn(data);
      const user = (input: string, ...args: string[]) =>
        chat(input, "user", ...args, "--data", data);
      await user(`${PASSWORD}\n`, "add", "Gamze");
      await using gamze = await owner(server.port, "Gamze");
      assertEquals(await user("", "op", "Gamze"), "Gamze is now an operator of the server.\n");
      await gamze.until(/ MODE Gamze \+o$/);
      assertMatch(await user("", "list"), /, operator\n$/);
      await user("", "op", "gamze", "--off");
      await gamze.until(/ MODE Gamze -o$/);
      await user("another-horse\n", "password", "Gamze");
      assertMatch(await gamze.end(), /The password of Gamze was changed/);
      await using again = await RawClient.user(server.port, "Furkan");
      await again.send(`NS IDENTIFY Gamze ${PASSWORD}`);
      await again.until(/NOTICE Furkan :Wrong account name or password\.$/);
      await again.send("NS IDENTIFY Gamze another-horse");
      await again.until(/ NICK :?Gamze$/);
      await user("", "delete", "Gamze");
      await again.until(/ 901 Gamze /);
      assertEquals(await user("", "list"), "There are no accounts.\n");
    },
  ),
);

Deno.test(
  permitted(
    "chat invite: lets one person in, and nobody else, on an invite-only server",
    async () => {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      await using server = await serverOn(data, "--invite-only");
      const invite = (...args: string[]) => chat("", "invite", ...args, "--data", data);
      const line = await invite("--for", "Deniz", "--host", `localhost:${server.port}`);
      const [, token = ""] = /^chat join "ircs?:\/\/localhost:\d+\/\?invite=(\S+)".* --name Deniz$/m
        .exec(line) ?? [];
      assertMatch(await invite("list"), /^[A-Z0-9]{4}, for Deniz, 1 use, until /);
      const enter = async (nick: string, pass?: string) => {
        const client = stack.use(await RawClient.connect(server.port));
        if (pass !== undefined) await client.send(`PASS ${pass}`);
        await client.send(`NICK ${nick}`, "USER x 0 * :x");
        return client;
      };
      assertMatch(
        await (await enter("Furkan")).end(),
        /Only people with an account or an invitation/,
      );
      const furkan = await enter("Furkan", token);
      await furkan.until(/ 432 \* Furkan :Your invitation is for Deniz/);
      const deniz = await enter("Deniz", token);
      await deniz.until(/ 001 Deniz /);
      await deniz.send("QUIT");
      await deniz.end();
      const again = await enter("Deniz", token);
      await again.until(/ 001 Deniz /);
      await (await enter("Eve", token)).until(/ 432 \* Eve :Your invitation is for Deniz/);
      assertMatch(await invite("list"), /, for Deniz, used up, until .*, used by: Deniz\n$/);
      await invite("revoke", /^\w+/.exec(await invite("list"))![0]);
      await again.send("QUIT");
      await again.end();
      assertMatch(await (await enter("Deniz", token)).end(), /Only people with an account/);
      assertEquals(await invite("list"), "There are no valid invitations.\n");
      assert(!server.stdout.text.includes(token));

      await invite("--uses", "0", "--days", "0");
      const [, id = ""] = /^(\w+), for anyone, any number of uses, never expires/.exec(
        await invite("list"),
      ) ?? [];
      assertEquals(
        await invite("revoke", id.toLowerCase()),
        `The invitation ${id} was revoked.\n`,
      );
      assertEquals(await invite("list"), "There are no valid invitations.\n");
    },
  ),
);

const FAULT = tlsFault(RUNTIME);

Deno.test(permitted(
  "chat invite: prints the address of the running server, by which it can be joined",
  async () => {
    await using stack = new AsyncDisposableStack();
    const data = await temporary(stack);
    const start_ = () =>
      ServerProcess.start(["--invite-only", "--host", "127.0.0.1", "--tls-port", "0"], 0, "", [
        "--data",
        data,
      ]);
    const server = stack.use(await start_());
    const invite = (...args: string[]) => chat("", "invite", ...args, "--data", data);
    const linkOf = (text: string) => /^chat join "(\S+)"/.exec(text)![1]!;
    const link = linkOf(await invite());
    assertMatch(link, new RegExp(`^ircs://127\\.0\\.0\\.1:${server.tlsPort}/`));
    const plain = linkOf(await invite("--plain"));
    assertMatch(plain, new RegExp(`^irc://127\\.0\\.0\\.1:${server.port}/`));
    for (const [each, name] of [[link, "Deniz"], [plain, "Can"]] as const) {
      await using guest = start(["join", each, "--name", name, "--json"]);
      await guest.line(/"type":"entered"/);
    }
    server.kill("SIGTERM");
    await server.exit();
    assertEquals([...Deno.readDirSync(data)].filter(({ name }) => /running/.test(name)), []);
    assertMatch(linkOf(await invite()), /^ircs:\/\/[^:/]+\/|^ircs:\/\/\[/);
    const crashed = stack.use(await start_());
    crashed.kill("SIGKILL");
    await crashed.status;
    assertMatch(linkOf(await invite("--host", "x")), /^ircs:\/\/x\//, "it does not run any more");
  },
  FAULT ?? "",
));

Deno.test(
  permitted(
    "chat join: comes back on its invitation, even after a restart of the server",
    async () => {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      let port = 0;
      const serve = () =>
        ServerProcess.start([...ATTENTIVE, "--invite-only"], port, "", ["--data", data]);
      const first = stack.use(await serve());
      port = first.port;
      const line = await chat(
        "",
        "invite",
        "--plain",
        "--host",
        `127.0.0.1:${port}`,
        "--data",
        data,
      );
      const [, link = ""] = /^chat join "(\S+)"/.exec(line) ?? [];
      const guest = stack.use(start(["join", link, "--name", "Deniz", "--json"]));
      await guest.line(/"type":"entered"/);
      first.kill("SIGKILL");
      await first.status;
      await guest.line(/"type":"retrying"/);
      const second = stack.use(await serve());
      await guest.line(/"type":"entered"/);
      assert(!guest.stdout.text.includes("askPassword"), guest.stdout.text);
      assertMatch(
        await chat("", "invite", "list", "--data", data),
        /, for anyone, used up, until .*, used by: Deniz\n$/,
      );
      await chat("", "user", "list", "--data", data);
      second.kill("SIGTERM");
    },
  ),
);

Deno.test(
  permitted(
    "Accounts: deleting an account ends its connection to an invite-only server",
    async () => {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      await using server = await serverOn(data, "--invite-only");
      await chat(`${PASSWORD}\n`, "user", "add", "Gamze", "--data", data);
      await using gamze = await owner(server.port, "Gamze");
      await chat("", "user", "delete", "Gamze", "--data", data);
      assertMatch(
        await gamze.end(),
        /The account Gamze was deleted\. Only people with an account or an invitation can enter/,
      );
    },
  ),
);

/** Ways to lose `chat.db`. */
const LOST: Readonly<Record<string, (path: string) => void>> = {
  "a directory": (path) => {
    Deno.removeSync(path);
    Deno.mkdirSync(path);
  },
  "empty": (path) => Deno.truncateSync(path),
  "missing": (path) => Deno.removeSync(path),
  "badly damaged": (path) => Deno.writeTextFileSync(path, "This is a letter. ".repeat(500)),
};

for (const [name, lose] of Object.entries(LOST)) {
  Deno.test(
    permitted(
      `Accounts: a server whose chat.db is ${name} gives no owned name away, and says so`,
      async () => {
        await using stack = new AsyncDisposableStack();
        const data = await temporary(stack);
        {
          await using server = await serverOn(data);
          await chat(`${PASSWORD}\n`, "user", "add", "Gamze", "--data", data);
          server.kill("SIGTERM");
          await server.exit();
        }
        lose(`${data}/chat.db`);
        const opers = `${data}.opers`;
        await Deno.writeTextFile(opers, '[{ "name": "root", "password": "sesame" }]', {
          mode: 0o600,
        });
        await using server = await serverOn(data, "--opers-file", opers);
        await server.line(/ can't be used[.:]/);
        await using stranger = await RawClient.connect(server.port);
        await stranger.send("CAP REQ sasl", "NICK Gamze", "USER x 0 * :x", "AUTHENTICATE PLAIN");
        if (name === "badly damaged") {
          await stranger.until(/AUTHENTICATE \+$/);
          await stranger.send(`AUTHENTICATE ${btoa(`\0Gamze\0${PASSWORD}`)}`);
        }
        await stranger.until(/ FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :/);
        await stranger.until(/ 904 /);
        await stranger.send("CAP END");
        await stranger.until(
          / 433 \* Gamze :Nickname has an owner whose account cannot be read now/,
        );
        await stranger.send("NICK A1peren");
        await stranger.until(/ (376|422) /);
        await stranger.send(`REGISTER * * ${PASSWORD}`);
        await stranger.until(/ FAIL REGISTER TEMPORARILY_UNAVAILABLE A1peren :/);
        await stranger.send("OPER root sesame");
        await stranger.until(/ NOTICE A1peren :.*(?:chat\.db|lost with a damaged file)/);
        await using admin = start(["user", "list", "--data", data]);
        await admin.closeStdin();
        const status = await admin.exit();
        if (name === "badly damaged") {
          assertMatch(admin.stdout.text, /^Gamze, lost with a damaged file/);
        } else assertEquals([status, admin.stdout.text], [1, ""]);
      },
    ),
  );
}
