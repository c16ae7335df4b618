/** A text and its cursor. */
export interface Moment {
  readonly text: string;
  /** In UTF-16 units. */
  readonly cursor: number;
}

/** How many steps can be undone; the oldest ones are forgotten. */
const STEPS = 200;

/** Their text together, in UTF-16 units. */
const LENGTH = 1024 * 1024;

export class Undo {
  #steps: Moment[] = [];
  #length = 0;
  /** The run of the last step; undefined if nothing can join it. */
  #run: string | undefined;

  /** Keeps the state before a change. Successive changes of the same `run` are one step. */
  record(moment: Moment, run?: string): void {
    const joins = run !== undefined && run === this.#run;
    this.#run = run;
    if (joins) return;
    this.#steps.push(moment);
    this.#length += moment.text.length;
    while (this.#steps.length > STEPS || this.#length > LENGTH) {
      this.#length -= this.#steps.shift()?.text.length ?? 0;
    }
  }

  /** Makes the next change a step of its own. */
  pause(): void {
    this.#run = undefined;
  }

  /** Undoes a step. Returns the state before it. */
  undo(): Moment | undefined {
    this.pause();
    const moment = this.#steps.pop();
    this.#length -= moment?.text.length ?? 0;
    return moment;
  }

  clear(): void {
    this.#steps = [];
    this.#length = 0;
    this.pause();
  }
}
