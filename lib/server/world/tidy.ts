/**
 * Forgetting rooms that nobody uses any more.
 * @module
 */
import { DAY_MS } from "../../text/duration.ts";
import { isClockSet } from "../../store/history.ts";
import type { Channel } from "./channel.ts";
import { hasOwner } from "./channel_state.ts";
import type { World } from "./world.ts";

/** How many rooms are written to the disk in one go at most: the others are for the next time. */
const MOST_ROOMS = 300;

/** Looks after the rooms that are kept although nobody is in them. */
export class Tidier {
  #accountsVersion: number | undefined;

  /**
   * Forgets rooms that nobody has entered for as long as history is kept, and the ranks of accounts
   * that are no more: whoever registers the name next is someone else. Notes which rooms are in
   * use. To be called about once a minute.
   *
   * @param now the time, in milliseconds since 1970.
   * @param isSteady whether that can be believed; else nothing is forgotten because it is old.
   */
  run(world: World, now: number, isSteady = true): void {
    const { days } = world.config.history;
    const oldest = days === 0 || !isSteady ? -Infinity : now - days * DAY_MS;
    world.store.serverState.pruneDepartures(oldest);
    let written = 0;
    for (const channel of [...world.channels.all.values()]) {
      if (written === MOST_ROOMS) break;
      // By a clock that is wrong nobody can tell for how long a room was not used.
      const isUsed = channel.members.size > 0 || channel.usedAt > now;
      if (isUsed || !isClockSet(channel.usedAt)) {
        if (world.channels.noteUse(channel, now)) written++;
      } else if (channel !== world.channels.lobby && channel.usedAt < oldest) {
        abandon(world, channel);
        written++;
      }
    }
    const version = world.store.accounts.version();
    if (version === this.#accountsVersion) return;
    this.#accountsVersion = version;
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
}

/**
 * Makes room for another channel: of the kept ones that are empty and have no owner, the one goes
 * that was not used for longest. Returns whether there was one.
 *
 * @param origin only of those that were opened from there; undefined for all.
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
 * Forgets a room, and puts what was said there out of reach until it is too old to be kept: the
 * room may have been closed to most, and whoever takes its name next is not one of those who
 * spoke there.
 */
function abandon(world: World, channel: Channel): void {
  world.channels.forget(channel);
  world.store.history.rename(channel.folded, `-${world.nextMessageId()}`);
}
