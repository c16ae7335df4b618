/**
 * Ports for servers that are killed and started again.
 * @module
 */

/** Below those that systems give to outgoing connections: one of these could take the port meanwhile. */
const RANGE = { from: 20_000, to: 32_768 };

/** Ports of this machine that nobody listens on. */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      ports.add(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return [...ports];
}
