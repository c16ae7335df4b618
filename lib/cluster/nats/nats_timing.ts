/**
 * What a client of NATS takes from the system, and how it waits.
 * @module
 */

/** A connection of the system. */
export interface NatsSocket {
  /** As `Deno.Conn.read`. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** As `Deno.Conn.write`. */
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  /**
   * Encrypts it from now on, and checks the certificate for this name.
   *
   * @param ca a certificate, as PEM, that is trusted besides those of the runtime.
   */
  secure(name: string, ca: string | undefined): Promise<void>;
}

export interface NatsSystem {
  /** A steady clock, in milliseconds. */
  now(): number;
  /** Runs something after so many milliseconds. Returns a function that prevents it. */
  after(milliseconds: number, run: () => void): () => void;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
  dial(host: string, port: number, signal: AbortSignal): Promise<NatsSocket>;
  /** Why it could not connect: part of a sentence. */
  explain(error: unknown): string;
}

/** The first and the longest of several pauses, in milliseconds, before the jitter. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** Waits, longer after each failure, from half of the pause to all of it, or until an abort. */
export function backOff(
  { after, random }: NatsSystem,
  failures: number,
  { first, longest }: Backoff,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const pause = Math.min(longest, first * 2 ** failures) * (0.5 + random() / 2);
  const cancel = after(pause, () => {
    signal.removeEventListener("abort", stop);
    resolve();
  });
  const stop = () => {
    cancel();
    resolve();
  };
  signal.addEventListener("abort", stop, { once: true });
  return promise;
}

/**
 * Calls `look` again and again. It hears whether this process stood still since the last time: then
 * bytes may be there that were not read. Returns a function that ends it.
 */
export function repeat(
  { after, now }: NatsSystem,
  milliseconds: number,
  look: (stoodStill: boolean) => void,
): () => void {
  let last = now();
  const ring = () => {
    const stoodStill = now() - last > 2 * milliseconds;
    last = now();
    cancel = after(milliseconds, ring);
    look(stoodStill);
  };
  let cancel = after(milliseconds, ring);
  return () => cancel();
}
