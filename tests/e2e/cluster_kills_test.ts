/**
 * Kills the servers of a cluster again and again while people talk: 3 times, and 50 times if
 * `CHAT_FAULTS` is set.
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { NO_NATS } from "../cluster/nats_server.ts";
import { Random, SEED } from "../fuzz/random.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import {
  assertPart,
  assertSame,
  commonHistory,
  type SaidLine,
  Speaker,
  tell,
  textOf,
  times,
} from "./crowd_of_nodes.ts";
import { RawClient } from "./raw_client.ts";
import { Talker, TALKER_WAYS } from "./talker.ts";

const NODE_KILLS = times(50);
const FLAGS = [
  ...["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"],
  ...["--max-connections-per-ip", "0", "--max-connections-per-minute", "0"],
];

/** How soon people with a way back must be on another server, in milliseconds. */
const BACK_MS = 5_000;

/** How soon the name of somebody without one must be free, in milliseconds. */
const FREE_MS = 30_000;

const PASSWORD = "a-long-password";

/** Logs in and takes a name. Returns how the server answers to the name. */
async function logIn(port: number, nick: string): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.send("CAP REQ :sasl", `NICK ${nick}`, "USER raw 0 * :Raw", "AUTHENTICATE PLAIN");
  await client.until(/AUTHENTICATE \+/);
  await client.send(`AUTHENTICATE ${btoa(`\0${nick}\0${PASSWORD}`)}`);
  await client.until(/ 903 /);
  await client.send("CAP END");
  return client;
}

/** Tries until a name is free. Returns how long that took. */
async function untilFree(nodes: ClusterNodes, nick: string): Promise<number> {
  const since = performance.now();
  while (performance.now() - since < 2 * FREE_MS) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const node of nodes.names) {
      try {
        await using client = await RawClient.connect(nodes.port(node));
        await client.send(`NICK ${nick}`, "USER raw 0 * :Raw");
        const [, code] = await client.until(/^:\S+ (001|433) /);
        if (code === "001") return performance.now() - since;
      } catch {
        // This one was killed too.
      }
    }
  }
  return Infinity;
}

Deno.test(permitted(
  `Cluster: ${NODE_KILLS} killed servers lose and double nothing, and nobody notices (${SEED})`,
  async () => {
    const random = new Random(SEED);
    const names = ["a", "b", "c"];
    await using nodes = await ClusterNodes.start(names, { flags: FLAGS });
    const talkers: Talker[] = [];
    const where = new Map<Talker, string>();
    for (const [index, way] of [...TALKER_WAYS, ...TALKER_WAYS].entries()) {
      const node = names[index % names.length]!;
      const port = await way.port(nodes.node(node));
      const talker = nodes.guests.use(new Talker(`Talker${index}`, port, index % 2 === 0, way));
      talkers.push(talker);
      where.set(talker, node);
      await talker.entered();
    }
    {
      await using owner = await RawClient.user(nodes.port("a"), "Owner");
      await owner.send(`REGISTER * * ${PASSWORD}`);
      await owner.until(/ REGISTER SUCCESS /);
    }
    const figures = {
      back: [] as number[],
      free: [] as Promise<number>[],
      login: [] as number[],
      ready: [] as number[],
      said: 0,
    };
    let last: SaidLine | undefined;
    const everything: SaidLine[] = [];
    for (let round = 0; round < NODE_KILLS; round++) {
      const what = `in round ${round}`;
      const victim = random.pick(names);
      const others = names.filter((name) => name !== victim);
      // The server is killed after so many words, while people talk.
      let left = Infinity;
      const killed = Promise.withResolvers<number>();
      const onHeard = () => {
        if (--left !== 0) return;
        nodes.node(victim).kill("SIGKILL");
        killed.resolve(performance.now());
      };
      const speakers: Speaker[] = [];
      for (const name of names) {
        speakers.push(await Speaker.start(nodes.port(name), `s${round}${name}`, onHeard));
      }
      const guest = await RawClient.user(nodes.port(victim), `guest${round}`);
      const owner = await logIn(nodes.port(victim), "Owner");
      await owner.until(/^:\S+ 001 Owner /);
      const talk = () => {
        for (const talker of talkers) {
          talker.say("#lobby", random.below(3));
          talker.say(
            random.pick(talkers.filter((other) => other !== talker)).name,
            random.below(3),
          );
        }
      };
      talk();
      left = 1 + random.below(40);
      const at = await killed.promise;
      talk();
      figures.free.push(untilFree(nodes, `guest${round}`));
      const words = talkers.flatMap((
        talker,
      ) => [
        talker.last("#lobby"),
        ...talkers.filter((other) => other !== talker).slice(0, 1).map((other) =>
          talker.last(other.name)
        ),
      ]);
      // All are heard by one who is on another server.
      const inRoom = words.filter((word) => word.includes("#lobby"));
      await nodes.kill(victim);
      const backs = talkers.map(async (talker) => {
        await talker.hears(...inRoom);
        return performance.now() - at;
      });
      {
        const since = performance.now();
        await using again = await logIn(nodes.port(random.pick(others)), "Owner");
        await again.until(/^:\S+ 001 Owner /);
        figures.login.push(performance.now() - since);
      }
      const slowest = Math.max(...await Promise.all(backs));
      figures.back.push(slowest);
      assertLess(slowest, BACK_MS, what);
      talk();
      const since = performance.now();
      await nodes.add(victim);
      figures.ready.push(performance.now() - since);
      await Promise.all(speakers.map((speaker) => speaker.stop()));
      const ends = talkers.map((talker) => talker.last("#lobby"));
      await Promise.all(talkers.map((talker) => talker.hears(...ends)));
      const history = await commonHistory(nodes, `r${round}`, last);
      everything.push(...history);
      last = history.at(-1);
      const texts = history.map(textOf);
      assertEquals(texts.length, new Set(texts).size, `nothing is twice in the history ${what}`);
      for (const speaker of speakers) {
        assertPart(speaker.heard, history, `${speaker.name} heard all ${what}`);
        const there = new Set(history);
        for (const line of speaker.acknowledged) assert(there.has(line), `${line} is lost ${what}`);
        const quits = speaker.client.received.lines.filter((line) =>
          /^(@\S+ )?:Talker\d!\S+ (QUIT|JOIN|PART|NICK)/.test(line)
        );
        assertEquals(quits, [], `others noticed it ${what}`);
        figures.said += speaker.acknowledged.length;
        await speaker.client[Symbol.asyncDispose]();
      }
      for (const client of [guest, owner]) await client[Symbol.asyncDispose]();
    }
    const free = await Promise.all(figures.free);
    assertLess(Math.max(...free), FREE_MS);
    // The talkers heard everything once, in order.
    const inHistory = everything.map(textOf).filter((text) => text.startsWith("Talker"));
    for (const talker of talkers) {
      assertEquals(
        talker.heard.length,
        new Set(talker.heard).size,
        `${talker.name} heard nothing twice`,
      );
      const room = talker.heard.filter((line) => /^Talker\d -> #lobby/.test(line)).map((line) =>
        line.replace(" -> #lobby", "")
      );
      const after = inHistory.indexOf(room[0]!);
      assertSame(room, inHistory.slice(after), `${talker.name} heard all in order`);
    }
    for (const talker of talkers) assertEquals(await talker.leave(), 0);
    const most = (values: readonly number[]) => Math.round(Math.max(...values));
    tell(
      `${NODE_KILLS} kills, ${figures.said} words; back after ${most(figures.back)} ms at most, ` +
        `logged in after ${most(figures.login)}, ready after ${
          most(figures.ready)
        }, name free after ${most(free)}`,
    );
  },
  NO_NATS,
));
