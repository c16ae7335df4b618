/** Broken TLS handshakes of all kinds, on a server on which others talk. */
import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { TlsSocket } from "../../lib/net/tls_socket.ts";
import { Random, SEED } from "../fuzz/random.ts";
import { RUNTIME, ServerProcess } from "./program.ts";
import { assertResponsive, bystander, HAS_IPV6, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** The number of broken handshakes. */
const COUNT = 300;

/** How many run at the same time. */
const AT_ONCE = 20;

const MISSING = tlsFault() ?? tlsFault(RUNTIME);

/** The ClientHello of a real client. */
async function helloOfAClient(): Promise<Uint8Array<ArrayBuffer>> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const stop = new AbortController();
  const [far, near] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  const dialling = TlsSocket.connect(far, { host: "localhost", signal: stop.signal });
  const buffer = new Uint8Array(4096);
  const count = await near.read(buffer);
  stop.abort();
  await dialling.catch(() => {});
  near.close();
  return buffer.slice(0, count ?? 0);
}

/**
 * Sends a handshake that is cut, changed or followed by random bytes, and closes it at some time.
 */
async function spoiled(port: number, hello: Uint8Array, random: Random): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = hello.slice();
  const bent = random.oneIn(2) ? 1 + random.below(4) : 0;
  for (let count = 0; count < bent; count++) bytes[random.below(bytes.length)] = random.below(256);
  const noise = random.oneIn(3) ? random.below(3000) : 0;
  const length = random.oneIn(2) ? random.below(bytes.length) : bytes.length;
  // Random bytes that are the same in each run with a seed.
  const tail = Uint8Array.from({ length: noise }, () => random.below(256));
  const [turns, reads] = [random.below(30), random.oneIn(2)];
  try {
    await conn.write(bytes.subarray(0, length));
    if (noise > 0) await conn.write(tail);
    // Unread input resets the connection when it is closed.
    if (reads && length === bytes.length && bent === 0) await conn.read(new Uint8Array(100));
    for (let turn = 0; turn < turns; turn++) await setImmediate();
  } catch {
    // The server closed it first.
  }
}

Deno.test(permitted(
  "TLS handshakes: broken ones do not stop the server and leave nothing behind",
  async () => {
    const free = ["--max-connections-per-minute", "0", "--max-connections-per-ip", "0"];
    await using server = await ServerProcess.start(["--tls-port", "0", ...free]);
    await using witness = await bystander(server.port);
    const hello = await helloOfAClient();
    assertEquals(hello[0], 0x16);
    const random = new Random(SEED);
    for (let count = 0; count < COUNT; count += AT_ONCE) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, () => spoiled(server.tlsPort, hello, random)),
      );
      await assertResponsive(witness);
    }
    await using client = await RawClient.user(server.tlsPort, "Furkan", { secure: true });
    // All broken connections are closed; only these two are left.
    const told = (what: RegExp) => server.stdout.text.match(what)?.length ?? 0;
    const others = () => told(/ is connected to /g) - told(/ is disconnected/g) - 2;
    while (others() > 0) await server.line(/ is disconnected/);
    await client.ping();
    if (Deno.build.os === "linux") {
      const open = [...Deno.readDirSync(`/proc/${server.pid}/fd`)]
        .map(({ name }) => socketOf(server.pid, name));
      // Two listeners, two connections, and those of the standard streams and the runtime.
      assert(open.filter((each) => each).length < 20, `seed ${SEED}: ${open}`);
    }
  },
  MISSING ?? "",
));

function socketOf(pid: number, fd: string): boolean {
  try {
    return Deno.readLinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
  } catch {
    return false;
  }
}

Deno.test(
  permitted(
    "TLS handshakes: unfinished ones take only the places of their own address",
    async () => {
      // Of 32 places, one address gets four.
      const flags = ["--tls-port", "0", "--max-unregistered", "32"];
      await using server = await ServerProcess.start(flags);
      await using stack = new AsyncDisposableStack();
      const silent = () => RawClient.connect(server.tlsPort);
      for (let count = 0; count < 4; count++) stack.use(await silent());
      for (let count = 0; count < 100; count++) {
        await using refused = await silent();
        assertEquals(await refused.end(), "");
      }
      const options = { hostname: "::1", secure: true };
      const other = stack.use(await RawClient.user(server.tlsPort, "Furkan", options));
      await assertResponsive(other);
    },
    MISSING === undefined && HAS_IPV6 ? "" : "it takes TLS and IPv6",
  ),
);
