/**
 * `/save`: what was said, as a file.
 * @module
 */
import { reasonOf } from "./settings_file.ts";

/** What came of it. */
export type Saved = { readonly path: string } | { readonly fault: string };

/**
 * Writes a file that only its owner can read. One that is there already is left alone.
 *
 * @param typed the path as a person types it: `~` stands for the home directory.
 * @param home the home directory; undefined where there is none.
 * @returns where it stands now, or why there is nothing, a sentence.
 */
export async function saveTranscript(
  typed: string,
  text: string,
  home: string | undefined,
): Promise<Saved> {
  const path = home === undefined ? typed : typed.replace(/^~(?=$|[/\\])/, () => home);
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
    return { path };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      return { fault: `${path} is there already and was left as it is. Choose another name.` };
    }
    return { fault: `Cannot write ${path}: ${reasonOf(error)}.` };
  }
}
