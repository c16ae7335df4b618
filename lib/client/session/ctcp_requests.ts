/**
 * Requests of programs to programs: answers VERSION, PING and TIME, and tells the person about
 * offered files and about answers.
 *
 * Source: "Client-to-Client Protocol (CTCP)", draft-oakley-irc-ctcp-02; "DCC", Troy Rollo.
 * @module
 */
import { ctcpOf, ctcpText } from "../../irc/ctcp.ts";
import { type Message, nickOf } from "../../irc/message.ts";
import type { SessionContext } from "./context.ts";
import { word } from "../phrases.ts";
import { startOf } from "./split.ts";
import { CTCP } from "../../wording/client.ts";

/** How many requests are answered in {@linkcode WINDOW_MS}, from all people together. */
const MOST_ANSWERS = 3;

/** In milliseconds. */
const WINDOW_MS = 30_000;

/** The longest text of a PING that is sent back, in UTF-16 units. */
const LONGEST_PING = 100;

/** What is answered to a request, by its command. */
const ANSWERS: Readonly<Record<string, (ctx: SessionContext, text: string) => string>> = {
  PING: (_, text) => text.slice(0, LONGEST_PING),
  // In UTC: where somebody lives is nobody's business.
  TIME: ({ now }) => new Date(now).toISOString(),
  VERSION: ({ options }) => options.version ?? "chat",
};

/** Handles a live CTCP message to us that is not an action. */
export function ctcp(ctx: SessionContext, { command, params, source }: Message): void {
  const [target = "", raw = ""] = params;
  const from = nickOf(source ?? "");
  const asked = ctcpOf(raw);
  // Requests to a whole room would make all of its members answer.
  if (asked === undefined || from === "" || from === ctx.nick) return;
  if (!ctx.isupport.same(target, ctx.nick)) return;
  const tell = (text: string) => ctx.emit({ type: "info", text, by: from });
  if (command === "NOTICE") {
    return tell(CTCP.answered(word(from), asked.command, startOf(answerOf(ctx, asked))));
  }
  if (asked.command === "DCC") return tell(offerOf(word(from), asked.text));
  const answer = ANSWERS[asked.command];
  if (answer === undefined || !mayAnswer(ctx)) return;
  ctx.send("NOTICE", from, ctcpText(asked.command, answer(ctx, asked.text)));
}

/** The text of a PING: the time at which the request was sent, if it is an answer to one of ours. */
function answerOf({ now }: SessionContext, { command, text }: { command: string; text: string }) {
  const sent = /^chat-(\d{1,16})$/.exec(text)?.[1];
  return command === "PING" && sent !== undefined ? CTCP.after(now - Number(sent)) : text;
}

/** Asks somebody's program something. */
export function askProgram(ctx: SessionContext, target: string, text: string): boolean {
  const [, command = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const given = command.toUpperCase() === "PING" && rest === "" ? `chat-${ctx.now}` : rest;
  return ctx.send("PRIVMSG", target, ctcpText(command.toUpperCase(), given));
}

/** An answer can make the server cut us off for flooding, so they are few. */
function mayAnswer({ ctcpAnswers, now }: SessionContext): boolean {
  while ((ctcpAnswers[0] ?? Infinity) <= now - WINDOW_MS) ctcpAnswers.shift();
  if (ctcpAnswers.length >= MOST_ANSWERS) return false;
  ctcpAnswers.push(now);
  return true;
}

/** `SEND "my file.txt" 3232235777 5000 1234` */
function offerOf(from: string, text: string): string {
  const [, file, bare, bytes] = /^SEND (?:"([^"]*)"|(\S+)) \S+ \d+(?: (\d+))?/i.exec(text) ?? [];
  const name = file ?? bare;
  if (name === undefined) return CTCP.offersConnection(from);
  return CTCP.offersFile(from, word(name), bytes === undefined ? undefined : Number(bytes));
}
