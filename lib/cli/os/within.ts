/**
 * Waits for a promise, but not for ever.
 * @module
 */

/** Resolves as the work does, or to `late` when the time, in milliseconds, is over. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | "late"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
