/**
 * The secret key of cloaks. It is kept with the server's data, so that bans on cloaks hold after a
 * restart.
 * @module
 */
import { createHash } from "node:crypto";
import { fromBase64, toBase64 } from "../../crypto/base64.ts";
import { replaceFile } from "../../store/sqlite/files.ts";
import { type Cloak, cloaks } from "../../server/entry/cloak.ts";
import { KEYS } from "../../wording/log.ts";

const FILE = "cloak.key";

const LENGTH = 32;

export interface Cloaking {
  readonly cloak: Cloak;
  readonly key: Uint8Array;
  readonly warnings: readonly string[];
}

/**
 * Reads the key from the server's data, if there is any, or makes one.
 *
 * @param ranBefore whether the data had a key: then it is missed.
 */
export function openCloaking(directory: string | null, ranBefore = false): Cloaking {
  if (directory === null) return cloaking(newKey());
  const path = `${directory}/${FILE}`;
  try {
    const kept = read(path);
    const key = kept ?? make(path);
    const isMissed = kept === undefined && ranBefore;
    return cloaking(key, isMissed ? [KEYS.cloakMissing(path)] : []);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return cloaking(newKey(), [KEYS.cloakNotKept(path, why)]);
  }
}

function cloaking(key: Uint8Array, warnings: readonly string[] = []): Cloaking {
  return { cloak: cloaksOf(key), key, warnings };
}

/** Keeps the key of a cluster, so that its cloaks last if the server goes on alone. */
export function keepCloakKey(directory: string, key: Uint8Array): void {
  try {
    replaceFile(`${directory}/${FILE}`, `${toBase64(key)}\n`);
  } catch {
    // The next start tries again.
  }
}

function newKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(LENGTH));
}

function read(path: string): Uint8Array | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const key = fromBase64(text);
  if (key?.length !== LENGTH) throw new Error(KEYS.damaged);
  return key;
}

function make(path: string): Uint8Array {
  const key = newKey();
  replaceFile(path, `${toBase64(key)}\n`);
  return key;
}

/** The cloaks of a key. */
export function cloaksOf(key: Uint8Array): Cloak {
  return cloaks((text) => hmac(key, text));
}

/** The block size of SHA-256, in bytes. */
const BLOCK = 64;

/**
 * HMAC with SHA-256 (RFC 2104). Web Crypto is asynchronous, and `createHmac` of Deno 2.4 writes a
 * warning to standard error.
 */
function hmac(key: Uint8Array, text: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(key);
  const [inner, outer] = [0x36, 0x5c].map((pad) => block.map((byte) => byte ^ pad));
  const message = createHash("sha256").update(inner!).update(text).digest();
  return createHash("sha256").update(outer!).update(message).digest();
}
