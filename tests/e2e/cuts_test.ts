/**
 * Cuts connections again and again while people talk: `CHAT_CUTS` times (default 20). Afterwards
 * nothing was lost, nothing was said twice, and nobody else noticed.
 */
import { assertEquals } from "@std/assert";
import type { Dial } from "../../lib/client/stay/line_link.ts";
import type { Target } from "../../lib/client/trust/target.ts";
import { webSocketDial } from "../../lib/web/page/view/web_socket_link.ts";
import type { ChatEvent } from "../../lib/client/events.ts";
import { Stay } from "../../lib/client/stay/stay.ts";
import { Dialler } from "../../lib/cli/join/dialler.ts";
import { dialBy } from "../../lib/cli/join/server_link.ts";
import { SYSTEM_TIMERS } from "../../lib/client/stay/system_timers.ts";
import { webHashes } from "../../lib/crypto/hashes.ts";
import { Random, SEED } from "../fuzz/random.ts";
import { env, permitted } from "../permitted.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { Transcript } from "./transcript.ts";
import { Wire } from "./wire.ts";

const CUTS = Number(env("CHAT_CUTS") ?? "") || 20;
const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];

/** How stays reach the server. */
interface Way {
  readonly name: string;
  port(server: ServerProcess): number | Promise<number>;
  dial(target: Target): Dial;
}

const TRUST = { file: undefined, expected: undefined, trustNew: false, ca: undefined };

const WAYS: readonly Way[] = [
  {
    name: "chat join",
    port: (server) => server.port,
    dial: (target) => dialBy(new Dialler(target, TRUST, undefined), () => {}),
  },
  {
    name: "the page",
    port: (server) => server.webPort(),
    dial: ({ host, port }) => webSocketDial(`ws://${host}:${port}/`, "open", () => {}),
  },
];

/** A stay over real sockets that says numbered words. */
class Talker {
  readonly name: string;
  readonly heard: string[] = [];
  readonly #log: Transcript;
  readonly #stay: Stay;
  readonly #status: Promise<number>;
  #count = 0;

  /** @param rich Whether it is one at a terminal, else one in a pipe. */
  constructor(name: string, port: number, rich: boolean, way: Way) {
    this.name = name;
    this.#log = new Transcript(name);
    const target = { host: "127.0.0.1", port, room: "#lobby", encryption: "never" } as const;
    this.#stay = new Stay({
      ...{ target, name, password: undefined, insecure: "never", login: undefined },
      ...{ person: rich, rich, typing: false },
      audience: {
        show: (event) => this.#show(event),
        stepped: () => {},
        room: undefined,
        flushed: () => Promise.resolve(),
      },
    }, {
      dial: way.dial(target),
      timers: SYSTEM_TIMERS,
      random: () => 0,
      hashes: webHashes(),
    });
    this.#status = this.#stay.run();
  }

  #show(event: ChatEvent): void {
    if (event.type === "message" && !event.server) {
      const line = `${event.from} -> ${event.target}: ${event.text}`;
      this.heard.push(line);
      this.#log.add(`${line}\n`);
    } else this.#log.add(`(${event.type})\n`);
  }

  /** Says so many words to a room or a person. */
  say(place: string, count: number): void {
    for (; count > 0; count--) {
      this.#stay.perform({ do: "say", text: `${this.name} ${++this.#count}` }, place);
    }
  }

  /** Says a last word to a room or a person. Returns how others see it. */
  last(place: string): string {
    this.say(place, 1);
    return `${this.name} -> ${place}: ${this.name} ${this.#count}`;
  }

  /** Waits until it has heard this. */
  async hears(...lines: string[]): Promise<void> {
    for (const line of lines) {
      while (!this.heard.includes(line)) await this.#log.line(/^[^(]/);
    }
  }

  async entered(): Promise<void> {
    await this.#log.line(/^\(entered\)$/);
  }

  async leave(): Promise<number> {
    this.#stay.leave("");
    return await this.#status;
  }
}

for (const way of WAYS) {
  Deno.test(
    permitted(
      `Way back: ${CUTS} cuts of ${way.name} lose and double nothing, and nobody notices (${SEED})`,
      async () => {
        const random = new Random(SEED);
        await using server = await ServerProcess.start(FLAGS);
        await using wire = new Wire(await way.port(server));
        await using witness = await RawClient.user(server.port, "Witness");
        await witness.send("JOIN #lobby");
        const [ali, can] = [
          new Talker("Ali", wire.port, true, way),
          new Talker("Can", wire.port, false, way),
        ];
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
