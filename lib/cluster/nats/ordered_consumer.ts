/**
 * Reads a stream in order: an ephemeral push consumer without acknowledgements, which is made again,
 * after the last message, if anything is missing. While none can be made because a server is away, each
 * message is asked for: any replica knows it, and a consumer needs the leader of all metadata, who may
 * be elected many seconds after that of the stream.
 *
 * Source: ADR-15 and ADR-17 of NATS (https://github.com/nats-io/nats-architecture-and-design).
 * @module
 */
import type { JetStream, StreamInfo } from "./jet_stream.ts";
import type { NatsClient } from "./nats_client.ts";
import { NatsError, type NatsFault } from "./nats_fault.ts";
import { headerOf, type NatsMessage } from "./nats_parser.ts";
import { repeat } from "./nats_timing.ts";

export interface StreamEntry {
  readonly sequence: number;
  /** When the stream took it, in milliseconds since 1970, with a fraction; the same for all. */
  readonly timeMs: number;
  readonly subject: string;
  /** A view of a larger buffer: copy it to keep it for long. */
  readonly payload: Uint8Array;
}

export interface OrderedConsumerHandler {
  /** Called for each message, in order, without gaps and repeats. Must not throw. */
  entry(entry: StreamEntry): void;
  /** It can't go on: `gone`, `ahead`, `noStream`, `noJetStream` or `api`. Called once. */
  failed(fault: NatsFault): void;
}

/** How often the server says that there is nothing, and how long it may be silent, in ms. */
const HEARTBEAT = { everyMs: 1_000, silentMs: 2_500 };

/**
 * How long faults are put up with that a restarting cluster may show, in milliseconds: a new leader
 * may not have read all of its own stream yet.
 */
const GRACE_MS = 10_000;

const GRACED: ReadonlySet<NatsFault["kind"]> = new Set(["ahead", "noStream", "noJetStream", "api"]);

/**
 * How long it waits for answers, in milliseconds; twice and four times that in the next two attempts.
 * A cluster does not answer while it elects a leader, nor if it gives the consumer to a server that is
 * dead, of which it knows only later: 2.9 does that in one of three cases.
 */
const ANSWER_MS = 400;

/** The pauses between attempts, in milliseconds. */
const AGAIN_MS = { first: 50, longest: 250 };

/** The pauses between looks whether there is more to ask for, in milliseconds. */
const SINGLY_MS = { first: 100, longest: 100 };

export class OrderedConsumer {
  readonly #client: NatsClient;
  readonly #stream: JetStream;
  readonly #handler: OrderedConsumerHandler;
  #next: number;
  /** Counts the consumers, so that what was meant for an earlier one is not heard. */
  #turn = 0;
  /** How often it had to begin again. */
  restarts = -1;
  /** What the current consumer has sent. */
  #sent = 0;
  #heardAt = 0;
  #unsubscribe = () => {};
  readonly #unwatch: () => void;
  #cancel = () => {};

  /** @param from the sequence of the first message. */
  constructor(stream: JetStream, from: number, handler: OrderedConsumerHandler) {
    this.#client = stream.client;
    this.#stream = stream;
    this.#next = from;
    this.#handler = handler;
    this.#unwatch = this.#client.watch((event) => {
      if (event.kind === "lost") this.#begin();
    });
    this.#begin();
  }

  stop(): void {
    this.#turn++;
    this.#unwatch();
    this.#unsubscribe();
    this.#cancel();
  }

  #fail(fault: NatsFault): void {
    this.stop();
    this.#handler.failed(fault);
  }

  /** Makes a consumer that begins with the next message. */
  async #begin(): Promise<void> {
    const turn = ++this.#turn;
    this.restarts++;
    const { system } = this.#client;
    this.#unsubscribe();
    this.#cancel();
    let since: number | undefined;
    let isOver = false;
    try {
      for (let failures = 0; turn === this.#turn; failures++) {
        try {
          await this.#client.connected();
          if (turn === this.#turn) await this.#make(turn, ANSWER_MS * 2 ** (failures % 3));
          if (turn === this.#turn) this.#keepWatch();
          return;
        } catch (error) {
          if (!(error instanceof NatsError)) throw error;
          const { fault } = error;
          if (turn !== this.#turn || fault.kind === "closed") return;
          this.#unsubscribe();
          if (fault.kind === "gone") return this.#fail(fault);
          if (!GRACED.has(fault.kind)) since = undefined;
          else if (system.now() - (since ??= system.now()) > GRACE_MS) return this.#fail(fault);
          if (failures === 0) void this.#readSingly(() => isOver || turn !== this.#turn);
          await this.#client.pause(failures, AGAIN_MS);
        }
      }
    } finally {
      isOver = true;
    }
  }

  async #make(turn: number, patience: number): Promise<void> {
    const stream = this.#stream.name;
    const { firstSequence, lastSequence } = await this.#stream.streamInfo(patience);
    const asked = this.#next;
    if (firstSequence > asked) {
      throw new NatsError({ kind: "gone", stream, asked, first: firstSequence });
    }
    if (lastSequence + 1 < asked) {
      throw new NatsError({ kind: "ahead", stream, asked, last: lastSequence });
    }
    if (turn !== this.#turn) return;
    this.#sent = 0;
    this.#heardAt = this.#client.system.now();
    const subject = this.#client.newInbox();
    this.#unsubscribe = this.#client.subscribe(subject, (message) => {
      if (turn === this.#turn) this.#hear(message);
    });
    await this.#stream.api("CONSUMER.CREATE", {
      stream_name: stream,
      config: {
        deliver_subject: subject,
        deliver_policy: "by_start_sequence",
        opt_start_seq: asked,
        ack_policy: "none",
        max_deliver: 1,
        num_replicas: 1,
        mem_storage: true,
        flow_control: true,
        idle_heartbeat: HEARTBEAT.everyMs * 1e6,
      },
    }, patience);
  }

  /**
   * Asks for message after message. A consumer may begin meanwhile: then each tells what is next.
   *
   * Only while a server is away: any replica may answer, and if it was the leader, which was cut off or
   * stood still, 2.9 may have other messages there when it is back.
   */
  async #readSingly(isOver: () => boolean): Promise<void> {
    for (; !isOver(); await this.#client.pause(0, SINGLY_MS)) {
      const info = await this.#stream.streamInfo(ANSWER_MS).catch(() => undefined);
      if (info === undefined || !this.#isOneAway(info)) continue;
      while (!isOver() && this.#next <= info.lastSequence) {
        const message = await this.#stream.message(this.#next, ANSWER_MS).catch(() => undefined);
        if (isOver() || message?.sequence !== this.#next) break;
        this.#next++;
        this.#handler.entry(message);
      }
    }
  }

  /** Whether the server lacks a connection to one that has a replica; it tells at once. */
  #isOneAway({ followers }: StreamInfo): boolean {
    // Itself among them; none if it may not tell.
    const there = this.#client.info?.others.length ?? 0;
    return there > 0 && there < 1 + followers.length;
  }

  #hear(message: NatsMessage): void {
    this.#heardAt = this.#client.system.now();
    if (message.status !== 0) return this.#control(message);
    const place = placeOf(message.reply);
    // The handler may have stopped it, or somebody else may publish to the inbox.
    if (place === undefined) return;
    const { sequence, timeMs, sent } = place;
    if (sent !== this.#sent + 1) return void this.#begin();
    this.#sent = sent;
    // A replica that was behind may begin too early.
    if (sequence < this.#next) return;
    if (sequence > this.#next) {
      const asked = this.#next;
      return this.#fail({ kind: "gone", stream: this.#stream.name, asked, first: sequence });
    }
    this.#next++;
    const { subject, payload } = message;
    this.#handler.entry({ sequence, timeMs, subject, payload });
  }

  /** Flow control and heartbeats (100), or the end of the consumer. */
  #control(message: NatsMessage): void {
    if (message.status !== 100) return void this.#begin();
    const stalled = message.reply || headerOf(message, "nats-consumer-stalled");
    if (stalled) this.#client.publish(stalled);
    const sent = headerOf(message, "nats-last-consumer");
    if (sent !== undefined && Number(sent) !== this.#sent) void this.#begin();
  }

  #keepWatch(): void {
    const { system } = this.#client;
    this.#cancel = repeat(system, HEARTBEAT.everyMs, (stoodStill) => {
      const isSilent = system.now() - this.#heardAt > HEARTBEAT.silentMs;
      if (isSilent && !stoodStill) this.#begin();
    });
  }
}

/**
 * Reads `$JS.ACK.stream.consumer.delivered.sequence.sent.time.pending`; later servers put a domain
 * and an account after `ACK`, and may add more at the end.
 */
function placeOf(
  reply: string,
): { sequence: number; sent: number; timeMs: number } | undefined {
  const words = reply.split(".");
  if (words[0] !== "$JS" || words[1] !== "ACK" || words.length < 9) return undefined;
  const at = words.length === 9 ? 5 : 7;
  const [sequence = 0, sent = 0, time = 0] = words.slice(at, at + 3).map(Number);
  return { sequence, sent, timeMs: time / 1e6 };
}
