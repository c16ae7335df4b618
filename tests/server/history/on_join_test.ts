import { assertEquals } from "@std/assert";
import { reload } from "../../../lib/server/settings/reload.ts";
import { tidy } from "../../../lib/server/world/tidy.ts";
import { byteLength } from "../../../lib/text/bytes.ts";
import { CALM, type Client, Harness, numbered, START } from "../harness.ts";

/** The lines that a newcomer with these capabilities gets after the names. */
function shown(harness: Harness, caps: string): string[] {
  return numbered(enter(harness.user("new", caps)));
}

/** The lines after the names when a client enters #x. */
function enter(client: Client): string[] {
  const lines = client.ask("JOIN #x");
  return lines.slice(lines.findIndex((line) => / 366 /.test(line)) + 1);
}

/** The texts of notices in #x from the server, without framing and time. */
function texts(lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    / NOTICE #x :\[[^\]]*\] <\w+> (.*)$/.exec(line)?.slice(1) ??
      (line.endsWith(":--- messages that you missed ---") ? ["missed:"] : [])
  );
}

function roomWithPast(overrides = CALM): Harness {
  const harness = new Harness(overrides);
  const a = harness.member("#x", "a", "batch draft/multiline");
  for (let count = 0; count < 3; count++) {
    a.send(`PRIVMSG #x :${count}`, "TOPIC #x :" + count);
    harness.now += 60_000;
  }
  a.send("PRIVMSG #x :\x01ACTION waves\x01", "BATCH +1 draft/multiline #x");
  a.send("@batch=1 PRIVMSG #x :one", "@batch=1 PRIVMSG #x :two", "BATCH -1");
  a.send("NOTICE #x :ping");
  harness.now += 60_000;
  return harness;
}

const a = ":a!~a@192.0.2.1 PRIVMSG #x";
const notice = ":chat.test NOTICE #x";

Deno.test("On joining: a newcomer is shown what was said last, as its client can tell it from now", () => {
  const cases: [caps: string, ...lines: string[]][] = [
    [
      "",
      `${notice} :--- the last 5 messages from before you joined ---`,
      `${notice} :[03:05:05] <a> 1`,
      `${notice} :[03:06:05] <a> 2`,
      `${notice} :[03:07:05] * a waves`,
      `${notice} :[03:07:05] <a> one`,
      `${notice} :[03:07:05] <a> two`,
      `${notice} :[03:07:05] -a- ping`,
      `${notice} :--- now ---`,
    ],
    [
      "batch",
      ":chat.test BATCH +1 chathistory #x",
      `@batch=1 ${a} :[03:05:05] 1`,
      `@batch=1 ${a} :[03:06:05] 2`,
      `@batch=1 ${a} :\x01ACTION [03:07:05] waves\x01`,
      `@batch=1 ${a} :[03:07:05] one`,
      `@batch=1 ${a} :[03:07:05] two`,
      "@batch=1 :a!~a@192.0.2.1 NOTICE #x :[03:07:05] ping",
      ":chat.test BATCH -1",
    ],
    [
      "batch server-time",
      "@time=2026-01-02T03:08:05.678Z :chat.test BATCH +1 chathistory #x",
      `@batch=1;time=2026-01-02T03:05:05.678Z ${a} :1`,
      `@batch=1;time=2026-01-02T03:06:05.678Z ${a} :2`,
      `@batch=1;time=2026-01-02T03:07:05.678Z ${a} :\x01ACTION waves\x01`,
      `@batch=1;time=2026-01-02T03:07:05.678Z ${a} :one`,
      `@batch=1;time=2026-01-02T03:07:05.678Z ${a} :two`,
      "@batch=1;time=2026-01-02T03:07:05.678Z :a!~a@192.0.2.1 NOTICE #x :ping",
      "@time=2026-01-02T03:08:05.678Z :chat.test BATCH -1",
    ],
    ["draft/chathistory"],
    ["draft/chathistory batch server-time"],
  ];
  for (const [caps, ...lines] of cases) {
    const harness = roomWithPast({ ...CALM, history: { onJoin: 5 } });
    assertEquals(shown(harness, caps), lines, caps);
  }
});

Deno.test("On joining: a client that knows times but no batches gets notices of now", () => {
  const harness = roomWithPast({ ...CALM, history: { onJoin: 1 } });
  const lines = shown(harness, "server-time message-tags");
  assertEquals(lines.length, 6, "the whole of the last millisecond");
  for (const line of lines) {
    assertEquals(line.startsWith("@time=2026-01-02T03:08:05.678Z :chat.test NOTICE"), true, line);
  }
});

Deno.test("On joining: nothing is shown if nothing was said, or if it is switched off", async () => {
  assertEquals(shown(new Harness(), ""), []);
  assertEquals(shown(roomWithPast({ ...CALM, history: { onJoin: 0 } }), ""), []);
  for (const caps of ["", "batch"]) {
    const harness = roomWithPast();
    const client = harness.user("new", caps);
    assertEquals(client.ask("MODE new +N"), [":new!~new@192.0.2.1 MODE new +N"]);
    assertEquals(enter(client), [], "for this connection");
    client.send("PART #x", "MODE new -N");
    harness.clients[0]!.send("PRIVMSG #x :more");
    assertEquals(enter(client).length, 3);
    assertEquals(shown(new Harness(CALM, harness), caps).length > 5, true, "and no other one");
  }
  const harness = roomWithPast();
  harness.store.accounts.add("Ada", VERIFIER, START);
  const login = (nick: string) => {
    const client = harness.user(nick);
    harness.login(client, "Ada");
    client.take();
    return client;
  };
  const told = async (text: string) =>
    (await login("x1").askSlow(`NS ${text}`)).map((line) => line.split(" :")[1]);
  assertEquals(await told("SET HISTORY off"), [
    "From now on, you see no old messages when you enter a room.",
  ]);
  assertEquals(enter(login("x2")), [], "for this account, on every connection");
  harness.clients.at(-2)!.vanish();
  assertEquals(await told("SET HISTORY ON"), [
    "From now on, you see the last messages of a room when you enter it.",
  ]);
  assertEquals(enter(login("x3")).length > 5, true);
  const guest = harness.user("x4");
  assertEquals(guest.ask("NS SET HISTORY OFF")[0]?.split(" :")[1], "You must log in first.");
});

const CAPS = [
  "",
  "server-time",
  "message-tags",
  "batch",
  "batch message-tags account-tag",
  "batch server-time",
  "batch server-time draft/multiline",
  "batch draft/multiline",
];

Deno.test("On joining: those who enter at the same time see the same, each as its client wants it", () => {
  const alone = CAPS.map((caps) => shown(roomWithPast(), caps));
  const together = roomWithPast();
  for (const time of ["first", "second"]) {
    for (const [index, caps] of CAPS.entries()) {
      const client = together.user(`${time}${index}`, caps);
      assertEquals(numbered(enter(client)), alone[index], `${time}: ${caps}`);
    }
  }
  together.now += 300;
  const [line] = enter(together.user("late", "server-time"));
  assertEquals(line?.slice(0, 30), "@time=2026-01-02T03:08:05.978Z");
});

Deno.test("On joining: from midnight on, times of yesterday are told with the day", () => {
  const harness = roomWithPast();
  const midnight = Math.ceil(harness.now / 1000) * 1000;
  const clockTime = (_: number, now: number) => now < midnight ? "today" : "yesterday";
  Object.assign(harness.world.init, { clockTime });
  for (const [now, wanted] of [[midnight - 1, "[today]"], [midnight, "[yesterday]"]] as const) {
    harness.now = now;
    const shown = harness.user(`new${now - midnight + 1}`).ask("JOIN #x").join();
    assertEquals(new Set(shown.match(/\[\w+\]/g)), new Set([wanted]));
  }
});

Deno.test("On joining: what newcomers were shown is read once, and not kept", () => {
  const harness = roomWithPast();
  const { history } = harness.store;
  let reads = 0;
  const latest = history.latest.bind(history);
  Object.assign(history, {
    latest: (...asked: Parameters<typeof latest>) => (reads++, latest(...asked)),
  });
  for (let count = 0; count < 5; count++) {
    harness.user(`new${count}`).send("JOIN #x");
    history.commit();
  }
  assertEquals(reads, 1);
  tidy(harness.world, harness.now, true);
  harness.user("last").send("JOIN #x");
  assertEquals(reads, 2);
});

for (const name of ["#X", "#y"]) {
  Deno.test(`On joining: a newcomer sees what has just changed, and the name ${name}`, () => {
    const harness = roomWithPast();
    const a = harness.clients[0]!.send("CAP REQ :draft/message-redaction message-tags");
    let count = 0;
    const seen = (room: string) =>
      harness.user(`new${count++}`).ask(`JOIN ${room}`)
        .filter((line) => line.startsWith(`:chat.test NOTICE ${room} :`));
    const before = seen("#x");
    assertEquals([before.length, seen("#x")], [9, before]);
    const said = a.send("CAP REQ :echo-message").ask("PRIVMSG #x :news")[0]!;
    assertEquals(seen("#x").at(-2), `${notice} :[03:08:05] <a> news`);
    a.send(`REDACT #x ${/msgid=([^; ]+)/.exec(said)![1]}`);
    assertEquals(seen("#x"), before);
    a.send(`RENAME #x ${name} :new name`);
    assertEquals(seen(name), before.map((line) => line.replace("#x", name)));
    const config = harness.config({ ...CALM, history: { onJoin: 1 } });
    reload(harness.world, config, harness.now);
    assertEquals(seen(name).length < 9, true);
  });
}

Deno.test("On joining: what a newcomer is shown is part of the labelled reply to JOIN", () => {
  const harness = roomWithPast();
  const client = harness.user("new", "batch labeled-response");
  const lines = client.ask("@label=1 JOIN #x");
  assertEquals(/^@label=1 :chat.test BATCH \+\w+ labeled-response$/.test(lines[0]!), true);
  assertEquals(lines.filter((line) => line.includes("label=")).length, 1);
  assertEquals(lines.filter((line) => line.includes("chathistory")).length, 1);
});

Deno.test("On joining: a notice is no longer than a line, and no piece of a text is without its author", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a");
  a.send(`PRIVMSG #x :${"ğ".repeat(240)} end`);
  const lines = shown(harness, "").slice(1, -1);
  assertEquals(lines.length, 2);
  for (const line of lines) {
    assertEquals(byteLength(line) <= 510, true, line);
    assertEquals(line.startsWith(`${notice} :[03:04:05] <a> `), true, line);
  }
  assertEquals(texts(lines).join(""), `${"ğ".repeat(240)} end`);
});

/** A room in which a user has pasted 66 lines, 20 times. */
function roomOfPastes(): { harness: Harness; pasted: string } {
  const harness = new Harness();
  const a = harness.member("#x", "a", "batch draft/multiline echo-message message-tags");
  for (let count = 0; count < 20; count++) {
    harness.now += 1000;
    a.send(`BATCH +1 draft/multiline #x`);
    for (let line = 0; line < 66; line++) a.send(`@batch=1 PRIVMSG #x :line ${count} ${line}`);
    a.send("@batch=1 PRIVMSG #x :", "BATCH -1");
  }
  const pasted = a.messages().findLast(({ params }) => params[1] === "draft/multiline")!;
  harness.now += 1000;
  return { harness, pasted: pasted.tags.get("msgid")! };
}

Deno.test("On joining: of a long message only the first lines are shown, and how to see the others", () => {
  const { harness, pasted } = roomOfPastes();
  const hint =
    `... 61 more lines. To see the whole message: /quote CHATHISTORY AROUND #x msgid=${pasted} 1`;
  const plain = enter(harness.user("new"));
  assertEquals(plain.length, 2 + 20 * 6);
  assertEquals(plain.slice(-7, -1), [
    ...[0, 1, 2, 3, 4].map((line) => `${notice} :[03:04:25] <a> line 19 ${line}`),
    `${notice} :[03:04:25] ${hint}`,
  ]);
  const batch = enter(harness.user("new2", "batch server-time"));
  assertEquals(batch.length, 2 + 20 * 6);
  const tags = `@batch=${batch[0]!.split(" ")[3]!.slice(1)};time=2026-01-02T03:04:25.678Z`;
  assertEquals(batch.at(-2), `${tags} :chat.test NOTICE #x :${hint}`);
  const whole = enter(harness.user("new3", "batch draft/multiline"));
  assertEquals(whole.filter((line) => / line 19 /.test(line)).length, 66);
});

Deno.test("CHATHISTORY: the command that a folded message names shows all of it, and as no flood", () => {
  const { harness, pasted } = roomOfPastes();
  const ask = `CHATHISTORY AROUND #x msgid=${pasted} 1`;
  const plain = harness.member("#x", "new").ask(ask);
  assertEquals(texts(plain), Array.from({ length: 66 }, (_, line) => `line 19 ${line}`));
  assertEquals([plain[0], plain.at(-1)], [
    `${notice} :--- a message of 66 lines ---`,
    `${notice} :--- now ---`,
  ]);
  const batch = harness.member("#x", "new2", "batch").ask(ask);
  assertEquals(batch.filter((line) => line.includes(`${a} :line 19 `)).length, 66);
});

/** Says words, one per second. */
function say(harness: Harness, speaker: Client, ...words: string[]): void {
  for (const word of words) {
    harness.now += 1000;
    speaker.send(`PRIVMSG #x :${word}`);
  }
  harness.now += 1000;
}

/** How the user leaves, and what it is shown when it comes back. */
const RETURNS: readonly {
  readonly name: string;
  readonly leave: (client: Client, harness: Harness) => void;
  readonly missed: readonly string[];
}[] = [
  { name: "left the room", leave: (client) => client.send("PART #x"), missed: ["four"] },
  { name: "left the server", leave: (client) => client.send("QUIT"), missed: ["four"] },
  {
    name: "was put out",
    leave: (_, { clients }) => clients[0]!.send("KICK #x back"),
    missed: ["four"],
  },
  { name: "was lost", leave: (client) => client.vanish(), missed: ["two", "three", "four"] },
  {
    name: "was taken over",
    leave: (client, harness) => harness.world.quit(client.user, "from elsewhere", harness.now),
    missed: ["two", "three", "four"],
  },
];

for (const { name, leave, missed } of RETURNS) {
  for (const account of [undefined, "Ada"]) {
    const who = account === undefined ? "a guest" : "an account";
    Deno.test(`On joining: ${who} who ${name} and comes back gets only what it missed`, () => {
      const harness = new Harness();
      const a = harness.member("#x", "a");
      const come = (nick: string) => {
        const client = harness.user(nick);
        if (account !== undefined) harness.login(client, account);
        client.take();
        return client;
      };
      const first = come("back");
      enter(first);
      say(harness, a, "one");
      // A line from the client proves that it has received everything before.
      first.send("PING x");
      say(harness, a, "two", "three");
      leave(first, harness);
      if (!first.user.gone) first.send("QUIT");
      say(harness, a, "four");
      // An account may come back under another name.
      const again = come(account === undefined ? "back" : "other");
      assertEquals(texts(enter(again)), ["missed:", ...missed]);
      again.send("PART #x");
      assertEquals(enter(again), [], "nothing was missed");
      const stranger = harness.user("stranger");
      assertEquals(texts(enter(stranger)), ["one", "two", "three", "four"]);
    });
  }
}

Deno.test("On joining: who has the name of one who left, from another address, is new", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a");
  say(harness, a, "one");
  harness.member("#x", "back").send("QUIT");
  const other = harness.connect("192.0.2.99").send("NICK back", "USER back 0 * :x");
  assertEquals(texts(enter(other)), ["one"]);
});

Deno.test("On joining: what was said in the millisecond in which one left is neither lost nor repeated", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a");
  const back = harness.member("#x", "back");
  a.send("PRIVMSG #x :before");
  back.send("PART #x");
  a.send("PRIVMSG #x :after");
  assertEquals(texts(enter(back)), ["missed:", "after"]);
});

Deno.test("On joining: an account gets only what it missed after the server was started anew, too", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a");
  const accounts = ["left", "stayed"].map((account) => {
    const client = harness.user(account);
    harness.login(client, account);
    enter(client);
    return client;
  });
  harness.user("guest").send("JOIN #x");
  say(harness, a, "one");
  accounts[0]!.send("QUIT");
  say(harness, a, "two");
  harness.world.close("The server is closing", harness.now);
  harness.now += 1000;
  const next = new Harness(CALM, harness);
  const come = (nick: string, account?: string) => {
    const client = next.user(nick);
    if (account !== undefined) next.login(client, account);
    client.take();
    return texts(enter(client));
  };
  assertEquals(come("x", "left"), ["missed:", "two"]);
  assertEquals(come("y", "stayed"), []);
  assertEquals(come("guest"), ["one", "two"], "a guest is not known any more");
  // The clock is set back to before the user left: showing a message twice is better than never.
  const past = new Harness(CALM, next);
  past.now = START;
  const client = past.user("z");
  past.login(client, "left");
  client.take();
  assertEquals(texts(enter(client)), ["one", "two"]);
});

const VERIFIER = {
  mechanism: "SCRAM-SHA-256",
  salt: "",
  iterations: 1,
  storedKey: "",
  serverKey: "",
};
