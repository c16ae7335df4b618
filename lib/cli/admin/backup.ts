import { dirname } from "node:path";
import { BACKUP } from "../../wording/backup.ts";
import { ADMIN } from "../../wording/command_line.ts";
import { DATA } from "../../wording/log.ts";
import { DATABASE, isServed } from "../../store/open.ts";
import { copyDatabase, namesOf } from "../../store/sqlite/copy.ts";
import { explainFault } from "../../store/sqlite/faults.ts";
import { exists, isSpecial } from "../../store/sqlite/files.ts";
import { NAMES, writeNames } from "../../store/sqlite/names_file.ts";
import { NewerError } from "../../store/sqlite/open_database.ts";
import type { BackupOptions } from "../args/request.ts";
import type { Platform } from "../os/data_directory.ts";
import { onStopSignals } from "../os/signals.ts";
import { AdminError } from "./admin_error.ts";
import { DATA_FILES, SMALL, writeArchive } from "./backup_archive.ts";
import { serverDirectory } from "./with_accounts.ts";

/**
 * Runs `chat backup`: writes the data of a server, which may run, to one file. The file is there as
 * a whole or not at all. Returns the lines to show.
 *
 * @throws {AdminError} if it can't be done
 */
export async function backup(
  { file, data }: BackupOptions,
  now: number,
  here?: Platform,
): Promise<string> {
  const directory = serverDirectory(data, here);
  checkSource(directory, data);
  const work = workspace(file);
  let stopped = false;
  // Otherwise a signal would leave a part of the data there.
  const ignore = onStopSignals(() => stopped = true, () => {}, { hangup: true });
  try {
    await gather(directory, work, file);
    write(work, file, now);
    // Signals arrive between turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve));
    if (stopped) throw new AdminError(BACKUP.stopped);
    put(work, file);
  } finally {
    ignore();
    Deno.removeSync(work, { recursive: true });
  }
  return `${BACKUP.made(file)}\n`;
}

/** The name of the archive until it is complete. */
const DRAFT = "backup";

/** Refuses a directory without data, and files that to open would wait for another program. */
function checkSource(directory: string, data: string | undefined): void {
  const source = `${directory}/${DATABASE}`;
  let isThere: boolean;
  try {
    isThere = exists(source);
  } catch (error) {
    throw new AdminError(DATA.cannotRead(source, explainFault(error).words));
  }
  if (!isThere) {
    const why = DATA.none(directory);
    throw new AdminError(data === undefined ? ADMIN.elsewhere(why) : why);
  }
  const special = DATA_FILES.map((name) => `${directory}/${name}`).find(isSpecial);
  if (special !== undefined) throw new AdminError(DATA.cannotRead(special, DATA.notFile));
}

/** Makes a private directory beside the backup, so that the whole file can be moved there. */
function workspace(file: string): string {
  try {
    if (!exists(file) || Deno.statSync(file).isFile) {
      return Deno.makeTempDirSync({ dir: dirname(file), prefix: ".chat-backup-" });
    }
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound;
    const why = isAbsent ? BACKUP.noDirectory : explainFault(error).words;
    throw new AdminError(BACKUP.cannotWrite(file, why));
  }
  throw new AdminError(BACKUP.notOrdinary(file));
}

/** Copies what belongs into a backup. */
async function gather(directory: string, work: string, file: string): Promise<void> {
  const source = `${directory}/${DATABASE}`;
  const served = isServed(directory);
  try {
    await copyDatabase(source, `${work}/${DATABASE}`);
    writeNames(`${work}/${NAMES}`, namesOf(`${work}/${DATABASE}`, `${directory}/${NAMES}`, served));
  } catch (error) {
    throw new AdminError(
      error instanceof NewerError ? error.message : explainCopy(error, source, file),
    );
  }
  for (const name of DATA_FILES) {
    const [from, to] = [`${directory}/${name}`, `${work}/${name}`];
    if (exists(to) || !exists(from)) continue;
    try {
      if (Deno.statSync(from).size > SMALL) throw new AdminError(BACKUP.tooLarge(name));
      Deno.mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      Deno.copyFileSync(from, to);
    } catch (error) {
      if (error instanceof AdminError) throw error;
      throw new AdminError(explainCopy(error, from, file));
    }
  }
}

/** Why a file could not be copied into the backup, in a sentence. */
function explainCopy(error: unknown, source: string, file: string): string {
  const { kind, words } = explainFault(error);
  if (kind === "damaged") return BACKUP.damagedData(source);
  return kind === "full" ? BACKUP.cannotWrite(file, words) : DATA.cannotRead(source, words);
}

/** Writes the archive as a draft. */
function write(work: string, file: string, now: number): void {
  const parts = DATA_FILES.map((name) => ({ name, path: `${work}/${name}` }))
    .filter(({ path }) => exists(path));
  try {
    using out = Deno.openSync(`${work}/${DRAFT}`, { write: true, createNew: true, mode: 0o600 });
    writeArchive(out, parts, Math.floor(now / 1000));
    out.syncSync();
  } catch (error) {
    if (error instanceof AdminError) throw error;
    throw new AdminError(BACKUP.cannotWrite(file, explainFault(error).words));
  }
}

/** Moves the draft to its place. */
function put(work: string, file: string): void {
  try {
    Deno.renameSync(`${work}/${DRAFT}`, file);
  } catch (error) {
    throw new AdminError(BACKUP.cannotWrite(file, explainFault(error).words));
  }
}
