/**
 * The two forms of a multiline message: a batch, or single lines.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import { formatTags, message, NO_TAGS } from "../../irc/message.ts";
import { type BatchLine, MULTILINE } from "../../irc/multiline.ts";
import { Delivery, type DeliveryTags } from "./delivery.ts";

/** A message in its forms for different clients. */
export interface Forms {
  readonly lines: readonly Delivery[];
  /** For clients with `draft/multiline`, if there are several lines. */
  readonly batch?: readonly Delivery[];
}

/** Longer client tags are sent only with the first of several single lines, in characters. */
const REPEATED_TAGS = 200;

export interface Several {
  readonly command: string;
  /** `nick!user@host`. */
  readonly source: string;
  readonly target: string;
  /** With `batch`, the message is part of another batch. */
  readonly tags: DeliveryTags;
  readonly lines: readonly BatchLine[];
}

/**
 * The form for clients with `draft/multiline`: a batch, with a new reference, whose opening has all
 * the tags.
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

/** The form for other clients: single messages without blank lines, the first with the id. */
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
