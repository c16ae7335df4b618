import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { packageDirectory } from "../../tools/setup/stand_ins.ts";
import { closedPort, fakeJsr, serve, writeRegistry } from "./fake_jsr.ts";
import { standInExports, Tree } from "./tree.ts";

/** What the modules of a registry that has all pinned packages say of themselves. */
function originsOf(pins: Record<string, string>): string[] {
  return Object.entries(pins).map(([name, version]) => `${name} ${version}`);
}

/** A tree, its pins, and a registry that has them. */
async function prepare(tamper = false) {
  const tree = await Tree.create();
  const pins = await tree.pins();
  return { tree, pins, registry: fakeJsr(pins, await standInExports(), tamper) };
}

const STAND_INS = /^setup: using the stand-ins for @std .* \((.+)\); `deno task setup` .*\n$/;

Deno.test("a registry that answers gives the real packages, and nothing is said", async () => {
  const { tree, pins, registry } = await prepare();
  await using _tree = tree;
  const server = serve(0, (path) => registry.get(path));
  {
    await using _server = server;
    assertEquals(await tree.setup(server.url), { code: 0, said: "" });
    const { kind, registry: asked } = await tree.marker();
    assertEquals({ kind, asked }, { kind: "jsr", asked: server.url });
  }
  assertEquals(await tree.origins(server.url), originsOf(pins), "they are all in vendor/");
  assertEquals(await tree.setup(server.url), { code: 0, said: "" }, "and nobody is asked again");
});

Deno.test("a registry on disk is used where it lies", async () => {
  const { tree, pins, registry } = await prepare();
  await using _tree = tree;
  await writeRegistry(`${tree.path}/jsr`, registry);
  const url = new URL(`file://${tree.path}/jsr`).href;
  assertEquals(await tree.setup(url), { code: 0, said: "" });
  assertEquals((await tree.marker()).kind, "jsr");
  assertEquals(await tree.origins(url), originsOf(pins));
});

Deno.test("a registry on disk that has nothing is an error, as no stand-in can go there", async () => {
  await using tree = await Tree.create();
  const { code, said } = await tree.setup(new URL(`file://${tree.path}/jsr`).href);
  assertEquals(code, 1);
  assertMatch(said, /^setup: cannot get @std from file:.*\n$/);
});

Deno.test("where a registry can't be had, the stand-ins are laid down, and one line says why", async (t) => {
  const { tree, registry } = await prepare();
  await using _tree = tree;
  const answers: [string, (path: string) => string | undefined, RegExp][] = [
    ["it has no such package", () => undefined, /answers 404/],
    ["a captive portal answers for it", () => "<html>", /not as JSR does/],
    ["it answers something else", () => "{}", /not as JSR does/],
    [
      "it has no such version",
      (path) => path.endsWith("meta.json") ? '{"versions":{}}' : undefined,
      /fetching .* failed/,
    ],
    [
      "a file is missing",
      (path) => path.endsWith(".ts") ? undefined : registry.get(path),
      /fetching .* failed/,
    ],
  ];
  for (const [name, answer, why] of answers) {
    await t.step(name, async () => {
      await using server = serve(0, answer);
      const { code, said } = await tree.setup(server.url);
      assertEquals(code, 0);
      assertMatch(STAND_INS.exec(said)?.[1] ?? said, why);
      assertEquals((await tree.marker()).kind, "stand-ins");
      assertEquals(await tree.origins(server.url), [null]);
    });
  }

  await t.step("nobody listens", async () => {
    const url = `http://127.0.0.1:${closedPort()}/`;
    const { code, said } = await tree.setup(url);
    assertEquals(code, 0);
    assertMatch(STAND_INS.exec(said)?.[1] ?? said, /can't be reached/);
    assertEquals(await tree.origins(url), [null]);
  });
});

Deno.test("files that don't match their checksums are not used", async () => {
  const { tree, registry } = await prepare(true);
  await using _tree = tree;
  await using server = serve(0, (path) => registry.get(path));
  const { said } = await tree.setup(server.url);
  assertStringIncludes(said.toLowerCase(), "integrity check failed");
  assertEquals(await tree.origins(server.url), [null]);
});

Deno.test("the stand-ins are replaced when the registry answers again", async () => {
  const { tree, pins, registry } = await prepare();
  await using _tree = tree;
  const port = closedPort();
  const url = `http://127.0.0.1:${port}/`;
  await tree.setup(url);
  assertEquals(await tree.origins(url), [null]);

  await using server = serve(port, (path) => registry.get(path));
  assertEquals(await tree.setup(url), { code: 0, said: "" });
  assertEquals(server.requests, 0, "it was asked a moment ago, and a task must not wait for it");

  await tree.askedAt("2020-01-01T00:00:00Z");
  const { said } = await tree.setup(url);
  assertEquals(said, "setup: the real @std replaces the stand-ins.\n");
  assertEquals((await tree.marker()).kind, "jsr");
  assertEquals(await tree.origins(url), originsOf(pins));
});

Deno.test("--retry asks at once, and keeps the stand-ins if there is still no answer", async () => {
  const { tree, pins, registry } = await prepare();
  await using _tree = tree;
  const port = closedPort();
  const url = `http://127.0.0.1:${port}/`;
  await tree.setup(url);
  assertMatch((await tree.setup(url, "--retry")).said, STAND_INS);
  assertEquals(await tree.origins(url), [null]);
  await using _server = serve(port, (path) => registry.get(path));
  await tree.setup(url, "--retry");
  assertEquals(await tree.origins(url), originsOf(pins));
});

Deno.test("what was set up for something else is set up anew", async (t) => {
  const { tree } = await prepare();
  await using _tree = tree;
  const url = `http://127.0.0.1:${closedPort()}/`;
  const changes: [string, () => Promise<string>][] = [
    ["another version is pinned", async () => {
      await tree.pin("@std/cli", "99.0.0");
      return url;
    }],
    ["a stand-in has changed", async () => {
      await Deno.writeTextFile(`${tree.path}/tools/offline_std/cli/more.ts`, "export {};\n");
      return url;
    }],
    ["a package is gone from vendor/", async () => {
      const directory = packageDirectory(`${tree.path}/vendor`, new URL(url));
      await Deno.remove(`${directory}/@std/fmt`, { recursive: true });
      return url;
    }],
    ["the marker is not readable", async () => {
      await Deno.writeTextFile(`${tree.path}/vendor/.setup.json`, "{");
      return url;
    }],
    ["another registry is asked", () => Promise.resolve(`http://127.0.0.1:${closedPort()}/jsr/`)],
  ];
  await tree.setup(url);
  for (const [name, change] of changes) {
    await t.step(name, async () => {
      const registry = await change();
      assertMatch((await tree.setup(registry)).said, STAND_INS);
      assertEquals(await tree.setup(registry), { code: 0, said: "" });
      assertEquals(await tree.origins(registry), [null]);
    });
  }
});

Deno.test("tasks that start at the same time on a fresh checkout all find @std in place", async () => {
  const { tree } = await prepare();
  await using _tree = tree;
  const url = `http://127.0.0.1:${closedPort()}/`;
  const runs = await Promise.all(Array.from({ length: 4 }, () => tree.setup(url)));
  assertEquals(runs.map(({ code }) => code), [0, 0, 0, 0]);
  assertEquals(runs.filter(({ said }) => said !== "").length, 1, "one of them set up");
  assertEquals(await tree.origins(url), [null]);
});

Deno.test("a package without a stand-in is an error that names it", async () => {
  await using tree = await Tree.create();
  await tree.pin("@std/nothing", "1.0.0");
  const { code, said } = await tree.setup(`http://127.0.0.1:${closedPort()}/`);
  assertNotEquals(code, 0);
  assertStringIncludes(said, "no stand-in for @std/nothing");
});

Deno.test("an import that is not pinned exactly is an error that names it", async () => {
  await using tree = await Tree.create();
  await tree.pin("@std/cli", "^1.0.0");
  const { code, said } = await tree.setup(`http://127.0.0.1:${closedPort()}/`);
  assertNotEquals(code, 0);
  assertStringIncludes(said, "deno.json imports @std/cli as jsr:@std/cli@^1.0.0");
});

Deno.test("a registry's packages are where Deno looks for them", () => {
  const cases: [string, string | undefined][] = [
    ["https://jsr.io/", "vendor/jsr.io"],
    ["https://example.org:8443/", "vendor/example.org_8443"],
    ["http://127.0.0.1:8000/", "vendor/http_127.0.0.1_8000"],
    ["https://example.org/mirror/jsr/", "vendor/example.org/mirror/jsr"],
    ["https://example.org/Mirror/", undefined],
    ["file:///srv/jsr/", undefined],
  ];
  for (const [registry, directory] of cases) {
    assertEquals(packageDirectory("vendor", new URL(registry)), directory, registry);
  }
});
