/**
 * Forgets unused rooms.
 * @module
 */
import { DAY_MS } from "../../text/duration.ts";
import { isClockSet } from "../../store/history.ts";
import type { Channel } from "./channel.ts";
import { hasOwner } from "./channel_state.ts";
import type { World } from "./world.ts";

/** How many rooms are written to the disk in one run; the others are left for the next. */
const MOST_ROOMS = 300;

export class Tidier {
  #accountsVersion: number | undefined;

  /** {@linkcode tidy}, and {@linkcode forgetLostRanks} if another program changed accounts. */
  run(world: World, now: number, isSteady = true): void {
    tidy(world, now, isSteady);
    const version = world.store.accounts.version();
    if (version === this.#accountsVersion) return;
    this.#accountsVersion = version;
    forgetLostRanks(world, now);
  }
}

/**
 * Notes which rooms are in use, and forgets those that have not been entered for as long as history
 * is kept, unless the clock can't be trusted. Call it about once a minute; all servers of a cluster
 * do it at the same place.
 */
export function tidy(world: World, now: number, isSteady: boolean): void {
  const { days } = world.config.history;
  const oldest = days === 0 || !isSteady ? -Infinity : now - days * DAY_MS;
  world.store.serverState.pruneDepartures(oldest);
  world.channels.lastMessages.clear();
  let written = 0;
  for (const channel of [...world.channels.all.values()]) {
    if (written === MOST_ROOMS) break;
    // With a wrong clock, it is unknown how long a room was unused.
    const isUsed = channel.members.size > 0 || channel.usedAt > now;
    if (isUsed || !isClockSet(channel.usedAt)) {
      if (world.channels.noteUse(channel, now)) written++;
    } else if (channel !== world.channels.lobby && channel.usedAt < oldest) {
      abandon(world, channel);
      written++;
    }
  }
}

/** Removes the ranks of deleted accounts: whoever registers the name next is someone else. */
export function forgetLostRanks(world: World, now: number): void {
  const known = new Map<string, boolean>();
  const exists = (account: string) => {
    const there = known.get(account) ?? world.store.accounts.mayExist(account);
    known.set(account, there);
    return there;
  };
  for (const channel of [...world.channels.all.values()]) {
    world.channels.forgetRanksOfNobody(channel, exists, now);
  }
}

/**
 * Makes room for another channel, of this origin if it is given: forgets the one that was not used
 * for longest, of those without members and owners. Returns whether there was one.
 */
export function abandonOldest(world: World, origin: string | undefined): boolean {
  let oldest: Channel | undefined;
  for (const channel of world.channels.all.values()) {
    if (channel.members.size > 0 || channel === world.channels.lobby) continue;
    if (hasOwner(channel) || origin !== undefined && channel.origin !== origin) continue;
    if (oldest === undefined || channel.usedAt < oldest.usedAt) oldest = channel;
  }
  if (oldest !== undefined) abandon(world, oldest);
  return oldest !== undefined;
}

/**
 * Forgets a room. Its history stays until it is too old, but out of reach: whoever takes the name
 * next is not one of those who spoke there.
 */
function abandon(world: World, channel: Channel): void {
  world.channels.forget(channel);
  world.store.history.rename(channel.folded, `-${world.nextMessageId()}`);
}
