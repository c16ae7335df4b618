/**
 * Masks that match users: `nick!user@host`, ranges of addresses, extended bans. Each is parsed
 * once, when it is set.
 *
 * Source: Modern IRC Client Protocol, "Ban Channel Mode"; IRCv3 `account-extban`.
 * @module
 */
import { type AddressRange, formatRange, parseRange, rangeHolds } from "../../irc/addresses.ts";
import { fitsMask } from "../../irc/masks.ts";
import { fold, type Folded } from "../../irc/names.ts";

/** The prefix of extended bans (ISUPPORT `EXTBAN`): `~a:account`, `~q:mask`. */
export const EXTBAN_PREFIX = "~";

/** The types of extended bans: `a` matches an account, `q` silences but lets in. */
export const EXTBAN_TYPES = "aq";

const ACCOUNT = `${EXTBAN_PREFIX}a:`;
const QUIET = `${EXTBAN_PREFIX}q:`;

export type Whom =
  | { readonly kind: "account"; readonly mask: Folded }
  /** `nick!user@host`. */
  | { readonly kind: "source"; readonly mask: Folded }
  /** `nick!user`, and a range for the address. */
  | { readonly kind: "range"; readonly mask: Folded; readonly range: AddressRange }
  /** A mask that an earlier version accepted and this one refuses. */
  | { readonly kind: "nobody" };

export interface UserMask {
  /** The full form, the same for all spellings but for their case. */
  readonly text: string;
  /** The full form, folded. */
  readonly key: Folded;
  /** Whether it only silences those that it matches. */
  readonly quiet: boolean;
  readonly whom: Whom;
  /** What is wrong with it, a sentence without its full stop. */
  readonly fault: string | undefined;
}

/** The parts of a user that masks are compared with. */
export interface Likeness {
  readonly account: Folded | undefined;
  /** The accounts that this connection was logged in to before. */
  readonly formerAccounts: Iterable<Folded>;
  /** `nick!user`. */
  readonly name: Folded;
  /** `nick!user@host` with each of its hosts: the visible one, the cloak and the address. */
  readonly sources: readonly Folded[];
  readonly address: Uint8Array | undefined;
}

/** Parses a mask; parts that are left out match anything. */
export function parseMask(asked: string): UserMask {
  if (asked.startsWith(QUIET)) {
    const inner = parseMask(asked.slice(QUIET.length));
    if (asked.length > QUIET.length && !inner.quiet) {
      return read(QUIET + inner.text, true, inner.fault, inner.whom);
    }
    // Not completed: that would be a mask of everyone.
    return read(asked, true, "~q: must be followed by a mask", { kind: "nobody" });
  }
  if (asked.startsWith(ACCOUNT) && asked.length > ACCOUNT.length) {
    const mask = fold(asked.slice(ACCOUNT.length));
    return read(asked, false, undefined, { kind: "account", mask });
  }
  const extended = extbanFault(asked);
  if (extended !== undefined) return read(asked, false, extended, { kind: "nobody" });
  const [name, written] = parts(asked);
  // Brackets around IPv6 as in URLs.
  const host = written.replace(/^\[([0-9a-f:.]*)\](?=\/|$)/i, "$1");
  // Parsing a line drops the first colon of `::1` if it is the last parameter.
  const range = parseRange(asked.startsWith(":") ? `:${host}` : host);
  if (range !== undefined) {
    const text = `${name}@${formatRange(range)}`;
    return read(text, false, undefined, { kind: "range", mask: fold(name), range });
  }
  const text = `${name}@${host}`;
  return read(text, false, hostFault(host), { kind: "source", mask: fold(text) });
}

function read(text: string, quiet: boolean, fault: string | undefined, whom: Whom): UserMask {
  return { text, key: fold(text), quiet, fault, whom };
}

/** Splits a mask into `nick!user` and the host. `user@host`, `*.host` and `nick` are completed. */
function parts(mask: string): [name: string, host: string] {
  const at = mask.lastIndexOf("@");
  const left = at < 0 ? mask : mask.slice(0, at);
  const host = at < 0 ? "*" : mask.slice(at + 1) || "*";
  const bang = left.indexOf("!");
  if (bang >= 0) return [`${left.slice(0, bang) || "*"}!${left.slice(bang + 1) || "*"}`, host];
  if (at >= 0) return [`*!${left || "*"}`, host];
  return /[.:/]/.test(mask) ? ["*!*", mask] : [`${mask || "*"}!*`, "*"];
}

/** What is wrong with a mask that looks like an extended ban and is none; undefined otherwise. */
function extbanFault(mask: string): string | undefined {
  // `~user@host` is a mask with a user name, and `fe80:*` one with an address. No nick is like
  // `$a`.
  const isOne = /^[^\w\s*?]?[a-z]*:/i.test(mask) && !/^[0-9a-f:.*?/[\]]+$/i.test(mask) ||
    /^[~$][a-z]*$/i.test(mask);
  return isOne ? "An extended ban must be ~a:account or ~q:mask" : undefined;
}

/** What is wrong with a host that looks like an address or range and is none. */
function hostFault(host: string): string | undefined {
  const [head = "", length] = host.split("/");
  const isV4 = /^[\d.*?]*\d[\d.*?]*$/.test(head) && (head.includes(".") || length !== undefined);
  const isV6 = /^[0-9a-f:.*?]+$/i.test(head) && head.split(":").length > 2;
  if (!isV4 && !isV6) return undefined;
  if (length === undefined) {
    // With * and ? it is compared as text.
    const whole = !/[*?]/.test(head) && (isV6 || head.split(".").length === 4);
    return whole ? `${head} is not an address` : undefined;
  }
  if (/[*?]/.test(head)) return "A range cannot contain * or ?: write it as address/bits";
  if (parseRange(head) === undefined) return `${head} is not an address`;
  return `The number of bits after / must be from 0 to ${isV6 ? 128 : 32}`;
}

/**
 * Whether a mask matches a user.
 *
 * @param ever whether a former account counts: logging out must not get anybody around a ban.
 */
export function speaksOf({ whom }: UserMask, who: Likeness, ever = false): boolean {
  switch (whom.kind) {
    case "account":
      if (who.account !== undefined && fitsMask(whom.mask, who.account)) return true;
      return ever && [...who.formerAccounts].some((account) => fitsMask(whom.mask, account));
    case "source":
      return who.sources.some((source) => fitsMask(whom.mask, source));
    case "range":
      return rangeHolds(whom.range, who.address) && fitsMask(whom.mask, who.name);
    case "nobody":
      return false;
    default:
      return whom satisfies never;
  }
}

/** Whether a mask is of a single address. */
export function isOfAddress(text: string): boolean {
  const { whom } = parseMask(text);
  return whom.kind === "range" && whom.range.bits === whom.range.bytes.length * 8;
}
