import { assert, assertEquals, assertMatch } from "@std/assert";
import { Irssi, WeeChat } from "./other_clients.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";

const PASSWORD = "correct-horse";

/** A directory that is gone when the test is over. */
async function temporary(stack: AsyncDisposableStack): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  return `${directory}/data`;
}

/** Looks for changes of other programs four times a second. */
const ATTENTIVE = ["--ping-interval", "2"];

function serverOn(data: string, ...flags: string[]): Promise<ServerProcess> {
  return ServerProcess.start([...ATTENTIVE, ...flags], 0, "", ["--data", data]);
}

/** Runs the program to its end, with this input. */
async function chat(input: string, ...args: string[]): Promise<string> {
  await using program = start(args);
  await program.write(input);
  await program.closeStdin();
  assertEquals(await program.exit(), 0, program.stderr.text);
  return program.stdout.text;
}

/** A connection that has logged in and is in. */
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
    // irssi 1.4, which many systems have, doesn't know SCRAM.
    if (name === "irssi" && mechanism !== "PLAIN") continue;
    Deno.test({
      name: `${name} logs in by ${mechanism} and has its name` +
        (missing && ` (skipped: ${missing})`),
      ignore: missing !== "",
      async fn() {
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
      },
    });
  }

  Deno.test({
    name: `${name} gets its name back from NickServ` + (missing && ` (skipped: ${missing})`),
    ignore: missing !== "",
    async fn() {
      await using stack = new AsyncDisposableStack();
      const data = await temporary(stack);
      await using server = await serverOn(data);
      await chat(`${PASSWORD}\n`, "user", "add", "Gamze", "--data", data);
      await using client = await launch(server.port, "Gamze");
      await client.sees(/The name Gamze belongs to someone. If that is you, write: .*IDENTIFY/);
      await using raw = await RawClient.user(server.port, "Furkan");
      await raw.send("JOIN #lobby");
      await raw.until(/ 366 /);
      await client.types("/join #lobby");
      // It can be typed into the room once it is shown.
      await client.sees(/2 nicks/);
      await client.types(`/msg NickServ IDENTIFY Gamze ${PASSWORD}`);
      await client.sees(/You are logged in as Gamze/);
      await raw.until(/ NICK :?Gamze$/);
      assert(!server.stdout.text.includes(PASSWORD));
    },
  });
}

Deno.test("an account that was registered in the room is there after a restart, and keeps its name", async () => {
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
  await stranger.until(/ 433 \* Gamze :Nickname belongs to someone/);
  await using gamze = await owner(server.port, "Gamze");
  await gamze.send("WHOIS Gamze");
  await gamze.until(/ 330 Gamze Gamze Gamze /);
  assertMatch(await chat("", "user", "list", "--data", data), /^Gamze, since .*, last login /);
});

Deno.test("what chat user changes counts for who is here, on a server that runs", async () => {
  await using stack = new AsyncDisposableStack();
  const data = await temporary(stack);
  await using server = await serverOn(data);
  const user = (input: string, ...args: string[]) => chat(input, "user", ...args, "--data", data);
  await user(`${PASSWORD}\n`, "add", "Gamze");
  await using gamze = await owner(server.port, "Gamze");
  assertEquals(await user("", "op", "Gamze"), "Gamze is an operator of the server now.\n");
  await gamze.until(/ MODE Gamze \+o$/);
  assertMatch(await user("", "list"), /, operator\n$/);
  await user("", "op", "gamze", "--off");
  await gamze.until(/ MODE Gamze -o$/);
  await user("another-horse\n", "password", "Gamze");
  await gamze.send(`NS GHOST Gamze ${PASSWORD}`, `NS DROP ${PASSWORD}`);
  await gamze.until(/NOTICE Gamze :Wrong account name or password\.$/);
  await user("", "delete", "Gamze");
  await gamze.until(/ 901 Gamze /);
  assertEquals(await user("", "list"), "There are no accounts.\n");
});

Deno.test("chat invite lets one in, once, where nobody else comes in", async () => {
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
  assertMatch(await (await enter("Furkan")).end(), /Only who has an account or an invitation/);
  const furkan = await enter("Furkan", token);
  await furkan.until(/ 432 \* Furkan :Your invitation is for Deniz/);
  const deniz = await enter("Deniz", token);
  await deniz.until(/ 001 Deniz /);
  await deniz.send("QUIT");
  await deniz.end();
  assertMatch(await (await enter("Deniz", token)).end(), /Only who has an account/);
  assertEquals(await invite("list"), "There are no invitations that count.\n");
  assert(!server.stdout.text.includes(token));

  await invite("--uses", "0", "--days", "0");
  const [, id = ""] = /^(\w+), for anyone, any number of uses, without end/.exec(
    await invite("list"),
  ) ?? [];
  assertEquals(
    await invite("revoke", id.toLowerCase()),
    `The invitation ${id} counts no longer.\n`,
  );
  assertEquals(await invite("list"), "There are no invitations that count.\n");
});
