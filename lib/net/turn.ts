/**
 * A turn of the event loop in which all sockets get their chance.
 * @module
 */
import { setImmediate } from "node:timers";

/** Calls back in a later turn of the event loop. */
export type Turn = (run: () => void) => void;

/** Turns that can be ended. */
export interface Turns {
  /** Asks for the next turn. */
  readonly next: Turn;
  /** Ends them: what was asked for still runs. */
  close(): void;
}

const BYTE = new Uint8Array(1);

/**
 * Turns that come round with the sockets: a byte goes through a connection of our own to ourselves,
 * and comes back when its turn among all that can be read has come.
 *
 * Deno looks for sockets that can be read when nothing else is to be done, or after some sixty turns
 * of `setImmediate`. A server that always has somebody left to write to would so write for 50 ms and
 * more while nobody is heard, and some for seconds. Measured with 10,000 members of 1,000 rooms, four
 * messages in flight in each: 4.8 instead of 9.7 microseconds of processor time for each delivery,
 * since more is collected before it is written, and a 99th percentile of 0.4 instead of 8 seconds;
 * with 2,000 members of one room 0.21 instead of 0.26 microseconds. A turn costs about 8
 * microseconds, where `setImmediate` costs 1: it is for those who write to several.
 *
 * @returns undefined where this system allows no such connection; then `setImmediate` has to do.
 */
export async function openTurns(): Promise<Turns | undefined> {
  const pair = await connectToSelf().catch(() => undefined);
  if (pair === undefined) return undefined;
  const [near, far] = pair;
  const asked: (() => void)[] = [];
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    near.close();
    far.close();
  };
  const runAll = () => {
    for (const run of asked.splice(0)) run();
  };
  const listen = async () => {
    const buffer = new Uint8Array(16);
    // It ends where it is closed, or something on this machine has cut it. A fault of what runs is
    // not caught here: it is told as one of any other turn is.
    while (await far.read(buffer).catch(() => null) !== null) runAll();
    close();
    setImmediate(runAll);
  };
  void listen();
  const next = (run: () => void) => {
    if (!open) return void setImmediate(run);
    asked.push(run);
    // A byte that can't be sent means an end of the connection, which `listen` sees.
    if (asked.length === 1) near.write(BYTE).catch(() => {});
  };
  return { next, close };
}

/** Both ends of a connection that nobody else has. */
async function connectToSelf(): Promise<readonly [Deno.TcpConn, Deno.TcpConn] | undefined> {
  const hostname = "127.0.0.1";
  using listener = Deno.listen({ hostname, port: 0 });
  const [near, far] = await Promise.all([
    Deno.connect({ hostname, port: listener.addr.port }),
    listener.accept(),
  ]);
  if (far.remoteAddr.port === near.localAddr.port) {
    near.setNoDelay();
    return [near, far];
  }
  // Another program connected first.
  near.close();
  far.close();
  return undefined;
}
