/**
 * A bound on replies that grow with the number of users and channels.
 * @module
 */
import type { Context } from "../command.ts";

/** What a line takes in the send queue besides its text, in bytes. */
const ROW_BYTES = 300;

/**
 * What a line costs the asker. Without it, 250 connections of one address that repeat WHO delay
 * everyone else by half a second.
 */
const ROW_COST = 0.02;

/**
 * How much of an answer may be sent at once: half of the send queue, since a full one ends the
 * asker's connection. What is sent is charged to the asker.
 */
export class ReplyBudget {
  readonly #ctx: Context;
  #left: number;
  #spent = false;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#left = (ctx.world.config.limits.sendQueueBytes || Infinity) / 2;
  }

  /** Takes what lines of so many characters need. Returns whether they may be sent. */
  take(length: number, lines = 1): boolean {
    this.#left -= ROW_BYTES * lines + length;
    if (this.#left < 0) this.#spent = true;
    if (!this.#spent) this.#ctx.charged += ROW_COST * lines;
    return !this.#spent;
  }

  explain(command: string): void {
    if (!this.#spent) return;
    const text =
      `The answer to ${command} was too long and has been cut off. Ask for less at a time`;
    this.#ctx.send("NOTICE", this.#ctx.user.nick, text);
  }
}
