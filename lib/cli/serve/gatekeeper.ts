/**
 * Decides which connections the server takes, whichever door they come by.
 * @module
 */
import {
  Admission,
  crowd,
  type EntryRefusal,
  type Newcomers,
} from "../../server/entry/admission.ts";
import { TokenBucket } from "../../server/entry/flood.ts";
import { Tally } from "../../server/world/tally.ts";
import type { World } from "../../server/world/world.ts";
import { CLUSTER } from "../../wording/cluster.ts";

export class Gatekeeper {
  readonly #world: World;
  readonly #admission = new Admission();
  /** How many refused peers are told why, and logged. */
  readonly #refusals: TokenBucket;
  /** How many peers were refused, by cause. */
  readonly refused = new Tally();
  /** Whether anybody may enter now: a server of a cluster must hear the others. */
  isOpen: () => boolean = () => true;

  constructor(world: World, now: number) {
    this.#world = world;
    this.#refusals = new TokenBucket({ perSecond: 10, burst: 50 }, now);
  }

  /** Counts a new connection of a host until {@linkcode leave}, or says why it is refused. */
  admit(host: string, newcomers: Newcomers, now: number): EntryRefusal | undefined {
    if (!this.isOpen()) return { text: CLUSTER.cutOff, cause: "server" };
    return this.banned(host, now) ??
      this.#admission.enter(host, this.#world.config.limits, newcomers, now);
  }

  leave(host: string, now: number): void {
    this.#admission.leave(host, now);
  }

  /** Counts a connection to another server of a cluster, which began or ended. */
  countElsewhere(host: string, change: 1 | -1, now: number): void {
    if (change === 1) this.#admission.add(host, now);
    else this.#admission.leave(host, now);
  }

  banned(host: string, now: number): EntryRefusal | undefined {
    const ban = this.#world.bans.ofAddress(host, now);
    return ban && { text: `You are banned from this server: ${ban.reason}`, cause: "ban" };
  }

  /** Whether there are too many newcomers for one more, whose connection is counted already. */
  crowd(host: string, newcomers: Newcomers): EntryRefusal | undefined {
    return crowd(host, this.#world.config.limits, newcomers);
  }

  /**
   * Counts and logs that a peer is refused. False for peers that come again and again: they get no
   * reason, and no line in the log.
   */
  tells(address: string, { cause, text }: EntryRefusal, now: number): boolean {
    this.refused.add(cause);
    if (!this.#refusals.tryTake(now)) return false;
    this.#world.log({ kind: "refused", address, reason: text });
    return true;
  }
}
