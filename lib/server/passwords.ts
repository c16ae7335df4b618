/**
 * Comparing passwords, at a pace that guessing doesn't pay.
 * @module
 */
import { networkOf } from "./admission.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** What a password is for: a right one of one kind says nothing of the other. */
export type Purpose = "server" | "operator";

/**
 * Compares a password that a peer gave, after the wait that earlier wrong ones of its network have
 * earned it.
 *
 * @param stored the password of the configuration, or its hash.
 * @param now the time, in milliseconds since 1970.
 */
export function verifySlowly(
  world: World,
  user: User,
  purpose: Purpose,
  stored: string,
  given: string,
  now: number,
): Promise<boolean> {
  const { logins: { passwords: guard }, init } = world;
  const network = networkOf(user.ip);
  const key = `${purpose} ${network}`;
  // One network has one comparison at a time: guessing from many connections is no faster.
  return inTurn(world, network, async () => {
    const penalty = guard.penalty(key, now);
    if (penalty > 0) await init.wait(penalty);
    const right = await init.verify(stored, given);
    if (right) guard.passed(key);
    else guard.failed(key, now);
    return right;
  });
}

/** Does the work when all work of the same queue that was asked for earlier is done. */
export async function inTurn<T>(
  { logins: { verifying } }: World,
  queue: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = verifying.get(queue) ?? Promise.resolve();
  const turn = before.catch(() => {}).then(work);
  verifying.set(queue, turn);
  try {
    return await turn;
  } finally {
    if (verifying.get(queue) === turn) verifying.delete(queue);
  }
}
