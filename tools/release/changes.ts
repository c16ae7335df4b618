/** What of `deno.json` a release needs. */
export interface About {
  readonly version: string;
  /** The repository on GitHub, `OWNER/NAME`; empty if it is not known yet. */
  readonly repository: string;
}

/** The part of CHANGELOG.md about a version. */
export interface Changes {
  /** The day of the release, such as `2026-11-30`; empty if it is not released. */
  readonly date: string;
  readonly notes: string;
}

/** Finds the part about a version. Throws if there is none. */
export function changesOf(changelog: string, version: string): Changes {
  const parts = changelog.replaceAll("\r\n", "\n").split(/^## /m).slice(1);
  const part = parts.find((part) => part.startsWith(`${version} `));
  if (part === undefined) throw new Error(`CHANGELOG.md has no part about ${version}`);
  const [heading = "", ...lines] = part.split("\n");
  const date = /^\S+ - (\d{4}-\d\d-\d\d)$/.exec(heading)?.[1] ?? "";
  return { date, notes: lines.join("\n").trim() };
}

/** The address of the repository. Throws if it is not known. */
export function repositoryUrl({ repository }: About): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(repository)) return `https://github.com/${repository}`;
  throw new Error('deno.json does not tell the repository: set "repository" to "OWNER/NAME"');
}

/** Why a tag can't be released, as part of a sentence; undefined if it can. */
export function releaseFault(tag: string, about: About, changelog: string): string | undefined {
  if (tag !== `v${about.version}`) {
    return `the tag is ${tag || "not given"}, but deno.json has version ${about.version}`;
  }
  try {
    repositoryUrl(about);
    const { date, notes } = changesOf(changelog, about.version);
    if (date === "") return `CHANGELOG.md has no date for ${about.version}`;
    return notes === "" ? `CHANGELOG.md says nothing about ${about.version}` : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
