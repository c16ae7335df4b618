import { readStandIns } from "../../tools/setup/stand_ins.ts";
import type { Marker } from "../../tools/setup/marker.ts";
import type { Exports } from "./fake_jsr.ts";

const root = new URL("../../", import.meta.url);

/** The exports of the stand-ins: what the program may import. */
export async function standInExports(): Promise<Exports> {
  const [standIns] = await readStandIns(new URL("tools/offline_std/", root));
  return new Map(standIns.map(({ name, exports }) => [name, exports]));
}

/** A fresh copy of what the set-up needs of this project, in a directory of its own. */
export class Tree implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** Makes a copy. The caller disposes of it. */
  static async create(): Promise<Tree> {
    const path = await Deno.makeTempDir({ prefix: "chat setup " });
    await copy(new URL("deno.json", root), `${path}/deno.json`);
    await copy(new URL("tools", root), `${path}/tools`);
    return new Tree(path);
  }

  /** The versions that its `deno.json` pins. */
  async pins(): Promise<Record<string, string>> {
    const { imports } = JSON.parse(await Deno.readTextFile(`${this.path}/deno.json`));
    const entries = Object.entries<string>(imports);
    return Object.fromEntries(entries.map(([name, at]) => [name, at.split("@").at(-1) ?? ""]));
  }

  /** Pins another version of a package. */
  async pin(name: string, version: string): Promise<void> {
    const config = JSON.parse(await Deno.readTextFile(`${this.path}/deno.json`));
    config.imports[name] = `jsr:${name}@${version}`;
    await Deno.writeTextFile(`${this.path}/deno.json`, JSON.stringify(config));
  }

  /** Runs the set-up. Returns its exit status and what it said. */
  async setup(registry: string, ...args: string[]): Promise<{ code: number; said: string }> {
    const { code, stderr } = await this.#deno(registry, "run", "-A", "tools/setup.ts", ...args);
    return { code, said: stderr };
  }

  /**
   * Runs a module that imports everything, without the network.
   *
   * @returns What the modules say of where they come from, without doubles; `undefined` for one
   * that does not say it, which is a stand-in.
   */
  async origins(registry: string): Promise<unknown> {
    const specifiers = [...await standInExports()].flatMap(([name, exports]) =>
      Object.keys(exports).map((path) => name + path.slice(1))
    );
    const source = specifiers.map((path, i) => `import * as _${i} from ${JSON.stringify(path)};\n`);
    const all = specifiers.map((_, i) => `_${i}`).join(", ");
    source.push(
      `const all: { origin?: string }[] = [${all}] as never[];\n`,
      "console.log(JSON.stringify([...new Set(all.map((one) => one.origin ?? null))]));\n",
    );
    await Deno.writeTextFile(`${this.path}/all.ts`, source.join(""));
    const run = await this.#deno(registry, "run", "--cached-only", "all.ts");
    return run.code === 0 ? JSON.parse(run.stdout) : run.stderr;
  }

  /** What the marker in `vendor/` says. */
  async marker(): Promise<Marker> {
    return JSON.parse(await Deno.readTextFile(`${this.path}/vendor/.setup.json`));
  }

  /** Makes the marker say that JSR was asked at another time. */
  async askedAt(tried: string): Promise<void> {
    const marker = JSON.stringify({ ...await this.marker(), tried });
    await Deno.writeTextFile(`${this.path}/vendor/.setup.json`, marker);
  }

  /** Runs Deno in the tree, with a cache of its own. */
  async #deno(
    registry: string,
    ...args: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: this.path,
      env: { JSR_URL: registry, NO_COLOR: "1", DENO_DIR: `${this.path}/.deno` },
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: decode(stdout), stderr: decode(stderr) };
  }

  /** Removes the copy. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Copies a file, or a directory with all that is in it. */
async function copy(from: URL, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copy(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}
