/** Which servers `chat join` trusts: the program as a process, with servers of different keys. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { networkAddresses } from "../../lib/net/address.ts";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { SocksServer } from "../net/socks_server.ts";
import { installed } from "./other_servers.ts";
import { BINARY, type Process, run, RUNTIME, runWith, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { LACKING, permitted } from "../permitted.ts";

/** Why the program under test can't encrypt; undefined if it can. */
const FAULT = tlsFault(RUNTIME);

/** Defines a test for programs that can encrypt. */
function encrypted(name: string, fn: () => Promise<void>, missing = ""): Deno.TestDefinition {
  return permitted(name, fn, FAULT ?? missing);
}

/** Why certificate authorities can't be tested; empty if they can. */
const NO_AUTHORITY = BINARY !== undefined
  ? "its authorities are fixed"
  : await installed("openssl") === undefined
  ? "openssl is not installed"
  : "";

const SECURE = ["--tls-port", "0"];

const ENTERED = /^You have selected your username/;

/** A way to a server through a proxy, so that it counts as another machine: `chat.test`. */
function away(port: number): SocksServer {
  return new SocksServer({ leads: { [`<chat.test>:${port}`]: port } });
}

/** The variable that leads through a proxy. */
function through(proxy: SocksServer): Record<string, string> {
  return { ALL_PROXY: `socks5h://127.0.0.1:${proxy.port}` };
}

/** A directory for what the client keeps. */
class Kept implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat" });

  /** The environment variables that point to the directory. */
  get env(): Record<string, string> {
    return { XDG_CONFIG_HOME: this.path, APPDATA: this.path, LOCALAPPDATA: this.path };
  }

  /** The path of the known servers. */
  get file(): string {
    return `${this.path}/chat/known_hosts`;
  }

  /** Writes the file of known servers. */
  async know(text: string): Promise<void> {
    await Deno.mkdir(`${this.path}/chat`, { recursive: true });
    await Deno.writeTextFile(this.file, text, { mode: 0o600 });
  }

  /** The content of that file; empty if there is none. */
  async known(): Promise<string> {
    return await Deno.readTextFile(this.file).catch(() => "");
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

/** Waits until a client has entered, ends it, and returns whether its connection was encrypted. */
async function encrypts(server: ServerProcess, client: Process, name = "ci"): Promise<boolean> {
  await client.line(ENTERED);
  await using seer = await RawClient.user(server.port, "observer");
  await seer.send(`WHOIS ${name}`);
  await seer.until(/ 318 observer /);
  await client.closeStdin();
  assertEquals(await client.exit(), 0, client.stderr.text);
  return seer.received.lines.some((line) => / 671 /.test(line));
}

Deno.test(
  encrypted(
    "Trust: a server on this machine is entered with encryption, without a question or a trace",
    async () => {
      await using server = await ServerProcess.start(SECURE);
      await using kept = new Kept();
      for (const target of [`127.0.0.1:+${server.tlsPort}`, `ircs://localhost:${server.tlsPort}`]) {
        await using client = start(["join", target, "--name", "ci"], { env: kept.env });
        assertEquals(await encrypts(server, client), true);
        assert(client.stdout.text.startsWith("Welcome to the server."), client.stdout.text);
        assertEquals([client.stderr.text, await kept.known()], ["", ""]);
      }
      await using plain = start(["join", `127.0.0.1:${server.port}`, "--name", "ci"]);
      assertEquals(await encrypts(server, plain), false);
    },
  ),
);

/** An address of this machine at which others reach it. */
const [OWN] = networkAddresses(LACKING.length > 0 ? [] : Deno.networkInterfaces());

Deno.test(encrypted(
  "Trust: a server at an own address of this machine is trusted like localhost",
  async () => {
    await using server = await ServerProcess.start(SECURE);
    await using kept = new Kept();
    const host = OWN!.includes(":") ? `[${OWN}]` : OWN;
    const join = ["join", `${host}:+${server.tlsPort}`, "--name", "ci"];
    await using client = start(join, { env: kept.env });
    assertEquals(await encrypts(server, client), true);
    assert(client.stdout.text.startsWith("Welcome to the server."), client.stdout.text);
    assertEquals([client.stderr.text, await kept.known()], ["", ""]);
  },
  OWN === undefined ? "this machine is on no network" : "",
));

Deno.test(
  encrypted(
    "Trust: the right --fingerprint lets in, and with a wrong one nothing is sent",
    async () => {
      await using server = await ServerProcess.start(SECURE);
      await using other = await ServerProcess.start(SECURE);
      const target = `127.0.0.1:${server.tlsPort}`;
      const [right, wrong] = [await fingerprintOf(server), await fingerprintOf(other)];
      await using client = start(["join", target, "--name", "ci", "--fingerprint", right]);
      assertEquals(await encrypts(server, client), true);
      const said = server.stdout.text.match(/claimed/g)?.length;
      const refused = await run("join", target, "--name", "Gamze", "--fingerprint", wrong);
      assertMatch(
        refused.stderr,
        /^This is not the expected server\. .*Nothing was sent\. .*\nbut it must be\n\S+\n$/s,
      );
      assert(refused.stderr.includes(right) && refused.stderr.includes(wrong));
      assertEquals([refused.stdout, refused.code], ["", 1]);
      assertEquals(server.stdout.text.match(/claimed/g)?.length, said);
    },
  ),
);

Deno.test(encrypted(
  "Trust: if nobody can be asked, a new server needs --trust-new, and is known from then on",
  async () => {
    await using server = await ServerProcess.start(SECURE);
    const fingerprint = await fingerprintOf(server);
    await using kept = new Kept();
    await using proxy = away(server.tlsPort);
    const env = { ...kept.env, ...through(proxy) };
    const join = ["join", `chat.test:+${server.tlsPort}`, "--name", "ci"];
    for (const args of [[], ["--json"]]) {
      const { stderr, stdout, code } = await runWith(env, ...join, ...args);
      assertMatch(stderr, /^You have not used the server at .*\n--fingerprint \S+\n.*--trust-new/s);
      assert(stderr.includes(fingerprint));
      assertEquals([/"type":"(?!dialling|closed)/.exec(stdout), code], [null, 1]);
      assertEquals(await kept.known(), "");
    }
    for (const [args, notice] of [[["--trust-new"], true], [[], false]] as const) {
      await using client = start([...join, ...args], { env });
      assertEquals(await encrypts(server, client), true);
      const told = `The server's fingerprint was remembered: ${fingerprint}\n`;
      assertEquals(client.stdout.text.startsWith(told), notice);
      const line = RegExp.escape(`chat.test:${server.tlsPort} ${fingerprint} `);
      assertMatch(await kept.known(), new RegExp(`^${line}\\d{4}-\\d\\d-\\d\\d\n$`));
    }
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(kept.file)).mode! & 0o777, 0o600);
    }
  },
));

Deno.test(encrypted("Trust: a connection that is not encrypted says so in one line", async () => {
  await using server = await ServerProcess.start(SECURE);
  await using proxy = away(server.port);
  const join = ["join", `chat.test:${server.port}`, "--name", "ci"];
  for (const args of [[], ["--no-tls"]]) {
    await using client = start([...join, ...args], { env: through(proxy) });
    assertEquals(await encrypts(server, client), false);
    assertMatch(client.stdout.text, /^This connection is not encrypted: .*\nWelcome to the /);
  }
}));

Deno.test(encrypted("Trust: a key that changes during a stay ends it with a warning", async () => {
  await using first = await ServerProcess.start(SECURE);
  const { tlsPort } = first;
  const before = await fingerprintOf(first);
  await using kept = new Kept();
  await kept.know(`# mine\n127.0.0.1:${tlsPort} ${before} 2026-01-02\n`);
  const join = ["join", `127.0.0.1:${tlsPort}`, "--name", "ci"];
  await using client = start(join, { env: kept.env });
  await client.line(ENTERED);
  await using pinned = start([join[0]!, join[1]!, "--name", "ci2", "--fingerprint", before]);
  await pinned.line(ENTERED);
  first.kill("SIGKILL");
  await first.exit();
  await using second = await ServerProcess.start(["--tls-port", `${tlsPort}`]);
  const now = await fingerprintOf(second);
  assertEquals([await client.exit(), await pinned.exit()], [1, 1]);
  const warning =
    /\nWARNING: the certificate of .* is now\n(\S+)\nSince 2026-01-02 it was\n(\S+)\n/;
  const [, ...told] = warning.exec(client.stderr.text) ?? [];
  assertEquals(told, [now, before]);
  assert(client.stderr.text.includes(`remove line 2 of ${kept.file}.`));
  assertMatch(pinned.stderr.text, /\nThis is not the expected server\. /);
  assertEquals(/claimed/.exec(second.stdout.text), null);
  const again = await runWith(kept.env, ...join);
  assertMatch(again.stderr, /^WARNING: /);
  assertEquals(again.code, 1);
}));

Deno.test(
  encrypted(
    "Trust: a broken file of known servers ends the program with the number of the line",
    async () => {
      await using kept = new Kept();
      await kept.know("127.0.0.1:6697 yes\n");
      const { code, stderr } = await runWith(kept.env, "join", "127.0.0.1:1", "--name", "ci");
      assertMatch(stderr, /^\S+known_hosts, line 1: .* Correct the line, or remove it\.\n$/);
      assertEquals(code, 1);
    },
  ),
);

Deno.test(encrypted("Trust: a certificate from a file is trusted", async () => {
  await using data = new Kept();
  const keep = ["--data", data.path];
  await using server = await ServerProcess.start(SECURE, 0, "", keep);
  const target = `127.0.0.1:${server.tlsPort}`;
  const file = `${data.path}/tls/cert.pem`;
  await using client = start(["join", target, "--name", "ci", "--ca", file]);
  assertEquals(await encrypts(server, client), true);
  await using other = await ServerProcess.start(SECURE);
  const wrong = await run("join", `127.0.0.1:${other.tlsPort}`, "--name", "ci", "--ca", file);
  assertMatch(wrong.stderr, /^No authority vouches for the server .* not the one in --ca FILE/);
  const none = await run("join", target, "--ca", `${data.path}/tls/key.pem`);
  assertMatch(none.stderr, /key\.pem contains no certificate/);
  assertEquals([wrong.code, none.code], [1, 1]);
}));

/** Creates a certificate from an authority of the test's own, with openssl. */
async function certified(directory: string, name: string, ...flags: string[]): Promise<string[]> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: directory })
      .output();
    assert(success, new TextDecoder().decode(stderr));
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  if (!(await Deno.stat(`${directory}/ca.pem`).then(() => true, () => false))) {
    const isOne = ["-addext", "basicConstraints=critical,CA:TRUE"];
    await openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=a",
      ...isOne,
    );
  }
  const says = `subjectAltName=DNS:${name}\nbasicConstraints=critical,CA:FALSE\n`;
  await Deno.writeTextFile(`${directory}/ext`, says);
  await openssl("req", ...key, "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=b");
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ext", ...flags];
  await openssl("x509", "-req", "-in", "csr.pem", ...by, "-out", "cert.pem");
  return ["--tls-cert", `${directory}/cert.pem`, "--tls-key", `${directory}/key.pem`];
}

Deno.test(encrypted(
  "Trust: an authority's word is enough, for the name that was typed, as long as it is good",
  async () => {
    await using directory = new Kept();
    const { path } = directory;
    for (const [name, ...flags] of [["chat.test"], ["other.test"], ["chat.test", "-days", "-1"]]) {
      const what = [name, ...flags].join(" ");
      await using server = await ServerProcess.start([
        ...SECURE,
        ...await certified(path, name!, ...flags),
      ]);
      // Only the proxy knows the name, and a server behind a proxy does not count as this machine.
      await using proxy = new SocksServer({ leads: { "<chat.test>:6697": server.tlsPort } });
      await using kept = new Kept();
      const alone = { ...kept.env, ALL_PROXY: `socks5h://127.0.0.1:${proxy.port}` };
      // The built-in authorities and this one.
      const env = { ...alone, DENO_CERT: `${path}/ca.pem` };
      const join = ["join", "ircs://chat.test", "--name", "ci"];
      if (what === "chat.test") {
        await using client = start(join, { env });
        assertEquals(await encrypts(server, client), true);
        assert(client.stdout.text.startsWith("Welcome to the server."), client.stdout.text);
        assertMatch(await kept.known(), /^chat\.test:6697 authority \d{4}-\d\d-\d\d\n$/);
        const unknown = await runWith(alone, ...join);
        assertMatch(unknown.stderr, /^WARNING: /, "nobody vouches any more");
        // The authority vouches even for a new key.
        await kept.know(`chat.test:6697 SHA256:${"A".repeat(43)} 2026-01-02\n`);
        await using again = start(join, { env });
        assertEquals(await encrypts(server, again), true);
      } else {
        const refused = await runWith(env, ...join);
        assertMatch(refused.stderr, /^You have not used the server at /, what);
        assertEquals(refused.code, 1);
      }
    }
  },
  NO_AUTHORITY,
));

Deno.test(encrypted("Trust: an invitation is all that it takes to come in", async () => {
  await using data = new Kept();
  const keep = ["--data", data.path];
  await using server = await ServerProcess.start([...SECURE, "--invite-only"], 0, "", keep);
  const place = `127.0.0.1:${server.tlsPort}`;
  const invitation = await run("invite", ...keep, "--host", place, "--for", "Deniz");
  const [, link, name] = /^chat join "(\S+)" --name (\S+)$/m.exec(invitation.stdout) ?? [];
  const uninvited = await run("join", `ircs://${place}`, "--name", "Deniz");
  assertEquals([uninvited.code, /claimed/.exec(server.stdout.text)], [1, null]);
  await using client = start(["join", link!, "--name", name!]);
  await client.line(ENTERED);
  await client.closeStdin();
  assertEquals([await client.exit(), client.stderr.text], [0, ""]);
  await using other = await ServerProcess.start(SECURE);
  const elsewhere = link!.replace(/:\d+/, `:${other.tlsPort}`);
  const stolen = await run("join", elsewhere, "--name", name!);
  assertMatch(stolen.stderr, /^This is not the expected server/);
}));

Deno.test(
  encrypted(
    "Trust: on a terminal with --plain the question comes as a line, and only yes counts",
    async () => {
      await using server = await ServerProcess.start(SECURE);
      await using proxy = away(server.tlsPort);
      const options = { env: through(proxy) };
      const place = `chat.test:+${server.tlsPort}`;
      const fingerprint = await fingerprintOf(server);
      const open = (name: string) =>
        TmuxTerminal.chat(["join", place, "--plain", "--name", name], options);
      await using no = await open("Ada");
      await no.shows((rows) => rows.join("").includes(fingerprint));
      await no.shows(/^Please type yes or no:$/m);
      await no.enters("y");
      await no.shows(/^Please type yes or no:\ny\nPlease type yes or no:$/m);
      await no.enters("no");
      await no.shows(/^The server was not trusted\. Nothing was sent\.$/m);
      assertEquals(await no.ended(), 1);
      await using gone = await open("Ada");
      await gone.shows(/^Please type yes or no:$/m);
      await gone.presses("C-d");
      assertEquals(await gone.ended(), 0);
      assertEquals(/claimed/.exec(server.stdout.text), null);
      await using yes = await open("Ada");
      await yes.shows(/^Please type yes or no:$/m);
      await yes.enters("yes");
      await server.line(/claimed Ada/);
      await yes.enters("exit");
      assertEquals(await yes.ended(), 0);
    },
    NO_TERMINAL,
  ),
);
