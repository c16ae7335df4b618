/**
 * History as rows of the database: reading them, and making items of them.
 * @module
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { HistoryItem } from "../history.ts";
import { KIND, type Row, timeAt } from "../order.ts";
import { type ItemRows, merged, type PlaceRange } from "../pages.ts";

/** The most conversations whose keys are remembered; beyond them all are looked up again. */
const MAX_KNOWN = 10_000;

const LOW = Number.MIN_SAFE_INTEGER;
const HIGH = Number.MAX_SAFE_INTEGER;

const COLUMNS = `
  i.place, i.msgid, i.command, i.params, i.tags, i.concat, i.time, a.source, a.account, a.bot`;

const WITH_AUTHORS = "LEFT JOIN authors a ON a.id = i.author";

/** Up to which place items are filed, as `filing.ts` says. */
export const FILED = "(SELECT value FROM facts WHERE name = 'filed')";

/** The place of an item. To be given: its id, twice. */
const PLACE_OF = `coalesce(
  (SELECT place FROM by_msgid WHERE msgid = ?),
  (SELECT place FROM items WHERE place > ${FILED} AND msgid = ?))`;

/**
 * The rows of a stretch of a conversation, as many as a limit from one end. To be given: the
 * conversation, their kind, above and below which place, all four twice; the limit.
 */
function stretch(order: "ASC" | "DESC"): string {
  // A number beyond 32 bits reaches SQLite as a floating one, which it does not take for a place.
  const above = "CAST(? AS INTEGER)";
  const places = (table: string, above: string) =>
    `SELECT place FROM ${table} WHERE conversation = ? AND message = ?
     AND place > ${above} AND place < CAST(? AS INTEGER)`;
  return `SELECT ${COLUMNS} FROM (
      ${places("by_conversation", above)}
      UNION ALL ${places("items", `max(${above}, ${FILED})`)}
      ORDER BY place ${order} LIMIT ?
    ) found CROSS JOIN items i ON i.place = found.place ${WITH_AUTHORS}`;
}

/** Which kinds of items a range has. Each is asked for by itself, as the index has them. */
function kindsOf({ events, redacted }: PlaceRange): readonly number[] {
  const kinds: number[] = events ? [KIND.message, KIND.event] : [KIND.message];
  return redacted ? [...kinds, KIND.redacted] : kinds;
}

/** A place that SQLite can be asked for. */
export function bounded(place: number): number {
  return Math.min(HIGH, Math.max(LOW, place));
}

/** Parameters as one text: none of them holds a CR (RFC 1459, section 2.3.1). */
export function packParams(params: readonly string[]): string | null {
  return params.length === 0 ? null : params.join("\r");
}

/** The flags of a message of several lines as one text. */
export function packConcat(concat: readonly boolean[] | null): string | null {
  return concat === null ? null : concat.map(Number).join("");
}

function text(value: SQLOutputValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** A row as the file has it. */
export interface Stored extends Row {
  /** The number of its conversation. */
  readonly conversationId: number;
  /** The time that was given for it, in milliseconds since 1970; its place may tell a later one. */
  readonly given: number;
}

/** Reads history. It only reads, and so works for a program that looks at the file of a server. */
export class SqliteRows implements ItemRows {
  readonly #known = new Map<string, readonly number[]>();
  readonly #idsOf: StatementSync;
  readonly #keys: StatementSync;
  readonly #placeOf: StatementSync;
  readonly #byMsgid: StatementSync;
  readonly #byPlace: StatementSync;
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;
  readonly #latest: StatementSync;

  /** Prepares to read. */
  constructor(db: DatabaseSync) {
    this.#idsOf = db.prepare("SELECT id FROM conversations WHERE key = ? ORDER BY id");
    this.#keys = db.prepare(
      "SELECT DISTINCT key FROM conversations WHERE key >= ? AND key < ? ORDER BY key",
    );
    this.#placeOf = db.prepare(`SELECT place, conversation FROM items WHERE place = ${PLACE_OF}`);
    const one = `SELECT c.key, i.conversation, ${COLUMNS} FROM items i ${WITH_AUTHORS}
      LEFT JOIN conversations c ON c.id = i.conversation`;
    this.#byMsgid = db.prepare(`${one} WHERE i.place = ${PLACE_OF}`);
    this.#byPlace = db.prepare(`${one} WHERE i.place = CAST(? AS INTEGER)`);
    this.#forwards = db.prepare(stretch("ASC"));
    this.#backwards = db.prepare(stretch("DESC"));
    this.#latest = db.prepare(
      `SELECT max(place) AS place FROM (
         SELECT max(place) AS place FROM by_conversation WHERE conversation = ? AND message = 1
         UNION ALL
         SELECT max(place) FROM items WHERE place > ${FILED} AND conversation = ? AND message = 1
       ) found`,
    );
  }

  /** The numbers of a conversation: one, unless others were renamed into it; none if unknown. */
  ids(key: string): readonly number[] {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const ids = this.#idsOf.all(key).map((row) => Number(row.id));
    this.#known.set(key, ids);
    return ids;
  }

  /** Forgets what is known of the numbers of conversations. */
  forget(): void {
    this.#known.clear();
  }

  /** Forgets what is known of the numbers of one conversation. */
  forgetOne(key: string): void {
    this.#known.delete(key);
  }

  /** The keys of the conversations that start with a text, in order. */
  conversations(prefix: string): string[] {
    return this.#keys.all(prefix, `${prefix}\u{10ffff}`).map((row) => text(row.key));
  }

  /** The place of an item in a conversation, redacted or not. */
  place(conversation: string, msgid: string): number | undefined {
    const row = this.#placeOf.get(msgid, msgid);
    if (row === undefined || !this.ids(conversation).includes(Number(row.conversation))) {
      return undefined;
    }
    return Number(row.place);
  }

  /** The rows of a range. */
  range(conversation: string, range: PlaceRange): Stored[] {
    const { above, below, end, limit } = range;
    if (limit <= 0) return [];
    const statement = end === "first" ? this.#forwards : this.#backwards;
    let found: Stored[] | undefined;
    for (const id of this.ids(conversation)) {
      for (const kind of kindsOf(range)) {
        const asked = [id, kind, bounded(above), bounded(below)];
        const rows = statement.all(...asked, ...asked, limit)
          .map((row) => read(row, conversation, id));
        if (end === "last") rows.reverse();
        found = found === undefined ? rows : merged(found, rows, limit, end);
      }
    }
    return found ?? [];
  }

  /** The item of an id, redacted or not. */
  find(msgid: string): Stored | undefined {
    return stored(this.#byMsgid.get(msgid, msgid));
  }

  /** The item at a place. */
  at(place: number): Stored | undefined {
    return stored(this.#byPlace.get(place));
  }

  /** When the latest message of a conversation was; undefined if it has none. */
  latestMessage(conversation: string): number | undefined {
    let latest: number | undefined;
    for (const id of this.ids(conversation)) {
      const place = this.#latest.get(id, id)?.place ?? null;
      if (place !== null) latest = Math.max(latest ?? -Infinity, timeAt(Number(place)));
    }
    return latest;
  }
}

function stored(row: Record<string, SQLOutputValue> | undefined): Stored | undefined {
  if (row === undefined) return undefined;
  return read(row, text(row.key), Number(row.conversation));
}

function read(
  row: Record<string, SQLOutputValue>,
  conversation: string,
  conversationId: number,
): Stored {
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
