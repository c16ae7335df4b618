/**
 * The stream of a chat in NATS, and what all nodes agreed on when it was made.
 * @module
 */
import { CLUSTER } from "../wording/cluster.ts";
import { JetStream, type StreamInfo } from "./nats/jet_stream.ts";
import type { NatsClient } from "./nats/nats_client.ts";
import { NatsError } from "./nats/nats_fault.ts";
import { type Agreement, decodeEntry, encodeEntry, EntryError } from "./records.ts";

export const STREAM = "CHAT";

/** The subject of agreements; the nodes' own are `chat.in.NODE`. */
const AGREEMENT = "chat.agreement";

export const SUBJECTS: readonly string[] = ["chat.in.*", AGREEMENT];

/** How much the stream may hold, in bytes: an hour of 280 kB a second. */
const MOST_BYTES = 1024 ** 3;

/** How long NATS itself knows which entries it has, in milliseconds. */
const KNOWN_MS = 120_000;

/** The first version of NATS without the fault of https://github.com/nats-io/nats-server/pull/5957. */
const MENDED_IN = [2, 10, 23];

/** The entry of an agreement that was there before any node. */
const NOBODY = { node: "", epoch: 0, number: 0 } as const;

/** A node can't take part. The message is a sentence for people. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}

export interface Engine {
  readonly stream: JetStream;
  /** `file` or `memory`. */
  readonly storage: unknown;
  /** How many servers of NATS keep the stream. */
  readonly copies: number;
  readonly agreement: Agreement;
}

/**
 * Finds the stream of the chat, or makes it with this agreement.
 *
 * @throws {ClusterError} if it is another program's or a later version's.
 * @throws {NatsError} if NATS refuses it.
 */
export async function openEngine(
  client: NatsClient,
  agreement: Agreement,
  storage: "file" | "memory",
): Promise<Engine> {
  const stream = new JetStream(client, STREAM);
  const { lastSequence, config } = await found(stream) ?? await made(stream, storage);
  const { subjects, num_replicas: kept } = config;
  if (!Array.isArray(subjects) || subjects.toSorted().join() !== SUBJECTS.toSorted().join()) {
    throw new ClusterError(CLUSTER.foreign(STREAM));
  }
  // It was made before all servers of NATS had found each other, or when there was one.
  const copies = kept === 1 ? copiesAt(client) : Number(kept);
  if (copies > Number(kept)) {
    await stream.api("STREAM.UPDATE", { ...config, num_replicas: copies }).catch(ignoreNats);
  }
  if (lastSequence === 0) {
    try {
      await publishAgreement(stream, agreement, agreement.runId, 0);
    } catch (error) {
      // Another node was faster.
      if (!(error instanceof NatsError) || error.fault.kind !== "wrongLast") throw error;
    }
  }
  return { stream, storage: config.storage, copies, agreement: await lastAgreement(stream) };
}

/**
 * Begins a chat anew of which no server is left, if it was only in memory and nobody has said
 * anything meanwhile.
 *
 * @param info how the stream was before.
 */
export async function beginAnew(
  { stream, storage, copies }: Engine,
  agreement: Agreement,
  { lastSequence }: StreamInfo,
): Promise<Engine | undefined> {
  if (storage !== "memory") return undefined;
  if ((await stream.streamInfo()).lastSequence === lastSequence) {
    const { sequence = 0 } = await stream.lastOf(AGREEMENT) ?? {};
    try {
      const began = await publishAgreement(stream, agreement, agreement.runId, sequence);
      await stream.purge(began - 1);
    } catch (error) {
      // Another node was faster.
      if (!(error instanceof NatsError) || error.fault.kind !== "wrongLast") throw error;
    }
  }
  return { stream, storage, copies, agreement: await lastAgreement(stream) };
}

async function found(stream: JetStream): Promise<StreamInfo | undefined> {
  try {
    return await stream.streamInfo();
  } catch (error) {
    if (error instanceof NatsError && error.fault.kind === "noStream") return undefined;
    throw error;
  }
}

/** How many copies of the stream there should be. */
function copiesAt({ info }: NatsClient): 1 | 3 {
  return (info?.others.length ?? 0) >= 3 ? 3 : 1;
}

/**
 * Whether copies of a stream may differ once their servers have lost each other: see "On three
 * machines" in docs/cluster.md.
 */
export function mayDiffer(version: string, copies: number): boolean {
  const parts = version.split(/[.-]/).map(Number);
  const at = MENDED_IN.findIndex((least, index) => parts[index] !== least);
  return copies > 1 && at >= 0 && parts[at]! < MENDED_IN[at]!;
}

function ignoreNats(error: unknown): void {
  if (!(error instanceof NatsError)) throw error;
}

function made(stream: JetStream, storage: "file" | "memory"): Promise<StreamInfo> {
  return stream.createStream({
    subjects: SUBJECTS,
    storage,
    replicas: copiesAt(stream.client),
    maxBytes: MOST_BYTES,
    duplicateWindowMs: KNOWN_MS,
  });
}

/**
 * Publishes an agreement for all nodes.
 *
 * @param id that no other has.
 * @param after the sequence of the last one; undefined if it does not matter.
 * @param kept whether it is the last one again: then nodes don't read their files again.
 * @returns its own.
 */
export async function publishAgreement(
  stream: JetStream,
  agreement: Agreement,
  id: string,
  after?: number,
  kept: { readonly isKept?: true } = {},
): Promise<number> {
  const entry = encodeEntry({ ...NOBODY, records: [{ kind: "agreement", agreement, ...kept }] });
  const { sequence } = await stream.publish(AGREEMENT, entry, {
    msgId: `agreement ${id}`,
    ...after === undefined ? {} : { expectedLastSubjectSequence: after },
  });
  return sequence;
}

/** Makes sure that the agreement survives when entries up to a sequence are removed. */
export async function keepAgreement(stream: JetStream, until: number): Promise<void> {
  const { sequence = 0 } = await stream.lastOf(AGREEMENT) ?? {};
  if (sequence > until) return;
  const agreement = await lastAgreement(stream);
  const id = `${agreement.runId} ${sequence}`;
  await publishAgreement(stream, agreement, id, sequence, { isKept: true });
}

/** What was agreed on last. */
async function lastAgreement(stream: JetStream): Promise<Agreement> {
  try {
    const message = await stream.lastOf(AGREEMENT);
    const [record] = message === undefined ? [] : decodeEntry(message.payload).records;
    if (record?.kind === "agreement") return record.agreement;
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    if (error.kind === "newer") throw new ClusterError(CLUSTER.newer);
  }
  throw new ClusterError(CLUSTER.foreign(STREAM));
}
