/**
 * Listening for the abort of a signal within a block.
 * @module
 */

/** Runs something if a signal is aborted, or was, before the returned value is disposed. */
export function onAbort(signal: AbortSignal, run: () => void): Disposable {
  if (signal.aborted) run();
  signal.addEventListener("abort", run);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", run) };
}
