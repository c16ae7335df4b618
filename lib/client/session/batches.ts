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

/** A batch that is coming in. */
export interface Batch {
  /** The type, as the server names it. */
  readonly type: string;
  /** The parameters after the type. */
  readonly params: readonly string[];
  /** The batch that contains this one. */
  readonly outer: Batch | undefined;
  /** The number of messages. */
  count: number;
  /** The number of messages that were shown for the first time. */
  fresh: number;
  /** The number of messages that had been shown before. */
  known: number;
  /** The length of all texts, in UTF-16 units. */
  length: number;
  /** How often each message without an id occurred. */
  readonly alike: Map<string, number>;
  /** The position of the earliest message. */
  first: Standing | undefined;
  /** The position of the latest message. */
  last: Standing | undefined;
  readonly origin: Origin;
  /** The lines, if the batch is a single message. */
  readonly lines: Lines | undefined;
}

/** A message of several lines that is coming in. */
export interface Lines {
  readonly tags: Tags;
  /** The sender; undefined until it is known. */
  source: string | undefined;
  /** The command of its first line. */
  command: "PRIVMSG" | "NOTICE";
  readonly target: string;
  /** The text so far. */
  text: string;
  /** Whether any line has come. */
  started: boolean;
}

/** The most open batches; the oldest is forgotten then. */
const MOST_OPEN = 32;

/** The longest message of several lines, in UTF-16 units; the rest is dropped. */
const LONGEST = 128 * 1024;

/** The most different messages without an id that are counted in a batch. */
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

  reset(): void {
    this.#open.clear();
  }

  /** The open batch of a message, if any. */
  of({ tags }: Message): Batch | undefined {
    const reference = tags.get("batch");
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  /** `BATCH +reference type ...`: opens a batch and returns it. */
  start(received: Message): Batch {
    const [mark = "", type = "", ...params] = received.params;
    const outer = this.of(received);
    // An unknown type is transparent: a netsplit within a playback is old.
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

  /** `BATCH -reference`: closes a batch and returns it; undefined if it is unknown. */
  end({ params }: Message): Batch | undefined {
    const reference = params[0]?.slice(1) ?? "";
    const batch = this.#open.get(reference);
    this.#open.delete(reference);
    return batch;
  }
}

/** Counts a message of a batch. */
export function count(batch: Batch, mark: Standing): void {
  batch.count++;
  if (batch.first === undefined || mark.time < batch.first.time) batch.first = mark;
  if (batch.last === undefined || mark.time >= batch.last.time) batch.last = mark;
}

/**
 * The number of a message without an id among the same ones in its batch, from 1.
 *
 * @param key identifies the message.
 */
export function nthOf({ alike }: Batch, key: string): number {
  const nth = (alike.get(key) ?? 0) + 1;
  if (nth > 1 || alike.size < MOST_ALIKE) alike.set(key, nth);
  return nth;
}

/** Adds a line to a message of several lines. */
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

/** The whole message; undefined if no line came. */
export function combined(
  { tags, source, command, target, text, started }: Lines,
): Message | undefined {
  if (!started || source === undefined) return undefined;
  return message(command, [target, text], { tags, source });
}
