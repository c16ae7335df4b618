/**
 * Multiline messages: collects the lines of a batch and sends them as one message.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import { byteLength } from "../../text/bytes.ts";
import type { Message } from "../../irc/message.ts";
import { sameName } from "../../irc/names.ts";
import { isConfided } from "../accounts/service.ts";
import type { Context, Outcome } from "../command.ts";
import { MAX_BYTES, MAX_LINES, MULTILINE, type MultilineBatch } from "../../irc/multiline.ts";
import { clientTags, noteSpeech, relayTo } from "./relay.ts";

const CONCAT = "draft/multiline-concat";

/** What each line takes from the sender's token bucket. */
const LINE_COST = 0.2;

/** Runs BATCH: opens or closes a multiline message. */
export function batch(ctx: Context, msg: Message): void {
  const [mark, type, target] = msg.params;
  const reference = mark!.slice(1);
  if (mark!.startsWith("+") && reference !== "") {
    if (type !== MULTILINE || !target || !ctx.user.hasCapWithBatch(MULTILINE)) {
      return invalid(ctx, "Invalid multiline batch");
    }
    abandon(ctx);
    ctx.user.batch = {
      reference,
      target,
      client: clientTags(ctx, msg.tags),
      label: ctx.label,
      lines: [],
      bytes: 0,
      failed: false,
    };
    // The reply comes when the message is complete.
    if (ctx.label !== undefined) ctx.user.release();
    ctx.label = undefined;
    return;
  }
  const open = ctx.user.batch;
  if (!mark!.startsWith("-") || open?.reference !== reference) {
    return invalid(ctx, "No such batch");
  }
  ctx.user.batch = undefined;
  // Only one server knows what is said to the service.
  const isSecret = ctx.world.init.share !== undefined && isConfided(open.target);
  if (open.failed || isSecret && !ctx.world.isHere(ctx.user)) return;
  takeLabel(ctx, open);
  if (open.lines.every(({ text }) => text === "")) return invalid(ctx, "A message cannot be blank");
  noteSpeech(ctx, !isSecret);
  const { client, lines } = open;
  const text = lines.map(({ text, concat }, index) => index > 0 && !concat ? `\n${text}` : text);
  relayTo(ctx, open.target, { command: "PRIVMSG", client, text: text.join(""), lines });
}

/** Takes a line of a batch. Returns its cost. */
export function collectLine(ctx: Context, msg: Message): number {
  const open = ctx.user.batch;
  if (open?.failed) return LINE_COST;
  if (open === undefined || msg.tags.get("batch") !== open.reference || msg.command !== "PRIVMSG") {
    refuse(ctx, open, "MULTILINE_INVALID", "Invalid multiline batch");
    return 1;
  }
  const [target = "", text = ""] = msg.params;
  // Whether all servers of a cluster see a line must not differ from what its batch says.
  if (!sameName(target, open.target) || isConfided(target) !== isConfided(open.target)) {
    refuse(ctx, open, "MULTILINE_INVALID_TARGET", open.target, target, "Invalid multiline target");
    return LINE_COST;
  }
  const concat = msg.tags.has(CONCAT);
  if (concat && text === "") {
    refuse(ctx, open, "MULTILINE_INVALID", "A blank line cannot continue the line before it");
    return LINE_COST;
  }
  open.bytes += byteLength(text) + (concat || open.lines.length === 0 ? 0 : 1);
  open.lines.push({ text, concat });
  if (open.bytes > MAX_BYTES) {
    refuse(ctx, open, "MULTILINE_MAX_BYTES", `${MAX_BYTES}`, "Multiline batch max-bytes exceeded");
  } else if (open.lines.length > MAX_LINES) {
    refuse(ctx, open, "MULTILINE_MAX_LINES", `${MAX_LINES}`, "Multiline batch max-lines exceeded");
  }
  return LINE_COST;
}

function invalid(ctx: Context, text: string): void {
  ctx.fail("BATCH", "MULTILINE_INVALID", text);
}

/** Gives up an open batch for the next one, and tells its sender. */
function abandon(ctx: Context): void {
  const { user, world, now, label } = ctx;
  const open = user.batch;
  if (open === undefined || open.failed) return;
  ctx.label = undefined;
  user.release();
  takeLabel(ctx, open);
  invalid(ctx, "The previous multiline batch was never closed");
  if (ctx.label !== undefined) user.sendLabelled(ctx.label, world.name, world.nextReference(), now);
  ctx.label = label;
  if (label !== undefined) user.capture();
}

function refuse(
  ctx: Context,
  open: MultilineBatch | undefined,
  code: string,
  ...contextAndText: readonly string[]
): void {
  const spoils = open !== undefined && !isConfided(open.target);
  if (spoils && !ctx.isShared) ctx.apply(spoiled, [code, ...contextAndText]);
  else fail(ctx, open, code, ...contextAndText);
}

/** A line that only one server knows has spoiled the batch that it came in. */
const spoiled: Outcome<readonly [string, ...string[]]> = {
  name: "spoiled",
  run: (ctx, [code, ...contextAndText]) => fail(ctx, ctx.user.batch, code, ...contextAndText),
};

export const batchOutcomes = [spoiled];

function fail(
  ctx: Context,
  open: MultilineBatch | undefined,
  code: string,
  ...contextAndText: readonly string[]
): void {
  if (open !== undefined) {
    open.failed = true;
    open.lines.length = 0;
    takeLabel(ctx, open);
  }
  ctx.fail("BATCH", code, ...contextAndText);
}

/** Makes the reply that follows the one to the BATCH that opened it. */
function takeLabel(ctx: Context, { label }: MultilineBatch): void {
  if (label === undefined || !ctx.user.hasCapWithBatch("labeled-response")) return;
  ctx.label = label;
  ctx.user.capture();
}
