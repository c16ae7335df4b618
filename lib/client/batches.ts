/**
 * Messages that come in as one: of several lines, old ones, and what a search has found.
 *
 * Source: IRCv3 `batch`, `draft/multiline`, `draft/chathistory`; soju's `soju.im/search`.
 * @module
 */
import { type Message, message, type Tags } from "../irc/message.ts";

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
  /** How many messages came in it. */
  count: number;
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
  readonly #open = new Map<string, Batch>();

  /** The connection is gone. */
  reset(): void {
    this.#open.clear();
  }

  /** The batch that a message belongs to, if it is known. */
  of({ tags }: Message): Batch | undefined {
    const reference = tags.get("batch");
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  /** `BATCH +reference type ...` */
  start(received: Message): void {
    const [mark = "", type = "", ...params] = received.params;
    const outer = this.of(received);
    // What is no kind of its own is what it stands in: a netsplit in a playback is old.
    const origin = (Object.hasOwn(ORIGINS, type) ? ORIGINS[type] : undefined) ?? outer?.origin ??
      "live";
    const isMessage = MULTILINE.has(type);
    this.#open.delete(mark.slice(1));
    if (this.#open.size >= MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
    this.#open.set(mark.slice(1), {
      type,
      params,
      count: 0,
      origin,
      lines: isMessage
        ? {
          tags: received.tags,
          source: received.source,
          target: params[0] ?? "",
          text: "",
          started: false,
        }
        : undefined,
    });
    if (outer !== undefined && isMessage) outer.count++;
  }

  /** `BATCH -reference`. Returns the batch, undefined where it is not known. */
  end({ params }: Message): Batch | undefined {
    const reference = params[0]?.slice(1) ?? "";
    const batch = this.#open.get(reference);
    this.#open.delete(reference);
    return batch;
  }
}

/** Takes a line of a message of several. */
export function collect(lines: Lines, received: Message): void {
  if (received.command !== "PRIVMSG") return;
  const text = received.params[1] ?? "";
  lines.source ??= received.source;
  if (lines.text.length + text.length > LONGEST) return;
  const goesOn = !lines.started || received.tags.has("draft/multiline-concat");
  lines.text += `${goesOn ? "" : "\n"}${text}`;
  lines.started = true;
}

/** The message that the lines are; undefined where there were none. */
export function combined({ tags, source, target, text, started }: Lines): Message | undefined {
  if (!started || source === undefined) return undefined;
  return message("PRIVMSG", [target, text], { tags, source });
}
