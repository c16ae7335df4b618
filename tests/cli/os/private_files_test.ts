import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  guardDirectory,
  type Guarded,
  guardFile,
  guardFromChanges,
  guardKey,
  guardSecret,
} from "../../../lib/cli/os/private_files.ts";
import { LACKING, needing } from "../../permitted.ts";

const permitted = needing("read", "sys", "write");

const windows = Deno.build.os === "windows";
const isRoot = !windows && !LACKING.includes("sys") && Deno.uid() === 0;

const FINE: Guarded = { notice: undefined };

function test(name: string, run: (directory: string) => void, ignore = false): void {
  Deno.test(permitted(name, () => {
    const directory = Deno.makeTempDirSync({ prefix: "chat" });
    try {
      run(directory);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  }, windows ? "not on Windows" : ignore ? "only root can do that" : ""));
}

function mode(path: string): string {
  return (Deno.statSync(path).mode! & 0o777).toString(8);
}

/** The notice or fault for a path, without its directory. */
function said(guarded: Guarded, directory: string): string | undefined {
  const text = "fault" in guarded ? guarded.fault : guarded.notice;
  return text?.replaceAll(directory, "");
}

function made(path: string, permissions: number): string {
  Deno.writeTextFileSync(path, "x");
  Deno.chmodSync(path, permissions);
  return path;
}

test("Private files: a file that is open to others is closed, and that is said once", (directory) => {
  const path = made(`${directory}/a`, 0o600);
  assertEquals(guardFile(path), { notice: undefined });
  for (const [open, could] of [[0o640, "read"], [0o604, "read"], [0o666, "change"]] as const) {
    Deno.chmodSync(path, open);
    assertEquals(
      said(guardFile(path), directory),
      `Other users of this machine could ${could} /a. It is protected now (chmod 600).`,
    );
    assertEquals([mode(path), guardFile(path)], ["600", { notice: undefined }]);
  }
  assertEquals(guardFile(`${directory}/absent`), { notice: undefined });
  assertEquals(guardFile(directory), { notice: undefined }, "a directory is no file of ours");
});

test("Private files: a symbolic link is refused, with the command that puts it right", (directory) => {
  const real = made(`${directory}/it's`, 0o600);
  const link = `${directory}/link`;
  Deno.symlinkSync(real, link);
  const guarded = guardFile(link);
  assert("fault" in guarded);
  assertMatch(
    said(guarded, directory)!,
    /^\/link is a symbolic link to \/it's, which is not safe here\. Put .*: mv '\/it'\\''s' \/link$/,
  );
  assertEquals(guardFile(link, true), { notice: undefined }, "settings may be kept elsewhere");
  Deno.removeSync(real);
  assert("fault" in guardFile(link), "one that leads nowhere yet, too");
  Deno.mkdirSync(`${directory}/real`, { mode: 0o700 });
  Deno.symlinkSync(`${directory}/real`, `${directory}/data`);
  const refused = guardDirectory(`${directory}/data/`, () => true, "--data");
  assert("fault" in refused);
  assertMatch(said(refused, directory)!, /Name the directory itself: --data \/real$/);
});

test(
  "Private files: what belongs to somebody else is refused, with its owner and the command",
  (directory) => {
    const path = made(`${directory}/a`, 0o600);
    Deno.chownSync(path, 12345, 12345);
    assertEquals(
      said(guardFile(path), directory),
      "/a belongs to user 12345, but chat runs as user 0. Run it as that user, or change the " +
        "owner: sudo chown 0 /a",
    );
    assert("fault" in guardSecret(path, "The file"));
    Deno.chownSync(directory, 12345, 12345);
    assert("fault" in guardDirectory(directory, () => true, "--data"));
  },
  !isRoot,
);

test("Private files: a directory of ours alone is closed; a shared one only to changes", (directory) => {
  const isOurs = (name: string) => name.startsWith("chat");
  const guard = () => guardDirectory(directory, isOurs, "--data");
  Deno.chmodSync(directory, 0o777);
  assertMatch(said(guard(), directory)!, /could change .*\(chmod 700\)\.$/);
  made(`${directory}/chat.db`, 0o600);
  Deno.chmodSync(directory, 0o755);
  assertMatch(said(guard(), directory)!, /could read .*\(chmod 700\)\.$/);
  made(`${directory}/notes`, 0o644);
  Deno.chmodSync(directory, 0o755);
  assertEquals(guard(), { notice: undefined });
  Deno.chmodSync(directory, 0o777);
  assertMatch(said(guard(), directory)!, /\(chmod 755\)\.$/);
  Deno.removeSync(`${directory}/chat.db`);
  Deno.chmodSync(directory, 0o777);
  const refused = guard();
  assert("fault" in refused);
  assertMatch(refused.fault, /contains other files, and other users can change it.*chmod go-w /);
  assertEquals(mode(directory), "777", "nobody said that it is ours");
  Deno.chmodSync(directory, 0o1777);
  const shared = guard();
  assert("fault" in shared);
  assertMatch(shared.fault, /Name another directory with --data\.$/, "one like /tmp stays open");
});

test("Private files: a secret that is named is closed if it is ours; a pipe is taken as it is", (directory) => {
  const path = made(`${directory}/a`, 0o644);
  assertMatch(said(guardSecret(path, "The file"), directory)!, /\(chmod 600\)\.$/);
  assertEquals(mode(path), "600");
  Deno.symlinkSync(path, `${directory}/link`);
  assertEquals(
    said(guardSecret(`${directory}/link`, "The configuration file x"), directory),
    "The configuration file x contains secrets and is a symbolic link. Name the file itself: /a",
  );
  Deno.symlinkSync("/dev/null", `${directory}/null`);
  assertEquals(guardSecret(`${directory}/null`, "The file"), { notice: undefined });
});

test("Private files: what anyone may read, nobody else may change", (directory) => {
  const path = made(`${directory}/a`, 0o644);
  assertEquals(guardFromChanges(path, "The file"), { notice: undefined });
  Deno.chmodSync(path, 0o666);
  assertMatch(said(guardFromChanges(path, "The file"), directory)!, /\(chmod 644\)\.$/);
  assertEquals(mode(path), "644");
  if (!isRoot) return;
  Deno.chmodSync(path, 0o666);
  Deno.chownSync(path, 12345, 12345);
  assertEquals(
    said(guardFromChanges(path, "the file x"), directory),
    "Other users can change the file x. Protect it: sudo chmod go-w /a",
  );
  Deno.chmodSync(path, 0o644);
  assertMatch(
    said(guardKey(path, "the key x"), directory)!,
    /^Everyone on this machine can read the key x/,
  );
});

test(
  "Private files: what root keeps for a service is used, warned of if all can read it, never if others can change it",
  (directory) => {
    const path = made(`${directory}/a`, 0o640);
    const asRoot = Deno.uid;
    try {
      // Root owns the files, and the program believes that it runs as another user.
      Deno.uid = () => 12345;
      const [secret, key] = [() => guardSecret(path, "the x"), () => guardKey(path, "the x")];
      assertEquals([secret(), key()], [FINE, FINE], "it is the group's");
      assert("fault" in guardFile(path), "another user's file is refused");
      Deno.chmodSync(path, 0o644);
      assertMatch(
        said(secret(), directory)!,
        /^Everyone on this machine can read the x, which contains secrets/,
      );
      assertMatch(said(key(), directory)!, /^Everyone on this machine can read the x/);
      Deno.chmodSync(path, 0o646);
      const refused = secret();
      assert("fault" in refused);
      assertMatch(refused.fault, /^Other users can change the x\. Protect it: sudo chmod 640 /);
      assertEquals(mode(path), "646");
    } finally {
      Deno.uid = asRoot;
    }
  },
  !isRoot,
);
