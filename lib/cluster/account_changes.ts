/**
 * Changes of accounts by programs such as `chat user`, which all nodes make.
 * @module
 */
import { reviewSessions } from "../server/accounts/account_login.ts";
import { forgetLostRanks } from "../server/world/tidy.ts";
import type { World } from "../server/world/world.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { AdminChange } from "./records.ts";

/** The methods of the account store that such programs use to change something. */
export const CHANGES = [
  ...["add", "remove", "setVerifier", "setOper", "addInvitation", "revokeInvitation"] as const,
];

export type Change = typeof CHANGES[number];

/** Makes a change. Returns what the method of the store returned; undefined for other methods. */
export function applyChange(world: World, { method, args }: AdminChange, now: number): unknown {
  if (!CHANGES.includes(method as Change)) return undefined;
  const { accounts } = world.store;
  const run = accounts[method as Change] as (this: AccountStore, ...args: unknown[]) => unknown;
  const result = run.apply(accounts, [...args]);
  reviewSessions(world, now);
  forgetLostRanks(world, now);
  return result;
}
