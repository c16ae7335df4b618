/**
 * Checks new passwords of accounts.
 *
 * Source: IRCv3 `account-registration`, "Responses" and "Server considerations".
 * @module
 */
import { byteLength } from "../text/bytes.ts";
import { fold } from "./names.ts";
import { preparePassword } from "../crypto/password_text.ts";

/** The fewest characters. Guesses are slowed down, so a password need not be long. */
const PASSWORD_LENGTH = 6;

/** The most bytes of UTF-8, so that it fits into one line to NickServ. */
export const PASSWORD_BYTES = 300;

export interface PasswordFault {
  /** The code of FAIL REGISTER. */
  readonly code: "WEAK_PASSWORD" | "UNACCEPTABLE_PASSWORD";
  /** A sentence for people, without the password itself. */
  readonly text: string;
}

/** Why a text can't be the password of an account; `undefined` if it can. */
export function passwordFault(password: string, account: string): PasswordFault | undefined {
  if (byteLength(password) > PASSWORD_BYTES) {
    const text = `A password can be at most ${PASSWORD_BYTES} bytes long`;
    return { code: "UNACCEPTABLE_PASSWORD", text };
  }
  const prepared = preparePassword(password);
  if (prepared === undefined) {
    const text = "A password cannot be empty or contain characters that cannot be typed";
    return { code: "UNACCEPTABLE_PASSWORD", text };
  }
  if ([...prepared].length < PASSWORD_LENGTH) {
    const text = `A password must be at least ${PASSWORD_LENGTH} characters long`;
    return { code: "WEAK_PASSWORD", text };
  }
  if (fold(prepared) === fold(account)) {
    return { code: "WEAK_PASSWORD", text: "A password cannot be the same as the name" };
  }
  return undefined;
}
