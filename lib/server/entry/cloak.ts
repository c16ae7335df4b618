/**
 * Cloaks: hosts that others see instead of addresses. A cloak does not reveal the address, but the
 * cloaks of one network have a common end, so that a ban can match the network.
 *
 * Source: InspIRCd's module `cloak` has the same form.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { formatRange, parseAddress } from "../../irc/addresses.ts";

/** Hashes a text with a secret key, to at least 5 bytes. */
export type Mac = (text: string) => Uint8Array;

/** Returns the cloak of an address, always the same. */
export type Cloak = (address: string) => string;

const CLOAK_END = ".ip";

/** The parts of a cloak in bits of the address: the whole address, then ever larger networks. */
const V4_BITS = [32, 24, 16];
const V6_BITS = [128, 64, 48, 32];

/** Lower case, because hosts are compared without regard to case (RFC 4648, section 6). */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** How many parts are remembered: people who come at once are often of one network. */
const MOST_KNOWN = 1000;

/** The length of a part in characters of five bits. A cloak of IPv6 has 38 characters. */
const PART_LENGTH = 8;

/**
 * Returns a function that makes cloaks: `H(address).H(/24).H(/16).ip` for IPv4,
 * `H(address).H(/64).H(/48).H(/32).ip` for IPv6.
 */
export function cloaks(mac: Mac): Cloak {
  const known = new BoundedMap<string, string>(MOST_KNOWN);
  const part = (text: string) => {
    if (!known.has(text)) known.set(text, base32(mac(text)));
    return known.get(text)!;
  };
  return (address) => {
    const bytes = parseAddress(address);
    // Any other text that the system gives as an address is hashed as a whole.
    if (bytes === undefined) return part(`? ${address}`) + CLOAK_END;
    const sizes = bytes.length === 4 ? V4_BITS : V6_BITS;
    return sizes.map((bits) => part(`${bits} ${formatRange({ bytes, bits })}`)).join(".") +
      CLOAK_END;
  };
}

/** Encodes the first 40 bits, which are the characters of a part. */
function base32(bytes: Uint8Array): string {
  const value = bytes.subarray(0, 5).reduce((all, byte) => all * 256 + byte, 0);
  const digits = value.toString(32).padStart(PART_LENGTH, "0");
  return digits.replace(/./g, (digit) => BASE32[parseInt(digit, 32)]!);
}

/**
 * Replaces an address in `nick!user@address` by its cloak; other sources are returned as they are.
 */
export function cloakSource(source: string, cloak: Cloak): string {
  const at = source.lastIndexOf("@") + 1;
  const host = source.slice(at);
  return at > 0 && parseAddress(host) !== undefined ? source.slice(0, at) + cloak(host) : source;
}
