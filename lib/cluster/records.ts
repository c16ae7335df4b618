/**
 * What the nodes of a cluster tell each other: entries of the stream, each a batch of records.
 * @module
 */
import type { NodePlace } from "../irc/node_address.ts";
import type { Received } from "../server/world/user.ts";

/** The version of the format. A node that finds a higher one must not go on. */
export const FORMAT = 1;

/** The next way back of a user, without its secret. */
export interface WayRecord {
  readonly id: string;
  /** SHA-256 of the secret, in base64. */
  readonly hash: string;
}

/** The settings that are the same on all nodes, and what is made once for all of them. */
export interface Agreement {
  /** The name of the server. */
  readonly name: string;
  /** When the chat began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The prefix of message ids. */
  readonly runId: string;
  /** The keys of cloaks, and of verifiers that are made up, in base64. */
  readonly cloakKey: string;
  readonly loginKey: string;
  /** The values of the shared settings, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether the chat began without data, so that the stream's beginning is everything. */
  readonly startedEmpty: boolean;
  /** Whether the server has a password, and the names of its operators; passwords stay outside. */
  readonly hasPassword: boolean;
  readonly opers: readonly string[];
}

/**
 * A connection's key is `node.epoch.number`. Times come from the stream; texts hold no secrets but
 * the keys of rooms.
 */
export type LogRecord =
  /** Only in entries of no node. `isKept` if nothing was agreed on: the last one would be removed. */
  | { readonly kind: "agreement"; readonly agreement: Agreement; readonly isKept?: true }
  | { readonly kind: "start"; readonly version: string; readonly place: NodePlace }
  /** The node closes in good order. */
  | { readonly kind: "leave" }
  /** A node that has been silent since its entry of this sequence is given up. */
  | { readonly kind: "gone"; readonly node: string; readonly epoch: number; readonly last: number }
  | {
    readonly kind: "connect";
    readonly key: string;
    readonly host: string;
    readonly address: string;
    readonly secure: boolean;
    /** Whether it is on its node's own machine. */
    readonly isHere: boolean;
  }
  | {
    readonly kind: "line";
    readonly key: string;
    readonly text: string;
    readonly way?: WayRecord | undefined;
  }
  /** The result of work that only the connection's node did. */
  | {
    readonly kind: "outcome";
    readonly key: string;
    readonly name: string;
    readonly result: unknown;
    readonly way?: WayRecord | undefined;
  }
  /** A client showed that it has received what was sent, by a line that only its node ran. */
  | { readonly kind: "heard"; readonly key: string }
  | {
    readonly kind: "closed";
    readonly key: string;
    readonly reason: string;
    readonly most?: number | undefined;
    readonly heard: Received;
  }
  | { readonly kind: "quit"; readonly key: string; readonly reason: string }
  /** A change by a program such as `chat user`. */
  | { readonly kind: "admin"; readonly change: AdminChange }
  /** What the world of the node looked like after the entry of this sequence. */
  | { readonly kind: "hash"; readonly sequence: number; readonly hash: string };

/** A call of a method of the account store that changes something. */
export interface AdminChange {
  /** By which the node that published it knows it. */
  readonly id: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** How far a node has come, and the digest of all entries until then. */
export interface Past {
  readonly sequence: number;
  readonly digest: string;
}

/** A message of the stream. */
export interface NodeEntry {
  readonly node: string;
  /** Counts the starts of the node. */
  readonly epoch: number;
  /** Counts the entries of this epoch, from 0. */
  readonly number: number;
  readonly records: readonly LogRecord[];
  /** What the node had applied when it published this; an agreement, which is no node's, has none. */
  readonly past?: Past;
}

/** Why a message is no entry: another program wrote it, or a later version did. */
export class EntryError extends Error {
  override readonly name = "EntryError";
  readonly kind: "foreign" | "newer";

  constructor(kind: "foreign" | "newer") {
    super(kind);
    this.kind = kind;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeEntry(entry: NodeEntry): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify({ chat: FORMAT, ...entry }));
}

/** @throws {EntryError} if this version can't use it. */
export function decodeEntry(payload: Uint8Array): NodeEntry {
  let read: unknown;
  try {
    read = JSON.parse(decoder.decode(payload));
  } catch {
    throw new EntryError("foreign");
  }
  if (typeof read !== "object" || read === null || !("chat" in read)) {
    throw new EntryError("foreign");
  }
  const { chat, ...entry } = read as { chat: unknown } & NodeEntry;
  if (typeof chat !== "number") throw new EntryError("foreign");
  if (chat > FORMAT) throw new EntryError("newer");
  const isEntry = typeof entry.node === "string" && Number.isSafeInteger(entry.epoch) &&
    Number.isSafeInteger(entry.number) && Array.isArray(entry.records);
  if (!isEntry) throw new EntryError("foreign");
  return entry;
}

/** The key of a connection. */
export function keyOf(node: string, epoch: number, number: number): string {
  return `${node}.${epoch}.${number}`;
}

/** The node and the epoch that a connection's key begins with. */
export function originOfKey(key: string): { readonly node: string; readonly epoch: number } {
  const [node = "", epoch = ""] = key.split(".");
  return { node, epoch: Number(epoch) };
}
