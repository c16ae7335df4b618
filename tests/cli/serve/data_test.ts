import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Data, openData } from "../../../lib/cli/serve/data.ts";
import { defaults, merge } from "../../../lib/server/settings/config.ts";
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

Deno.test(permitted("two servers never share their data: the second is not to start", () => {
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
