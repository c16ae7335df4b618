/**
 * Remembers how far users had received a channel's messages when they left, so that they are not
 * shown them again when they come back.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { StateStore } from "../../store/server_state.ts";
import type { Channel } from "../world/channel.ts";
import { ofRun, serialOf } from "../world/message_id.ts";
import type { Received, User } from "../world/user.ts";

/** The most pairs of user and channel; then the oldest are forgotten. */
const MOST_LEAVERS = 20_000;

/** What a user missed in a channel that it comes back to. */
export interface Gone {
  /**
   * Only messages after this time, in milliseconds since 1970; undefined if {@linkcode missed} is
   * exact.
   */
  readonly at: number | undefined;
  /** Whether it missed a message, by its id. */
  missed(msgid: string): boolean;
}

export type LeaversState = readonly (readonly [key: string, serial: number])[];

/**
 * Remembers who left. A user is identified by its account, or by name, user name and address. The
 * store keeps departures of accounts, by time.
 */
export class Leavers {
  readonly #serverState: StateStore;
  readonly #runId: string;
  readonly #marks = new BoundedMap<string, number>(MOST_LEAVERS);

  /** @param runId the prefix of message ids of this run of the server. */
  constructor(serverState: StateStore, runId: string) {
    this.#serverState = serverState;
    this.#runId = runId;
  }

  /** All marks, as plain JSON data. */
  capture(): LeaversState {
    return [...this.#marks];
  }

  restore(state: LeaversState): void {
    this.#marks.clear();
    for (const [key, serial] of state) this.#marks.set(key, serial);
  }

  left(user: User, channel: Channel, { serial, at }: Received): void {
    // Clients that ask for history know what they have.
    if (user.caps.has("draft/chathistory")) return;
    this.#marks.set(keyOf(user, channel.folded), serial);
    const { account } = user;
    if (account !== undefined) this.#serverState.saveDeparture(account, channel.folded, at);
  }

  /** What a user missed in a channel; undefined if it is new there. */
  find(user: User, channel: Channel, now: number): Gone | undefined {
    const serial = this.#marks.get(keyOf(user, channel.folded));
    if (serial !== undefined) {
      // Everything of an earlier run was sent before.
      const missed = (msgid: string) => ofRun(this.#runId, msgid) && serialOf(msgid) >= serial;
      return { at: undefined, missed };
    }
    const { account } = user;
    const at = account && this.#serverState.departures(account).get(channel.folded);
    return !at || at > now ? undefined : { at, missed: () => true };
  }
}

function keyOf({ account, person }: User, channel: Folded): string {
  return `${account === undefined ? person : `=${fold(account)}`} ${channel}`;
}
