import { assertEquals, assertMatch } from "@std/assert";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { CALM, type Client, Harness } from "../harness.ts";

const VERIFIER = { mechanism: "", salt: "", iterations: 1, storedKey: "", serverKey: "" };

/** Enters a room. Returns what the server itself says then. */
function says(client: Client, nick: string, room = "#lobby"): string[] {
  client.send(`NICK ${nick}`, "USER x 0 * :x").take();
  return client.ask(`JOIN ${room}`).filter((line) => line.includes(" NOTICE "));
}

Deno.test("Host: the first one from the server's machine is told how to become operator", () => {
  const harness = new Harness();
  assertEquals(says(harness.connect(), "far"), []);
  assertEquals(says(harness.connect("127.0.0.1", false, true), "else", "#x"), []);
  const [told, ...more] = says(harness.connect("127.0.0.1", false, true), "Ada");
  assertMatch(
    told!,
    /:chat\.test NOTICE Ada :If you run this server, .*\/register .*: chat user op Ada$/,
  );
  assertEquals(more, []);
  assertEquals(says(harness.connect("127.0.0.1", false, true), "Bob"), []);
});

Deno.test("Host: someone with an account need not register, and the data are named", () => {
  const harness = new Harness({ ...CALM, data: "/srv/chat" });
  const ada = harness.connect("192.0.2.1", false, true);
  ada.send("NICK Ada", "USER x 0 * :x");
  harness.login(ada, "Ada");
  const [told] = ada.ask("JOIN #lobby").filter((line) => line.includes(" NOTICE "));
  assertMatch(
    told!,
    /lobby: type in a shell on this machine: chat user op Ada --data \/srv\/chat$/,
  );
});

Deno.test("Host: a name with signs that mean something in a shell is quoted there", () => {
  for (const [nick, word] of [["a|`b`", "'a|`b`'"], ["jörg_1", "jörg_1"]] as const) {
    const [told] = says(new Harness().connect("127.0.0.1", false, true), nick);
    assertEquals(told?.split("chat user op ")[1], word);
  }
});

Deno.test("Host: nobody is advised if it is not possible or not needed", () => {
  const cases: ConfigOverrides[] = [
    { data: null },
    { accounts: { registration: false } },
    { opers: [{ name: "root", password: "x" }] },
    { limits: { ...CALM.limits, exempt: ["127.0.0.1"] } },
  ];
  for (const overrides of cases) {
    const harness = new Harness({ ...CALM, ...overrides });
    assertEquals(says(harness.connect("127.0.0.1", false, true), "Ada"), []);
  }
  const harness = new Harness();
  harness.store.accounts.add("root", VERIFIER, harness.now);
  harness.store.accounts.setOper("root", true);
  assertEquals(says(harness.connect("127.0.0.1", false, true), "Ada"), []);
});
