/** Runs what docs/cluster.md shows. */
import { assert, assertMatch } from "@std/assert";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { installed } from "./other_servers.ts";
import { commandLine, Process, run, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";

const GUIDE = new URL("../../docs/cluster.md", import.meta.url);

const OWN = ["--port", "0", "--tls-port", "0", "--web-port", "0", "--no-announce"];

/** The block of code in the page that contains a text. */
async function block(text: string): Promise<string> {
  const page = (await Deno.readTextFile(GUIDE)).replaceAll("\r\n", "\n");
  const [, found] = [...page.matchAll(/^```\w+\n(.*?)^```$/gms)]
    .find(([, code = ""]) => code.includes(text)) ?? [];
  assert(found !== undefined, text);
  return found;
}

async function nats(args: readonly string[]): Promise<Process> {
  const server = new Process("nats-server", [(await installed("nats-server"))!, ...args]);
  await server.stderr.line(/Server is ready/);
  return server;
}

/** Waits until a server is ready. Returns its port. */
async function ready(node: Process): Promise<number> {
  const [, port] = await node.line(/The socket is bound to \S+:(\d+)$/);
  await node.line(/The server is ready/);
  return Number(port);
}

/** Checks that what is said at the first is heard at all. */
async function talk(ports: readonly number[]): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const users: RawClient[] = [];
  for (const [at, port] of ports.entries()) {
    const user = stack.use(await RawClient.user(port, `user${at}`));
    await user.send("JOIN #room");
    await user.until(/ 366 /);
    users.push(user);
  }
  await users[0]!.send("PRIVMSG #room :Hello all");
  for (const user of users.slice(1)) await user.until(/:user0!\S+ PRIVMSG #room :Hello all$/);
}

Deno.test(
  permitted("docs/cluster.md: three servers on one machine are started as shown", async () => {
    await using stack = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "chat-guide-" });
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const here = (line: string) =>
      line.trim().replaceAll("127.0.0.1", "127.41.0.9").replace(
        /(-sd|--data) /g,
        `$1 ${directory}/`,
      )
        .split(" ");
    const [, ...engine] = here(await block("nats-server -js"));
    stack.use(await nats(engine));
    const ports: number[] = [];
    for (const line of (await block("--node a")).trim().split("\n")) {
      const [, ...args] = here(line.replace(/ --(tls-|web-)?port \d+/g, ""));
      ports.push(await ready(stack.use(start([...args, ...OWN]))));
    }
    await talk(ports);
    const [, status = ""] = (await block("chat cluster status")).trim().split("\n");
    const [, ...args] = here(status);
    assertMatch((await run(...args)).stdout, /^a: .*\nb: .*\nc: .*\nNATS: 1 server\n/);
  }, NO_NATS),
);

Deno.test(
  permitted("docs/cluster.md: three machines are set up by the files as shown", async () => {
    await using stack = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "chat-guide-" });
    stack.defer(() => Deno.remove(directory, { recursive: true }));
    const here = (text: string) => text.replaceAll("10.0.0.", "127.41.0.");
    const write = async (name: string, text: string) => {
      await Deno.writeTextFile(`${directory}/${name}`, here(text), { mode: 0o600 });
      return `${directory}/${name}`;
    };
    const first = await block("server_name: n1");
    const engines = await Promise.all([1, 2, 3].map(async (at) => {
      const text = first.replace("server_name: n1", `server_name: n${at}`)
        .replace(/listen: 10\.0\.0\.1/g, `listen: 10.0.0.${at}`)
        .replace("/var/lib/nats", `${directory}/nats${at}`);
      return await nats(["-c", await write(`n${at}.conf`, text)]);
    }));
    for (const engine of engines) stack.use(engine);
    const login = await write("login", await block("chat:a long secret"));
    const file = (await block('"cluster": {')).replace("/etc/chat/nats-login", login);
    const ports: number[] = [];
    for (const [at, node] of ["a", "b", "c"].entries()) {
      const own = file.replace('"a"', `"${node}"`)
        .replace('"address": "10.0.0.1"', `"address": "10.0.0.${at + 1}"`);
      const config = await write(`${node}.json`, own);
      const args = ["serve", "--config", config, "--data", `${directory}/${node}`, ...OWN];
      ports.push(await ready(stack.use(new Process(node, commandLine(args)))));
    }
    await talk(ports);
    const copies = /^NATS: 3 servers, n\d leads the stream, 3 copies of it, all up to date$/m;
    for (let isCopied = false; !isCopied;) {
      const { stdout } = await run("cluster", "status", "--data", `${directory}/b`);
      assertMatch(stdout, /^a: .* at 127\.41\.0\.1, .*\nb: .* at 127\.41\.0\.2, /);
      assertMatch(stdout, /^NATS: 3 servers, .*3 copies/m);
      isCopied = copies.test(stdout);
    }
  }, NO_NATS),
);
