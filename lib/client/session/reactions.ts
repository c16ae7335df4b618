/**
 * Reactions to messages.
 *
 * Source: IRCv3 `draft/react`, `reply`; ISUPPORT `CLIENTTAGDENY`.
 * @module
 */
import { type Message, nickOf } from "../../irc/message.ts";
import { isBlank } from "../../text/blank.ts";
import { graphemes } from "../../text/graphemes.ts";
import type { SessionContext } from "./context.ts";
import { addressed, isOwn, timeOf } from "./messages.ts";
import { COMMANDS_SAY } from "../../wording/client.ts";

/** The longest reaction, in graphemes, and in UTF-16 units. */
const GRAPHEMES = 10;
const UNITS = 60;

/** The longest message id, in UTF-16 units. */
const LONGEST_ID = 200;

/** Whether a text is short enough for a reaction, and not blank. */
function isReaction(text: string): boolean {
  return text.length <= UNITS && !isBlank(text) && text !== "" &&
    graphemes(text).length <= GRAPHEMES;
}

/** TAGMSG: somebody reacts to a message, or takes that back. */
export function reacted(ctx: SessionContext, message: Message): void {
  const { tags, source, params: [target = ""] } = message;
  const msgid = tags.get("+draft/reply") ?? tags.get("+reply") ?? "";
  const given = tags.get("+draft/react");
  const text = given ?? tags.get("+draft/unreact") ?? "";
  if (!source?.includes("!") || msgid === "" || msgid.length > LONGEST_ID) return;
  if (!isReaction(text)) return;
  const own = isOwn(ctx, message);
  const from = nickOf(source);
  const place = addressed(ctx, target)?.place ?? (own ? target : from);
  const time = timeOf(ctx, message);
  ctx.emit({ type: "reacted", place, msgid, from, own, text, given: given !== undefined, time });
}

/**
 * Reacts to a message, or takes a reaction back.
 *
 * @param msgid the id of the message; undefined for the last one that somebody else said there.
 */
export function react(
  ctx: SessionContext,
  place: string,
  { text, msgid, give }: {
    readonly text: string;
    readonly msgid: string | undefined;
    readonly give: boolean;
  },
): void {
  const { enabled, isupport } = ctx;
  const passed = isupport.passesOn("draft/react") && isupport.passesOn("draft/reply");
  if (!enabled.has("message-tags") || !passed) return ctx.fail(COMMANDS_SAY.cannotReact, place);
  if (!isReaction(text)) return ctx.fail(COMMANDS_SAY.notAReaction, place);
  const id = msgid ?? ctx.lastHeard.get(isupport.fold(place));
  if (id === undefined) return ctx.fail(COMMANDS_SAY.nothingToReactTo, place);
  const tags = new Map([[give ? "+draft/react" : "+draft/unreact", text], ["+draft/reply", id]]);
  ctx.sendTagged(tags, "TAGMSG", place);
  if (enabled.has("echo-message")) return;
  const event = { place, msgid: id, from: ctx.nick, own: true, text, given: give } as const;
  ctx.emit({ type: "reacted", ...event });
}
