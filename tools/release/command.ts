/** Runs a program in a directory, and returns what it wrote. Throws if it fails. */
export async function command(cwd: string, name: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(name, { args, cwd, stdin: "null" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`${name} failed: ${text(stderr) || text(stdout)}`);
  return text(stdout);
}
