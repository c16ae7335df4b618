/**
 * Files items by conversation and by id.
 *
 * Both are orders of their own, in which items written one after another lie far apart: each
 * message to another of a thousand rooms changes a page of its own, which took four times as long
 * as writing the message. So items are filed later, many at once and sorted: when enough wait, when
 * somebody asks for more than a few, or in a quiet moment. The fact `filed` in the file says up to
 * which place that is done; queries scan the items after it.
 *
 * Everything that writes is called within a transaction.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { KIND, type Kind, kindOf, type Row } from "../order.ts";
import { FILED, type Stored } from "./rows.ts";
import { prepared } from "./statements.ts";

/** How many items wait at least before they are filed while others are written. */
const ENOUGH = 500;

/** So many for each of their conversations: then several share each page that changes. */
const ENOUGH_OF_EACH = 8;

/** How many wait at most: filing them takes some 20 ms. */
const MOST = 8000;

export class Filing {
  readonly #isAlone: boolean;
  readonly #sql;
  /**
   * Up to which place items are filed, and how many wait after it; undefined if that has to be read
   * again. It is read at the start: read while items are written, these would be counted twice.
   */
  #known: { filed: number; waiting: number } | undefined;
  /** The conversations of items that wait, as far as they were written since the last read. */
  readonly #conversations = new Set<number>();
  /** Those of messages among them; undefined if items wait that were not written since. */
  #talks: Set<number> | undefined;

  /** @param isAlone whether no other program adds items. */
  constructor(db: DatabaseSync, isAlone: boolean) {
    this.#isAlone = isAlone;
    this.#sql = prepared(db, SQL);
    this.#read();
  }

  /** How many items wait to be filed; after a rollback, maybe a few more. */
  get waiting(): number {
    return this.#read().waiting;
  }

  /** Whether so many wait that they should be filed now. */
  get isDue(): boolean {
    const enough = Math.max(ENOUGH, ENOUGH_OF_EACH * this.#conversations.size);
    return this.waiting >= Math.min(enough, MOST);
  }

  /**
   * Whether items of a kind may wait in a conversation; if not, a query need not scan those that
   * do. Only messages are told apart: scanning a hundred joins at each join took a tenth of the time
   * in which 2,000 entered one room.
   */
  mayWait(conversation: number, kind: Kind): boolean {
    if (!this.#isAlone) return true;
    if (this.waiting === 0) return false;
    return kind !== KIND.message || this.#talks?.has(conversation) !== false;
  }

  /** Notes an item that was written; files it if items after it are filed already. */
  add({ place, item }: Row, conversation: number): void {
    const known = this.#read();
    if (place > known.filed) {
      known.waiting++;
      this.#conversations.add(conversation);
      if (kindOf(item) === KIND.message) this.#talks?.add(conversation);
      return;
    }
    this.#sql.fileOneByConversation.run(conversation, kindOf(item), place);
    this.#sql.fileOneByMsgid.run(item.msgid, place);
  }

  /** Removes an item that is removed from the file. */
  remove({ place, item, conversationId }: Stored): void {
    const known = this.#read();
    if (place > known.filed) {
      known.waiting--;
      return;
    }
    this.#sql.dropByConversation.run(conversationId, kindOf(item), place);
    this.#sql.dropByMsgid.run(item.msgid, place);
  }

  /** Marks an item as redacted; it is still found by its id. */
  redact({ place, item, conversationId }: Stored): void {
    if (place <= this.#read().filed) this.#sql.redact.run(conversationId, kindOf(item), place);
  }

  /** Notes that no place is higher than this one any more. */
  lower(place: number): void {
    this.#sql.lower.run(place);
    this.#known = undefined;
    this.#read();
  }

  file(): void {
    if (this.waiting === 0) return;
    this.#sql.fileByConversation.run();
    this.#sql.fileByMsgid.run();
    this.#sql.note.run();
    this.forget();
    this.#read();
  }

  /** How many items a conversation has, filed or not. */
  count(conversation: number): number {
    return Number(this.#sql.count.get(conversation, conversation)?.count);
  }

  /** Forgets what is cached, after a rollback. */
  forget(): void {
    this.#known = undefined;
    this.#conversations.clear();
  }

  #read(): { filed: number; waiting: number } {
    if (this.#known === undefined) {
      const row = this.#sql.state.get();
      this.#known = { filed: Number(row?.filed), waiting: Number(row?.waiting) };
      this.#talks = this.#known.waiting === 0 ? new Set() : undefined;
    }
    return this.#known;
  }
}

const SQL = {
  fileByConversation: `INSERT OR IGNORE INTO by_conversation
    SELECT conversation, message, place FROM items
    WHERE place > ${FILED} ORDER BY conversation, message, place`,
  fileByMsgid: `INSERT OR IGNORE INTO by_msgid SELECT msgid, place FROM items
    WHERE place > ${FILED}`,
  note: `UPDATE facts SET value = max(value, (SELECT max(place) FROM items))
    WHERE name = 'filed'`,
  fileOneByConversation: "INSERT OR IGNORE INTO by_conversation VALUES (?, ?, CAST(? AS INTEGER))",
  fileOneByMsgid: "INSERT OR IGNORE INTO by_msgid VALUES (?, CAST(? AS INTEGER))",
  dropByConversation: `DELETE FROM by_conversation
    WHERE conversation = ? AND message = ? AND place = CAST(? AS INTEGER)`,
  dropByMsgid: "DELETE FROM by_msgid WHERE msgid = ? AND place = CAST(? AS INTEGER)",
  redact: `UPDATE by_conversation SET message = ${KIND.redacted}
    WHERE conversation = ? AND message = ? AND place = CAST(? AS INTEGER)`,
  lower: "UPDATE facts SET value = min(value, CAST(? AS INTEGER)) WHERE name = 'filed'",
  state: `SELECT ${FILED} AS filed,
    (SELECT count(*) FROM items WHERE place > ${FILED}) AS waiting`,
  count: `SELECT (SELECT count(*) FROM by_conversation WHERE conversation = ?)
    + (SELECT count(*) FROM items WHERE place > ${FILED} AND conversation = ?) AS count`,
} as const;
