import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const CAPS = "server-time message-tags echo-message batch draft/chathistory soju.im/search sasl";

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

/** A message sent at a second, as a line. */
function said(second: number, more: { id?: string; target?: string; from?: string } = {}): string {
  const { id = `m${second}`, target = "#lobby", from = "Furkan!f@h" } = more;
  return `time=${at(second)};msgid=${id} :${from} PRIVMSG ${target} :söz ${second}`;
}

function batch(target: string, ...lines: string[]): string[] {
  return [
    `:s BATCH +h chathistory ${target}`,
    ...lines.map((line) => `@batch=h;${line}`),
    ":s BATCH -h",
  ];
}

function fail(code: string, ...about: string[]): string {
  return `:s FAIL CHATHISTORY ${code} ${about.join(" ")} :No such message`;
}

/** Plays the handshake up to the welcome. */
function greeted(it: Drive, isupport: string): Drive {
  it.open().server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  return it.server(":s 366 * #lobby :End", ":s 001 Ali :Hi", `:s 005 Ali ${isupport} :are`);
}

/** A session in #lobby that has shown these messages. */
function inside(seconds: readonly number[] = [1, 2], isupport = "CHATHISTORY=50"): Drive {
  const it = greeted(new Drive({ name: "Ali", history: true }), isupport);
  it.server(":Ali!a@h JOIN #lobby", ...batch("#lobby"));
  for (const second of seconds) it.server(`@${said(second)}`);
  it.takeSent();
  it.takeEvents();
  return it;
}

/** Loses the connection, reconnects and enters the room again. */
function back(it: Drive, isupport = "CHATHISTORY=50"): Drive {
  greeted(it.lose(), isupport).takeSent();
  it.takeEvents();
  return it.server(":s 900 Ali Ali!a@h Ali :You are logged in", ":Ali!a@h JOIN #lobby");
}

/** What the session asked the server, and its events except for entering the room again. */
function outcome(it: Drive): { asked: string[]; told: string[] } {
  const told = it.takeEvents().filter((line) => !/^(entered|loggedIn)/.test(line));
  return { asked: it.takeSent(), told: told.map((line) => line.replace("privmsg Furkan -> ", "")) };
}

const UNKNOWN = "info: Some messages in #lobby may be missing here: " +
  "the server no longer has the last messages that you saw.";

Deno.test("Catching up: if the server does not know the last message, it is asked by time, with those before it", () => {
  const it = back(inside([1, 2, 3]));
  assertEquals(outcome(it).asked, ["CHATHISTORY AFTER #lobby msgid=m3 50"]);
  it.server(fail("MESSAGE_ERROR", "AFTER", "#lobby", "msgid=m3"));
  assertEquals(outcome(it), {
    asked: [`CHATHISTORY AFTER #lobby timestamp=2026-01-02T03:04:00.999Z 50`],
    told: [],
  });
  // The last message was redacted. The earlier ones are there, so nothing is missing.
  it.server(...batch("#lobby", said(1), said(2), said(4)));
  assertEquals(outcome(it), { asked: [], told: ["message old #lobby: söz 4"] });
});

Deno.test("Catching up: if the server knows none of the messages that were shown, that is said", () => {
  for (const code of ["MESSAGE_ERROR", "INVALID_PARAMS", "INVALID_MSGREFTYPE"]) {
    const it = back(inside());
    it.server(fail(code, "AFTER", "#lobby"), `@${said(9)}`);
    outcome(it);
    it.server(...batch("#lobby", said(5), said(6)));
    assertEquals(outcome(it), {
      asked: [],
      told: [
        ...["message old #lobby: söz 5", "message old #lobby: söz 6", UNKNOWN],
        "message #lobby: söz 9",
      ],
    }, code);
  }
  const nothing = back(inside()).server(fail("MESSAGE_ERROR", "AFTER", "#lobby"));
  outcome(nothing);
  assertEquals(outcome(nothing.server(...batch("#lobby"))).told, [UNKNOWN]);
});

Deno.test("Catching up: if the second request is refused too, that is said with the server's reason", () => {
  const it = back(inside());
  it.server(fail("MESSAGE_ERROR", "AFTER", "#lobby"), fail("MESSAGE_ERROR", "AFTER", "#lobby"));
  assertEquals(outcome(it).told, [
    "info: Some messages in #lobby may be missing here: No such message.",
  ]);
  // Later requests do not start from there again.
  it.server(`@${said(9)}`);
  outcome(it);
  assertEquals(outcome(back(it)).asked, ["CHATHISTORY AFTER #lobby msgid=m9 50"]);
});

Deno.test("Catching up: a refusal that names no request is of the one that was sent first", () => {
  const it = inside().server(":Ali!a@h JOIN #other", ...batch("#other"));
  it.server(`@${said(3, { target: "#other" })}`);
  outcome(it);
  const again = back(it).server(":Ali!a@h JOIN #other");
  assertEquals(outcome(again).asked, [
    "CHATHISTORY AFTER #lobby msgid=m2 50",
    "CHATHISTORY AFTER #other msgid=m3 50",
  ]);
  again.server(":s FAIL CHATHISTORY MESSAGE_ERROR :No");
  assertEquals(outcome(again).asked, [
    "CHATHISTORY AFTER #lobby timestamp=2026-01-02T03:04:00.999Z 50",
  ]);
});

Deno.test("Catching up: a page that the server may have cut for its size is not taken for the last", () => {
  const long = (second: number) => `${said(second)} ${"x".repeat(5000)}`;
  const it = back(inside()).server(...batch("#lobby", long(3), long(4)));
  assertEquals(outcome(it).asked.slice(1), ["CHATHISTORY AFTER #lobby msgid=m4 50"]);
  it.server(...batch("#lobby", said(5)));
  assertEquals(outcome(it), { asked: [], told: ["message old #lobby: söz 5"] });
});

Deno.test("Catching up: what was interrupted goes on from where it was, on the next connection", () => {
  const it = back(inside([1, 2], "CHATHISTORY=2"), "CHATHISTORY=2");
  it.server(...batch("#lobby", said(3), said(4)), `@${said(9)}`);
  assertEquals(outcome(it).asked.at(-1), "CHATHISTORY AFTER #lobby msgid=m4 2");
  // New messages are shown, but do not move the place where catching up continues.
  it.lose("x");
  assertEquals(outcome(it).told, ["message #lobby: söz 9", "lost: x"]);
  greeted(it, "CHATHISTORY=2").takeSent();
  it.server(":Ali!a@h JOIN #lobby");
  assertEquals(outcome(it).asked, ["CHATHISTORY AFTER #lobby msgid=m4 2"]);
  it.server(...batch("#lobby", said(5), said(9)), ...batch("#lobby"));
  assertEquals(outcome(it).told, ["message old #lobby: söz 5"]);
  assertEquals(outcome(back(it, "CHATHISTORY=2")).asked, ["CHATHISTORY AFTER #lobby msgid=m9 2"]);
});

Deno.test("Catching up: however much is new meanwhile, what was missed is asked for to its end", () => {
  const it = back(inside([1, 2], "CHATHISTORY=1"), "CHATHISTORY=1");
  for (let index = 0; index < 250; index++) it.server(`@${said(50, { id: `n${index}` })}`);
  assertEquals(outcome(it).told.length, 250);
  it.server(...batch("#lobby", said(3)));
  assertEquals(outcome(it).asked, ["CHATHISTORY AFTER #lobby msgid=m3 1"]);
  it.server(...batch("#lobby", said(4)), ...batch("#lobby"));
  outcome(it);
  assertEquals(outcome(back(it, "CHATHISTORY=1")).asked, ["CHATHISTORY AFTER #lobby msgid=n249 1"]);
});

Deno.test("Catching up: a server whose clock was set back is asked from what was shown last", () => {
  const it = inside([40, 50]);
  // From here on the clock is right.
  it.server(`@${said(3)}`, `@${said(4)}`);
  outcome(it);
  assertEquals(outcome(back(it)).asked, ["CHATHISTORY AFTER #lobby msgid=m4 50"]);
  it.server(...batch("#lobby", said(5)));
  assertEquals(outcome(it).told, ["message old #lobby: söz 5"]);
  assertEquals(outcome(back(it)).asked, ["CHATHISTORY AFTER #lobby msgid=m5 50"]);
});

Deno.test("Catching up: private conversations are asked for by the server's clock", () => {
  const it = inside();
  const targets = (it: Drive) => it.takeSent().find((line) => line.includes(" TARGETS "));
  // The server's clock is years ahead of ours, and is set back by 20 seconds.
  greeted(it.lose(), "CHATHISTORY=50");
  assertEquals(targets(it)?.split(" ").slice(2), [
    `timestamp=${new Date(Date.parse(at(2)) - 60_000).toISOString()}`,
    `timestamp=${new Date(Date.parse(at(2)) + 60_000).toISOString()}`,
    "20",
  ]);
  it.lose().open().server(`:s CAP * LS :${CAPS}`);
  for (const cap of CAPS.split(" ")) it.server(`:s CAP * ACK :${cap}`);
  it.server(`@time=${at(-18)} :s 001 Ali :Hi`);
  assertEquals(targets(it)?.split(" ").slice(2, 4), [
    `timestamp=${new Date(Date.parse(at(-18)) - 60_000).toISOString()}`,
    `timestamp=${new Date(Date.parse(at(-18)) + 60_000).toISOString()}`,
  ]);
});

/** The conversations with new messages, and the second of each. */
function targets(...seconds: number[]): string[] {
  return [
    ":s BATCH +t draft/chathistory-targets",
    ...seconds.map((second) => `@batch=t :s CHATHISTORY TARGETS p${second} ${at(second)}`),
    ":s BATCH -t",
  ];
}

Deno.test("Catching up: as many private conversations as there are, and what is not known is said", () => {
  const it = back(inside());
  it.server(...batch("#lobby"));
  outcome(it);
  const some = Array.from({ length: 20 }, (_, index) => index);
  it.server(...targets(...some));
  const { asked } = outcome(it);
  assertEquals(asked.filter((line) => line.includes(" AFTER ")).length, 20);
  assertEquals(asked.at(-1)?.split(" ").slice(1, 3), ["TARGETS", `timestamp=${at(19)}`]);
  it.server(...targets(...some.map((second) => second + 20)));
  outcome(it);
  it.server(...targets(40));
  // The other requests wait until the first ones are answered.
  const before = outcome(it).asked.length;
  it.server(...batch("p0"));
  assertEquals([before, outcome(it).asked[0]?.split(" ")[2]], [0, "p40"]);

  const refusedIt = back(inside());
  refusedIt.server(...batch("#lobby"));
  outcome(refusedIt);
  refusedIt.server(":s FAIL CHATHISTORY INVALID_PARAMS TARGETS :Unknown command");
  assertEquals(outcome(refusedIt).told, [
    "info: Some private messages may be missing: Unknown command.",
  ]);
});

Deno.test("Catching up: a private conversation starts from before what is new in it", () => {
  const it = inside().server(`@${said(3, { id: "p3", target: "Ali" })}`);
  back(it).server(...batch("#lobby"), `@${said(9, { id: "p9", target: "Ali" })}`);
  outcome(it);
  it.server(
    ":s BATCH +t draft/chathistory-targets",
    `@batch=t :s CHATHISTORY TARGETS Furkan ${at(9)}`,
    ":s BATCH -t",
  );
  assertEquals(outcome(it).asked, ["CHATHISTORY AFTER Furkan msgid=p3 50"]);
  const missed = said(5, { id: "p5", target: "Ali" });
  it.server(...batch("Furkan", missed, said(9, { id: "p9", target: "Ali" })));
  assertEquals(outcome(it).told, ["message old private Ali: söz 5"]);
});

Deno.test("Catching up: that what was said before is not shown is said on entering", () => {
  const it = greeted(new Drive({ name: "Ali", history: true }), "CHATHISTORY=50");
  it.server(":Ali!a@h JOIN #lobby", fail("INVALID_TARGET", "LATEST", "#lobby"));
  assertEquals(
    outcome(it).told.at(-1),
    "info: Older messages are not shown: No such message.",
  );
});

Deno.test("/history: it goes on at a line that the server does not know any more", () => {
  const it = inside([5, 6]).type("/history 2");
  assertEquals(outcome(it).asked, ["CHATHISTORY BEFORE #lobby msgid=m5 2"]);
  it.server(fail("MESSAGE_ERROR", "BEFORE", "#lobby", "msgid=m5"));
  const next = `timestamp=${at(5).replace(".000", ".001")}`;
  assertEquals(outcome(it), { asked: [`CHATHISTORY BEFORE #lobby ${next} 2`], told: [] });
  it.server(...batch("#lobby", said(3), said(4)));
  assertEquals(outcome(it).told, ["message old #lobby: söz 3", "message old #lobby: söz 4"]);
  assertEquals(outcome(it.type("/history 2")).asked, ["CHATHISTORY BEFORE #lobby msgid=m3 2"]);
  it.server(fail("MESSAGE_ERROR", "BEFORE", "#lobby"), fail("MESSAGE_ERROR", "BEFORE", "#lobby"));
  assertEquals(outcome(it).told, ["error: The server says: No such message"]);
});

Deno.test("/history: a page of what was shown already is no end", () => {
  const it = inside([5, 6], "CHATHISTORY=2 MSGREFTYPES=timestamp").type("/history 2");
  const before = (time: string) => `CHATHISTORY BEFORE #lobby timestamp=${time} 2`;
  assertEquals(outcome(it).asked, [before(at(5).replace(".000", ".001"))]);
  it.server(...batch("#lobby", said(5)));
  assertEquals(outcome(it), { asked: [before(at(5))], told: [] });
  it.server(...batch("#lobby", said(3), said(4)));
  assertEquals(outcome(it).told.length, 2);
  assertEquals(outcome(it.type("/history 2")).asked, [before(at(3).replace(".000", ".001"))]);
  it.server(...batch("#lobby"));
  assertEquals(outcome(it).told, ["info: There are no older messages."]);
});

Deno.test("/history: asked again while the answer comes, it goes on after it", () => {
  const it = inside([5, 6]).type("/history 2");
  const answer = batch("#lobby", said(3), said(4));
  assertEquals(it.takeSent(), ["CHATHISTORY BEFORE #lobby msgid=m5 2"]);
  it.server(...answer.slice(0, 2)).type("/history 9").type("/history 2");
  assertEquals(it.takeSent(), []);
  it.server(...answer.slice(2));
  assertEquals(it.takeSent(), ["CHATHISTORY BEFORE #lobby msgid=m3 2"]);
  it.server(...batch("#lobby", said(1), said(2)));
  const told = it.events.map((event) => event.type === "message" && `${event.text} ${event.why}`);
  assertEquals(told, ["söz 3 asked", "söz 4 asked", "söz 1 asked", "söz 2 asked"]);
  it.takeEvents();
  // Nothing older is told once.
  it.type("/history 2").type("/history 2").server(...batch("#lobby"));
  const asked = "CHATHISTORY BEFORE #lobby msgid=m1 2";
  assertEquals(outcome(it), { asked: [asked, asked], told: [] });
  it.server(...batch("#lobby"));
  assertEquals(outcome(it).told, ["info: There are no older messages."]);
});

Deno.test("/history: on entering, it waits for the messages that come by themselves", () => {
  const it = greeted(new Drive({ name: "Ali", history: true }), "CHATHISTORY=50");
  it.server(":Ali!a@h JOIN #lobby").takeSent();
  it.type("/history 2");
  assertEquals(it.takeSent(), []);
  it.server(...batch("#lobby", said(5), said(6)));
  assertEquals(it.takeSent(), ["CHATHISTORY BEFORE #lobby msgid=m5 2"]);
});

Deno.test("/history: what was not answered when the connection broke comes on the next one, in order", () => {
  const it = inside([5, 6]).type("/history 2");
  it.server(...batch("#lobby", said(4)).slice(0, 2));
  it.server(`@${said(7, { target: "Ali" })}`).type("/history 3", "Furkan");
  assertEquals(outcome(it).asked, [
    "CHATHISTORY BEFORE #lobby msgid=m5 2",
    "CHATHISTORY BEFORE Furkan msgid=m7 3",
  ]);
  back(it);
  assertEquals(outcome(it).asked, ["CHATHISTORY AFTER #lobby msgid=m6 50"]);
  it.server(...batch("#lobby", said(8)));
  assertEquals(outcome(it).asked, ["CHATHISTORY BEFORE #lobby msgid=m4 2"]);
  it.server(...batch("#lobby", said(2), said(3)), ...targets());
  assertEquals(outcome(it).asked, ["CHATHISTORY BEFORE Furkan msgid=m7 3"]);
  // It is not asked for a second time.
  it.server(...batch("Furkan", said(1, { target: "Ali" })));
  outcome(it);
  assertEquals(outcome(back(it)).asked, ["CHATHISTORY AFTER #lobby msgid=m8 50"]);
});

Deno.test("/history: it waits for the room to be entered again, and is forgotten if that is refused", () => {
  const it = greeted(inside([5, 6]).lose(), "CHATHISTORY=50");
  it.takeSent();
  it.type("/history 2").server(":Ali!a@h JOIN #lobby");
  assertEquals(it.takeSent(), ["CHATHISTORY AFTER #lobby msgid=m6 50"]);
  it.server(...batch("#lobby"));
  assertEquals(it.takeSent(), ["CHATHISTORY BEFORE #lobby msgid=m5 2"]);
  it.server(...batch("#lobby"), ":Ali!a@h JOIN #other", ...batch("#other"));
  it.server(`@${said(7, { target: "#other" })}`).type("/history 2", "#other").takeSent();
  back(it).server(...batch("#lobby"), ":s 474 Ali #other :Banned").takeSent();
  it.type("/join #other").server(":Ali!a@h JOIN #other", ...batch("#other"));
  assertEquals(it.takeSent(), ["JOIN #other", "CHATHISTORY AFTER #other msgid=m7 50"]);
});

Deno.test("/history: if the next connection has no messages to give, that is said", () => {
  const it = inside([5, 6]).type("/history 2").lose().open();
  it.server(":s CAP * LS :batch", ":s CAP * ACK :batch", ":s 366 * #lobby :End");
  it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby");
  assertEquals(outcome(it).told.at(-1), "error: The server did not answer.");
});

Deno.test("/history: a refusal says in which place", () => {
  const it = inside([5, 6]).type("/history 2");
  it.server(":s FAIL CHATHISTORY INVALID_TARGET BEFORE #lobby :No");
  const { type, place, code } = it.events.at(-1) as { type: string; place?: string; code?: string };
  assertEquals([type, place, code], ["error", "#lobby", "INVALID_TARGET"]);
});

Deno.test("Catching up: the last messages of a room come although the connection broke before", () => {
  const it = greeted(new Drive({ name: "Ali", history: true }), "CHATHISTORY=50");
  it.server(`@time=${at(1)} :Ali!a@h JOIN #lobby`);
  assertEquals(outcome(it).asked.at(-1), "CHATHISTORY LATEST #lobby * 20");
  back(it).server(...batch("#lobby"));
  assertEquals(outcome(it).asked.slice(-2), [
    `CHATHISTORY AFTER #lobby timestamp=${at(1)} 50`,
    "CHATHISTORY LATEST #lobby * 20",
  ]);
});

Deno.test("Catching up: private messages are also asked for if the server fell silent", () => {
  const it = inside().wait(600_000);
  assertEquals(it.ends, ["dead: the server stopped answering"]);
  it.takeSent();
  greeted(it.lose(), "CHATHISTORY=50");
  assertEquals(it.takeSent().filter((line) => line.includes(" TARGETS ")).length, 1);
});

Deno.test("/history: a server that does not answer is told of", () => {
  const it = inside().type("/history").wait(5000);
  assertEquals(outcome(it).told, ["error: The server did not answer."]);
});

Deno.test("Catching up: each old message says why it comes", () => {
  const it = greeted(new Drive({ name: "Ali", history: true }), "CHATHISTORY=50");
  const why = () => it.events.splice(0).flatMap((e) => e.type === "message" ? [e.why ?? "-"] : []);
  it.server(":Ali!a@h JOIN #lobby", ...batch("#lobby", said(1)), `@${said(2)}`);
  assertEquals(why(), ["entered", "-"]);
  back(it).server(...batch("#lobby", said(3)));
  assertEquals(why(), ["missed"]);
  it.type("/history").server(...batch("#lobby", said(0)));
  assertEquals(why(), ["asked"]);
  it.server(...batch("#other", said(9, { target: "#other" })));
  assertEquals(why(), ["-"]);
});
