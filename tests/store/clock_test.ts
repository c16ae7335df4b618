import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { HistoryItem, HistoryStore } from "../../lib/store/history.ts";
import { openReader } from "../../lib/store/history_reader.ts";
import { placeAt, timeAt } from "../../lib/store/order.ts";
import { Redating } from "../../lib/store/redating.ts";
import { everyStore, ids, inDirectory, item, opened } from "./stores.ts";
import { needing } from "../permitted.ts";

const permitted = needing("read", "run", "write");

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_700_000_000_000;
const ALL = { limit: 100_000, events: true };
const KEYS = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };

/** How far the clock was ahead. */
const CASES: readonly (readonly [name: string, ahead: number])[] = [
  ["2 hours", 2 * HOUR],
  ["400 days", 400 * DAY],
  ["500 years", 500 * 365 * DAY],
];

const numbers = (start: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${start}${index}`);

/** Appends some history, messages from while the clock was ahead, and one message after that. */
function misdated(history: HistoryStore, ahead: number, count = 20): string[] {
  const past = numbers("p", 5);
  const future = numbers("f", count);
  for (const [index, msgid] of past.entries()) {
    history.append(item({ msgid, time: NOW - HOUR + index }));
  }
  for (const [index, msgid] of future.entries()) {
    history.append(
      item({ msgid, time: NOW + ahead - count + index, params: ["#lobby", "future"] }),
    );
  }
  history.commit();
  history.append(item({ msgid: "now", time: NOW, params: ["#lobby", "present"] }));
  return [...past, ...future, "now"];
}

function assertDated(items: readonly HistoryItem[]): void {
  for (const [index, { msgid, time }] of items.entries()) {
    assert(time <= NOW + 30_000, `${msgid} is dated ${time - NOW} ms ahead`);
    assert(time >= (items[index - 1]?.time ?? 0), `${msgid} is dated before the one before it`);
  }
}

for (const [name, ahead] of CASES) {
  everyStore(
    `Clock: after it was ${name} ahead, what is new comes after what is old`,
    (store, reopen) => {
      const wanted = misdated(store.history, ahead);
      const check = ({ history }: typeof store, step: string) => {
        const all = history.latest("#lobby", undefined, ALL);
        assertEquals(all.map(({ msgid }) => msgid), wanted, step);
        assertDated(all);
        const future = all.filter(({ msgid }) => msgid.startsWith("f"));
        assertEquals(future.every(({ time }) => time < NOW), true, step);
        const page = { limit: 2, events: true };
        const found = {
          latest: history.latest("#lobby", undefined, page),
          latestAfter: history.latest("#lobby", { msgid: "f18" }, ALL),
          before: history.before("#lobby", { msgid: "now" }, page),
          beforeTime: history.before("#lobby", { time: NOW }, page),
          after: history.after("#lobby", { msgid: "f17" }, page),
          afterTime: history.after("#lobby", { time: NOW - 1 }, ALL),
          search: history.search({ conversations: ["#lobby"], text: "", from: "ada", limit: 2 }),
          future: history.search({ conversations: ["#lobby"], text: "future", limit: 2 }),
          sinceNow: history.search({
            ...{ conversations: ["#lobby"], text: "present", limit: 9, after: NOW - 1 },
          }),
        };
        const read = Object.entries(found).map(([key, items]) => [key, ids(items)]);
        assertEquals(Object.fromEntries(read), {
          latest: "f19 now",
          latestAfter: "f19 now",
          before: "f18 f19",
          beforeTime: "f18 f19",
          after: "f18 f19",
          afterTime: "now",
          search: "f19 now",
          future: "f18 f19",
          sinceNow: "now",
        }, step);
        assertEquals(history.targets(["#lobby"], NOW - 1000, NOW + 1000, 5).length, 1, step);
      };
      check(store, "held");
      store.history.commit();
      check(store, "committed");
      const again = reopen();
      check(again, "reopened");
      again.history.append(item({ msgid: "next", time: NOW + 5 }));
      wanted.push("next");
      const next = again.history.latest("#lobby", undefined, ALL);
      assertEquals([next.map(({ msgid }) => msgid), next.at(-1)!.time], [wanted, NOW + 5]);
    },
  );

  everyStore(
    `Clock: what was said while it was ${name} ahead is not kept longer for that`,
    (store) => {
      const { history } = store;
      misdated(history, ahead);
      history.commit();
      while (history.prune({ days: 30, perConversation: 0 }, NOW + 31 * DAY));
      assertEquals(history.conversations(""), []);
    },
  );
}

everyStore("Clock: what is dated ahead is dated again without anything new, too", ({ history }) => {
  for (const [index, msgid] of numbers("f", 700).entries()) {
    history.append(item({ msgid, time: NOW + 400 * DAY + index }));
  }
  history.commit();
  while (history.prune({ days: 30, perConversation: 0 }, NOW));
  const all = history.latest("#lobby", undefined, ALL);
  assertEquals(ids(all), numbers("f", 700).join(" "));
  assertDated(all);
  while (history.prune({ days: 30, perConversation: 0 }, NOW + 31 * DAY));
  assertEquals(history.conversations(""), []);
});

everyStore(
  "Clock: a small step back moves nothing; what follows stays behind and apart",
  (store) => {
    const { history } = store;
    const times = [5000, 5001, 4990, 4990, 4991, 5000, 5010];
    for (const [index, time] of times.entries()) {
      history.append(item({ msgid: `s${index}`, time: NOW + time }));
    }
    const all = history.latest("#lobby", undefined, ALL);
    assertEquals(all.map(({ msgid, time }) => `${msgid} ${time - NOW}`), [
      ...["s0 5000", "s1 5001", "s2 5002", "s3 5002", "s4 5003", "s5 5004", "s6 5010"],
    ]);
    // A client that saw the last message before the step finds the later ones.
    assertEquals(ids(history.after("#lobby", { time: NOW + 5001 }, ALL)), "s2 s3 s4 s5 s6");
  },
);

everyStore(
  "Clock: while it has not been set yet nothing is dated back, nor deleted then",
  (store) => {
    const { history } = store;
    for (const [index, msgid] of numbers("p", 5).entries()) {
      history.append(item({ msgid, time: NOW - HOUR + index }));
    }
    history.commit();
    // A machine without a hardware clock is in 1970 until it gets the time from the network.
    history.append(item({ msgid: "unset", time: 5000 }));
    history.commit();
    while (history.prune({ days: 30, perConversation: 0 }, 6000));
    history.append(item({ msgid: "set", time: NOW }));
    history.commit();
    while (history.prune({ days: 30, perConversation: 0 }, NOW));
    const all = history.latest("#lobby", undefined, ALL);
    assertEquals(ids(all), "p0 p1 p2 p3 p4 unset set");
    assertEquals(all.map(({ time }) => time - NOW + HOUR), [0, 1, 2, 3, 4, 5, HOUR]);
  },
);

everyStore("Clock: a redacted id keeps its place when items are dated again", (store, reopen) => {
  const { history } = store;
  misdated(history, 2 * HOUR);
  history.redact("f7");
  history.redact("f19");
  history.commit();
  const again = reopen().history;
  assertEquals(ids(again.after("#lobby", { msgid: "f7" }, { limit: 1, events: true })), "f8");
  assertEquals(ids(again.after("#lobby", { msgid: "f19" }, ALL)), "now");
});

everyStore(
  "Clock: an account that was made while it was ahead is between the same messages",
  (store) => {
    const { history, accounts, serverState } = store;
    accounts.add("Old", KEYS, NOW - HOUR);
    for (const [index, msgid] of numbers("f", 100).entries()) {
      if (index === 60) accounts.add("Ada", KEYS, NOW + 2 * HOUR + index);
      history.append(item({ msgid, time: NOW + 2 * HOUR + index }));
    }
    accounts.add("Last", KEYS, NOW + 2 * HOUR + 500);
    serverState.saveReadMarker("Ada", "#lobby", NOW + 3 * HOUR);
    serverState.saveReadMarker("Ada", "#other", NOW - HOUR);
    serverState.saveDeparture("Ada", "#lobby", NOW + 2 * HOUR);
    serverState.saveDeparture("Ada", "#other", NOW - HOUR);
    history.commit();
    history.append(item({ msgid: "now", time: NOW }));
    history.commit();
    const since = (name: string) =>
      ids(
        history.latest("#lobby", undefined, ALL).filter(({ time }) =>
          time >= accounts.find(name)!.createdAt
        ),
      );
    assertEquals(since("Ada"), [...numbers("f", 100).slice(60), "now"].join(" "));
    assertEquals([since("Last"), accounts.find("Old")!.createdAt], ["now", NOW - HOUR]);
    assertEquals([...serverState.readMarkers("Ada")].sort(), [["#lobby", NOW], [
      "#other",
      NOW - HOUR,
    ]]);
  },
);

Deno.test(
  permitted(
    "Redating: places go down only, in their order, and as many a millisecond as needed",
    () => {
      for (
        const [count, gap] of [[1, 0], [50, 0], [50, 1e6], [90_000, 10], [90_000, 1e9]] as const
      ) {
        const floor = placeAt(NOW - gap);
        const redating = new Redating({ now: NOW, floor, count }, []);
        let before = floor;
        const perMs = new Map<number, number>();
        for (let index = 0; index < count; index++) {
          const old = placeAt(NOW + 2 * HOUR + index);
          const place = redating.next(old, NOW + 2 * HOUR + index, NOW, () => {});
          assert(place > before && place <= old, `${count} ${gap} ${index}`);
          before = place;
          perMs.set(timeAt(place), (perMs.get(timeAt(place)) ?? 0) + 1);
        }
        assert(timeAt(before) <= NOW + 20_000, `${timeAt(before) - NOW} ms ahead`);
        if (gap > 1e5) assert(timeAt(before) < NOW, "there is room before now");
        assert(Math.max(...perMs.values()) <= Math.ceil(count / Math.max(gap, 20_000)) + 1);
      }
    },
  ),
);

Deno.test(permitted("Redating: what is only a little ahead stays where it is", () => {
  const redating = new Redating({ now: NOW, floor: placeAt(NOW), count: 3 }, []);
  const olds = [placeAt(NOW + 1), placeAt(NOW + 1) + 1, placeAt(NOW + 9 * HOUR)];
  const places = olds.map((old) => redating.next(old, timeAt(old), NOW, () => {}));
  assertEquals(places.slice(0, 2), olds.slice(0, 2));
  assertEquals(timeAt(places[2]!), NOW + 2);
}));

/** The progress marks in the file, as another program reads them. */
function marks(directory: string): { ahead: number; filed: number; indexed: number } {
  const db = new DatabaseSync(`${directory}/chat.db`, { readOnly: true });
  const ask = (sql: string, ...values: number[]) =>
    Number(Object.values(db.prepare(sql).get(...values) ?? {})[0]);
  const fact = (name: string) =>
    timeAt(ask(`SELECT value FROM facts WHERE name = '${name}'`)) - NOW;
  const ahead = ask("SELECT count(*) FROM items WHERE place > ?", placeAt(NOW + 30_000));
  const seen = { ahead, filed: fact("filed"), indexed: fact("indexed") };
  db.close();
  return seen;
}

Deno.test(
  permitted(
    "Clock: many items are dated again in steps, and are found in order at each of them",
    async () => {
      await inDirectory((directory) => {
        const store = opened(directory);
        const { history } = store;
        const wanted = misdated(history, 400 * DAY, 3000);
        // A search files all messages and indexes their words.
        assertEquals(
          history.search({ conversations: ["#lobby"], text: "future", limit: 1 }).length,
          1,
        );
        history.commit();
        let steps = 0;
        for (let left = Infinity; left > 0; steps++) {
          history.append(item({ msgid: `n${steps}`, time: NOW + steps * 10 }));
          wanted.push(`n${steps}`);
          history.commit();
          const { ahead } = marks(directory);
          assert(left - ahead <= 250 || left === Infinity, `${left - ahead} in one step`);
          left = ahead;
          const result = openReader(directory);
          if ("fault" in result) throw new Error(result.fault.message);
          const read = [...result.reader.items("#lobby", 0, 8.64e15)];
          result.reader.close();
          assertEquals(ids(read), wanted.join(" "), `step ${steps}`);
        }
        assert(steps > 10, `${steps} steps`);
        const all = history.latest("#lobby", undefined, ALL);
        assertEquals(ids(all), wanted.join(" "));
        assertDated(all);
        const { filed, indexed } = marks(directory);
        assert(filed < 60_000 && indexed < 60_000, `${filed} ${indexed}`);
        const search = { conversations: ["#lobby"], text: "future", limit: 5000 };
        assertEquals(history.search(search).length, 3000);
        for (let index = 0; index < 600; index++) {
          history.append(item({ msgid: `z${index}`, time: NOW + 100_000 + index }));
        }
        history.commit();
        assertEquals(history.find("z599")?.time, NOW + 100_599);
        store.close();
        const db = new DatabaseSync(`${directory}/chat.db`);
        assertEquals(db.prepare("PRAGMA integrity_check").all().length, 1);
        const stray = db.prepare(
          `SELECT (SELECT count(*) FROM by_conversation WHERE place NOT IN (SELECT place FROM items))
       + (SELECT count(*) FROM by_msgid m JOIN items i USING (msgid) WHERE m.place <> i.place) AS n`,
        ).get();
        assertEquals(stray?.n, 0);
        db.close();
      });
    },
  ),
);

Deno.test(
  permitted(
    "Clock: a server that is killed while items are dated again leaves them in order",
    async () => {
      await inDirectory(async (directory) => {
        const store = opened(directory);
        const wanted = misdated(store.history, 2 * HOUR, 6000);
        store.close();
        const before = marks(directory).ahead;
        const child = new Deno.Command(Deno.execPath(), {
          args: [
            ...["run", "-A", "--no-check", new URL("child.ts", import.meta.url).href],
            ...[directory, "redate", `${NOW}`],
          ],
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
        let said = "";
        // Each line is a step that is safe.
        while (said.split("\n").length < 4) said += (await reader.read()).value ?? "";
        child.kill("SIGKILL");
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          said += next.value;
        }
        await child.status;
        const { ahead } = marks(directory);
        assert(ahead < before && ahead > 0, `${ahead} of ${before} are left`);

        const again = opened(directory);
        const { history } = again;
        const safe = said.split("\n").filter((line) => line !== "");
        const found = ids(history.latest("#lobby", undefined, ALL)).split(" ");
        // The last step may be safe without having been printed.
        assertEquals(found.slice(0, wanted.length + safe.length), [...wanted, ...safe]);
        while (history.prune({ days: 0, perConversation: 0 }, NOW + 1000));
        const all = history.latest("#lobby", undefined, ALL);
        assertEquals(all.map(({ msgid }) => msgid), found);
        for (const { msgid, time } of all) assert(time <= NOW + 30_000, `${msgid} ${time - NOW}`);
        assertEquals(marks(directory).ahead, 0);
        again.close();
      });
    },
  ),
);
