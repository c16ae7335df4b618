/**
 * Charges commands that search much data for the time they take.
 * @module
 */
import type { CommandRow } from "../command.ts";
import { isExempt, networkOf } from "../entry/admission.ts";

/** What each millisecond costs the asker. */
const MILLISECOND_COST = 0.05;

/** The most that one command costs, since the machine may be busy with something else. */
const MOST_COST = 100;

/** Makes a command cost the time it takes, and wait for its turn if its network has used much. */
export function timed(run: CommandRow["run"]): CommandRow["run"] {
  return (ctx, msg) => {
    const { world, user, now } = ctx;
    const { heavy, init, config } = world;
    const network = isExempt(config.limits, user.ip) ? user.address : networkOf(user.ip);
    const measured = () => {
      const start = init.stopwatch();
      run(ctx, msg);
      const ms = init.stopwatch() - start;
      heavy.took(network, ms);
      ctx.charged += Math.min(MOST_COST, ms * MILLISECOND_COST);
    };
    if (!heavy.isOver(network, now)) return measured();
    const applicant = { network, inVain: 0, isGone: () => user.gone };
    ctx.wait(() => heavy.turn(applicant, init.wait), measured);
  };
}
