/**
 * What was said and is not yet known to have reached the server.
 *
 * IRC does not acknowledge messages. What tells that one was accepted is its echo (IRCv3
 * `echo-message`), or the answer to a PING that was sent behind it: a server handles the lines of
 * a connection in order. A message that has neither when the connection is lost is sent again on
 * the next one, so that nothing is lost; at worst something is said twice.
 * @module
 */
import { fold } from "../irc/names.ts";
import { split } from "./split.ts";

/** Something said. */
export interface Outgoing {
  /** To whom: a room or a name. */
  readonly target: string;
  /** A message or a `/me`. */
  readonly kind: "privmsg" | "action";
  /** The text, without any framing. */
  readonly text: string;
}

interface Sent extends Outgoing {
  readonly at: number;
}

/**
 * How many messages may be on their way at once. It also paces us: servers that throttle answer
 * late, and a server's input buffer (20 lines on the strictest) never overflows.
 */
const WINDOW = 8;

/** With how many waiting messages it is full. */
const FULL = 500;

/** How long an echo may take before a PING is sent to make sure, in milliseconds. */
const ECHO_MS = 2000;

/** The messages that wait to be sent, and those that wait to be accepted. */
export class Delivery {
  #waiting: Outgoing[] = [];
  #sent: Sent[] = [];
  #tokens = 0;
  /** The PING on its way: its token, and how many of the first of `#sent` it stands behind. */
  #barrier: { readonly token: string; covers: number } | undefined;

  /** How many messages are not yet accepted. */
  get size(): number {
    return this.#waiting.length + this.#sent.length;
  }

  /** Whether messages wait to be sent. */
  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether so many wait that no more should be read. */
  get full(): boolean {
    return this.#waiting.length >= FULL;
  }

  /** Whether something was sent and not yet accepted. */
  get unsure(): boolean {
    return this.#sent.length > 0;
  }

  /** Adds something to say. Bounded by whoever asks {@linkcode full} first. */
  add(item: Outgoing): void {
    this.#waiting.push(item);
  }

  /**
   * The next message to send, cut to size; it counts as sent from here on.
   *
   * @param room how many bytes of text fit on its line.
   * @returns undefined where nothing waits or enough is on its way.
   */
  next(now: number, room: (item: Outgoing) => number): Outgoing | undefined {
    const item = this.#waiting[0];
    if (item === undefined || this.#sent.length >= WINDOW) return undefined;
    const pieces = split(item.text, room(item));
    this.#waiting.splice(0, 1, ...pieces.slice(1).map((text) => ({ ...item, text })));
    const sent = { ...item, text: pieces[0] ?? item.text, at: now };
    this.#sent.push(sent);
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
    this.#barrier = { token: `chat-${++this.#tokens}`, covers: this.#sent.length };
    return this.#barrier.token;
  }

  /** When {@linkcode barrier} is to be asked again, in milliseconds since 1970. */
  get barrierAt(): number | undefined {
    const oldest = this.#sent[0];
    return oldest === undefined || this.#barrier !== undefined ? undefined : oldest.at + ECHO_MS;
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
    const target = fold(item.target);
    return this.#settle((sent) =>
      sent.kind === item.kind && sent.text === item.text && fold(sent.target) === target
    ) !== undefined;
  }

  /** The server refused a message to this target. Returns it, or undefined where there is none. */
  refused(target: string): Outgoing | undefined {
    const folded = fold(target);
    return this.#settle((sent) => fold(sent.target) === folded);
  }

  #settle(matches: (sent: Sent) => boolean): Sent | undefined {
    const index = this.#sent.findIndex(matches);
    if (index < 0) return undefined;
    if (this.#barrier !== undefined && index < this.#barrier.covers) this.#barrier.covers--;
    return this.#sent.splice(index, 1)[0];
  }

  /** The connection is gone: what was not accepted waits again, in its old order. */
  reset(): void {
    this.#waiting.unshift(...this.#sent.map(({ target, kind, text }) => ({ target, kind, text })));
    this.#sent = [];
    this.#barrier = undefined;
  }
}
