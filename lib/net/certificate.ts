/**
 * Makes a key and a self-signed certificate, for a server that was given none.
 *
 * Source: RFC 5280 section 4; RFC 5480 and RFC 5758 for keys and signatures on P-256.
 * @module
 */
import { DAY_MS } from "../text/duration.ts";
import { parseAddress } from "../irc/addresses.ts";
import { toBase64 } from "../crypto/base64.ts";
import {
  bitString,
  type Der,
  ecdsaSignature,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  time,
  TRUE,
  utf8String,
} from "./der.ts";

/** A certificate and its key, as PEM. */
export interface KeyPair {
  /** The certificate, followed by the rest of its chain, if any. */
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** The common name. At most 64 characters count (RFC 5280, appendix A). */
  readonly name: string;
  /** The host names and addresses, in plain notation, that it is valid for. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const YEARS = 10;

const OID = {
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
} as const;

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/**
 * Makes a key (ECDSA on P-256) and a self-signed certificate, valid from a day ago for ten years.
 */
export async function makeCertificate(options: CertificateOptions): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const content = toBeSigned(options, algorithm, spki);
  const signature = new Uint8Array(await crypto.subtle.sign(ECDSA, keys.privateKey, content));
  const certificate = sequence(content, algorithm, bitString(ecdsaSignature(signature)));
  return { cert: pem("CERTIFICATE", certificate), key: pem("PRIVATE KEY", pkcs8) };
}

/** The part that is signed (RFC 5280, section 4.1). */
function toBeSigned({ name, hosts, now }: CertificateOptions, algorithm: Der, spki: Der): Der {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  const who = distinguishedName(name);
  return sequence(
    tagged(0xa0, integer(Uint8Array.of(2))), // version 3
    integer(serialNumber()),
    algorithm,
    who,
    sequence(time(now - DAY_MS), time(end.getTime())),
    who,
    spki,
    tagged(0xa3, sequence(...extensions(hosts))),
  );
}

/** 16 random bytes, positive and never zero. At most 20 are allowed (section 4.1.2.2). */
function serialNumber(): Uint8Array {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = serial[0]! & 0x7f | 0x40;
  return serial;
}

function distinguishedName(name: string): Der {
  const cut = Array.from(name).slice(0, 64).join("");
  return sequence(setOf(sequence(objectIdentifier(OID.commonName), utf8String(cut))));
}

function extensions(hosts: readonly string[]): Der[] {
  const digitalSignature = bitString(Uint8Array.of(0x80), 7);
  return [
    // Without this rustls takes it for an authority's certificate and refuses it, even if pinned.
    // An empty sequence is CA:FALSE, since DER does not encode defaults.
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.keyUsage, true, digitalSignature),
    extension(OID.extKeyUsage, false, sequence(objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAltName, false, sequence(...hosts.flatMap(generalName))),
  ];
}

function extension(oid: string, critical: boolean, value: Der): Der {
  return sequence(objectIdentifier(oid), ...critical ? [TRUE] : [], octetString(value));
}

/** Encodes a host (section 4.2.1.6): an address as its bytes, else a DNS name in ASCII. */
function generalName(host: string): Der[] {
  const address = parseAddress(host);
  if (address !== undefined) return [tagged(0x87, address)];
  return /^[a-z0-9._-]+$/i.test(host) ? [tagged(0x82, new TextEncoder().encode(host))] : [];
}

/** RFC 7468: base64 in lines of 64 characters. */
function pem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
