/**
 * Decides when the screen is drawn.
 * @module
 */

import { within } from "../os/within.ts";

/** What {@linkcode Frames} draws. */
export interface Canvas {
  draw(): string;
  /** Never rejects. */
  write(text: string): Promise<void>;
}

/** The shortest time between frames that nobody waits for, in milliseconds. */
const FRAME_MS = 16;

/** How many changes may wait to be drawn before their source should wait, at first. */
const MANY = 32;

/** The most changes that may wait, if the terminal is fast. */
const MOST = 512;

/** How long a frame should take to write, in milliseconds: a key may have to wait for it. */
const PATIENCE_MS = 50;

/**
 * How long to wait for a terminal that takes no frame, in milliseconds: a server would take a client
 * for dead that does not answer its PING. The screen keeps what comes meanwhile, within its bound.
 */
const STUCK_MS = 1000;

/**
 * Draws at once for a key, and for messages not more often than the eye can see. One write is in
 * flight at a time; what changes meanwhile is drawn after it. So a slow terminal gets fewer frames
 * instead of a queue of them, and no more at once than it takes in a moment.
 */
export class Frames {
  readonly #canvas: Canvas;
  readonly #clock: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawing: Promise<void> | undefined;
  #again = false;
  #last = -FRAME_MS;
  /** Since when a frame is being written; undefined if none is. */
  #writingSince: number | undefined;
  #changes = 0;
  /** How many changes a frame may hold, adapted to the terminal. */
  #many = MANY;
  #closed = false;

  /** @param clock as `performance.now`: if it went back, nothing would be drawn for a while. */
  constructor(canvas: Canvas, clock: () => number = () => performance.now()) {
    this.#canvas = canvas;
    this.#clock = clock;
  }

  /** Draws a change that nobody waits for. */
  soon(): void {
    this.#changes++;
    this.#schedule();
  }

  /** Draws a change that somebody waits for. */
  now(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#again = true;
    this.#drawing ??= this.#draw();
  }

  /** Resolves when little is left to draw, or the terminal is stuck; undefined if it is so now. */
  get room(): Promise<void> | undefined {
    if (this.#changes < this.#many || this.#closed) return undefined;
    this.now();
    const now = this.#clock();
    const left = STUCK_MS - (now - (this.#writingSince ?? now));
    return left <= 0 ? undefined : within(left, Promise.resolve(this.#drawing)).then(() => {});
  }

  /** Draws what is left and writes it. */
  async flushed(): Promise<void> {
    this.now();
    while (this.#drawing !== undefined) await this.#drawing;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #draw(): Promise<void> {
    // All changes of this turn go into one frame.
    await undefined;
    while (this.#again && !this.#closed) {
      this.#again = false;
      const changes = this.#changes;
      this.#changes = 0;
      this.#last = this.#clock();
      const text = this.#canvas.draw();
      this.#writingSince = this.#last;
      if (text !== "") await this.#canvas.write(text);
      this.#writingSince = undefined;
      this.#adapt(changes, this.#clock() - this.#last);
    }
    this.#drawing = undefined;
    if (this.#changes > 0) this.#schedule();
  }

  #adapt(changes: number, took: number): void {
    if (took > PATIENCE_MS) {
      const fitting = Math.floor(Math.min(changes, this.#many) * PATIENCE_MS / took);
      this.#many = Math.max(1, fitting);
    } else if (took < PATIENCE_MS / 2 && changes >= this.#many / 2) {
      this.#many = Math.min(MOST, this.#many * 2);
    }
  }

  #schedule(): void {
    if (this.#drawing !== undefined || this.#closed) return;
    const wait = Math.max(0, this.#last + FRAME_MS - this.#clock());
    this.#timer ??= setTimeout(() => this.now(), wait);
  }
}
