/**
 * Decides when a password itself may be sent, unlike its proof by SCRAM, which tells nobody the
 * password.
 *
 * On a connection that others can read, or to somebody whose certificate was not checked, it is not
 * sent without a clear yes: of a person, or by `--insecure-password`.
 * @module
 */
import type { SessionContext } from "./context.ts";
import type { Doubt } from "./doubt.ts";
import { SECRECY } from "../../wording/client.ts";

/** Why a password should not be sent: the start of a sentence; undefined if it may. */
export function secrecyFault(ctx: SessionContext, remembered = false): string | undefined {
  if (ctx.secrecy === "sure") return undefined;
  if (ctx.secrecy === "open") return SECRECY.notEncrypted;
  return remembered ? SECRECY.otherProgram : undefined;
}

/**
 * Whether a password may be sent; if there are faults, asks the person. A yes counts for this
 * password and these faults only.
 *
 * @param faults the start of a sentence each; undefined if it does not apply.
 * @param whose how to call the password: `the password of Gamze`.
 * @returns `yes`; `asked` if an answer is awaited; or why not, if nobody can be asked.
 */
export function mayTell(
  ctx: SessionContext,
  doubt: Doubt,
  faults: readonly (string | undefined)[],
  whose: string,
): "yes" | "asked" | { readonly fault: string } {
  const fault = faults.filter((fault) => fault !== undefined).join(". ");
  const question = SECRECY.question(fault, whose);
  const { insecure } = ctx.options;
  if (fault === "" || insecure === "always" || ctx.agreed.has(question)) return "yes";
  if (insecure !== "ask") return { fault };
  const isNew = ctx.doubt?.question !== question;
  ctx.doubt = { ...doubt, question };
  if (isNew) ctx.emit({ type: "askInsecure", text: question });
  return "asked";
}

/** The connection is gone: only a yes for an unencrypted connection counts for the next one. */
export function forgetAgreed({ agreed }: SessionContext): void {
  for (const question of agreed) {
    if (!question.startsWith(SECRECY.notEncrypted)) agreed.delete(question);
  }
}
