/**
 * Gets from the npm registry what `deno compile` needs if its own download site can't be reached:
 *
 *     eval "$(deno run -A tools/runtime.ts DIRECTORY)"
 *     deno task compile
 *
 * Prints two settings for a shell: `DENO_COMPILE`, a Deno, and `DENORT_BIN`, the runtime of the same
 * version, which Deno puts in front of a program to make it an executable. npm has that Deno, but
 * not the runtime by itself; it has a program that was compiled with it. For Linux on x86-64.
 * @module
 */

/** The version of both. */
const VERSION = "2.4.2";

/** The Deno of that version, and the file in it. */
const DENO = { name: `@deno/linux-x64-glibc@${VERSION}`, file: "package/deno" };

/** A program that was compiled with that version, and the file in it. */
const PROGRAM = { name: "@vltpkg/cli-linux-x64@0.0.0-18", file: "package/vlt" };

/** Runs a command in a directory. Returns its output. */
async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(command, { args, cwd, stdin: "null" })
    .output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}

/** Fetches one file of a package into a directory. Returns its path. */
async function fetchFile(
  directory: string,
  { name, file }: { readonly name: string; readonly file: string },
): Promise<string> {
  const archive = (await run(directory, "npm", "pack", "--silent", name)).trim();
  await run(directory, "tar", "xzf", archive, file);
  return `${directory}/${file}`;
}

/**
 * The runtime in an executable: everything before the appended program, which is up to the end of
 * the section header table. Source: System V ABI, "ELF Header" (64 bits).
 */
function runtimeOf(executable: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const header = new DataView(executable.buffer, executable.byteOffset);
  const table = Number(header.getBigUint64(0x28, true));
  const [size, count] = [header.getUint16(0x3a, true), header.getUint16(0x3c, true)];
  return executable.subarray(0, table + size * count);
}

/** Puts both into a directory, unless they are there. */
async function get(directory: string): Promise<{ deno: string; runtime: string }> {
  const paths = { deno: `${directory}/deno`, runtime: `${directory}/denort` };
  try {
    for (const path of Object.values(paths)) await Deno.stat(path);
    return paths;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(directory, { recursive: true });
  const work = await Deno.makeTempDir({ dir: directory });
  try {
    const deno = await fetchFile(work, DENO);
    const runtime = runtimeOf(await Deno.readFile(await fetchFile(work, PROGRAM)));
    await Deno.writeFile(`${work}/denort`, runtime, { mode: 0o755 });
    // Renamed last, so that only whole files are there.
    await Deno.rename(deno, paths.deno);
    await Deno.rename(`${work}/denort`, paths.runtime);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return paths;
}

try {
  const [directory] = Deno.args;
  if (directory === undefined) throw new Error("name a directory to put it in");
  const { deno, runtime } = await get(`${directory}/${VERSION}`);
  console.log(`export DENO_COMPILE='${deno}' DENORT_BIN='${runtime}'`);
} catch (error) {
  console.error(`runtime: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}
