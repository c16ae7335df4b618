const PLACE = new URL("../install/", import.meta.url);

/** The scripts that install a release, by the name of their file. */
export const INSTALLERS = ["install.sh", "install.ps1"] as const;

/** Writes the installers into a directory, with the address of the releases in them. */
export async function writeInstallers(directory: string, releases: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const name of INSTALLERS) {
    const text = await Deno.readTextFile(new URL(name, PLACE));
    // Only where the address is set, not where its absence is checked.
    await Deno.writeTextFile(`${directory}/${name}`, text.replace("@RELEASES@", () => releases));
  }
}
