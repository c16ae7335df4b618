/** What the page makes of events, without a browser. */
import { assertEquals } from "@std/assert";
import type { ChatEvent, Said } from "../../lib/client/events.ts";
import type { Secrecy } from "../../lib/client/session/doubt.ts";
import type { NodePlace } from "../../lib/irc/node_address.ts";
import { ChatModel } from "../../lib/web/page/chat_model.ts";
import { Feed, type SaidRow } from "../../lib/web/page/feed.ts";
import { feedItems } from "../../lib/web/page/feed_items.ts";
import { messagePieces } from "../../lib/web/page/message_pieces.ts";
import {
  hashOf,
  invitationIn,
  pageSecrecy,
  pageTarget,
  roomIn,
  socketPlace,
} from "../../lib/web/page/page_address.ts";
import {
  type KeyStore,
  NEW_TAB,
  type PageSettings,
  readPageSettings,
  readTab,
  writePageSettings,
  writeTab,
} from "../../lib/web/page/page_settings.ts";

const DAY = Date.UTC(2026, 0, 2, 12);

function said(from: string, text: string, more: Partial<Said> = {}): Said {
  return {
    ...{ type: "message", kind: "privmsg", from, target: "#lobby", text, private: false },
    ...{ server: false, own: false, place: "#lobby", only: null, msgid: null, old: false },
    time: DAY,
    ...more,
  };
}

/** A model that is in the lobby as Ada. */
function entered(seen: Record<string, string> = {}): ChatModel {
  const model = new ChatModel("#lobby", ["Mallory"], () => () => "12:00", seen);
  model.event({ type: "entered", room: "#lobby", name: "Ada", again: false, time: DAY }, DAY);
  return model;
}

/** The rows of a place, one a line. */
function lines(model: ChatModel, name = "#lobby"): string[] {
  const place = model.places.find(name);
  if (place === undefined) return [];
  return model.feed(place).rows.map((row) =>
    row.kind === "note"
      ? row.spans.map(({ text }) => text).join("")
      : `${row.event.from}: ${row.deletedBy === undefined ? row.event.text : "deleted"}${
        row.reactions.map(({ text, from }) => ` ${text} ${from}`).join("")
      }`
  );
}

function all(model: ChatModel, ...events: ChatEvent[]): ChatModel {
  for (const event of events) model.event(event, DAY);
  return model;
}

Deno.test("Chat model: messages stand in their places, and what happened between them", () => {
  const model = all(
    entered(),
    said("Bob", "hello"),
    said("Bob", "psst", { place: "Bob", target: "Ada", private: true }),
    { type: "joined", name: "Carla", room: "#lobby", time: DAY },
    said("Carla", "hi"),
    { type: "topic", room: "#lobby", text: "t", by: "Bob", setBy: null, setAt: null, time: DAY },
    said("Mallory", "hidden"),
    { type: "left", name: "Bob", how: "part", by: null, reason: "", rooms: ["#lobby"], time: DAY },
  );
  model.tick(DAY + 10_000);
  assertEquals(lines(model), [
    "Bob: hello",
    "Carla has joined the chat @ 12:00",
    "Carla: hi",
    "Bob changed the topic @ 12:00 to: t",
    "Bob has left the room @ 12:00",
  ]);
  assertEquals(lines(model, "Bob")[0], "Bob: psst");
  assertEquals(lines(model, "Mallory"), []);
});

Deno.test("Chat model: a message is unread until somebody has looked at it", () => {
  const model = entered();
  const { current } = model.places;
  all(model, said("Bob", "seen"));
  assertEquals(current.unread, 0);
  model.look({ focused: false, atEnd: true });
  all(model, said("Bob", "one"), said("Bob", "Ada, two"), said("Ada", "own", { own: true }));
  assertEquals([current.unread, current.forUs], [2, 1]);
  assertEquals(model.takeAlerts().map(({ text, forUs }) => [text, forUs]), [
    ["seen", false],
    ["one", false],
    ["Ada, two", true],
  ]);
  assertEquals(model.takeAlerts(), []);
  model.look({ focused: true, atEnd: true });
  assertEquals(current.unread, 0);
  model.look({ focused: true, atEnd: false });
  all(model, said("Bob", "below"));
  assertEquals(current.unread, 1);
  const feed = model.feed(current);
  assertEquals(feed.rows.find(({ key }) => key === feed.newFrom)?.kind, "said");
  all(model, said("Bob", "psst", { place: "Bob", private: true, target: "Ada" }));
  const bob = model.places.find("Bob")!;
  assertEquals([bob.unread, bob.forUs], [1, 1]);
  model.show(bob, DAY);
  assertEquals(feed.newFrom, undefined);
});

Deno.test("Chat model: older messages come before, missed ones are new, seen ones are not", () => {
  const model = entered({ "#lobby": "m1" });
  const old = (msgid: string, why: Said["why"], time: number) =>
    said("Bob", msgid, { msgid, old: true, ...why && { why }, time });
  all(model, old("m1", "entered", DAY - 3), old("m2", "entered", DAY - 2));
  const feed = model.feed(model.places.current);
  const newRow = () => {
    const row = feed.rows.find(({ key }) => key === feed.newFrom);
    return row?.kind === "said" ? row.event.text : undefined;
  };
  assertEquals([newRow(), model.places.current.unread], ["m2", 0]);
  feed.loading = true;
  all(model, old("m-1", "asked", DAY - 9), old("m0", "asked", DAY - 8), said("Bob", "m3"));
  assertEquals(lines(model), ["Bob: m-1", "Bob: m0", "Bob: m1", "Bob: m2", "Bob: m3"]);
  assertEquals(feed.loading, false);
  const say = (type: "error" | "info", text: string, place?: string) => {
    feed.loading = true;
    all(model, { type, text, code: null, ...(place && { place }), time: DAY });
    return [feed.loading, feed.complete, lines(model).length];
  };
  assertEquals(say("info", "There are no older messages.", "#lobby"), [false, true, 5]);
  assertEquals(say("error", "The server did not answer.", "#lobby"), [false, false, 6]);
  assertEquals(say("error", "The server says: No such message", "#lobby"), [false, true, 7]);
  // On entering again there may be others.
  all(model, { type: "entered", room: "#lobby", name: "Ada", again: true, time: DAY });
  assertEquals(say("error", "There is no room called #x."), [true, false, 8]);
  // Nobody sees a message of somebody who is ignored, but it is an answer.
  all(model, { ...old("m-2", "asked", DAY - 10), from: "Mallory" });
  assertEquals([feed.loading, lines(model).length], [false, 8]);
  assertEquals(model.seen, { "#lobby": "m2" });
});

Deno.test("Chat model: messages are deleted, and reacted to", () => {
  const model = all(
    entered(),
    said("Bob", "oops", { msgid: "x" }),
    said("Bob", "y", { msgid: "y" }),
  );
  const react = (from: string, text: string, given = true): ChatEvent => ({
    ...{ type: "reacted", place: "#lobby", msgid: "y", from, own: false, text, given, time: DAY },
  });
  all(model, react("Eve", "👍"), react("Ada", "👍"), react("Ada", "👍"), react("Mallory", "👎"));
  all(model, { type: "redacted", place: "#lobby", msgid: "x", by: "Bob", time: DAY });
  assertEquals(lines(model), ["Bob: deleted", "Bob: y 👍 Eve,Ada"]);
  all(model, react("Eve", "👍", false), react("Ada", "👍", false));
  assertEquals(lines(model)[1], "Bob: y");
});

Deno.test("Chat model: what is asked on the way in, and why an answer was refused", () => {
  const model = new ChatModel("#lobby", [], () => () => "");
  all(model, { type: "askName", time: 0 });
  assertEquals(model.question, { kind: "name" });
  model.answered();
  all(model, { type: "nameRefused", name: "x", reason: "It is in use", keeps: null, time: 0 });
  assertEquals([model.question?.kind, model.fault], ["name", "It is in use."]);
  all(model, { type: "askPassword", account: "Ada", why: "owned", time: 0 });
  assertEquals(model.question?.kind, "account");
  all(model, { type: "entered", room: "#lobby", name: "Ada", again: false, time: 0 });
  assertEquals([model.question, model.fault, model.entered, model.nick], [
    undefined,
    "",
    true,
    "Ada",
  ]);
});

Deno.test("Feed: it keeps a bounded number of rows, the newest", () => {
  const feed = new Feed();
  for (let number = 0; number < 4000; number++) {
    feed.add({ kind: "note", key: `${number}`, time: 0, spans: [], aligned: false });
  }
  assertEquals(feed.rows.length <= 1600, true);
  assertEquals(feed.rows.at(-1)?.key, "3999");
  const row: SaidRow = {
    ...{ kind: "said", key: "s", event: said("a", "b", { msgid: "m" }), mention: false },
    reactions: [],
  };
  feed.add(row);
  for (let number = 0; number < 30; number++) feed.react("m", "a", `r${number}`, true);
  for (let number = 0; number < 300; number++) feed.react("m", `n${number}`, "r0", true);
  const { reactions = [] } = feed.said("m") ?? {};
  assertEquals([reactions.length, reactions[0]?.from.length], [20, 200]);
});

Deno.test("Feed items: days, the line above what is new, and names once for several messages", () => {
  const row = (key: string, from: string, time: number, more: Partial<Said> = {}): SaidRow => ({
    ...{ kind: "said", key, event: said(from, key, { time, ...more }), mention: false },
    reactions: [],
  });
  const minute = 60_000;
  const rows = [
    row("a", "Bob", DAY),
    row("b", "bob", DAY + minute),
    row("c", "Bob", DAY + 7 * minute),
    row("d", "Eve", DAY + 8 * minute),
    row("e", "Eve", DAY + 9 * minute, { kind: "action" }),
    row("f", "Eve", DAY + 10 * minute, { kind: "action" }),
    row("g", "Eve", DAY + 3 * 24 * 60 * minute),
  ];
  const items = feedItems(rows, "f").map((item) =>
    item.kind === "said" ? `${item.key}${item.head ? "*" : ""}` : item.kind
  );
  assertEquals(items, ["day", "a*", "b", "c*", "d*", "e*", "new", "f*", "day", "g*"]);
});

Deno.test("Message pieces: only what a browser may follow is a link, and all is harmless", () => {
  const cases: [text: string, ...pieces: string[]][] = [
    ["see https://a.example/x, please", "see ", "<https://a.example/x>", ", please"],
    ["mailto:a@b.example", "<mailto:a@b.example>"],
    ["javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"],
    ["irc://a.example/x ftp://b.example/y", "irc://a.example/x ftp://b.example/y"],
    ["https://[x", "https://[x"],
    ["<b>\u202e\x1b[31mx", "<b>x"],
    ["", ...[]],
  ];
  for (const [text, ...pieces] of cases) {
    const shown = messagePieces(text).flat().map(({ text, href }) =>
      href === undefined ? text : `<${href}>`
    );
    assertEquals(shown, pieces, text);
  }
  assertEquals(messagePieces("a\n\nb").length, 3);
});

Deno.test("Page address: the room and the invitation in it, and who can read along", () => {
  const rooms: [hash: string, room: string | undefined][] = [
    ["", undefined],
    ["#", undefined],
    ["#music", "#music"],
    ["#%23music", "#music"],
    ["#&local", "&local"],
    ["#B%C3%BCro", "#Büro"],
    ["#a,b", undefined],
    ["#a%20b", undefined],
    ["#a%0Ab", undefined],
    ["#invite=x", undefined],
    ["#%zz", "#%zz"],
  ];
  for (const [hash, room] of rooms) assertEquals(roomIn(hash), room, hash);
  for (const room of ["#music", "#Büro", "##x", "&local", "#a/b?c"]) {
    assertEquals(roomIn(hashOf(room)), room);
  }
  const token = "A".repeat(32);
  assertEquals([invitationIn("#invite=x"), invitationIn("#music")], [undefined, undefined]);
  const at = { protocol: "http:", hostname: "192.168.1.20", port: "8097", hash: "#music" };
  assertEquals(pageTarget(at, token), {
    ...{ host: "192.168.1.20", port: 8097, encryption: "never", room: "#music", invite: token },
  });
  assertEquals(pageTarget({ ...at, hash: "", hostname: "[::1]", port: "" }, undefined), {
    ...{ host: "::1", port: undefined, encryption: "never", room: "#lobby", unnamed: true },
  });
  const secrecy = (hostname: string, protocol = "http:") =>
    pageSecrecy({ ...at, hostname, protocol });
  for (const host of ["localhost", "chat.localhost", "127.0.0.1", "[::1]"]) {
    assertEquals(secrecy(host), "sure", host);
  }
  for (const host of ["192.168.1.20", "localhost.evil.example", "127.evil.example", "[::2]"]) {
    assertEquals(secrecy(host), "open", host);
  }
  assertEquals(secrecy("192.168.1.20", "https:"), "sure");
});

Deno.test("Page settings: they are kept, and whatever stands in the store does no harm", () => {
  const map = new Map<string, string>();
  const store: KeyStore = {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
  const usual: PageSettings = {
    ...{
      name: "",
      theme: "auto",
      clock: "24",
      sound: true,
      notify: false,
      typing: true,
      ignore: [],
    },
  };
  assertEquals(readPageSettings(store, usual), usual);
  const mine: PageSettings = { ...usual, name: "Ada", theme: "dark", sound: false, ignore: ["x"] };
  writePageSettings(store, mine);
  assertEquals(readPageSettings(store, usual), mine);
  const tab = { ...NEW_TAB, name: "Ada", rooms: ["#lobby"], drafts: { "#lobby": "half" } };
  writeTab(store, tab);
  assertEquals(readTab(store), tab);
  const nonsense = ["", "x", "null", "[]", '"a"', '{"theme":7,"ignore":{},"drafts":[1],"name":{}}'];
  for (const text of nonsense) {
    for (const key of map.keys()) map.set(key, text);
    assertEquals(readPageSettings(store, usual), usual, text);
    assertEquals({ ...readTab(store), drafts: {} }, NEW_TAB, text);
  }
  assertEquals(readPageSettings(undefined, usual), usual);
  const refusing = {
    ...store,
    setItem: () => {
      throw new Error("full");
    },
  };
  writePageSettings(refusing, mine);
});

Deno.test("Page: it goes to other servers of its chat, from https only to https", () => {
  const all = { host: "b.example", port: 6667, tlsPort: 6697, webPort: 8097 };
  const cases: [page: string, node: NodePlace, url: string | undefined, secrecy?: Secrecy][] = [
    ["http://a.example:8097", all, "ws://b.example:8097/", "open"],
    ["https://a.example", all, "wss://b.example:8097/", "sure"],
    ["https://a.example", { ...all, tlsPort: undefined }, undefined],
    ["http://a.example", { ...all, port: undefined }, undefined],
    ["http://a.example", { ...all, webPort: undefined }, undefined],
    ["http://a.example", { ...all, host: "fd00::2" }, undefined],
    ["http://localhost:8097", all, "ws://b.example:8097/", "open"],
    ["http://a.example", { ...all, host: "127.0.0.1" }, "ws://127.0.0.1:8097/", "sure"],
  ];
  for (const [page, node, url, secrecy] of cases) {
    const at = socketPlace(new URL(page), { ...node, kind: "told" });
    assertEquals(at, url === undefined ? undefined : { url, secrecy: secrecy! }, page);
  }
  for (const page of ["http://a.example:8097/", "https://[::1]/", "https://a.example/"]) {
    assertEquals(socketPlace(new URL(page), undefined)?.url, page.replace("http", "ws"));
  }
});
