/**
 * Writes what was said to a file, for `/save`.
 * @module
 */
import { reasonOf } from "./own_files.ts";
import { FILES } from "../../wording/client.ts";

/**
 * Writes a new file that only its owner can read. An existing file is left alone.
 *
 * @param typed the path as a person types it: `~` stands for the home directory.
 * @param home the home directory, if any.
 * @returns the path, or why there is no file, a sentence.
 */
export async function saveTranscript(
  typed: string,
  text: string,
  home: string | undefined,
): Promise<{ readonly path: string } | { readonly fault: string }> {
  const path = home === undefined ? typed : typed.replace(/^~(?=$|[/\\])/, () => home);
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
    return { path };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      return { fault: FILES.exists(path) };
    }
    return { fault: FILES.cannotWrite(path, reasonOf(error)) };
  }
}
