/**
 * Searches the index of words.
 *
 * A whole word is read from its latest message on, as far as is wanted. For the start of a word
 * SQLite puts together all messages of all words that start so before it gives the first one: half
 * a second for 2.4 million such words in 300,000 messages, and again for each 200 conversations.
 * Indexes of starts (`prefix = '3'`) help only those of exactly as many letters, and take a quarter
 * more of the file for one length; for three to five letters they take over half of it again, and
 * finding out the words takes three times as long. So it is counted first how much SQLite would
 * put together; where it is too much, the latest messages are looked at one by one. They nearly
 * always have enough of what is so common. Of those 300,000 messages no search takes over 100 ms.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SearchQuery } from "../history.ts";
import { placeAt } from "../order.ts";
import { hasPhrase, type Phrase, phrases, searchable } from "../words.ts";
import { isElsewhere } from "./derived.ts";
import { bounded, type SqliteRows } from "./rows.ts";
import { nickToken, roomToken } from "./word_index.ts";

/** The most conversations that are asked for in one query of SQLite. */
const CONVERSATIONS = 200;

/** How many words that start alike SQLite puts together at most: some 20 ms with the counting. */
const STARTS = 50_000;

/** How many messages are looked at one by one at most: some 60 ms. */
const LOOKED_AT = 4000;

/** Searches the index of words. */
export class WordSearch {
  readonly #rows: SqliteRows;
  readonly #find: StatementSync;
  readonly #count: StatementSync;

  /** Prepares. */
  constructor(db: DatabaseSync, rows: SqliteRows) {
    this.#rows = rows;
    this.#find = db.prepare(
      `SELECT rowid AS place FROM words WHERE words MATCH ? AND rowid > CAST(? AS INTEGER)
       AND rowid < CAST(? AS INTEGER) ORDER BY rowid DESC LIMIT ?`,
    );
    // It is of this connection only, and nothing of it is in a file.
    db.exec(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.starts USING fts5vocab(main, words, instance)",
    );
    this.#count = db.prepare(
      `SELECT count(*) AS count FROM
       (SELECT 1 FROM temp.starts WHERE term >= ? AND term < ? LIMIT ?)`,
    );
  }

  /**
   * The places of the messages that fit, the latest ones. Where very many words start like the
   * last one, only the latest messages that fit but for that word are looked at.
   *
   * @returns undefined where the words are damaged.
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
    return Number(this.#count.get(start, `${start}\u{10ffff}`, most)?.count) >= most;
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
    { from, after, before }: SearchQuery,
    rooms: readonly number[],
    texts: readonly string[],
    limit: number,
  ): number[] {
    const parts = from === undefined ? texts : [...texts, `who : "${nickToken(from)}"`];
    const above = after === undefined ? -Infinity : placeAt(after + 1) - 1;
    const below = before === undefined ? Infinity : placeAt(before);
    const found: number[] = [];
    for (let index = 0; index < rooms.length; index += CONVERSATIONS) {
      const some = rooms.slice(index, index + CONVERSATIONS).map((id) => `"${roomToken(id)}"`);
      const match = [`room : (${some.join(" OR ")})`, ...parts].join(" AND ");
      for (const row of this.#find.all(match, bounded(above), bounded(below), limit)) {
        found.push(Number(row.place));
      }
    }
    return found.sort((a, b) => a - b).slice(-limit);
  }
}

/** A phrase as SQLite is asked. Without quotes within: nothing that is typed has a meaning. */
function asked({ words, prefix }: Phrase): string {
  return `text : "${words.join(" ")}"${prefix ? " *" : ""}`;
}
