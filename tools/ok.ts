/**
 * `deno task ok`: everything that a commit must pass. All steps are run, whatever fails, so that
 * one run shows all that is wrong; arguments go to `deno test`. Exit status 1 if any failed.
 *
 * @module
 */

const root = new URL("..", import.meta.url);

/** The modules whose documentation is checked: all of the library. */
async function libraryModules(directory: URL, prefix: string): Promise<string[]> {
  const modules: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory) {
      modules.push(...await libraryModules(new URL(`${name}/`, directory), `${prefix}${name}/`));
    } else if (name.endsWith(".ts")) modules.push(prefix + name);
  }
  return modules.sort();
}

const steps: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", "--quiet", "."],
  ["doc", "--lint", ...await libraryModules(new URL("lib/", root), "lib/")],
  ["test", "-A", ...Deno.args],
];

const failed: string[] = [];
for (const [name = "", ...args] of steps) {
  // Deno.execPath(), as under npx there is no deno on the PATH.
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [name, ...args],
    cwd: root,
    stdout: name === "doc" ? "null" : "inherit",
  }).spawn().status;
  console.error(`deno ${name}: ${success ? "ok" : "FAILED"}`);
  if (!success) failed.push(name);
}
if (failed.length > 0) {
  console.error(`Not ok: ${failed.join(", ")}.`);
  Deno.exitCode = 1;
}
