/**
 * Finds out whether TLS can sit directly on a descriptor, by a connection to this program itself.
 * @module
 */
import type { SecureContext } from "node:tls";
import { writeAll } from "../text/write_all.ts";
import { nextTurn } from "./flusher.ts";
import { onAbort } from "./on_abort.ts";
import { TlsSocket } from "./tls_socket.ts";
import { connectToSelf } from "./to_self.ts";

/** How long it may take, in milliseconds; usual are 20. */
const PROBE_MS = 1000;

/** So much is sent to somebody who does not read it. */
const FLOOD_BYTES = 256 * 1024;

/** After so many turns all of it has arrived, unless it has to wait. */
const FLOOD_TURNS = 20;

/**
 * Whether `TlsSocket.accept` can be `direct` on this system: bytes arrive both ways, a peer that is
 * not read has to wait, and closing frees all descriptors. Never rejects.
 */
export async function canBeDirect(context: SecureContext): Promise<boolean> {
  try {
    const pair = await connectToSelf();
    if (pair === undefined) return false;
    const signal = AbortSignal.timeout(PROBE_MS);
    const [far, near] = pair;
    const plainAnswer = new Uint8Array();
    const server = TlsSocket.accept(near, {
      context,
      handshakeMs: PROBE_MS,
      plainAnswer,
      direct: true,
    });
    using _ = onAbort(signal, () => server.close());
    try {
      return await isSound(server, far, signal);
    } finally {
      server.close();
    }
  } catch {
    return false;
  }
}

async function isSound(
  server: TlsSocket,
  far: Deno.TcpConn,
  signal: AbortSignal,
): Promise<boolean> {
  const buffer = new Uint8Array(FLOOD_BYTES);
  const reading = server.read(buffer);
  reading.catch(() => {});
  const client = await TlsSocket.connect(far, { host: "localhost", signal });
  using _ = onAbort(signal, () => client.close());
  try {
    await client.write(Uint8Array.of(1));
    if (await reading !== 1 || buffer.at(0) !== 1 || !server.isDirect) return false;
    await server.write(Uint8Array.of(2));
    if (await client.read(buffer) !== 1 || buffer.at(0) !== 2) return false;
    return await waits(server, client, buffer) && await closes(server, client);
  } finally {
    client.close();
  }
}

/** Whether a peer has to wait when nobody reads, and whether all arrives in the end. */
async function waits(server: TlsSocket, client: TlsSocket, buffer: Uint8Array): Promise<boolean> {
  const writing = writeAll(client, new Uint8Array(FLOOD_BYTES));
  writing.catch(() => {});
  for (let turn = 0; turn < FLOOD_TURNS; turn++) await nextTurn();
  const most = await server.read(buffer);
  if (most === null || most === FLOOD_BYTES) return false;
  for (let left = FLOOD_BYTES - most; left > 0;) {
    const count = await server.read(buffer);
    if (count === null) return false;
    left -= count;
  }
  await writing;
  return true;
}

/** Whether the server's end is closed: an open descriptor would take what nobody reads. */
async function closes(server: TlsSocket, client: TlsSocket): Promise<boolean> {
  server.close();
  for (let turn = 0; turn < FLOOD_TURNS; turn++) {
    try {
      await client.write(Uint8Array.of(3));
    } catch {
      return true;
    }
    await nextTurn();
  }
  return false;
}
