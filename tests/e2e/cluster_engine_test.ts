/**
 * Kills the leader of NATS again and again under a cluster while people talk: 3 times, and 20 times
 * if `CHAT_FAULTS` is set. Then it is also cut off from the others.
 */
import { assertLess } from "@std/assert";
import { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { pause } from "../../lib/cli/os/pause.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import {
  checkAll,
  historyLeft,
  Speaker,
  talkersOn,
  tell,
  THOROUGH,
  times,
  unlessNatsDiffers,
} from "./crowd_of_nodes.ts";

const KILLS = times(20);
const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];

/**
 * How soon talk must go on after the leader is gone, in milliseconds: NATS 2.9 takes 4 to 9 s to elect
 * another, and twice that if nobody wins. The servers add about a second.
 */
const ON_MS = { median: 10_000, longest: 20_000 };

/** How long the leader is cut off, in milliseconds: the others elect one meanwhile. */
const CUT_MS = 12_000;

/** How long they are waited for after that, in milliseconds: 2.9 may fail. */
const WHOLE_MS = 20_000;

/**
 * Why nothing is cut off: the copies of the stream in NATS 2.9 differ afterwards, so that servers may
 * stop, and the test knows only what must not happen.
 */
const NO_PARTITION = NO_NATS || (THOROUGH ? "" : "Servers may stop, in which order is by chance");

/** The stream, seen from a client of the test's own. */
async function streamOf(nodes: ClusterNodes) {
  const test = nodes.nats.client();
  await test.client.connected();
  const stream = new JetStream(test.client, "CHAT");
  return {
    /** The server that leads it, once all others follow. */
    async leader(withinMs = Infinity) {
      for (const since = performance.now();;) {
        const info = await stream.streamInfo().catch(() => undefined);
        const { leader, followers = [] } = info ?? {};
        const server = nodes.nats.servers.find(({ name }) => name === leader);
        const isWhole = followers.length === 2 && followers.every(({ isCurrent }) => isCurrent);
        if (server !== undefined && isWhole) return server;
        if (performance.now() - since > withinMs) throw new Error("NATS has not found together");
        await pause(100);
      }
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

Deno.test(permitted(
  `Cluster: ${KILLS} kills of the leader of NATS lose and double nothing, and talk goes on`,
  async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { count: 3, flags: FLAGS });
    await using stream = await streamOf(nodes);
    const talkers = await talkersOn(nodes);
    const speakers = [
      await Speaker.start(nodes.port("a"), "sa"),
      await Speaker.start(nodes.port("b"), "sb"),
    ];
    await unlessNatsDiffers(nodes, async () => {
      const longest: number[] = [];
      for (let round = 0; round < KILLS; round++) {
        const leader = await stream.leader();
        for (const talker of talkers) talker.say("#lobby", 2);
        const since = performance.now();
        await leader.kill();
        const words = talkers.map((talker) => talker.last("#lobby"));
        await Promise.all(talkers.map((talker) => talker.hears(...words)));
        longest.push(performance.now() - since);
        assertLess(longest.at(-1)!, ON_MS.longest, `in round ${round}`);
        await leader.start();
      }
      const waited = Math.max(...speakers.map(({ longestMs }) => longestMs));
      assertLess(waited, ON_MS.longest);
      const median = longest.toSorted((a, b) => a - b)[Math.floor(longest.length / 2)]!;
      assertLess(median, ON_MS.median);
      const history = await checkAll(nodes, speakers, talkers);
      tell(
        `${KILLS} kills of the leader, ${history.length} words; the longest wait was ` +
          `${Math.round(Math.max(waited, ...longest))} ms`,
      );
    });
  },
  NO_NATS,
));

Deno.test(permitted(
  "Cluster: after NATS's servers lost each other, no two servers go on with different histories",
  async () => {
    const nats = { count: 3, wired: true } as const;
    await using nodes = await ClusterNodes.start(["a", "b"], { ...nats, flags: FLAGS });
    await using stream = await streamOf(nodes);
    for (let round = 0; round < times(6); round++) {
      const leader = await stream.leader(WHOLE_MS).catch(() => undefined);
      if (leader === undefined) break;
      const speakers = await Promise.all(
        nodes.names.map((name) =>
          Speaker.start(nodes.port(name), `s${name}${round}`).catch(() => undefined)
        ),
      );
      nodes.nats.isolate(leader, true);
      await pause(CUT_MS);
      nodes.nats.isolate(leader, false);
      for (const speaker of speakers) await speaker?.client[Symbol.asyncDispose]();
    }
    const history = await historyLeft(nodes);
    tell(`${nodes.names.length} of 2 servers are left, with ${history?.length ?? 0} words`);
  },
  NO_PARTITION,
));
