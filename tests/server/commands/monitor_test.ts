import { assertEquals } from "@std/assert";
import { MAX_MONITORED } from "../../../lib/server/entry/isupport_tokens.ts";
import { setHost } from "../../../lib/server/world/profile.ts";
import { assertAnswers, Harness } from "../harness.ts";

Deno.test("MONITOR: names are added, listed and removed", () => {
  const harness = new Harness();
  const a = harness.user("a");
  harness.user("Bert");
  assertAnswers(a, [
    ["MONITOR L", "733 a :End of MONITOR list"],
    ["MONITOR + bert,carl", "730 a Bert!~Bert@192.0.2.1", "731 a carl"],
    ["MONITOR + BERT,dora", "731 a dora"],
    ["MONITOR + a!b,,"],
    ["MONITOR L", "732 a bert,carl,dora", "733 a :End of MONITOR list"],
    ["MONITOR S", "730 a Bert!~Bert@192.0.2.1", "731 a carl,dora"],
    ["MONITOR - Carl,nobody"],
    ["monitor l", "732 a bert,dora", "733 a :End of MONITOR list"],
    ["MONITOR C"],
    ["MONITOR S"],
    ["MONITOR L", "733 a :End of MONITOR list"],
    ["MONITOR", "461 a MONITOR :Not enough parameters"],
    ["MONITOR X"],
    ["MONITOR +"],
  ]);
});

Deno.test("MONITOR: a watcher is told when a watched name comes and goes", () => {
  const harness = new Harness();
  const a = harness.user("a").send("MONITOR + bert,other");
  a.take();
  const b = harness.user("Bert");
  assertEquals(a.take(), [":chat.test 730 * Bert!~Bert@192.0.2.1"]);
  b.send("NICK BERT");
  assertEquals(a.take(), [], "the same name");
  b.send("NICK other");
  assertEquals(a.take(), [":chat.test 731 * BERT", ":chat.test 730 * other!~Bert@192.0.2.1"]);
  b.send("QUIT");
  assertEquals(a.take(), [":chat.test 731 * other"]);
  harness.user("bert").vanish();
  assertEquals(a.take(), [":chat.test 730 * bert!~bert@192.0.2.1", ":chat.test 731 * bert"]);
  a.send("MONITOR - bert");
  harness.user("bert");
  assertEquals(a.take(), []);
});

Deno.test("MONITOR: the list is limited, and names that do not fit are reported", () => {
  const a = new Harness().user("a");
  const names = Array.from({ length: MAX_MONITORED - 1 }, (_, index) => `n${index}`);
  for (let at = 0; at < names.length; at += 33) a.send(`MONITOR + ${names.slice(at, at + 33)}`);
  assertAnswers(a, [["MONITOR + x,y,n1,z", "734 a 100 y,n1,z :Monitor list is full.", "731 a x"]]);
  const listed = a.send("MONITOR L").messages().slice(0, -1).flatMap(({ params }) =>
    params[1]!.split(",")
  );
  assertEquals(listed, [...names, "x"]);
  for (const line of a.ask("MONITOR L")) assertEquals(line.length < 510, true);
});

Deno.test("MONITOR: a user who is gone watches nobody", () => {
  const harness = new Harness();
  harness.user("a").send("MONITOR + b").vanish();
  assertEquals(harness.world.users.watchersOf("b").size, 0);
});

Deno.test("MONITOR: with extended-monitor a watched user's changes are told, each by its capability", () => {
  const harness = new Harness();
  const caps = "away-notify account-notify chghost setname";
  const [all, few, none] = [
    harness.user("all", `extended-monitor ${caps}`),
    harness.user("few", "extended-monitor setname"),
    harness.user("none", caps),
  ];
  for (const each of [all, few, none]) each.send("MONITOR + b");
  const b = harness.user("b");
  harness.hush();
  b.send("AWAY :tea", "SETNAME :B");
  harness.login(b, "bert");
  setHost(harness.world, b.user, "hidden", harness.now);
  const setname = ":b!~b@192.0.2.1 SETNAME :B";
  assertEquals(all.take(), [
    ":b!~b@192.0.2.1 AWAY :tea",
    setname,
    ":b!~b@192.0.2.1 ACCOUNT bert",
    ":b!~b@192.0.2.1 CHGHOST ~b hidden",
  ]);
  assertEquals([few.take(), none.take()], [[setname], []]);
});

Deno.test("MONITOR: a watcher in the same room is told once", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "extended-monitor away-notify").send("MONITOR + b");
  const b = harness.member("#x", "b");
  b.send("AWAY :tea");
  assertEquals(a.take(), [":b!~b@192.0.2.1 AWAY :tea"]);
});
