/**
 * Batches: messages of several lines, old messages, and the results of a search.
 *
 * Source: IRCv3 `batch`, `draft/multiline`, `draft/chathistory`; soju's `soju.im/search`.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { type Message, message, type Tags } from "../../irc/message.ts";
import type { Standing } from "./rooms.ts";

/**
 * The origin of a message: it happens now, it is old, it is old and was searched for, or it names a
 * conversation with something new.
 */
export type Origin = "live" | "old" | "found" | "targets";

/** The most open batches; the oldest is forgotten then. */
const MOST_OPEN = 32;

/** The longest message of several lines, in UTF-16 units; the rest is dropped. */
const LONGEST = 128 * 1024;

/** The most different messages without an id that are counted in a batch. */
const MOST_ALIKE = 5000;

const MULTILINE: ReadonlySet<string> = new Set(["draft/multiline", "multiline"]);

const ORIGINS: ReadonlyMap<string, Origin> = new Map([
  ["chathistory", "old"],
  ["draft/chathistory", "old"],
  ["draft/chathistory-targets", "targets"],
  ["draft/search", "found"],
  ["soju.im/search", "found"],
  ["znc.in/playback", "old"],
]);

/** A batch that is coming in. */
export class Batch {
  readonly type: string;
  readonly params: readonly string[];
  readonly outer: Batch | undefined;
  readonly origin: Origin;
  readonly lines: Lines | undefined;
  count = 0;
  /** The number of messages that were shown for the first time. */
  fresh = 0;
  /** The number of messages that had been shown before. */
  known = 0;
  /** The length of all texts, in UTF-16 units. */
  length = 0;
  /** The positions of the earliest and the latest message. */
  first: Standing | undefined;
  last: Standing | undefined;
  readonly #alike = new Map<string, number>();

  /** @param opening the message that opens it: `BATCH +reference type ...`. */
  constructor(opening: Message, outer: Batch | undefined) {
    const [, type = "", ...params] = opening.params;
    this.type = type;
    this.params = params;
    this.outer = outer;
    // An unknown type is transparent: a netsplit within a playback is old.
    this.origin = ORIGINS.get(type) ?? outer?.origin ?? "live";
    this.lines = MULTILINE.has(type) ? new Lines(opening, params[0] ?? "") : undefined;
  }

  add(mark: Standing): void {
    this.count++;
    if (this.first === undefined || mark.time < this.first.time) this.first = mark;
    if (this.last === undefined || mark.time >= this.last.time) this.last = mark;
  }

  /**
   * The number of a message without an id among the same ones in the batch, from 1.
   *
   * @param key identifies the message.
   */
  nthOf(key: string): number {
    const nth = (this.#alike.get(key) ?? 0) + 1;
    if (nth > 1 || this.#alike.size < MOST_ALIKE) this.#alike.set(key, nth);
    return nth;
  }
}

/** A message of several lines that is coming in. */
class Lines {
  readonly #tags: Tags;
  readonly #target: string;
  #source: string | undefined;
  #command: "PRIVMSG" | "NOTICE" | undefined;
  #text = "";

  constructor({ tags, source }: Message, target: string) {
    this.#tags = tags;
    this.#source = source;
    this.#target = target;
  }

  add({ command, params, source, tags }: Message): void {
    if (command !== "PRIVMSG" && command !== "NOTICE") return;
    const text = params[1] ?? "";
    this.#source ??= source;
    if (this.#text.length + text.length > LONGEST) return;
    const goesOn = this.#command === undefined || tags.has("draft/multiline-concat");
    this.#text += `${goesOn ? "" : "\n"}${text}`;
    this.#command ??= command;
  }

  /** The whole message; undefined if no line came. */
  get whole(): Message | undefined {
    const [command, source] = [this.#command, this.#source];
    if (command === undefined || source === undefined) return undefined;
    return message(command, [this.#target, this.#text], { tags: this.#tags, source });
  }
}

export class Batches {
  readonly #open = new BoundedMap<string, Batch>(MOST_OPEN);

  reset(): void {
    this.#open.clear();
  }

  /** The open batch of a message, if any. */
  of({ tags }: Message): Batch | undefined {
    const reference = tags.get("batch");
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  /** `BATCH +reference type ...`: opens a batch and returns it. */
  start(opening: Message): Batch {
    const batch = new Batch(opening, this.of(opening));
    this.#open.set(referenceOf(opening), batch);
    return batch;
  }

  /** `BATCH -reference`: closes a batch and returns it; undefined if it is unknown. */
  end(closing: Message): Batch | undefined {
    const reference = referenceOf(closing);
    const batch = this.#open.get(reference);
    this.#open.delete(reference);
    return batch;
  }
}

function referenceOf({ params }: Message): string {
  return params[0]?.slice(1) ?? "";
}
