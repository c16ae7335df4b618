/**
 * Frames what a server sends over a WebSocket: one message for each line.
 *
 * Source: RFC 6455 section 5.2; IRCv3 "WebSocket support".
 * @module
 */
import { OPCODE } from "./frame_reader.ts";

const LF = 0x0a;
const CR = 0x0d;
const FINAL = 0x80;

/** The longest payload whose length is in the second byte. */
const SHORT = 125;

/** Frames of a server have no mask, so that all receivers of the same lines can share them. */
const texts = new WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>();
const binaries = new WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>();

/**
 * The frames for lines that each end with CR LF, which the messages don't have. For the same array
 * it returns the same frames.
 *
 * @param lines must not change any more. A line takes less than 64 kB.
 */
export function framed(
  lines: Uint8Array<ArrayBuffer>,
  isBinary: boolean,
): Uint8Array<ArrayBuffer> {
  const known = isBinary ? binaries : texts;
  const before = known.get(lines);
  if (before !== undefined) return before;
  const frames = frame(lines, isBinary ? OPCODE.binary : OPCODE.text);
  known.set(lines, frames);
  return frames;
}

function frame(lines: Uint8Array<ArrayBuffer>, opcode: number): Uint8Array<ArrayBuffer> {
  // A header takes the place of CR LF; that of a longer line takes two bytes more.
  const spare = 2 * Math.floor(lines.length / (SHORT + 1)) + 4;
  const frames = new Uint8Array(lines.length + spare);
  let length = 0;
  for (let at = 0; at < lines.length;) {
    const lf = lines.indexOf(LF, at);
    const next = lf < 0 ? lines.length : lf + 1;
    let end = lf < 0 ? lines.length : lf;
    if (end > at && lines[end - 1] === CR) end--;
    length = header(frames, length, opcode, end - at);
    frames.set(lines.subarray(at, end), length);
    length += end - at;
    at = next;
  }
  return frames.subarray(0, length);
}

/** Writes the header of a frame. Returns where its payload begins. */
function header(frames: Uint8Array, at: number, opcode: number, length: number): number {
  frames[at] = FINAL | opcode;
  if (length <= SHORT) {
    frames[at + 1] = length;
    return at + 2;
  }
  if (length > 0xffff) throw new RangeError(`A line of ${length} bytes`);
  frames[at + 1] = 126;
  frames[at + 2] = length >> 8;
  frames[at + 3] = length & 0xff;
  return at + 4;
}

/** A control frame: a close or a pong. */
export function controlFrame(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(2 + payload.length);
  header(frame, 0, opcode, payload.length);
  frame.set(payload, 2);
  return frame;
}

/** A close frame. */
export function closeFrame(code: number | undefined, reason = ""): Uint8Array<ArrayBuffer> {
  if (code === undefined) return controlFrame(OPCODE.close, new Uint8Array(0));
  const text = new TextEncoder().encode(reason);
  return controlFrame(OPCODE.close, Uint8Array.of(code >> 8, code & 0xff, ...text));
}
