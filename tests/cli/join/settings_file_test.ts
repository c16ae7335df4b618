import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEFAULTS } from "../../../lib/client/settings.ts";
import { ownPaths } from "../../../lib/cli/join/own_files.ts";
import { SettingsFile } from "../../../lib/cli/join/settings_file.ts";
import { saveTranscript } from "../../../lib/cli/join/transcript_file.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

const windows = Deno.build.os === "windows";

/** Runs a test in a temporary directory. */
async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(permitted("SettingsFile: it is stored in the usual place of the system", () => {
  const cases: [os: string, env: Record<string, string>, path: string | undefined][] = [
    ["linux", { HOME: "/h" }, "/h/.config/chat/config.json"],
    ["linux", { HOME: "/h", XDG_CONFIG_HOME: "/x" }, "/x/chat/config.json"],
    ["linux", { HOME: "/h", XDG_CONFIG_HOME: "x" }, "/h/.config/chat/config.json"],
    ["linux", {}, undefined],
    ["darwin", { HOME: "/h" }, "/h/Library/Application Support/chat/config.json"],
    ["darwin", { HOME: "/h", XDG_CONFIG_HOME: "/x" }, "/x/chat/config.json"],
    ["windows", { APPDATA: "C:\\a", HOME: "/h" }, "C:\\a\\chat\\config.json"],
    ["windows", { HOME: "/h" }, undefined],
  ];
  for (const [os, env, path] of cases) assertEquals(ownPaths(os, env).settings, path);
}));

Deno.test(
  permitted(
    "SettingsFile: without a file the defaults apply, and the first change makes one",
    async () => {
      await withDirectory(async (directory) => {
        const path = `${directory}/a/b/config.json`;
        const file = await SettingsFile.read(path);
        assertEquals([file.settings, file.faults], [DEFAULTS, []]);
        assertEquals(await file.save({ name: "Gökçe", server: "localhost" }), undefined);
        assertEquals(
          await Deno.readTextFile(path),
          '{\n  "name": "Gökçe",\n  "server": "localhost"\n}\n',
        );
        if (!windows) {
          assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
          assertEquals((await Deno.stat(`${directory}/a/b`)).mode! & 0o777, 0o700);
        }
        const again = await SettingsFile.read(path);
        assertEquals(again.settings, { ...DEFAULTS, name: "Gökçe", server: "localhost" });
      });
    },
  ),
);

Deno.test(
  permitted(
    "SettingsFile: a change keeps the rest of the file and what another chat has written there",
    async () => {
      await withDirectory(async (directory) => {
        const path = `${directory}/config.json`;
        await Deno.writeTextFile(path, '{ "bell": "never", "name": "Ada" }');
        const [one, two] = [await SettingsFile.read(path), await SettingsFile.read(path)];
        await Promise.all([one.save({ name: "Furkan" }), one.save({ ignore: ["x"] })]);
        await two.save({ server: "localhost" });
        assertEquals(JSON.parse(await Deno.readTextFile(path)), {
          bell: "never",
          name: "Furkan",
          ignore: ["x"],
          server: "localhost",
        });
        assertEquals(await Array.fromAsync(Deno.readDir(directory), ({ name }) => name), [
          "config.json",
        ]);
      });
    },
  ),
);

Deno.test(permitted("SettingsFile: a change that changes nothing writes nothing", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/config.json`;
    const text = '{"name":"Ada"}';
    await Deno.writeTextFile(path, text);
    await (await SettingsFile.read(path)).save({ name: "Ada" });
    assertEquals(await Deno.readTextFile(path), text);
  });
}));

Deno.test(
  permitted(
    "SettingsFile: a fault is reported with the file and the place, and the file is not written",
    async () => {
      await withDirectory(async (directory) => {
        const path = `${directory}/config.json`;
        const cases: [text: string, fault: RegExp, name: string | null][] = [
          [
            '{ "name": "Ada", }',
            /config\.json: not valid JSON at line 1, column 18: .*was not changed/,
            null,
          ],
          ["", /config\.json: not valid JSON at line 1, column 1: .*was not changed/, null],
          [
            '{ "name": "Ada", "bel": 1 }',
            /There is no setting "bel"\. Did you mean "bell"\?/,
            "Ada",
          ],
          [
            '{ "name": 1 }',
            /config\.json will not be changed, because it has a fault: "name" must be a username/,
            null,
          ],
          ["[]", /must be an object/, null],
        ];
        for (const [text, fault, name] of cases) {
          await Deno.writeTextFile(path, text);
          const file = await SettingsFile.read(path);
          assertEquals([file.faults.length, file.settings.name], [1, name], text);
          assertMatch(file.faults[0]!, fault);
          assertEquals(await file.save({ name: "Furkan" }), undefined);
          assertEquals(await Deno.readTextFile(path), text);
        }
      });
    },
  ),
);

Deno.test(
  permitted(
    "SettingsFile: a file that breaks after it was read is not written either",
    async () => {
      await withDirectory(async (directory) => {
        const path = `${directory}/config.json`;
        const file = await SettingsFile.read(path);
        await Deno.writeTextFile(path, "{");
        await file.save({ name: "Furkan" });
        assertEquals(await Deno.readTextFile(path), "{");
      });
    },
  ),
);

Deno.test(
  permitted("SettingsFile: if nothing can be read or written, it says so and goes on", async () => {
    await withDirectory(async (directory) => {
      await Deno.writeTextFile(`${directory}/file`, "");
      const inFile = await SettingsFile.read(`${directory}/file/config.json`);
      assertEquals(inFile.settings, DEFAULTS);
      const directoryAsFile = await SettingsFile.read(directory);
      assertEquals(directoryAsFile.faults.length, 1);
      assertMatch(directoryAsFile.faults[0]!, /cannot be read: /);
      const nowhere = await SettingsFile.read(undefined);
      assertEquals(await nowhere.save({ name: "x" }), undefined);
      if (windows) return;
      await Deno.symlink(`${directory}/nothing`, `${directory}/link`);
      const file = await SettingsFile.read(`${directory}/link/config.json`);
      assertMatch(
        await file.save({ name: "x" }) ?? "",
        /^Cannot write the settings file .*: .*\.$/,
      );
    });
  }),
);

Deno.test(permitted("SettingsFile: a symbolic link stays one", async () => {
  await withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/real.json`, "{}");
    await Deno.symlink(`${directory}/real.json`, `${directory}/config.json`);
    const file = await SettingsFile.read(`${directory}/config.json`);
    await file.save({ name: "Ada" });
    assert((await Deno.lstat(`${directory}/config.json`)).isSymlink);
    assertEquals(JSON.parse(await Deno.readTextFile(`${directory}/real.json`)), { name: "Ada" });
  });
}, windows ? "not on Windows" : ""));

Deno.test(
  permitted("saveTranscript: writes for the owner only, and never over a file", async () => {
    await withDirectory(async (directory) => {
      assertEquals(await saveTranscript(`${directory}/a`, "bir\n", undefined), {
        path: `${directory}/a`,
      });
      assertEquals(await Deno.readTextFile(`${directory}/a`), "bir\n");
      if (!windows) assertEquals((await Deno.stat(`${directory}/a`)).mode! & 0o777, 0o600);
      const again = await saveTranscript("~/a", "iki\n", directory);
      assert("fault" in again);
      assertMatch(again.fault, /\/a already exists, and was not changed\. Choose another name\.$/);
      assertEquals(await Deno.readTextFile(`${directory}/a`), "bir\n");
      assertEquals(await saveTranscript("~/b~", "üç\n", directory), { path: `${directory}/b~` });
      const cases = [`${directory}/none/a`, directory, `${directory}/a/b`, ""];
      for (const path of cases) assert("fault" in await saveTranscript(path, "", undefined), path);
    });
  }),
);
