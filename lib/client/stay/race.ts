/**
 * Dials several servers of one chat, so that one that does not answer delays nobody for long.
 * @module
 */
import type { Timers } from "./alarm.ts";
import type { Dial, DialOutcome } from "./line_link.ts";
import type { Route } from "./routes.ts";
import { CLIENT } from "../../wording/client.ts";
import { CONNECTION_FAULT } from "../../wording/reaching.ts";

/** How long a server is dialled alone, in milliseconds. */
const ALONE_MS = 1000;

const LATE: DialOutcome = { kind: "failed", port: undefined, why: CONNECTION_FAULT.timedOut };

export interface RaceOptions {
  readonly dial: Dial;
  readonly timers: Timers;
  /** Ends all attempts. */
  readonly signal: AbortSignal;
  /** How long each attempt may take, in milliseconds; undefined for as long as it takes. */
  readonly patience: number | undefined;
}

export interface Raced {
  readonly route: Route;
  readonly outcome: DialOutcome;
}

/**
 * Dials one server after the other, each when the one before has failed or did not answer for a
 * second. The first connection wins. Never rejects.
 *
 * @param routes at least one.
 * @returns the connection; or the refusal of the server that the person named first; or, if no
 * server can be reached, the refusal of another one that the person named, or why that one can't.
 */
export function race(
  routes: readonly Route[],
  { dial, timers, signal, patience }: RaceOptions,
): Promise<Raced> {
  const result = Promise.withResolvers<Raced>();
  const running = new Set<AbortController>();
  const waiting = [...routes];
  let isOver = false;
  let rest = () => {};
  let failed: Raced | undefined;
  let worst = -1;
  /** Ends all attempts but one. */
  const alone = (own?: AbortController) => {
    rest();
    for (const other of running) if (other !== own) other.abort();
  };
  const next = () => {
    rest();
    const route = waiting.shift();
    const own = new AbortController();
    running.add(own);
    const relax = patience === undefined ? () => {} : timers.after(patience, () => own.abort());
    if (waiting.length > 0) rest = timers.after(ALONE_MS, next);
    const asking = route === undefined || patience === undefined
      // A person who compares fingerprints should not be hurried, nor asked two things at once.
      ? () => {
        relax();
        alone(own);
      }
      : undefined;
    const both = AbortSignal.any([signal, own.signal]);
    void dial(both, route, asking).then((outcome) => {
      relax();
      running.delete(own);
      if (isOver) {
        if (outcome.kind === "connected") outcome.link.close(CLIENT.leaving);
        return;
      }
      // Nobody has answered a question that was taken away.
      if (outcome.kind === "refused" && both.aborted) outcome = LATE;
      if (outcome.kind === "connected" || outcome.kind === "refused" && route === undefined) {
        isOver = true;
        alone();
        return result.resolve({ route, outcome });
      }
      const isNamed = route?.kind === "named" && outcome.kind === "refused";
      const weight = isNamed ? 2 : route === undefined ? 1 : 0;
      if (weight > worst) [worst, failed] = [weight, { route, outcome }];
      if (waiting.length > 0 && !signal.aborted) next();
      else if (running.size === 0) result.resolve(failed!);
    });
  };
  next();
  return result.promise;
}
