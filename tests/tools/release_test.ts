import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import about from "../../deno.json" with { type: "json" };
import { archive } from "../../tools/release/archive.ts";
import { command } from "../../tools/release/command.ts";
import { changesOf, releaseFault, repositoryUrl } from "../../tools/release/changes.ts";
import { archiveFile, systemNamed, SYSTEMS, thisSystem } from "../../tools/release/systems.ts";
import { installed } from "../e2e/other_servers.ts";
import { inDirectory } from "../store/stores.ts";
import { needing } from "../permitted.ts";

const permitted = needing("read");

const onLinux = needing();

const NO_ARCHIVE = Deno.build.os === "linux" ? "" : "archives are packed on Linux";

/** Why a program can't be used; empty if it can. */
async function missing(name: string): Promise<string> {
  return await installed(name) === undefined ? `${name} is not installed` : "";
}

const CHANGELOG = `# Changelog

## 1.3.0 - not released yet

### Added

- More.

## 1.2.3 - 2026-11-30

### Fixed

- It works.

## 1.2.2 - 2026-10-01
`;

const REPOSITORY = "example/chat";

Deno.test("Release: the notes of a version are its part of the changelog", () => {
  const { date, notes } = changesOf(CHANGELOG, "1.2.3");
  assertEquals([date, notes], ["2026-11-30", "### Fixed\n\n- It works."]);
  assertEquals(changesOf(CHANGELOG, "1.3.0").date, "");
  assertThrows(() => changesOf(CHANGELOG, "1.2"), Error, "CHANGELOG.md has no part about 1.2");
});

Deno.test("Release: a tag must be the version, with a date, notes and a repository", () => {
  const cases: [tag: string, version: string, repository: string, fault: string | undefined][] = [
    ["v1.2.3", "1.2.3", REPOSITORY, undefined],
    ["1.2.3", "1.2.3", REPOSITORY, "the tag is 1.2.3, but deno.json has version 1.2.3"],
    ["v1.2.4", "1.2.3", REPOSITORY, "the tag is v1.2.4, but deno.json has version 1.2.3"],
    ["", "1.2.3", REPOSITORY, "the tag is not given, but deno.json has version 1.2.3"],
    ["v1.3.0", "1.3.0", REPOSITORY, "CHANGELOG.md has no date for 1.3.0"],
    ["v1.2.2", "1.2.2", REPOSITORY, "CHANGELOG.md says nothing about 1.2.2"],
    ["v9.0.0", "9.0.0", REPOSITORY, "CHANGELOG.md has no part about 9.0.0"],
    [
      ...["v1.2.3", "1.2.3", ""] as const,
      'deno.json does not tell the repository: set "repository" to "OWNER/NAME"',
    ],
  ];
  for (const [tag, version, repository, fault] of cases) {
    assertEquals(releaseFault(tag, { version, repository }, CHANGELOG), fault);
  }
});

Deno.test("Release: the address of the repository comes from deno.json, or there is none", () => {
  assertEquals(
    repositoryUrl({ version: "1", repository: REPOSITORY }),
    "https://github.com/example/chat",
  );
  for (const repository of ["", "chat", "https://example.org/a/b", "a/b/c", "a b/c"]) {
    assertThrows(() => repositoryUrl({ version: "1", repository }), Error, '"OWNER/NAME"');
  }
});

Deno.test(
  permitted("Release: the changelog has a part about the version of deno.json", async () => {
    const changelog = await Deno.readTextFile(new URL("../../CHANGELOG.md", import.meta.url));
    assert(changesOf(changelog, about.version).notes.length > 0);
  }),
);

Deno.test(
  permitted("Release: the workflow knows the same systems, and the steps that exist", async () => {
    const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    const workflow = await read(".github/workflows/release.yml");
    const tried = [...workflow.matchAll(/^ +- \{ runner: \S+, system: (\S+) \}$/gm)];
    assertEquals(tried.map(([, name]) => name), SYSTEMS.map(({ name }) => name));
    const tool = await read("tools/release.ts");
    const steps = [...workflow.matchAll(/tools\/release\.ts (\w+)/g)].map(([, step]) => step!);
    assert(steps.length >= 6);
    for (const step of steps) assert(new RegExp(`^  (?:async )?${step}[(:]`, "m").test(tool), step);
  }),
);

Deno.test("Release: archives are named for their system", () => {
  assertEquals(SYSTEMS.map((system) => archiveFile("1.2.3", system)), [
    ...["chat-1.2.3-linux-x86_64.tar.gz", "chat-1.2.3-linux-aarch64.tar.gz"],
    ...["chat-1.2.3-macos-x86_64.tar.gz", "chat-1.2.3-macos-aarch64.tar.gz"],
    "chat-1.2.3-windows-x86_64.zip",
  ]);
  assert(SYSTEMS.includes(thisSystem()));
});

const EDITION = { version: "1.2.3", date: "2026-11-30" };

/** Packs a stand-in for the executable. */
async function packed(path: string, name: string, folder = name): Promise<string> {
  await Deno.writeTextFile(`${path}/program`, "a stand-in");
  return await archive(systemNamed(name), `${path}/program`, `${path}/${folder}`, EDITION);
}

Deno.test(onLinux(
  "Release: the archive has licences, manual pages and completions, and is the same every time",
  () =>
    inDirectory(async (path) => {
      const one = await packed(path, "linux-x86_64");
      const two = await packed(path, "linux-x86_64", "again");
      await command(path, "cmp", one, two);
      const stem = "chat-1.2.3-linux-x86_64";
      const names = (await command(path, "tar", "-tzf", one)).split("\n");
      assert(names.every((name) => name.startsWith(`${stem}/`)));
      for (
        const name of [
          ...["chat", "LICENSE", "LICENSE-UNICODE"],
          ...["share/man/man1/chat.1", "share/man/man1/chat-serve.1"],
          ...["share/bash-completion/completions/chat", "share/zsh/site-functions/_chat"],
          "share/fish/vendor_completions.d/chat.fish",
        ]
      ) assert(names.includes(`${stem}/${name}`), name);
      const [program = ""] = (await command(path, "tar", "-tvzf", one)).split("\n")
        .filter((line) => line.endsWith("/chat"));
      assertMatch(program, /^-rwxr-xr-x 0\/0 /);
    }),
  NO_ARCHIVE,
));

Deno.test(
  onLinux(
    "Release: the archive for Windows is a zip with chat.exe",
    () =>
      inDirectory(async (path) => {
        const list = await command(path, "unzip", "-l", await packed(path, "windows-x86_64"));
        assertMatch(list, / chat-1\.2\.3-windows-x86_64\/chat\.exe$/m);
      }),
    NO_ARCHIVE || await missing("zip") || await missing("unzip"),
  ),
);
