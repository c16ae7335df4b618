/**
 * Constant-time comparison of bytes.
 * @module
 */

/** Whether two byte sequences are equal. Looks at every byte, wherever the first difference is. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
  return difference === 0;
}
