/** `tools/install/install.sh` in real shells, against a page of releases on this machine. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { noMounts } from "../e2e/mounts.ts";
import { installed } from "../e2e/other_servers.ts";
import { LACKING, needing } from "../permitted.ts";
import { writeInstallers } from "../../tools/release/installers.ts";
import { releasePage } from "../../tools/release/page.ts";
import { writeSums } from "../../tools/release/sums.ts";

const permitted = needing();

const SHELLS = ["dash", "bash", "zsh"] as const;

const VERSION = "1.2.3";

const SYSTEM = "linux-x86_64";

/** A program of 100 kB that only tells its version. */
const PROGRAM = `#!/bin/sh\necho "chat ${VERSION} (a stand-in)"\nexit 0\n${"#".repeat(100_000)}`;

/** A release, and a home for the person who installs it. */
class Scene implements AsyncDisposable {
  readonly path: string;
  readonly #page: { readonly address: string } & AsyncDisposable;

  private constructor(path: string) {
    this.path = path;
    this.#page = releasePage(`${path}/release`, VERSION);
  }

  static async open(): Promise<Scene> {
    const path = await Deno.makeTempDir({ prefix: "chat" });
    const stem = `chat-${VERSION}-${SYSTEM}`;
    for (const directory of ["home", "release", "stubs", `${stem}/share/man/man1`]) {
      await Deno.mkdir(`${path}/${directory}`, { recursive: true });
    }
    await Deno.writeTextFile(`${path}/${stem}/chat`, PROGRAM, { mode: 0o755 });
    await Deno.writeTextFile(`${path}/${stem}/share/man/man1/chat.1`, ".TH CHAT 1\n");
    const args = ["-czf", `release/${stem}.tar.gz`, stem];
    assert((await new Deno.Command("tar", { args, cwd: path }).output()).success);
    const scene = new Scene(path);
    await writeInstallers(`${path}/release`, scene.#page.address);
    await writeSums(`${path}/release`);
    await scene.stub("uname", "case $1 in -s) echo Linux ;; *) echo x86_64 ;; esac");
    return scene;
  }

  /** Puts a program before those of the system. */
  async stub(name: string, script: string): Promise<void> {
    const file = `${this.path}/stubs/${name}`;
    await Deno.writeTextFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /**
   * Runs the script.
   *
   * @param shell the shell, or a command line that ends with it.
   * @param path what follows the stubs in PATH.
   */
  async install(
    shell: readonly string[],
    args: readonly string[] = [],
    path = Deno.env.get("PATH"),
  ): Promise<{ code: number; said: string; errors: string }> {
    const [name = "", ...rest] = shell;
    const { code, stdout, stderr } = await new Deno.Command(name, {
      args: [...rest, `${this.path}/release/install.sh`, ...args],
      cwd: this.path,
      env: {
        HOME: `${this.path}/home`,
        PATH: `${this.path}/stubs:${path}`,
        TMPDIR: this.path,
        LC_ALL: "C",
      },
      clearEnv: true,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, said: text(stdout), errors: text(stderr) };
  }

  /** Checks that a run failed with one sentence at its end, and left nothing behind. */
  failed(run: { code: number; said: string; errors: string }, sentence: RegExp): void {
    assertEquals([run.code, run.said], [1, ""], run.errors);
    assertMatch(run.errors.trimEnd().split("\n").at(-1)!, sentence);
    this.clean();
  }

  /** Checks that no temporary file is left. */
  clean(): void {
    const left = Array.from(Deno.readDirSync(this.path), ({ name }) => name)
      .filter((name) => name.startsWith("tmp."));
    assertEquals(left, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page[Symbol.asyncDispose]();
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Why nothing can be installed here; empty if it can. */
const MISSING = LACKING.length > 0
  ? "it needs all permissions"
  : await installed("curl") === undefined
  ? "curl is not installed"
  : "";

for (const shell of SHELLS) {
  const missing = await installed(shell) === undefined ? `${shell} is not installed` : MISSING;
  const inShell = (name: string, use: (scene: Scene) => Promise<void>, lacking = missing) =>
    Deno.test(permitted(`install.sh: ${name} (${shell})`, async () => {
      await using scene = await Scene.open();
      await use(scene);
    }, lacking));

  inShell("puts the latest version where programs are, and says what PATH lacks", async (scene) => {
    const { code, said, errors } = await scene.install([shell]);
    assertEquals([code, errors], [0, ""]);
    const to = `${scene.path}/home/.local/bin`;
    assertEquals(said.split("\n").slice(0, 2), [
      `chat ${VERSION} is in ${to}.`,
      `Add that to your PATH, in ~/.profile: export PATH="${to}:$PATH"`,
    ]);
    assertEquals(await Deno.readTextFile(`${to}/chat`), PROGRAM);
    assertEquals((await Deno.stat(`${to}/chat`)).mode! & 0o777, 0o755);
    assert((await Deno.stat(`${scene.path}/home/.local/share/man/man1/chat.1`)).isFile);
    assertEquals(Array.from(Deno.readDirSync(to), ({ name }) => name), ["chat"]);
    scene.clean();
  });

  inShell("replaces an older version in the directory that --to names", async (scene) => {
    await Deno.mkdir(`${scene.path}/my tools`);
    await Deno.writeTextFile(`${scene.path}/my tools/chat`, "older");
    const path = `${scene.path}/my tools:${Deno.env.get("PATH")}`;
    const { code, said, errors } = await scene.install(
      [shell],
      ["--to", "my tools", "--version", `v${VERSION}`],
      path,
    );
    assertEquals([code, errors], [0, ""]);
    assertMatch(said, /^chat 1\.2\.3 is in .*\/my tools\.\nTo open a chat room: chat serve\./);
    assertEquals(await Deno.readTextFile(`${scene.path}/my tools/chat`), PROGRAM);
  });

  inShell("names another program that the shell finds first", async (scene) => {
    await scene.stub("chat", "exit 1");
    const { said } = await scene.install([shell]);
    assert(said.includes(`finds another program of that name first: ${scene.path}/stubs/chat`));
  });

  inShell("says in a sentence what is wrong", async (scene) => {
    const fails = async (args: readonly string[], sentence: RegExp) =>
      scene.failed(await scene.install([shell], args), sentence);
    await fails(["--version"], /^install: --version needs a value\. Usage: sh install\.sh /);
    await fails(["--nonsense"], /^install: There is no option --nonsense\. Usage: /);
    await fails(["--version", "9.9.9"], /^install: Cannot download http.*v9\.9\.9\/SHA256SUMS\./);
    await fails(["--to", "release/install.sh"], /^install: Cannot make the directory .*--to /);
    await scene.stub("uname", "case $1 in -s) echo Haiku ;; *) echo x86_64 ;; esac");
    await fails([], /^install: There is no chat for Haiku\. /);
    await scene.stub("uname", "case $1 in -s) echo Linux ;; *) echo riscv64 ;; esac");
    await fails([], /^install: There is no chat for Linux on riscv64\. /);
    await scene.stub("uname", "case $1 in -s) echo Darwin ;; *) echo arm64 ;; esac");
    await fails([], /^install: This release has no chat for macos-aarch64\.$/);
    await scene.stub("uname", "echo MINGW64_NT-10.0");
    await fails([], /^install: On Windows, use install\.ps1 in PowerShell\.$/);
    await scene.stub("uname", "case $1 in -s) echo Linux ;; *) echo x86_64 ;; esac");
    await scene.stub("ldd", "echo musl libc >&2; exit 1");
    await fails([], /^install: chat needs glibc, and this system has musl\. /);
  });

  inShell("installs nothing that was changed on the way", async (scene) => {
    const file = `${scene.path}/release/chat-${VERSION}-${SYSTEM}.tar.gz`;
    const bytes = await Deno.readFile(file);
    bytes[100]! ^= 1;
    await Deno.writeFile(file, bytes);
    scene.failed(await scene.install([shell]), /^install: The checksum of .* is wrong: .* Nothing/);
    assertEquals(Array.from(Deno.readDirSync(`${scene.path}/home`)), []);
  });

  inShell("takes wget if there is no curl, and says what is missing otherwise", async (scene) => {
    const own = `${scene.path}/own`;
    await Deno.mkdir(own);
    const link = async (...names: string[]) => {
      for (const name of names) await Deno.symlink((await installed(name))!, `${own}/${name}`);
    };
    await link("sh", "rm", "grep", "cut", "mktemp", "mkdir", "cp", "mv", "chmod", shell);
    const run = () => scene.install([`${own}/${shell}`], [], own);
    scene.failed(await run(), /^install: curl or wget is needed to download chat\. /);
    await link("wget");
    scene.failed(await run(), /^install: sha256sum, shasum or openssl is needed to check /);
    await link("openssl");
    scene.failed(await run(), /^install: tar and gzip are needed to unpack chat\. /);
    await link("tar", "gzip");
    const { code, said, errors } = await run();
    assertEquals([code, errors], [0, ""]);
    assertMatch(said, /^chat 1\.2\.3 is in /);
  }, missing || (await installed("wget") === undefined ? "wget is not installed" : ""));

  inShell("says if there is no room, or no permission to write", async (scene) => {
    await Deno.mkdir(`${scene.path}/to`);
    const inside = (
      mount: string,
    ) => ["unshare", "-rm", "sh", "-c", `${mount}; exec ${shell} "$@"`, "sh"];
    const small = inside("mount -t tmpfs -o size=64k none to");
    scene.failed(
      await scene.install(small, ["--to", "to"]),
      /^install: Cannot write to .*\/to\. Is there room for the program\?$/,
    );
    const closed = inside("mount -t tmpfs -o ro none to");
    scene.failed(
      await scene.install(closed, ["--to", "to"]),
      /^install: You have no permission to write to .*\/to\. Name another directory with --to /,
    );
  }, missing || await noMounts());
}

Deno.test(permitted("install.sh: a copy that was not released says so", async () => {
  const script = new URL("../../tools/install/install.sh", import.meta.url);
  const { code, stderr } = await new Deno.Command("sh", { args: [script.pathname] }).output();
  assertEquals(code, 1);
  assertMatch(
    new TextDecoder().decode(stderr),
    /^install: This copy does not know where chat is released\. Use the install\.sh of a release\.\n$/,
  );
}, MISSING));

Deno.test(permitted("install.sh: cut off anywhere, it does nothing", async () => {
  await using scene = await Scene.open();
  const file = `${scene.path}/release/install.sh`;
  const script = await Deno.readTextFile(file);
  const last = script.indexOf('\nread_options "$@"');
  for (let length = 0; length < last; length += 97) {
    await Deno.writeTextFile(file, script.slice(0, length));
    await scene.install(["sh"]);
    assertEquals(Array.from(Deno.readDirSync(`${scene.path}/home`)), []);
  }
}, MISSING));

Deno.test(permitted("install.sh: shellcheck finds nothing", async () => {
  const script = new URL("../../tools/install/install.sh", import.meta.url);
  const { stdout } = await new Deno.Command("shellcheck", { args: [script.pathname] }).output();
  assertEquals(new TextDecoder().decode(stdout), "");
}, await installed("shellcheck") === undefined ? "shellcheck is not installed" : ""));

Deno.test(permitted("install.ps1: has the same steps, and no address of its own", async () => {
  const script = await Deno.readTextFile(
    new URL("../../tools/install/install.ps1", import.meta.url),
  );
  for (const step of ["CHAT_RELEASES", "SHA256SUMS", "Get-FileHash", "windows-x86_64"]) {
    assert(script.includes(step), step);
  }
  assertEquals(script.match(/https?:/), null);
  // Each bracket that is opened is closed: PowerShell itself only checks that when it runs.
  for (const [open, close] of ["()", "{}", "[]"]) {
    assertEquals(script.split(open!).length, script.split(close!).length, `${open}${close}`);
  }
}));
