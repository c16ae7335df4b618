/**
 * Makes the messages that the server sends: in the name of users, and in its own.
 * @module
 */
import { message, type Tags } from "../../irc/message.ts";
import { cut } from "../../text/bytes.ts";
import type { User } from "../world/user.ts";
import { messageId } from "../world/message_id.ts";
import { Delivery, type DeliveryTags } from "./delivery.ts";

/** What a line has room for behind the longest names, in bytes. */
const NOTICE_BYTES = 300;

/** The tags of a message that comes from a user. */
export interface FromTags {
  /** When it is sent, in milliseconds since 1970. */
  readonly now: number;
  /** Its id. */
  readonly msgid?: string;
  /** The tags that the user put on it. */
  readonly client?: Tags;
}

/** Makes messages, and gives them ids. */
export class Composer {
  /** The server's name on the wire. */
  readonly name: string;
  readonly #runId: string;
  #serial = 0;
  #clock = -Infinity;

  /**
   * Has made no message yet.
   *
   * @param runId a random text that no earlier run had: what message ids start with.
   */
  constructor(name: string, runId: string) {
    this.name = name;
    this.#runId = runId;
  }

  /** A message of a user that others may refer to: it gets an id. */
  event(user: User, command: string, params: readonly string[], now: number): Delivery {
    return this.from(user, command, params, { now, msgid: this.nextMessageId() });
  }

  /** A message that comes from a user. */
  from(user: User, command: string, params: readonly string[], tags: FromTags): Delivery {
    return new Delivery(message(command, params, { source: user.source }), this.tagsOf(user, tags));
  }

  /**
   * The tags of a message that comes from a user. What a command does that had to wait happens now,
   * not when the command came: else it would look as if the clock had gone back.
   */
  tagsOf(user: User, { now, msgid, client }: FromTags): DeliveryTags {
    const time = Math.max(now, this.#clock);
    return { time, msgid, account: user.account, bot: user.modes.has("B"), client };
  }

  /** A message that comes from the server. */
  fromServer(
    command: string,
    params: readonly string[],
    now: number,
    /** The batch that it is part of. */
    batch?: string,
  ): Delivery {
    return new Delivery(message(command, params, { source: this.name }), { time: now, batch });
  }

  /** Sends a user a text in as many NOTICEs as it takes, from the server or another source. */
  notify(user: User, text: string, now: number, source = this.name): void {
    for (const piece of cut(text, NOTICE_BYTES)) {
      const notice = message("NOTICE", [user.target, piece], { source });
      user.deliver(new Delivery(notice, { time: now }));
    }
  }

  /** The number of the next message that gets an id. */
  get serial(): number {
    return this.#serial;
  }

  /** Notes the time, in milliseconds since 1970. */
  protected setClock(now: number): void {
    this.#clock = now;
  }

  /** A message id that was never given before, nor by an earlier run. */
  nextMessageId(): string {
    return messageId(this.#runId, this.#serial++);
  }

  /** A short text that was never given before in this run. */
  nextSerial(): string {
    return (this.#serial++).toString(36);
  }
}
