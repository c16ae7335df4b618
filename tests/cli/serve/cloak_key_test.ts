import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { toBase64 } from "../../../lib/crypto/base64.ts";
import { openCloaking } from "../../../lib/cli/serve/cloak_key.ts";
import { cloaks } from "../../../lib/server/entry/cloak.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

async function inDirectory(test: (directory: string) => void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  permitted(
    "openCloaking: cloaks are the same at the next start, and other ones elsewhere",
    async () => {
      await inDirectory((directory) => {
        const first = openCloaking(directory);
        const again = openCloaking(directory);
        assertEquals([first.warnings, again.warnings], [[], []]);
        assertEquals(first.cloak("192.0.2.7"), again.cloak("192.0.2.7"));
        assertNotEquals(first.cloak("192.0.2.7"), openCloaking(null).cloak("192.0.2.7"));
        assertNotEquals(
          openCloaking(null).cloak("192.0.2.7"),
          openCloaking(null).cloak("192.0.2.7"),
        );
        const path = `${directory}/cloak.key`;
        if (Deno.build.os !== "windows") assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
        assertMatch(Deno.readTextFileSync(path), /^[\w+/]{43}=\n$/);
      });
    },
  ),
);

Deno.test(
  permitted("openCloaking: a missing key beside existing data is told of, once", async () => {
    await inDirectory((directory) => {
      const { warnings } = openCloaking(directory, true);
      assertEquals(warnings.length, 1);
      assertMatch(warnings[0]!, /cloak\.key was missing, so a new key hides addresses: .* bans/);
      assertEquals(openCloaking(directory, true).warnings, []);
    });
  }),
);

Deno.test(permitted("openCloaking: the parts of a cloak are HMACs under the key", async () => {
  const key = new Uint8Array(32).map((_, index) => index);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const hmacs = new Map<string, Uint8Array>();
  for (const text of ["32 192.0.2.7", "24 192.0.2.0/24", "16 192.0.0.0/16"]) {
    const signature = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text));
    hmacs.set(text, new Uint8Array(signature));
  }
  await inDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/cloak.key`, `${toBase64(key)}\n`);
    const expected = cloaks((text) => hmacs.get(text)!)("192.0.2.7");
    assertEquals(openCloaking(directory).cloak("192.0.2.7"), expected);
  });
}));

Deno.test(
  permitted("openCloaking: a key that can't be used is left as it is, and told of", async () => {
    await inDirectory((directory) => {
      const path = `${directory}/cloak.key`;
      for (const text of ["", "abc", `${"A".repeat(42)}==\n`]) {
        Deno.writeTextFileSync(path, text);
        const { cloak, warnings } = openCloaking(directory);
        assertMatch(
          warnings.join(),
          /cloak\.key \(it is damaged\)\. Each start of the server uses a new one/,
        );
        assertMatch(cloak("192.0.2.7"), /\.ip$/);
        assertEquals(Deno.readTextFileSync(path), text);
      }
      const { warnings } = openCloaking(`${directory}/nowhere`);
      assert(warnings.length === 1);
    });
  }),
);
