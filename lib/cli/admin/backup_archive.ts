/**
 * The file that `chat backup` writes: a tar archive of the server's data, with the SHA-256 sums of
 * its files at the end, so that `tar` and `sha256sum` do in an emergency.
 * @module
 */
import { createHash } from "node:crypto";
import { writeAllSync } from "../../text/write_all.ts";
import { BACKUP } from "../../wording/backup.ts";
import { DATABASE } from "../../store/open.ts";
import { NAMES } from "../../store/sqlite/names_file.ts";
import { AdminError } from "./admin_error.ts";
import { BLOCK, LARGEST, paddingAfter, parseTarHeader, tarHeader } from "./tar.ts";

/**
 * The files of the server's data, in the order in which a restore puts them in place. The names
 * protect their owners until the database is there.
 */
export const DATA_FILES: readonly string[] = [
  ...[NAMES, "cloak.key", "tls/key.pem", "tls/cert.pem"],
  DATABASE,
];

/** The files without which nobody gets their account back. */
const NEEDED = [NAMES, DATABASE];

/** The name of the last file: lines as `sha256sum` writes them. */
const SUMS = "SHA256SUMS";

/** The largest file of all but the database, in bytes: a bound for what is read into memory. */
export const SMALL = 1 << 24;

/** How much is copied at a time, in bytes. */
const CHUNK = 1 << 18;

/** A file to archive. */
interface Part {
  /** Its name in the archive. */
  readonly name: string;
  readonly path: string;
}

/** Writes the archive. `mtime`: in seconds since 1970. */
export function writeArchive(out: Deno.FsFile, parts: readonly Part[], mtime: number): void {
  let sums = "";
  for (const { name, path } of parts) {
    using file = Deno.openSync(path);
    const { size } = file.statSync();
    if (size > LARGEST) throw new AdminError(BACKUP.tooLarge(name));
    writeAllSync(out, tarHeader(name, size, mtime));
    sums += sumLine(name, pass(file, size, (bytes) => writeAllSync(out, bytes)));
    writeAllSync(out, new Uint8Array(paddingAfter(size)));
  }
  const text = new TextEncoder().encode(sums);
  writeAllSync(out, tarHeader(SUMS, text.length, mtime));
  // Two empty blocks are the end.
  writeAllSync(out, text);
  writeAllSync(out, new Uint8Array(paddingAfter(text.length) + 2 * BLOCK));
}

/**
 * Unpacks an archive that {@linkcode writeArchive} wrote, and checks its sums. It takes no other
 * files, no links and no paths of others.
 *
 * @param into an empty directory, which holds parts of the files if this throws.
 * @throws {AdminError} if it is damaged, cut off or no backup.
 */
export function readArchive(archive: Deno.FsFile, path: string, into: string): void {
  const expected = [...DATA_FILES];
  let sums = "";
  for (;;) {
    const header = parseTarHeader(exactly(archive, BLOCK, path));
    if (header === undefined) throw new AdminError(BACKUP.notBackup(path));
    const { name, size } = header;
    if (name === SUMS) {
      if (size > SMALL) throw new AdminError(BACKUP.notBackup(path));
      const told = new TextDecoder().decode(exactly(archive, size, path));
      exactly(archive, paddingAfter(size), path);
      if (told !== sums) throw new AdminError(BACKUP.damaged(path));
      break;
    }
    const place = expected.indexOf(name);
    if (place < 0 || name !== DATABASE && size > SMALL) {
      throw new AdminError(BACKUP.notBackup(path));
    }
    // Each comes once, in this order.
    expected.splice(0, place + 1);
    if (name.includes("/")) {
      const folder = name.replace(/\/.*/, "");
      Deno.mkdirSync(`${into}/${folder}`, { recursive: true, mode: 0o700 });
    }
    using file = Deno.openSync(`${into}/${name}`, { write: true, createNew: true, mode: 0o600 });
    const write = (bytes: Uint8Array) => writeAllSync(file, bytes);
    sums += sumLine(name, pass(archive, size, write, path));
    file.syncSync();
    exactly(archive, paddingAfter(size), path);
  }
  const end = exactly(archive, 2 * BLOCK, path);
  if (end.some((byte) => byte !== 0)) throw new AdminError(BACKUP.damaged(path));
  if (NEEDED.some((name) => !sums.includes(`  ${name}\n`))) {
    throw new AdminError(BACKUP.notBackup(path));
  }
}

function sumLine(name: string, sum: string): string {
  return `${sum}  ${name}\n`;
}

/** Passes so many bytes on, and returns their SHA-256 sum in hexadecimal. */
function pass(
  from: Deno.FsFile,
  size: number,
  write: (bytes: Uint8Array) => void,
  path?: string,
): string {
  const hash = createHash("sha256");
  for (let left = size; left > 0;) {
    const bytes = exactly(from, Math.min(left, CHUNK), path);
    hash.update(bytes);
    write(bytes);
    left -= bytes.length;
  }
  return hash.digest("hex");
}

/** Reads exactly so many bytes. */
function exactly(file: Deno.FsFile, length: number, path = ""): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let have = 0; have < length;) {
    const count = file.readSync(bytes.subarray(have));
    if (count === null) throw new AdminError(BACKUP.cutOff(path));
    have += count;
  }
  return bytes;
}
