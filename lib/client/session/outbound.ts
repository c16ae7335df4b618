/**
 * Messages that the server has not accepted yet.
 *
 * IRC does not acknowledge messages. A message is accepted if its echo comes (IRCv3
 * `echo-message`), or the answer to a PING that was sent after it: a server handles the lines of a
 * connection in order. If neither has come when the connection is lost, the message is sent again
 * on the next one, so that nothing is lost. At worst it is said twice, unless the server's history
 * shows that it arrived.
 * @module
 */
import { fold } from "../../irc/names.ts";
import type { BatchLine } from "../../irc/multiline.ts";
import { type BatchLimits, cutBatch, cutLine } from "./outgoing.ts";

export interface Outgoing {
  readonly target: string;
  readonly kind: "privmsg" | "action";
  /** The text. Its lines are separated by LF. */
  readonly text: string;
}

/** A message as it is sent now. */
export interface Sending extends Outgoing {
  /** Its lines, if it is sent as one message of several lines. */
  readonly lines: readonly BatchLine[] | undefined;
}

/** A message that is not accepted yet. */
export interface UnsentItem extends Outgoing {
  readonly state: "waiting" | "sent";
  /** Whether the server may have it: it was sent, on this connection or a lost one. */
  readonly doubtful: boolean;
  /** Whether it is the rest of a long message that is being sent. */
  readonly rest: boolean;
}

/** How messages can be sent now. */
export interface Way {
  /** How many bytes of text fit on the line of a message. */
  room(item: Outgoing): number;
  ready(target: string): boolean;
  /** The limits of a message of several lines; undefined if the server has none. */
  readonly batch: BatchLimits | undefined;
  /** Whether the rest of a long message lets later messages pass. */
  readonly yields: boolean;
}

interface Waiting extends Outgoing {
  /** It is the rest of a long message: what is typed after it goes first. */
  readonly rest?: true;
  /** It was sent on a connection that was lost before it was accepted. */
  readonly unsure?: true;
}

interface Sent extends Sending {
  readonly at: number;
  readonly rest?: true;
}

/**
 * The most messages on their way. It also paces us: servers that throttle answer late, and a
 * server's input buffer (20 lines on the strictest) never overflows.
 */
const WINDOW = 8;

/** The most lines on their way, for messages of several lines. */
const LINES = 100;

/**
 * The most pieces of a long message on their way, of a line each; of more lines, there is only one:
 * what is typed meanwhile waits for those.
 */
const PIECES = 4;

/** The most messages that are kept. */
const FULL = 500;

/** How long an echo may take before a PING is sent, in milliseconds. */
const ECHO_MS = 2000;

/**
 * How long the answer to that PING may take, in milliseconds: a server that throttles may have a
 * hundred lines to handle before it.
 */
const ANSWER_MS = 300_000;

/** The messages that wait to be sent or accepted. */
export class Outbound {
  #waiting: Waiting[] = [];
  #sent: Sent[] = [];
  #tokens = 0;
  /** The PING on its way: its token, and how many of the first of `#sent` were sent before it. */
  #barrier: { readonly token: string; covers: number; asked: number } | undefined;

  get size(): number {
    return this.#waiting.length + this.#sent.length;
  }

  /** Whether no more messages are taken. */
  get full(): boolean {
    return this.size >= FULL;
  }

  get items(): readonly UnsentItem[] {
    const sent = { state: "sent", doubtful: true, rest: false } as const;
    return [
      ...this.#sent.map((item) => ({ ...outgoing(item), ...sent })),
      ...this.#waiting.map(({ unsure, rest, ...item }) => (
        { ...item, state: "waiting", doubtful: unsure === true, rest: rest === true } as const
      )),
    ];
  }

  waitsFor(isMeant: (target: string) => boolean): boolean {
    return this.#waiting.some(({ target }) => isMeant(target));
  }

  /** Adds a message, unless {@linkcode full}. */
  add(item: Outgoing): void {
    this.#waiting.push(item);
  }

  /**
   * The next message to send, cut to size. It counts as sent.
   *
   * @returns undefined if nothing can be sent now or enough is on its way.
   */
  next(now: number, way: Way): Sending | undefined {
    const lines = this.#sent.reduce((sum, { lines }) => sum + (lines?.length ?? 1), 0);
    if (this.#sent.length >= WINDOW || lines >= LINES) return undefined;
    const isReady = ({ target, rest }: Waiting) =>
      (rest !== true || !this.#crowded) && way.ready(target);
    const typed = this.#waiting.findIndex((item) => item.rest !== true && isReady(item));
    const index = typed < 0 ? this.#waiting.findIndex(isReady) : typed;
    const item = this.#waiting[index];
    if (item === undefined) return undefined;
    const cut = way.batch !== undefined && item.kind === "privmsg"
      ? cutBatch(item.text, way.room(item), way.batch)
      : cutLine(item.text, way.room(item));
    // Of a paste, the rest lets pass what is typed after it; piped lines keep their order.
    const isLong = way.yields && (item.rest === true || item.text.includes("\n"));
    const rest = isLong && cut.rest.length > 0
      ? [{ ...outgoing(item), text: cut.rest.join("\n"), rest: true as const }]
      : cut.rest.map((text) => ({ ...item, text }));
    this.#waiting.splice(index, 1, ...rest);
    const sent = { target: item.target, kind: item.kind, text: cut.text, lines: cut.lines };
    this.#sent.push({ ...sent, at: now, ...item.rest && { rest: true } });
    return sent;
  }

  /** Whether enough of a long message is on its way. */
  get #crowded(): boolean {
    const pieces = this.#sent.filter(({ rest }) => rest === true);
    return pieces.length >= PIECES || pieces.some(({ lines }) => lines !== undefined);
  }

  /** Gives up the rests of long messages, and returns them. */
  stop(): readonly Outgoing[] {
    const rests = this.#waiting.filter(({ rest }) => rest === true);
    this.#waiting = this.#waiting.filter(({ rest }) => rest !== true);
    return rests;
  }

  /**
   * The token of a PING that is due now, to learn what was accepted. At most one is on its way.
   *
   * @param soon whether to send it at once: there is no echo, or the session is finishing.
   */
  barrier(now: number, soon: boolean): string | undefined {
    const oldest = this.#sent[0];
    if (oldest === undefined || this.#barrier !== undefined) return undefined;
    if (!soon && now < oldest.at + ECHO_MS) return undefined;
    this.#barrier = { token: `chat-${++this.#tokens}`, covers: this.#sent.length, asked: now };
    return this.#barrier.token;
  }

  /** When {@linkcode barrier} is due, in milliseconds since 1970. */
  get barrierAt(): number | undefined {
    const oldest = this.#sent[0];
    return oldest === undefined || this.#barrier !== undefined ? undefined : oldest.at + ECHO_MS;
  }

  /** When the PING was sent that is on its way, in milliseconds since 1970. */
  get askedAt(): number | undefined {
    return this.#barrier?.asked;
  }

  /** When its answer is overdue, in milliseconds since 1970. */
  get answerEnds(): number | undefined {
    return this.#barrier && this.#barrier.asked + ANSWER_MS;
  }

  /** Reading from the server was paused: it may have answered meanwhile. */
  listen(now: number): void {
    if (this.#barrier !== undefined) this.#barrier.asked = now;
  }

  /** Handles PONG: returns the messages that are accepted by it. Unknown tokens are ignored. */
  answered(token: string): readonly Outgoing[] {
    if (this.#barrier?.token !== token) return [];
    const accepted = this.#sent.splice(0, this.#barrier.covers);
    this.#barrier = undefined;
    return accepted;
  }

  /** Handles an echo. Returns whether a message is accepted by it. */
  echoed(item: Outgoing): boolean {
    return this.#settle((sent) => isSame(sent, item)) !== undefined;
  }

  /** A message of ours was found in the history: if it waits to be sent again, it is dropped. */
  arrived(item: Outgoing): boolean {
    const index = this.#waiting.findIndex((one) => one.unsure === true && isSame(one, item));
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /**
   * The server refused a message to this target. Returns the message, if there is one.
   *
   * @param bare removes the symbols of ranks from a target, as servers do.
   */
  refused(target: string, bare: (target: string) => string): Outgoing | undefined {
    const folded = fold(target);
    return this.#settle((sent) => fold(sent.target) === folded) ??
      this.#settle((sent) => fold(bare(sent.target)) === folded);
  }

  /** The server refused a message of several lines: it waits to be sent line by line. */
  refusedBatch(): boolean {
    const sent = this.#settle(({ lines }) => lines !== undefined);
    if (sent !== undefined) this.#waiting.unshift(outgoing(sent));
    return sent !== undefined;
  }

  /** Drops what was never sent; what the server may have is kept. */
  abandon(): void {
    this.#waiting = this.#waiting.filter(({ unsure }) => unsure === true);
  }

  /**
   * Rooms or people were renamed: their messages go to the new name.
   *
   * @param renamed the current name of a target.
   */
  retarget(renamed: (target: string) => string): void {
    this.#waiting = this.#waiting.map((item) => ({ ...item, target: renamed(item.target) }));
  }

  /** Drops the messages to some targets and returns them. */
  drop(isMeant: (target: string) => boolean): readonly Outgoing[] {
    const dropped = this.#waiting.filter(({ target }) => isMeant(target));
    if (dropped.length > 0) {
      this.#waiting = this.#waiting.filter(({ target }) => !isMeant(target));
    }
    return dropped;
  }

  #settle(matches: (sent: Sent) => boolean): Sent | undefined {
    const index = this.#sent.findIndex(matches);
    if (index < 0) return undefined;
    if (this.#barrier !== undefined && index < this.#barrier.covers) this.#barrier.covers--;
    return this.#sent.splice(index, 1)[0];
  }

  /** The connection is gone: what was not accepted waits again, in the old order. */
  reset(): void {
    this.#waiting.unshift(
      ...this.#sent.map((sent) => ({ ...outgoing(sent), unsure: true as const })),
    );
    this.#sent = [];
    this.#barrier = undefined;
  }
}

function outgoing({ target, kind, text }: Outgoing): Outgoing {
  return { target, kind, text };
}

function isSame(a: Outgoing, b: Outgoing): boolean {
  return a.kind === b.kind && a.text === b.text && fold(a.target) === fold(b.target);
}
