/**
 * Messages that come in as one: of several lines, old ones, and what a search has found.
 *
 * Source: IRCv3 `batch`, `draft/multiline`, `draft/chathistory`; soju's `soju.im/search`.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { type Message, message, type Tags } from "../../irc/message.ts";
import type { Standing } from "./rooms.ts";

/**
 * Whence a message comes: it happens now; it is old; it is old and was searched for; or it is one
 * of the conversations that had something new.
 */
export type Origin = "live" | "old" | "found" | "targets";

/** Something that comes in as one. */
export interface Batch {
  /** Its kind, as the server names it. */
  readonly type: string;
  /** What stands behind the kind. */
  readonly params: readonly string[];
  /** The one that it is in. */
  readonly outer: Batch | undefined;
  /** How many messages came in it. */
  count: number;
  /** How many of them were shown now for the first time. */
  fresh: number;
  /** How many of them had been shown before. */
  known: number;
  /** How long their texts are, in UTF-16 units. */
  length: number;
  /** How many of them are alike, of those that have no id. */
  readonly alike: Map<string, number>;
  /** Where the earliest of them stands. */
  first: Standing | undefined;
  /** Where the latest of them stands. */
  last: Standing | undefined;
  /** Whence its messages come. */
  readonly origin: Origin;
  /** The lines, where it is one message. */
  readonly lines: Lines | undefined;
}

/** A message of several lines that is coming in. */
export interface Lines {
  /** Its tags. */
  readonly tags: Tags;
  /** Who says it; undefined until that is known. */
  source: string | undefined;
  /** What its first line is: a message, or a notice. */
  command: "PRIVMSG" | "NOTICE";
  /** To whom. */
  readonly target: string;
  /** What has come of it. */
  text: string;
  /** Whether any line has come. */
  started: boolean;
}

/** The most batches that can be open at once; the oldest is forgotten then. */
const MOST_OPEN = 32;

/** The longest message of several lines, in UTF-16 units; what is beyond is dropped. */
const LONGEST = 128 * 1024;

/** Of how many messages of a batch it is counted which are alike. */
const MOST_ALIKE = 5000;

const MULTILINE: ReadonlySet<string> = new Set(["draft/multiline", "multiline"]);

const ORIGINS: Readonly<Record<string, Origin>> = {
  chathistory: "old",
  "draft/chathistory": "old",
  "draft/chathistory-targets": "targets",
  "draft/search": "found",
  "soju.im/search": "found",
  "znc.in/playback": "old",
};

/** The batches that are open. */
export class Batches {
  readonly #open = new BoundedMap<string, Batch>(MOST_OPEN);

  /** The connection is gone. */
  reset(): void {
    this.#open.clear();
  }

  /** The batch that a message belongs to, if it is known. */
  of({ tags }: Message): Batch | undefined {
    const reference = tags.get("batch");
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  /** `BATCH +reference type ...` Returns the batch. */
  start(received: Message): Batch {
    const [mark = "", type = "", ...params] = received.params;
    const outer = this.of(received);
    // What is no kind of its own is what it stands in: a netsplit in a playback is old.
    const origin = (Object.hasOwn(ORIGINS, type) ? ORIGINS[type] : undefined) ?? outer?.origin ??
      "live";
    const isMessage = MULTILINE.has(type);
    const batch: Batch = {
      type,
      params,
      outer,
      ...{ count: 0, fresh: 0, known: 0, length: 0, alike: new Map(), first: undefined },
      last: undefined,
      origin,
      lines: isMessage
        ? {
          tags: received.tags,
          source: received.source,
          command: "PRIVMSG",
          target: params[0] ?? "",
          text: "",
          started: false,
        }
        : undefined,
    };
    this.#open.set(mark.slice(1), batch);
    return batch;
  }

  /** `BATCH -reference`. Returns the batch, undefined where it is not known. */
  end({ params }: Message): Batch | undefined {
    const reference = params[0]?.slice(1) ?? "";
    const batch = this.#open.get(reference);
    this.#open.delete(reference);
    return batch;
  }
}

/** A message came in a batch. */
export function count(batch: Batch, mark: Standing): void {
  batch.count++;
  if (batch.first === undefined || mark.time < batch.first.time) batch.first = mark;
  if (batch.last === undefined || mark.time >= batch.last.time) batch.last = mark;
}

/**
 * Which one a message without an id is of those in a batch that nothing tells apart, from 1.
 *
 * @param key what tells it from others.
 */
export function nthOf({ alike }: Batch, key: string): number {
  const nth = (alike.get(key) ?? 0) + 1;
  if (nth > 1 || alike.size < MOST_ALIKE) alike.set(key, nth);
  return nth;
}

/** Takes a line of a message of several. */
export function collect(lines: Lines, received: Message): void {
  const { command } = received;
  if (command !== "PRIVMSG" && command !== "NOTICE") return;
  const text = received.params[1] ?? "";
  if (!lines.started) lines.command = command;
  lines.source ??= received.source;
  if (lines.text.length + text.length > LONGEST) return;
  const goesOn = !lines.started || received.tags.has("draft/multiline-concat");
  lines.text += `${goesOn ? "" : "\n"}${text}`;
  lines.started = true;
}

/** The message that the lines are; undefined if there were none. */
export function combined(
  { tags, source, command, target, text, started }: Lines,
): Message | undefined {
  if (!started || source === undefined) return undefined;
  return message(command, [target, text], { tags, source });
}
