import { assertEquals } from "@std/assert";
import type { HistoryItem, HistoryStore, Page } from "../../lib/store/history.ts";
import { everyStore, item } from "./stores.ts";

/** The size of a page. */
const LIMIT = 10;

/** Reads pages until one is shorter than requested, as clients do. */
function walk<T>(
  from: number,
  ask: (time: number) => readonly T[],
  edge: (page: readonly T[]) => number,
): T[][] {
  const pages: T[][] = [];
  for (let time = from;;) {
    const page = [...ask(time)];
    pages.push(page);
    if (page.length < LIMIT) return pages;
    time = edge(page);
    if (pages.length > 500) throw new Error("It never ends");
  }
}

const first = (page: readonly { readonly time: number }[]) => page[0]!.time;
const last = (page: readonly { readonly time: number }[]) => page.at(-1)!.time;

/**
 * Everything that is read page by page in each way, from the time of the last item of each page.
 */
function everyWay(history: HistoryStore, page: Page): Record<string, string[]> {
  const search = { conversations: ["#lobby"], text: "text", limit: LIMIT };
  const ways: Record<string, HistoryItem[][]> = {
    before: walk(9000, (time) => history.before("#lobby", { time }, page), first).reverse(),
    after: walk(0, (time) => history.after("#lobby", { time }, page), last),
    between: walk(0, (time) => history.between("#lobby", { time }, { time: 9000 }, page), last),
    backwards: walk(9000, (time) => history.between("#lobby", { time }, { time: 0 }, page), first)
      .reverse(),
    search: walk(9000, (before) => history.search({ ...search, before }), first).reverse(),
  };
  return Object.fromEntries(
    Object.entries(ways).map(([way, pages]) => [way, pages.flat().map(({ msgid }) => msgid)]),
  );
}

/** Puts 30 messages into three milliseconds, with as many events and redactions between them. */
function crowd(history: HistoryStore): { messages: string[]; all: string[] } {
  const messages: string[] = [];
  const all: string[] = [];
  for (let index = 0; index < 30; index++) {
    const time = 1000 + Math.floor(index / 11);
    history.append(item({ msgid: `m${index}`, time }));
    history.append(item({ msgid: `j${index}`, time, command: "JOIN" }));
    history.append(item({ msgid: `r${index}`, time }));
    history.append(item({ msgid: `o${index}`, time, conversation: "#other" }));
    history.redact(`r${index}`);
    messages.push(`m${index}`);
    all.push(`m${index}`, `j${index}`);
  }
  return { messages, all };
}

everyStore(
  "Paging: no message of a crowded millisecond is lost between two pages",
  (store, reopen) => {
    const { messages, all } = crowd(store.history);
    for (const step of ["held", "committed", "reopened"]) {
      if (step === "committed") store.history.commit();
      const { history } = step === "reopened" ? reopen() : store;
      for (const events of [false, true]) {
        const wanted = events ? all : messages;
        const { search, ...ways } = everyWay(history, { limit: LIMIT, events });
        for (const [way, found] of Object.entries(ways)) {
          assertEquals(found, wanted, `${way}, ${step}, events: ${events}`);
        }
        assertEquals(search, messages, `search, ${step}`);
      }
    }
  },
);

everyStore("Paging: a page is longer by the rest of a millisecond at most", ({ history }) => {
  crowd(history);
  history.commit();
  const page = { limit: LIMIT, events: false };
  const sizes = {
    latest: history.latest("#lobby", undefined, page).length,
    latestAfter: history.latest("#lobby", { time: 1001 }, page).length,
    before: history.before("#lobby", { time: 1002 }, page).length,
    beforeId: history.before("#lobby", { msgid: "m21" }, page).length,
    after: history.after("#lobby", { time: 0 }, page).length,
    around: history.around("#lobby", { time: 1001 }, { limit: 1, events: false }).length,
    aroundTwo: history.around("#lobby", { msgid: "m11" }, { limit: 2, events: false }).length,
    none: history.latest("#lobby", undefined, { limit: 0, events: false }).length,
  };
  assertEquals(sizes, {
    // The last millisecond has 8 messages, the others 11.
    ...{ latest: 19, latestAfter: 8, before: 11, beforeId: 10, after: 11, around: 11 },
    ...{ aroundTwo: 22, none: 0 },
  });
});

everyStore("Paging: more items than a millisecond has places are reached by time too", (store) => {
  const { history } = store;
  const wanted = Array.from({ length: 2500 }, (_, index) => `m${index}`);
  for (const msgid of wanted) history.append(item({ msgid, time: 1000 }));
  wanted.push("later");
  history.append(item({ msgid: "later", time: 1001 }));
  for (const committed of [false, true]) {
    if (committed) history.commit();
    // Each search indexes some messages first.
    for (let time = 0; time < 2; time++) {
      history.search({ conversations: ["#lobby"], text: "text", limit: 1 });
    }
    for (const [way, found] of Object.entries(everyWay(history, { limit: LIMIT, events: false }))) {
      assertEquals(found, wanted, `${way}, ${committed}`);
    }
  }
});

everyStore(
  "Paging: TARGETS leaves out no conversation of the time at which a page ends",
  (store) => {
    const { history } = store;
    const names = Array.from({ length: 30 }, (_, index) => `#r${`${index}`.padStart(2, "0")}`);
    for (const [index, conversation] of names.entries()) {
      history.append(item({ conversation, time: 1000 + Math.floor(index / 11) }));
    }
    const read = (pages: { readonly conversation: string }[][]) =>
      pages.flat().map(({ conversation }) => conversation).sort();
    const up = walk(0, (time) => history.targets(names, time, 9000, LIMIT), last);
    const down = walk(9000, (time) => history.targets(names, time, 0, LIMIT), first);
    assertEquals([read(up), read(down)], [names, names]);
    assertEquals([up, down].map((pages) => pages.map(({ length }) => length)), [
      [11, 11, 8],
      [19, 11, 0],
    ]);
  },
);
