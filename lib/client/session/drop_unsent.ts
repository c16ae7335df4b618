import { withoutSecret } from "../input/secret.ts";
import type { SessionContext } from "./context.ts";
import { startOf } from "./split.ts";
import { NOT_SENT } from "../../wording/client.ts";

/** Drops what waits for some targets, and tells the person why. */
export function dropTo(
  ctx: SessionContext,
  isMeant: (target: string) => boolean,
  why: string,
): void {
  for (const { target, text } of ctx.delivery.drop(isMeant)) {
    const line = withoutSecret(target, text);
    ctx.emit({ type: "notSent", line, text: NOT_SENT.because(why, startOf(line)) });
  }
}
