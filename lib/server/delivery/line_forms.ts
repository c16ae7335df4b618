/**
 * The two forms of a message of several lines: one batch, or single lines.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import { formatTags, message, NO_TAGS } from "../../irc/message.ts";
import { type BatchLine, MULTILINE } from "../../irc/multiline.ts";
import { Delivery, type DeliveryTags } from "./delivery.ts";

/** Tags longer than this stand on the first of several single lines only, in characters. */
const REPEATED_TAGS = 200;

/** A message of several lines as it goes out. */
export interface Several {
  /** PRIVMSG or NOTICE. */
  readonly command: string;
  /** Who says it, as `nick!user@host`. */
  readonly source: string;
  /** How its receivers are addressed. */
  readonly target: string;
  /** All that is said of it; with `batch`, it is part of another batch. */
  readonly tags: DeliveryTags;
  /** Its lines. */
  readonly lines: readonly BatchLine[];
}

/**
 * For those who understand it: a batch, whose opening carries all that is said of it.
 *
 * @param reference a name for the batch that no other has.
 * @param server the server's name.
 */
export function asBatch(
  { command, source, target, tags, lines }: Several,
  reference: string,
  server: string,
): Delivery[] {
  const { time, batch } = tags;
  return [
    new Delivery(message("BATCH", [`+${reference}`, MULTILINE, target], { source }), tags),
    ...lines.map(({ text, concat }) =>
      new Delivery(message(command, [target, text], { source }), {
        time: undefined,
        batch: reference,
        concat,
      })
    ),
    new Delivery(message("BATCH", [`-${reference}`], { source: server }), { time, batch }),
  ];
}

/** For the others: single messages, of which only the first has the id, and no blank ones. */
export function asLines({ command, source, target, tags, lines }: Several): Delivery[] {
  const texts = lines.map(({ text }) => text).filter((text) => text !== "");
  const repeated = formatTags(tags.client ?? NO_TAGS).length <= REPEATED_TAGS
    ? tags.client
    : NO_TAGS;
  return texts.map((text, index) =>
    new Delivery(
      message(command, [target, text], { source }),
      index === 0 ? tags : { ...tags, msgid: undefined, client: repeated },
    )
  );
}
