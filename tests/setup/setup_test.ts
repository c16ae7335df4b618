import { assertEquals, assertMatch } from "@std/assert";
import about from "../../deno.json" with { type: "json" };
import { createHash } from "node:crypto";
import { needing } from "../permitted.ts";

const permitted = needing("net", "read", "run", "write");

const root = new URL("../../", import.meta.url);
const STAND_INS = /^setup: using the stand-ins for @std .*\n$/;

/** A copy of the files that the setup needs, and a fake registry. */
class Tree implements AsyncDisposable {
  /** The registry's response to a path; undefined for 404. */
  answer: (path: string) => string | undefined = () => undefined;
  /** The number of requests to the registry. */
  asked = 0;
  readonly #http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    this.asked++;
    const { pathname } = new URL(request.url);
    const text = this.answer(pathname.slice(1));
    const type = pathname.endsWith(".ts") ? "application/typescript" : "application/json";
    return new Response(text ?? "", {
      status: text === undefined ? 404 : 200,
      headers: { "content-type": type },
    });
  });

  private constructor(readonly path: string) {}

  static async create(): Promise<Tree> {
    const path = await Deno.makeTempDir({ prefix: "chat setup " });
    await Deno.copyFile(new URL("deno.json", root), `${path}/deno.json`);
    await copy(new URL("tools", root), `${path}/tools`);
    return new Tree(path);
  }

  /** Runs the setup and returns its output. */
  async setup(...args: string[]): Promise<string> {
    const { code, stderr } = await this.#deno("run", "-A", "tools/setup.ts", ...args);
    assertEquals(code, 0, stderr);
    return stderr;
  }

  /** The origin of the `@std` that a program finds without the network. */
  async origin(): Promise<string> {
    const source = `import * as cli from "@std/cli/parse-args";
      console.log("origin" in cli ? cli.origin : "parseArgs" in cli ? "stand-in" : "neither");`;
    await Deno.writeTextFile(`${this.path}/origin.ts`, source);
    const { stdout, stderr } = await this.#deno("run", "--cached-only", "origin.ts");
    return stdout.trim() || stderr;
  }

  /** Makes the last request to JSR look two days old. */
  async waitTwoDays(): Promise<void> {
    const then = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    const folder = `http_127.0.0.1_${this.#http.addr.port}`;
    await Deno.utime(`${this.path}/vendor/${folder}/.stand-ins`, then, then);
  }

  async #deno(...args: string[]) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: this.path,
      env: {
        JSR_URL: `http://127.0.0.1:${this.#http.addr.port}/`,
        NO_COLOR: "1",
        DENO_DIR: `${this.path}/.deno`,
      },
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: decode(stdout), stderr: decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.shutdown();
    await Deno.remove(this.path, { recursive: true });
  }
}

async function copy(from: URL, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copy(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}

/** Answers as JSR does, with modules that export the registry as their origin. */
function jsr(path: string): string | undefined {
  const [, name = "", rest = ""] = /^@std\/([a-z]+)\/(.+)$/.exec(path) ?? [];
  const version = new Map(Object.entries(about.imports)).get(`@std/${name}`)?.split("@").at(-1);
  const source = 'export const origin: string = "the registry";\n';
  if (version === undefined) return undefined;
  if (rest === "meta.json") {
    return JSON.stringify({ scope: "std", name, latest: version, versions: { [version]: {} } });
  }
  if (rest === `${version}/mod.ts`) return source;
  if (rest !== `${version}_meta.json`) return undefined;
  const checksum = `sha256-${createHash("sha256").update(source).digest("hex")}`;
  const paths = [".", "./parse-args", "./unicode-width", "./format", "./colors"];
  return JSON.stringify({
    manifest: { "/mod.ts": { size: source.length, checksum } },
    exports: Object.fromEntries(paths.map((path) => [path, "./mod.ts"])),
  });
}

Deno.test(
  permitted("setup: if JSR answers, the real packages are there, and nothing is said", async () => {
    await using tree = await Tree.create();
    tree.answer = jsr;
    assertEquals(await tree.setup(), "");
    assertEquals(await tree.origin(), "the registry");
    tree.asked = 0;
    assertEquals(await tree.setup(), "");
    assertEquals(tree.asked, 0, "it is not asked again");
  }),
);

Deno.test(
  permitted(
    "setup: if JSR can't be used, the stand-ins are laid down, and one line says why",
    async (t) => {
      const answers: [string, Tree["answer"]][] = [
        ["it has nothing", () => undefined],
        ["a captive portal answers for it", () => "<html>"],
      ];
      for (const [name, answer] of answers) {
        await t.step(name, async () => {
          await using tree = await Tree.create();
          tree.answer = answer;
          assertMatch(await tree.setup(), STAND_INS);
          assertEquals(await tree.origin(), "stand-in");
          tree.asked = 0;
          assertEquals(await tree.setup(), "");
          assertEquals(tree.asked, 0, "it is not asked again for a day");
        });
      }
    },
  ),
);

Deno.test(permitted("setup: the stand-ins are replaced when JSR answers again", async () => {
  await using tree = await Tree.create();
  assertEquals(await tree.setup("--quiet"), "");
  await tree.waitTwoDays();
  assertMatch(await tree.setup(), STAND_INS);
  tree.answer = jsr;
  assertEquals(await tree.setup(), "", "it was asked a moment ago");
  const replaced = "setup: the real @std replaces the stand-ins.\n";
  assertEquals(await tree.setup("--retry"), replaced);
  assertEquals(await tree.origin(), "the registry");
}));

Deno.test(permitted("setup: a stand-in that has changed is laid down anew", async () => {
  await using tree = await Tree.create();
  await tree.setup();
  const file = `${tree.path}/tools/offline_std/cli/parse_args.ts`;
  await Deno.writeTextFile(file, 'export const origin = "the new one";\n');
  assertMatch(await tree.setup(), STAND_INS);
  assertEquals(await tree.origin(), "the new one");
}));

Deno.test(permitted("setup: tasks that start at the same time all find @std in place", async () => {
  await using tree = await Tree.create();
  const said = await Promise.all(Array.from({ length: 4 }, () => tree.setup()));
  assertEquals(said.filter((text) => text !== "").length, 1, "one of them set up");
  assertEquals(await tree.origin(), "stand-in");
}));
