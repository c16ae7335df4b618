import { completions, type Shell } from "../../lib/cli/args/completions.ts";
import { type Edition, manPages } from "../docs/man.ts";
import { command } from "./command.ts";
import { archiveFile, archiveStem, isWindows, type System } from "./systems.ts";

const ROOT = new URL("../../", import.meta.url);

/** Where the shells look for completions, below `share`. */
const COMPLETIONS: Readonly<Record<Shell, string>> = {
  bash: "bash-completion/completions/chat",
  zsh: "zsh/site-functions/_chat",
  fish: "fish/vendor_completions.d/chat.fish",
};

/**
 * Packs an executable with its licences, manual pages and completions. The same input gives the same
 * archive. Returns its path.
 *
 * @param file the executable.
 * @param directory where to put the archive.
 */
export async function archive(
  system: System,
  file: string,
  directory: string,
  edition: Edition,
): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  const work = await Deno.makeTempDir();
  try {
    const stem = archiveStem(edition.version, system);
    const place = `${work}/${stem}`;
    for (const [path, content] of contents(edition)) await write(`${place}/${path}`, content);
    const program = `${place}/chat${isWindows(system) ? ".exe" : ""}`;
    await Deno.copyFile(file, program);
    await Deno.chmod(program, 0o755);
    const path = `${await Deno.realPath(directory)}/${archiveFile(edition.version, system)}`;
    await Deno.remove(path).catch(() => {});
    const day = edition.date || "1980-01-01";
    if (isWindows(system)) {
      await command(work, "find", ".", "-exec", "touch", "-d", `${day} UTC`, "{}", "+");
      await command(work, "zip", "-q", "-X", "-r", path, stem);
    } else {
      const same = [
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        `--mtime=${day} UTC`,
      ];
      await command(work, "tar", ...same, "--mode=u=rwX,go=rX", "-czf", path, stem);
    }
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The files beside the executable, by path. */
function contents(edition: Edition): Map<string, string> {
  const files = new Map([
    ["LICENSE", Deno.readTextFileSync(new URL("LICENSE", ROOT))],
    ["LICENSE-UNICODE", Deno.readTextFileSync(new URL("lib/irc/LICENSE-UNICODE", ROOT))],
    ["share/chat/chat.service", Deno.readTextFileSync(new URL("tools/install/chat.service", ROOT))],
  ]);
  for (const [name, page] of manPages(edition)) files.set(`share/man/man1/${name}`, page);
  for (const [shell, path] of Object.entries(COMPLETIONS)) {
    files.set(`share/${path}`, completions(shell as Shell));
  }
  return files;
}

async function write(path: string, content: string): Promise<void> {
  await Deno.mkdir(path.replace(/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(path, content);
}
