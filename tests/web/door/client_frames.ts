/**
 * Frames as clients send them, right and wrong ones.
 * @module
 */

/** A frame of a client; what is left out is as it should be. */
export interface ClientFrame {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly isLast?: boolean;
  /** The reserved bits, as they stand in the first byte. */
  readonly reserved?: number;
  /** undefined for a frame without a mask, as a server would send it. */
  readonly mask?: readonly number[] | undefined;
  /** How many bytes encode the length, if it is not the shortest form. */
  readonly wide?: 0 | 2 | 8;
  /** The length that the header says, if it is not that of the payload. */
  readonly length?: number;
}

const MASK = [0x37, 0xfa, 0x21, 0x3d];

/** Encodes a frame. */
export function clientFrame(frame: ClientFrame): Uint8Array<ArrayBuffer> {
  const { opcode, payload = "", isLast = true, reserved = 0 } = frame;
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const { length = bytes.length } = frame;
  const wide = frame.wide ?? (length < 126 ? 0 : length < 0x10000 ? 2 : 8);
  const mask = "mask" in frame ? frame.mask : MASK;
  const size = wide === 0 ? length : wide === 2 ? 126 : 127;
  const extended = new Uint8Array(8);
  new DataView(extended.buffer).setBigUint64(0, BigInt(length));
  return Uint8Array.of(
    (isLast ? 0x80 : 0) | reserved | opcode,
    (mask === undefined ? 0 : 0x80) | size,
    ...extended.subarray(8 - wide),
    ...mask ?? [],
    ...mask === undefined ? bytes : bytes.map((byte, index) => byte ^ mask[index & 3]!),
  );
}

/** A close frame of a client. */
export function clientClose(code?: number, reason = ""): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(reason);
  const payload = code === undefined ? text : Uint8Array.of(code >> 8, code & 0xff, ...text);
  return clientFrame({ opcode: 8, payload });
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
