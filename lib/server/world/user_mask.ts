/**
 * Masks by which users are kept out, let in or silenced: `nick!user@host`, ranges of addresses,
 * extended bans. Each is read once, when it is set.
 *
 * Source: Modern IRC Client Protocol, "Ban Channel Mode"; IRCv3 `account-extban`.
 * @module
 */
import { type AddressRange, formatRange, parseRange, rangeHolds } from "../../irc/addresses.ts";
import { fitsMask } from "../../irc/masks.ts";
import { fold, type Folded } from "../../irc/names.ts";

/** What starts an extended ban (ISUPPORT `EXTBAN`): `~a:account`, `~q:mask`. */
export const EXTBAN_PREFIX = "~";

/** The types of extended bans: `a` by account; `q` for users who may enter but not speak. */
export const EXTBAN_TYPES = "aq";

const ACCOUNT = `${EXTBAN_PREFIX}a:`;
const QUIET = `${EXTBAN_PREFIX}q:`;

/** Whom a mask speaks of. */
export type Whom =
  | { readonly kind: "account"; readonly mask: Folded }
  /** The mask is of all of `nick!user@host`. */
  | { readonly kind: "source"; readonly mask: Folded }
  /** The mask is of `nick!user`. */
  | { readonly kind: "range"; readonly mask: Folded; readonly range: AddressRange }
  /** An earlier version kept something that this one refuses. */
  | { readonly kind: "nobody" };

/** A mask that was read. */
export interface UserMask {
  /** Its full form: the same for all spellings of one mask, but for their case. */
  readonly text: string;
  /** The same, as it is compared. */
  readonly key: Folded;
  /** Whether those who fit may enter but not speak. */
  readonly quiet: boolean;
  /** Whom it speaks of. */
  readonly whom: Whom;
  /** Why it can't speak of anyone, as a sentence without its full stop; undefined if it can. */
  readonly fault: string | undefined;
}

/** The parts of a user that are compared with masks. */
export interface Likeness {
  /** The account that it is logged in to. */
  readonly account: Folded | undefined;
  /** `nick!user`. */
  readonly name: Folded;
  /** `nick!user@host`, with each host that it goes by: the one that others see, its cloak, its address. */
  readonly sources: readonly Folded[];
  /** Its address. */
  readonly address: Uint8Array | undefined;
}

/** Reads a mask that somebody wrote: parts that are left out stand for anything. */
export function parseMask(asked: string): UserMask {
  if (asked.startsWith(QUIET)) {
    const inner = parseMask(asked.slice(QUIET.length));
    const isOne = asked.length > QUIET.length && !inner.quiet;
    const fault = isOne ? inner.fault : "Behind ~q: stands a mask";
    return read(QUIET + inner.text, true, fault, inner.whom);
  }
  if (asked.startsWith(ACCOUNT) && asked.length > ACCOUNT.length) {
    const mask = fold(asked.slice(ACCOUNT.length));
    return read(asked, false, undefined, { kind: "account", mask });
  }
  const extended = extbanFault(asked);
  if (extended !== undefined) return read(asked, false, extended, { kind: "nobody" });
  const [name, written] = parts(asked);
  // As in addresses of the web.
  const host = written.replace(/^\[([0-9a-f:.]*)\](?=\/|$)/i, "$1");
  // The last parameter of a line loses the first colon of `::1`.
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

/** Splits a mask into `nick!user` and the host: of `user@host`, `*.host` and `nick` too. */
function parts(mask: string): [name: string, host: string] {
  const at = mask.lastIndexOf("@");
  const left = at < 0 ? mask : mask.slice(0, at);
  const host = at < 0 ? "*" : mask.slice(at + 1) || "*";
  const bang = left.indexOf("!");
  if (bang >= 0) return [`${left.slice(0, bang) || "*"}!${left.slice(bang + 1) || "*"}`, host];
  if (at >= 0) return [`*!${left || "*"}`, host];
  return /[.:/]/.test(mask) ? ["*!*", mask] : [`${mask || "*"}!*`, "*"];
}

/** Why a mask is no extended ban that is known here, if it is written like one. */
function extbanFault(mask: string): string | undefined {
  // `~user@host` is a mask of a user name, and `fe80:*` one of an address. No nick is like `$a`.
  const isOne = /^[^\w\s*?]?[a-z]*:/i.test(mask) && !/^[0-9a-f:.*?/[\]]+$/i.test(mask) ||
    /^[~$][a-z]*$/i.test(mask);
  return isOne ? "An extended ban is ~a:account, or ~q: and a mask" : undefined;
}

/** Why a host is written like an address or a range and is none, if so. */
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
  if (/[*?]/.test(head)) return "A range has no * or ?: it is an address, / and a number of bits";
  if (parseRange(head) === undefined) return `${head} is not an address`;
  return `The number of bits behind / is from 0 to ${isV6 ? 128 : 32}`;
}

/** Whether a mask speaks of somebody. */
export function speaksOf({ whom }: UserMask, who: Likeness): boolean {
  switch (whom.kind) {
    case "account":
      return who.account !== undefined && fitsMask(whom.mask, who.account);
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

/** Whether a text is a mask that names a single address. */
export function isOfAddress(text: string): boolean {
  const { whom } = parseMask(text);
  return whom.kind === "range" && whom.range.bits === whom.range.bytes.length * 8;
}
