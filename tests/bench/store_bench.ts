/**
 * The store on disk: writing, reading and searching. `CHAT_BENCH_MESSAGES` sets the number of
 * messages in the file (default 100,000; a million take some minutes to make). `CHAT_BENCH_DATA`
 * names a directory that is reused and kept.
 */
import type { HistoryItem } from "../../lib/store/history.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { Random } from "../fuzz/random.ts";

const SIZE = Number(Deno.env.get("CHAT_BENCH_MESSAGES") ?? 100_000);
const ROOMS = 50;
const PEOPLE = 300;

const random = new Random(1);
const words = Array.from({ length: 30_000 }, (_, index) => `w${(index * 7919).toString(36)}`);
const texts = Array.from({ length: 20_000 }, (_, index) => {
  const text = Array.from(
    { length: 2 + random.below(14) },
    // A few words are common, most are rare, as in any language.
    () => words[Math.floor(random.next() ** 3 * words.length)]!,
  );
  return index % 2000 === 0 ? `${text.join(" ")} needle` : text.join(" ");
});

let serial = 0;
const START = 1_700_000_000_000;

function message(): HistoryItem {
  const number = serial++;
  const conversation = `#room${random.below(ROOMS)}`;
  const name = `person${random.below(PEOPLE)}`;
  return {
    msgid: `${RUN}-${number.toString(36)}`,
    time: START + number * 700,
    conversation,
    command: "PRIVMSG",
    source: `${name}!${name}@host.example`,
    account: null,
    bot: false,
    params: [conversation, texts[number % texts.length]!],
    tags: "",
    concat: null,
  };
}

const RUN = crypto.randomUUID().slice(0, 8);

function open(directory: string): Store {
  const opened = openStore(directory, (event) => console.error(event.message));
  if ("fault" in opened) throw new Error(opened.fault.message);
  return opened.store;
}

const kept = Deno.env.get("CHAT_BENCH_DATA");
const directory = kept ?? Deno.makeTempDirSync({ prefix: "chat-bench-" });
const began = performance.now();
let store = open(directory);
const opening = performance.now() - began;
const page = { limit: 50, events: true };
if (store.history.latest("#room0", undefined, page).length === 0) {
  const commits: number[] = [];
  const filling = performance.now();
  for (let index = 0; index < SIZE; index++) {
    store.history.append(message());
    if (index % 100 !== 99) continue;
    const before = performance.now();
    store.history.commit();
    commits.push(performance.now() - before);
  }
  const perSecond = Math.round(SIZE / (performance.now() - filling) * 1000);
  commits.sort((a, b) => a - b);
  const at = (part: number) => commits[Math.floor((commits.length - 1) * part)]!.toFixed(2);
  console.log(
    `${SIZE} messages written in batches of 100: ${perSecond}/s; ` +
      `a commit takes ${at(0.5)} ms, 99 %: ${at(0.99)} ms, longest ${at(1)} ms`,
  );
  store.close();
  const reopening = performance.now();
  store = open(directory);
  console.log(`opened in ${(performance.now() - reopening).toFixed(1)} ms`);
} else {
  serial = 1e9;
  console.log(`opened in ${opening.toFixed(1)} ms`);
}
const { size } = Deno.statSync(`${directory}/chat.db`);
const { rss } = Deno.memoryUsage();
console.log(`file ${(size / 1e6).toFixed(0)} MB, memory ${(rss / 1e6).toFixed(0)} MB`);

globalThis.addEventListener("unload", () => {
  store.close();
  if (kept === undefined) Deno.removeSync(directory, { recursive: true });
});

const { history } = store;
const rooms = Array.from({ length: ROOMS }, (_, index) => `#room${index}`);

Deno.bench({ name: "append and commit one", group: "write" }, () => {
  history.append(message());
  history.commit();
});

Deno.bench({ name: "append and commit 100", group: "write" }, () => {
  for (let count = 0; count < 100; count++) history.append(message());
  history.commit();
});

Deno.bench({ name: "LATEST 50", group: "read" }, () => {
  history.latest(rooms[random.below(ROOMS)]!, undefined, page);
});

Deno.bench({ name: "BEFORE 50, anywhere", group: "read" }, () => {
  const time = START + random.below(SIZE) * 700;
  history.before(rooms[random.below(ROOMS)]!, { time }, page);
});

Deno.bench({ name: "SEARCH, a rare word in one room", group: "search" }, () => {
  history.search({ conversations: [rooms[random.below(ROOMS)]!], text: "needle", limit: 50 });
});

Deno.bench({ name: "SEARCH, a common word in one room", group: "search" }, () => {
  history.search({ conversations: [rooms[random.below(ROOMS)]!], text: words[0]!, limit: 50 });
});

Deno.bench({ name: "SEARCH, the start of a word in all rooms", group: "search" }, () => {
  history.search({ conversations: rooms, text: "w1", limit: 50 });
});

Deno.bench({ name: "SEARCH, two common words by one person", group: "search" }, () => {
  const text = `${words[0]} ${words[7]}`;
  history.search({ conversations: rooms, text, from: "person7", limit: 50 });
});
