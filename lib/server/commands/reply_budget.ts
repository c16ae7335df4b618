/**
 * A bound on replies that grow with the size of the server.
 * @module
 */
import type { Context } from "../command.ts";

/** What a line of a reply takes in the send queue besides what it says, in bytes. */
const ROW_BYTES = 300;

/**
 * What a line takes from the allowance of whoever asked. Without that, 250 connections of one address
 * that ask WHO again and again delay everyone else by half a second.
 */
const ROW_COST = 0.02;

/**
 * How much of an answer may be sent at once: half of the send queue. More would end the connection
 * of whoever asked. What is sent is taken from its allowance.
 */
export class ReplyBudget {
  readonly #ctx: Context;
  #left: number;
  #spent = false;

  /** Makes the budget of one answer. */
  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#left = (ctx.world.config.limits.sendQueueBytes || Infinity) / 2;
  }

  /**
   * Takes what one more line needs.
   *
   * @param length what it says, in characters.
   * @param lines how many lines that is.
   * @returns whether it may be sent.
   */
  take(length: number, lines = 1): boolean {
    this.#left -= ROW_BYTES * lines + length;
    if (this.#left < 0) this.#spent = true;
    if (!this.#spent) this.#ctx.charged += ROW_COST * lines;
    return !this.#spent;
  }

  /** Says so where the answer was cut off. */
  explain(command: string): void {
    if (!this.#spent) return;
    const text = `The answer to ${command} is cut off: it is too long. Ask for less at a time`;
    this.#ctx.send("NOTICE", this.#ctx.user.nick, text);
  }
}
