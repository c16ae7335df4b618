/**
 * Taking back what was done to a text.
 * @module
 */

/** A text and where the cursor stood. */
export interface Moment {
  /** The text. */
  readonly text: string;
  /** The place of the cursor, in UTF-16 units. */
  readonly cursor: number;
}

/** How many steps can be taken back; the oldest ones are forgotten. */
const STEPS = 200;

/** How much text they may hold together, in UTF-16 units. */
const LENGTH = 1024 * 1024;

/** The steps that can be taken back. */
export class Undo {
  #steps: Moment[] = [];
  #length = 0;
  /** What the last step belongs to; undefined where nothing can join it. */
  #run: string | undefined;

  /**
   * Something is about to change.
   *
   * @param run changes that follow one another with the same word here are one step.
   */
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

  /** What comes next is a step of its own. */
  pause(): void {
    this.#run = undefined;
  }

  /** Takes back a step: how it was before. */
  undo(): Moment | undefined {
    this.pause();
    const moment = this.#steps.pop();
    this.#length -= moment?.text.length ?? 0;
    return moment;
  }

  /** Forgets everything. */
  clear(): void {
    this.#steps = [];
    this.#length = 0;
    this.pause();
  }
}
