/**
 * Cuts connections again and again while people talk: `CHAT_CUTS` times (default 20). Afterwards
 * nothing was lost, nothing was said twice, and nobody else noticed.
 */
import { assertEquals } from "@std/assert";
import { Random, SEED } from "../fuzz/random.ts";
import { env, permitted } from "../permitted.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { Talker, TALKER_WAYS } from "./talker.ts";
import { Wire } from "./wire.ts";

const CUTS = Number(env("CHAT_CUTS") ?? "") || 20;
const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];

for (const way of TALKER_WAYS) {
  Deno.test(
    permitted(
      `Way back: ${CUTS} cuts of ${way.name} lose and double nothing, and nobody notices (${SEED})`,
      async () => {
        const random = new Random(SEED);
        await using server = await ServerProcess.start(FLAGS);
        await using wire = new Wire(await way.port(server));
        await using witness = await RawClient.user(server.port, "Witness");
        await witness.send("JOIN #lobby");
        await using ali = new Talker("Ali", wire.port, true, way);
        await using can = new Talker("Can", wire.port, false, way);
        await ali.entered();
        await can.entered();
        await witness.ping();
        const before = witness.received.lines.length;
        const talk = () => {
          for (const [one, other] of [[ali, can], [can, ali]] as const) {
            one.say("#lobby", random.below(4));
            one.say(other.name, random.below(3));
          }
        };
        for (let cut = 0; cut < CUTS; cut++) {
          talk();
          wire.swallow(random.pick(["up", "down", "both", "nothing"] as const));
          talk();
          // Some of it is on its way now.
          for (let turns = random.below(3); turns > 0; turns--) await witness.ping();
          wire.cut(random.oneIn(2));
          talk();
          if (random.oneIn(4)) {
            const { accepted } = wire;
            wire.isDown = true;
            while (wire.accepted === accepted) await witness.ping();
            wire.isDown = false;
          }
          if (random.oneIn(4)) {
            // They break again while they come back.
            const { accepted } = wire;
            while (wire.accepted === accepted) await witness.ping();
            for (let turns = random.below(8); turns > 0; turns--) await witness.ping();
            wire.cut(random.oneIn(2));
          }
          const words = [ali.last("#lobby"), can.last("#lobby"), ali.last("Can"), can.last("Ali")];
          await Promise.all([ali.hears(...words), can.hears(...words)]);
        }
        assertEquals([await ali.leave(), await can.leave()], [0, 0]);

        for (const { name, heard } of [ali, can]) {
          assertEquals(heard.length, new Set(heard).size, `${name} heard nothing twice`);
          for (const speaker of ["Ali", "Can"]) {
            for (const place of ["#lobby", speaker === "Ali" ? "Can" : "Ali"]) {
              const numbers = numbersIn(heard, `${speaker} -> ${place}: `);
              assertEquals(
                numbers,
                numbers.toSorted((a, b) => a - b),
                `${name} heard all in order`,
              );
            }
          }
        }
        assertEquals(ali.heard.toSorted(), can.heard.toSorted());
        for (const _ of [ali, can]) await witness.until(/ QUIT /);
        const lines = witness.received.lines.slice(before);
        const said = lines.filter((line) => line.includes(" PRIVMSG #lobby :"));
        const inRoom = ali.heard.filter((line) => line.includes("#lobby"));
        assertEquals(said.length, inRoom.length, "others heard all of it, once");
        const noise = lines.flatMap((line) => / (QUIT|JOIN|NICK|PART|KICK) /.exec(line)?.[1] ?? []);
        assertEquals(noise, ["QUIT", "QUIT"], "others saw them leave, once");
      },
    ),
  );
}

Deno.test(
  permitted(
    "chat join: after a cut it goes on, tells what was missed, and says so once",
    async () => {
      await using server = await ServerProcess.start(FLAGS);
      await using wire = new Wire(server.port);
      await using other = await RawClient.user(server.port, "Deniz");
      await other.send("JOIN #lobby");
      await using program = start(["join", `127.0.0.1:${wire.port}`, "--name", "Ali", "--plain"]);
      await program.line(/^You have selected your username/);
      await other.until(/^:Ali!\S+ JOIN /);
      wire.swallow("down");
      await other.send("PRIVMSG #lobby :eins", "PRIVMSG Ali :zwei");
      await program.write("drei\n");
      await other.until(/^:Ali!\S+ PRIVMSG #lobby :drei$/);
      wire.cut(false);
      for (const pattern of [/^Connected again\.$/, /zwei$/, /eins$/, /drei$/]) {
        await program.line(pattern);
      }
      await program.write("vier\n");
      await other.until(/^:Ali!\S+ PRIVMSG #lobby :vier$/);
      await program.closeStdin();
      assertEquals(await program.exit(), 0);
      await other.until(/^:Ali!\S+ QUIT /);
      const { lines } = other.received;
      assertEquals(lines.filter((line) => line.endsWith(":drei")).length, 1, "it is said once");
      assertEquals(lines.filter((line) => /^:Ali!\S+ (JOIN|QUIT) /.test(line)).length, 2);
      const again = program.stdout.lines.filter((line) => /again|Users|^Ali$/.test(line));
      assertEquals(again, ["Connected again."]);
    },
  ),
);

function numbersIn(heard: readonly string[], start: string): number[] {
  return heard.filter((line) => line.startsWith(start)).map((line) =>
    Number(line.split(" ").at(-1))
  );
}
