/**
 * Up to where those who left a channel had received what was said there, so that they are not shown
 * it again when they come back.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { StateStore } from "../../store/server_state.ts";
import type { Channel } from "../world/channel.ts";
import { ofRun, serialOf } from "../world/message_id.ts";
import type { Received, User } from "../world/user.ts";

/** How many are remembered, each for one channel; then those who left first are forgotten. */
const MOST_LEAVERS = 20_000;

/** Where somebody goes on who comes back. */
export interface Gone {
  /** Only what was said after this time was missed; undefined if that is not all that is known. */
  readonly at: number | undefined;
  /** Whether a message was missed, by its id. */
  missed(msgid: string): boolean;
}

/**
 * Remembers who left. Somebody is known by its account; else by name, user and address. What is
 * known of accounts lasts, in the store, by time.
 */
export class Leavers {
  readonly #serverState: StateStore;
  readonly #runId: string;
  readonly #marks = new BoundedMap<string, number>(MOST_LEAVERS);

  /**
   * Remembers nobody but accounts.
   *
   * @param runId what the ids of messages of this run of the server begin with.
   */
  constructor(serverState: StateStore, runId: string) {
    this.#serverState = serverState;
    this.#runId = runId;
  }

  /** A user left a channel. */
  left(user: User, channel: Channel, { serial, at }: Received): void {
    // Programs that ask for history know themselves what they have.
    if (user.caps.has("draft/chathistory")) return;
    this.#marks.set(keyOf(user, channel.folded), serial);
    const { account } = user;
    if (account !== undefined) this.#serverState.saveDeparture(account, channel.folded, at);
  }

  /**
   * Where a user goes on who enters a channel; undefined if it is new there.
   *
   * @param now the time, in milliseconds since 1970.
   */
  find(user: User, channel: Channel, now: number): Gone | undefined {
    const serial = this.#marks.get(keyOf(user, channel.folded));
    if (serial !== undefined) {
      // What an earlier run of the server sent comes before all of this one.
      const missed = (msgid: string) => ofRun(this.#runId, msgid) && serialOf(msgid) >= serial;
      return { at: undefined, missed };
    }
    const { account } = user;
    const at = account && this.#serverState.departures(account).get(channel.folded);
    return !at || at > now ? undefined : { at, missed: () => true };
  }
}

function keyOf({ account, nick, username, ip }: User, channel: Folded): string {
  const who = account === undefined ? `${fold(nick)}!${username}@${ip}` : `=${fold(account)}`;
  return `${who} ${channel}`;
}
