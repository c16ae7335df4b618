/**
 * Composes messages from users and from the server, with their ids and tags.
 * @module
 */
import { message, type Tags } from "../../irc/message.ts";
import { cut } from "../../text/bytes.ts";
import type { Received, User } from "../world/user.ts";
import { messageId } from "../world/message_id.ts";
import { Delivery, type DeliveryTags } from "./delivery.ts";

/** The room for text behind the longest names, in bytes. */
const NOTICE_BYTES = 300;

export interface FromTags {
  readonly now: number;
  readonly msgid?: string;
  readonly client?: Tags;
}

export interface Progress {
  /** The number of the next id. */
  readonly serial: number;
  /** When the last line came. */
  readonly clock: number;
}

export class Composer {
  readonly name: string;
  readonly #runId: string;
  /** The number of the next id. */
  protected serial = 0;
  /** The number of the next reference. It is no part of the world, so that replies don't change it. */
  #references = 0;
  /** When the last line came. */
  protected clock = -Infinity;

  /** @param runId a random prefix for message ids that no earlier run had. */
  constructor(name: string, runId: string) {
    this.name = name;
    this.#runId = runId;
  }

  /** A message from a user that gets an id, so that others can refer to it. */
  event(user: User, command: string, params: readonly string[], now: number): Delivery {
    return this.from(user, command, params, { now, msgid: this.nextMessageId() });
  }

  from(user: User, command: string, params: readonly string[], tags: FromTags): Delivery {
    return new Delivery(message(command, params, { source: user.source }), this.tagsOf(user, tags));
  }

  /**
   * The tags of a message from a user. The time is never before the last line that was received:
   * after slow work, `now` is the time of the command.
   */
  tagsOf(user: User, { now, msgid, client }: FromTags): DeliveryTags {
    const time = Math.max(now, this.clock);
    return { time, msgid, account: user.account, bot: user.modes.includes("B"), client };
  }

  fromServer(
    command: string,
    params: readonly string[],
    now: number,
    batch?: string,
  ): Delivery {
    return new Delivery(message(command, params, { source: this.name }), { time: now, batch });
  }

  /** A PING without a source: hand-written bots look for it at the start of the line. */
  ping(now: number): Delivery {
    return new Delivery(message("PING", [this.name]), { time: now });
  }

  /** The last line of a connection. */
  goodbye({ ip }: Pick<User, "ip">, reason: string, now: number): Delivery {
    return new Delivery(message("ERROR", [`Closing link: ${ip} (${reason})`]), { time: now });
  }

  /** Sends a user a text in as many NOTICEs as it takes, from the server or another source. */
  notify(user: User, text: string, now: number, source = this.name): void {
    for (const piece of cut(text, NOTICE_BYTES)) {
      const notice = message("NOTICE", [user.target, piece], { source });
      user.deliver(new Delivery(notice, { time: now }));
    }
  }

  /** How far it has come. */
  get progress(): Progress {
    return { serial: this.serial, clock: this.clock };
  }

  set progress({ serial, clock }: Progress) {
    this.serial = serial;
    this.clock = clock;
  }

  /** Everything sent so far. */
  mark(at: number): Received {
    return { serial: this.serial, at };
  }

  /** A message id that was never given before, nor by an earlier run. */
  nextMessageId(): string {
    return messageId(this.#runId, this.serial++);
  }

  /** A reference of digits for a batch; no other batch of this run has it. */
  nextReference(): string {
    return `${this.#references++}`;
  }

  /** An id for a message that nobody can refer to. No other begins with 0. */
  passingId(now: number): string {
    return `${this.#runId}-0${Math.trunc(now).toString(36)}${(this.#references++).toString(36)}`;
  }
}
