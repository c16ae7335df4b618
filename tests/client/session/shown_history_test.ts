import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const CAPS = "server-time message-tags echo-message batch draft/chathistory soju.im/search";

/** A session on a server that keeps history, just before it enters #lobby. */
function before(isupport = "CHATHISTORY=50"): Drive {
  const it = new Drive({ name: "Ali", history: true }).open();
  it.server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(":s 366 * #lobby :End", ":s 001 Ali :Hi", `:s 005 Ali ${isupport} :are`);
  it.takeSent();
  it.takeEvents();
  return it;
}

/** A session in #lobby after two messages. */
function inside(isupport?: string): Drive {
  const it = before(isupport).server(":Ali!a@h JOIN #lobby");
  it.server(...batch("#lobby", old(1), old(2)));
  it.takeSent();
  it.takeEvents();
  return it;
}

function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();
}

/** A message sent at a second, as a line. */
function old(second: number, text = `eski ${second}`, from = "Furkan!f@h"): string {
  return `time=${at(second)};msgid=m${second} :${from} PRIVMSG #lobby :${text}`;
}

function batch(target: string, ...lines: string[]): string[] {
  return [
    `:s BATCH +h chathistory ${target}`,
    ...lines.map((line) => `@batch=h;${line}`),
    ":s BATCH -h",
  ];
}

Deno.test("History: a newcomer is shown earlier messages, marked as old and with their time", () => {
  const it = before().server(":Ali!a@h JOIN #lobby");
  assertEquals(it.takeSent(), ["CHATHISTORY LATEST #lobby * 20"]);
  it.takeEvents();
  it.server(...batch("#lobby", old(1), old(2)), `@${old(3, "yeni")}`);
  assertEquals(
    it.events.map((event) => event.time),
    [1, 2, 3].map((at) => Date.UTC(2026, 0, 2, 3, 4, at)),
  );
  assertEquals(it.takeEvents(), [
    "message old privmsg Furkan -> #lobby: eski 1",
    "message old privmsg Furkan -> #lobby: eski 2",
    "message privmsg Furkan -> #lobby: yeni",
  ]);
});

Deno.test("History: old messages are requested only if they are wanted, within the server's limit", () => {
  const unwanted = new Drive().enter("Ali", CAPS);
  assertEquals(unwanted.server(":s CAP Ali NEW :draft/chathistory").takeSent(), []);
  for (const typed of ["/history", "/search tea"]) {
    assertEquals(unwanted.type(typed).takeEvents(), [
      "error: This works only in a terminal, without --plain and --json.",
    ]);
  }
  const few = before("CHATHISTORY=5").server(":Ali!a@h JOIN #lobby");
  assertEquals(few.takeSent(), ["CHATHISTORY LATEST #lobby * 5"]);
});

Deno.test("History: a user who comes back gets what was missed, and nothing twice", () => {
  const it = inside().server(`@${old(3)}`).lose().open().server(":s CAP * LS :" + CAPS);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(":s 001 Ali :Hi").takeSent();
  it.takeEvents();
  it.server(":Ali!a@h JOIN #lobby");
  assertEquals(it.takeSent(), ["CHATHISTORY AFTER #lobby msgid=m3 50"]);
  it.server(`@${old(6, "yeni")}`, ...batch("#lobby", old(3), old(4), old(5), old(6, "yeni")));
  assertEquals(it.takeEvents(), [
    "entered #lobby as Ali again",
    "message old privmsg Furkan -> #lobby: eski 4",
    "message old privmsg Furkan -> #lobby: eski 5",
    "message privmsg Furkan -> #lobby: yeni",
  ]);
});

Deno.test("History: missed messages come page by page, up to a bound that is reported", () => {
  const it = inside("CHATHISTORY=2 MSGREFTYPES=timestamp").lose().open();
  it.server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby");
  const asked: string[] = [];
  for (let page = 0; page < 9; page++) {
    asked.push(...it.takeSent().filter((line) => line.includes(" AFTER ")));
    it.server(...batch("#lobby", old(10 + 2 * page), old(11 + 2 * page)));
  }
  assertEquals(asked.slice(0, 2), [
    `CHATHISTORY AFTER #lobby timestamp=${at(2)} 2`,
    `CHATHISTORY AFTER #lobby timestamp=${at(11)} 2`,
  ]);
  assertEquals(asked.length, 5);
  assertEquals(
    it.takeEvents().includes("info: You missed more messages than are shown here."),
    true,
  );
});

Deno.test("History: a message sent before a loss is not sent again if the history has it", () => {
  const it = inside().say("bir").say("iki").lose();
  it.takeSent();
  it.open().server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby");
  assertEquals(it.takeSent().some((line) => line.startsWith("PRIVMSG")), false);
  it.takeEvents();
  it.server(...batch("#lobby", old(5, "bir", "Ali!a@h")));
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :iki"]);
  assertEquals(it.takeEvents(), ["message old own privmsg Ali -> #lobby: bir"]);
});

Deno.test("History: a server that does not tell what was missed does not hold up what was typed", () => {
  const refusal = ":s FAIL CHATHISTORY INVALID_TARGET AFTER #lobby :No such room";
  const missing = "info: Some messages in #lobby may be missing here: ";
  for (
    const [answer, why] of [
      [refusal, "No such room."],
      ["", "the server did not answer."],
    ] as const
  ) {
    const it = inside().say("bir").lose().open().server(`:s CAP * LS :${CAPS}`);
    for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
    it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby").takeSent();
    it.takeEvents();
    if (answer === "") it.wait(5000);
    else it.server(answer);
    assertEquals([it.takeSent(), it.takeEvents()], [["PRIVMSG #lobby :bir"], [missing + why]]);
  }
});

Deno.test("History: new messages come after the missed ones, however long those take", () => {
  const back = () => {
    const it = inside("CHATHISTORY=1").lose().open().server(`:s CAP * LS :${CAPS}`);
    for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
    it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby", `@${old(9, "yeni")}`);
    it.takeEvents();
    it.takeSent();
    return it;
  };
  const missed = (second: number) => `message old privmsg Furkan -> #lobby: eski ${second}`;
  const now = "message privmsg Furkan -> #lobby: yeni";
  const it = back().server(...batch("#lobby", old(3)));
  assertEquals(it.takeSent(), ["CHATHISTORY AFTER #lobby msgid=m3 1"]);
  it.server(...batch("#lobby", old(4)), ...batch("#lobby"));
  assertEquals(it.takeEvents(), [missed(3), missed(4), now]);
  const missing = "info: Some messages in #lobby may be missing here: ";
  assertEquals(back().wait(5000).takeEvents(), [missing + "the server did not answer.", now]);
  assertEquals(back().lose("x").takeEvents(), [now, "lost: x"]);
  // A message that is redacted before it was shown is not shown.
  const taken = back().server(":Furkan!f@h REDACT #lobby m9", ...batch("#lobby"));
  assertEquals(taken.takeEvents(), ["redacted m9 in #lobby by Furkan"]);
  const many = back();
  for (let index = 0; index < 500; index++) many.server(":F!f@h PRIVMSG #lobby :x");
  assertEquals(many.takeEvents().length, 501);
});

Deno.test("History: private conversations are caught up with, too", () => {
  const it = inside().server("@msgid=p1 :Gamze!g@h PRIVMSG Ali :selam").lose().open();
  it.server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(":s 001 Ali :Hi");
  const since = (ms: number) => `timestamp=${new Date(it.now + ms).toISOString()}`;
  assertEquals(it.takeSent().at(-1), `CHATHISTORY TARGETS ${since(-60_000)} ${since(60_000)} 20`);
  it.server(
    ":s BATCH +t draft/chathistory-targets",
    `@batch=t :s CHATHISTORY TARGETS Gamze ${at(9)}`,
    `@batch=t :s CHATHISTORY TARGETS Deniz ${at(9)}`,
    `@batch=t :s CHATHISTORY TARGETS #lobby ${at(9)}`,
    ":s BATCH -t",
  );
  assertEquals(it.takeSent(), [
    "CHATHISTORY AFTER Gamze msgid=p1 50",
    `CHATHISTORY AFTER Deniz ${since(-60_000)} 50`,
  ]);
  it.takeEvents();
  it.server(
    ":s BATCH +h chathistory Gamze",
    "@batch=h;msgid=p1 :Gamze!g@h PRIVMSG Ali :selam",
    "@batch=h;msgid=p2 :Gamze!g@h PRIVMSG Ali :orada mısın",
    "@batch=h;msgid=p3 :Ali!a@h PRIVMSG Gamze :evet",
    ":s BATCH -h",
  );
  assertEquals(it.events.map((event) => event.type === "message" && event.place), [
    "Gamze",
    "Gamze",
  ]);
});

Deno.test("History: older messages are shown when asked for", () => {
  const it = inside().type("/history 30");
  assertEquals(it.takeSent(), ["CHATHISTORY BEFORE #lobby msgid=m1 30"]);
  it.server(...batch("#lobby", old(0)));
  assertEquals(it.takeEvents(), ["message old privmsg Furkan -> #lobby: eski 0"]);
  assertEquals(it.type("/history").takeSent(), ["CHATHISTORY BEFORE #lobby msgid=m0 50"]);
  it.server(...batch("#lobby"));
  assertEquals(it.takeEvents(), ["info: There are no older messages."]);
  assertEquals(it.type("/history 3", "Gamze").takeSent(), ["CHATHISTORY LATEST Gamze * 3"]);
  it.server(":s FAIL CHATHISTORY INVALID_TARGET LATEST Gamze :You may not read that");
  assertEquals(it.takeEvents(), ["error: The server says: You may not read that"]);
});

Deno.test("History: old events change nothing now", () => {
  const it = inside().server(
    ":s BATCH +p znc.in/playback #lobby",
    "@batch=p :Ali!a@h PART #lobby :x",
    "@batch=p :Furkan!f@h NICK Firat",
    "@batch=p :s 474 Ali #lobby :No",
    "@batch=p :s BATCH +n netsplit a b",
    "@batch=n :Furkan!f@h QUIT :a b",
    "@batch=p :s BATCH -n",
    "@batch=p;msgid=z :Furkan!f@h NOTICE #lobby :eski",
    "@batch=p;+typing=active :Furkan!f@h TAGMSG #lobby",
    ":s BATCH -p",
    "@batch=p :Furkan!f@h PRIVMSG #lobby :yeni",
  );
  assertEquals(it.takeEvents(), [
    "message old notice Furkan -> #lobby: eski",
    "message privmsg Furkan -> #lobby: yeni",
  ]);
  assertEquals([it.session.phase, it.ends], ["inside", []]);
});

Deno.test("History: a batch that is cut off by a loss is not continued on the next connection", () => {
  const it = inside().server(":s BATCH +h chathistory #lobby").lose().open();
  it.server(":s CAP * LS :", ":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby").takeEvents();
  it.server(`@batch=h;${old(9, "yeni")}`);
  assertEquals(it.takeEvents(), ["message privmsg Furkan -> #lobby: yeni"]);
});

Deno.test("History: a search shows what it finds, wherever it was said", () => {
  const it = inside().type("/search çay; saati");
  assertEquals(it.takeSent(), ["SEARCH in=#lobby;text=çay\\:\\ssaati;limit=30"]);
  it.server(
    ":s BATCH +r soju.im/search",
    `@batch=r;${old(1, "çay; saati mi")}`,
    "@batch=r;msgid=q :Gamze!g@h PRIVMSG Ali :\x01ACTION çay; saati\x01",
    ":s BATCH -r",
  );
  assertEquals(it.takeEvents(), [
    "found Furkan in #lobby: çay; saati mi",
    "found Gamze in Gamze: çay; saati",
  ]);
  // A text that does not fit into one line, because each character takes two, is refused with an
  // error.
  const long = inside().type(`/search ${";".repeat(300)}`);
  assertEquals([long.takeSent(), long.takeEvents()], [[], [
    "error: This is too long to search for.",
  ]]);
  it.type("/search yok").server(":s BATCH +r soju.im/search", ":s BATCH -r");
  assertEquals(it.takeEvents(), ['info: Nothing was found for "yok".']);
  it.type("/search x").server(":s FAIL SEARCH INVALID_PARAMS :The text is too short");
  assertEquals(it.takeEvents(), ["error: The server says: The text is too short"]);
});

Deno.test("History: messages of several lines keep their lines", () => {
  const it = inside().server(
    ":s BATCH +h chathistory #lobby",
    `@batch=h;time=${at(7)};msgid=m7 :Furkan!f@h BATCH +l draft/multiline #lobby`,
    "@batch=l :Furkan!f@h PRIVMSG #lobby :bir",
    "@batch=l :Furkan!f@h PRIVMSG #lobby :iki ",
    "@batch=l;draft/multiline-concat :Furkan!f@h PRIVMSG #lobby :üç",
    ":s BATCH -l",
    ":s BATCH -h",
  );
  const [event] = it.events;
  assertEquals(event?.time, Date.UTC(2026, 0, 2, 3, 4, 7));
  assertEquals(it.takeEvents(), ["message old privmsg Furkan -> #lobby: bir\niki üç"]);
});

Deno.test("History: what was said to some in a room is looked for in the room", () => {
  const it = inside().type("/history 5", "@#lobby").type("/search çay", "@#lobby");
  assertEquals(it.takeSent(), ["SEARCH in=#lobby;text=çay;limit=30"]);
  assertEquals(it.takeEvents(), [
    "error: The history of #lobby includes these messages: type /history there.",
  ]);
  assertEquals(it.type("/history 5", "#LOBBY").takeSent(), [
    "CHATHISTORY BEFORE #LOBBY msgid=m1 5",
  ]);
});

Deno.test("History: of messages that nothing tells apart, each is shown once", () => {
  const same = `time=${at(9)} :Furkan!f@h PRIVMSG #lobby :evet`;
  const told = (it: Drive) => it.takeEvents().filter((event) => event.endsWith("evet")).length;
  const it = before().server(":Ali!a@h JOIN #lobby");
  it.server(...batch("#lobby", same, same));
  assertEquals(told(it), 2);
  it.server(`@${same}`);
  assertEquals(told(it), 1);
  // After a reconnect one of the four is new, and it is the same on the next page.
  it.lose().open().server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby").takeEvents();
  it.server(...batch("#lobby", same, same, same, same));
  assertEquals(told(it), 1);
  // Messages with different ids differ, and those with the same id are the same.
  const known = `msgid=x;${same}`;
  it.type("/history 5").server(...batch("#lobby", known, known));
  assertEquals(told(it), 1);
});
