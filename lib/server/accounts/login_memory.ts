/**
 * What the server remembers about logins: failures, right passwords.
 * @module
 */
import type { Hashes } from "../../crypto/scram.ts";
import { FairQueue } from "../../collections/fair_queue.ts";
import { TokenBucket } from "../entry/flood.ts";
import { LoginGuard } from "./login_guard.ts";
import { RightPasswords } from "./right_passwords.ts";
import { Hourly, SIGN_UPS } from "../entry/hourly.ts";

/**
 * How many passwords per second are checked against right ones for networks from which they were
 * not right before. Beyond that they wait for their turn: so many networks together guess no faster
 * than this and one comparison after another.
 */
const STRANGERS = { perSecond: 10, burst: 100 } as const;

export class LoginMemory {
  readonly guard = new LoginGuard();
  readonly right: RightPasswords;
  /** The queue of slow comparisons and derivations. */
  readonly comparisons = new FairQueue();
  /** How long the last comparison took, in milliseconds; undefined before the first. */
  comparisonMs: number | undefined;
  readonly strangers: TokenBucket;
  /** The accounts that networks made in the last hour. */
  readonly signUps = new Hourly(SIGN_UPS);
  /** The version of the accounts that was last reviewed. */
  accountsVersion: number;

  constructor(hashes: Hashes, accountsVersion: number, now: number) {
    this.right = new RightPasswords(hashes);
    this.strangers = new TokenBucket(STRANGERS, now);
    this.accountsVersion = accountsVersion;
  }
}
