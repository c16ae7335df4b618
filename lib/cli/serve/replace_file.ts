/**
 * Replaces a small file atomically.
 * @module
 */

/**
 * Writes a text to `path.new`, readable only by its owner, syncs it, and renames it to `path`.
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
    using file = Deno.openSync(draft, { write: true });
    file.syncSync();
  }
  Deno.renameSync(draft, path);
}
