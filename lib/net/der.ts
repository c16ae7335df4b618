/**
 * Encodes DER, as far as our certificates need it.
 *
 * Source: ITU-T X.690 sections 8, 10 and 11; RFC 5280 section 4.1.2.5 for the times.
 * @module
 */

export type Der = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** Encodes contents with a tag (its identifier octet). */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = contents.flatMap((part) => [...part]);
  return Uint8Array.from([tag, ...lengthOctets(content.length), ...content]);
}

/** A length below 128 is one octet; else a count of octets with the high bit set, then these. */
function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export function sequence(...values: readonly Uint8Array[]): Der {
  return tagged(0x30, ...values);
}

/** SET of one value, as in names. */
export function setOf(value: Uint8Array): Der {
  return tagged(0x31, value);
}

/** INTEGER, from the bytes of a number that is not negative, the highest first. */
export function integer(magnitude: Uint8Array): Der {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const bytes = start < 0 ? Uint8Array.of(0) : magnitude.subarray(start);
  // The highest bit is the sign, so a zero byte may have to come first.
  return bytes[0]! < 0x80 ? tagged(0x02, bytes) : tagged(0x02, Uint8Array.of(0), bytes);
}

/** OBJECT IDENTIFIER, from its dotted notation: `1.2.840.10045.2.1`. */
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

/** BOOLEAN true. False is always the default here, which DER does not encode. */
export const TRUE: Der = tagged(0x01, Uint8Array.of(0xff));

export function utf8String(text: string): Der {
  return tagged(0x0c, encoder.encode(text));
}

export function octetString(bytes: Uint8Array): Der {
  return tagged(0x04, bytes);
}

/** @param unused how many bits of the last byte don't count. */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return tagged(0x03, Uint8Array.of(unused), bytes);
}

/**
 * A time in milliseconds since 1970, to the second and in UTC: UTCTime up to 2049, GeneralizedTime
 * from 2050 on (RFC 5280 section 4.1.2.5).
 */
export function time(at: number): Der {
  const digits = `${new Date(at).toISOString().slice(0, 19).replace(/[-T:]/g, "")}Z`;
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? tagged(0x17, encoder.encode(digits.slice(2)))
    : tagged(0x18, encoder.encode(digits));
}

/**
 * An ECDSA signature as in certificates (RFC 3279 section 2.2.3), from the two concatenated numbers
 * that Web Crypto gives.
 */
export function ecdsaSignature(raw: Uint8Array): Der {
  const half = raw.length / 2;
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}
