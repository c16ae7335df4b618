/**
 * How long the second signal waits, in milliseconds. Launchers (`npx`, `deno task`) pass on the
 * signal that the terminal already sent to the program, so one Ctrl-C may come twice: the last
 * output after the first one gets out in this time.
 */
const ECHO_MS = 100;

type StopSignal = "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGTERM" | "SIGBREAK";

/** Their numbers, the same on all systems. */
const NUMBERS: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
  SIGBREAK: 21,
};

/** The exit status that tells a shell which signal ended the program (POSIX 2.8.2). */
export function exitStatusOf(signal: StopSignal): number {
  return 128 + NUMBERS[signal];
}

/**
 * Calls back on signals to stop: Ctrl-C, and if the system has them, SIGTERM and SIGHUP.
 *
 * @param stop the first signal: end in good order.
 * @param abort another one, from someone who doesn't want to wait: end now.
 * @param hangup whether SIGHUP counts.
 * @param quit whether SIGQUIT counts; otherwise it kills the program.
 * @returns a function that removes the listeners.
 */
export function onStopSignals(
  stop: (signal: StopSignal) => void,
  abort: (signal: StopSignal) => void,
  { hangup, quit = false }: { readonly hangup: boolean; readonly quit?: boolean },
): () => void {
  const windows = Deno.build.os === "windows";
  const signals: StopSignal[] = windows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  if (hangup && !windows) signals.push("SIGHUP");
  if (quit && !windows) signals.push("SIGQUIT");
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = signals.map((signal) => {
    const listener = () => {
      if (count++ === 0) stop(signal);
      else timer ??= setTimeout(() => abort(signal), ECHO_MS);
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return () => {
    clearTimeout(timer);
    for (const remove of listeners) remove();
  };
}
