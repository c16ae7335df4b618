/**
 * Reads history from the tables of a database.
 * @module
 */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { HistoryItem } from "../history.ts";
import { KIND, type Kind, type Row, timeAt } from "../order.ts";
import { merged, type PlaceRange } from "../paged_history.ts";
import { prepared, type SqlRow, textOrNull } from "./statements.ts";

/** The most conversations whose numbers are cached; beyond them all are looked up again. */
const MAX_KNOWN = 10_000;

const LOW = Number.MIN_SAFE_INTEGER;
const HIGH = Number.MAX_SAFE_INTEGER;

const COLUMNS = `
  i.place, i.msgid, i.command, i.params, i.tags, i.concat, i.time, a.source, a.account, a.bot`;

const WITH_AUTHORS = "LEFT JOIN authors a ON a.id = i.author";

/** Up to which place items are filed; see `filing.ts`. */
export const FILED = "(SELECT value FROM facts WHERE name = 'filed')";

/** The next places in order. Values: the place after which they begin, and how many. */
export const NEXT_PLACES =
  "SELECT place FROM items WHERE place > CAST(? AS INTEGER) ORDER BY place LIMIT ?";

/** The place of an item. Values: its id, twice. */
const PLACE_OF = `coalesce(
  (SELECT place FROM by_msgid WHERE msgid = ?),
  (SELECT place FROM items WHERE place > ${FILED} AND msgid = ?))`;

/**
 * The rows of a stretch of a conversation. Values: conversation, kind, above, below, and the same
 * for items that wait to be filed; limit.
 */
function stretch(order: "ASC" | "DESC", waiting: boolean): string {
  // A number beyond 32 bits reaches SQLite as a floating one, which it does not take for a place.
  const above = "CAST(? AS INTEGER)";
  const places = (table: string, above: string) =>
    `SELECT place FROM ${table} WHERE conversation = ? AND message = ?
     AND place > ${above} AND place < CAST(? AS INTEGER)`;
  return `SELECT ${COLUMNS} FROM (
      ${places("by_conversation", above)}
      ${waiting ? `UNION ALL ${places("items", `max(${above}, ${FILED})`)}` : ""}
      ORDER BY place ${order} LIMIT ?
    ) found CROSS JOIN items i ON i.place = found.place ${WITH_AUTHORS}`;
}

const ONE = `SELECT c.key, i.conversation, ${COLUMNS} FROM items i ${WITH_AUTHORS}
  LEFT JOIN conversations c ON c.id = i.conversation`;

const SQL = {
  ids: "SELECT id FROM conversations WHERE key = ? ORDER BY id",
  keys: "SELECT DISTINCT key FROM conversations WHERE key >= ? AND key < ? ORDER BY key",
  placeOf: `SELECT place, conversation FROM items WHERE place = ${PLACE_OF}`,
  byMsgid: `${ONE} WHERE i.place = ${PLACE_OF}`,
  byPlace: `${ONE} WHERE i.place = CAST(? AS INTEGER)`,
  first: stretch("ASC", true),
  last: stretch("DESC", true),
  firstFiled: stretch("ASC", false),
  lastFiled: stretch("DESC", false),
  latest: `SELECT max(place) AS place FROM (
    SELECT max(place) AS place FROM by_conversation WHERE conversation = ? AND message = 1
    UNION ALL
    SELECT max(place) FROM items WHERE place > ${FILED} AND conversation = ? AND message = 1
  ) found`,
} as const;

/** The kinds of items in a range. Each is queried by itself, as the index has them. */
function kindsOf({ events, redacted }: PlaceRange): readonly Kind[] {
  const kinds: Kind[] = events ? [KIND.message, KIND.event] : [KIND.message];
  return redacted ? [...kinds, KIND.redacted] : kinds;
}

/** A place, or infinity, as a number that SQLite takes. */
export function bounded(place: number): number {
  return Math.min(HIGH, Math.max(LOW, place));
}

/** Parameters as one text: none of them holds a CR (RFC 1459, section 2.3.1). */
export function packParams(params: readonly string[]): string | null {
  return params.length === 0 ? null : params.join("\r");
}

/** The `concat` flags of a multiline message as one text. */
export function packConcat(concat: readonly boolean[] | null): string | null {
  return concat === null ? null : concat.map(Number).join("");
}

function text(value: SQLOutputValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A row as the file has it. */
export interface Stored extends Row {
  /** The number of its conversation. */
  readonly conversationId: number;
  /** The time that was given for it, in milliseconds since 1970; its place may tell a later one. */
  readonly given: number;
}

/** Reads history, and never writes: so it also works beside a server that has the file open. */
export class SqliteRows {
  readonly #known = new Map<string, readonly number[]>();
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = prepared(db, SQL);
  }

  /** The numbers of a conversation: several if others were renamed into it, none if unknown. */
  ids(key: string): readonly number[] {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const ids = this.#sql.ids.all(key).map((row) => Number(row.id));
    this.#known.set(key, ids);
    return ids;
  }

  forget(): void {
    this.#known.clear();
  }

  /** Forgets the cached numbers of one conversation. */
  forgetOne(key: string): void {
    this.#known.delete(key);
  }

  /** The keys of the conversations that start with a text, in order. */
  conversations(prefix: string): string[] {
    return this.#sql.keys.all(prefix, `${prefix}\u{10ffff}`).map((row) => text(row.key));
  }

  /** The place of an item in a conversation, redacted or not. */
  place(conversation: string, msgid: string): number | undefined {
    const row = this.#sql.placeOf.get(msgid, msgid);
    const isHere = row !== undefined && this.ids(conversation).includes(Number(row.conversation));
    return isHere ? Number(row.place) : undefined;
  }

  /** @param waits whether items of a kind may wait to be filed: all are looked through. */
  range(
    conversation: string,
    range: PlaceRange,
    waits: (id: number, kind: Kind) => boolean = () => true,
  ): Stored[] {
    const { above, below, end, limit } = range;
    if (limit <= 0) return [];
    let found: Stored[] | undefined;
    for (const id of this.ids(conversation)) {
      for (const kind of kindsOf(range)) {
        const asked = [id, kind, bounded(above), bounded(below)];
        const rows = (waits(id, kind)
          ? this.#sql[end].all(...asked, ...asked, limit)
          : this.#sql[`${end}Filed`].all(...asked, limit))
          .map((row) =>
            read(row, conversation, id)
          );
        if (end === "last") rows.reverse();
        found = found === undefined ? rows : merged(found, rows, limit, end);
      }
    }
    return found ?? [];
  }

  /** The item of an id, redacted or not. */
  find(msgid: string): Stored | undefined {
    return stored(this.#sql.byMsgid.get(msgid, msgid));
  }

  at(place: number): Stored | undefined {
    return stored(this.#sql.byPlace.get(place));
  }

  /** The time of the latest message of a conversation; undefined if it has none. */
  latestMessage(conversation: string): number | undefined {
    let latest: number | undefined;
    for (const id of this.ids(conversation)) {
      const place = this.#sql.latest.get(id, id)?.place ?? null;
      if (place !== null) latest = Math.max(latest ?? -Infinity, timeAt(Number(place)));
    }
    return latest;
  }
}

function stored(row: SqlRow | undefined): Stored | undefined {
  return row && read(row, text(row.key), Number(row.conversation));
}

function read(row: SqlRow, conversation: string, conversationId: number): Stored {
  const place = Number(row.place);
  const params = textOrNull(row.params);
  const concat = textOrNull(row.concat);
  const time = timeAt(place);
  const item: HistoryItem = {
    msgid: text(row.msgid),
    time,
    conversation,
    command: text(row.command),
    source: text(row.source),
    account: textOrNull(row.account),
    bot: row.bot === 1,
    params: params === null ? [] : params.split("\r"),
    tags: text(row.tags),
    concat: concat === null ? null : Array.from(concat, (flag) => flag === "1"),
  };
  return { place, item, conversationId, given: row.time === null ? time : Number(row.time) };
}
