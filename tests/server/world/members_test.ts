import { assertEquals } from "@std/assert";
import { prefixesOf } from "../../../lib/irc/modes.ts";
import { setHost } from "../../../lib/server/world/profile.ts";
import { Random, SEED } from "../../fuzz/random.ts";
import { Harness } from "../harness.ts";

/** Lets in so many that the names are kept. */
function fill(harness: Harness): void {
  for (let count = 0; count < 40; count++) harness.user(`n${count}`).send("JOIN #x");
}

Deno.test(`Members: NAMES says who is in a room, whatever happened (seed ${SEED})`, () => {
  for (let seed = SEED; seed < SEED + 20; seed++) {
    const random = new Random(seed);
    const harness = new Harness();
    const caps = ["", "multi-prefix", "userhost-in-names", "multi-prefix userhost-in-names"];
    const users = caps.map((each, index) => harness.user(`u${index}`, each));
    users[0]!.send("JOIN #x");
    fill(harness);
    for (let step = 0; step < 60; step++) {
      const user = random.pick(users);
      const other = random.pick(users).user.nick;
      user.send(random.pick([
        ...Array(4).fill("JOIN #x"),
        "PART #x",
        `KICK #x ${other}`,
        `NICK m${step}`,
        `MODE #x ${random.pick(["+", "-"])}${random.pick([..."ohv"])} ${other}`,
        `CAP REQ :${random.pick(["", "-"])}${random.pick(["multi-prefix", "userhost-in-names"])}`,
      ]));
      harness.hush();
      for (const viewer of users) {
        const channel = harness.world.channels.find("#x");
        if (!channel?.members.has(viewer.user)) continue;
        const { caps } = viewer.user;
        const names = [...channel.members].map(([{ nick, source }, ranks]) =>
          prefixesOf(ranks).slice(0, caps.has("multi-prefix") ? undefined : 1) +
          (caps.has("userhost-in-names") ? source : nick)
        );
        const lines = viewer.ask("NAMES #x").slice(0, -1);
        const shown = lines.map((line) => line.split(" :")[1]).join(" ");
        assertEquals(shown, names.join(" "), `seed ${seed}, step ${step}`);
      }
    }
  }
});

Deno.test("Members: a new host shows in NAMES", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "userhost-in-names");
  fill(harness);
  const first = () => a.ask("NAMES #x")[0]!.split(" ")[5];
  assertEquals(first(), ":@a!~a@192.0.2.1");
  setHost(harness.world, a.user, "example.org", harness.now);
  a.take();
  assertEquals(first(), ":@a!~a@example.org");
});
