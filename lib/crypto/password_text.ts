/**
 * The text of a password, as it is hashed.
 * @module
 */

/**
 * The form of a password that is hashed: what looks the same to who types it is the same, whatever
 * keyboard it comes from.
 *
 * This is SASLprep with today's Unicode in the place of version 3.2, and without its rules for text
 * that runs both ways, which would refuse passwords that people can type. Of ASCII, and of nearly
 * all that is in its composed form (NFC), nothing changes; so it makes no difference that many
 * programs leave this step out.
 *
 * @returns `undefined` where nobody could type it: it is empty, or holds control characters.
 */
export function preparePassword(password: string): string | undefined {
  const spaced = password.replace(/\p{Zs}/gu, " ");
  const plain = spaced.replace(/\p{Default_Ignorable_Code_Point}/gu, "").normalize("NFKC");
  return plain === "" || /[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(plain) ? undefined : plain;
}
