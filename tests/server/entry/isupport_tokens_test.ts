import { assertEquals } from "@std/assert";
import { isupport, isupportLines } from "../../../lib/server/entry/isupport_tokens.ts";
import { defaults } from "../../../lib/server/settings/config.ts";
import { CALM, Harness } from "../harness.ts";

Deno.test("ISUPPORT: the tokens say what this server does", () => {
  const harness = new Harness();
  const tokens = isupportLines(harness.world.config).flat();
  assertEquals(tokens, [
    "ACCOUNTEXTBAN=a",
    "AWAYLEN=200",
    "BOT=B",
    "CASEMAPPING=ascii",
    "CHANLIMIT=#:100",
    "CHANMODES=beI,k,l,CMRimnst",
    "CHANNELLEN=64",
    "CHANTYPES=#",
    "CHATHISTORY=100",
    "ELIST=CMNTU",
    "EXCEPTS=e",
    "EXTBAN=~,aq",
    "INVEX=I",
    "KEYLEN=32",
    "KICKLEN=300",
    "MAXLIST=b:100,e:100,I:100",
    "MODES=12",
    "MONITOR=100",
    "MSGREFTYPES=msgid,timestamp",
    "NAMELEN=150",
    "NETWORK=Chat",
    "NICKLEN=30",
    "PREFIX=(ohv)@%+",
    "SAFELIST",
    "STATUSMSG=@%+",
    "TARGMAX=KICK:4,NAMES:1,NOTICE:4,PRIVMSG:4,TAGMSG:4,WHOIS:1",
    "TOPICLEN=280",
    "USERLEN=20",
    "UTF8ONLY",
    "WHOX",
  ]);
  for (const line of isupportLines(harness.world.config)) assertEquals(line.length <= 13, true);
});

Deno.test("ISUPPORT: the title is one word for other programs", () => {
  const named = (title: string | null) =>
    isupport({ ...defaults(), title }).find(({ name }) => name === "NETWORK")?.value;
  const titles = [null, "Büro chat", " a / b\\c=d ", "Lab"];
  assertEquals(titles.map(named), ["Chat", "Büro-chat", "a-b-c-d", "Lab"]);
});

Deno.test("ISUPPORT: a limit of 0 is shown as no limit", () => {
  const harness = new Harness({ limits: { ...CALM.limits, channelsPerUser: 0, listEntries: 0 } });
  const tokens = new Map(isupport(harness.world.config).map(({ name, value }) => [name, value]));
  assertEquals(tokens.get("CHANLIMIT"), "#:");
  assertEquals(tokens.get("MAXLIST"), "b:,e:,I:");
});

Deno.test("ISUPPORT: each advertised length holds to the byte", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  const b = harness.clients[1]!;
  const limits = new Map(isupport(harness.world.config).map(({ name, value }) => [name, +value]));
  const of = (name: string, extra = 0) => "x".repeat(limits.get(name)! + extra);
  const last = (line: string) => a!.send(line).messages()[0]!.params.at(-1);
  assertEquals(last(`TOPIC #x :${of("TOPICLEN", 1)}`), of("TOPICLEN"));
  assertEquals(last(`KICK #x b :${of("KICKLEN", 1)}`), of("KICKLEN"));
  assertEquals(a!.ask(`MODE #x +k ${of("KEYLEN", 1)}`)[0]?.split(" ")[1], "696");
  assertEquals(last(`MODE #x +k ${of("KEYLEN")}`), of("KEYLEN"));
  assertEquals(a!.ask(`NICK ${of("NICKLEN", 1)}`)[0]?.split(" ")[1], "432");
  assertEquals(last(`NICK ${of("NICKLEN")}`), of("NICKLEN"));
  assertEquals(a!.ask(`JOIN #${of("CHANNELLEN")}`)[0]?.split(" ")[1], "403");
  assertEquals(last(`JOIN #${of("CHANNELLEN", -1)}`), `#${of("CHANNELLEN", -1)}`);
  a!.send(`AWAY ${of("AWAYLEN", 1)}`);
  assertEquals(a!.user.away, of("AWAYLEN"));
  b.send(`SETNAME ${of("NAMELEN")}`, `SETNAME ${of("NAMELEN", 1)}`);
  assertEquals(b.user.realname, of("NAMELEN"));
});

Deno.test("ISUPPORT: a user is in no more rooms than advertised, and joins others after leaving", () => {
  const harness = new Harness({ limits: { ...CALM.limits, channelsPerUser: 3 } });
  const a = harness.user("a").send("JOIN #1,#2,#3");
  assertEquals(a.ask("JOIN #4"), [":chat.test 405 a #4 :You have joined too many channels"]);
  assertEquals(a.ask("PART #1", "JOIN #4").length, 4);
});
