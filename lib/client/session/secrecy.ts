/**
 * When a password itself may be sent: not its proof by SCRAM, which tells nobody the password.
 *
 * On a connection that others can read, or to somebody whom nobody has checked, it is not sent
 * without a clear yes: of a person who is asked, or `--insecure-password`.
 * @module
 */
import type { SessionContext } from "./context.ts";
import type { Doubt } from "./doubt.ts";

const OPEN = "This connection is not encrypted: others can read on the way what is sent";

/** Why a password should not be sent as it is: the start of a sentence; undefined if it may. */
export function secrecyFault(ctx: SessionContext, remembered = false): string | undefined {
  if (ctx.secrecy === "sure") return undefined;
  if (ctx.secrecy === "open") return OPEN;
  return remembered
    ? "Nobody has checked who it is that listens on this machine, and the password was remembered " +
      "for whoever did before"
    : undefined;
}

/**
 * Whether a password may be sent; if something speaks against it, that is asked. A yes is for this
 * password and these faults only.
 *
 * @param faults why not: each the start of a sentence, undefined if it does not apply.
 * @param whose the password as it is called: `the password of Gamze`.
 * @returns `yes`; `asked` if the answer is waited for; or why not, if nobody is there.
 */
export function mayTell(
  ctx: SessionContext,
  doubt: Doubt,
  faults: readonly (string | undefined)[],
  whose: string,
): "yes" | "asked" | { readonly fault: string } {
  const fault = faults.filter((fault) => fault !== undefined).join(". ");
  const question = `${fault}. Send ${whose} itself all the same?`;
  const { insecure } = ctx.options;
  if (fault === "" || insecure === "always" || ctx.agreed.has(question)) return "yes";
  if (insecure !== "ask") return { fault };
  const isNew = ctx.doubt?.question !== question;
  ctx.doubt = { ...doubt, question };
  if (isNew) ctx.emit({ type: "askInsecure", text: question });
  return "asked";
}

/** The connection is gone: only that others can read on the way is the same on the next one. */
export function forgetAgreed({ agreed }: SessionContext): void {
  for (const question of agreed) if (!question.startsWith(OPEN)) agreed.delete(question);
}

/** What a program is told that can't be asked: a sentence. */
export const INSECURE_ADVICE = "With --insecure-password it is sent all the same.";
