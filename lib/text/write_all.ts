/**
 * Writing bytes completely: a single write may take only some of them.
 * @module
 */

/** Something that bytes are written to, such as `Deno.stdout`, a socket or a file. */
export interface ByteSink {
  /** As `Deno.stdout.write`: returns how many bytes were written. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes all bytes, with as many writes as that takes. */
export async function writeAll(sink: ByteSink, bytes: Uint8Array): Promise<void> {
  while (bytes.length > 0) bytes = bytes.subarray(await sink.write(bytes));
}

/** Writes all bytes, with as many synchronous writes as that takes. */
export function writeAllSync(
  sink: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  while (bytes.length > 0) bytes = bytes.subarray(sink.writeSync(bytes));
}
