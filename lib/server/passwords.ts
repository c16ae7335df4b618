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
 * earned it. One network has one comparison at a time: guessing from many connections is no faster,
 * and doesn't make others wait.
 *
 * @param stored the password of the configuration, or its hash.
 * @param now the time, in milliseconds since 1970.
 */
export async function verifySlowly(
  world: World,
  user: User,
  purpose: Purpose,
  stored: string,
  given: string,
  now: number,
): Promise<boolean> {
  const network = networkOf(user.ip);
  const { verifying } = world;
  const turn = (verifying.get(network) ?? Promise.resolve()).then(() =>
    verify(world, `${purpose} ${network}`, stored, given, now)
  );
  verifying.set(network, turn);
  try {
    return await turn;
  } finally {
    if (verifying.get(network) === turn) verifying.delete(network);
  }
}

async function verify(
  { guard, init }: World,
  key: string,
  stored: string,
  given: string,
  now: number,
): Promise<boolean> {
  const penalty = guard.penalty(key, now);
  if (penalty > 0) await init.wait(penalty);
  const right = await init.verify(stored, given);
  if (right) guard.passed(key);
  else guard.failed(key, now);
  return right;
}
