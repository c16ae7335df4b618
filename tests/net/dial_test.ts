/** Dialling servers on real sockets, the right ones and the wrong ones. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { KnownHost, KnownLine } from "../../lib/client/trust/known_hosts.ts";
import { type KeyPair, makeCertificate } from "../../lib/net/certificate.ts";
import type { Socket } from "../../lib/net/connection.ts";
import { dial, type Dialled, type DialOptions, type DialTarget } from "../../lib/net/dial.ts";
import { type Proxy, readProxy } from "../../lib/net/proxy.ts";
import { tlsContext, tlsFault } from "../../lib/net/tls_context.ts";
import { TlsSocket } from "../../lib/net/tls_socket.ts";
import { SocksServer, type SocksServerOptions } from "./socks_server.ts";
import { needing } from "../permitted.ts";

const permitted = needing("net");

const OLD = tlsFault();

/** Defines a test for runtimes that support TLS. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test(permitted(name, fn, OLD));
}

const certificate = () =>
  makeCertificate({ name: "chat.test", hosts: ["localhost", "127.0.0.1"], now: Date.now() });

const [RIGHT, WRONG] = [await certificate(), await certificate()];
const [FINGERPRINT, OTHER] = [RIGHT, WRONG].map((pair) =>
  OLD === undefined ? tlsContext(pair).fingerprint : ""
) as [string, string];

const bytes = (text: string) => new TextEncoder().encode(text);

async function pipe(from: Socket, to: Socket): Promise<void> {
  const buffer = new Uint8Array(1000);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) break;
      await to.write(buffer.slice(0, count));
    }
    await to.closeWrite();
  } catch {
    // One end is gone, so close the other one.
    from.close();
    to.close();
  }
}

/** A server that echoes or forwards. */
class Host implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running: Promise<void>;
  /** Everything that it received. */
  heard = "";

  /**
   * Starts a server.
   *
   * @param pair The key and certificate for TLS; undefined for no TLS.
   * @param behind The port of the server to which it forwards everything.
   */
  constructor(readonly pair: KeyPair | undefined, readonly behind?: number) {
    this.#running = this.#run();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(): Promise<void> {
    const serving: Promise<void>[] = [];
    try {
      for (;;) serving.push(this.#serve(await this.#listener.accept()));
    } catch {
      // Already closed.
    }
    await Promise.all(serving);
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    const socket: Socket = this.pair === undefined ? conn : TlsSocket.accept(conn, {
      context: tlsContext(this.pair).secure,
      handshakeMs: 60_000,
      plainAnswer: bytes("ERROR :Encrypt\r\n"),
    });
    try {
      if (this.behind !== undefined) {
        const { signal } = new AbortController();
        const next = await Deno.connect({ hostname: "127.0.0.1", port: this.behind });
        const server = await TlsSocket.connect(next, { host: "127.0.0.1", signal });
        await Promise.all([pipe(socket, server), pipe(server, socket)]);
        server.close();
      } else {
        const buffer = new Uint8Array(1000);
        for (;;) {
          const count = await socket.read(buffer);
          if (count === null) break;
          const text = new TextDecoder().decode(buffer.subarray(0, count));
          this.heard += text;
          await socket.write(bytes(`re: ${text}`));
        }
        await socket.closeWrite();
      }
    } catch {
      // The peer disconnected.
    }
    try {
      socket.close();
    } catch {
      // Already closed.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
  }
}

/** A port on which nothing listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const { signal } = new AbortController();

/** Dials, sends a line if it connects, and returns the result. */
async function attempt(
  place: Partial<DialTarget>,
  options: Partial<DialOptions> = {},
): Promise<{ dialled: Dialled; answer: string; kept: KnownHost[] }> {
  const kept: KnownHost[] = [];
  const dialled = await dial({ host: "localhost", port: undefined, encryption: "auto", ...place }, {
    known: [],
    file: "known_hosts",
    expected: undefined,
    trustNew: false,
    today: "2026-01-02",
    signal,
    ca: undefined,
    ask: undefined,
    // Treats this machine as a remote one.
    local: () => false,
    remember: (entry) => Promise.resolve(void kept.push(entry)),
    ...options,
  });
  let answer = "";
  if (dialled.kind === "connected") {
    await dialled.socket.write(bytes("Hello"));
    const buffer = new Uint8Array(100);
    const count = await dialled.socket.read(buffer);
    answer = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    await dialled.socket.closeWrite();
    assertEquals(await dialled.socket.read(buffer), null);
    dialled.socket.close();
  }
  return { dialled, answer, kept };
}

function knownAs(fingerprint: string | null, port: number): readonly KnownLine[] {
  return [{ host: "localhost", port, fingerprint, since: "2025-05-05", line: 1 }];
}

/** Expects a refusal with these words. */
function assertRefused(dialled: Dialled, ...words: RegExp[]): void {
  assertEquals(dialled.kind, "refused");
  for (const word of words) assertMatch(dialled.kind === "refused" ? dialled.text : "", word);
}

function assertConnected(dialled: Dialled, secure: boolean, port: number, notice?: RegExp): void {
  assert(dialled.kind === "connected", JSON.stringify(dialled));
  assertEquals([dialled.secure, dialled.port], [secure, port]);
  assert(secure || !dialled.sure);
  if (notice === undefined) assertEquals(dialled.notice, undefined);
  else assertMatch(dialled.notice ?? "", notice);
}

test("Dial: without a port encryption comes first, and a new server is confirmed and remembered", async () => {
  await using server = new Host(RIGHT);
  await using plain = new Host(undefined);
  const ports = { secure: server.port, plain: plain.port };
  const questions: string[] = [];
  const ask = (answer: boolean) => (question: string) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  const no = await attempt({}, { ports, ask: ask(false) });
  assertRefused(no.dialled, /not trusted/);
  assertEquals(no.kept, []);
  const yes = await attempt({}, { ports, ask: ask(true) });
  assertConnected(yes.dialled, true, server.port, /fingerprint was remembered: SHA256:/);
  assertEquals(yes.answer, "re: Hello");
  assertEquals(yes.kept, [
    { host: "localhost", port: server.port, fingerprint: FINGERPRINT, since: "2026-01-02" },
  ]);
  assertEquals(questions.length, 2);
  assert(questions.every((question) => question.includes(FINGERPRINT)));
  const again = await attempt({}, { ports, known: knownAs(FINGERPRINT, server.port) });
  assertConnected(again.dialled, true, server.port);
  assertEquals(again.kept, []);
  assertEquals(plain.heard, "");
});

test("Dial: if nobody can be asked, the fingerprint or --trust-new is needed", async () => {
  await using server = new Host(RIGHT);
  const ports = { secure: server.port, plain: closedPort() };
  const unknown = await attempt({}, { ports });
  assertRefused(
    unknown.dialled,
    /have not used the server/,
    /--fingerprint SHA256:/,
    /--trust-new/,
  );
  for (const options of [{ expected: FINGERPRINT }, { trustNew: true }]) {
    const { dialled, kept } = await attempt({}, { ports, ...options });
    assertConnected(dialled, true, server.port, /remembered/);
    assertEquals(kept.length, 1);
  }
  assertEquals(server.heard, "HelloHello");
});

test("Dial: a man in the middle, who has another key, hears nothing", async () => {
  await using server = new Host(RIGHT);
  await using middle = new Host(WRONG, server.port);
  // This would work if the client ignored the key.
  const careless = await attempt({ port: middle.port, encryption: "always" }, { trustNew: true });
  assertEquals(careless.answer, "re: Hello");
  server.heard = "";
  const known = await attempt({ port: middle.port }, {
    known: knownAs(FINGERPRINT, middle.port),
    trustNew: true,
    ask: () => Promise.resolve(true),
  });
  assertRefused(
    known.dialled,
    /^WARNING/,
    new RegExp(RegExp.escape(`Its fingerprint is now\n${OTHER}\n`)),
    new RegExp(RegExp.escape(`was\n${FINGERPRINT}\n`)),
    /line 1 of known_hosts/,
  );
  const told = await attempt({ port: middle.port }, { expected: FINGERPRINT, trustNew: true });
  assertRefused(told.dialled, /not the expected server/);
  const vouched = await attempt({ port: middle.port }, { known: knownAs(null, middle.port) });
  assertRefused(vouched.dialled, /^WARNING/);
  const pinned = await attempt({ port: middle.port }, { ca: RIGHT.cert });
  assertRefused(pinned.dialled, /not the one in --ca FILE/);
  assertEquals([known, told, vouched, pinned].flatMap(({ kept }) => kept), []);
  assertEquals(server.heard, "");
});

test("Dial: it goes without encryption only if the server offers none, and says so", async () => {
  await using plain = new Host(undefined);
  await using secure = new Host(RIGHT);
  const closed = closedPort();
  const notice = /^This connection is not encrypted/;
  const ports = { secure: closed, plain: plain.port };
  const first = await attempt({}, { ports });
  assertConnected(first.dialled, false, plain.port, notice);
  assertEquals(first.answer, "re: Hello");
  const asked = await attempt({ encryption: "never" }, { ports });
  assertConnected(asked.dialled, false, plain.port, notice);
  assertConnected((await attempt({ port: plain.port })).dialled, false, plain.port, notice);

  // The server was encrypted before, on this port or another one.
  for (const known of [knownAs(FINGERPRINT, closed), knownAs(null, 1)]) {
    const before = await attempt({}, { ports, known });
    assert(before.dialled.kind !== "connected");
    const typed = await attempt({ port: plain.port }, { ports, known });
    assertRefused(typed.dialled, /were encrypted before.*--no-tls/);
    const meant = await attempt({ encryption: "never" }, { ports, known });
    assertConnected(meant.dialled, false, plain.port, notice);
  }
  const never: [Partial<DialTarget>, Partial<DialOptions>][] = [
    [{}, { expected: FINGERPRINT }],
    [{}, { ca: RIGHT.cert }],
    [{ encryption: "always" }, {}],
    [{ port: closed }, {}],
  ];
  for (const [place, options] of never) {
    const { dialled } = await attempt(place, { ports, ...options });
    assertEquals(dialled, {
      kind: "failed",
      port: closed,
      why: "nothing is listening on this port",
    });
  }
  // A server without TLS on the TLS port may be an attacker who strips the encryption.
  const stripped = { secure: plain.port, plain: secure.port };
  const { dialled } = await attempt({}, { ports: stripped, trustNew: true });
  assertEquals(dialled.kind, "failed");
});

test("Dial: on this machine nobody is asked or told, and nothing is remembered", async () => {
  await using server = new Host(RIGHT);
  await using plain = new Host(undefined);
  const local = undefined;
  const ports = { secure: server.port, plain: plain.port };
  const known = knownAs(FINGERPRINT, server.port);
  const cases: [options: Partial<DialOptions>, sure: boolean][] = [
    [{}, false],
    [{ trustNew: true }, false],
    [{ expected: FINGERPRINT }, true],
    [{ known }, true],
    [{ ca: RIGHT.cert }, true],
  ];
  for (const [options, sure] of cases) {
    const { dialled, kept } = await attempt({}, { ports, local, ...options });
    assertConnected(dialled, true, server.port);
    assertEquals([dialled.kind === "connected" && dialled.sure, kept], [sure, []]);
  }
  const told = await attempt({}, { ports, local, expected: OTHER });
  assertRefused(told.dialled, /not the expected server/);
  const changed = await attempt({}, { ports, local, known: knownAs(OTHER, server.port) });
  assertRefused(changed.dialled, /^WARNING/);
  const without = await attempt({ port: plain.port }, { local });
  assertConnected(without.dialled, false, plain.port);
});

test("Dial: a certificate from a file is trusted this time, even if the runtime can't show one", async () => {
  await using server = new Host(RIGHT);
  for (const fault of [undefined, "it is too old"]) {
    const { dialled, answer, kept } = await attempt(
      { port: server.port, encryption: "always" },
      { ca: RIGHT.cert, fault },
    );
    assertConnected(dialled, true, server.port);
    assertEquals([answer, kept], ["re: Hello", []]);
  }
  const fault = "it is too old";
  const unknown = await attempt({ port: server.port, encryption: "always" }, { fault });
  assertRefused(unknown.dialled, /it is too old\. Give its certificate with --ca FILE/);
  const told = await attempt({ port: server.port }, { fault, expected: FINGERPRINT });
  assertRefused(told.dialled, /cannot be checked: it is too old/);
});

test("Dial: a server that can't be remembered is reported, and reached all the same", async () => {
  await using server = new Host(RIGHT);
  const remember = () => Promise.reject(new Error("the disk is full"));
  const { dialled } = await attempt({ port: server.port }, { expected: FINGERPRINT, remember });
  assertConnected(
    dialled,
    true,
    server.port,
    /could not be remembered in known_hosts: the disk is/,
  );
});

test("Dial: it can be given up, even during the handshake", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  for (const ca of [undefined, RIGHT.cert]) {
    const stop = new AbortController();
    const dialling = attempt({ port, encryption: "always" }, { signal: stop.signal, ca });
    using silent = await listener.accept();
    const buffer = new Uint8Array(10);
    await silent.read(buffer);
    stop.abort();
    assertEquals((await dialling).dialled.kind, "failed");
  }
});

/** A proxy from the environment that points to this server. */
function proxyAt({ port }: SocksServer, scheme = "socks5h", login = ""): Proxy {
  const { proxy } = readProxy({ ALL_PROXY: `${scheme}://${login}127.0.0.1:${port}` });
  assert(proxy !== undefined);
  return proxy;
}

const AWAY = { host: "chat.test" };
const PORTS = { secure: 6697, plain: 6667 };

test("Dial: through a proxy a server is judged as ever, and is never taken for this machine", async () => {
  await using server = new Host(RIGHT);
  await using socks = new SocksServer({
    leads: { "<chat.test>:6697": server.port, "192.0.2.1:6697": server.port },
    login: "ali:ge heim",
  });
  const proxy = proxyAt(socks, "socks5h", "ali:ge%20heim@");
  const through = { proxy, ports: PORTS, local: undefined };
  // The visible connection goes to this machine, but the server is elsewhere.
  assertRefused((await attempt(AWAY, through)).dialled, /have not used the server/);
  const known = [{ ...knownAs(FINGERPRINT, 6697)[0]!, host: "chat.test" }];
  for (const options of [{ expected: FINGERPRINT }, { known }]) {
    const { dialled, answer } = await attempt(AWAY, { ...through, ...options });
    assert(dialled.kind === "connected", JSON.stringify(dialled));
    assertEquals([dialled.secure, dialled.sure, answer], [true, true, "re: Hello"]);
  }
  const changed = [{ ...known[0]!, fingerprint: OTHER }];
  assertRefused((await attempt(AWAY, { ...through, known: changed })).dialled, /^WARNING/);
  // The certificate does not contain this name.
  assertRefused(
    (await attempt(AWAY, { ...through, ca: RIGHT.cert })).dialled,
    /No authority vouches/,
  );
  // An address needs no lookup.
  for (const scheme of ["socks5", "socks5h"]) {
    const there = proxyAt(socks, scheme, "ali:ge%20heim@");
    const options = { ...through, proxy: there, expected: FINGERPRINT };
    assertEquals((await attempt({ host: "192.0.2.1" }, options)).answer, "re: Hello");
  }
  assert(socks.asked.every((asked) => /^(<chat\.test>|192\.0\.2\.1):6697$/.test(asked)));
});

test("Dial: through a proxy encryption comes first, too, and what is without it is told", async () => {
  await using plain = new Host(undefined);
  const leads = { "<chat.test>:6697": closedPort(), "<chat.test>:6667": plain.port };
  await using socks = new SocksServer({ leads });
  const { dialled, answer } = await attempt(AWAY, {
    ...{ proxy: proxyAt(socks), ports: PORTS, local: undefined },
  });
  assertConnected(dialled, false, 6667, /^This connection is not encrypted/);
  assertEquals([answer, socks.asked], ["re: Hello", ["<chat.test>:6697", "<chat.test>:6667"]]);
});

test("Dial: a proxy that does not work is named, and nobody is reached without it", async () => {
  await using plain = new Host(undefined);
  const leads = { "<chat.test>:6697": plain.port, "<chat.test>:6667": plain.port };
  const nonsense = bytes("HTTP/1.1 400 Bad Request\r\n\r\n");
  const cases: [options: SocksServerOptions, why: RegExp][] = [
    [{ leads, login: "a:b" }, /^the proxy socks5h:\/\/127\.0\.0\.1:\d+ requires a username and a/],
    [{ leads, reply: 2 }, /^the proxy \S+ does not allow this connection$/],
    [{ leads, reply: 1 }, /^the proxy \S+ could not connect$/],
    [{ leads, nonsense }, /^the proxy \S+ does not speak SOCKS5$/],
    [{ leads, nonsense: new Uint8Array() }, /^the proxy \S+ closed the connection$/],
    [{}, /^the proxy \S+ says that the machine is unreachable$/],
  ];
  for (const [options, why] of cases) {
    await using socks = new SocksServer(options);
    const { dialled } = await attempt(AWAY, { proxy: proxyAt(socks), ports: PORTS });
    assert(dialled.kind === "failed", JSON.stringify(dialled));
    assertMatch(dialled.why, why);
  }
  const gone = new SocksServer();
  const proxy = proxyAt(gone);
  await gone[Symbol.asyncDispose]();
  const { dialled } = await attempt(AWAY, { proxy, ports: PORTS });
  assert(dialled.kind === "failed", JSON.stringify(dialled));
  assertMatch(dialled.why, /^the proxy \S+ cannot be reached: nothing is listening on this port$/);
  assertEquals(plain.heard, "");
  await using silent = new SocksServer({ silent: true });
  const stop = new AbortController();
  const dialling = attempt(AWAY, { proxy: proxyAt(silent), ports: PORTS, signal: stop.signal });
  await silent.greeted;
  stop.abort(new DOMException("", "TimeoutError"));
  const given = (await dialling).dialled;
  assertEquals(
    given.kind === "failed" && given.why,
    `the proxy ${proxyAt(silent).name} did not answer`,
  );
});

test("Dial: this machine is reached without the proxy", async () => {
  await using server = new Host(RIGHT);
  await using socks = new SocksServer();
  for (const scheme of ["socks5", "socks5h"]) {
    const proxy = proxyAt(socks, scheme);
    const { dialled } = await attempt({}, {
      proxy,
      ports: { secure: server.port, plain: 1 },
      local: undefined,
    });
    assertConnected(dialled, true, server.port);
  }
  assertEquals(socks.asked, []);
});

test("Dial: a server that accepts and then stays silent is named as such", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  for (const options of [{}, { ca: RIGHT.cert }]) {
    const dialling = attempt({ port, encryption: "always" }, { ...options, answerMs: 50 });
    using _ = await listener.accept();
    const { dialled } = await dialling;
    assertEquals(dialled, {
      kind: "failed",
      port,
      why: "the server accepted the connection but did not answer",
    });
  }
});
