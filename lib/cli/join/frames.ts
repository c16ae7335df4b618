/**
 * When the screen is drawn.
 * @module
 */

import { within } from "./alarm.ts";

/** What {@linkcode Frames} draws. */
export interface Canvas {
  /** All that is to be written now; empty where nothing has changed. */
  draw(): string;
  /** Writes. Resolves when that is done; never rejects. */
  write(text: string): Promise<void>;
}

/** The shortest time between frames that nobody waits for, in milliseconds. */
const FRAME_MS = 16;

/** With so many changes that are not drawn yet, whoever makes them should wait: at first. */
const MANY = 32;

/** The same at most, with a terminal that is fast. */
const MOST = 512;

/** A frame should be written in this time, in milliseconds: so long may a key have to wait. */
const PATIENCE_MS = 50;

/**
 * With a terminal that has not taken a frame for so long, in milliseconds, nobody waits for it: a
 * server would take a client for dead that does not answer its PING. What comes meanwhile is the
 * screen's to keep, within its bound.
 */
const STUCK_MS = 1000;

/**
 * Draws: at once for a key, and not more often than the eye can see where only messages come. One
 * write is in flight at a time; what changes meanwhile is drawn when it ends. So a slow terminal
 * gets fewer frames, not a queue of them, and keys are answered with the next one; and it is not
 * given more at once than it takes in a moment.
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
  /** How many changes a frame may hold, by how long the last ones took. */
  #many = MANY;
  #closed = false;

  /**
   * Makes one that has drawn nothing.
   *
   * @param clock as `performance.now`: it never goes back, else nothing would be drawn until it is
   * where it was.
   */
  constructor(canvas: Canvas, clock: () => number = () => performance.now()) {
    this.#canvas = canvas;
    this.#clock = clock;
  }

  /** Something changed that nobody waits for. */
  soon(): void {
    this.#changes++;
    this.#schedule();
  }

  /** Something changed that somebody waits for. */
  now(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#again = true;
    this.#drawing ??= this.#draw();
  }

  /**
   * Resolves when little is left to draw, or the terminal is found to be stuck; undefined if that is
   * so already.
   */
  get room(): Promise<void> | undefined {
    if (this.#changes < this.#many || this.#closed) return undefined;
    this.now();
    const now = this.#clock();
    const left = STUCK_MS - (now - (this.#writingSince ?? now));
    return left <= 0 ? undefined : within(left, Promise.resolve(this.#drawing));
  }

  /** Draws what is left, and resolves when it is written. */
  async flushed(): Promise<void> {
    this.now();
    while (this.#drawing !== undefined) await this.#drawing;
  }

  /** Draws nothing any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #draw(): Promise<void> {
    // All that changes in this turn is in one frame.
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
