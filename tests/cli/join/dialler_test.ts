/** Dialling the same server again, with what the client knows about it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Route } from "../../../lib/client/stay/routes.ts";
import type { Target } from "../../../lib/client/trust/target.ts";
import { Dialler, type Trust } from "../../../lib/cli/join/dialler.ts";
import type { NodePlace } from "../../../lib/irc/node_address.ts";
import { makeCertificate } from "../../../lib/net/certificate.ts";
import type { Dialled } from "../../../lib/net/dial.ts";
import { tlsContext, tlsFault } from "../../../lib/net/tls_context.ts";
import { TlsSocket } from "../../../lib/net/tls_socket.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("net", "read", "write");

const OLD = tlsFault();

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(permitted(name, fn, OLD));
}

const PAIR = await makeCertificate({ name: "chat.test", hosts: [], now: Date.now() });

/** A server that does not speak IRC. It offers TLS until a test turns that off. */
class Host implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running = this.#run();
  readonly #conns: Deno.TcpConn[] = [];
  encrypts = true;

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
    this.#conns.push(conn);
    const socket = !this.encrypts ? conn : TlsSocket.accept(conn, {
      context: tlsContext(PAIR).secure,
      handshakeMs: 60_000,
      plainAnswer: new Uint8Array(),
    });
    try {
      const buffer = new Uint8Array(1000);
      // The reply to plain text is no handshake either.
      while (await socket.read(buffer) !== null) await socket.write(new TextEncoder().encode("?"));
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
    for (const conn of this.#conns) {
      try {
        conn.close();
      } catch {
        // Already closed.
      }
    }
    await this.#running;
  }
}

const { signal } = new AbortController();

function target(port: number, encryption: Target["encryption"]): Target {
  return { host: "127.0.0.1", port, encryption, room: "#lobby" };
}

/** Treats this machine as a remote one. */
const TRUST: Trust = {
  file: undefined,
  expected: undefined,
  trustNew: false,
  ca: undefined,
  local: () => false,
};

async function dialled(
  dialler: Dialler,
  route?: Route,
): Promise<Exclude<Dialled, { kind: "failed" }>> {
  const result = await dialler.dial(signal, route, () => {});
  assert(result.kind !== "failed", JSON.stringify(result));
  if (result.kind === "connected") result.socket.close();
  return result;
}

test("Dialler: says so if it can't remember a server, and asks only once", async () => {
  await using host = new Host();
  let asked = 0;
  const dialler = new Dialler(target(host.port, "always"), TRUST, () => {
    asked++;
    return Promise.resolve(true);
  });
  const first = await dialled(dialler);
  assert(first.kind === "connected");
  assertMatch(first.notice ?? "", /could not be remembered .* this system has no directory for/);
  const second = await dialled(dialler);
  assert(second.kind === "connected");
  assertEquals([second.notice, asked], [undefined, 1]);
});

test("Dialler: trusts no server if the known servers can't be read", async () => {
  await using host = new Host();
  const path = await Deno.makeTempFile({ prefix: "chat" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(path));
  const file = `${path}/known_hosts`;
  const trust = { ...TRUST, file, trustNew: true };
  const refused = await dialled(new Dialler(target(host.port, "always"), trust, undefined));
  assert(refused.kind === "refused");
  assertMatch(refused.text, /known_hosts cannot be read: part of its path is not a directory\.$/);
});

test("Dialler: does not give up encryption that it had once, whatever the file says now", async () => {
  await using host = new Host();
  const file = await Deno.makeTempFile({ prefix: "chat" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(file));
  const { fingerprint } = tlsContext(PAIR);
  await Deno.writeTextFile(file, `127.0.0.1:${host.port} ${fingerprint} 2026-01-02\n`);
  const dialler = new Dialler(target(host.port, "auto"), { ...TRUST, file }, undefined);
  const first = await dialled(dialler);
  assert(first.kind === "connected" && first.secure);
  await Deno.writeTextFile(file, "");
  host.encrypts = false;
  assertEquals((await dialler.dial(signal, undefined)).kind, "failed");
  const other = new Dialler(target(host.port, "auto"), { ...TRUST, file }, undefined);
  const plain = await dialled(other);
  assert(plain.kind === "connected" && !plain.secure);
});

test("Dialler: an open question ends with the attempt", async () => {
  await using host = new Host();
  const asked = Promise.withResolvers<void>();
  const stop = new AbortController();
  const dialler = new Dialler(target(host.port, "always"), TRUST, () => {
    asked.resolve();
    return new Promise(() => {});
  });
  const dialling = dialler.dial(stop.signal, undefined, () => {});
  await asked.promise;
  stop.abort();
  assertEquals((await dialling).kind, "refused");
});

test("Dialler: a key that a certain server told counts for that chat, and makes no known server", async () => {
  await using host = new Host();
  const file = await Deno.makeTempFile({ prefix: "chat" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(file));
  const { port } = host;
  const { fingerprint } = tlsContext(PAIR);
  const dialler = new Dialler(target(1, "always"), { ...TRUST, file }, undefined);
  const told = (node: Partial<NodePlace>): Route => ({
    ...{ kind: "told", host: "127.0.0.1", tlsPort: port },
    ...node,
  });
  const good = await dialled(dialler, told({ fingerprint }));
  assert(good.kind === "connected" && good.sure && good.notice === undefined);
  assertEquals(await Deno.readTextFile(file), "");
  const other = `SHA256:${"A".repeat(43)}`;
  for (const route of [told({}), told({ fingerprint: other })]) {
    assertEquals((await dialled(dialler, route)).kind, "refused");
  }
  // What the person has seen counts more than what somebody says.
  await Deno.writeTextFile(file, `127.0.0.1:${port} ${other} 2026-01-02\n`);
  assertEquals((await dialled(dialler, told({ fingerprint }))).kind, "refused");
});

test("Dialler: no other server is reached without encryption after one was reached with it", async () => {
  await using host = new Host();
  const { port } = host;
  host.encrypts = false;
  const route: Route = { kind: "told", host: "127.0.0.1", port };
  const plain = await dialled(new Dialler(target(port, "auto"), TRUST, undefined), route);
  assert(plain.kind === "connected" && !plain.secure);
  const strict = new Dialler(target(port, "always"), TRUST, undefined);
  assertEquals((await strict.dial(signal, route)).kind, "failed");
  host.encrypts = true;
  const trusting = new Dialler(target(port, "auto"), { ...TRUST, trustNew: true }, undefined);
  const first = await dialled(trusting, { kind: "told", host: "127.0.0.1", tlsPort: port });
  assert(first.kind === "connected" && first.secure);
  host.encrypts = false;
  assertEquals((await trusting.dial(signal, route)).kind, "failed");
});
