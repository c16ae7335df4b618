/** No secret may lie on the server's disk. */
import { assert, assertEquals } from "@std/assert";
import { hashPassword } from "../../lib/crypto/password_hash.ts";
import { commandLine, Process, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { env, permitted } from "../permitted.ts";

/** All files below a directory, each with its bytes as Latin-1 text. */
function filesIn(directory: string): { path: string; text: string }[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    if (isDirectory) return filesIn(path);
    return { path, text: new TextDecoder("latin1").decode(Deno.readFileSync(path)) };
  });
}

/** The runtime's cache directory, unless it is configured otherwise. */
const CACHE = `${env("XDG_CACHE_HOME") ?? `${env("HOME")}/.cache`}/deno`;

/** The UTF-8 bytes of a text as Latin-1 text. */
function bytesOf(text: string): string {
  return new TextDecoder("latin1").decode(new TextEncoder().encode(text));
}

Deno.test(permitted("Secrets: no password is in a file of the server, nor in its log", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const data = `${directory}/data`;
  await Deno.writeTextFile(`${directory}/password`, await hashPassword("door-right-ş"));
  const opers = [{ name: "root", password: await hashPassword("oper-right") }];
  await Deno.writeTextFile(`${directory}/opers`, JSON.stringify(opers));
  const flags = ["--max-messages-per-second", "0", "--password-file", `${directory}/password`];
  await using server = await ServerProcess.start(
    [...flags, "--opers-file", `${directory}/opers`],
    0,
    "",
    ["--data", data],
  );
  await using adding = start(["user", "add", "Deniz", "--data", data]);
  await adding.write("added-right\n");
  assertEquals(await adding.exit(), 0);

  await using gamze = await RawClient.connect(server.port);
  await gamze.send("PASS door-wrong", "PASS :door-right-ş", "CAP REQ :sasl", "NICK Gamze");
  await gamze.send("USER x 0 * :x", "CAP END", "JOIN #lobby", "PRIVMSG #lobby :control ş");
  await gamze.until(/ 366 Gamze #lobby /);
  await gamze.send("REGISTER * * made-right", "OPER root oper-wrong", "OPER root oper-right");
  await gamze.until(/ 381 Gamze /);
  await gamze.send("NS IDENTIFY Deniz said-wrong", "PRIVMSG NickServ :SET PASSWORD said-right");
  await gamze.until(/The password of Gamze has been changed/);
  const plain = btoa("\0Deniz\0added-right");
  await gamze.send("AUTHENTICATE PLAIN", `AUTHENTICATE ${plain}`);
  await gamze.until(/ 903 /);
  await gamze.ping();

  const secrets = [
    ...["door-wrong", "door-right", "added-right", "made-right", "oper-wrong", "oper-right"],
    ...["said-wrong", "said-right", plain, "SET PASSWORD"],
  ];
  const check = (when: string) => {
    const files = filesIn(data);
    assert(files.some(({ text }) => text.includes(bytesOf("control ş"))), `${when}: the files`);
    for (const { path, text } of [...files, { path: "the log", text: server.stdout.text }]) {
      for (const secret of secrets) assert(!text.includes(secret), `${when}: ${secret} in ${path}`);
    }
    assert(server.stdout.text.includes("control ş"));
  };
  check("while it runs");
  server.kill("SIGTERM");
  assertEquals(await server.exit(), 0);
  check("afterwards");
}));

Deno.test(permitted("Secrets: with --ephemeral nothing is written to the disk", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  // All places in which the program might write.
  const places = ["HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];
  places.push("TMPDIR", "APPDATA", "LOCALAPPDATA", "USERPROFILE");
  const serve = (...flags: string[]) => {
    const env = Object.fromEntries(places.map((name) => [name, directory]));
    // The cache belongs to the runtime, not to the program.
    if (Deno.env.get("DENO_DIR") === undefined) env.DENO_DIR = CACHE;
    const command = commandLine([
      "serve",
      "--no-announce",
      "--port",
      "0",
      "--tls-port",
      "0",
      "--web-port",
      "0",
      ...flags,
    ]);
    return new Process("chat serve", command, { env });
  };
  for (const flags of [["--ephemeral"], []]) {
    await using server = serve(...flags);
    const [, port] = await server.line(/^The socket is bound to \S+:(\d+)$/);
    await server.line(/The server is ready/);
    await using gamze = await RawClient.user(Number(port), "Gamze");
    await gamze.send("JOIN #x", "TOPIC #x :tea", "PRIVMSG #x :hello", "REGISTER * * some-password");
    await gamze.until(/ REGISTER SUCCESS /);
    server.kill("SIGTERM");
    assertEquals(await server.exit(), 0);
    const files = filesIn(directory).map(({ path }) => path.slice(directory.length));
    // Without the option there are files in the same place, so this test would see them.
    if (flags.length > 0) assertEquals(files, []);
    else assert(files.includes("/chat/chat.db"), files.join());
  }
}));
