/**
 * One stream of JetStream, the part of NATS that keeps messages: making it, publishing exactly once,
 * and reading it in order.
 *
 * Source: the JetStream API of NATS (https://docs.nats.io/reference/reference-protocols), as 2.9 has
 * it.
 * @module
 */
import { fromBase64 } from "../../crypto/base64.ts";
import { decodeText } from "../../text/bytes.ts";
import { ENGINE_REASON } from "../../wording/engine.ts";
import type { NatsClient } from "./nats_client.ts";
import { NatsError, type NatsFault } from "./nats_fault.ts";
import { headerOf, type NatsMessage } from "./nats_parser.ts";

/** What a stream should be like. */
export interface StreamShape {
  readonly subjects: readonly string[];
  readonly storage: "file" | "memory";
  readonly replicas: 1 | 3;
  /** The most bytes that it may hold; then nothing more can be published. */
  readonly maxBytes: number;
  /** How long the server knows the ids of messages, in milliseconds. */
  readonly duplicateWindowMs: number;
}

export interface StreamInfo {
  /** The sequence of the first message; the last one + 1 if there is none. */
  readonly firstSequence: number;
  /** 0 if there never was a message. */
  readonly lastSequence: number;
  readonly messages: number;
  readonly bytes: number;
  /** As NATS has it: `subjects`, `max_bytes` and more. */
  readonly config: Readonly<Record<string, unknown>>;
  /** When it was made (RFC 3339): if it is another time than before, it is another stream. */
  readonly created: string;
  /** The server that decides; undefined if there is none at the moment, or only one server. */
  readonly leader: string | undefined;
  /** The other replicas that are up to date, and those that are not. */
  readonly followers: readonly { readonly name: string; readonly isCurrent: boolean }[];
}

export interface PublishOptions {
  /** Unique for each message: a second one with the same id is not added. */
  readonly msgId: string;
  /** The sequence of the last message of the subject, 0 if there is none; else it is not added. */
  readonly expectedLastSubjectSequence?: number;
  /** How long it is tried, over lost connections too, in milliseconds. Default: 30 s. */
  readonly withinMs?: number;
}

export interface PublishAck {
  readonly sequence: number;
  /** Whether the message was there already. */
  readonly isDuplicate: boolean;
}

export interface StoredMessage {
  readonly sequence: number;
  readonly timeMs: number;
  readonly subject: string;
  readonly payload: Uint8Array;
  /** With which it was published; undefined if it had none. */
  readonly msgId: string | undefined;
}

/** Errors of the API, by `err_code`. */
const CODES = {
  noStream: 10059,
  noMessage: 10037,
  wrongLast: [10070, 10071],
  /** `store failed`; the words tell why. */
  storeFailed: 10077,
  noResources: [10002, 10023, 10028, 10047],
  noJetStream: [10039, 10076],
  /** There is no leader. */
  unavailable: [10008, 10009],
};

/** How long the API may take to answer, in milliseconds. */
const API_MS = 5_000;

/**
 * How long an attempt to publish waits for the acknowledgement, and how often it sends the message
 * meanwhile, in milliseconds: a server that stands still does not answer, and nobody tells when
 * another one leads.
 */
const ACK_MS = { longest: 5_000, again: 1_000 };

/** The pauses between attempts, in milliseconds. */
const AGAIN_MS = { first: 20, longest: 250 };

/** Faults after which publishing again is of no use; after others, the message may be there. */
const FINAL: ReadonlySet<NatsFault["kind"]> = new Set(
  ["wrongLast", "full", "noResources", "tooBig", "noStream", "noJetStream", "api", "closed"],
);

export class JetStream {
  readonly client: NatsClient;
  readonly name: string;

  /** @param name of the stream; it may contain no dots, spaces or wildcards. */
  constructor(client: NatsClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /**
   * Asks the API of JetStream.
   *
   * @param operation such as `STREAM.INFO`, to which the name of the stream is added.
   * @param timeoutMs a question to a cluster that elects a leader is never answered.
   * @throws {NatsError} with its error.
   */
  async api(operation: string, request?: unknown, timeoutMs = API_MS): Promise<ApiAnswer> {
    const subject = `$JS.API.${operation}.${this.name}`;
    const body = request === undefined ? "" : JSON.stringify(request);
    let answer: NatsMessage;
    try {
      answer = await this.client.request(subject, body, { timeoutMs });
    } catch (error) {
      const isNobody = error instanceof NatsError && error.fault.kind === "noResponders";
      throw isNobody ? new NatsError({ kind: "noJetStream" }) : error;
    }
    return this.#parse(answer, subject);
  }

  /** @throws {NatsError} `noStream`, `noJetStream` or of the connection. */
  async streamInfo(timeoutMs = API_MS): Promise<StreamInfo> {
    return infoOf(await this.api("STREAM.INFO", undefined, timeoutMs));
  }

  /**
   * Makes the stream, unless it is there.
   *
   * @throws {NatsError} `otherShape` if it is there with another shape.
   */
  async createStream(shape: StreamShape): Promise<StreamInfo> {
    const wanted: Record<string, unknown> = {
      subjects: shape.subjects,
      storage: shape.storage,
      num_replicas: shape.replicas,
      max_bytes: shape.maxBytes,
      duplicate_window: shape.duplicateWindowMs * 1e6,
      retention: "limits",
      discard: "new",
      max_age: 0,
      max_msgs: -1,
      max_msgs_per_subject: -1,
      allow_direct: true,
    };
    const answer = await this.api("STREAM.INFO").catch((error) => {
      if (!(error instanceof NatsError) || error.fault.kind !== "noStream") throw error;
      return this.api("STREAM.CREATE", { name: this.name, ...wanted });
    });
    const differences = Object.keys(wanted).flatMap((field) => {
      const [is, should] = [answer.config?.[field], wanted[field]].map((x) => JSON.stringify(x));
      return is === should ? [] : [ENGINE_REASON.difference(field, `${is}`, `${should}`)];
    });
    if (differences.length === 0) return infoOf(answer);
    throw new NatsError({ kind: "otherShape", stream: this.name, differences });
  }

  /** Removes the messages up to this sequence, with it. */
  async purge(sequence: number): Promise<void> {
    await this.api("STREAM.PURGE", { seq: sequence + 1 });
  }

  /** The last message of a subject, as the leader knows it; undefined if there is none. */
  async lastOf(subject: string): Promise<StoredMessage | undefined> {
    try {
      const { message } = await this.api("STREAM.MSG.GET", { last_by_subj: subject });
      return message === undefined ? undefined : stored(message);
    } catch (error) {
      const { fault } = error as Partial<NatsError>;
      if (fault?.kind === "api" && fault.code === CODES.noMessage) return undefined;
      throw error;
    }
  }

  /**
   * The message with this sequence, from any replica: also if nobody leads the cluster. Undefined if
   * that replica does not have it, or not yet.
   *
   * @throws {NatsError} of the connection.
   */
  async message(sequence: number, timeoutMs: number): Promise<StoredMessage | undefined> {
    const request = JSON.stringify({ seq: sequence });
    const subject = `$JS.API.DIRECT.GET.${this.name}`;
    const answer = await this.client.request(subject, request, { timeoutMs });
    const header = (name: string) => headerOf(answer, name) ?? "";
    if (header("nats-sequence") !== `${sequence}`) return undefined;
    return {
      sequence,
      timeMs: millisecondsOf(header("nats-time-stamp")),
      subject: header("nats-subject"),
      payload: answer.payload,
      msgId: headerOf(answer, "nats-msg-id"),
    };
  }

  /**
   * Adds a message exactly once: it is published again, with the same id, until it is acknowledged.
   * The next message may be published only then, if their order matters.
   *
   * @throws {NatsError} `wrongLast`, `full`, `noResources`, `tooBig` and others that JetStream
   *   answers: it was not added. `lost`, `timeout`, `noResponders`, `unreachable` and others of the
   *   connection after `withinMs`, and `closed`: it may have been added.
   */
  async publish(
    subject: string,
    payload: string | Uint8Array,
    { msgId, expectedLastSubjectSequence: last, withinMs = 30_000 }: PublishOptions,
  ): Promise<PublishAck> {
    const { system } = this.client;
    const headers = {
      "Nats-Msg-Id": msgId,
      "Nats-Expected-Stream": this.name,
      ...(last === undefined ? {} : { "Nats-Expected-Last-Subject-Sequence": `${last}` }),
    };
    const until = system.now() + withinMs;
    for (let failures = 0;; failures++) {
      await this.client.connected(until - system.now());
      try {
        const timeoutMs = Math.max(1, Math.min(ACK_MS.longest, until - system.now()));
        const options = { headers, timeoutMs, againMs: ACK_MS.again };
        const answer = await this.client.request(subject, payload, options);
        const { seq = 0, duplicate } = this.#parse(answer, subject);
        return { sequence: seq, isDuplicate: duplicate === true };
      } catch (error) {
        if (!(error instanceof NatsError) || system.now() >= until) throw error;
        const { kind } = error.fault;
        if (kind === "wrongLast") {
          // A new leader may not know the ids: then it may be the message itself that is there.
          const last = await this.#settled(subject, until);
          if (last?.msgId === msgId) return { sequence: last.sequence, isDuplicate: true };
        }
        if (FINAL.has(kind)) throw error;
      }
      await this.client.pause(failures, AGAIN_MS);
    }
  }

  /** As {@linkcode lastOf}, however often the connection is lost meanwhile. */
  async #settled(subject: string, until: number): Promise<StoredMessage | undefined> {
    for (let failures = 0;; failures++) {
      try {
        return await this.lastOf(subject);
      } catch (error) {
        const isFinal = !(error instanceof NatsError) || FINAL.has(error.fault.kind);
        if (isFinal || this.client.system.now() >= until) throw error;
      }
      await this.client.pause(failures, AGAIN_MS);
    }
  }

  #parse({ payload }: NatsMessage, subject: string): ApiAnswer {
    let answer: ApiAnswer;
    try {
      answer = JSON.parse(decodeText(payload) ?? "");
    } catch {
      // Somebody else answers on the subject.
      throw new NatsError({ kind: "noResponders", subject });
    }
    if (answer.error !== undefined) throw new NatsError(this.#faultOf(answer.error, subject));
    return answer;
  }

  #faultOf({ err_code: code = 0, description: words = "" }: ApiError, subject: string): NatsFault {
    const stream = this.name;
    if (code === CODES.noStream) return { kind: "noStream", stream };
    if (CODES.wrongLast.includes(code)) {
      const [, last] = /: (\d+)$/.exec(words) ?? [];
      return { kind: "wrongLast", subject, last: last === undefined ? undefined : Number(last) };
    }
    if (CODES.unavailable.includes(code)) return { kind: "noResponders", subject };
    if (CODES.noJetStream.includes(code)) return { kind: "noJetStream" };
    if (CODES.noResources.includes(code)) return { kind: "noResources", why: words };
    if (code === CODES.storeFailed) {
      if (/^maximum/.test(words)) return { kind: "full", stream };
      return { kind: "noResources", why: words };
    }
    return { kind: "api", why: words.slice(0, 200), code };
  }
}

interface ApiError {
  readonly err_code?: number;
  readonly description?: string;
}

/** The fields of answers that are used. */
interface ApiAnswer {
  readonly error?: ApiError;
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly created?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly state?: Readonly<Record<"messages" | "bytes" | "first_seq" | "last_seq", number>>;
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly { readonly name: string; readonly current?: boolean }[];
  };
  readonly message?: StoredJson;
}

/** The time is RFC 3339, `hdrs` and `data` are base64. */
type StoredJson =
  & { readonly seq: number }
  & Readonly<Record<"subject" | "time", string>>
  & Readonly<Partial<Record<"hdrs" | "data", string>>>;

function infoOf({ state, cluster, config = {}, created = "" }: ApiAnswer): StreamInfo {
  const { messages = 0, bytes = 0, first_seq = 0, last_seq: lastSequence = 0 } = state ?? {};
  const firstSequence = messages === 0 ? lastSequence + 1 : first_seq;
  const followers = (cluster?.replicas ?? []).map(({ name, current = false }) => ({
    name,
    isCurrent: current,
  }));
  const leader = cluster?.leader;
  return { firstSequence, lastSequence, messages, bytes, config, created, leader, followers };
}

function stored({ seq, subject, time, hdrs = "", data = "" }: StoredJson): StoredMessage {
  const headers = fromBase64(hdrs) ?? new Uint8Array();
  return {
    sequence: seq,
    timeMs: millisecondsOf(time),
    subject,
    payload: fromBase64(data) ?? new Uint8Array(),
    msgId: headerOf({ headers }, "nats-msg-id"),
  };
}

/** From RFC 3339, as the stream's own times: from nanoseconds since 1970. */
function millisecondsOf(time: string): number {
  const [, seconds = "", fraction = ""] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return Number(`${Date.parse(`${seconds}Z`) / 1000}${fraction.padEnd(9, "0")}`) / 1e6;
}
