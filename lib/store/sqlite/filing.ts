/**
 * What finds items by their conversations and by their ids.
 *
 * Both are orders of their own, in which what is written after each other lies far apart: each
 * message to another of a thousand rooms changes a page of its own, which took four times as long
 * as to write the message. So items are filed later, many at once and in the order of what they are
 * filed in: when so many wait, when somebody asks for more than a few, or when nothing else is to do.
 * Up to which place that is done is kept in the file, as `filed`; what lies behind it is looked
 * through.
 *
 * Everything that writes is to be called within a transaction.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { KIND, kindOf, type Row } from "../order.ts";
import { FILED, type Stored } from "./rows.ts";

/** How many items wait at least before they are filed while others are written. */
const ENOUGH = 500;

/** So many for each conversation that they belong to: then a page is changed for some at once. */
const ENOUGH_OF_EACH = 8;

/** How many wait at most: to file them takes some 20 ms. */
const MOST = 8000;

/** Files items. */
export class Filing {
  readonly #fileByConversation: StatementSync;
  readonly #fileByMsgid: StatementSync;
  readonly #note: StatementSync;
  readonly #fileOneByConversation: StatementSync;
  readonly #fileOneByMsgid: StatementSync;
  readonly #dropByConversation: StatementSync;
  readonly #dropByMsgid: StatementSync;
  readonly #redact: StatementSync;
  readonly #lower: StatementSync;
  readonly #state: StatementSync;
  readonly #count: StatementSync;
  /**
   * Up to which place, and how many items lie behind it; undefined if that is to be read again. It
   * is read from the start: while items are written they would be counted twice.
   */
  #known: { filed: number; waiting: number } | undefined;
  /** The conversations of those that wait, as far as they were written since it was last read. */
  readonly #conversations = new Set<number>();

  /** Prepares. */
  constructor(db: DatabaseSync) {
    this.#fileByConversation = db.prepare(
      `INSERT OR IGNORE INTO by_conversation SELECT conversation, message, place FROM items
       WHERE place > ${FILED} ORDER BY conversation, message, place`,
    );
    this.#fileByMsgid = db.prepare(
      `INSERT OR IGNORE INTO by_msgid SELECT msgid, place FROM items WHERE place > ${FILED}`,
    );
    this.#note = db.prepare(
      `UPDATE facts SET value = max(value, (SELECT max(place) FROM items)) WHERE name = 'filed'`,
    );
    this.#fileOneByConversation = db.prepare(
      "INSERT OR IGNORE INTO by_conversation VALUES (?, ?, CAST(? AS INTEGER))",
    );
    this.#fileOneByMsgid = db.prepare(
      "INSERT OR IGNORE INTO by_msgid VALUES (?, CAST(? AS INTEGER))",
    );
    this.#dropByConversation = db.prepare(
      `DELETE FROM by_conversation
       WHERE conversation = ? AND message = ? AND place = CAST(? AS INTEGER)`,
    );
    this.#dropByMsgid = db.prepare(
      "DELETE FROM by_msgid WHERE msgid = ? AND place = CAST(? AS INTEGER)",
    );
    this.#redact = db.prepare(
      `UPDATE by_conversation SET message = ${KIND.redacted}
       WHERE conversation = ? AND message = ? AND place = CAST(? AS INTEGER)`,
    );
    this.#lower = db.prepare(
      "UPDATE facts SET value = min(value, CAST(? AS INTEGER)) WHERE name = 'filed'",
    );
    this.#state = db.prepare(
      `SELECT ${FILED} AS filed, (SELECT count(*) FROM items WHERE place > ${FILED}) AS waiting`,
    );
    this.#count = db.prepare(
      `SELECT (SELECT count(*) FROM by_conversation WHERE conversation = ?)
       + (SELECT count(*) FROM items WHERE place > ${FILED} AND conversation = ?) AS count`,
    );
    this.#known = this.#look();
  }

  /** How many items wait to be filed; or a few more, after something was rolled back. */
  get waiting(): number {
    return this.#read().waiting;
  }

  /** Whether so many wait that they are to be filed, whatever else is to do. */
  get isDue(): boolean {
    const enough = Math.max(ENOUGH, ENOUGH_OF_EACH * this.#conversations.size);
    return this.waiting >= Math.min(enough, MOST);
  }

  /** Notes an item that was written; files it where others behind it are filed already. */
  add({ place, item }: Row, conversation: number): void {
    const known = this.#read();
    if (place > known.filed) {
      known.waiting++;
      this.#conversations.add(conversation);
      return;
    }
    this.#fileOneByConversation.run(conversation, kindOf(item), place);
    this.#fileOneByMsgid.run(item.msgid, place);
  }

  /** Takes an item out that is taken out of the file. */
  remove({ place, item, conversationId }: Stored): void {
    const known = this.#read();
    if (place > known.filed) {
      known.waiting--;
      return;
    }
    this.#dropByConversation.run(conversationId, kindOf(item), place);
    this.#dropByMsgid.run(item.msgid, place);
  }

  /** An item is redacted: what finds it by its id stays. */
  redact({ place, item, conversationId }: Stored): void {
    if (place <= this.#read().filed) this.#redact.run(conversationId, kindOf(item), place);
  }

  /** No place is higher than this one any more. */
  lower(place: number): void {
    this.#lower.run(place);
    this.#known = this.#look();
  }

  /** Files all that wait. */
  file(): void {
    if (this.waiting === 0) return;
    this.#fileByConversation.run();
    this.#fileByMsgid.run();
    this.#note.run();
    this.#conversations.clear();
    this.#known = this.#look();
  }

  /** How many items a conversation has, filed or not. */
  count(conversation: number): number {
    return Number(this.#count.get(conversation, conversation)?.count);
  }

  /** What is known of the file is wrong: it was rolled back. */
  forget(): void {
    this.#known = undefined;
    this.#conversations.clear();
  }

  #read(): { filed: number; waiting: number } {
    return this.#known ??= this.#look();
  }

  #look(): { filed: number; waiting: number } {
    const row = this.#state.get();
    return { filed: Number(row?.filed), waiting: Number(row?.waiting) };
  }
}
