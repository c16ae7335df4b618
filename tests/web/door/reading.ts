/**
 * Feeds the readers of requests and of frames with bytes that are cut somewhere.
 * @module
 */
import { FrameReader } from "../../../lib/web/door/frame_reader.ts";
import {
  type RequestFault,
  RequestReader,
  type WebRequest,
} from "../../../lib/web/door/request_reader.ts";

/** What a {@linkcode FrameReader} made of some bytes. */
export interface ReadFrames {
  /** The payloads, with LF after each message. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fault: { readonly code: number; readonly why: string } | undefined;
  readonly closed: number | undefined;
  /** The payload of the last ping. */
  readonly ping: Uint8Array | undefined;
}

/** Reads frames from pieces of the size that `size` says. */
export function readFrames(input: Uint8Array, size: () => number): ReadFrames {
  const reader = new FrameReader();
  const bytes = new Uint8Array(input.length);
  let length = 0;
  let ping: Uint8Array | undefined;
  for (let at = 0; at < input.length;) {
    const piece = input.subarray(at, at + size());
    const buffer = new Uint8Array(piece.length + 1);
    buffer.set(piece, 1);
    const count = reader.push(buffer, 1, buffer.length);
    bytes.set(buffer.subarray(0, count), length);
    length += count;
    ping = reader.takePing() ?? ping;
    // The buffer is used again, so nothing may be left in it.
    buffer.fill(0);
    at += piece.length;
  }
  return { bytes: bytes.subarray(0, length), fault: reader.fault, closed: reader.closed, ping };
}

/** Reads requests from pieces of the size that `size` says, and what follows the last one. */
export function readRequests(
  input: Uint8Array,
  size: () => number,
): { readonly requests: readonly WebRequest[]; readonly fault: RequestFault | undefined } {
  const reader = new RequestReader();
  const requests: WebRequest[] = [];
  for (let at = 0; at < input.length;) {
    const piece = input.slice(at, at + size());
    at += piece.length;
    reader.push(piece);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      if ("status" in next) return { requests, fault: next };
      requests.push(next);
    }
    piece.fill(0x21);
  }
  return { requests, fault: undefined };
}
