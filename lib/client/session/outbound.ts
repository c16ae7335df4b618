/**
 * What was said and is not yet known to have reached the server.
 *
 * IRC does not acknowledge messages. What tells that one was accepted is its echo (IRCv3
 * `echo-message`), or the answer to a PING that was sent behind it: a server handles the lines of
 * a connection in order. A message that has neither when the connection is lost is sent again on
 * the next one, so that nothing is lost; at worst something is said twice, and not even that where
 * the server's history shows that it arrived.
 * @module
 */
import { fold } from "../../irc/names.ts";
import type { BatchLine } from "../../irc/multiline.ts";
import { type BatchLimits, cutBatch, cutLine } from "./outgoing.ts";

/** Something said. */
export interface Outgoing {
  /** To whom: a room or a name. */
  readonly target: string;
  /** A message or a `/me`. */
  readonly kind: "privmsg" | "action";
  /** The text, without any framing. Lines are separated by LF. */
  readonly text: string;
}

/** Something said, as it goes out now. */
export interface Sending extends Outgoing {
  /** Where it goes as one message of several lines: its lines. */
  readonly lines: readonly BatchLine[] | undefined;
}

/** Something said, as its person sees it until it is accepted. */
export interface UnsentItem extends Outgoing {
  /** Whether it waits to be sent, or for the server to accept it. */
  readonly state: "waiting" | "sent";
  /** Whether the server may have it: it was sent, on this connection or on one that was lost. */
  readonly doubtful: boolean;
}

/** How messages can be sent now. */
export interface Way {
  /** How many bytes of a text fit on its line. */
  room(item: Outgoing): number;
  /** Whether something can be said there now. */
  ready(target: string): boolean;
  /** How large a message of several lines may be; undefined where there are none. */
  readonly batch: BatchLimits | undefined;
}

interface Waiting extends Outgoing {
  /** It was sent on a connection that was lost before it was accepted. */
  readonly unsure?: true;
}

interface Sent extends Sending {
  readonly at: number;
}

/**
 * How many messages may be on their way at once. It also paces us: servers that throttle answer
 * late, and a server's input buffer (20 lines on the strictest) never overflows.
 */
const WINDOW = 8;

/** How many lines may be on their way at once, where messages have several. */
const LINES = 100;

/** With how many waiting messages it is full. */
const FULL = 500;

/** How long an echo may take before a PING is sent to make sure, in milliseconds. */
const ECHO_MS = 2000;

/**
 * How long the answer to that PING may take, in milliseconds: a server that slows us down may have a
 * hundred lines to take before it.
 */
const ANSWER_MS = 300_000;

/** The messages that wait to be sent, and those that wait to be accepted. */
export class Outbound {
  #waiting: Waiting[] = [];
  #sent: Sent[] = [];
  #tokens = 0;
  /** The PING on its way: its token, and how many of the first of `#sent` it stands behind. */
  #barrier: { readonly token: string; covers: number; asked: number } | undefined;

  /** How many messages are not yet accepted. */
  get size(): number {
    return this.#waiting.length + this.#sent.length;
  }

  /** Whether so many wait that no more should be read. */
  get full(): boolean {
    return this.size >= FULL;
  }

  /** What is not yet accepted, in its order. */
  get items(): readonly UnsentItem[] {
    return [
      ...this.#sent.map((item) => ({ ...outgoing(item), state: "sent", doubtful: true } as const)),
      ...this.#waiting.map((item) => (
        { ...outgoing(item), state: "waiting", doubtful: item.unsure === true } as const
      )),
    ];
  }

  /** Whether something waits to be sent to one of these targets. */
  waitsFor(isMeant: (target: string) => boolean): boolean {
    return this.#waiting.some(({ target }) => isMeant(target));
  }

  /** Adds something to say. Bounded by whoever asks {@linkcode full} first. */
  add(item: Outgoing): void {
    this.#waiting.push(item);
  }

  /**
   * The next message to send, cut to size; it counts as sent from here on.
   *
   * @returns undefined where nothing can be sent now or enough is on its way.
   */
  next(now: number, way: Way): Sending | undefined {
    const lines = this.#sent.reduce((sum, { lines }) => sum + (lines?.length ?? 1), 0);
    if (this.#sent.length >= WINDOW || lines >= LINES) return undefined;
    const index = this.#waiting.findIndex((item) => way.ready(item.target));
    const item = this.#waiting[index];
    if (item === undefined) return undefined;
    const cut = way.batch !== undefined && item.kind === "privmsg"
      ? cutBatch(item.text, way.room(item), way.batch)
      : cutLine(item.text, way.room(item));
    const rest = cut.rest.map((text) => ({ ...item, text }));
    this.#waiting.splice(index, 1, ...rest);
    const sent = { target: item.target, kind: item.kind, text: cut.text, lines: cut.lines };
    this.#sent.push({ ...sent, at: now });
    return sent;
  }

  /**
   * A PING that is due now to learn what was accepted. At most one is on its way.
   *
   * @param soon whether to ask at once: there is no echo, or somebody waits for the end.
   * @returns its token, or undefined where none is due.
   */
  barrier(now: number, soon: boolean): string | undefined {
    const oldest = this.#sent[0];
    if (oldest === undefined || this.#barrier !== undefined) return undefined;
    if (!soon && now < oldest.at + ECHO_MS) return undefined;
    this.#barrier = { token: `chat-${++this.#tokens}`, covers: this.#sent.length, asked: now };
    return this.#barrier.token;
  }

  /** When {@linkcode barrier} is to be asked again, in milliseconds since 1970. */
  get barrierAt(): number | undefined {
    const oldest = this.#sent[0];
    return oldest === undefined || this.#barrier !== undefined ? undefined : oldest.at + ECHO_MS;
  }

  /** When nobody need wait any longer for its answer, in milliseconds since 1970. */
  get answerEnds(): number | undefined {
    return this.#barrier && this.#barrier.asked + ANSWER_MS;
  }

  /** The server was not listened to for a while, and is again: it may have answered meanwhile. */
  listen(now: number): void {
    if (this.#barrier !== undefined) this.#barrier.asked = now;
  }

  /** A PING was answered: what it stood behind is accepted. Other tokens are passed over. */
  answered(token: string): readonly Outgoing[] {
    if (this.#barrier?.token !== token) return [];
    const accepted = this.#sent.splice(0, this.#barrier.covers);
    this.#barrier = undefined;
    return accepted;
  }

  /** An echo came. Returns whether it is of one of ours, which is thereby accepted. */
  echoed(item: Outgoing): boolean {
    return this.#settle((sent) => isSame(sent, item)) !== undefined;
  }

  /** Something of ours was found in the history: if it waits to be sent once more, it need not. */
  arrived(item: Outgoing): boolean {
    const index = this.#waiting.findIndex((one) => one.unsure === true && isSame(one, item));
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /**
   * The server refused a message to this target. Returns the message, or undefined if there is none.
   *
   * @param bare the target without symbols of ranks: servers leave them out.
   */
  refused(target: string, bare: (target: string) => string): Outgoing | undefined {
    const folded = fold(target);
    return this.#settle((sent) => fold(sent.target) === folded) ??
      this.#settle((sent) => fold(bare(sent.target)) === folded);
  }

  /** The server refused a message of several lines: it is to be sent in another way. */
  refusedBatch(): boolean {
    const sent = this.#settle(({ lines }) => lines !== undefined);
    if (sent !== undefined) this.#waiting.unshift(outgoing(sent));
    return sent !== undefined;
  }

  /** Nothing new is sent: what waits is dropped, but for what the server may have already. */
  abandon(): void {
    this.#waiting = this.#waiting.filter(({ unsure }) => unsure === true);
  }

  /**
   * Rooms or people have other names: what waits for an old one goes to the new one.
   *
   * @param renamed the name that a target has now.
   */
  retarget(renamed: (target: string) => string): void {
    this.#waiting = this.#waiting.map((item) => ({ ...item, target: renamed(item.target) }));
  }

  /** Nothing can be said to these targets any more. Returns what waited to be. */
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

  /** The connection is gone: what was not accepted waits again, in its old order. */
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
