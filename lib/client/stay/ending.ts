/**
 * The end of a stay: how it ends, what was not said, and the last words.
 * @module
 */
import type { UnsentItem } from "../session/outbound.ts";
import { doubtfulText, Unsaid } from "../session/unsaid.ts";
import { STATUS, type StayOptions } from "./stay_options.ts";

export class Ending {
  /** What could not be said. If there is something, a program's stay has failed. */
  readonly unsaid = new Unsaid();
  readonly #done = Promise.withResolvers<number>();
  #outcome: { readonly status: number; readonly reason: string | null } | undefined;
  #finished = false;

  /** Resolves to the exit status when the stay is over. */
  get done(): Promise<number> {
    return this.#done.promise;
  }

  get isDecided(): boolean {
    return this.#outcome !== undefined;
  }

  /** Whether nothing more is done. */
  get isFinished(): boolean {
    return this.#finished;
  }

  /**
   * Decides how it ends. The first decision counts.
   *
   * @param reason a sentence; null if the person just wants to leave.
   */
  decide(status: number, reason: string | null): void {
    this.#outcome ??= { status, reason };
  }

  /** Ends it without a word. */
  abort(status: number): void {
    this.#finished = true;
    this.#done.resolve(status);
  }

  /**
   * Tells how it ended, if that is decided, and what was not said.
   *
   * @param unsent what the server has not accepted.
   */
  async finish(
    { audience, person }: Pick<StayOptions, "audience" | "person">,
    unsent: readonly UnsentItem[],
    time: number,
  ): Promise<void> {
    if (this.#finished || this.#outcome === undefined) return;
    this.#finished = true;
    let { status, reason } = this.#outcome;
    this.unsaid.addWaiting(unsent);
    if (status !== STATUS.left && audience.rest !== undefined) {
      this.unsaid.append(await audience.rest());
    }
    if (status === STATUS.left && !person && this.unsaid.count > 0) status = STATUS.failed;
    const texts = [doubtfulText(unsent), this.unsaid.text].filter(Boolean);
    if (status !== STATUS.left) reason = [reason, ...texts].filter(Boolean).join(" ");
    else for (const text of texts) audience.show({ type: "error", text, code: null, time });
    audience.show({ type: "closed", status, reason, time });
    await audience.flushed();
    this.#done.resolve(status);
  }
}
