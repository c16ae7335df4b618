import { assertEquals } from "@std/assert";
import { sharedOf, withAgreed } from "../../lib/cluster/shared_settings.ts";
import { verifyPassword } from "../../lib/crypto/password_hash.ts";
import { type Config, defaults, merge } from "../../lib/server/settings/config.ts";

function agreedBy(first: Config, own: Config): Config {
  const keys = { startedAt: 0, runId: "run", cloakKey: "", loginKey: "" };
  const agreement = { name: "chat.test", startedEmpty: true, ...keys, ...sharedOf(first) };
  return withAgreed(own, agreement);
}

Deno.test("SharedSettings: a server lets nobody in by a password that it does not know", async () => {
  const own = defaults();
  const opers = [{ name: "root", password: "hunter2" }];
  const { password, opers: [root] } = agreedBy(merge(own, {}, { password: "pw", opers }), own);
  for (const stored of [password, root?.password]) {
    for (const given of ["", "*", "pw", "hunter2", `${stored}`]) {
      assertEquals(await verifyPassword(stored!, given), false, given);
    }
  }
});
