/**
 * Normalises passwords before they are hashed.
 * @module
 */

/**
 * Normalises a password, so that it is the same from whichever keyboard it comes.
 *
 * This is SASLprep with today's Unicode instead of version 3.2, and without its rules for
 * bidirectional text, which would refuse passwords that people can type. ASCII, and nearly all text
 * in composed form (NFC), stays as it is; so programs that leave this step out still work.
 *
 * @returns `undefined` if nobody could type it: it is empty, or holds control characters.
 */
export function preparePassword(password: string): string | undefined {
  const spaced = password.replace(/\p{Zs}/gu, " ");
  const plain = spaced.replace(/\p{Default_Ignorable_Code_Point}/gu, "").normalize("NFKC");
  return plain === "" || /[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(plain) ? undefined : plain;
}
