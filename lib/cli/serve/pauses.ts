/**
 * Timers that end with the server.
 * @module
 */

export class Pauses {
  readonly #over = new AbortController();

  /** Resolves after so many milliseconds, or at the end. */
  wait(ms: number): Promise<void> {
    const { signal } = this.#over;
    if (ms === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
    });
  }

  /** Ends all waits, now and later. */
  end(): void {
    this.#over.abort();
  }
}
