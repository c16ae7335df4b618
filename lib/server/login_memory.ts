/**
 * What the server remembers of who proved, or tried to prove, who they are.
 * @module
 */
import type { Bytes } from "../irc/scram.ts";
import { PasswordGuard } from "./guard.ts";
import { LoginGuard } from "./login_guard.ts";
import { SignUps } from "./sign_ups.ts";
import type { User } from "./user.ts";

/** What a user has logged in with: its account may have another password by now, or be another. */
export interface LoginSession {
  /** When the account was made, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The stored key of its password then. */
  readonly storedKey: string;
}

/** What is remembered of passwords and logins. */
export class LoginMemory {
  /** Who guessed passwords of the server and of its operators. */
  readonly passwords = new PasswordGuard();
  /** Who guessed passwords of accounts. */
  readonly accounts = new LoginGuard();
  /** Who registered accounts of late. */
  readonly signUps = new SignUps();
  /** What nobody outside knows: what is made up from it can't be told from what is random. */
  readonly secret: Bytes;
  /** The version of the accounts that was last looked at. */
  accountsVersion: number;
  /** With what users have logged in. */
  readonly sessions = new WeakMap<User, LoginSession>();
  /** The comparisons of passwords that are under way, by queue; its next one comes after. */
  readonly verifying = new Map<string, Promise<unknown>>();

  /** Remembers nothing yet. */
  constructor(secret: Bytes, accountsVersion: number) {
    this.secret = secret;
    this.accountsVersion = accountsVersion;
  }
}
