/**
 * The signals by which a person or the system asks the program to stop.
 * @module
 */

/**
 * How long the second signal waits, in milliseconds. Launchers (`npx`, `deno task`) pass on the
 * signal that the terminal has sent to the program already, so one Ctrl-C may come twice: what is
 * on its way to be said after the first one gets out in this time.
 */
const ECHO_MS = 100;

/**
 * Calls back at the signals to stop: Ctrl-C, and where the system has them, SIGTERM and a terminal
 * that goes away.
 *
 * @param stop the first signal came: to end in good order.
 * @param abort one more came, from someone who doesn't want to wait: to end now.
 * @param hangup whether a terminal that goes away counts.
 * @returns what ends it.
 */
export function onStopSignals(
  stop: () => void,
  abort: () => void,
  { hangup }: { readonly hangup: boolean },
): () => void {
  const windows = Deno.build.os === "windows";
  const signals: Deno.Signal[] = windows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  if (hangup && !windows) signals.push("SIGHUP");
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listener = () => {
    if (count++ === 0) stop();
    else timer ??= setTimeout(abort, ECHO_MS);
  };
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return () => {
    clearTimeout(timer);
    for (const signal of signals) Deno.removeSignalListener(signal, listener);
  };
}
