/**
 * Searches the full-text index.
 *
 * A whole word is read from its latest message on, as far as is wanted. For the start of a word
 * SQLite merges all messages of all words that start so before it gives the first one: half a second
 * for 2.4 million such words in 300,000 messages, and again for each 200 conversations. Indexes of
 * starts (`prefix = '3'`) help only starts of exactly that length, and take a quarter more of the
 * file for one length; for three to five letters they take over half of it again, and indexing takes
 * three times as long. So first it is counted how much SQLite would merge; if it is too much, the
 * latest messages are looked at one by one, which nearly always has enough of what is so common. In
 * those 300,000 messages no search takes over 100 ms.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { SearchQuery } from "../history.ts";
import { placeBounds } from "../order.ts";
import { hasPhrase, type Phrase, phrases, searchable } from "../words.ts";
import { isElsewhere } from "./derived.ts";
import { bounded, type SqliteRows } from "./rows.ts";
import { prepared } from "./statements.ts";
import { nickToken, roomToken } from "./word_index.ts";

/** The most conversations in one query. */
const CONVERSATIONS = 200;

/** How many words that start alike SQLite merges at most: some 20 ms with the counting. */
const STARTS = 50_000;

/** How many messages are looked at one by one at most: some 60 ms. */
const LOOKED_AT = 4000;

const SQL = {
  find: `SELECT rowid AS place FROM words WHERE words MATCH ? AND rowid > CAST(? AS INTEGER)
    AND rowid < CAST(? AS INTEGER) ORDER BY rowid DESC LIMIT ?`,
  count: `SELECT count(*) AS count FROM
    (SELECT 1 FROM temp.starts WHERE term >= ? AND term < ? LIMIT ?)`,
} as const;

export class WordSearch {
  readonly #rows: SqliteRows;
  readonly #sql;

  constructor(db: DatabaseSync, rows: SqliteRows) {
    this.#rows = rows;
    // It belongs to this connection only, and is not in any file.
    db.exec(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.starts USING fts5vocab(main, words, instance)",
    );
    this.#sql = prepared(db, SQL);
  }

  /**
   * The places of the latest messages that fit. If very many words start like the last one, only
   * the latest messages that fit except for that word are looked at.
   *
   * @returns undefined if the index is damaged.
   */
  search(query: SearchQuery, limit: number): number[] | undefined {
    const wanted = phrases(query.text);
    if (wanted.length === 0 && query.text.trim() !== "") return [];
    const rooms = [...new Set(query.conversations.flatMap((key) => this.#rows.ids(key)))];
    try {
      const last = wanted.at(-1);
      const tooMany = last?.prefix &&
        this.#isTooMuch(last, Math.ceil(rooms.length / CONVERSATIONS));
      return tooMany
        ? this.#lookedAt(query, rooms, wanted, limit)
        : this.#found(query, rooms, wanted.map(asked), limit);
    } catch (error) {
      if (isElsewhere(error)) throw error;
      return undefined;
    }
  }

  #isTooMuch({ words }: Phrase, times: number): boolean {
    const start = words.at(-1)!;
    const most = Math.floor(STARTS / Math.max(1, times));
    return Number(this.#sql.count.get(start, `${start}\u{10ffff}`, most)?.count) >= most;
  }

  /** As {@linkcode search}, without asking SQLite for the start of a word. */
  #lookedAt(
    query: SearchQuery,
    rooms: readonly number[],
    wanted: readonly Phrase[],
    limit: number,
  ): number[] {
    const last = wanted.at(-1)!;
    const whole = [...wanted.slice(0, -1), { words: last.words.slice(0, -1), prefix: false }];
    const parts = whole.filter(({ words }) => words.length > 0).map(asked);
    const places = this.#found(query, rooms, parts, LOOKED_AT);
    const found: number[] = [];
    for (const place of places.reverse()) {
      const row = this.#rows.at(place);
      if (row !== undefined && hasPhrase(searchable(row.item.params), last)) found.push(place);
      if (found.length >= limit) break;
    }
    return found.reverse();
  }

  #found(
    query: SearchQuery,
    rooms: readonly number[],
    texts: readonly string[],
    limit: number,
  ): number[] {
    const { from } = query;
    const parts = from === undefined ? texts : [...texts, `who : "${nickToken(from)}"`];
    const { above, below } = placeBounds(query);
    const found: number[] = [];
    for (let index = 0; index < rooms.length; index += CONVERSATIONS) {
      const some = rooms.slice(index, index + CONVERSATIONS).map((id) => `"${roomToken(id)}"`);
      const match = [`room : (${some.join(" OR ")})`, ...parts].join(" AND ");
      for (const row of this.#sql.find.all(match, bounded(above), bounded(below), limit)) {
        found.push(Number(row.place));
      }
    }
    return found.sort((a, b) => a - b).slice(-limit);
  }
}

/** A phrase in FTS5 syntax. Words hold no quotes, so nothing that is typed has a meaning in it. */
function asked({ words, prefix }: Phrase): string {
  return `text : "${words.join(" ")}"${prefix ? " *" : ""}`;
}
