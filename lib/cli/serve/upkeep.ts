/**
 * Regular upkeep: removes old messages, forgets unused rooms.
 * @module
 */
import { Tidier } from "../../server/world/tidy.ts";
import { MINUTE_MS } from "../../text/duration.ts";
import { Pauses } from "./pauses.ts";
import { SteadyClock } from "./steady_clock.ts";
import type { World } from "../../server/world/world.ts";

/** The least and the longest pause between two steps of pruning, in milliseconds. */
const PAUSE_MS = { least: 5, most: 1000 };

/**
 * How many times as long as a step the pause after it is: everyone else goes first. With pauses of
 * 5 ms, messages in a full room of 190 people, 500 a second, took up to 240 ms (99th percentile):
 * 30,000 had to go each minute.
 */
const PAUSE_FACTOR = 9;

/** Prunes messages, a few at a time, and forgets unused rooms, every minute. */
export class Upkeep {
  readonly #world: World;
  readonly #tidier = new Tidier();
  readonly #tidies: boolean;
  readonly #interval: ReturnType<typeof setInterval>;
  #pruning: Promise<void> | undefined;
  /** Whether things may be removed for their age. */
  #isSteady = false;
  #stopped = false;
  readonly #pauses = new Pauses();
  readonly #clock: Pick<SteadyClock, "isSteady">;

  /**
   * @param tidies whether it forgets unused rooms; the servers of a cluster do that together.
   * @param clock tells whether the time can be trusted; until then nothing is removed for its age.
   */
  constructor(
    world: World,
    { tidies = true }: { readonly tidies?: boolean } = {},
    clock: Pick<SteadyClock, "isSteady"> = new SteadyClock(Date.now(), performance.now()),
  ) {
    this.#world = world;
    this.#tidies = tidies;
    this.#clock = clock;
    this.#interval = setInterval(() => void this.run(), MINUTE_MS);
    // While the server was down, the clock may have been set and much become too old.
    void this.run();
  }

  /** Runs it now. Resolves when there is nothing more to prune, or it is stopped. */
  run(): Promise<void> {
    // The configuration may have been read again.
    this.#world.store.history.limit(this.#world.config.history.perChannel);
    this.#isSteady = this.#clock.isSteady(Date.now(), performance.now());
    if (this.#tidies) this.#tidier.run(this.#world, Date.now(), this.#isSteady);
    // Changes without a message to anyone are not safe yet.
    this.#world.store.history.commit();
    this.#pruning ??= this.#prune().finally(() => this.#pruning = undefined);
    return this.#pruning;
  }

  async #prune(): Promise<void> {
    while (!this.#stopped) {
      const { days, perChannel } = this.#world.config.history;
      const retention = { days: this.#isSteady ? days : 0, perConversation: perChannel };
      const begin = performance.now();
      if (!this.#world.store.history.prune(retention, Date.now())) return;
      const pause = PAUSE_FACTOR * (performance.now() - begin);
      await this.#pauses.wait(Math.min(PAUSE_MS.most, Math.max(PAUSE_MS.least, pause)));
    }
  }

  /** Stops it. The store is not used any more when this resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#interval);
    this.#pauses.end();
    await this.#pruning;
  }
}
