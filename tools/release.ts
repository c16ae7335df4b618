/**
 * The steps of a release, which `.github/workflows/release.yml` runs:
 *
 *     deno run -A tools/release.ts check TAG           is everything ready for this tag?
 *     deno run -A tools/release.ts archive SYSTEM FILE DIRECTORY   pack an executable
 *     deno run -A tools/release.ts installers DIRECTORY            write install.sh, install.ps1
 *     deno run -A tools/release.ts sums DIRECTORY      write SHA256SUMS
 *     deno run -A tools/release.ts smoke DIRECTORY     install and try the one for this system
 *     deno run -A tools/release.ts notes               print this version's part of CHANGELOG.md
 *     deno run -A tools/release.ts systems             print the systems, with their Rust targets
 * @module
 */
import about from "../deno.json" with { type: "json" };
import { archive } from "./release/archive.ts";
import { changesOf, releaseFault, repositoryUrl } from "./release/changes.ts";
import { writeInstallers } from "./release/installers.ts";
import { smoke } from "./release/smoke.ts";
import { writeSums } from "./release/sums.ts";
import { systemNamed, SYSTEMS } from "./release/systems.ts";

const CHANGELOG = new URL("../CHANGELOG.md", import.meta.url);

/** Each step, by its name. It gets the words that follow. */
const STEPS: Readonly<Record<string, (...words: string[]) => Promise<void> | void>> = {
  async check(tag = "") {
    const fault = releaseFault(tag, about, await Deno.readTextFile(CHANGELOG));
    if (fault !== undefined) throw new Error(fault);
  },
  async archive(name = "", file = "", directory = "") {
    const { date } = changesOf(await Deno.readTextFile(CHANGELOG), about.version);
    const edition = { version: about.version, date };
    console.error(`release: made ${await archive(systemNamed(name), file, directory, edition)}`);
  },
  async installers(directory = "") {
    await writeInstallers(directory, `${repositoryUrl(about)}/releases`);
  },
  sums: (directory = "") => writeSums(directory),
  async smoke(directory = "") {
    console.error(`release: ${await smoke(directory, about.version)}`);
  },
  async notes() {
    console.log(changesOf(await Deno.readTextFile(CHANGELOG), about.version).notes);
  },
  systems() {
    for (const { name, target } of SYSTEMS) console.log(`${name} ${target}`);
  },
};

try {
  const [step = "", ...words] = Deno.args;
  const run = STEPS[step];
  if (run === undefined) throw new Error(`name a step: ${Object.keys(STEPS).join(", ")}`);
  await run(...words);
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}
