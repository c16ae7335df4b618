/** The door for browsers, with real processes: the page, WebSockets, other programs. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { makeCertificate } from "../../lib/net/certificate.ts";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { type HttpAnswer, HttpClient, UPGRADE } from "../web/http_client.ts";
import { permitted } from "../permitted.ts";
import { run, RUNTIME, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { Transcript } from "./transcript.ts";

/** Why the program under test can't encrypt; undefined if it can. */
const FAULT = tlsFault(RUNTIME);

/** A temporary directory with a certificate. Disposing of it removes it. */
class Directory implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat" });

  /** Writes a certificate for localhost and its key. Returns the certificate. */
  async certify(): Promise<string> {
    const asked = { name: "chat.test", hosts: ["localhost"], now: Date.now() };
    const { cert, key } = await makeCertificate(asked);
    await Deno.writeTextFile(`${this.path}/cert.pem`, cert);
    await Deno.writeTextFile(`${this.path}/key.pem`, key);
    return cert;
  }

  /** The options that name the certificate and the key. */
  get flags(): string[] {
    const files = ["--tls-cert", `${this.path}/cert.pem`, "--tls-key", `${this.path}/key.pem`];
    return ["--tls-port", "0", ...files];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** A chat over a WebSocket, as a page has it. Disposing of it closes it. */
class WebClient implements AsyncDisposable {
  readonly received = new Transcript("the server (WebSocket)");
  readonly socket: WebSocket;
  /** What the messages were: `string` or `object`. */
  readonly kinds = new Set<string>();
  readonly #closed: Promise<CloseEvent>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.kinds.add(typeof data);
      const text = typeof data === "string" ? data : new TextDecoder().decode(data);
      this.received.add(`${text}\n`);
    };
    this.#closed = new Promise((resolve) => socket.onclose = resolve);
  }

  static async connect(url: string, ...protocols: string[]): Promise<WebClient> {
    const client = new WebClient(new WebSocket(url, protocols));
    await new Promise((resolve, reject) => {
      client.socket.onopen = resolve;
      client.socket.onerror = (event) => reject(new Error((event as ErrorEvent).message));
    });
    return client;
  }

  static async user(url: string, nick: string, ...protocols: string[]): Promise<WebClient> {
    const client = await WebClient.connect(url, ...protocols);
    client.send(`NICK ${nick}`, "USER web 0 * :Web");
    await client.until(/ (376|422) /);
    return client;
  }

  /** Sends lines, each in a message of its own. */
  send(...lines: string[]): void {
    const isBinary = this.socket.protocol === "binary.ircv3.net";
    for (const line of lines) this.socket.send(isBinary ? new TextEncoder().encode(line) : line);
  }

  until(pattern: RegExp): Promise<RegExpExecArray> {
    return this.received.line(pattern);
  }

  /** Waits for the end, and returns its code. */
  async end(): Promise<number> {
    return (await this.#closed).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.#closed;
  }
}

Deno.test(
  permitted("Web: people in browsers and with other programs talk in one room", async () => {
    await using server = await ServerProcess.start(["--title", "Büro"]);
    const url = `ws://localhost:${await server.webPort()}`;
    for (const protocol of ["text.ircv3.net", "binary.ircv3.net", undefined]) {
      await using gamze = await RawClient.user(server.port, "Gamze");
      await gamze.send("CAP REQ :server-time message-tags", "JOIN #lobby");
      await gamze.ping();
      const protocols = protocol === undefined ? [] : ["v9.example", protocol];
      await using alperen = await WebClient.user(`${url}/any/path`, "Alperen", ...protocols);
      assertEquals(alperen.socket.protocol, protocol ?? "");
      alperen.send(
        "JOIN #lobby",
        "PRIVMSG #lobby :Selam, ğüşıöç 🙂",
        `PRIVMSG #lobby :${"ş".repeat(200)}`,
      );
      await gamze.until(/:Alperen!\S+ PRIVMSG #lobby :Selam, ğüşıöç 🙂$/);
      await gamze.until(/:ş{200}$/);
      await gamze.send(...Array.from({ length: 5 }, (_, at) => `PRIVMSG #lobby :Aleyküm ${at}`));
      for (let at = 0; at < 5; at++) {
        await alperen.until(new RegExp(`^:Gamze!\\S+ PRIVMSG #lobby :Aleyküm ${at}$`));
      }
      alperen.send("WHOIS Gamze");
      await alperen.until(/ 318 /);
      assertEquals([...alperen.kinds], [protocol === "binary.ircv3.net" ? "object" : "string"]);
      alperen.send("QUIT :Hoşça kal");
      await alperen.until(/^ERROR :Closing link: \S+ \(Quit: Hoşça kal\)$/);
      assertEquals(await alperen.end(), 1000);
      await gamze.until(/:Alperen!\S+ QUIT :Quit: Hoşça kal$/);
    }
  }),
);

Deno.test(
  permitted("Web: a page that is left, or a browser that ends, is a user who leaves", async () => {
    await using server = await ServerProcess.start();
    const url = `ws://localhost:${await server.webPort()}`;
    await using gamze = await RawClient.user(server.port, "Gamze");
    await gamze.send("JOIN #lobby");
    await gamze.ping();
    const alperen = await WebClient.user(url, "Alperen");
    alperen.send("JOIN #lobby");
    await gamze.until(/^:Alperen!\S+ JOIN #lobby$/);
    await alperen[Symbol.asyncDispose]();
    await gamze.until(/^:Alperen!\S+ QUIT /);
    using furkan = await HttpClient.connect(await server.webPort());
    assertEquals((await furkan.get("/", UPGRADE))?.status, 101);
    // It is no browser, and sends a frame without a mask.
    await furkan.send("\x81\x04PING");
    await furkan.until(/a frame has no mask$/);
    furkan[Symbol.dispose]();
    await server.line(/is disconnected \(It broke the rules of WebSocket: a frame has no mask\)$/);
  }),
);

/** Asks over http or, with a certificate to trust, https. */
async function askOver(port: number, ca?: string, path = "/"): Promise<HttpAnswer | undefined> {
  using client = await HttpClient.connect(port, ca === undefined ? {} : { ca });
  return await client.get(path, { Host: `localhost:${port}` });
}

Deno.test(
  permitted(
    "Web: http and https are on one port, with the certificate of the IRC port",
    async () => {
      await using directory = new Directory();
      const first = await directory.certify();
      await using server = await ServerProcess.start(directory.flags);
      const port = await server.webPort();
      assertEquals((await askOver(port))?.status, 200);
      assertEquals((await askOver(port, first))?.status, 200);
      using client = await HttpClient.connect(port, { ca: first });
      const headers = {
        ...UPGRADE,
        Host: `localhost:${port}`,
        Origin: `https://localhost:${port}`,
      };
      assertEquals((await client.get("/", headers))?.status, 101);
      const second = await directory.certify();
      server.kill("SIGHUP");
      await server.line(/New connections use a new certificate/);
      assertEquals((await askOver(port, second))?.status, 200);
      await assertRejects(() => askOver(port, first));
    },
    FAULT,
  ),
);

Deno.test(permitted("Web: a ClientHello of many kilobytes is understood at all doors", async () => {
  await using directory = new Directory();
  const ca = await directory.certify();
  await using server = await ServerProcess.start(directory.flags);
  for (const port of [await server.webPort(), server.tlsPort]) {
    for (const names of [1, 66, 67, 68, 150, 240]) {
      using client = await HttpClient.connect(port, {
        ca,
        alpn: Array.from({ length: names }, (_, at) => `${at}`.padEnd(60, "x")),
      });
      if (port === server.tlsPort) {
        await client.send("PING a\r\n");
        await client.until(/PONG/);
      } else assertEquals((await client.get("/"))?.status, 200);
    }
  }
}, FAULT));

Deno.test(permitted("Web: with --no-plain, http only tells the way to https", async () => {
  await using directory = new Directory();
  const ca = await directory.certify();
  await using server = await ServerProcess.start([...directory.flags, "--no-plain"]);
  const [, port = ""] = await server.line(/^In a browser: https:\/\/\S+:(\d+)\/$/);
  const answer = await askOver(Number(port), undefined, "/a?b");
  const location = `https://localhost:${port}/a?b`;
  assertEquals([answer?.status, answer?.headers.get("location")], [308, location]);
  assertEquals((await askOver(Number(port), ca))?.status, 200);
}, FAULT));

Deno.test(permitted("Web: without the port, the chat room is open all the same", async () => {
  await using first = await ServerProcess.start();
  const port = await first.webPort();
  await using second = await ServerProcess.start(["--web-port", `${port}`]);
  await second.line(
    new RegExp(
      `There is no page for browsers\\. Cannot listen on port ${port}: it is already in use\\. ` +
        `Try --web-port ${port + 1}\\.$`,
    ),
  );
  await using _user = await RawClient.user(second.port, "Gamze");
  assertEquals(/In a browser/.exec(second.stdout.text), null);
  await using off = await ServerProcess.start(["--no-web"]);
  await off.line(/^Nothing is kept/);
  assertEquals(/browser/.exec(off.stdout.text), null);
  const { code, stderr } = await run("serve", "--port", "8097");
  assertEquals([code, stderr], [1, "port and web.port must differ, but both are 8097.\n"]);
}));

Deno.test(
  permitted(
    "Web: the start tells the page's address after how to join, for programs too",
    async () => {
      await using server = await ServerProcess.start(["--host", "127.0.0.1"]);
      await server.line(/^Nothing is kept/);
      const kinds = [
        /socket is created/,
        /bound/,
        /ready/,
        /Others join/,
        /In a browser/,
        /is kept/,
      ];
      assertEquals(
        server.stdout.lines.map((line, at) => kinds[at]?.test(line)),
        Array(6).fill(true),
      );
      const flags = ["--ephemeral", "--no-tls", "--port", "0", "--web-port", "0", "--log", "json"];
      await using other = start(["serve", "--host", "127.0.0.1", ...flags]);
      const [line] = await other.line(/^.*In a browser.*$/);
      const { kind, page } = JSON.parse(line);
      assertEquals(kind, "hint");
      assertMatch(page, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    },
  ),
);

Deno.test(
  permitted("Web: pages of other sites may connect only while they are listed", async () => {
    await using directory = new Directory();
    const config = `${directory.path}/chat.json`;
    const write = (origins: string[]) =>
      Deno.writeTextFile(config, JSON.stringify({ web: { port: 0, origins } }));
    await write([]);
    await using server = await ServerProcess.start(["--config", config]);
    const port = await server.webPort();
    const status = async () => {
      using client = await HttpClient.connect(port);
      return (await client.get("/", { ...UPGRADE, Origin: "https://chat.example.org" }))?.status;
    };
    assertEquals(await status(), 403);
    await write(["https://chat.example.org"]);
    server.kill("SIGHUP");
    await server.line(/The configuration was read again$/);
    assertEquals(await status(), 101);
    await write([]);
    server.kill("SIGHUP");
    await server.line(/The configuration was read again$/);
    assertEquals(await status(), 403);
    assert(!server.stdout.text.includes("refused"));
  }),
);
