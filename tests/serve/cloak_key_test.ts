import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { openCloaking } from "../../lib/serve/cloak_key.ts";

async function inDirectory(test: (directory: string) => void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("openCloaking: cloaks are the same at the next start, and other ones elsewhere", async () => {
  await inDirectory((directory) => {
    const first = openCloaking(directory);
    const again = openCloaking(directory);
    assertEquals([first.warnings, again.warnings], [[], []]);
    assertEquals(first.cloak("192.0.2.7"), again.cloak("192.0.2.7"));
    assertNotEquals(first.cloak("192.0.2.7"), openCloaking(null).cloak("192.0.2.7"));
    assertNotEquals(openCloaking(null).cloak("192.0.2.7"), openCloaking(null).cloak("192.0.2.7"));
    const path = `${directory}/cloak.key`;
    if (Deno.build.os !== "windows") assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertMatch(Deno.readTextFileSync(path), /^[\w+/]{43}=\n$/);
  });
});

Deno.test("openCloaking: a key that can't be used is left as it is, and told of", async () => {
  await inDirectory((directory) => {
    const path = `${directory}/cloak.key`;
    for (const text of ["", "abc", `${"A".repeat(42)}==\n`]) {
      Deno.writeTextFileSync(path, text);
      const { cloak, warnings } = openCloaking(directory);
      assertMatch(warnings.join(), /cloak\.key \(it is damaged\): it is another one at each start/);
      assertMatch(cloak("192.0.2.7"), /\.ip$/);
      assertEquals(Deno.readTextFileSync(path), text);
    }
    const { warnings } = openCloaking(`${directory}/nowhere`);
    assert(warnings.length === 1);
  });
});
