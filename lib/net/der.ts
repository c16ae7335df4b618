/**
 * Writing DER, the encoding of certificates: only what ours have in them.
 *
 * Source: ITU-T X.690 sections 8, 10 and 11; RFC 5280 section 4.1.2.5 for the times.
 * @module
 */

/** One encoded value. */
export type Der = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** A value with this tag (its identifier octet) around these contents. */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = contents.flatMap((part) => [...part]);
  return Uint8Array.from([tag, ...lengthOctets(content.length), ...content]);
}

/** Below 128 in one octet; else the number of octets behind a set high bit, and these. */
function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

/** SEQUENCE: values one after the other. */
export function sequence(...values: readonly Uint8Array[]): Der {
  return tagged(0x30, ...values);
}

/** SET of one value, as the parts of a name are. */
export function setOf(value: Uint8Array): Der {
  return tagged(0x31, value);
}

/**
 * INTEGER, of a number that is not negative.
 *
 * @param magnitude its bytes, the highest first.
 */
export function integer(magnitude: Uint8Array): Der {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const bytes = start < 0 ? Uint8Array.of(0) : magnitude.subarray(start);
  // The highest bit is the sign: where it is set, a zero stands before it.
  return bytes[0]! < 0x80 ? tagged(0x02, bytes) : tagged(0x02, Uint8Array.of(0), bytes);
}

/** OBJECT IDENTIFIER, from its usual notation: `1.2.840.10045.2.1`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift(0x80 | left % 128);
    }
    return groups;
  });
  return tagged(0x06, Uint8Array.from(octets));
}

/** BOOLEAN true; false is never written, since it is the default wherever we need one. */
export const TRUE: Der = tagged(0x01, Uint8Array.of(0xff));

/** UTF8String. */
export function utf8String(text: string): Der {
  return tagged(0x0c, encoder.encode(text));
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Der {
  return tagged(0x04, bytes);
}

/**
 * BIT STRING.
 *
 * @param unused how many bits of the last byte don't count.
 */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return tagged(0x03, Uint8Array.of(unused), bytes);
}

/**
 * Time, to the second and in UTC: UTCTime up to 2049 and GeneralizedTime from 2050 on, as RFC 5280
 * section 4.1.2.5 demands.
 *
 * @param at in milliseconds since 1970.
 */
export function time(at: number): Der {
  const digits = `${new Date(at).toISOString().slice(0, 19).replace(/[-T:]/g, "")}Z`;
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? tagged(0x17, encoder.encode(digits.slice(2)))
    : tagged(0x18, encoder.encode(digits));
}

/**
 * An ECDSA signature as certificates have it (RFC 3279 section 2.2.3), from the two numbers one
 * behind the other, as Web Crypto gives it.
 */
export function ecdsaSignature(raw: Uint8Array): Der {
  const half = raw.length / 2;
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}
