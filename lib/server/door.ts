/**
 * Who may come in where not everyone may: with the server's password, an invitation or an account.
 * @module
 */
import { hashToken, isInvitationToken } from "../irc/invitation.ts";
import type { Config } from "./config.ts";
import type { Context } from "./dispatch.ts";
import { SERVER_SECRET } from "./login_guard.ts";
import { verifySlowly } from "./passwords.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** What a newcomer showed at the door. */
export type Key =
  | { readonly kind: "password" }
  | {
    readonly kind: "invitation";
    /** The invitation's own id, not the token. */
    readonly id: string;
    /** The username that it is for; null for anyone. */
    readonly forName: string | null;
  };

/** Whether a server with these settings takes in everyone. */
export function isOpen({ password, accounts }: Config): boolean {
  return password === null && !accounts.required;
}

/**
 * Whether a peer may come in, and see who is there. An account opens every door: who has one was
 * let in before. Where accounts are required the server's password alone does not.
 */
export function isAdmitted({ config }: World, { account, registration }: User): boolean {
  if (isOpen(config) || account !== undefined) return true;
  const { key } = registration;
  return key?.kind === "invitation" || key?.kind === "password" && !config.accounts.required;
}

/** What the peer is told who may not come in. */
export function refusalOf({ config }: World): string {
  return config.accounts.required
    ? "Only who has an account or an invitation may come in"
    : "The server's password is needed";
}

/**
 * What a text opens that a peer gave as the password; the answer to a wrong one is held back. Nobody guesses a token, so one that is used up counts against nobody: a whole school may
 * try the same.
 */
export async function checkKey(ctx: Context, given: string): Promise<Key | undefined> {
  const { world, user, now } = ctx;
  const { password } = world.config;
  if (isInvitationToken(given)) {
    const { init: { hashes }, store: { accounts } } = world;
    const found = accounts.findInvitation(await hashToken(hashes, given), now);
    return found && { kind: "invitation", id: found.id, forName: found.forName };
  }
  if (password === null) return undefined;
  const { kind } = await verifySlowly(world, user, SERVER_SECRET, password, given, now);
  return kind === "right" ? { kind: "password" } : undefined;
}

/**
 * Takes one use of the invitation that a peer comes in on, where it needs it.
 *
 * @returns whether it may come in: an invitation may be used up or revoked by now.
 */
export function useKey(world: World, user: User, now: number): boolean {
  const { key } = user.registration;
  if (isOpen(world.config) || user.account !== undefined || key?.kind !== "invitation") return true;
  return world.store.accounts.useInvitation(key.id, now);
}

/** The one name under which a peer may come in, where its invitation says so. */
export function nameOnInvitation(world: World, user: User): string | undefined {
  const { key } = user.registration;
  const counts = !isOpen(world.config) && user.account === undefined;
  return counts && key?.kind === "invitation" ? key.forName ?? undefined : undefined;
}
