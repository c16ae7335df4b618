/**
 * What a server does now and then for what it keeps.
 * @module
 */
import { Tidier } from "../../server/world/tidy.ts";
import { MINUTE_MS } from "../../text/duration.ts";
import { Pauses } from "./pauses.ts";
import { SteadyClock } from "./steady_clock.ts";
import type { World } from "../../server/world/world.ts";

/** The pause between two steps of taking old messages out: everyone else goes first. */
const STEP_MS = 5;

/** Takes out what is too old to be kept, a few messages at a time, and forgets unused rooms. */
export class Upkeep {
  readonly #world: World;
  readonly #tidier = new Tidier();
  readonly #interval: ReturnType<typeof setInterval>;
  #pruning: Promise<void> | undefined;
  /** Whether what is too old may go. */
  #isSteady = false;
  #stopped = false;
  readonly #pauses = new Pauses();
  readonly #clock: Pick<SteadyClock, "isSteady">;

  /**
   * Starts.
   *
   * @param clock says whether the time can be believed: until then nothing goes because it is old.
   */
  constructor(
    world: World,
    clock: Pick<SteadyClock, "isSteady"> = new SteadyClock(Date.now(), performance.now()),
  ) {
    this.#world = world;
    this.#clock = clock;
    this.#interval = setInterval(() => void this.run(), MINUTE_MS);
    // While the server was down the clock may have been put right, and much may have got too old.
    void this.run();
  }

  /** Does it now. Resolves when nothing more is too old, or when it is stopped. */
  run(): Promise<void> {
    // The settings may have been read again.
    this.#world.store.history.limit(this.#world.config.history.perChannel);
    this.#isSteady = this.#clock.isSteady(Date.now(), performance.now());
    this.#tidier.run(this.#world, Date.now(), this.#isSteady);
    // What led to no message to anyone is not safe yet.
    this.#world.store.history.commit();
    this.#pruning ??= this.#prune().finally(() => this.#pruning = undefined);
    return this.#pruning;
  }

  async #prune(): Promise<void> {
    while (!this.#stopped) {
      const { days, perChannel } = this.#world.config.history;
      const retention = { days: this.#isSteady ? days : 0, perConversation: perChannel };
      if (!this.#world.store.history.prune(retention, Date.now())) return;
      await this.#pauses.wait(STEP_MS);
    }
  }

  /** Stops. What it kept is not used any more when that is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#interval);
    this.#pauses.end();
    await this.#pruning;
  }
}
