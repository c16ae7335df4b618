import { assertEquals } from "@std/assert";
import type { HistoryItem, Page, Position } from "../../lib/store/history.ts";
import type { Store } from "../../lib/store/store.ts";
import { everyStore, item } from "./stores.ts";

const ROUNDS = 15;
const STEPS = 120;
const DAY = 86_400_000;

/** A seeded random number generator. */
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

/** An item of the model. If it is redacted, only its place counts. */
interface Modelled extends HistoryItem {
  readonly redacted?: boolean;
}

/** The simplest possible history: a list in the order of writing. */
class Model {
  items: Modelled[] = [];

  /** The items of a conversation, redacted ones included. */
  places(conversation: string): Modelled[] {
    return this.items.filter((item) => item.conversation === conversation);
  }

  in(conversation: string): Modelled[] {
    return this.places(conversation).filter(({ redacted }) => !redacted);
  }

  /** The items before a position, at it, and after it; undefined if there is no such position. */
  split(
    conversation: string,
    position: Position,
  ): [Modelled[], Modelled[], Modelled[]] | undefined {
    const all = this.in(conversation);
    if ("msgid" in position) {
      const places = this.places(conversation);
      const index = places.findIndex(({ msgid }) => msgid === position.msgid);
      if (index < 0) return undefined;
      const some = (list: Modelled[]) => list.filter(({ redacted }) => !redacted);
      return [
        some(places.slice(0, index)),
        some(places.slice(index, index + 1)),
        some(places.slice(index + 1)),
      ];
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

/** The last items, with everything from the millisecond in which they begin. */
function lastWhole<T extends { readonly time: number }>(list: readonly T[], count: number): T[] {
  const edge = last(list, count)[0];
  return list.length <= count ? [...list] : list.filter(({ time }) => time >= edge!.time);
}

/** The first items, with everything from the millisecond in which they end. */
function firstWhole<T extends { readonly time: number }>(list: readonly T[], count: number): T[] {
  return list.length <= count
    ? [...list]
    : list.filter(({ time }) => time <= list[count - 1]!.time);
}

const KEYS = ["#a", "#b", "a b", "a c"];
const WORDS = ["one", "two", "three", "thread", "tea", "on"];
const NICKS = ["Ada", "Bob", "x_y", "x-y"];

function round(seed: number, first: Store, reopen: () => Store) {
  let { history } = first;
  const { below, pick, next } = generator(seed);
  const model = new Model();
  let clock = 1_700_000_000_000 + seed * DAY;
  let latest = -Infinity;
  let serial = 0;

  const position = (): Position => {
    const some = model.items.length > 0 && next() < 0.9 ? pick(model.items) : undefined;
    if (some === undefined) return { msgid: "unknown" };
    return next() < 0.5 ? { msgid: some.msgid } : { time: some.time + below(3) - 1 };
  };
  const page = (): Page => ({ limit: 1 + below(12), events: next() < 0.5 });
  const messages = () =>
    KEYS.map((key) => history.latest(key, undefined, { limit: 20, events: false }));
  let unchanged = { history, changes: -1, messages: messages() };

  for (let step = 0; step < STEPS; step++) {
    const key = pick(KEYS);
    const kind = below(20);
    if (kind < 9) {
      clock += pick([0, 0, 1, 5, -3, 1000]);
      // Many items of one millisecond, but fewer than it has places.
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
        // The clock may go back a little, but stored times never do.
        const { time } = history.find(one.msgid)!;
        assertEquals(time >= (model.items.at(-1)?.time ?? -Infinity), true, `${time}`);
        if (clock > latest) assertEquals(time, clock);
        else assertEquals(time <= latest + 1, true, `${time}`);
        latest = Math.max(latest, time);
        model.items.push({ ...one, time });
      }
      if (count > 1) clock += 10;
    } else if (kind === 9) history.commit();
    else if (kind === 10 && next() < 0.3) {
      history.commit();
      history = reopen().history;
    } else if (kind === 11 && model.items.length > 0) {
      const { msgid, redacted = false } = pick(model.items);
      assertEquals(history.redact(msgid), !redacted);
      assertEquals(history.redact(msgid), false);
      assertEquals(history.find(msgid), undefined);
      model.items = model.items.map((one) =>
        one.msgid === msgid ? { ...one, redacted: true } : one
      );
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
      const kept = new Set<Modelled>();
      for (const one of KEYS) {
        const all = model.places(one)
          .filter(({ time }) => retention.days === 0 || time >= now - retention.days * DAY);
        for (const some of last(all, retention.perConversation || Infinity)) kept.add(some);
      }
      model.items = model.items.filter((one) => kept.has(one));
    }
    const shown = messages();
    if (unchanged.history === history && unchanged.changes === history.changes) {
      assertEquals(shown, unchanged.messages, "others, though it says that nothing has changed");
    }
    unchanged = { history, changes: history.changes, messages: shown };
    const at = position();
    const to = position();
    const wanted = page();
    const where = `round ${seed}, step ${step}: ${JSON.stringify([key, at, to, wanted])}`;
    const split = model.split(key, at);
    const [before, here, after] = split ?? [[], [], []];
    const some = (list: Modelled[]) => list.filter((one) => fits(one, wanted));

    assertEquals(
      history.latest(key, undefined, wanted),
      lastWhole(some(model.in(key)), wanted.limit),
      `latest, ${where}`,
    );
    assertEquals(
      history.latest(key, at, wanted),
      lastWhole(some(after), wanted.limit),
      `latest after, ${where}`,
    );
    assertEquals(
      history.before(key, at, wanted),
      lastWhole(some(before), wanted.limit),
      `before, ${where}`,
    );
    assertEquals(
      history.after(key, at, wanted),
      firstWhole(some(after), wanted.limit),
      `after, ${where}`,
    );
    const around = history.around(key, at, wanted);
    const possible = [...some(before), ...some([...here, ...after])];
    const start = possible.findIndex(({ msgid }) => msgid === around[0]?.msgid);
    const end = start + around.length;
    assertEquals(around, possible.slice(Math.max(0, start), Math.max(0, end)), `around, ${where}`);
    assertEquals(
      around.length >= Math.min(wanted.limit, possible.length),
      true,
      `around, ${where}`,
    );
    if (around.length > 0) {
      const edges = [possible[start - 1]?.time, possible[end]?.time];
      assertEquals(edges.includes(around[0]!.time), false, `around, ${where}`);
      assertEquals(edges.includes(around.at(-1)!.time), false, `around, ${where}`);
      const [first, finish] = [around[0]!.time, around.at(-1)!.time];
      const inner = around.filter(({ time }) => time !== first && time !== finish).length;
      assertEquals(inner < wanted.limit, true, `around is not too long, ${where}`);
    }
    const middle = some(here)[0];
    if (middle !== undefined) {
      assertEquals(around.some(({ msgid }) => msgid === middle.msgid), true, `around, ${where}`);
    }

    const splitTo = model.split(key, to);
    const [beforeTo, , afterTo] = splitTo ?? [[], [], []];
    const places = (list: readonly Modelled[]) => new Set(list);
    const firstOf = (position: Position) => {
      const all = model.places(key);
      return "msgid" in position
        ? all.findIndex(({ msgid }) => msgid === position.msgid)
        : all.findIndex(({ time }) => time >= position.time);
    };
    const isForwards = "time" in at && "time" in to
      ? at.time <= to.time
      : "msgid" in at && "msgid" in to
      ? firstOf(at) <= firstOf(to)
      : undefined;
    const forwards = firstWhole(
      some(after.filter((one) => places(beforeTo).has(one))),
      wanted.limit,
    );
    const backwards = lastWhole(
      some(before.filter((one) => places(afterTo).has(one))),
      wanted.limit,
    );
    // There is nothing between a time and an item of that time, in either order.
    const within = isForwards === undefined
      ? forwards.length > 0 ? forwards : backwards
      : isForwards
      ? forwards
      : backwards;
    assertEquals(
      history.between(key, at, to, wanted),
      split === undefined || splitTo === undefined ? [] : within,
      `between, ${where}`,
    );

    const known = model.items.length > 0 ? pick(model.items) : undefined;
    if (known !== undefined) {
      const found = known.redacted ? undefined : known;
      assertEquals(history.find(known.msgid), found, `find, ${where}`);
      assertEquals(history.hasPlace(known.conversation, known.msgid), true, `place, ${where}`);
    }
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
    const past = activity.filter(({ time }) => time < clock);
    assertEquals(history.targets(KEYS, 0, clock, 9), past);
    assertEquals(history.targets(KEYS, 0, clock, 2), firstWhole(past, 2));
    assertEquals(history.targets(KEYS, clock, 0, 2), lastWhole(past, 2));

    if (below(4) > 0) continue;
    const words = Array.from({ length: 1 + below(2) }, () => pick([...WORDS, "t", "thr"]));
    const from = next() < 0.3 ? pick(NICKS).toLowerCase() : undefined;
    const conversations = KEYS.filter(() => next() < 0.6);
    const found = model.items
      .filter((one) => !one.redacted && conversations.includes(one.conversation))
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
      lastWhole(found, limit),
      `search for ${text} from ${from} in ${conversations}, ${where}`,
    );
    const time = pick([clock, clock - 5]);
    assertEquals(
      history.search({ conversations, text, limit, before: time, ...filter }),
      lastWhole(found.filter((one) => one.time < time), limit),
      `search before, ${where}`,
    );
    assertEquals(
      history.search({ conversations, text, limit, after: time, ...filter }),
      lastWhole(found.filter((one) => one.time > time), limit),
      `search after, ${where}`,
    );
  }
  while (history.prune({ days: 1, perConversation: 0 }, clock + 9 * DAY));
  assertEquals(history.conversations(""), []);
  return history;
}

everyStore("History: what a store finds is what a simple list would find", (store, reopen) => {
  let current = store;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    round(seed, current, () => current = reopen());
  }
});
