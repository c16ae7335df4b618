import { assertEquals } from "@std/assert";
import type { HistoryItem, Page, Position } from "../../lib/store/history.ts";
import type { Store } from "../../lib/store/store.ts";
import { everyStore, item } from "./stores.ts";

const ROUNDS = 15;
const STEPS = 120;
const DAY = 86_400_000;

/** Numbers that are the same in each run of a round. */
function generator(seed: number) {
  let state = seed * 2654435761 >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)]!, next };
}

/** History as slow and simple as can be: a list in the order of writing. */
class Model {
  items: HistoryItem[] = [];

  /** In the order of time, then of writing. */
  in(conversation: string): HistoryItem[] {
    return this.items.filter((item) => item.conversation === conversation)
      .sort((a, b) => a.time - b.time);
  }

  split(conversation: string, position: Position): [HistoryItem[], HistoryItem[], HistoryItem[]] {
    const all = this.in(conversation);
    if ("msgid" in position) {
      const index = all.findIndex(({ msgid }) => msgid === position.msgid);
      if (index < 0) return [[], [], []];
      return [all.slice(0, index), all.slice(index, index + 1), all.slice(index + 1)];
    }
    const { time } = position;
    return [
      all.filter((one) => one.time < time),
      all.filter((one) => one.time === time),
      all.filter((one) => one.time > time),
    ];
  }
}

function fits({ command }: HistoryItem, { events }: Page): boolean {
  return events || command === "PRIVMSG" || command === "NOTICE";
}

function last<T>(list: readonly T[], count: number): T[] {
  return list.slice(Math.max(0, list.length - count));
}

const KEYS = ["#a", "#b", "a b", "a c"];
const WORDS = ["one", "two", "three", "thread", "tea", "on"];
const NICKS = ["Ada", "Bob", "x_y", "x-y"];

function round(seed: number, first: Store, reopen: () => Store) {
  let { history } = first;
  const { below, pick, next } = generator(seed);
  const model = new Model();
  let clock = 1_700_000_000_000;
  let serial = 0;

  const position = (): Position => {
    const some = model.items.length > 0 && next() < 0.9 ? pick(model.items) : undefined;
    if (some === undefined) return { msgid: "unknown" };
    return next() < 0.5 ? { msgid: some.msgid } : { time: some.time + below(3) - 1 };
  };
  const page = (): Page => ({ limit: 1 + below(12), events: next() < 0.5 });

  for (let step = 0; step < STEPS; step++) {
    const key = pick(KEYS);
    const kind = below(20);
    if (kind < 9) {
      clock += pick([0, 0, 1, 5, -3, 1000]);
      // All of one millisecond, and fewer than have room in it.
      const count = next() < 0.02 ? 700 : 1;
      if (count > 1) clock += 10;
      for (let more = 0; more < count; more++) {
        const message = next() < 0.7;
        const text = Array.from({ length: 1 + below(4) }, () => pick(WORDS)).join(pick([" ", "-"]));
        const one = item({
          msgid: `r${seed}-${serial++}`,
          time: clock,
          conversation: key,
          command: message ? pick(["PRIVMSG", "NOTICE"]) : pick(["JOIN", "TOPIC"]),
          source: `${pick(NICKS)}!user@host`,
          account: pick([null, "ada"]),
          bot: next() < 0.1,
          params: next() < 0.1 ? [] : [key, text],
          tags: pick(["", "+typing=active"]),
          concat: next() < 0.1 ? [true, false] : null,
        });
        history.append(one);
        model.items.push(one);
      }
      if (count > 1) clock += 10;
    } else if (kind === 9) history.commit();
    else if (kind === 10 && next() < 0.3) {
      history.commit();
      history = reopen().history;
    } else if (kind === 11 && model.items.length > 0) {
      const { msgid } = pick(model.items);
      assertEquals(history.redact(msgid), true);
      assertEquals(history.redact(msgid), false);
      model.items = model.items.filter((one) => one.msgid !== msgid);
    } else if (kind === 12 && next() < 0.3) {
      const to = pick(KEYS);
      history.rename(key, to);
      model.items = model.items.map((one) =>
        one.conversation === key ? { ...one, conversation: to } : one
      );
    } else if (kind === 13 && next() < 0.3) {
      const retention = { days: pick([0, 1]), perConversation: pick([0, 20]) };
      const now = clock + pick([0, DAY - 2000]);
      for (let more = true; more;) more = history.prune(retention, now);
      const kept = new Set<HistoryItem>();
      for (const one of KEYS) {
        const all = model.in(one)
          .filter(({ time }) => retention.days === 0 || time >= now - retention.days * DAY);
        for (const some of last(all, retention.perConversation || Infinity)) kept.add(some);
      }
      model.items = model.items.filter((one) => kept.has(one));
    }
    const at = position();
    const to = position();
    const wanted = page();
    const where = `round ${seed}, step ${step}: ${JSON.stringify([key, at, to, wanted])}`;
    const [before, here, after] = model.split(key, at);
    const some = (list: HistoryItem[]) => list.filter((one) => fits(one, wanted));

    assertEquals(
      history.latest(key, undefined, wanted),
      last(some(model.in(key)), wanted.limit),
      `latest, ${where}`,
    );
    assertEquals(
      history.latest(key, at, wanted),
      last(some(after), wanted.limit),
      `latest after, ${where}`,
    );
    assertEquals(
      history.before(key, at, wanted),
      last(some(before), wanted.limit),
      `before, ${where}`,
    );
    assertEquals(
      history.after(key, at, wanted),
      some(after).slice(0, wanted.limit),
      `after, ${where}`,
    );
    const around = history.around(key, at, wanted);
    const possible = [...some(before), ...some([...here, ...after])];
    const start = possible.findIndex(({ msgid }) => msgid === around[0]?.msgid);
    assertEquals(around.length, Math.min(wanted.limit, possible.length), `around, ${where}`);
    assertEquals(around, possible.slice(start, start + around.length), `around, ${where}`);
    const middle = some(here)[0];
    if (middle !== undefined) {
      assertEquals(around.some(({ msgid }) => msgid === middle.msgid), true, `around, ${where}`);
    }

    const [beforeTo, , afterTo] = model.split(key, to);
    const places = (list: readonly HistoryItem[]) => new Set(list);
    const isForwards = "msgid" in at || "msgid" in to
      ? !places(beforeTo).has(here[0]!) ? places(after).has(model.split(key, to)[1][0]!) : true
      : at.time <= to.time;
    const known = !("msgid" in at && here.length === 0) &&
      !("msgid" in to && model.split(key, to)[1].length === 0);
    const within = isForwards
      ? some(after.filter((one) => places(beforeTo).has(one))).slice(0, wanted.limit)
      : last(some(before.filter((one) => places(afterTo).has(one))), wanted.limit);
    // Between a time and an item of that time nothing lies, whichever comes first.
    if (known) assertEquals(history.between(key, at, to, wanted), within, `between, ${where}`);
    else assertEquals(history.between(key, at, to, wanted), [], `between, ${where}`);

    const known2 = model.items.length > 0 ? pick(model.items) : undefined;
    if (known2 !== undefined) assertEquals(history.find(known2.msgid), known2, `find, ${where}`);
    assertEquals(
      history.conversations("a"),
      [...new Set(model.items.map((one) => one.conversation))].filter((one) => one.startsWith("a"))
        .sort(),
      `conversations, ${where}`,
    );
    const activity = KEYS.flatMap((conversation) => {
      const time = model.in(conversation).findLast((one) => fits(one, { limit: 1, events: false }))
        ?.time;
      return time === undefined ? [] : [{ conversation, time }];
    }).sort((a, b) => a.time - b.time);
    assertEquals(history.targets(KEYS, 0, clock, 9), activity.filter(({ time }) => time < clock));

    if (below(4) > 0) continue;
    const words = Array.from({ length: 1 + below(2) }, () => pick([...WORDS, "t", "thr"]));
    const from = next() < 0.3 ? pick(NICKS).toLowerCase() : undefined;
    const conversations = KEYS.filter(() => next() < 0.6);
    const found = model.items
      .filter((one) => conversations.includes(one.conversation))
      .filter((one) => fits(one, { limit: 1, events: false }))
      .filter((one) => from === undefined || one.source.toLowerCase().startsWith(`${from}!`))
      .filter((one) => {
        const has = (one.params[1] ?? "").split(/[ -]/);
        return words.every((word, index) =>
          has.some((other) =>
            other === word ||
            index === words.length - 1 && word.length >= 3 && other.startsWith(word)
          )
        );
      })
      .sort((a, b) => a.time - b.time);
    const text = words.join(" ");
    const limit = 1 + below(10);
    const filter = from === undefined ? {} : { from };
    assertEquals(
      history.search({ conversations, text, limit, ...filter }),
      last(found, limit),
      `search for ${text} from ${from} in ${conversations}, ${where}`,
    );
    const time = pick([clock, clock - 5]);
    assertEquals(
      history.search({ conversations, text, limit, before: time, ...filter }),
      last(found.filter((one) => one.time < time), limit),
      `search before, ${where}`,
    );
    assertEquals(
      history.search({ conversations, text, limit, after: time, ...filter }),
      last(found.filter((one) => one.time > time), limit),
      `search after, ${where}`,
    );
  }
  for (const { msgid } of model.items) history.redact(msgid);
  history.commit();
  assertEquals(history.conversations(""), []);
  return history;
}

everyStore("what a store finds is what a simple list would find", (store, reopen) => {
  let current = store;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    round(seed, current, () => current = reopen());
  }
});
