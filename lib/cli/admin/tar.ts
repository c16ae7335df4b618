/**
 * Headers of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"), for files only.
 * @module
 */

/** The size of a header. Files are padded to a multiple of it. */
export const BLOCK = 512;

/** The largest file that a header can tell, in bytes. */
export const LARGEST = 0o77777777777;

/** The fields of a header, as offset and length. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
} as const;

const FILE = "0";

const MAGIC = "ustar\x0000";

/**
 * Makes the header of a file that only its owner can read.
 *
 * @param name in ASCII, at most 100 characters.
 * @param mtime in seconds since 1970.
 */
export function tarHeader(name: string, size: number, mtime: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (field: keyof typeof FIELDS, text: string) => {
    block.set(new TextEncoder().encode(text), FIELDS[field][0]);
  };
  const number = (field: keyof typeof FIELDS, value: number) =>
    put(field, value.toString(8).padStart(FIELDS[field][1] - 1, "0"));
  put("name", name);
  number("mode", 0o600);
  number("uid", 0);
  number("gid", 0);
  number("size", size);
  number("mtime", Math.max(0, mtime));
  put("type", FILE);
  put("magic", MAGIC);
  put("checksum", `${checksum(block).toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** Parses the header of a file. Returns undefined if it is damaged, or not that of a file. */
export function parseTarHeader(block: Uint8Array): { name: string; size: number } | undefined {
  const text = (field: keyof typeof FIELDS) => {
    const [start, length] = FIELDS[field];
    return new TextDecoder().decode(block.subarray(start, start + length));
  };
  const number = (field: keyof typeof FIELDS) => {
    const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(text(field)) ?? [];
    return digits === undefined ? NaN : parseInt(digits, 8);
  };
  const size = number("size");
  if (number("checksum") !== checksum(block) || Number.isNaN(size)) return undefined;
  if (text("type") !== FILE) return undefined;
  return { name: text("name").replace(/\0.*$/s, ""), size };
}

/** The sum of the bytes of a header, with spaces for the checksum itself. */
function checksum(block: Uint8Array): number {
  const [start, length] = FIELDS.checksum;
  const own = block.subarray(start, start + length);
  const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);
  return sum(block) - sum(own) + length * 0x20;
}

/** How many bytes of padding follow a file. */
export function paddingAfter(size: number): number {
  return (BLOCK - size % BLOCK) % BLOCK;
}
