import { assertEquals } from "@std/assert";
import { MAX_GUESTS, MAX_HOMES, type Verifier } from "../../lib/store/accounts.ts";
import type { ChannelState, ServerBan } from "../../lib/store/server_state.ts";
import { everyStore, fill, ids, item } from "./stores.ts";

const ALL = { limit: 100, events: true };

everyStore("Store: an appended item is found before it is committed, and after", ({ history }) => {
  fill(history, "a b");
  history.append(item({ msgid: "c", time: 1002 }));
  assertEquals(ids(history.latest("#lobby", undefined, ALL)), "a b c");
  assertEquals(history.find("c")?.msgid, "c");
  history.commit();
  assertEquals(ids(history.latest("#lobby", undefined, ALL)), "a b c");
  assertEquals(history.find("d"), undefined);
});

everyStore("Store: pages are cut at the right end", ({ history }) => {
  fill(history, "a b c d e f g h i");
  const page = { limit: 3, events: true };
  const at = (msgid: string) => ({ msgid });
  const time = (time: number) => ({ time });
  const cases: [found: ReturnType<typeof history.latest>, ids: string][] = [
    [history.latest("#lobby", undefined, page), "g h i"],
    [history.latest("#lobby", at("g"), page), "h i"],
    [history.latest("#lobby", at("b"), page), "g h i"],
    [history.latest("#lobby", time(1007), page), "i"],
    [history.latest("#lobby", at("unknown"), page), ""],
    [history.latest("#other", undefined, page), ""],
    [history.before("#lobby", at("e"), page), "b c d"],
    [history.before("#lobby", at("b"), page), "a"],
    [history.before("#lobby", time(1004), page), "b c d"],
    [history.before("#lobby", time(5000), page), "g h i"],
    [history.before("#other", at("e"), page), ""],
    [history.after("#lobby", at("e"), page), "f g h"],
    [history.after("#lobby", time(1004), page), "f g h"],
    [history.after("#lobby", at("i"), page), ""],
    [history.after("#lobby", time(0), page), "a b c"],
    [history.around("#lobby", at("e"), page), "d e f"],
    [history.around("#lobby", at("a"), page), "a b c"],
    [history.around("#lobby", at("i"), page), "g h i"],
    [history.around("#lobby", time(1004), page), "d e f"],
    [history.around("#lobby", at("e"), { ...page, limit: 1 }), "e"],
    [history.around("#lobby", at("e"), { ...page, limit: 2 }), "d e"],
    [history.between("#lobby", at("b"), at("d"), page), "c"],
    [history.between("#lobby", at("b"), at("i"), page), "c d e"],
    [history.between("#lobby", at("i"), at("b"), page), "f g h"],
    [history.between("#lobby", time(1001), at("d"), page), "c"],
    [history.between("#lobby", time(9000), time(0), page), "g h i"],
    [history.between("#lobby", at("b"), at("b"), page), ""],
    [history.latest("#lobby", undefined, { ...page, limit: 0 }), ""],
  ];
  for (const [index, [found, wanted]] of cases.entries()) {
    assertEquals(ids(found), wanted, `case ${index}`);
  }
});

everyStore("Store: events are left out if they are not wanted", ({ history }) => {
  history.append(item({ msgid: "a", command: "JOIN", time: 1 }));
  history.append(item({ msgid: "b", command: "NOTICE", time: 2 }));
  history.append(item({ msgid: "c", command: "TOPIC", time: 3 }));
  history.append(item({ msgid: "d", time: 4 }));
  history.append(item({ msgid: "e", command: "PART", time: 5 }));
  const page = { limit: 2, events: false };
  for (const commit of [false, true]) {
    if (commit) history.commit();
    assertEquals(ids(history.latest("#lobby", undefined, page)), "b d");
    assertEquals(ids(history.before("#lobby", { msgid: "c" }, page)), "b");
    assertEquals(ids(history.around("#lobby", { msgid: "c" }, page)), "b d");
    assertEquals(history.targets(["#lobby"], 0, 10, 9), [{ conversation: "#lobby", time: 4 }]);
  }
});

everyStore("Store: every field comes back as it was", (store, reopen) => {
  const items = [
    item({
      msgid: "Z/1",
      account: "Ada",
      bot: true,
      params: ["#lobby", "one\ntwo\n"],
      concat: [true, false],
      tags: "+draft/reply=x;+a",
      source: "Çağrı!u@h",
    }),
    item({ msgid: "z/1", command: "QUIT", params: [], source: "" }),
    item({ command: "MODE", params: ["#lobby", "+k", "", "陳 😀\u{1f468}\u200d\u{1f469}"] }),
    item({ params: [""] }),
    item({ params: [], time: 1_900_000_000_000 }),
  ];
  for (const one of items) store.history.append(one);
  store.history.commit();
  const { history } = reopen();
  for (const one of items) assertEquals(history.find(one.msgid), one);
});

everyStore("Order: what is of the same millisecond stays in order, however much it is", (store) => {
  const wanted = Array.from({ length: 3000 }, (_, index) => `n${index}`);
  for (const [index, msgid] of wanted.entries()) {
    store.history.append(item({ msgid, time: 7000 }));
    if (index % 700 === 0) store.history.commit();
  }
  store.history.append(item({ msgid: "later", time: 7001 }));
  store.history.append(item({ msgid: "back", time: 6000 }));
  store.history.commit();
  const found = store.history.latest("#lobby", undefined, { limit: 5000, events: true });
  assertEquals(found.map(({ msgid }) => msgid), [...wanted, "later", "back"]);
  // A millisecond has 1024 places; further items take the next ones.
  assertEquals([0, 1023, 1024, 2999, 3000, 3001].map((index) => found[index]!.time), [
    ...[7000, 7000, 7001, 7002, 7003, 7004],
  ]);
});

everyStore("Store: a search finds words however they are written", ({ history }) => {
  const texts: Record<string, string> = {
    turkish: "Çağrı İstanbul'da ISPARTA'yı gezdi",
    chinese: "陳大文說你好",
    korean: "오늘은 회의가 있습니다",
    german: "Die Straße ist naß",
    code: 'printf("%d\\n", x_y) OR NOT NEAR( a* ^b',
    emoji: "well done 👍🏽",
    action: "\u0001ACTION waves at everyone\u0001",
    plain: "The meeting is at noon",
  };
  let time = 1000;
  for (const [msgid, text] of Object.entries(texts)) {
    history.append(item({ msgid, params: ["#lobby", text], time: time++ }));
  }
  const cases: [text: string, found: string][] = [
    ["çağrı", "turkish"],
    ["CAGRI istanbul", "turkish"],
    ["ısparta", "turkish"],
    ["陳", "chinese"],
    ["大文說", "chinese"],
    ["文大", ""],
    ["你好", "chinese"],
    ["회의", "korean"],
    ["strasse", "german"],
    ["straße", "german"],
    ["x_y", "code"],
    ['"printf', "code"],
    ["OR", "code"],
    ["NEAR(", "code"],
    ["*", ""],
    ['" OR "', "code"],
    ["text:meeting", ""],
    ["👍", "emoji"],
    ["waves", "action"],
    ["ACTION", ""],
    ["meet", "plain"],
    ["me", ""],
    ["meet noon", ""],
    ["noon meet", "plain"],
    ["noon eet", ""],
    ["\0 \ud800", ""],
  ];
  const conversations = ["#lobby"];
  for (const committed of [false, true]) {
    if (committed) history.commit();
    for (const [text, found] of cases) {
      assertEquals(ids(history.search({ conversations, text, limit: 9 })), found, text);
    }
    const byAda = ids(history.search({ conversations, text: "", from: "ada", limit: 3 }));
    assertEquals(byAda, "emoji action plain");
    assertEquals(history.search({ conversations: [], text: "noon", limit: 9 }), []);
    assertEquals(history.search({ conversations: ["#other"], text: "noon", limit: 9 }), []);
  }
});

everyStore("Store: a redacted item is found nowhere", (store, reopen) => {
  fill(store.history, "a b c");
  store.history.append(item({ msgid: "d", time: 2000 }));
  const redacted = ["b", "d", "b", "x"].map((id) => store.history.redact(id));
  assertEquals(redacted, [true, true, false, false]);
  const check = ({ history }: typeof store) => {
    assertEquals(ids(history.latest("#lobby", undefined, ALL)), "a c");
    assertEquals(history.find("b"), undefined);
    assertEquals(ids(history.search({ conversations: ["#lobby"], text: "text", limit: 9 })), "a c");
  };
  check(store);
  store.history.commit();
  check(store);
  check(reopen());
});

everyStore(
  "Redaction: the id of what was redacted names its place, as long as that is kept",
  (store, reopen) => {
    fill(store.history, "a b c d");
    store.history.append(item({ msgid: "e", time: 1010 }));
    for (const id of ["b", "d", "e"]) store.history.redact(id);
    const check = ({ history }: typeof store, step: string) => {
      const one = { limit: 1, events: true };
      const found = {
        latest: history.latest("#lobby", { msgid: "b" }, ALL),
        before: history.before("#lobby", { msgid: "b" }, ALL),
        after: history.after("#lobby", { msgid: "b" }, ALL),
        afterLast: history.after("#lobby", { msgid: "e" }, ALL),
        around: history.around("#lobby", { msgid: "d" }, ALL),
        aroundOne: history.around("#lobby", { msgid: "b" }, one),
        between: history.between("#lobby", { msgid: "b" }, { msgid: "d" }, ALL),
        back: history.between("#lobby", { msgid: "d" }, { msgid: "a" }, ALL),
      };
      assertEquals(Object.fromEntries(Object.entries(found).map(([key, all]) => [key, ids(all)])), {
        latest: "c",
        before: "a",
        after: "c",
        afterLast: "",
        around: "a c",
        aroundOne: "c",
        between: "c",
        back: "c",
      }, step);
      const places = ["a", "b", "e", "x"].map((id) => history.hasPlace("#lobby", id));
      assertEquals(places, [true, true, true, false], step);
      assertEquals(history.hasPlace("#other", "b"), false, step);
    };
    check(store, "held");
    store.history.commit();
    check(store, "committed");
    const again = reopen();
    check(again, "reopened");
    again.history.rename("#lobby", "#new");
    assertEquals(ids(again.history.after("#new", { msgid: "b" }, ALL)), "c");
    assertEquals(again.history.hasPlace("#lobby", "b"), false);
    const day = 86_400_000;
    while (again.history.prune({ days: 1, perConversation: 0 }, day + 1002));
    assertEquals(["a", "b", "c", "d"].map((id) => again.history.hasPlace("#new", id)), [
      ...[false, false, true, true],
    ]);
    while (again.history.prune({ days: 0, perConversation: 1 }, day));
    assertEquals(["c", "d", "e"].map((id) => again.history.hasPlace("#new", id)), [
      ...[false, false, true],
    ]);
    while (again.history.prune({ days: 1, perConversation: 0 }, 9 * day));
    assertEquals(again.history.conversations(""), []);
  },
);

everyStore("Store: a conversation keeps its history under another key", (store, reopen) => {
  const { history } = store;
  fill(history, "a b", { conversation: "#old" });
  history.append(item({ msgid: "c", time: 1005, conversation: "#old" }));
  history.rename("#old", "#new");
  history.append(item({ msgid: "d", time: 1006, conversation: "#old" }));
  history.append(item({ msgid: "e", time: 1007, conversation: "#new" }));
  history.commit();
  assertEquals(ids(history.latest("#new", undefined, ALL)), "a b c e");
  assertEquals(ids(history.latest("#old", undefined, ALL)), "d");
  history.rename("#old", "#new");
  const again = reopen().history;
  assertEquals(ids(again.latest("#new", undefined, ALL)), "a b c d e");
  assertEquals(again.conversations("#"), ["#new"]);
  assertEquals(again.find("a")?.conversation, "#new");
  assertEquals(ids(again.search({ conversations: ["#new"], text: "text", limit: 9 })), "a b c d e");
});

everyStore("Store: old and surplus items are removed in bounded steps", ({ history }) => {
  const day = 86_400_000;
  for (let index = 0; index < 900; index++) {
    history.append(item({ msgid: `p${index}`, time: index * 1000, conversation: "#a" }));
  }
  for (let index = 0; index < 900; index++) {
    history.append(item({ msgid: `q${index}`, time: day + index, conversation: "#b" }));
  }
  history.commit();
  const count = (conversation: string) =>
    history.latest(conversation, undefined, { limit: 5000, events: true }).length;
  const now = day + 300_000;
  let steps = 0;
  for (let more = true; more;) {
    const before = count("#a") + count("#b");
    more = history.prune({ days: 1, perConversation: 0 }, now);
    const removed = before - count("#a") - count("#b");
    assertEquals(removed <= 500, true, `${removed} in one step`);
    steps++;
  }
  assertEquals(steps > 1 || count("#a") === 600, true);
  assertEquals([count("#a"), count("#b")], [600, 900]);
  while (history.prune({ days: 0, perConversation: 10 }, now));
  assertEquals([count("#a"), count("#b")], [10, 10]);
  assertEquals(history.latest("#a", undefined, ALL).at(-1)?.msgid, "p899");
  while (history.prune({ days: 1, perConversation: 10 }, 10 * day));
  assertEquals(history.conversations(""), []);
  assertEquals(history.prune({ days: 0, perConversation: 0 }, now), false);
});

const KEYS: Verifier = {
  mechanism: "SCRAM-SHA-256",
  salt: "c2FsdA==",
  iterations: 4096,
  storedKey: "c3RvcmVk",
  serverKey: "c2VydmVy",
};

everyStore(
  "Store: accounts are kept, each under a name that looks like no other",
  (store, reopen) => {
    const { accounts } = store;
    assertEquals(accounts.add("Çağrı", KEYS, 5), true);
    assertEquals(accounts.add("ÇAĞRI", KEYS, 6), false);
    assertEquals(accounts.add("coco", KEYS, 6), true);
    assertEquals(accounts.add("сосо", KEYS, 7), false, "it looks like coco");
    assertEquals(accounts.ownerOf("сосо"), { kind: "account", name: "coco" });
    assertEquals(accounts.find("сосо"), undefined);
    assertEquals(accounts.find("çağrı"), {
      name: "Çağrı",
      verifier: KEYS,
      createdAt: 5,
      lastLoginAt: null,
      oper: false,
      replays: true,
      failures: 0,
      lastFailure: null,
      homes: [],
    });
    accounts.loginFailed("ÇAĞRI", "192.0.2.1", 8);
    accounts.loginFailed("Çağrı", "192.0.2.2", 9);
    const failed = accounts.find("Çağrı");
    assertEquals([failed?.failures, failed?.lastFailure], [2, { at: 9, address: "192.0.2.2" }]);
    accounts.loggedIn("Çağrı", 10, "a.ip");
    assertEquals(accounts.setOper("çağrı", true), true);
    assertEquals([accounts.setReplays("çağrı", false), accounts.setReplays("x", false)], [
      ...[true, false],
    ]);
    assertEquals(accounts.setVerifier("çağrı", { ...KEYS, salt: "bmV3" }), true);
    for (const change of ["setOper", "setVerifier"] as const) {
      assertEquals(
        change === "setOper" ? accounts.setOper("x", true) : accounts.setVerifier("x", KEYS),
        false,
      );
    }
    const again = reopen().accounts;
    assertEquals(again.list().map(({ name }) => name), ["coco", "Çağrı"]);
    const { lastLoginAt, oper, replays, failures, lastFailure, verifier } = again.find("Çağrı")!;
    assertEquals([lastLoginAt, oper, replays, failures, lastFailure, verifier.salt], [
      ...[10, true, false, 0, null, "bmV3"],
    ]);
    for (const home of ["a.ip", "b.ip", "a.ip"]) again.loggedIn("Çağrı", 11, home);
    const later = reopen().accounts;
    assertEquals(later.find("Çağrı")?.homes, ["a.ip", "b.ip"]);
    for (let count = 0; count < 20; count++) later.loggedIn("Çağrı", 12, `n${count}.ip`);
    const homes = later.find("Çağrı")!.homes;
    assertEquals([homes.length, homes[0], homes.at(-1)], [MAX_HOMES, "n19.ip", "n12.ip"]);
    later.setVerifier("çağrı", KEYS);
    const last = reopen().accounts;
    assertEquals(last.find("Çağrı")?.homes, []);
    assertEquals([last.remove("COCO"), last.remove("coco")], [true, false]);
    assertEquals(last.add("сосо", KEYS, 7), true);
  },
);

everyStore(
  "Store: an invitation takes as many guests as it says, until it ends, and remembers them",
  (store, reopen) => {
    const { accounts } = store;
    const invitation = {
      id: "i1",
      tokenHash: "aa",
      forName: "Ada",
      createdAt: 1,
      expiresAt: 100,
      usesLeft: 2,
    };
    const open = {
      ...invitation,
      id: "i2",
      tokenHash: "bb",
      forName: null,
      expiresAt: null,
      usesLeft: null,
    };
    accounts.addInvitation(invitation);
    accounts.addInvitation(open);
    assertEquals(accounts.findInvitation("aa", 50), { ...invitation, guests: [] });
    assertEquals(accounts.findInvitation("aa", 100), undefined);
    assertEquals(accounts.findInvitation("cc", 50), undefined);
    const [ada, bob, none] = ["Ada", "Bob", "Eve"].map((name) => accounts.addGuest("i1", name, 50));
    assertEquals([ada === bob, none], [false, undefined]);
    accounts.renameGuest(bob!, "Bo");
    const guests = [
      { id: ada!, entered: "Ada", name: "Ada", at: 50 },
      { id: bob!, entered: "Bob", name: "Bo", at: 50 },
    ];
    const kept = { ...invitation, usesLeft: 0, guests };
    // A guest may come back after the invitation is used up or has ended.
    for (const now of [60, 1e15]) assertEquals(accounts.findInvitation("aa", now), kept);
    for (let count = 0; count < MAX_GUESTS + 5; count++) accounts.addGuest("i2", `g${count}`, 1e15);
    const again = reopen().accounts;
    const names = again.invitation("i2")!.guests.map(({ name }) => name);
    assertEquals([names.length, names[0], names.at(-1)], [MAX_GUESTS, "g5", `g${MAX_GUESTS + 4}`]);
    assertEquals(again.invitations(1e15).map(({ id }) => id), ["i1", "i2"]);
    assertEquals([again.revokeInvitation("i2"), again.revokeInvitation("i2")], [true, false]);
    assertEquals(again.addGuest("i2", "x", 50), undefined);
    assertEquals(again.invitations(50), [kept]);
    assertEquals(again.invitation("i2"), undefined);
    again.revokeInvitation("i1");
    again.addInvitation({ ...invitation, usesLeft: 0 });
    assertEquals(again.invitations(50), [], "its guests were forgotten with it");
  },
);

everyStore("Store: channels, bans and read markers are kept", (store, reopen) => {
  const { serverState, history } = store;
  const state: ChannelState = {
    name: "#Lobby",
    createdAt: 5,
    flags: "nt",
    key: null,
    limit: 10,
    topic: { text: "Be kind", by: "Ada", at: 6 },
    lists: [{ letter: "b", mask: "x!*@*", by: "Ada", at: 7 }],
    ranks: [{ account: "ada", letters: "o" }],
    usedAt: 8,
    origin: "192.0.2.1",
    opener: "ada!~ada@192.0.2.1",
    cloaked: true,
  };
  const ban: ServerBan = {
    kind: "user",
    mask: "*@bad",
    reason: "spam",
    by: "Ada",
    at: 5,
    until: 50,
  };
  serverState.saveChannel("#lobby", { ...state, limit: null });
  serverState.saveChannel("#lobby", state);
  serverState.saveChannel("#gone", state);
  serverState.saveBan({ ...ban, reason: "first" });
  serverState.saveBan(ban);
  serverState.saveBan({ ...ban, kind: "address", mask: "192.0.2.0/24", until: null });
  serverState.saveBan({ ...ban, mask: "gone" });
  serverState.saveReadMarker("Çağrı", "#lobby", 5);
  serverState.saveReadMarker("çağrı", "#lobby", 6);
  serverState.saveReadMarker("Ada", "#lobby", 7);
  const check = (kept: typeof serverState, masks: string) => {
    assertEquals(kept.channels().at(-1), state);
    assertEquals(kept.bans(49).map(({ mask }) => mask).sort().join(" "), masks);
    assertEquals(kept.readMarkers("ÇAĞRI"), new Map([["#lobby", 6]]));
    assertEquals(kept.readMarkers("nobody"), new Map());
    assertEquals(kept.readMarkers("Bob"), bob);
  };
  let bob = new Map([["#lobby", 8], ["#gone", 8]]);
  serverState.saveReadMarker("Bob", "#lobby", 8);
  serverState.saveReadMarker("Bob", "#gone", 8);
  check(serverState, "*@bad 192.0.2.0/24 gone");
  history.commit();
  check(serverState, "*@bad 192.0.2.0/24 gone");
  serverState.forgetChannel("#gone");
  serverState.forgetBan("user", "gone");
  serverState.forgetReadMarkers("bob");
  serverState.saveReadMarker("bob", "#lobby", 9);
  serverState.forgetReadMarkers("BOB");
  bob = new Map();
  check(serverState, "*@bad 192.0.2.0/24");
  serverState.saveReadMarker("Bob", "#lobby", 3);
  bob = new Map([["#lobby", 3]]);
  check(serverState, "*@bad 192.0.2.0/24");
  history.commit();
  const again = reopen().serverState;
  check(again, "*@bad 192.0.2.0/24");
  assertEquals(again.bans(50).map(({ mask }) => mask), ["192.0.2.0/24"]);
  assertEquals(again.channels(), [state]);
  assertEquals(again.bans(49).find(({ kind }) => kind === "user"), ban);
});

everyStore(
  "Departures: of an account the latest are kept, as long as they are of use",
  (store, reopen) => {
    const { serverState, history } = store;
    serverState.saveDeparture("Ada", "#a", 5);
    serverState.saveDeparture("ADA", "#a", 7);
    serverState.saveDeparture("Bob", "#b", 6);
    serverState.saveDeparture("Cem", "#c", 1e9);
    const check = (kept: typeof serverState) => {
      assertEquals([...kept.departures("ada")], [["#a", 7]]);
      assertEquals([...kept.departures("nobody")], []);
    };
    check(serverState);
    history.commit();
    check(serverState);
    for (let index = 0; index < 300; index++) serverState.saveDeparture("Bob", `#${index}`, index);
    serverState.forgetDepartures("Cem");
    serverState.saveDeparture("Cem", "#d", 9);
    history.commit();
    const again = reopen();
    check(again.serverState);
    const bob = again.serverState.departures("Bob");
    assertEquals([bob.size, bob.has("#199"), bob.has("#200")], [100, false, true]);
    assertEquals([...again.serverState.departures("Cem")], [["#d", 9]]);
    again.serverState.pruneDepartures(290);
    again.history.append(item());
    again.history.commit();
    assertEquals([
      again.serverState.departures("Bob").size,
      again.serverState.departures("Ada").size,
    ], [
      ...[10, 0],
    ]);
  },
);
