import { dirname } from "node:path";
import { BACKUP } from "../../wording/backup.ts";
import { checkCopy } from "../../store/sqlite/copy.ts";
import { DATABASE, LOCK } from "../../store/open.ts";
import { explainFault } from "../../store/sqlite/faults.ts";
import { exists, isSpecial, makeDirectory, takeLock } from "../../store/sqlite/files.ts";
import { NAMES, readNames } from "../../store/sqlite/names_file.ts";
import { NewerError } from "../../store/sqlite/open_database.ts";
import { guardData } from "../serve/private_data.ts";
import type { BackupOptions } from "../args/request.ts";
import type { Platform } from "../os/data_directory.ts";
import { AdminError } from "./admin_error.ts";
import { DATA_FILES, readArchive } from "./backup_archive.ts";
import { serverDirectory } from "./with_accounts.ts";

/**
 * Runs `chat restore`: puts a backup into a directory without data, as a whole or not at all.
 * Returns the lines to show.
 *
 * @throws {AdminError} if it can't be done
 */
export function restore({ file, data }: BackupOptions, here?: Platform): string {
  const directory = serverDirectory(data, here);
  if (isSpecial(file)) throw new AdminError(BACKUP.notOrdinary(file));
  using undo = new DisposableStack();
  const archive = undo.use(open(file));
  try {
    if (!exists(directory)) {
      makeDirectory(directory);
      undo.defer(() => Deno.removeSync(directory, { recursive: true }));
    }
    const guarded = guardData(directory);
    if ("fault" in guarded) throw new AdminError(guarded.fault);
    const lock = takeLock(`${directory}/${LOCK}`);
    if ("holder" in lock) throw new AdminError(BACKUP.inUse(directory));
    using _lock = { [Symbol.dispose]: () => lock.release() };
    const found = DATA_FILES.find((name) => exists(`${directory}/${name}`));
    if (found !== undefined) throw new AdminError(BACKUP.notEmpty(directory, found));
    const work = Deno.makeTempDirSync({ dir: directory, prefix: ".restore-" });
    try {
      readArchive(archive, file, work);
      check(work, file);
      putInPlace(work, directory);
    } finally {
      Deno.removeSync(work, { recursive: true });
    }
  } catch (error) {
    if (error instanceof AdminError) throw error;
    throw new AdminError(BACKUP.cannotRestore(directory, explainFault(error).words));
  }
  // The directory stays.
  undo.move();
  archive.close();
  return `${BACKUP.restored(directory, data === undefined ? "" : ` --data ${data}`)}\n`;
}

function open(file: string): Deno.FsFile {
  try {
    return Deno.openSync(file);
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound;
    const why = isAbsent ? BACKUP.noFile : explainFault(error).words;
    throw new AdminError(BACKUP.cannotRead(file, why));
  }
}

/** Checks that a server can use what was unpacked. */
function check(work: string, file: string): void {
  try {
    checkCopy(`${work}/${DATABASE}`);
  } catch (error) {
    if (error instanceof NewerError) throw new AdminError(BACKUP.newer(file));
    if (explainFault(error).kind !== "damaged") throw error;
    throw new AdminError(BACKUP.damaged(file));
  }
  if (readNames(`${work}/${NAMES}`).kind !== "known") throw new AdminError(BACKUP.damaged(file));
}

/** Moves the files to their places, or none of them. */
function putInPlace(work: string, directory: string): void {
  using undo = new DisposableStack();
  for (const name of DATA_FILES) {
    const [from, to] = [`${work}/${name}`, `${directory}/${name}`];
    if (!exists(from)) continue;
    const folder = dirname(to);
    if (!exists(folder)) {
      Deno.mkdirSync(folder, { mode: 0o700 });
      undo.defer(() => Deno.removeSync(folder));
    }
    Deno.renameSync(from, to);
    undo.defer(() => Deno.removeSync(to));
  }
  undo.move();
}
