/**
 * Finds the peers that are gone without a word, and those that never say who they are.
 * @module
 */
import { reviewAccounts } from "../accounts/account_login.ts";
import type { World } from "../world/world.ts";

/**
 * Looks at every connection once: one that has been silent for half of `limits.pingSeconds` is
 * asked, one that was asked and has been silent for all of it is dropped; so is one that took
 * longer than `limits.registrationTimeoutSeconds` to register. The time in which somebody waits for
 * us, because a password is compared, does not count, unless that somebody has given a wrong one.
 *
 * Before that it takes over what other programs have changed in the accounts.
 *
 * Only whole lines count as a sign of life, so a peer that sends a byte a second is silent.
 *
 * @param now the time, in milliseconds since 1970.
 */
export function sweep(world: World, now: number): void {
  reviewAccounts(world, now);
  const { pingSeconds, registrationTimeoutSeconds } = world.config.limits;
  for (const user of world.connections) {
    if (user.comparing && user.inVain === 0) world.excuse(user, now);
    if (!user.registered) {
      const limit = registrationTimeoutSeconds * 1000;
      if (limit > 0 && now - user.registersFrom >= limit) {
        world.quit(user, "Registration timeout", now);
      }
      continue;
    }
    const limit = pingSeconds * 1000;
    // The clock may have been set, and a machine that slept knows nothing of who is silent: nobody
    // is dropped who was not asked.
    const silent = Math.abs(now - user.lastSeen);
    if (limit === 0 || silent < limit / 2) continue;
    if (silent >= limit && user.pinged) {
      world.quit(user, `Ping timeout: ${pingSeconds} seconds`, now);
    } else if (!user.pinged) {
      user.pinged = true;
      user.deliver(world.fromServer("PING", [world.name], now));
    }
  }
}

/** How often {@linkcode sweep} has to run to keep the configured times, in milliseconds. */
export function sweepInterval(world: World): number {
  const { pingSeconds, registrationTimeoutSeconds } = world.config.limits;
  const shortest = Math.min(pingSeconds || Infinity, registrationTimeoutSeconds || Infinity, 40);
  return Math.max(250, shortest * 1000 / 8);
}
