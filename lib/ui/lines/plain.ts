import type { ChatEvent, Said, Users } from "../../client/events.ts";
import { folded, Folds } from "../fold.ts";
import { type Clock, formatEvent, timeOfDay } from "../format.ts";
import type { FrontEnd, Output, Question, StandardStreams } from "../front_end.ts";
import type { Age } from "../places.ts";
import { isChannelName, sameName } from "../../irc/names.ts";
import { shortened, visible, visibleName } from "../../text/text.ts";
import { ageOf, motdLines, rule, userList } from "../texts.ts";
import { Troubles } from "../troubles.ts";
import { wrap } from "../inline/wrap.ts";
import { CLIENT } from "../../wording/client.ts";
import { HEADINGS, QUESTIONS, TEXTS } from "../../wording/display.ts";

/** Precedes the lines of the message of the day, so that they can't pass for those of people. */
const INDENT = "    ";

interface PlainOptions {
  /** Whether to show only faults, and questions to a person (`--quiet`). */
  readonly quiet?: boolean;
  /** Whether prompts on a terminal are lines of their own, for screen readers (`--plain`). */
  readonly lines?: boolean;
}

/**
 * The front end of plain lines, for pipes and terminals. Prints the conversation to standard output
 * and faults to standard error. Prompts go where the person looks, which is not standard output if
 * that is a pipe.
 *
 * On a terminal it is the front end for screen readers: it only ever adds text, without any escape
 * sequence.
 */
export class Plain implements FrontEnd {
  readonly #around: StandardStreams;
  readonly #clock: Clock;
  readonly #how: PlainOptions;
  readonly #folds = new Folds();
  #listed = false;
  #asking: Question | undefined;
  /** When we first came in, in milliseconds since 1970: older messages are not missed ones. */
  #cameAt = Infinity;
  /** The first room, which is not named in lines. */
  #home: string | undefined;
  readonly #troubles = new Troubles();
  /** The age of the last message, if it is old. */
  #age: Age | undefined;

  constructor(around: StandardStreams, clock: Clock = timeOfDay, how: PlainOptions = {}) {
    this.#around = around;
    this.#clock = clock;
    this.#how = how;
  }

  /** Shows an event; an open question is asked again below it. */
  show(event: ChatEvent): Output[] {
    if (event.type === "askName") return this.ask("name");
    if (event.type === "askInsecure") return this.ask("insecure", event.text);
    if (event.type === "entered") {
      this.#cameAt = Math.min(this.#cameAt, event.time);
      this.#home ??= event.room;
      this.#troubles.clear();
    }
    if (event.type === "redacted") this.#folds.drop(event.msgid);
    if (event.type === "roomRenamed" && this.#isHome(event.from)) this.#home = event.to;
    const lines = this.#lines(event);
    if (lines.length === 0 || this.#isRepeated(event, lines)) return [];
    const stream = streamOf(event);
    const own = event.type === "info" && event.help === true;
    const shown = [...this.#rule(event), ...lines.map((line) => this.#line(stream, line, own))];
    const open = this.#asking;
    // Some servers choose a name if none was given: what is typed then is a message.
    const isOver = event.type === "closed" || event.type === "entered" && open === "name";
    if (isOver) this.#asking = undefined;
    if (this.#how.quiet && stream === "out") return [];
    if (open === undefined) return shown;
    const ended = this.#alone ? [] : [this.#prompt("\n")];
    return [...ended, ...shown, ...(isOver ? [] : this.ask(open))];
  }

  #isRepeated({ type }: ChatEvent, lines: readonly string[]): boolean {
    const isTrouble = type === "lost" || type === "retrying";
    return isTrouble && this.#troubles.isRepeated(type, lines.join("\n"));
  }

  ask(question: Question, before = ""): Output[] {
    if (this.#how.quiet && !this.#around.typed) return [];
    // What comes above it begins a line of its own, if the question stands there already.
    const ended = this.#asking === question && before !== "" && !this.#alone ? "\n" : "";
    this.#asking = question;
    const above = before === "" ? [] : before.split("\n").map(visible);
    const text = [...above, QUESTIONS[question]].join("\n");
    return [this.#prompt(this.#alone ? `${text.trimEnd()}\n` : ended + text)];
  }

  /** Ends the line of the question, if the answer came from a pipe and does not show. */
  answered(): Output[] {
    const ended = this.#asking === undefined || this.#around.typed ? [] : [this.#prompt("\n")];
    this.#asking = undefined;
    return ended;
  }

  /** Whether prompts have lines of their own. */
  get #alone(): boolean {
    return this.#how.lines === true && this.#around.typed && this.#around.shown;
  }

  /** Shows the whole of the messages of a place that were shown shortened. */
  unfold(place: string): Output[] {
    if (this.#how.quiet) return [];
    const events = this.#folds.take(place);
    if (events.length === 0) return [];
    const lines = events.flatMap((event) => this.#saidLines(event));
    return [rule(HEADINGS.whole), ...lines, rule(HEADINGS.now)].map((line) =>
      this.#line("out", line)
    );
  }

  /** The heading for an event that begins or ends old messages. */
  #rule(event: ChatEvent): Output[] {
    const age = event.type === "message" && event.old ? ageOf(event, this.#cameAt) : undefined;
    if (age === this.#age || this.#how.quiet) return [];
    this.#age = age;
    return [{ stream: "out", text: `${rule(HEADINGS[age ?? "now"])}\n` }];
  }

  /** A line; on a terminal wrapped here, so that no part of it passes for another line. */
  #line(stream: Output["stream"], text: string, own = false): Output {
    const line = own ? text : shortened(text);
    const columns = this.#around.columns?.(stream);
    const rows = columns === undefined ? [line] : wrap(line, line, columns);
    return { stream, text: `${rows.join("\n")}\n` };
  }

  #prompt(text: string): Output {
    return { stream: this.#around.shown ? "out" : "err", text };
  }

  #lines(event: ChatEvent): readonly string[] {
    switch (event.type) {
      case "users":
        return this.#users(event);
      case "motd": {
        const { header, lines, rest } = motdLines(event);
        return [header, ...[...lines, ...rest].map((line) => INDENT + line)];
      }
      case "entered":
        if (event.resumed) return [];
        if (event.again) return [TEXTS.enteredAgain(visible(this.#roomName(event.room)))];
        return [
          this.#isHome(event.room) ? TEXTS.entered : TEXTS.enteredRoom(visibleName(event.room)),
        ];
      case "closed":
        return event.reason === null ? [TEXTS.bye] : event.reason.split("\n").map(visible);
      case "message":
        // The server's notices while connecting tell nothing that a person needs.
        if (event.server && event.kind === "notice" && !this.#listed) return [];
        return this.#said(event);
      default:
        return this.#format(event);
    }
  }

  #said(event: Said): readonly string[] {
    const start = folded(event);
    if (start === undefined) return this.#saidLines(event);
    this.#folds.add(event);
    return [...this.#saidLines({ ...event, text: start.text }), start.hint];
  }

  /** Each line of a message names its author. */
  #saidLines(event: Said): string[] {
    const lines = event.text.split("\n").filter((line, _, all) => line !== "" || all.length === 1);
    return lines.flatMap((text) => this.#format({ ...event, text }));
  }

  #format(event: ChatEvent): readonly string[] {
    const line = formatEvent(event, this.#clock, this.#roomName);
    if (line === undefined) return [];
    const room = roomOf(event);
    const before = room === undefined || this.#isHome(room) ? "" : `${visibleName(room)}: `;
    return [before + line];
  }

  #isHome(room: string): boolean {
    return this.#home === undefined || sameName(room, this.#home);
  }

  readonly #roomName = (room: string): string => this.#isHome(room) ? CLIENT.chatRoom : room;

  /** The list of users comes on arrival; if the server sent none then, after entering. */
  #users(event: Users): readonly string[] {
    if (event.why === "resumed") return [];
    if (event.why === "entered" && this.#listed && this.#isHome(event.room)) return [];
    this.#listed = true;
    const { header, people, rest } = userList(event, visible(this.#roomName(event.room)));
    return [header, ...people.map(({ symbol, name }) => symbol + name), ...rest];
  }
}

/** The room of an event, if its line does not name it. */
function roomOf(event: ChatEvent): string | undefined {
  switch (event.type) {
    case "message": {
      const room = event.place.slice(event.only?.length ?? 0);
      return isChannelName(room) ? room : undefined;
    }
    case "joined":
    case "mode":
      return event.room;
    case "left":
      return event.how === "quit" ? undefined : event.rooms[0];
    case "redacted":
      return isChannelName(event.place) ? event.place : undefined;
    default:
      return undefined;
  }
}

function streamOf(event: ChatEvent): "out" | "err" {
  switch (event.type) {
    case "nameRefused":
    case "nameBusy":
    case "error":
    case "loginFailed":
    case "lost":
    case "retrying":
      return "err";
    case "notSent":
      // An empty line loses nothing.
      return event.line.trim() === "" ? "out" : "err";
    case "closed":
      return event.reason === null ? "out" : "err";
    default:
      return "out";
  }
}
