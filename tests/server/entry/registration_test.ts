import { assertEquals } from "@std/assert";
import { isupportLines } from "../../../lib/server/entry/isupport_tokens.ts";
import { assertAnswers, CALM, Harness } from "../harness.ts";

Deno.test("Registration: the welcome is complete and in order", () => {
  const harness = new Harness({ ...CALM, title: "Café" });
  const client = harness.connect().send("NICK Çağrı");
  const isupport = isupportLines(harness.world.config).map((tokens) =>
    `005 Çağrı ${tokens.join(" ")} :are supported by this server`
  );
  assertAnswers(client, [[
    "USER c 0 * :Ç B",
    "001 Çağrı :Welcome to the Café Network, Çağrı",
    "002 Çağrı :Your host is chat.test, running chat 0.0.0",
    "003 Çağrı :This server was created Fri, 02 Jan 2026 03:04:05 GMT",
    "004 Çağrı chat.test chat-0.0.0 BNRiow CIMRbehiklmnostv Ibehklov",
    ...isupport,
    "251 Çağrı :There are 1 users and 0 invisible on 1 servers",
    "252 Çağrı 0 :operator(s) online",
    "253 Çağrı 0 :unknown connection(s)",
    "254 Çağrı 0 :channels formed",
    "255 Çağrı :I have 1 clients and 0 servers",
    "265 Çağrı 1 1 :Current local users 1, max 1",
    "266 Çağrı 1 1 :Current global users 1, max 1",
    "422 Çağrı :MOTD File is missing",
  ]]);
});

Deno.test("Registration: NICK and USER come in any order, and NICK may come again", () => {
  for (const lines of [["NICK a", "USER a 0 * :a"], ["USER a 0 * :a", "NICK a"]]) {
    assertEquals(new Harness().connect().ask(...lines)[0]?.split(" ")[1], "001");
  }
  const client = new Harness().connect().send("NICK a", "NICK b", "USER a 0 * :a");
  assertEquals(client.user.nick, "b");
});

Deno.test("USER: is accepted once, and only with all parameters", () => {
  const client = new Harness().connect();
  assertAnswers(client, [
    ["USER", "461 * USER :Not enough parameters"],
    ["USER a 0 *", "461 * USER :Not enough parameters"],
    ["USER : 0 * :a", "461 * USER :Not enough parameters"],
    ["USER a 0 * :", "461 * USER :Not enough parameters"],
    [`USER Ali@G!-._${"x".repeat(20)} 0 * :${"é".repeat(76)}`],
    ["USER b 0 * :b", "462 * :You may not reregister"],
  ]);
  client.send("NICK a");
  assertEquals(client.user.source, "a!~AliG-._xxxxxxxxxxxxx@192.0.2.1");
  assertEquals(client.user.realname, "é".repeat(75));
  const foreign = new Harness().connect().send("NICK a", "USER 陳 0 * :陳");
  assertEquals(foreign.user.source, "a!~user@192.0.2.1");
});

Deno.test("PASS: any password is accepted if the server has none", async () => {
  const client = new Harness().connect();
  assertEquals(await client.askSlow("PASS x"), []);
  assertEquals(client.ask("PASS"), [":chat.test 461 * PASS :Not enough parameters"]);
});

Deno.test("PASS: of several passwords the last counts, and only the answers to wrong ones are held back", async () => {
  const harness = new Harness({ ...CALM, password: "word" });
  const client = harness.connect();
  await client.askSlow("PASS word");
  await client.askSlow("PASS wrong");
  assertEquals(client.ask("NICK a", "USER a 0 * :a").at(-1)?.split(" ")[0], "ERROR");
  const other = harness.connect();
  for (let count = 0; count < 4; count++) await other.askSlow("PASS wrong");
  await other.askSlow("PASS word");
  assertEquals(harness.waits, [1000, 2000]);
  other.send("NICK a", "USER a 0 * :a");
  assertEquals(other.user.registered, true);
});
