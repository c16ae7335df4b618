/**
 * Makes the server's files private.
 * @module
 */
import { isSpecial } from "../../store/sqlite/files.ts";
import { PRIVATE } from "../../wording/command_line.ts";
import { guardDirectory, type Guarded, guardFile } from "../os/private_files.ts";

/** Whether a file in the data directory is one of ours. */
function isOurs(name: string): boolean {
  return /^(?:chat\.(?:db|lock|names|running)(?:[.-].*)?|cloak\.key(?:\.new)?|tls)$/.test(name);
}

/** Makes the directory and its files private. Returns notices, or why they can't be used. */
export function guardData(
  directory: string,
): { readonly notices: readonly string[] } | { readonly fault: string } {
  const guards: (() => Guarded)[] = [
    () => guardDirectory(directory, isOurs, "--data"),
    ...filesIn(directory).filter(isOurs).map((name) => () => guardFile(`${directory}/${name}`)),
  ];
  const inside = filesIn(`${directory}/tls`).map((name) => `tls/${name}`);
  for (const name of [...filesIn(directory).filter(isOurs), ...inside]) {
    const path = `${directory}/${name}`;
    if (isSpecial(path)) return { fault: PRIVATE.special(path) };
  }
  const notices: string[] = [];
  for (const guard of guards) {
    const guarded = guard();
    if ("fault" in guarded) return guarded;
    if (guarded.notice !== undefined) notices.push(guarded.notice);
  }
  return { notices };
}

/** The names in a directory; empty if it can't be read. */
export function filesIn(directory: string): string[] {
  try {
    return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
  } catch {
    return [];
  }
}
