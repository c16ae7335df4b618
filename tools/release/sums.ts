/** The name of the file with the sums of all others. */
export const SUMS = "SHA256SUMS";

/** Writes the SHA-256 sums of the files in a directory, as `sha256sum` writes them. */
export async function writeSums(directory: string): Promise<void> {
  const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
  const lines = names.filter((name) => name !== SUMS).sort().map(async (name) => {
    const bytes = await Deno.readFile(`${directory}/${name}`);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return `${sum.toHex()}  ${name}\n`;
  });
  await Deno.writeTextFile(`${directory}/${SUMS}`, (await Promise.all(lines)).join(""));
}
