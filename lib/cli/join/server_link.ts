/**
 * The connection to the server: dialled again and again, one at a time.
 * @module
 */
import { SERVER_LINES } from "../../irc/lines.ts";
import { Connection } from "../../net/connection.ts";
import type { Dialled } from "../../net/dial.ts";
import { Flusher } from "../../net/flusher.ts";
import type { Dialler } from "./dialler.ts";

/** The most bytes that may wait to be sent; only a server that does not read comes near. */
const SEND_QUEUE_BYTES = 1024 * 1024;

const encoder = new TextEncoder();

export class ServerLink {
  readonly #dialler: Dialler;
  readonly #flusher = new Flusher();
  #dial: AbortController | undefined;
  #connection: Connection | undefined;

  constructor(dialler: Dialler) {
    this.#dialler = dialler;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** Dials. {@linkcode end} breaks it off. Never rejects. */
  dial(): Promise<Dialled> {
    this.#dial = new AbortController();
    return this.#dialler.dial(this.#dial.signal);
  }

  /** Makes a connection of a socket that was dialled. The caller runs it. */
  open(socket: Extract<Dialled, { kind: "connected" }>["socket"]): Connection {
    return this.#connection = new Connection(socket, {
      lines: SERVER_LINES,
      sendQueueBytes: SEND_QUEUE_BYTES,
      flusher: this.#flusher,
    });
  }

  send(lines: readonly string[]): void {
    for (const line of lines) this.#connection?.send(encoder.encode(`${line}\r\n`));
  }

  /** Ends the dialling, or the connection after what was sent. Returns whether there was one. */
  end(): boolean {
    const { isOpen } = this;
    this.#dial?.abort();
    this.#connection?.end("left");
    return isOpen;
  }

  close(reason: string): void {
    this.#connection?.close(reason);
  }

  lost(): void {
    this.#connection = undefined;
  }
}
