/**
 * What `chat backup` and `chat restore` say.
 * @module
 */

/** Results and faults of both. */
export const BACKUP = {
  made: (path: string): string =>
    `The backup is in ${path}. It contains keys, and everything that was said: keep it from others.`,
  restored: (directory: string, option: string): string =>
    `The data is in ${directory}. Start the server: chat serve${option}`,
  stopped: "The backup was stopped. Nothing was written.",
  tooLarge: (name: string): string => `${name} is too large for a backup: 8 GiB are the most.`,
  notOrdinary: (path: string): string => `${path} is not an ordinary file. Name another one.`,
  cannotWrite: (path: string, why: string): string => `Cannot write the backup ${path}: ${why}.`,
  cannotRead: (path: string, why: string): string => `Cannot read the backup ${path}: ${why}.`,
  cannotRestore: (directory: string, why: string): string =>
    `Cannot restore to ${directory}: ${why}. Nothing was changed.`,
  damagedData: (path: string): string =>
    `${path} is damaged, so there is no backup of it. Start the server anew: it repairs the file, ` +
    "and says what was lost.",
  noFile: "there is no such file",
  noDirectory: "there is no such directory",
  notBackup: (path: string): string => `${path} is not a backup that chat made.`,
  damaged: (path: string): string => `${path} is damaged. Nothing was restored.`,
  cutOff: (path: string): string => `${path} is incomplete: its end is missing.`,
  newer: (path: string): string =>
    `${path} was made by a later version of chat. Use that version to restore it.`,
  notEmpty: (directory: string, name: string): string =>
    `There is data of a server in ${directory} already (${name}). Name another directory with ` +
    "--data DIR, or move that one away.",
  inUse: (directory: string): string =>
    `A server is using ${directory}. Name another directory with --data DIR.`,
} as const;
