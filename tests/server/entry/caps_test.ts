import { assert, assertEquals, assertMatch } from "@std/assert";
import { CAPABILITIES } from "../../../lib/irc/caps.ts";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { reload } from "../../../lib/server/settings/reload.ts";
import { assertAnswers, CALM, Harness } from "../harness.ts";

/** The values of capabilities. */
const VALUES: ReadonlyMap<string, string> = new Map([
  ["draft/multiline", "max-bytes=16384,max-lines=100"],
  ["sasl", "PLAIN,SCRAM-SHA-256"],
]);

const ALL = CAPABILITIES.map((cap) => cap.name).join(" ");

Deno.test("CAP: capabilities are listed, requested as a whole and switched off", () => {
  const client = new Harness().connect();
  assertAnswers(client, [
    ["CAP LS", `CAP * LS :${ALL}`],
    ["CAP LIST", "CAP * LIST :"],
    ["CAP REQ :message-tags echo-message", "CAP * ACK :message-tags echo-message"],
    ["CAP LIST", "CAP * LIST :message-tags echo-message"],
    ["CAP REQ :server-time nonsense", "CAP * NAK :server-time nonsense"],
    ["CAP REQ :-nonsense", "CAP * NAK :-nonsense"],
    ["CAP REQ SERVER-TIME", "CAP * NAK :SERVER-TIME"],
    ["CAP REQ -message-tags", "CAP * ACK :-message-tags"],
    ["CAP LIST", "CAP * LIST :echo-message"],
    ["CAP REQ :", "CAP * ACK :"],
    ["CAP NONSENSE", "410 * NONSENSE :Invalid CAP command"],
    ["CAP", "461 * CAP :Not enough parameters"],
    ["NICK a"],
    ["USER a 0 * :a"],
  ]);
  assertMatch(client.ask("CAP END")[0]!, / 001 a /);
  assertAnswers(client, [
    ["CAP REQ server-time", "@time=2026-01-02T03:04:05.678Z :chat.test CAP a ACK :server-time"],
    ["CAP REQ -server-time", "CAP a ACK :-server-time"],
    ["CAP END"],
  ]);
});

Deno.test("CAP: LS 302 shows values, over several lines, and switches cap-notify on for good", () => {
  const client = new Harness().connect();
  const lines = client.send("CAP LS 302").messages();
  assertEquals(lines.map(({ params }) => params.slice(0, -1)), [["*", "LS", "*"], ["*", "LS"]]);
  const names = lines.flatMap(({ params }) => params.at(-1)!.split(" "));
  assertEquals(
    names,
    CAPABILITIES.map(({ name }) => VALUES.has(name) ? `${name}=${VALUES.get(name)}` : name),
  );
  assertAnswers(client, [
    ["CAP LIST", "CAP * LIST :cap-notify"],
    ["CAP REQ -cap-notify", "CAP * NAK :-cap-notify"],
  ]);
});

Deno.test("CAP: cap-notify can be switched on and off without version 302", () => {
  assertAnswers(new Harness().connect(), [
    ["CAP REQ cap-notify", "CAP * ACK :cap-notify"],
    ["CAP REQ -cap-notify", "CAP * ACK :-cap-notify"],
  ]);
});

Deno.test("CAP: registration waits from LS or REQ until END", () => {
  for (const line of ["CAP LS", "CAP LS 302", "CAP REQ server-time", "CAP REQ nonsense"]) {
    const client = new Harness().connect().send(line);
    assertEquals(client.ask("NICK a", "USER a 0 * :a"), [], line);
    assertMatch(client.ask("CAP END")[0]!, / 001 a /);
  }
});

Deno.test("CAP: capabilities change with the settings, and clients with cap-notify are told", () => {
  const harness = new Harness();
  const [told, untold] = [harness.user("a", "cap-notify"), harness.user("b")];
  const name = "draft/account-registration";
  told.ask(`CAP REQ ${name}`);
  const set = (accounts: ConfigOverrides["accounts"]) => {
    reload(harness.world, harness.config({ ...CALM, accounts: accounts! }), harness.now);
    return [...told.take(), ...untold.take()];
  };
  assertEquals(set({ registration: false }), [`:chat.test CAP a DEL :${name}`]);
  assert(!told.user.caps.has(name));
  assertEquals(told.ask(`CAP REQ ${name}`), [`:chat.test CAP a NAK :${name}`]);
  assert(!told.ask("CAP LS").join().includes(name));
  assertEquals(set({ registration: false }), []);
  assertEquals(set({ beforeConnect: true }), [`:chat.test CAP a NEW :${name}=before-connect`]);
  assertEquals(set({ beforeConnect: true, emailRequired: true }), [
    `:chat.test CAP a NEW :${name}=before-connect,email-required`,
  ]);
});

Deno.test("CAP: before version 302, LS lists the names that fit into one line, each whole", () => {
  const nick = "漢".repeat(30);
  const client = new Harness().user(nick);
  const names: string[] = CAPABILITIES.map(({ name }) => name);
  const [line] = client.ask("CAP LS");
  assertEquals(new TextEncoder().encode(line).length <= 510, true);
  const listed = line!.split(` CAP ${nick} LS :`)[1]!.split(" ");
  assertEquals(listed, names.slice(0, listed.length));
  assertEquals(names.length - listed.length < 4, true, "as many as there is room for");
  assertEquals(new Harness().connect().ask("CAP LS")[0]!.split(" ").length, names.length + 4);
});
