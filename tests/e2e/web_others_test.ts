/** The door for browsers, with programs by others: a library of web clients, and a proxy. */
import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../../lib/net/certificate.ts";
import { HttpClient, UPGRADE } from "../web/http_client.ts";
import { env, permitted } from "../permitted.ts";
import { installed } from "./other_servers.ts";
import { Process, ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";

/** The directory with the packages from npm that tests use. */
const NPM = env("CHAT_TEST_NPM");

/** Why irc-framework, the library of KiwiIRC and The Lounge, can't be run; empty if it can. */
const NO_LIBRARY = NPM === undefined
  ? "CHAT_TEST_NPM is not set"
  : await installed("node") === undefined
  ? "Node is not installed"
  : "";

/** A client that tells what it hears, and says in the lobby what it reads. */
const FRAMEWORK = `
globalThis.WebSocket = require("ws");
const { Client } = require("irc-framework");
const transport = require("irc-framework/src/transports/websocket");
const [port, protocol] = process.argv.slice(1);
const client = new Client();
client.on("registered", () => client.join("#lobby"));
client.on("userlist", ({ users }) => console.log("here: " + users.map(({ nick }) => nick).join(" ")));
client.on("message", ({ nick, message }) => console.log(nick + ": " + message));
client.on("socket close", () => process.exit(0));
require("readline").createInterface(process.stdin).on("line", (line) => client.say("#lobby", line));
process.on("SIGTERM", () => client.quit("bye"));
client.connect({
  host: "127.0.0.1",
  port,
  nick: "Alperen",
  transport,
  websocket_protocol: protocol,
  auto_reconnect: false,
});
`;

Deno.test(
  permitted(
    "Web clients: irc-framework, of KiwiIRC, talks with a program on the IRC port",
    async () => {
      await using server = await ServerProcess.start();
      await using gamze = await RawClient.user(server.port, "Gamze");
      await gamze.send("JOIN #lobby");
      await gamze.ping();
      for (const protocol of ["text.ircv3.net", ""]) {
        await using client = new Process("irc-framework", [
          ...["node", "-e", FRAMEWORK, `${await server.webPort()}`, protocol],
        ], { env: { NODE_PATH: `${NPM}/node_modules` } });
        const [, names = ""] = await client.line(/^here: (.*)$/);
        assertEquals(names.split(" ").sort(), ["Alperen", "Gamze"]);
        await client.write("Selam, ğüşıöç 🙂\n");
        await gamze.until(/^:Alperen!\S+ PRIVMSG #lobby :Selam, ğüşıöç 🙂$/);
        await gamze.send("PRIVMSG #lobby :Aleyküm selam");
        await client.line(/^Gamze: Aleyküm selam$/);
        client.kill("SIGTERM");
        await gamze.until(/^:Alperen!\S+ QUIT :Quit: bye$/);
        assertEquals(await client.exit(), 0);
      }
    },
    NO_LIBRARY,
  ),
);

/** nginx's part of docs/operators.md, for these ports and this directory. */
async function snippet(port: number, webPort: number, directory: string): Promise<string> {
  const page = await Deno.readTextFile(new URL("../../docs/operators.md", import.meta.url));
  const [, text = ""] = /^```nginx\n(.*?)^```$/ms.exec(page) ?? [];
  return text
    .replace("listen 443", `listen 127.0.0.1:${port}`)
    .replace("/etc/letsencrypt/live/chat.example.org/fullchain.pem", `${directory}/cert.pem`)
    .replace("/etc/letsencrypt/live/chat.example.org/privkey.pem", `${directory}/key.pem`)
    .replace("127.0.0.1:8097", `127.0.0.1:${webPort}`);
}

/** A text message in one frame, masked with zeros. */
function frame(text: string): string {
  return `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`;
}

Deno.test(
  permitted(
    "Web proxy: nginx, set up as the documents say, passes pages and WebSockets on",
    async () => {
      const directory = await Deno.makeTempDir({ prefix: "chat" });
      await using stack = new AsyncDisposableStack();
      stack.defer(() => Deno.remove(directory, { recursive: true }));
      const asked = { name: "chat.test", hosts: ["localhost"], now: Date.now() };
      const { cert, key } = await makeCertificate(asked);
      await Deno.writeTextFile(`${directory}/cert.pem`, cert);
      await Deno.writeTextFile(`${directory}/key.pem`, key);
      await using server = await ServerProcess.start([
        ...["--web-origins", "https://chat.example.org", "--trusted-proxies", "127.0.0.1,::1"],
      ]);
      const port = (() => {
        using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        return listener.addr.port;
      })();
      const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
      const conf = `daemon off; master_process off; pid ${directory}/pid; error_log stderr notice;
    events {} http { access_log off;
    ${places.map((each) => `${each}_temp_path ${directory}/${each};`).join("\n")}
    ${await snippet(port, await server.webPort(), directory)} }`;
      await Deno.writeTextFile(`${directory}/nginx.conf`, conf);
      const path = await installed("nginx");
      await using nginx = new Process("nginx", [
        path!,
        "-p",
        directory,
        "-c",
        `${directory}/nginx.conf`,
      ]);
      await nginx.stderr.line(/ OS: /);
      // A visitor who comes by a trusted proxy before this one: nginx adds that one's address.
      const visitor = { Host: "chat.example.org", "X-Forwarded-For": "203.0.113.9" };
      using client = await HttpClient.connect(port, { ca: cert });
      const page = await client.get("/", visitor);
      assertEquals(page?.status, 200);
      assertMatch(page?.body ?? "", /<title>/);
      // Whoever comes by a proxy is not on this machine, even if the proxy and the visitor are.
      for (const headers of [visitor, { Host: "chat.example.org" }, { Host: "localhost" }]) {
        assertEquals((await client.get("/metrics", headers))?.status, 404);
      }
      const evil = { ...visitor, ...UPGRADE, Origin: "https://evil.example" };
      assertEquals((await client.get("/", evil))?.status, 403);
      const own = { ...visitor, ...UPGRADE, Origin: "https://chat.example.org" };
      assertEquals((await client.get("/", own))?.status, 101);
      await server.line(/ 203\.0\.113\.9:\d+ is connected to the server$/);
      await client.send(frame("NICK Gamze") + frame("USER g 0 * :g") + frame("WHOIS Gamze"));
      await client.until(/ 671 Gamze Gamze :is using a secure connection/);
      client[Symbol.dispose]();
      await server.line(/\(Gamze\) is disconnected/);
    },
    await installed("nginx") === undefined ? "nginx is not installed" : "",
  ),
);
