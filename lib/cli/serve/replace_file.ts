/**
 * Replacing a small file of the server in one go.
 * @module
 */

/**
 * Writes a text to `path.new`, readable only by its owner, and renames that to `path` once it is on
 * the disk.
 *
 * @throws {Error} if it can't be written; then the old file is still there.
 */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  try {
    // A draft that a crash left may have other permissions.
    Deno.removeSync(draft);
  } catch {
    // Usually there is none.
  }
  Deno.writeTextFileSync(draft, text, { createNew: true, mode: 0o600 });
  {
    using file = Deno.openSync(draft);
    file.syncSync();
  }
  Deno.renameSync(draft, path);
}
