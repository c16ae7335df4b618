/**
 * Waiting that ends with the server.
 * @module
 */

/** Waits, until it is told that nobody is to wait any more. */
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

  /** Ends all that are under way, and lets no more begin. */
  end(): void {
    this.#over.abort();
  }
}
