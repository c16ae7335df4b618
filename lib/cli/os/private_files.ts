/**
 * Keeps private files private: closes files that are open to others, and refuses files that belong
 * to others. Windows has no such modes; there, a person's directories are closed to others anyway.
 *
 * Deno can't check and change an open file, so whoever can write to its directory could exchange it
 * in between. Therefore directories are guarded first.
 * @module
 */
import { PRIVATE } from "../../wording/command_line.ts";

/** The result of a guard. */
export type Guarded =
  /** The path can be used. The notice tells in a sentence what was changed. */
  | { readonly notice: string | undefined }
  /** The path can't be used: why, and what to do. */
  | { readonly fault: string };

const FINE: Guarded = { notice: undefined };

/** The permissions of others. */
const OTHERS = 0o077;

/** The permissions to change a file, or the entries of a directory. */
const CHANGES = 0o022;

/** The sticky bit: in a shared directory, people can't delete each other's files. */
const STICKY = 0o1000;

const ROOT = 0;

/** The user that this program runs as; null if the system doesn't tell. */
function ownUser(): number | null {
  try {
    return Deno.uid();
  } catch {
    return null;
  }
}

/** What is at a path, if it is of the expected kind. */
type Found =
  | { readonly kind: "none" }
  | { readonly kind: "link"; readonly to: string }
  | { readonly kind: "some"; readonly uid: number | null; readonly mode: number };

function look(path: string, expected: "isFile" | "isDirectory", follows = false): Found {
  if (Deno.build.os === "windows") return { kind: "none" };
  let info;
  try {
    info = Deno.lstatSync(path);
    if (info.isSymlink) {
      const target = Deno.statSync(path);
      // A link to a pipe (`<(...)`, `/dev/stdin`) is nothing that stays.
      if (!target[expected]) return { kind: "none" };
      if (!follows) return { kind: "link", to: Deno.realPathSync(path) };
      info = target;
    }
  } catch (error) {
    // A missing or unreadable file shows when it is used.
    if (error instanceof Deno.errors.NotFound && info?.isSymlink) {
      return { kind: "link", to: Deno.readLinkSync(path) };
    }
    return { kind: "none" };
  }
  return info[expected] ? { kind: "some", uid: info.uid, mode: info.mode! } : { kind: "none" };
}

/** Guards a file of this program, if it exists. `follows`: it may be a symbolic link. */
export function guardFile(path: string, follows = false): Guarded {
  const found = look(path, "isFile", follows);
  if (found.kind === "none") return FINE;
  if (found.kind === "link") {
    const command = `mv ${shell(found.to)} ${shell(path)}`;
    return { fault: PRIVATE.linkedFile(path, found.to, command) };
  }
  return ofAnother(path, found.uid) ?? close(path, found.mode, OTHERS);
}

/**
 * Guards a directory in which this program keeps its files. If it has other files too, others may
 * read it, but not change it.
 *
 * @param isOurs whether a file of this name is one of the program's.
 * @param option how the user names another directory, for messages.
 */
export function guardDirectory(
  path: string,
  isOurs: (name: string) => boolean,
  option: string,
): Guarded {
  const directory = path.replace(/(?<=.)\/+$/, "");
  const found = look(directory, "isDirectory");
  if (found.kind === "none") return FINE;
  if (found.kind === "link") {
    const itself = `${option} ${shell(found.to)}`;
    return { fault: PRIVATE.linkedDirectory(directory, found.to, itself) };
  }
  const fault = ofAnother(directory, found.uid, "chown -R");
  if (fault !== undefined) return fault;
  let names: string[] = [];
  try {
    names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
  } catch {
    // A directory that can't be listed: nothing in it is used.
  }
  if (names.every(isOurs)) return close(directory, found.mode, OTHERS);
  if ((found.mode & CHANGES) !== 0 && !names.some(isOurs)) {
    // A shared directory such as /tmp must stay open.
    const isShared = (found.mode & STICKY) !== 0;
    return {
      fault: isShared
        ? PRIVATE.shared(directory, option)
        : PRIVATE.open(directory, option, `chmod go-w ${shell(directory)}`),
    };
  }
  return close(directory, found.mode, CHANGES);
}

/**
 * Guards a file with secrets that the user named. It may be root's, so that a service can only read
 * it.
 *
 * @param what its name in messages, with its path: `the configuration file x.json`.
 */
export function guardSecret(path: string, what: string): Guarded {
  const found = look(path, "isFile");
  if (found.kind === "none") return FINE;
  if (found.kind === "link") {
    return { fault: PRIVATE.linkedSecret(what, shell(found.to)) };
  }
  const own = ownUser();
  const { uid, mode } = found;
  if (uid === own || own === null) return close(path, mode, OTHERS);
  if (uid !== ROOT) return ofAnother(path, uid) ?? FINE;
  if ((mode & CHANGES) !== 0) {
    return { fault: PRIVATE.othersCanChange(what, `sudo chmod 640 ${shell(path)}`) };
  }
  if ((mode & 0o007) === 0) return FINE;
  const command = `sudo chgrp GROUP ${shell(path)} && sudo chmod 640 ${shell(path)}`;
  return { notice: PRIVATE.everyoneCanReadSecrets(what, command) };
}

/** Guards a file without secrets that the user named from changes by others. Follows links. */
export function guardFromChanges(path: string, what: string): Guarded {
  const found = look(path, "isFile", true);
  if (found.kind !== "some" || (found.mode & CHANGES) === 0) return FINE;
  if (found.uid === ownUser()) return close(path, found.mode, CHANGES);
  return { fault: PRIVATE.othersCanChange(what, `sudo chmod go-w ${shell(path)}`) };
}

/**
 * Guards the key of a certificate that the user named. A group may read it on purpose. Follows
 * links, because certificates are renewed by them.
 */
export function guardKey(path: string, what: string): Guarded {
  const found = look(path, "isFile", true);
  const FOR_ALL = 0o007;
  if (found.kind !== "some" || (found.mode & FOR_ALL) === 0) return FINE;
  if (found.uid === ownUser()) return close(path, found.mode, FOR_ALL);
  return { notice: PRIVATE.everyoneCanRead(what, `sudo chmod o-rwx ${shell(path)}`) };
}

function ofAnother(
  path: string,
  uid: number | null,
  chown = "chown",
): { fault: string } | undefined {
  const own = ownUser();
  if (own === null || uid === null || uid === own) return undefined;
  const command = `sudo ${chown} ${own} ${shell(path)}`;
  return { fault: PRIVATE.otherOwner(path, uid, own, command) };
}

/** Takes the forbidden permissions from others. */
function close(path: string, mode: number, forbidden: number): Guarded {
  const open = mode & forbidden;
  if (open === 0) return FINE;
  const closed = mode & 0o777 & ~forbidden;
  const octal = closed.toString(8).padStart(3, "0");
  try {
    Deno.chmodSync(path, closed);
  } catch {
    return { fault: PRIVATE.cannotProtect(path, `sudo chmod ${octal} ${shell(path)}`) };
  }
  const could = (open & CHANGES) === 0 ? PRIVATE.couldRead : PRIVATE.couldChange;
  return { notice: could(path, octal) };
}

/** A path as it is typed in a shell. */
function shell(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
