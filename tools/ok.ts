/**
 * `deno task ok`: everything that a commit must pass. All steps run, even if some fail; arguments
 * go to `deno test`. Exit status 1 if any failed.
 * @module
 */

const root = new URL("..", import.meta.url);

const steps: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", "--quiet", "."],
  ["test", "-A", ...Deno.args],
];

const failed: string[] = [];
for (const [name = "", ...args] of steps) {
  // Under npx there is no deno on the PATH.
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [name, ...args],
    cwd: root,
  }).spawn().status;
  console.error(`deno ${name}: ${success ? "ok" : "FAILED"}`);
  if (!success) failed.push(name);
}
if (failed.length > 0) {
  console.error(`Not ok: ${failed.join(", ")}.`);
  Deno.exitCode = 1;
}
