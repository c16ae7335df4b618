/**
 * Messages as the lines of a receiver that gets all tags, and back.
 * @module
 */
import { type Message, message, parse } from "../../irc/message.ts";
import { ALL_TAGS, CONCAT_TAG, Delivery, type DeliveryTags } from "./delivery.ts";
import type { Forms } from "./line_forms.ts";

/** Lines with CR LF. */
export interface FormsState {
  readonly lines: readonly string[];
  readonly batch?: readonly string[] | undefined;
}

export function formsState({ lines, batch }: Forms): FormsState {
  return { lines: lines.map(lineOf), batch: batch?.map(lineOf) };
}

export function restoreForms({ lines, batch }: FormsState): Forms {
  const forms = { lines: lines.map(restore) };
  return batch === undefined ? forms : { ...forms, batch: batch.map(restore) };
}

function lineOf(delivery: Delivery): string {
  return delivery.line(ALL_TAGS);
}

/** @throws {TypeError} if it is no line. */
function restore(line: string): Delivery {
  const read = parse(line.slice(0, -2));
  if (read === undefined) throw new TypeError(`Not a message: ${line}`);
  const { source, command, params } = read;
  const init = source === undefined ? {} : { source };
  return new Delivery(message(command, params, init), tagsOf(read));
}

function tagsOf({ tags }: Message): DeliveryTags {
  const time = tags.get("time");
  return {
    time: time === undefined ? undefined : Date.parse(time),
    msgid: tags.get("msgid"),
    account: tags.get("account"),
    bot: tags.has("bot"),
    client: new Map([...tags].filter(([key]) => key.startsWith("+"))),
    batch: tags.get("batch"),
    concat: tags.has(CONCAT_TAG),
  };
}
