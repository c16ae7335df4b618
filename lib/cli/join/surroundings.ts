/**
 * The rooms on the local network, shown while the address of a server is asked for.
 * @module
 */
import { type Memory, Nearby } from "../../client/trust/nearby.ts";
import type { TargetCheck } from "../../client/trust/target.ts";
import { NEARBY } from "../../wording/reaching.ts";
import { RoomFinder } from "./room_finder.ts";

/** When to say that there are none, in milliseconds. */
const NONE_MS = 1500;

/** How long a title is looked for, in milliseconds. */
const TITLE_MS = 3000;

export class Surroundings {
  readonly #nearby: Nearby;
  #finder: RoomFinder | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(memory: Memory) {
    this.#nearby = new Nearby(memory);
  }

  /** Looks for rooms, until {@linkcode rest}, and tells of them in lines. */
  look(tell: (lines: readonly string[]) => void): void {
    this.rest();
    let found = false;
    const finder = this.#finder = new RoomFinder(() => {
      const lines = this.#nearby.update(this.#finder?.rooms ?? []);
      found ||= lines.length > 0;
      if (lines.length > 0) tell(lines);
    });
    this.#patience = setTimeout(() => {
      if (!found && finder === this.#finder) tell([NEARBY.none]);
    }, NONE_MS);
  }

  /** The room that a text means; undefined if it means none. */
  choose(text: string): TargetCheck | undefined {
    return this.#nearby.choose(text);
  }

  /** Finds the room with a title. */
  async find(title: string): Promise<TargetCheck> {
    const found = Promise.withResolvers<void>();
    const finder = new RoomFinder(() => check());
    const check = () => {
      this.#nearby.update(finder.rooms);
      if (this.#nearby.titled(title) !== undefined) found.resolve();
    };
    const late = setTimeout(found.resolve, TITLE_MS);
    await found.promise;
    clearTimeout(late);
    finder.close();
    return this.#nearby.titled(title) ?? { fault: NEARBY.untitled(title) };
  }

  rest(): void {
    clearTimeout(this.#patience);
    this.#finder?.close();
    this.#finder = undefined;
  }
}
