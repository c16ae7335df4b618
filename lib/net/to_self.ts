/**
 * A connection of this program to itself.
 * @module
 */

/** Both ends of a connection to ourselves; undefined if another program came between. */
export async function connectToSelf(): Promise<
  readonly [near: Deno.TcpConn, far: Deno.TcpConn] | undefined
> {
  const hostname = "127.0.0.1";
  using listener = Deno.listen({ hostname, port: 0 });
  const [near, far] = await Promise.all([
    Deno.connect({ hostname, port: listener.addr.port }),
    listener.accept(),
  ]);
  if (far.remoteAddr.port === near.localAddr.port) return [near, far];
  near.close();
  far.close();
  return undefined;
}
