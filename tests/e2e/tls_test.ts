/** Encrypted connections to the server, by the program itself, by openssl and by other clients. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hexFingerprint } from "../../lib/irc/fingerprint.ts";
import { makeCertificate } from "../../lib/net/certificate.ts";
import { tlsContext, tlsFault } from "../../lib/net/tls_context.ts";
import { Irssi, WeeChat } from "./other_clients.ts";
import { installed } from "./other_servers.ts";
import { Process, run, RUNTIME, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** Why the program under test can't encrypt; undefined if it can. */
const FAULT = tlsFault(RUNTIME);

const NO_OPENSSL = await installed("openssl") === undefined ? "openssl is not installed" : "";

/** Defines a test for programs that can encrypt. */
function encrypted(name: string, fn: () => Promise<void>, missing = ""): Deno.TestDefinition {
  return permitted(name, fn, FAULT ?? missing);
}

const SECURE = ["--tls-port", "0"];

/** A temporary directory. Disposing of it removes it. */
class Directory implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async create(): Promise<Directory> {
    return new Directory(await Deno.makeTempDir({ prefix: "chat" }));
  }

  /** Writes a certificate and its key. Returns the fingerprint. */
  async certify(name: string): Promise<string> {
    const pair = await makeCertificate({ name, hosts: ["localhost"], now: Date.now() });
    await Deno.writeTextFile(`${this.path}/cert.pem`, pair.cert);
    await Deno.writeTextFile(`${this.path}/key.pem`, pair.key);
    return tlsContext(pair).fingerprint;
  }

  /** The options that name the certificate and the key. */
  get flags(): string[] {
    const files = ["--tls-cert", `${this.path}/cert.pem`, "--tls-key", `${this.path}/key.pem`];
    return [...SECURE, ...files];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** The fingerprint in the server's start-up lines. */
async function fingerprintOf(server: ServerProcess): Promise<string> {
  const [, fingerprint] = await server.line(/--fingerprint (SHA256:\S+)$/);
  return fingerprint!;
}

/** Makes a TLS handshake with openssl. Returns its output. */
async function openssl(port: number, ...args: string[]): Promise<string> {
  const client = ["openssl", "s_client", "-connect", `127.0.0.1:${port}`, ...args];
  await using process = new Process("openssl", client, { merged: true });
  await process.closeStdin();
  await process.exit();
  return process.stdout.text;
}

Deno.test(encrypted("TLS: users with and without encryption are in the same room", async () => {
  await using server = await ServerProcess.start(SECURE);
  await using furkan = await RawClient.user(server.tlsPort, "Furkan", { secure: true });
  await using gamze = await RawClient.user(server.port, "Gamze");
  await server.line(new RegExp(`^\\S+ \\S+ ${RegExp.escape(furkan.address)} is connected`));
  await furkan.send("JOIN #lobby");
  await furkan.ping();
  await gamze.send("JOIN #lobby", "PRIVMSG #lobby :Selam");
  await furkan.until(/^:Gamze!\S+ PRIVMSG #lobby :Selam$/);
  await furkan.send("PRIVMSG #lobby :Aleyküm selam");
  await gamze.until(/^:Furkan!\S+ PRIVMSG #lobby :Aleyküm selam$/);
  await gamze.send("WHOIS Furkan", "WHOIS Gamze");
  await gamze.until(/ 318 Gamze Gamze /);
  const secure = gamze.received.lines.filter((line) => / 671 /.test(line));
  assertEquals(secure.length, 1);
  assertMatch(secure[0]!, / 671 Gamze Furkan :is using a secure connection$/);
  await furkan.send("QUIT :Hoşça kalın");
  await gamze.until(/^:Furkan!\S+ QUIT :Quit: Hoşça kalın$/);
  assertMatch(await furkan.end(), /^ERROR /);
  server.kill("SIGTERM");
  assertMatch(await gamze.end(), /The server is closing/);
  assertEquals(await server.exit(), 0);
}));

Deno.test(encrypted(
  "TLS: openssl agrees on TLS 1.2 and 1.3 only, and finds the certificate sound",
  async () => {
    await using server = await ServerProcess.start(SECURE);
    const fingerprint = await fingerprintOf(server);
    const [old, two, three] = await Promise.all([
      openssl(server.tlsPort, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
      openssl(server.tlsPort, "-tls1_2"),
      openssl(server.tlsPort, "-tls1_3"),
    ]);
    assertMatch(old, /Cipher is \(NONE\)/);
    assertMatch(two, /New, TLSv1\.2, Cipher is ECDHE-ECDSA/);
    assertMatch(three, /New, TLSv1\.3, Cipher is TLS_/);
    await using directory = await Directory.create();
    const file = `${directory.path}/server.pem`;
    const [pem] = /-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----\n/s.exec(three)!;
    await Deno.writeTextFile(file, pem);
    const tell = async (...args: string[]) => {
      await using process = new Process("openssl", ["openssl", ...args], { merged: true });
      await process.exit();
      return process.stdout.text;
    };
    const hex = hexFingerprint(fingerprint, ":");
    assertEquals(
      await tell("x509", "-in", file, "-noout", "-fingerprint", "-sha256"),
      `sha256 Fingerprint=${hex}\n`,
    );
    assert(server.stdout.text.includes(hex));
    for (const host of [["-verify_ip", "127.0.0.1"], ["-verify_hostname", "localhost"]]) {
      const strict = ["-x509_strict", "-purpose", "sslserver", ...host];
      assertEquals(await tell("verify", "-CAfile", file, ...strict, file), `${file}: OK\n`);
      // Deno's own TLS accepts the certificate if it is pinned.
      using conn = await Deno.connectTls({
        hostname: host[1]!,
        port: server.tlsPort,
        caCerts: [pem],
      });
      await conn.handshake();
    }
  },
  NO_OPENSSL,
));

Deno.test(
  encrypted(
    "TLS: the certificate is the same after a restart, and only its owner can read the key",
    async () => {
      await using directory = await Directory.create();
      const data = ["--data", directory.path];
      const fingerprints = [];
      for (let starts = 0; starts < 2; starts++) {
        await using server = await ServerProcess.start(SECURE, 0, "", data);
        fingerprints.push(await fingerprintOf(server));
        server.kill("SIGTERM");
        await server.exit();
      }
      assertEquals(fingerprints[0], fingerprints[1]);
      if (Deno.build.os === "windows") return;
      for (
        const [path, mode] of [["", 0o700], ["/key.pem", 0o600], ["/cert.pem", 0o600]] as const
      ) {
        const info = await Deno.stat(`${directory.path}/tls${path}`);
        assertEquals(info.mode! & 0o777, mode, path);
      }
    },
  ),
);

Deno.test(encrypted("TLS: with --ephemeral each start has another certificate", async () => {
  await using one = await ServerProcess.start(SECURE);
  await using two = await ServerProcess.start(SECURE);
  assert(await fingerprintOf(one) !== await fingerprintOf(two));
}));

Deno.test(
  encrypted(
    "TLS: a new certificate is taken over while people talk, and an unusable one is not",
    async () => {
      await using directory = await Directory.create();
      await directory.certify("old.example");
      await using server = await ServerProcess.start(directory.flags);
      await using furkan = await RawClient.user(server.tlsPort, "Furkan", { secure: true });
      const told = (what: string) => server.line(new RegExp(`^\\S+ \\S+ ${what}`));

      // The server reads a half-written certificate when it has settled, and logs the error.
      await Deno.writeTextFile(`${directory.path}/cert.pem`, "-----BEGIN CERTIFICATE-----\n");
      const bad =
        "The certificate was not changed\\. The certificate \\S+ can't be used: it is not a";
      await told(bad);
      server.kill("SIGHUP");
      await told("The configuration was read again");
      await told(bad);
      await using gamze = await RawClient.user(server.tlsPort, "Gamze", { secure: true });

      const watched = await directory.certify("watched.example");
      await told(`New connections use a new certificate: ${RegExp.escape(watched)}$`);
      const asked = await directory.certify("asked.example");
      server.kill("SIGHUP");
      await told(`New connections use a new certificate: ${RegExp.escape(asked)}$`);

      const pinned = Deno.readTextFileSync(`${directory.path}/cert.pem`);
      const { tlsPort: port } = server;
      using conn = await Deno.connectTls({ hostname: "localhost", port, caCerts: [pinned] });
      await conn.handshake();
      await furkan.send("PRIVMSG Gamze :Hâlâ buradayız");
      await gamze.until(/^:Furkan!\S+ PRIVMSG Gamze :Hâlâ buradayız$/);
    },
  ),
);

Deno.test(
  encrypted(
    "TLS: STS is offered with a certificate of one's own, but not with a self-made one",
    async () => {
      await using directory = await Directory.create();
      await directory.certify("chat.example");
      await using server = await ServerProcess.start([...directory.flags, "--sts", "600"]);
      await using made = await ServerProcess.start(SECURE);
      const cases: [ServerProcess, secure: boolean, sts: string | undefined][] = [
        [server, false, `port=${server.tlsPort}`],
        [server, true, "duration=600"],
        [made, false, undefined],
        [made, true, undefined],
      ];
      for (const [{ port, tlsPort }, secure, sts] of cases) {
        await using client = await RawClient.connect(secure ? tlsPort : port, { secure });
        await client.send("CAP LS 302");
        const [, caps] = await client.until(/ CAP \* LS :(.*)$/);
        assertEquals(/(?:^| )sts=(\S*)/.exec(caps!)?.[1], sts);
        await client.send("CAP REQ sts");
        await client.until(/ CAP \* NAK :?sts$/);
      }
      // A client that does not support values does not get the capability at all.
      await using old = await RawClient.connect(server.port);
      await old.send("CAP LS");
      const [caps] = await old.until(/ CAP \* LS :.*$/);
      assertEquals(/\bsts\b/.exec(caps), null);
    },
  ),
);

Deno.test(encrypted("TLS: --no-plain leaves the encrypted port only", async () => {
  await using server = await ServerProcess.start([...SECURE, "--no-plain"]);
  assertEquals(server.port, NaN);
  await using client = await RawClient.user(server.tlsPort, "Furkan", { secure: true });
  await client.ping();
}));

Deno.test(
  encrypted(
    "TLS: a client that does not encrypt on the encrypted port is told so, in the log too",
    async () => {
      await using server = await ServerProcess.start(SECURE);
      await using client = await RawClient.connect(server.tlsPort);
      await client.send("NICK Furkan", "USER furkan 0 * :Furkan");
      assertMatch(await client.end(), /^ERROR :.*this port accepts only encrypted connections/);
      await server.line(
        /is disconnected \(It uses no encryption on the port for encrypted connections\)$/,
      );
    },
  ),
);

Deno.test(
  encrypted(
    "TLS: unfinished handshakes count as connections, and end when the server closes",
    async () => {
      await using server = await ServerProcess.start([...SECURE, "--max-connections-per-ip", "3"]);
      await using stack = new AsyncDisposableStack();
      for (const first of [[], [0x16], [0x16, 3, 1, 2, 0, 1]]) {
        const idle = stack.use(await RawClient.connect(server.tlsPort, { closes: false }));
        await idle.bytes(Uint8Array.from(first));
        await server.line(/ is connected to the server$/);
      }
      for (const port of [server.tlsPort, server.port]) {
        await using refused = await RawClient.connect(port);
        await refused.end();
        await server.line(/ was refused: Too many connections from your address$/);
      }
      server.kill("SIGTERM");
      assertEquals(await server.exit(), 0);
    },
  ),
);

Deno.test(
  encrypted(
    "TLS: a fault that prevents encryption is explained in one line, with an exit status",
    async () => {
      await using other = await ServerProcess.start(SECURE);
      await using directory = await Directory.create();
      await directory.certify("chat.example");
      const { path } = directory;
      await Deno.mkdir(`${path}/data/tls`, { recursive: true });
      await Deno.copyFile(`${path}/cert.pem`, `${path}/data/tls/cert.pem`);
      await Deno.writeTextFile(`${path}/data/tls/key.pem`, "");
      const key = (await makeCertificate({ name: "x", hosts: [], now: Date.now() })).key;
      await Deno.writeTextFile(`${path}/other.pem`, key);
      const files = (
        cert: string,
        key: string,
      ) => ["--ephemeral", "--tls-cert", `${path}/${cert}`, "--tls-key", `${path}/${key}`];
      const cases: [args: string[], code: number, stderr: RegExp][] = [
        [
          ["--ephemeral", "--tls-port", `${other.tlsPort}`],
          1,
          /^Cannot listen on port \d+: it is already in use\. Try --tls-port \d+\.$/m,
        ],
        [
          files("none.pem", "key.pem"),
          1,
          /^Cannot read the certificate \S+: there is no such file\.$/m,
        ],
        [
          files("cert.pem", "cert.pem"),
          1,
          /^The key \S+ can't be used: it is not a private key in PEM/,
        ],
        [
          files("key.pem", "key.pem"),
          1,
          /^The certificate \S+ can't be used: it is not a certificate/,
        ],
        [
          files("cert.pem", "other.pem"),
          1,
          /^The key \S+ can't be used: it belongs to another cert/,
        ],
        [
          ["--data", `${path}/data`],
          1,
          /^The key \S+ can't be used: .*\. If you delete both files in /,
        ],
        [["--no-plain", "--no-tls"], 1, /^Nobody can connect if plain is false/],
      ];
      for (const [args, code, expected] of cases) {
        const { stdout, stderr, ...result } = await run("serve", "--port", "0", ...args);
        assertMatch(stderr, expected);
        assertEquals([stderr.split("\n").length, stdout, result.code], [2, "", code], stderr);
      }
    },
  ),
);

for (const { name, missing, launch } of [Irssi, WeeChat]) {
  Deno.test(encrypted(
    `TLS: ${name} talks and logs in if the pinned fingerprint is right, and only then`,
    async () => {
      await using directory = await Directory.create();
      const data = ["--data", directory.path];
      await using server = await ServerProcess.start(
        [...SECURE, "--ping-interval", "2"],
        0,
        "",
        data,
      );
      const password = "dogru-at-pil-zimba";
      await using user = start(["user", "add", "Gamze", ...data]);
      await user.write(`${password}\n`);
      assertEquals(await user.exit(), 0, user.stderr.text);
      const pinned = hexFingerprint(await fingerprintOf(server), ":");
      await using furkan = await RawClient.user(server.port, "Furkan");
      await furkan.send("JOIN #lobby");
      await using gamze = await launch(server.tlsPort, "Gamze", {
        pinned,
        login: { account: "Gamze", password, mechanism: "PLAIN" },
      });
      await gamze.sees(/logged in as Gamze/);
      await gamze.sees(/Welcome to the/);
      await gamze.types("/join #lobby");
      await furkan.until(/^:Gamze!\S+ JOIN #lobby$/);
      await gamze.sees(/has joined #lobby/);
      await gamze.types("Merhaba, dünya!");
      await furkan.until(/^:Gamze!\S+ PRIVMSG #lobby :Merhaba, dünya!$/);
      await furkan.send("PRIVMSG #lobby :Hoş geldin", "WHOIS Gamze");
      await gamze.sees(/Hoş geldin/);
      await furkan.until(/ 671 Furkan Gamze /);
      assertEquals(gamze.errors(), []);
      await using _wrong = await launch(server.tlsPort, "Deniz", {
        pinned: pinned.replace(/../, "00"),
      });
      await server.line(/ is disconnected/);
      assertEquals(/claimed Deniz/.exec(server.stdout.text), null);
    },
    missing,
  ));
}

Deno.test(permitted(
  "TLS: a program that can't encrypt says so, and goes on only if plain text is allowed",
  async () => {
    await using server = start([
      "serve",
      "--ephemeral",
      "--port",
      "0",
      "--tls-port",
      "0",
      "--no-announce",
    ]);
    await server.line(/Connections are not encrypted: this program was built with Deno /);
    const { code, stderr } = await run("serve", "--ephemeral", "--port", "0", "--no-plain");
    assertEquals(code, 1);
    assertMatch(stderr, /^Connections can't be encrypted: .*\n$/);
  },
  FAULT === undefined ? "it can" : "",
));
