/**
 * A connection's part in the chat: its lines and its end, whichever door it came by.
 * @module
 */
import type { Line } from "../irc/lines.ts";
import { COMMANDS } from "./commands/table.ts";
import { receive } from "./dispatch.ts";
import { isForeign } from "./entry/foreign.ts";
import { drop } from "./entry/liveness.ts";
import type { Peer, User } from "./world/user.ts";
import type { World } from "./world/world.ts";

/** What a connection does in the chat. */
export interface Participant {
  /** Handles a line. Returns how long the next one must wait, in milliseconds. */
  line(line: Line): number | Promise<number>;
  /** Its send queue is full. */
  overflow(): void;
  /**
   * It has ended.
   *
   * @param most the longest time that its user waits for its owner, in milliseconds.
   */
  closed(reason: string, most?: number): void;
  /** Ends it because of a fault of the server. */
  fault(): void;
}

/** Lets a peer take part in the chat. */
export type Admit = (peer: Peer) => Participant;

/**
 * Lets peers take part in the world of a server that is alone: what they do happens at once.
 *
 * @param now the time, in milliseconds since 1970.
 */
export function directly(world: World, now: () => number): Admit {
  return (peer) => new DirectParticipant(world, peer, now);
}

class DirectParticipant implements Participant {
  readonly #world: World;
  readonly #now: () => number;
  readonly #sink: Peer["sink"];
  #user: User;

  constructor(world: World, peer: Peer, now: () => number) {
    this.#world = world;
    this.#now = now;
    this.#sink = peer.sink;
    this.#user = world.connect(peer, now());
  }

  /** The user whose connection it is now; undefined if it is no one's any more. */
  get #current(): User | undefined {
    this.#user = this.#user.continuesAs ?? this.#user;
    return this.#user.gone || this.#user.sink !== this.#sink ? undefined : this.#user;
  }

  line(line: Line): number | Promise<number> {
    const user = this.#current;
    if (user === undefined) return 0;
    if (!user.registered && isForeign(line)) {
      this.#world.quit(user, "Not an IRC client", this.#now());
      return 0;
    }
    return receive(COMMANDS, this.#world, user, line, this.#now());
  }

  overflow(): void {
    const user = this.#current;
    if (user !== undefined) drop(this.#world, user, "SendQ exceeded", this.#now());
  }

  closed(reason: string, most?: number): void {
    const user = this.#current;
    if (user !== undefined) this.#world.disconnected(user, reason, this.#now(), { most });
  }

  fault(): void {
    this.#world.quit(this.#user, "Internal server error", this.#now());
  }
}
