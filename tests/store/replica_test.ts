import { assert, assertEquals } from "@std/assert";
import type { HistoryItem } from "../../lib/store/history.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { DATABASE } from "../../lib/store/open.ts";
import { copyDatabase } from "../../lib/store/sqlite/copy.ts";
import type { Store } from "../../lib/store/store.ts";
import { Random } from "../fuzz/random.ts";
import { inDirectory, item, KINDS, onDisk, opened } from "./stores.ts";

const DAY = 86_400_000;
const START = 1_800_000_000_000;
const ROOMS = ["#a", "#b", "#c", "=ada bea"];
const NAMES = ["Ada", "Bea", "Cem", "Dora"];
const ALL = { limit: 10_000, events: true };
const VERIFIER = { mechanism: "SCRAM-SHA-256", salt: "", iterations: 4096 };

/** Something that all servers do at the same moment of their common order. */
type Step = (store: Store) => void;

/** Random steps; the clock may go back, by more than a minute too. */
function steps(random: Random, count: number): Step[] {
  let now = START;
  let serial = 0;
  const ids: string[] = [];
  const key = () => `${random.below(1e9)}`;
  const makers: (() => Step)[] = [
    ...Array(12).fill(() => {
      const conversation = random.pick(ROOMS);
      const one = item({
        msgid: `m${++serial}`,
        conversation,
        time: now,
        command: random.pick(["PRIVMSG", "PRIVMSG", "JOIN"]),
        source: `${random.pick(NAMES)}!u@h`,
        params: [conversation, `text ${random.pick(NAMES)} ${serial}`],
      });
      ids.push(one.msgid);
      return ({ history }: Store) => history.append(one);
    }),
    () => {
      const msgid = ids.length === 0 ? "none" : random.pick(ids);
      return ({ history }) => void history.redact(msgid);
    },
    () => {
      const [from, to] = [random.pick(ROOMS), random.pick([...ROOMS, "-old"])];
      return ({ history }) => history.rename(from, to);
    },
    () => {
      const at = now;
      return ({ history }) => history.expire({ days: 1, perConversation: 0 }, at);
    },
    () => {
      const [name, at, storedKey] = [random.pick(NAMES), now, key()];
      return ({ accounts }) =>
        void accounts.add(name, { ...VERIFIER, storedKey, serverKey: "" }, at);
    },
    () => {
      const [name, at] = [random.pick(NAMES), now];
      return ({ accounts }) => {
        accounts.loginFailed(name, "192.0.2.1", at);
        if (at % 2 === 0) accounts.loggedIn(name, at, `home${at % 7}`);
      };
    },
    () => {
      const name = random.pick(NAMES);
      return ({ accounts, serverState }) => {
        accounts.remove(name);
        serverState.forgetReadMarkers(name);
        serverState.forgetDepartures(name);
      };
    },
    () => {
      const [id, at] = [`i${random.below(4)}`, now];
      const none = { forName: null, createdAt: at, expiresAt: null, usesLeft: 5 };
      return ({ accounts }) => accounts.addInvitation({ id, tokenHash: `hash ${id}`, ...none });
    },
    () => {
      const [id, name, at] = [`i${random.below(4)}`, random.pick(NAMES), now];
      return ({ accounts }) => {
        const guest = accounts.addGuest(id, name, at);
        if (guest !== undefined && guest % 2 === 0) accounts.renameGuest(guest, `${name}2`);
        if (at % 11 === 0) accounts.revokeInvitation(id);
      };
    },
    () => {
      const [name, flags, at] = [random.pick(ROOMS), random.pick(["nt", "i"]), now];
      const none = { key: null, limit: null, topic: null, lists: [], ranks: [] };
      const state = { name, createdAt: at, flags, ...none, usedAt: at, origin: null, opener: null };
      return ({ serverState }) => {
        if (at % 5 === 0) serverState.forgetChannel(name);
        else serverState.saveChannel(name, { ...state, cloaked: true });
      };
    },
    () => {
      const [mask, at] = [`*@${random.pick(NAMES)}`, now];
      const ban = { kind: "user", mask, reason: 'spam\r\n"ç"', by: "root", at, until: null };
      return ({ serverState }) => {
        if (at % 3 === 0) serverState.forgetBan("user", mask);
        else serverState.saveBan(ban);
      };
    },
    () => {
      const [name, room, at] = [random.pick(NAMES), random.pick(ROOMS), now];
      return ({ serverState }) => {
        serverState.saveReadMarker(name, room, at);
        serverState.saveDeparture(name, room, at);
        if (at % 13 === 0) serverState.pruneDepartures(at - DAY);
      };
    },
  ];
  return Array.from({ length: count }, () => {
    now += random.below(20) === 0 ? -random.below(7_200_000) : random.below(400_000);
    return random.pick(makers)();
  });
}

/** What a server does at times of its own. */
function ownWork(store: Store, random: Random): void {
  const { history } = store;
  const works = [
    () => history.commit(),
    () => history.search({ conversations: ROOMS, text: "ada", limit: 5 }),
    () => history.latest(random.pick(ROOMS), undefined, { limit: 5, events: true }),
    () => history.prune({ days: 1, perConversation: 0 }, START + random.below(20 * DAY)),
  ];
  if (random.below(4) === 0) random.pick(works)();
}

interface Seen {
  readonly tables: string;
  readonly rooms: readonly (readonly HistoryItem[])[];
  readonly known: readonly boolean[];
  readonly found: readonly HistoryItem[];
}

function seen({ history, replica }: Store): Seen {
  return {
    tables: replica.tables(),
    rooms: ROOMS.map((room) => history.latest(room, undefined, ALL)),
    known: [...ROOMS, "-old"].map((room) => history.knows(room)),
    found: history.search({ conversations: ROOMS, text: "text ada", limit: 1000 }),
  };
}

for (let seed = 1; seed <= 8; seed++) {
  Deno.test(onDisk(
    `Replica: after a crash it goes back and catches up with the others (${seed})`,
    () =>
      inDirectory(async (directory) => {
        const random = new Random(seed);
        const all = steps(random, 900);
        const kept = 400;
        const crash = kept + random.below(300);
        const [ours, copy, whole] = ["ours", "copy", "whole"].map((name) => `${directory}/${name}`);
        const [store, other] = [opened(ours!), opened(whole!)];
        for (const { replica } of [store, other]) replica.share();
        let atSnapshot: Seen | undefined;
        for (const [index, step] of all.slice(0, crash).entries()) {
          step(store);
          ownWork(store, random);
          const sequence = index + 1;
          store.replica.advance(sequence);
          if (sequence > kept || sequence % 100 !== 0) continue;
          assert(store.replica.keep({ sequence, world: `world ${sequence}` }));
          if (sequence === kept) atSnapshot = seen(store);
        }
        store.history.commit();
        Deno.mkdirSync(copy!);
        await copyDatabase(`${ours}/${DATABASE}`, `${copy}/${DATABASE}`);
        store.close();

        const again = opened(copy!);
        again.replica.share();
        assertEquals(again.replica.rewind(), { sequence: kept, world: `world ${kept}` });
        assertEquals(again.replica.applied, kept);
        const back = seen(again);
        assertEquals(back.tables, atSnapshot!.tables);
        // What was redacted since then stays so.
        const there = (one: HistoryItem) => again.history.find(one.msgid) !== undefined;
        assertEquals(back.rooms, atSnapshot!.rooms.map((items) => items.filter(there)));
        assertEquals(back.known, atSnapshot!.known);
        for (const step of all.slice(kept)) {
          step(again);
          ownWork(again, random);
        }
        for (const step of all) step(other);
        assertEquals(seen(again), seen(other));
        again.close();
        const reopened = opened(copy!);
        reopened.replica.share();
        assertEquals(reopened.replica.tables(), other.replica.tables());
        reopened.close();
        other.close();
      }),
  ));
}

Deno.test("Replica: a new server becomes as one in memory is, and goes on like it", () => {
  const random = new Random(77);
  const all = steps(random, 900);
  const [first, second] = [memoryStore(), memoryStore()];
  for (const { replica } of [first, second]) replica.share();
  for (const [index, step] of all.entries()) {
    step(first);
    if (index > 500) step(second);
    if (index === 500) second.replica.become(first.replica.whole()!);
  }
  assertEquals(seen(second), seen(first));
  assertEquals(second.replica.whole(), first.replica.whole());
  assertEquals(first.replica.keep({ sequence: 1, world: "" }), false);
  assertEquals(first.replica.rewind(), undefined);
});

Deno.test(
  onDisk(
    "Replica: without a snapshot there is no way back, and nothing changes",
    () =>
      inDirectory((directory) => {
        const store = opened(directory);
        store.history.append(item({ msgid: "a" }));
        store.replica.advance(7);
        assertEquals(store.replica.rewind(), undefined);
        store.history.append(item({ msgid: "b" }));
        store.close();
        const again = opened(directory);
        assertEquals(again.replica.applied, 7);
        assertEquals(again.history.find("a")?.msgid, "a");
        again.close();
      }),
  ),
);

for (const { name, with: withStore } of KINDS) {
  const test = () =>
    withStore(({ history }) => {
      history.append(item({ msgid: "a", conversation: "#old", time: START }));
      history.append(item({ msgid: "b", time: START + 1 }));
      history.append(item({ msgid: "c", time: START + 2 * DAY }));
      history.expire({ days: 1, perConversation: 0 }, START + 1.5 * DAY);
      assertEquals(history.find("a"), undefined);
      assertEquals(history.hasPlace("#old", "a"), false);
      assertEquals(history.knows("#old"), false);
      assertEquals(history.knows("#lobby"), true);
      assertEquals(history.latest("#lobby", undefined, ALL).map(({ msgid }) => msgid), ["c"]);
      assertEquals(history.around("#lobby", { msgid: "c" }, ALL).length, 1);
      assertEquals(history.before("#lobby", { msgid: "c" }, ALL), []);
      assertEquals(history.after("#lobby", { time: 0 }, ALL).length, 1);
      assertEquals(history.targets(["#old", "#lobby"], 0, START * 2, 9).length, 1);
      const search = { conversations: ["#old", "#lobby"], text: "text", limit: 9 };
      assertEquals(history.search(search).length, 1);
      history.redact("c");
      assertEquals([history.knows("#lobby"), history.find("c")], [true, undefined]);
    });
  const title = `Store: what has expired is found no more (${name})`;
  Deno.test(name === "memory" ? { name: title, fn: test } : onDisk(title, test));
}
