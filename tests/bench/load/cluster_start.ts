/**
 * How long a server of a cluster takes until it is ready: with a long history, as a copy of another
 * server, after it was killed, and when it has missed much.
 *
 * `CHAT_BENCH_MESSAGES` sets the length of the history (default: a million, which take a minute to
 * make), `CHAT_BENCH_LINES` how much is said meanwhile (default: 200,000).
 */
import type { HistoryItem } from "../../../lib/store/history.ts";
import { ClusterNodes } from "../../e2e/cluster_nodes.ts";
import { enterLobby } from "../../e2e/crowd_of_nodes.ts";
import { opened } from "../../store/stores.ts";

const MESSAGES = Number(Deno.env.get("CHAT_BENCH_MESSAGES") ?? 1_000_000);
const LINES = Number(Deno.env.get("CHAT_BENCH_LINES") ?? 200_000);
const ROOMS = 50;
const SPEAKERS = 16;
const AT_ONCE = 100;

function message(number: number, start: number): HistoryItem {
  const [room, name] = [`#room${number % ROOMS}`, `person${number % 300}`];
  const words = Array.from({ length: 2 + number % 13 }, (_, at) => `w${number * (at + 7) % 9973}`);
  return {
    msgid: `made-${number.toString(36)}`,
    time: start + number * 1000,
    conversation: room,
    command: "PRIVMSG",
    source: `${name}!${name}@host.example`,
    account: null,
    bot: false,
    params: [room, words.join(" ")],
    tags: "",
    concat: null,
  };
}

/** Makes the data of a server with a long history. */
async function make(directory: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const store = opened(directory);
  const start = Date.now() - MESSAGES * 1000;
  for (let number = 0; number < MESSAGES; number++) {
    store.history.append(message(number, start));
    if (number % 5000 !== 0) continue;
    store.history.commit();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  store.close();
}

async function timed(what: string, run: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await run();
  const ms = Math.round(performance.now() - since);
  console.log(`${what}: ${ms} ms`);
  return ms;
}

/** Has several people talk as fast as they can. */
async function talk(port: number): Promise<void> {
  const speakers = await Promise.all(
    Array.from({ length: SPEAKERS }, (_, at) => enterLobby(port, `speaker${at}`)),
  );
  await Promise.all(speakers.map(async (speaker, at) => {
    await speaker.send(`JOIN #own${at}`);
    for (let number = 0; number < LINES / SPEAKERS; number += AT_ONCE) {
      const words = Array.from({ length: AT_ONCE }, (_, index) => `line ${number + index} of many`);
      await speaker.send(...words.map((text) => `PRIVMSG #own${at} :${text}`));
      await speaker.ping();
    }
  }));
  for (const speaker of speakers) await speaker[Symbol.asyncDispose]();
}

const flags = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];
await using nodes = await ClusterNodes.start([], {
  flags: [...flags, "--history-per-channel", "0", "--history-days", "0"],
});
await make(nodes.data("a"));
await timed(`The first server, with ${MESSAGES} messages`, () => nodes.add("a"));
await timed("Another one copies them", () => nodes.add("b"));
for (const name of nodes.names) {
  await nodes.kill(name);
  await timed(`${name} was killed, and starts again`, () => nodes.add(name));
}
await nodes.kill("b");
await timed(`${LINES} lines are said`, () => talk(nodes.port("a")));
const ms = await timed("b, which has missed them", () => nodes.add("b"));
console.log(`${Math.round(LINES / ms * 1000)} lines a second`);
await timed("A third one", () => nodes.add("c"));
await nodes.kill("c");
await timed("c was killed, and starts again", () => nodes.add("c"));
