import { assert, assertEquals } from "@std/assert";
import type { SessionOptions } from "../../../lib/client/session/context.ts";
import type { Secrecy } from "../../../lib/client/session/doubt.ts";
import { nodesToken } from "../../../lib/irc/node_address.ts";
import { RESUME } from "../../../lib/irc/resume.ts";
import { Drive } from "../drive.ts";

const CAPS = `server-time message-tags echo-message batch draft/chathistory ${RESUME}`;

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

/** A private message of Can, or of Ali to Can, sent at a second. */
function said(second: number, from = "Can", to = "Ali"): string {
  return `@time=${at(second)};msgid=m${second} :${from}!u@h PRIVMSG ${to} :söz ${second}`;
}

/** The lines with which a server sends history. */
function batch(target: string, ...lines: string[]): string[] {
  const tagged = lines.map((line) => line.replace("@", "@batch=h;"));
  return [`:s BATCH +h chathistory ${target}`, ...tagged, ":s BATCH -h"];
}

/** Connects, and lets the server grant all capabilities. */
function greet(it: Drive, secrecy: Secrecy = "open"): Drive {
  it.do(it.session.open(it.now, secrecy)).server(`:s CAP * LS :${CAPS}`);
  return it.server(...CAPS.split(" ").map((cap) => `:s CAP * ACK :${cap}`));
}

/** A session in #lobby and #çay whose server gave it a secret. */
function inside(options: Partial<SessionOptions> = {}, secrecy: Secrecy = "open"): Drive {
  const it = greet(new Drive({ name: "Ali", history: true, stays: true, ...options }), secrecy);
  it.server(":s 366 * #lobby :End", ":s 001 Ali :Hi", ":s 005 Ali CHATHISTORY=50 MONITOR=50 :are");
  it.server(":Ali!ali@h JOIN #lobby", ...batch("#lobby"), ":s 366 Ali #lobby :End");
  it.type("/join çay").server(":Ali!ali@h JOIN #çay", ":s 332 Ali #çay :demli", ...batch("#çay"));
  it.server(":s 366 Ali #çay :End", ":s RESUME TOKEN secret-1");
  it.takeSent();
  it.takeEvents();
  return it;
}

/** The welcome of a stay that goes on, up to the rooms. */
const BACK = [":s RESUME SUCCESS Ali", ":s 001 Ali :Hi", ":s 005 Ali CHATHISTORY=50 :are"];

/** The lines about a room that the stay is in. */
function room(name: string, ...more: string[]): string[] {
  return [
    `:Ali!ali@h JOIN ${name}`,
    ...more,
    `:s 353 Ali = ${name} :@Ali Can`,
    `:s 366 Ali ${name} :End`,
  ];
}

/** Loses the connection and shows the secret on the next one. */
function returns(it: Drive, secrecy: Secrecy = "open"): Drive {
  greet(it.lose(), secrecy);
  it.takeEvents();
  return it;
}

const asked = (it: Drive) => it.takeSent().filter((line) => !line.startsWith("CAP "));

Deno.test("Resume: the stay goes on with one quiet line, and what was missed is requested", () => {
  const it = returns(inside());
  assertEquals(asked(it), ["RESUME secret-1"]);
  it.server(...BACK, ...room("#lobby"), ...room("#çay", ":s 332 Ali #çay :demli"));
  assertEquals(asked(it), [], "the first line would spend the secret");
  it.server(":s RESUME TOKEN secret-2");
  const requested = asked(it);
  assertEquals(
    requested.map((line) => line.split(" ").slice(0, 3).join(" ")),
    [
      "CHATHISTORY AFTER #lobby",
      "CHATHISTORY AFTER #çay",
      "CHATHISTORY TARGETS timestamp=1969-12-31T23:59:00.000Z",
    ].map((line, i) => i < 2 ? line : requested[2]!.split(" ").slice(0, 3).join(" ")),
  );
  assertEquals(it.takeEvents(), [
    "info: Connected again.",
    "entered #lobby as Ali again",
    "users resumed: Ali Can",
    "entered #çay as Ali again",
    "users resumed: Ali Can",
  ]);
  assertEquals([it.session.phase, it.session.nick], ["inside", "Ali"]);
  assertEquals(asked(returns(it)), ["RESUME secret-2"]);
});

Deno.test("Resume: until the next secret has come, the same one is shown again", () => {
  const it = returns(inside());
  for (const come of [[], BACK, [...BACK, ...room("#lobby")]]) {
    it.server(...come);
    assertEquals(asked(returns(it)).slice(-1), ["RESUME secret-1"]);
  }
});

Deno.test("Resume: if the server refuses the secret or says nothing, it is entered as usual", () => {
  const refusals: [name: string, refuse: (it: Drive) => void][] = [
    ["invalid", (it) => it.server(":s FAIL RESUME INVALID_TOKEN :Too late")],
    ["insecure", (it) => it.server(":s FAIL RESUME INSECURE :Encrypt")],
    ["cannot", (it) => it.server(":s FAIL RESUME CANNOT_RESUME :No")],
    ["unknown", (it) => it.server(":s 421 * RESUME :Unknown command")],
    ["silent", (it) => it.wait(5000)],
  ];
  for (const [name, refuse] of refusals) {
    const it = returns(inside());
    it.takeSent();
    refuse(it);
    assertEquals(asked(it).slice(0, 1), ["NICK Ali"], name);
    it.server(":s 001 Ali :Hi");
    assertEquals(asked(it).slice(0, 2), ["JOIN #lobby", "JOIN #çay"], name);
    assertEquals(it.takeEvents(), [], name);
    assertEquals(asked(returns(it)).slice(0, 1), ["NICK Ali"], `${name}: the secret is forgotten`);
  }
});

Deno.test("Resume: a server that is slow to list its capabilities is not entered without them", () => {
  const it = inside().lose();
  it.takeEvents();
  it.open().wait(19_000);
  assertEquals(asked(it), [], "our name is not claimed: it is still in use");
  it.server(`:s CAP * LS :${CAPS}`).server(...CAPS.split(" ").map((cap) => `:s CAP * ACK :${cap}`));
  assertEquals(asked(it), ["RESUME secret-1"]);
});

for (const several of [false, true]) {
  const they = several ? "several servers" : "a server";
  Deno.test(`Resume: ${they} without capabilities any more: entered without them at last`, () => {
    const it = inside();
    if (several) it.server(`:s 005 Ali ${nodesToken([{ host: "10.0.0.2", port: 6667 }])} :are`);
    const silent = () => {
      it.lose().takeSent();
      it.open().wait(20_000);
      assertEquals([asked(it), it.ends.splice(0)], [[], ["dead: the server stopped answering"]]);
    };
    for (let time = 0; time < 3; time++) silent();
    // Then it was only slow, and counts anew.
    assertEquals(asked(returns(it)), ["RESUME secret-1"]);
    for (let time = 0; time < 4; time++) silent();
    assertEquals(asked(it.lose().open().wait(3000)), ["NICK Ali", "USER chat 0 * chat"]);
  });
}

Deno.test("Resume: the secret is shown only on a connection as safe as the one it came by", () => {
  const cases: [came: Secrecy, now: Secrecy, shown: boolean][] = [
    ["open", "open", true],
    ["open", "sure", true],
    ["local", "open", false],
    ["local", "local", true],
    ["sure", "open", false],
    ["sure", "local", false],
    ["sure", "sure", true],
  ];
  for (const [came, now, shown] of cases) {
    const sent = asked(returns(inside({}, came), now));
    assertEquals(sent.includes("RESUME secret-1"), shown, `${came}, ${now}`);
    assertEquals(sent.includes("NICK Ali"), !shown, `${came}, ${now}`);
  }
});

Deno.test("Resume: a server that does not offer it is told no secret, and gives none", () => {
  const it = inside().lose();
  it.open().server(":s CAP * LS :server-time", ":s CAP * ACK :server-time");
  assertEquals(asked(it).slice(0, 1), ["NICK Ali"]);
  const other = new Drive().enter().server(":s RESUME TOKEN secret-1");
  assert(!other.session.canResume);
});

Deno.test("Resume: the secret is forgotten when the person leaves, and is in no event", () => {
  const it = inside();
  assert(it.session.canResume);
  it.do(it.session.quit("tschüss", it.now));
  assertEquals([it.session.canResume, it.takeSent()], [false, ["QUIT :tschüss"]]);
  const other = returns(inside());
  other.takeSent();
  other.server(...BACK, ...room("#lobby"));
  other.do(other.session.quit("tschüss", other.now));
  assertEquals(other.takeSent().slice(-1), ["QUIT :tschüss"], "a farewell does not wait");
  assert(!JSON.stringify([...it.events, ...other.events]).includes("secret"));
});

Deno.test("Resume: what may have arrived is sent again only if nothing shows that it did", () => {
  const it = inside();
  it.say("eins", "#lobby").say("zwei", "#lobby").say("drei", "Can").say("vier", "Can");
  assertEquals(asked(it).length, 4);
  returns(it).takeSent();
  it.server(...BACK, ...room("#lobby"), ...room("#çay"));
  it.server(`@time=${at(3)};msgid=m3 :Ali!ali@h PRIVMSG Can :drei`, ":s RESUME TOKEN secret-2");
  // Whoever is logged in finds them in the history.
  assertEquals(asked(it).filter((line) => !line.startsWith("CHATHISTORY")), []);
  it.server(":s BATCH +t draft/chathistory-targets", ":s BATCH -t");
  assertEquals(asked(it), ["PRIVMSG Can :vier"]);
  it.server(...batch("#lobby", `@time=${at(1)};msgid=m1 :Ali!ali@h PRIVMSG #lobby :eins`));
  assertEquals(asked(it), ["PRIVMSG #lobby :zwei"]);
  assertEquals(it.takeEvents().filter((line) => line.startsWith("message")), [
    "message old own privmsg Ali -> Can: drei",
    "message old own privmsg Ali -> #lobby: eins",
  ]);
});

Deno.test("Resume: private messages that come again are shown once", () => {
  const it = inside().server(said(1));
  returns(it).server(...BACK, ...room("#lobby"), said(1), said(2));
  it.server(":Can!u@h PRIVMSG Ali :\x01VERSION\x01", ":s RESUME TOKEN secret-2");
  it.server(...batch("Can", said(1), said(2)), said(3));
  assertEquals(it.takeEvents().filter((line) => line.startsWith("message")), [
    "message old private privmsg Can -> Ali: söz 2",
    "message private privmsg Can -> Ali: söz 3",
  ]);
  assertEquals(asked(it).filter((line) => line.startsWith("NOTICE")), []);
});

Deno.test("Resume: who was removed meanwhile is told, and goes back by speaking", () => {
  const it = inside().lose().say("geht das?", "#çay");
  greet(it);
  it.takeEvents();
  it.takeSent();
  it.server(...BACK, ...room("#lobby"), ":s RESUME TOKEN secret-2");
  assertEquals(asked(it).filter((line) => line.startsWith("JOIN")), []);
  assertEquals(it.takeEvents().slice(3), [
    "removed by null (while you had no connection)",
    "notSent: You are not in #çay, so this was not sent: geht das?",
  ]);
  assertEquals(asked(it.say("hallo", "#çay")), ["JOIN #çay"]);
});

Deno.test("Resume: a room that was renamed meanwhile is still the same room", () => {
  const it = returns(inside());
  it.server(...BACK, ...room("#lobby"), ":s RENAME #çay #kahve :", ...room("#kahve"));
  it.server(":s RESUME TOKEN secret-2");
  const told = it.takeEvents().join("\n");
  assert(told.includes("#kahve"), told);
  assert(!/removed/.test(told), told);
  assertEquals(it.session.rooms.map(({ name }) => name), ["#lobby", "#kahve"]);
});

Deno.test("Resume: a pipe whose room is closed to it ends when it speaks, as after a kick", () => {
  const it = new Drive({ name: "Ali", history: "missed" });
  greet(it).server(":s 366 * #lobby :End", ":s 001 Ali :Hi", ...room("#lobby"));
  it.server(":s RESUME TOKEN secret-1");
  returns(it).takeSent();
  it.server(...BACK, ":s RESUME TOKEN secret-2").say("hallo");
  assertEquals(asked(it).slice(-1), ["JOIN #lobby"]);
  it.server(":s 474 Ali #lobby :Cannot join channel (+b)");
  assertEquals(it.ends.length, 1);
});

Deno.test("Resume: a JOIN or PART whose answer was lost is sent again", () => {
  const it = inside().type("/join neu").type("/part", "#çay");
  returns(it).takeSent();
  it.server(...BACK, ...room("#lobby"), ...room("#çay"), ":s RESUME TOKEN secret-2");
  assertEquals(asked(it).filter((line) => /^(JOIN|PART)/.test(line)), ["PART #çay", "JOIN #neu"]);
  assertEquals(it.takeEvents().filter((line) => !/^(users|info)/.test(line)), [
    "entered #lobby as Ali again",
  ]);
});

Deno.test("Resume: rooms that are left or entered without a connection are so afterwards", () => {
  const it = inside().lose().type("/part", "#çay").type("/join neu").type("/join öl");
  it.type("/part", "#öl");
  greet(it).takeSent();
  it.server(...BACK, ...room("#lobby"), ...room("#çay"), ":s RESUME TOKEN secret-2");
  assertEquals(asked(it).filter((line) => /^(JOIN|PART)/.test(line)), ["PART #çay", "JOIN #neu"]);
  const home = inside().type("/part", "#lobby");
  returns(home).takeSent();
  home.server(...BACK, ...room("#lobby"), ...room("#çay"), ":s RESUME TOKEN secret-2");
  home.takeEvents();
  home.server(":Ali!ali@h PART #lobby");
  assertEquals([home.takeEvents(), home.session.home], [["parted #lobby"], "#çay"]);
});

Deno.test("Resume: what is said in a room before the welcome ends is told after what was missed", () => {
  const it = returns(inside());
  it.server(...BACK, ...room("#lobby"), said(3, "Can", "#lobby"), ":s RESUME TOKEN secret-2");
  it.server(...batch("#lobby", said(2, "Can", "#lobby")));
  assertEquals(it.takeEvents().filter((line) => line.startsWith("message")), [
    "message old privmsg Can -> #lobby: söz 2",
    "message privmsg Can -> #lobby: söz 3",
  ]);
});

Deno.test("Resume: a name that was chosen meanwhile is asked for, one that was given is taken", () => {
  const it = inside().lose().claim("Veli");
  greet(it).takeSent();
  it.server(...BACK, ...room("#lobby"), ":s RESUME TOKEN secret-2");
  assertEquals(asked(it).slice(0, 1), ["NICK Veli"]);
  const other = returns(inside());
  other.server(":s RESUME SUCCESS Guest7", ":s 001 Guest7 :Hi");
  other.server(":Guest7!ali@h JOIN #lobby", ":s RESUME TOKEN secret-2");
  assertEquals(other.session.nick, "Guest7");
  assertEquals(other.takeEvents().slice(1, 3), [
    "renamed own Ali -> Guest7",
    "entered #lobby as Guest7 again",
  ]);
  assertEquals(other.wait(5000).takeSent().filter((line) => line.startsWith("NICK")), []);
});

Deno.test("Resume: who went away or came back meanwhile is that for others too", () => {
  const it = inside().type("/away Tee").server(":s 306 Ali :away");
  const returned = (it: Drive) => {
    greet(it).takeSent();
    it.server(...BACK, ...room("#lobby"), ":s RESUME TOKEN secret-2");
    return asked(it).filter((line) => line.startsWith("AWAY"));
  };
  assertEquals(returned(it.lose()), []);
  assertEquals(returned(it.lose().type("/away Kaffee")), ["AWAY :Kaffee"]);
  assertEquals(returned(it.lose().type("/back")), ["AWAY"]);
});

Deno.test("Resume: if somebody else takes the stay over, it ends and says so", () => {
  const it = inside().server(
    ":s NOTE RESUME TAKEN_OVER 192.0.2.7 :Your stay goes on elsewhere",
    ":s ERROR :Closing link",
  );
  assertEquals(it.ends, [
    "refused: Another program showed the secret by which your stay goes on after a lost " +
    "connection, and took the stay over from 192.0.2.7. If that was not you, somebody may have " +
    "read what this computer sends.",
  ]);
  assertEquals([it.session.canResume, it.takeSent()], [false, []]);
});

Deno.test("Resume: a welcome that never ends is given up, with its secret", () => {
  const it = returns(inside());
  it.server(...BACK, ...room("#lobby")).wait(30_000);
  assertEquals(it.ends, ["dead: the server did not let you in"]);
  assert(!it.session.canResume);
});

Deno.test("Resume: once the server has accepted the secret, its welcome may take longer", () => {
  const it = returns(inside()).server(BACK[0]!).wait(6000);
  assertEquals(asked(it), ["RESUME secret-1"]);
  it.server(...BACK.slice(1), ...room("#lobby"), ...room("#çay"), ":s RESUME TOKEN secret-2");
  assertEquals([it.session.phase, it.session.canResume, it.ends], ["inside", true, []]);
  assertEquals(asked(returns(inside()).server(BACK[0]!).wait(30_000)), ["RESUME secret-1"]);
});

Deno.test("Resume: a server that asks without end before the welcome is left", () => {
  const it = returns(inside());
  it.takeSent();
  it.server(...Array<string>(2001).fill("PING :x"));
  assertEquals(it.ends, ["dead: the server did not let you in"]);
  assertEquals([it.session.canResume, it.takeSent()], [false, []]);
});
