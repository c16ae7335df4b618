import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Data, openData } from "../../../lib/cli/serve/data.ts";
import { defaults, merge } from "../../../lib/server/settings/config.ts";
import { openReader } from "../../../lib/store/history_reader.ts";
import { openStore } from "../../../lib/store/open.ts";
import { LOG } from "../../../lib/wording/log.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

/** Runs a test in a temporary directory. */
function withDirectory(run: (path: string) => void): void {
  const path = Deno.makeTempDirSync();
  try {
    run(path);
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

function open(data: string | null, home?: string): Data {
  const env = (name: string) => name === "XDG_STATE_HOME" ? home : undefined;
  return openData(merge(defaults(), { data }), () => {}, { os: "linux", env });
}

/** Closes the opened store and returns the rest of the result. */
function opened(data: Data): { directory: string | null; warnings: readonly string[] } {
  assert("store" in data);
  const { store, directory, warnings } = data;
  store.close();
  return { directory, warnings };
}

Deno.test(permitted("Data: it is opened in the directory that is set, or in memory", () => {
  withDirectory((path) => {
    assertEquals(opened(open(path)), { directory: path, warnings: [] });
    assertEquals(opened(open("auto", path)), { directory: `${path}/chat`, warnings: [] });
    assertEquals(opened(open(null, path)), { directory: null, warnings: [] });
  });
}));

Deno.test(permitted("Data: if it can't be opened, the server says why and runs in memory", () => {
  withDirectory((path) => {
    Deno.writeTextFileSync(`${path}/file`, "");
    const cases: [data: string, home: string | undefined, why: RegExp][] = [
      [`${path}/file/x`, undefined, /^Cannot create the directory .*memory only.*--data DIR$/],
      ["auto", undefined, /^There is no usual directory for data.*memory only/],
    ];
    for (const [data, home, why] of cases) {
      const { directory, warnings } = opened(open(data, home));
      assertEquals([directory, warnings.length], [null, 1]);
      assertMatch(warnings[0]!, why);
    }
  });
}));

Deno.test(
  permitted("Data: pipes and devices where its files should be don't hold up the start", () => {
    for (const name of ["chat.db", "chat.names", "chat.lock", "cloak.key", "tls/key.pem"]) {
      withDirectory((path) => {
        if (name.startsWith("tls/")) Deno.mkdirSync(`${path}/tls`);
        // Reading a pipe would wait, as for ever as reading this device would.
        Deno.symlinkSync("/dev/zero", `${path}/${name}`);
        const data = open(path);
        assert("refusal" in data);
        assertEquals(
          data.refusal,
          `${path}/${name} is not an ordinary file. Delete it, and start the server again.`,
        );
        if (!name.startsWith("chat.")) return;
        const other = openStore(path, () => {}, { server: false });
        assert("fault" in other);
        assertMatch(other.fault.message, /it is not an ordinary file\.$/);
        if (name !== "chat.db") return;
        const reader = openReader(path);
        assert("fault" in reader);
        assertMatch(reader.fault.message, /it is not an ordinary file\.$/);
      });
    }
  }, Deno.build.os === "windows" ? "not on Windows" : ""),
);

Deno.test(permitted("Data: it knows whether a server ran there before", () => {
  withDirectory((path) => {
    for (const ranBefore of [false, true]) {
      const data = open(path);
      assert("store" in data);
      assertEquals(data.ranBefore, ranBefore);
      data.store.close();
    }
    const none = open(null);
    assertEquals("store" in none && none.ranBefore, false);
  });
}));

Deno.test(permitted("Data: the second of two servers with the same data does not start", () => {
  withDirectory((path) => {
    const first = open(path);
    const second = open(path);
    assert("refusal" in second);
    assertMatch(second.refusal, /^Another server .* is using the data in .*--data DIR/);
    opened(first);
    opened(open(path));
  });
}));

Deno.test(permitted("Data: the server says where messages are kept and for how long", () => {
  const told = (days: number) => LOG.kept(days, "/d");
  assertEquals(told(0), "Messages are kept for ever in /d; with --ephemeral only in memory");
  assertEquals(told(1), "Messages are kept for a day in /d; with --ephemeral only in memory");
  assertEquals(told(30), "Messages are kept for 30 days in /d; with --ephemeral only in memory");
}));
