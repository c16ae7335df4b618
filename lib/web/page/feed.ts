/**
 * What is shown of a room or a private conversation: messages, and notes of what happened between.
 * @module
 */
import type { Said } from "../../client/events.ts";
import type { Span } from "../../ui/spans.ts";

/** One kind of reaction to a message. */
export interface Reaction {
  readonly text: string;
  readonly from: readonly string[];
}

export interface SaidRow {
  readonly kind: "said";
  readonly key: string;
  readonly event: Said;
  /** Whether it names us. */
  readonly mention: boolean;
  readonly reactions: readonly Reaction[];
  /** Who deleted it; undefined if nobody did. */
  readonly deletedBy?: string;
}

/** Something that happened: people came, the topic was changed, a command was answered. */
export interface NoteRow {
  readonly kind: "note";
  readonly key: string;
  readonly time: number;
  readonly spans: readonly Span[];
  /** Whether spaces align columns in it. */
  readonly aligned: boolean;
}

/** A row is replaced, never changed: another object means that it looks different. */
export type FeedRow = SaidRow | NoteRow;

/** The most rows that are kept of one place. */
const ROWS = 1500;

/** How many of the oldest go at once. */
const SURPLUS = 100;

/** The most kinds of reactions to a message, and the most people who are kept of each. */
const REACTIONS = 20;
const REACTORS = 200;

export class Feed {
  #rows: FeedRow[] = [];
  #version = 0;
  /** The key of the first row that was not seen yet. */
  newFrom: string | undefined;
  /** Whether older messages were requested, and are not there yet. */
  loading = false;
  /** Whether there are no older messages. */
  complete = false;

  get rows(): readonly FeedRow[] {
    return this.#rows;
  }

  /** A number that changes with the rows. */
  get version(): number {
    return this.#version;
  }

  add(row: FeedRow): void {
    this.#version++;
    this.#rows.push(row);
    if (this.#rows.length < ROWS + SURPLUS) return;
    this.#rows.splice(0, this.#rows.length - ROWS);
    this.complete = false;
  }

  /** Adds a message that is older than others: before the first one that was said after it. */
  insert(row: SaidRow): void {
    this.#version++;
    const { time } = row.event;
    const at = this.#rows.findIndex((one) => one.kind === "said" && one.event.time > time);
    if (at < 0) this.#rows.push(row);
    else if (this.#rows.length < ROWS) this.#rows.splice(at, 0, row);
    else this.complete = true;
  }

  clear(): void {
    this.#version++;
    this.#rows = [];
    this.newFrom = undefined;
  }

  #find(msgid: string): number {
    return this.#rows.findLastIndex((one) => one.kind === "said" && one.event.msgid === msgid);
  }

  /** The message of this id; undefined if it is not shown. */
  said(msgid: string): SaidRow | undefined {
    const row = this.#rows[this.#find(msgid)];
    return row?.kind === "said" ? row : undefined;
  }

  #replace(msgid: string, change: (row: SaidRow) => SaidRow): boolean {
    const at = this.#find(msgid);
    const row = this.#rows[at];
    if (row?.kind !== "said") return false;
    this.#version++;
    this.#rows[at] = change(row);
    return true;
  }

  /** Marks a message as deleted, and forgets its text. Returns whether it is shown. */
  delete(msgid: string, by: string): boolean {
    return this.#replace(msgid, (row) => ({
      ...row,
      event: { ...row.event, text: "" },
      reactions: [],
      deletedBy: by,
    }));
  }

  /** Adds somebody's reaction to a message, or takes it back. */
  react(msgid: string, from: string, text: string, given: boolean): void {
    this.#replace(
      msgid,
      (row) => ({ ...row, reactions: reacted(row.reactions, from, text, given) }),
    );
  }
}

function reacted(
  before: readonly Reaction[],
  from: string,
  text: string,
  given: boolean,
): readonly Reaction[] {
  const known = before.find((one) => one.text === text);
  const others = known?.from.filter((one) => one !== from) ?? [];
  if (!given) {
    return before.map((one) => one === known ? { text, from: others } : one)
      .filter((one) => one.from.length > 0);
  }
  if (known === undefined) {
    return before.length >= REACTIONS ? before : [...before, { text, from: [from] }];
  }
  if (others.length >= REACTORS) return before;
  return before.map((one) => one === known ? { text, from: [...others, from] } : one);
}
