/**
 * Simulated life of a cluster: `CHAT_LIFE_SECONDS` seconds (default 15) in which people come, talk
 * and leave, and servers are killed and come back. In the end all servers know the same.
 */
import { NO_NATS } from "../cluster/nats_server.ts";
import { SEED } from "../fuzz/random.ts";
import { env, permitted } from "../permitted.ts";
import { ClusterLife } from "./cluster_life.ts";

const SECONDS = Number(env("CHAT_LIFE_SECONDS") ?? "") || 15;

Deno.test(permitted(
  `Cluster: after ${SECONDS} s of life all servers are the same (seed ${SEED})`,
  async () => {
    const isLong = SECONDS > 60;
    await using life = await ClusterLife.start({
      seed: SEED,
      ms: SECONDS * 1000,
      kept: isLong ? 400 : 10_000,
      natsServers: isLong ? 3 : 1,
      people: isLong ? 24 : 12,
      restMs: isLong ? 1500 : 150,
      calmMs: isLong ? 15_000 : 1500,
    });
    await life.live();
    const entry = await life.assertSame();
    const { sent, received } = life.lines;
    const counts = Map.groupBy(life.happened, (name) => name);
    const incidents = [...counts].map(([name, { length }]) => `${name} ${length}`).join(", ");
    console.log(`${entry} entries, ${sent} lines, ${received} heard; servers: ${incidents}`);
  },
  NO_NATS,
));
