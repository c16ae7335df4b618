/**
 * The clock, the timers and the sockets of the system, for a client of NATS.
 *
 * Encryption is Deno's own: `TlsSocket` trusts no authority but the system's, shows certificates to
 * people, and passes all bytes through JavaScript twice. NATS needs an authority from a file and
 * speed: 100 MB/s are read here when a server starts.
 * @module
 */
import { dialFault } from "../../client/trust/dial_fault.ts";
import type { NatsSocket, NatsSystem } from "./nats_timing.ts";

export const NATS_SYSTEM: NatsSystem = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  async dial(hostname, port, signal) {
    const conn = await Deno.connect({ hostname, port, signal });
    conn.setNoDelay(true);
    return plain(conn);
  },
  explain: dialFault,
};

function plain(conn: Deno.TcpConn): NatsSocket {
  let current: Deno.Conn = conn;
  return {
    read: (buffer) => current.read(buffer),
    write: (bytes) => current.write(bytes),
    close: () => current.close(),
    async secure(hostname, ca) {
      const tls = await Deno.startTls(conn, { hostname, caCerts: ca === undefined ? [] : [ca] });
      current = tls;
      await tls.handshake();
    },
  };
}
