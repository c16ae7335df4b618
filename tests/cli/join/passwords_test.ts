import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Run, systemKeyring } from "../../../lib/cli/join/keyring.ts";
import { ownPaths } from "../../../lib/cli/join/own_files.ts";
import { PasswordFile } from "../../../lib/cli/join/password_file.ts";
import { passwordsIn, serverKey } from "../../../lib/cli/join/passwords.ts";
import { parseTarget, type Target } from "../../../lib/client/trust/target.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

const windows = Deno.build.os === "windows";

/** Runs a test with a password file in a temporary directory. */
async function withFile(use: (file: PasswordFile) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  try {
    await use(new PasswordFile(`${directory}/a/passwords.json`));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function target(typed: string): Target {
  const check = parseTarget(typed);
  if ("fault" in check) throw new Error(check.fault);
  return check.target;
}

Deno.test(
  permitted("serverKey: a server has one name, whichever of its usual ports is used", () => {
    const cases: [typed: string, key: string][] = [
      ["chat.example", "chat.example"],
      ["Chat.Example:6667", "chat.example"],
      ["chat.example:+6697/music", "chat.example"],
      ["chat.example:7000", "chat.example:7000"],
      ["[::1]:7000", "[::1]:7000"],
      ["::1", "::1"],
    ];
    for (const [typed, key] of cases) assertEquals(serverKey(target(typed)), key);
  }),
);

Deno.test(
  permitted(
    "PasswordFile: it is beside the settings, for the owner only, by server and account",
    async () => {
      assertEquals(ownPaths("linux", { HOME: "/h" }).passwords, "/h/.config/chat/passwords.json");
      assertEquals(
        ownPaths("windows", { APPDATA: "C:\\a" }).passwords,
        "C:\\a\\chat\\passwords.json",
      );
      assertEquals(ownPaths("linux", {}).passwords, undefined);
      await withFile(async (file) => {
        assertEquals(await file.recall("here", "Gamze"), { password: undefined });
        // Concurrent writes are all kept.
        const kept = await Promise.all([
          file.keep("here", "Gamze", "first"),
          file.keep("here", "Çağrı", 'a "b" \\c 🎉'),
          file.keep("there", "Gamze", "other"),
          file.keep("here", "GAMZE", "second"),
          file.keep("__proto__", "constructor", "odd"),
        ]);
        assertEquals(kept, Array(5).fill(undefined));
        const again = new PasswordFile(file.path);
        const cases: [server: string, account: string, password: string | undefined][] = [
          ["here", "gamze", "second"],
          ["here", "çağrı", 'a "b" \\c 🎉'],
          ["there", "Gamze", "other"],
          ["there", "Çağrı", undefined],
          ["elsewhere", "Gamze", undefined],
          ["here", "constructor", undefined],
          ["toString", "length", undefined],
        ];
        for (const [server, account, password] of cases) {
          assertEquals(await again.recall(server, account), { password }, `${server} ${account}`);
        }
        if (!windows) assertEquals((await Deno.stat(file.path)).mode! & 0o777, 0o600);
        const left = [...Deno.readDirSync(file.path.replace(/[^/]*$/, ""))].map(({ name }) => name);
        assertEquals(left, ["passwords.json"]);
      });
    },
  ),
);

Deno.test(
  permitted(
    "PasswordFile: a broken file is left as it is, and its content is not shown",
    async () => {
      for (
        const text of ['{"here": {"Gamze": "secret"', "[]", '{"here": 1}', '{"here": {"a": 1}}', ""]
      ) {
        await withFile(async (file) => {
          await file.keep("here", "Gamze", "x");
          await Deno.writeTextFile(file.path, text);
          const fault = await file.keep("here", "Gamze", "new");
          assertMatch(fault!, /passwords\.json is damaged\. It was not changed\.$/);
          assert(!fault!.includes("secret"));
          assertEquals(await file.recall("here", "Gamze"), { fault: fault! });
          assertEquals(await Deno.readTextFile(file.path), text);
        });
      }
    },
  ),
);

Deno.test(
  permitted(
    "PasswordFile: one that others can read is closed; one that is elsewhere is not used",
    async () => {
      await withFile(async (file) => {
        await file.keep("here", "Gamze", "x");
        for (const mode of [0o640, 0o604, 0o660, 0o644]) {
          await Deno.chmod(file.path, mode);
          assertEquals(await file.recall("here", "Gamze"), { password: "x" });
          assertEquals((await Deno.stat(file.path)).mode! & 0o777, 0o600);
        }
        await Deno.rename(file.path, `${file.path}.moved`);
        await Deno.symlink(`${file.path}.moved`, file.path);
        const fault = await file.keep("here", "Gamze", "y");
        assertMatch(
          fault!,
          /passwords\.json is a symbolic link to .*\. Put the file itself there: mv /,
        );
        assertEquals(await file.recall("here", "Gamze"), { fault: fault! });
      });
    },
    windows ? "not on Windows" : "",
  ),
);

/** A fake `secret-tool`. */
function secretTool(works: boolean): { run: Run; args: string[]; kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const args: string[] = [];
  const run: Run = (given, input) => {
    args.push(...given);
    if (!works) return Promise.reject(new Deno.errors.NotFound());
    const key = given.filter((arg) => !arg.startsWith("--label")).slice(1).join(" ");
    if (given[0] === "store") kept.set(key, input);
    const output = given[0] === "lookup" ? kept.get(key) : "";
    return Promise.resolve({ success: output !== undefined, output: output ?? "" });
  };
  return { run, args, kept };
}

Deno.test(
  permitted(
    "Passwords: they go to the keyring, never as an argument, or else to the file",
    async () => {
      for (const works of [true, false]) {
        await withFile(async (file) => {
          const tool = secretTool(works);
          const passwords = passwordsIn(systemKeyring("linux", tool.run), file);
          const here = target("chat.example");
          assertEquals(await passwords.recall(here, "Gamze"), { password: undefined });
          const keeping = await passwords.keep(here, "Gamze", "s3cret words");
          assert("kept" in keeping);
          assertMatch(
            keeping.kept,
            works ? /in the keyring/ : /passwords\.json, which only you can/,
          );
          assertEquals(await passwords.recall(here, "gamze"), { password: "s3cret words" });
          assert(!tool.args.join(" ").includes("s3cret"));
          assertEquals(tool.kept.size, works ? 1 : 0);
          const written = await Deno.stat(file.path).then(() => true, () => false);
          assertEquals(written, !works);
        });
      }
      for (const os of ["darwin", "windows"]) assertEquals(systemKeyring(os), undefined);
    },
  ),
);
