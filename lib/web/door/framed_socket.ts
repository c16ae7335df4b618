/**
 * A WebSocket at the server's end, as a socket of lines.
 *
 * Source: RFC 6455 sections 5.5 and 7.
 * @module
 */
import type { Socket } from "../../net/connection.ts";
import { nextTurn } from "../../net/flusher.ts";
import { writeAll } from "../../text/write_all.ts";
import { ENDS } from "../../wording/log.ts";
import { type FrameFault, FrameReader, NO_CODE, OPCODE } from "./frame_reader.ts";
import { closeFrame, controlFrame, framed } from "./framing.ts";

/** The close code of an end that goes away: a browser leaves the page, a server closes. */
export const GOING_AWAY = 1001;

/** The code for a connection that has served its purpose (RFC 6455 section 7.4.1). */
const NORMAL = 1000;

/**
 * How much of what a peer still sends is read after it broke the rules. Closing with unread input
 * would reset the connection, and the peer would not learn why.
 */
const DRAIN_BYTES = 64 * 1024;

export interface FramedSocketOptions {
  /** The bytes that came after the request. */
  readonly rest: Uint8Array;
  /** Whether lines are sent as binary messages; else as text. */
  readonly binary: boolean;
  /** Resolves when the work is done, or at the latest after a second. */
  readonly briefly: (work: Promise<void>) => Promise<unknown>;
}

/**
 * A socket over another one, after the handshake. What is read are the messages of the peer with LF
 * after each; what is written are lines, each of which becomes a message.
 *
 * Pings are answered beside that, but only the last if there are several to answer.
 */
export class FramedSocket implements Socket {
  readonly #inner: Socket;
  readonly #binary: boolean;
  readonly #briefly: FramedSocketOptions["briefly"];
  readonly #frames = new FrameReader();
  #rest: Uint8Array | undefined;
  /** The write in flight: there is only one at a time. */
  #sending: Promise<void> | undefined;
  #pong: Uint8Array<ArrayBuffer> | undefined;
  /** Whether a close frame was sent, or is about to be: nothing may follow it. */
  #hasClosed = false;
  #wasFull = false;

  /** The code that {@linkcode closeWrite} gives the peer, such as 1001 if the server closes. */
  closeCode = NORMAL;

  constructor(inner: Socket, { rest, binary, briefly }: FramedSocketOptions) {
    this.#inner = inner;
    this.#binary = binary;
    this.#briefly = briefly;
    if (rest.length > 0) this.#rest = rest;
  }

  /**
   * The code of the peer's close frame: 1001 if a browser left the page, 1005 if there was no code;
   * undefined if there was no close frame. A peer that answers our close frame repeats its code.
   */
  get closedWith(): number | undefined {
    return this.#frames.closed;
  }

  /**
   * Reads messages, with LF after each. Returns null after the peer's close frame.
   *
   * @param buffer at least 2 bytes.
   * @throws {Error} if the peer breaks the rules; the message is a sentence for the log.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const { fault } = this.#frames;
      if (fault !== undefined) {
        await this.#briefly(this.#reject(fault, buffer));
        throw new Error(ENDS.webSocket(fault.why));
      }
      if (this.closedWith !== undefined) {
        await this.#briefly(this.#answerClose());
        return null;
      }
      // A peer that fills the buffer waits a turn, as in a connection, which can't see that.
      if (this.#wasFull) await nextTurn();
      const count = await this.#receive(buffer.subarray(1));
      if (count === null) return null;
      this.#wasFull = count === buffer.length - 1;
      const length = this.#frames.push(buffer, 1, count + 1);
      this.#answerPing();
      if (length > 0) return length;
    }
  }

  #receive(buffer: Uint8Array): Promise<number | null> | number {
    const rest = this.#rest;
    if (rest === undefined) return this.#inner.read(buffer);
    const count = Math.min(rest.length, buffer.length);
    buffer.set(rest.subarray(0, count));
    this.#rest = count < rest.length ? rest.subarray(count) : undefined;
    return count;
  }

  /** Tells the peer what it did wrong, and waits until it closes. */
  async #reject({ code, why }: FrameFault, buffer: Uint8Array): Promise<void> {
    try {
      await this.#close(closeFrame(code, why));
      await this.#inner.closeWrite();
      for (let left = DRAIN_BYTES; left > 0;) {
        const count = await this.#inner.read(buffer);
        if (count === null) break;
        left -= count;
      }
    } catch {
      // It is gone already, and does not want to know.
    }
  }

  async #answerClose(): Promise<void> {
    const code = this.closedWith;
    try {
      await this.#close(closeFrame(code === NO_CODE ? undefined : code));
    } catch {
      // It did not wait for the answer.
    }
  }

  /** Sends a close frame after the write in flight, if none was sent yet. */
  async #close(frame: Uint8Array): Promise<void> {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    while (this.#sending !== undefined) await this.#sending;
    await this.#start(frame);
  }

  #answerPing(): void {
    const ping = this.#frames.takePing();
    if (ping === undefined) return;
    const isWaiting = this.#pong !== undefined;
    this.#pong = ping;
    // If it fails, the connection has ended, and reading tells.
    if (!isWaiting) this.#sendPong().catch(() => {});
  }

  async #sendPong(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
    const pong = this.#pong!;
    this.#pong = undefined;
    if (!this.#hasClosed) await this.#start(controlFrame(OPCODE.pong, pong));
  }

  /** Starts a write. None may be in flight. */
  #start(frames: Uint8Array): Promise<void> {
    return this.#sending = this.#transmit(frames);
  }

  async #transmit(frames: Uint8Array): Promise<void> {
    try {
      const sent = await this.#inner.write(frames);
      if (sent < frames.length) await writeAll(this.#inner, frames.subarray(sent));
    } finally {
      this.#sending = undefined;
    }
  }

  /** Writes whole lines, each as a message. After a close frame they are dropped. */
  async write(lines: Uint8Array<ArrayBuffer>): Promise<number> {
    while (this.#sending !== undefined) await this.#sending;
    if (!this.#hasClosed) await this.#start(framed(lines, this.#binary));
    return lines.length;
  }

  /** Sends a close frame and shuts the sending half. */
  async closeWrite(): Promise<void> {
    await this.#close(closeFrame(this.closeCode));
    await this.#inner.closeWrite();
  }

  close(): void {
    this.#inner.close();
  }
}
