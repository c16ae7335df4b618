/**
 * What the server remembers of who proved, or tried to prove, who they are.
 * @module
 */
import type { Bytes, Hashes } from "../../crypto/scram.ts";
import { FairQueue } from "../../collections/fair_queue.ts";
import { TokenBucket } from "../entry/flood.ts";
import { LoginGuard } from "./login_guard.ts";
import { RightPasswords } from "./right_passwords.ts";
import { Hourly, SIGN_UPS } from "../entry/hourly.ts";
import type { User } from "../world/user.ts";

/**
 * How often in a second a password that was right before is recognised, or found to be another one,
 * for networks from which it was not right before. Over that they wait for their turn, so that many
 * networks together guess no faster than this and one comparison after another.
 */
const STRANGERS = { perSecond: 10, burst: 100 } as const;
/** What a user has logged in with: its account may have another password by now, or be another. */
export interface LoginSession {
  /** When the account was made, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The stored key of its password then. */
  readonly storedKey: string;
}

/** What is remembered of passwords and logins. */
export class LoginMemory {
  /** Counts wrong passwords. */
  readonly guard = new LoginGuard();
  /** The passwords that were right. */
  readonly right: RightPasswords;
  /** The slow comparisons that are under way. */
  readonly comparisons = new FairQueue();
  /** How long the last one took, in milliseconds; undefined before the first one. */
  comparisonMs: number | undefined;
  /** What is left of {@linkcode STRANGERS}. */
  readonly strangers: TokenBucket;
  /** Who registered accounts of late. */
  readonly signUps = new Hourly(SIGN_UPS);
  /** What nobody outside knows: what is made up from it can't be told from what is random. */
  readonly secret: Bytes;
  /** The version of the accounts that was last looked at. */
  accountsVersion: number;
  /** With what users have logged in. */
  readonly sessions = new WeakMap<User, LoginSession>();

  /** Remembers nothing yet. */
  constructor(hashes: Hashes, accountsVersion: number, now: number) {
    this.secret = hashes.random(32);
    this.right = new RightPasswords(hashes);
    this.strangers = new TokenBucket(STRANGERS, now);
    this.accountsVersion = accountsVersion;
  }
}
