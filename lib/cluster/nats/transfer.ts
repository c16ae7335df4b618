/**
 * Copies files between two clients: the one that has it sends chunks, as fast as the other confirms
 * that it has written them.
 * @module
 */
import { decodeText } from "../../text/bytes.ts";
import { ENGINE_REASON } from "../../wording/engine.ts";
import type { NatsClient } from "./nats_client.ts";
import { NatsError, type NatsFault } from "./nats_fault.ts";
import { headerOf, type NatsMessage } from "./nats_parser.ts";

/** What is sent, such as an open `Deno.FsFile`. */
export interface TransferSource {
  read(buffer: Uint8Array): Promise<number | null>;
  close(): void;
}

/** The size of a chunk, and how much may be on its way, in bytes. */
const SIZE = { chunk: 256 * 1024, window: 4 * 1024 * 1024 };

/** How long each waits for the other, in milliseconds. */
const SILENT_MS = 10_000;

/**
 * Sends what is asked for on a subject, for which one of all who do is chosen. `open` gets the request; if it rejects, the message of the
 * error is told. Returns a function that ends it.
 */
export function serveTransfers(
  client: NatsClient,
  subject: string,
  open: (request: Uint8Array) => Promise<TransferSource>,
): () => void {
  return client.subscribe(subject, async ({ reply, payload }) => {
    if (reply === "") return;
    try {
      const source = await open(payload);
      try {
        await send(client, reply, source);
      } finally {
        source.close();
      }
    } catch (error) {
      // If the connection is at fault, the other notices it too.
      if (error instanceof NatsError) return;
      const words = String(error instanceof Error ? error.message : error);
      client.publish(reply, "", { headers: { "Chat-Fault": words.replace(/\s+/g, " ") } });
    }
  }, "transfers");
}

async function send(client: NatsClient, to: string, source: TransferSource): Promise<void> {
  let [sent, confirmed] = [0, 0];
  let fault: NatsFault | undefined;
  let wake = () => {};
  using inbox = client.inbox({
    heard({ status, payload }) {
      if (status === 503) fault = { kind: "noResponders", subject: to };
      else confirmed = Math.max(confirmed, Number(decodeText(payload)) || 0);
      wake();
    },
    failed(lost) {
      fault = lost;
      wake();
    },
  });
  const buffer = new Uint8Array(Math.min(SIZE.chunk, (client.info?.maxPayload ?? 0) / 2));
  for (;;) {
    const count = await source.read(buffer);
    while (sent - confirmed >= SIZE.window && fault === undefined) {
      const before = confirmed;
      await new Promise<void>((resolve) => {
        const cancel = client.system.after(SILENT_MS, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
      if (confirmed === before) fault ??= { kind: "timeout", subject: to };
    }
    if (fault !== undefined) throw new NatsError(fault);
    if (count === null) break;
    const headers = { "Chat-Offset": `${sent}` };
    client.publish(to, buffer.subarray(0, count), { headers, reply: inbox.subject });
    sent += count;
  }
  client.publish(to, "", { headers: { "Chat-Size": `${sent}` } });
}

/**
 * Fetches what {@linkcode serveTransfers} sends.
 *
 * @param write gets the chunks in order; the next comes when its promise is resolved.
 * @param silentMs how long the other may be silent, in milliseconds.
 * @returns how many bytes came.
 * @throws {NatsError} if it did not come completely. What `write` throws ends it too.
 */
export async function fetchTransfer(
  client: NatsClient,
  subject: string,
  request: string | Uint8Array,
  write: (chunk: Uint8Array) => Promise<void> | void,
  silentMs = SILENT_MS,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const failed = (fault: NatsFault) => reject(new NatsError(fault));
  const broken = (why: string) => failed({ kind: "transfer", why });
  let [received, isAlive, isOver] = [0, true, false];
  let written = Promise.resolve();
  const heard = (message: NatsMessage) => {
    if (isOver) return;
    isAlive = true;
    if (message.status === 503) return failed({ kind: "noResponders", subject });
    const fault = headerOf(message, "chat-fault");
    if (fault !== undefined) return broken(fault);
    const size = headerOf(message, "chat-size");
    if (size !== undefined && Number(size) !== received) {
      return broken(ENGINE_REASON.transferGap);
    }
    if (size !== undefined) return void written.then(() => resolve(received));
    if (Number(headerOf(message, "chat-offset")) !== received) {
      return broken(ENGINE_REASON.transferGap);
    }
    const end = received += message.payload.length;
    written = written.then(async () => {
      if (isOver) return;
      await write(message.payload);
      isAlive = true;
      client.publish(message.reply, `${end}`);
    });
    written.catch(reject);
  };
  using inbox = client.inbox({ heard, failed });
  const look = () => {
    if (!isAlive) return broken(ENGINE_REASON.transferSilent);
    isAlive = false;
    cancel = client.system.after(silentMs, look);
  };
  let cancel = client.system.after(silentMs, look);
  try {
    await client.connected(silentMs);
    client.publish(subject, request, { reply: inbox.subject });
    return await promise;
  } finally {
    isOver = true;
    cancel();
  }
}
