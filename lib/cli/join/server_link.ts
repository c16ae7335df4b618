/**
 * Dials a server and makes lines of the socket.
 * @module
 */
import type { Dial, LineLink, LinkHandler } from "../../client/stay/line_link.ts";
import { SERVER_LINES } from "../../irc/lines.ts";
import { Connection, type Socket } from "../../net/connection.ts";
import { Flusher } from "../../net/flusher.ts";
import type { Dialler } from "./dialler.ts";
import { CONNECTION_FAULT } from "../../wording/reaching.ts";

/** The most bytes that may wait to be sent; only a server that does not read comes near. */
const SEND_QUEUE_BYTES = 1024 * 1024;

/**
 * Dials as a dialler does, for a stay.
 *
 * @param connected is told the address of our end of each connection.
 */
export function dialBy(dialler: Dialler, connected: (from: string) => void): Dial {
  const flusher = new Flusher();
  return async (...args) => {
    const dialled = await dialler.dial(...args);
    if (dialled.kind !== "connected") return dialled;
    const { socket, port, secure, sure, notice, from } = dialled;
    connected(from);
    const secrecy = sure ? "sure" : secure ? "local" : "open";
    return { kind: "connected", link: new ServerLink(socket, flusher), port, secrecy, notice };
  };
}

class ServerLink implements LineLink {
  readonly #connection: Connection;

  constructor(socket: Socket, flusher: Flusher) {
    this.#connection = new Connection(socket, {
      lines: SERVER_LINES,
      sendQueueBytes: SEND_QUEUE_BYTES,
      flusher,
    });
  }

  run(handler: LinkHandler): void {
    void this.#connection.run({
      // The rest of a line that was too long would say something else than the whole.
      line: ({ text, fault }) => handler.line(fault === "too-long" ? undefined : text),
      overflow: () => this.#connection.close(CONNECTION_FAULT.tooSlow),
      closed: (reason) => handler.closed(reason),
    });
  }

  send(lines: readonly string[]): void {
    for (const line of lines) this.#connection.send(`${line}\r\n`);
  }

  end(): void {
    this.#connection.end("left");
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }
}
