/**
 * Pings silent peers, and drops those that timed out or never registered.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import { reviewAccounts } from "../accounts/account_login.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

/**
 * The regular check of a server of its own. Before that of connections it applies changes that other
 * programs made to accounts, and forgets what nobody needs who comes back.
 */
export function sweep(world: World, now: number): void {
  reviewAccounts(world, now);
  sweepStays(world, now);
  sweepConnections(world, now, (user, reason) => drop(world, user, reason, now));
}

/** Removes the users who have waited long enough. All servers of a cluster do it at the same place. */
export function sweepStays(world: World, now: number): void {
  world.stays.tidy();
  for (const user of world.stays.due(now)) world.quit(user, user.lost!.why, now);
}

/**
 * Checks every connection to this server: one that was silent for half of `limits.pingSeconds` gets
 * a PING, one that did not answer it and was silent for all of that time is dropped, and so is one
 * that did not register within `limits.registrationTimeoutSeconds`. Waiting for a password to be
 * compared does not count, unless the peer has given a wrong one before. Only whole lines count, so a
 * peer that sends a byte a second is silent.
 */
export function sweepConnections(
  world: World,
  now: number,
  drop: (user: User, reason: string) => void,
): void {
  const { pingSeconds, registrationTimeoutSeconds } = world.config.limits;
  for (const user of world.connections) {
    if (user.lost !== undefined || !world.isHere(user)) continue;
    if (user.comparing && user.inVain === 0) world.excuse(user, now);
    if (!user.registered) {
      const limit = registrationTimeoutSeconds * SECOND_MS;
      if (limit > 0 && now - user.registersFrom >= limit) drop(user, "Registration timeout");
      continue;
    }
    const limit = pingSeconds * SECOND_MS;
    // The clock may have been set, or the machine suspended: nobody is dropped without a PING.
    const silent = Math.abs(now - user.silentSince);
    if (limit === 0 || silent < limit / 2) continue;
    if (silent >= limit && user.pinged) {
      drop(user, `Ping timeout: ${pingSeconds} seconds`);
    } else if (!user.pinged) {
      user.pinged = true;
      user.deliver(world.ping(now));
    }
  }
}

/** Closes a connection that is of no use any more, as if the peer had. */
export function drop(world: World, user: User, reason: string, now: number): void {
  user.end(reason, world.goodbye(user, reason, now));
  world.disconnected(user, reason, now);
}

/** How often {@linkcode sweep} must run, in milliseconds. */
export function sweepInterval(world: World): number {
  const { pingSeconds, registrationTimeoutSeconds } = world.config.limits;
  const { returnSeconds } = world.config.limits;
  const times = [pingSeconds, registrationTimeoutSeconds, returnSeconds, 40];
  const shortest = Math.min(...times.filter((seconds) => seconds > 0));
  return Math.max(250, shortest * SECOND_MS / 8);
}
