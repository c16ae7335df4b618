/**
 * What other programs ask a node: to change accounts on all nodes, and how it is.
 * @module
 */
import { decodeText } from "../text/bytes.ts";
import { CHANGES } from "./account_changes.ts";
import type { NatsClient } from "./nats/nats_client.ts";
import type { NatsMessage } from "./nats/nats_parser.ts";
import type { AdminChange } from "./records.ts";
import type { KnownNode } from "./replica_state.ts";

/** The subject on which every node tells how it is. */
export const STATUS = "chat.status";

/** The subject on which a node takes changes of accounts. */
export function changesSubject(node: string): string {
  return `chat.admin.${node}`;
}

/** How a node is, by itself. */
export interface NodeStatus {
  readonly node: string;
  readonly version: string;
  /** The people who are connected to it. */
  readonly people: number;
  /** The last entry that it has applied. */
  readonly applied: number;
  /** Whether it lets people in. */
  readonly open: boolean;
  /** The hashes of its world after the latest entries that were compared, the last one last. */
  readonly hashes: readonly (readonly [sequence: number, hash: string])[];
  /** What it knows of all nodes, itself too. */
  readonly nodes: readonly (readonly [name: string, node: KnownNode])[];
}

/** A change as a program asks for it. */
export type AskedChange = Pick<AdminChange, "method" | "args">;

/** What each method of the account store returned, in the order of the changes. */
export interface ChangesAnswer {
  readonly results: readonly unknown[];
}

/** What the desk needs of its node. */
export interface DeskNode {
  readonly name: string;
  push(record: { readonly kind: "admin"; readonly change: AdminChange }): void;
  status(): NodeStatus;
}

/** How long a change may be on its way, in milliseconds. */
export const CHANGE_MS = 10_000;

export class ProgramDesk {
  readonly #node: DeskNode;
  readonly #client: NatsClient;
  /** Those who wait for changes that this node published, by the changes' ids. */
  readonly #waiting = new Map<string, (result: unknown) => void>();

  constructor(client: NatsClient, node: DeskNode) {
    this.#client = client;
    this.#node = node;
    client.subscribe(STATUS, ({ reply }) => this.#answer(reply, node.status()));
    client.subscribe(changesSubject(node.name), (message) => void this.#change(message));
  }

  /** Notes that a change of any node was made here, and what the store returned. */
  applied({ id }: AdminChange, result: unknown): void {
    this.#waiting.get(id)?.(result);
  }

  async #change({ reply, payload }: NatsMessage): Promise<void> {
    const changes = changesOf(payload).map((change, at) => ({ ...change, id: `${reply} ${at}` }));
    const results = Promise.all(
      changes.map(({ id }) => new Promise<unknown>((resolve) => this.#waiting.set(id, resolve))),
    );
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#client.system.after(CHANGE_MS, () => late.resolve(undefined));
    for (const change of changes) this.#node.push({ kind: "admin", change });
    const made = await Promise.race([results, late.promise]);
    cancel();
    for (const { id } of changes) this.#waiting.delete(id);
    if (made !== undefined) this.#answer(reply, { results: made } satisfies ChangesAnswer);
  }

  #answer(reply: string, answer: NodeStatus | ChangesAnswer): void {
    if (reply !== "") this.#client.publish(reply, JSON.stringify(answer));
  }
}

/** The changes of a request; none if it is not one. */
function changesOf(payload: Uint8Array): readonly AskedChange[] {
  try {
    const changes: readonly AskedChange[] = JSON.parse(decodeText(payload) ?? "").changes;
    return changes.filter(({ method, args }) =>
      (CHANGES as readonly string[]).includes(method) && Array.isArray(args)
    );
  } catch {
    return [];
  }
}
