/**
 * What is sent to a NATS server, collected so that one write takes all of it.
 * @module
 */

/** The headers of a message: names and values without line ends. */
export type NatsHeaders = Readonly<Record<string, string>>;

/** The least size of a buffer, and the largest that is kept while nothing is sent, in bytes. */
const BUFFER = { least: 64 * 1024, most: 1024 * 1024 };

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

export class NatsOutput {
  readonly #most: number;
  #buffer = new Uint8Array(BUFFER.least);
  #spare: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;

  /** @param most the most bytes that may wait. */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a message: PUB, or HPUB if it has headers. Returns false if there is no room for it. */
  publish(subject: string, reply: string, payload: Uint8Array, headers?: NatsHeaders): boolean {
    const to = reply === "" ? subject : `${subject} ${reply}`;
    if (headers === undefined) return this.#add(`PUB ${to} ${payload.length}\r\n`, payload);
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `NATS/1.0\r\n${fields.join("")}\r\n`;
    // Names and values are ASCII in all that is sent often; else they are encoded twice.
    const headBytes = encoder.encode(head).length;
    const sizes = `${headBytes} ${headBytes + payload.length}`;
    return this.#add(`HPUB ${to} ${sizes}\r\n${head}`, payload);
  }

  /** Adds a line without its end: CONNECT, SUB, UNSUB, PING, PONG. */
  line(text: string): boolean {
    return this.#add(text, NOTHING);
  }

  /** Adds text, bytes and CR LF. */
  #add(text: string, payload: Uint8Array): boolean {
    const needed = this.#length + text.length * 3 + payload.length + 2;
    if (needed > this.#most) return false;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
    this.#buffer.set(payload, this.#length);
    this.#length += payload.length;
    this.#buffer[this.#length++] = 13;
    this.#buffer[this.#length++] = 10;
    return true;
  }

  /** Takes everything that waits. It must be given back before more is taken. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#buffer = this.#spare ?? new Uint8Array(BUFFER.least);
    this.#spare = undefined;
    this.#length = 0;
    return taken;
  }

  /** Takes back what was written, to use its memory again. */
  giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength <= BUFFER.most) this.#spare = new Uint8Array(buffer);
  }
}
