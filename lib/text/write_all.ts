/**
 * Writes bytes completely: a single write may take only some of them.
 * @module
 */

/** Something to write bytes to, such as `Deno.stdout`, a socket or a file. */
export interface ByteSink {
  /** As `Deno.stdout.write`. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes all bytes, however few each write takes. */
export async function writeAll(sink: ByteSink, bytes: Uint8Array): Promise<void> {
  while (bytes.length > 0) bytes = bytes.subarray(await sink.write(bytes));
}

/** As {@linkcode writeAll}, synchronously. */
export function writeAllSync(
  sink: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  while (bytes.length > 0) bytes = bytes.subarray(sink.writeSync(bytes));
}
