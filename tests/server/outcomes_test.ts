import { assert, assertEquals, assertMatch } from "@std/assert";
import { toBase64 } from "../../lib/crypto/base64.ts";
import { fromBase64 } from "../../lib/crypto/base64.ts";
import { newVerifier, ScramClient } from "../../lib/crypto/scram.ts";
import { CLIENT_LINES, LineBuffer } from "../../lib/irc/lines.ts";
import { RESUME } from "../../lib/irc/resume.ts";
import { messageId } from "../../lib/server/world/message_id.ts";
import { OUTCOMES } from "../../lib/server/outcomes.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { type ConfigOverrides, defaults, merge } from "../../lib/server/settings/config.ts";
import { toHex } from "../../lib/text/bytes.ts";
import { arrival, multiline, PARAMS, saneLine, wildLine } from "../fuzz/inputs.ts";
import { quickHashes } from "../fuzz/quick_hashes.ts";
import { quickInit } from "../fuzz/quick_init.ts";
import { forManySeeds, Random, SEED } from "../fuzz/random.ts";
import { ACCOUNT_PASSWORD, OPER_PASSWORD, SERVER_PASSWORD, USERS } from "../fuzz/words.ts";
import { START } from "./harness.ts";
import { Alone, type MakeInit, PretendCluster, type Visitor } from "./pretend_cluster.ts";

const MILLISECONDS = 3000;
const STEPS = 60;

const encoder = new TextEncoder();

const verifier = {
  mechanism: "SCRAM-SHA-256",
  ...(await newVerifier(quickHashes(), ACCOUNT_PASSWORD))!,
};

/** Makes worlds that differ in what is random. */
function maker(overrides: ConfigOverrides): MakeInit {
  let made = 0;
  return (now, reload) => {
    const random = new Random(++made);
    const init = quickInit(merge(defaults(), overrides), now, reload);
    for (const name of USERS.slice(0, 3)) init.store.accounts.add(name, verifier, now - 1000);
    const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256));
    return { ...init, hashes: { ...init.hashes, random: bytes } };
  };
}

const SETTINGS: ConfigOverrides = {
  opers: [{ name: "root", password: OPER_PASSWORD }],
  motd: "hello",
  history: { limit: 1000 },
  limits: {
    messagesPerSecond: 0,
    channelsPerUser: 5,
    channels: 9,
    listEntries: 3,
    nickChangesPerMinute: 40,
    sendQueueBytes: 0,
    exempt: ["203.0.113.20/30"],
  },
};

/** One person, at a server of its own and at one of the cluster. */
class Person {
  readonly alone: Visitor;
  readonly clustered: Visitor;
  readonly #lines = new LineBuffer(CLIENT_LINES);
  hasLeft = false;

  constructor(alone: Visitor, clustered: Visitor) {
    this.alone = alone;
    this.clustered = clustered;
  }

  get isGone(): boolean {
    return this.hasLeft || this.alone.ended;
  }

  async send(...texts: string[]): Promise<void> {
    for (const text of texts) {
      this.#lines.push(encoder.encode(`${text}\r\n`));
      for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
        await this.alone.send(line);
        await this.clustered.send(line);
      }
    }
  }

  /** Shows the secret that each side gave to `before`. */
  async comeBack(before: Person): Promise<void> {
    await this.send(`CAP REQ :${RESUME}`);
    const show = (secret = "nonsense") => ({ text: `@label=5 RESUME ${secret}`, fault: undefined });
    await this.alone.send(show(before.alone.secret));
    await this.clustered.send(show(before.clustered.secret));
  }

  vanish(most?: number): void {
    this.hasLeft = true;
    this.alone.vanish(most);
    this.clustered.vanish(most);
  }
}

/** What two servers and one do not have in common, as numbers or left out. */
function comparable(lines: readonly string[]): string[] {
  const ids = new Map<string, string>();
  const number = (id: string) => {
    if (!ids.has(id)) ids.set(id, `${ids.size}`);
    return ids.get(id)!;
  };
  // In a check of connections, several servers do not take them in the same order.
  const isPing = (line: string) => line.endsWith("PING :chat.test");
  const ordered = [...lines.filter((line) => !isPing(line)), ...lines.filter(isPing)];
  return ordered.filter((line) => !line.includes(":chat.test 212 ")).map((line) =>
    line.replace(/(?<=RESUME TOKEN |:chat\.test AUTHENTICATE )\S{9,}/, "X")
      .replace(/(?<=msgid=)run-0[0-9a-z]+|(?<=batch=|BATCH [+-])[0-9a-z]+/g, number)
  );
}

/** The forms in which a secret could be written. */
function traces(secret: string): string[] {
  const bytes = encoder.encode(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = toBase64(new Uint8Array([...new Uint8Array(offset), ...bytes])).replace(/=+$/, "");
    // The first and last characters depend on what is beside it.
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  const hex = toHex(bytes);
  const percent = hex.replace(/../g, "%$&");
  return [secret, ...base64, hex, hex.toUpperCase(), percent, percent.toUpperCase()];
}

function assertNoSecret(
  published: readonly string[],
  secrets = [ACCOUNT_PASSWORD, OPER_PASSWORD, SERVER_PASSWORD],
): void {
  const all = published.join("\n");
  for (const secret of secrets) {
    for (const trace of traces(secret)) {
      const at = all.indexOf(trace);
      assert(at < 0, `${secret} in ${all.slice(Math.max(0, at - 200), at + 100)}`);
    }
  }
}

const HOSTS = ["203.0.113.21", "203.0.113.22", "2001:db8:77::23", "198.51.100.24", "203.0.113.25"];

/** Both kinds of server, and the same people at both. */
class Stage {
  readonly alone: Alone;
  readonly cluster: PretendCluster;
  readonly people: Person[] = [];
  readonly #random: Random;
  readonly #password: string | null;

  constructor(random: Random, password: string | null) {
    this.#random = random;
    this.#password = password;
    const make = maker({ ...SETTINGS, password });
    this.alone = new Alone(make, START);
    this.cluster = new PretendCluster(make, START);
  }

  async enter(
    index: number,
    before?: Person,
    secure = this.#random.oneIn(3),
  ): Promise<Person> {
    const random = this.#random;
    const host = HOSTS[index]!;
    const person = new Person(
      this.alone.connect(host, secure),
      this.cluster.connect(host, secure, random.below(2)),
    );
    this.people[index] = person;
    if (before !== undefined) await person.comeBack(before);
    const nick = USERS[index];
    if (nick !== undefined) await person.send(...arrival(random, nick, this.#password));
    return person;
  }

  pass(ms: number): void {
    this.alone.now = this.cluster.now += ms;
  }

  check(): void {
    this.alone.check(this.alone.now);
    this.cluster.check(this.cluster.now);
  }

  compare(what: string): void {
    for (const [index, { alone, clustered }] of this.people.entries()) {
      assertEquals(
        comparable(clustered.take()),
        comparable(alone.take()),
        `${index} after ${what}`,
      );
      assertEquals(clustered.ended, alone.ended, `${index} after ${what}`);
    }
    this.cluster.assertSame(what);
    const [world] = this.cluster.worlds;
    assertEquals(world!.mark(0), this.alone.world.mark(0), what);
  }
}

Deno.test(`Outcomes: sessions at two servers get what they get at one (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, async (seed) => {
    const random = new Random(seed);
    const stage = new Stage(random, random.oneIn(3) ? SERVER_PASSWORD : null);
    for (let index = 0; index < HOSTS.length; index++) await stage.enter(index);
    stage.compare("arrival");
    for (let step = 0; step < STEPS; step++) {
      const index = random.below(HOSTS.length);
      const person = stage.people[index]!;
      if (random.oneIn(15)) {
        stage.pass(random.below(random.oneIn(4) ? 90_000 : 500));
        stage.check();
        stage.compare("a check");
      }
      if (person.isGone) {
        await stage.enter(index, random.oneIn(2) ? person : undefined);
        stage.compare("coming back");
      } else if (random.oneIn(20)) {
        person.vanish(random.oneIn(2) ? 10_000 : undefined);
        stage.compare("vanishing");
      } else {
        const lines = random.oneIn(6)
          ? multiline(random)
          : [random.oneIn(8) ? wildLine(random) : saneLine(random)];
        for (const line of lines) {
          if (person.isGone) break;
          await person.send(line);
          stage.compare(line);
        }
      }
    }
    assertNoSecret(stage.cluster.published);
  });
});

Deno.test(`Outcomes: servers stay the same, however slow their stream is (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, async (seed) => {
    const random = new Random(seed);
    const { cluster } = new Stage(random, random.oneIn(3) ? SERVER_PASSWORD : null);
    cluster.isSlow = true;
    const people = HOSTS.map(() => {
      const person = { visitor: undefined as Visitor | undefined, isBusy: false, lines: [""] };
      return person;
    });
    for (let step = 0; step < 4 * STEPS; step++) {
      const index = random.below(HOSTS.length);
      const person = people[index]!;
      if (person.visitor === undefined || person.visitor.ended) {
        const secret = person.visitor?.secret;
        person.visitor = cluster.connect(HOSTS[index]!, false, random.below(2));
        person.isBusy = false;
        const back = secret === undefined ? [] : [`CAP REQ :${RESUME}`, `RESUME ${secret}`];
        const nick = USERS[index] ?? "stranger";
        person.lines = [...back, ...arrival(random, nick, SERVER_PASSWORD)];
      }
      if (!person.isBusy) {
        const { visitor } = person;
        person.isBusy = true;
        const text = person.lines.shift() ?? saneLine(random);
        const isWhole = !/[\r\n\0]/.test(text);
        void visitor.send({ text, fault: isWhole ? undefined : "nul" }).then(() => {
          if (person.visitor === visitor) person.isBusy = false;
        });
      }
      if (random.oneIn(40)) person.visitor.vanish();
      if (random.oneIn(30)) cluster.check(cluster.now + random.below(30_000));
      if (random.oneIn(3)) cluster.deliver(random.below(4));
      for (let turns = random.below(20); turns > 0; turns--) await Promise.resolve();
    }
    for (let turns = 0; turns < 100; turns++) {
      cluster.deliver();
      await Promise.resolve();
    }
    assertNoSecret(cluster.published);
  });
});

Deno.test("Outcomes: each command does at two servers what it does at one", async () => {
  for (const name of COMMANDS.keys()) {
    const random = new Random(1);
    for (const password of [null, SERVER_PASSWORD]) {
      const stage = new Stage(random, password);
      for (let index = 0; index < HOSTS.length; index++) await stage.enter(index);
      for (const params of [...PARAMS[name] ?? [], () => ""]) {
        for (const tags of ["", "@label=1 ", "@batch=7 "]) {
          // Somebody who is there, and a stranger.
          for (const index of [random.below(4), 4]) {
            if (stage.people[index]!.isGone) await stage.enter(index);
            const line = `${tags}${name} ${params(random)}`.trimEnd();
            await stage.people[index]!.send(line);
            stage.compare(line);
          }
        }
      }
      assertNoSecret(stage.cluster.published);
    }
  }
});

/** Logs in with SCRAM. Returns the codes of the answers to the last message. */
async function scram(visitor: Visitor, name: string, password: string): Promise<string[]> {
  const ask = async (data: string) => {
    visitor.take();
    await visitor.send({ text: `AUTHENTICATE ${data}`, fault: undefined });
    return visitor.take();
  };
  const payloadOf = ([line = ""]: readonly string[]) => fromBase64(line.split(" ").at(-1)!)!;
  const client = new ScramClient(quickHashes(), name, password, "nonce");
  await ask("SCRAM-SHA-256");
  const challenge = payloadOf(await ask(toBase64(client.greet())));
  const proved = await ask(toBase64((await client.answer(challenge))!));
  const answers = proved[0]!.includes(" AUTHENTICATE ") ? await ask("+") : proved;
  return answers.map((line) => line.split(" ")[1]!);
}

Deno.test("Outcomes: no secret is in the stream, whichever way it came", async () => {
  const [good, bad, next] = [ACCOUNT_PASSWORD, "tr0ub4dor", "correct horse"];
  const stage = new Stage(new Random(4), SERVER_PASSWORD);
  const newPerson = () => stage.enter(4, undefined, false);
  const [one, other] = [await newPerson(), await newPerson()];
  stage.people.splice(0, Infinity, one, other);
  const caps = `sasl batch labeled-response message-tags echo-message draft/multiline ${RESUME}`;
  for (const [index, person] of stage.people.entries()) {
    await person.send(`CAP REQ :${caps}`, "CAP END", `PASS ${bad}`, `PASS ${SERVER_PASSWORD}`);
    await person.send(`NICK p${index}`, `USER p 0 * :p`, "JOIN #lobby");
  }
  const batch = (target: string, text: string) => [
    `@label=7 BATCH +7 draft/multiline ${target}`,
    `@batch=7 PRIVMSG ${target} :${text}`,
    "BATCH -7",
  ];
  const plain = (name: string, password: string) => [
    "AUTHENTICATE PLAIN",
    `AUTHENTICATE ${toBase64(encoder.encode(`\0${name}\0${password}`))}`,
  ];
  const spoiled = ["BATCH +8 draft/multiline #lobby", `@batch=8 OPER root ${bad}`, "BATCH -8"];
  const script: readonly (readonly string[])[] = [
    [`PRIVMSG NickServ :REGISTER ${good}`, `PRIVMSG NickServ :${good}`, "PRIVMSG NickServ HELP"],
    ["NOTICE NickServ :LOGOUT", "@label=1 PRIVMSG NickServ :LOGOUT", "NS LOGOUT"],
    [`PRIVMSG NickServ :IDENTIFY p0 ${bad}`, `@label=2 PRIVMSG nickserv :IDENTIFY p0 ${good}`],
    [`PRIVMSG NickServ@services :IDENTIFY ${good}`, `PRIVMSG N1ckServ :IDENTIFY ${good}`],
    [`PRIVMSG NickServ,NickServ :SET PASSWORD ${next}`, `NS SET HISTORY OFF`, "NS SET HISTORY on"],
    [...batch("NickServ", `SET PASSWORD ${good}`), ...batch("NickServ@services", good)],
    [...batch("NickServ", `IDENTIFY p0 ${bad}`), ...batch("NickServ", "LOGOUT")],
    [...batch("NickServ,", good), ...batch("#lobby,nickserv", good)],
    [`PRIVMSG ,NickServ@services :IDENTIFY ${good}`, `NOTICE N1ckServ, :${good}`],
    [...spoiled, `@batch=9 PRIVMSG NickServ :IDENTIFY ${good}`, `@batch=9 ${good}`],
    [...plain("p0", bad), ...plain("p0", good), ...plain("nobody", bad)],
    [`OPER root ${bad}`, `OPER ${bad} ${OPER_PASSWORD}`, `OPER root ${OPER_PASSWORD}`, "REHASH"],
    ["NS INFO", "NS GHOST p1", "NS REGAIN p0", "NS LOGOUT", `NS GHOST p0 ${good}`, "NS LOGOUT"],
    [`NS REGAIN p0 ${bad}`, `NS REGAIN p0 ${good}`, `NS DROP ${bad}`, `NS DROP ${good}`],
    [`REGISTER * * ${good}`, "NS LOGOUT", `${good} ${good}`, `VERIFY p0 ${good}`],
  ];
  for (const lines of script) {
    for (const line of lines) {
      await one.send(line);
      stage.compare(line);
    }
  }
  for (const password of [bad, good]) {
    const codes = await scram(one.alone, "p0", password);
    assertEquals(await scram(one.clustered, "p0", password), codes);
    assertEquals(codes.at(-1), password === good ? "903" : "904");
  }
  stage.compare("SCRAM");
  const secrets: string[] = [];
  let before = other;
  for (let count = 0; count < 35; count++) {
    secrets.push(before.clustered.secret!.slice(12));
    before.vanish();
    const person = await newPerson();
    stage.people.splice(1, Infinity, person);
    await person.comeBack(before);
    stage.compare("RESUME");
    before = person;
  }
  await before.send("PRIVMSG #lobby :here again");
  stage.compare("coming back");
  const { world } = stage.alone;
  const msgid = messageId(world.init.runId, world.progress.serial);
  await one.send("PRIVMSG #lobby :not that", `REDACT #lobby ${msgid}`);
  stage.compare("REDACT");
  const { published } = stage.cluster;
  assertNoSecret(published, [good, bad, next, OPER_PASSWORD, SERVER_PASSWORD, ...secrets]);
  const shared = new Set(published.map((text) => JSON.parse(text).name));
  assertEquals([...OUTCOMES.keys()].filter((name) => !shared.has(name)), []);
});

Deno.test("Outcomes: what was refused at one server counts at the others too", async () => {
  const cluster = new PretendCluster(maker(SETTINGS), START);
  const ask = async (visitor: Visitor, ...texts: string[]) => {
    visitor.take();
    for (const text of texts) await visitor.send({ text, fault: undefined });
    return visitor.take();
  };
  const enter = async (nick: string, server: number) => {
    const visitor = cluster.connect("203.0.113.9", true, server);
    await ask(visitor, `NICK ${nick}`, "USER u 0 * :u");
    return visitor;
  };
  const [one, other] = [await enter("one", 0), await enter("other", 1)];
  for (let count = 0; count < 10; count++) await ask(one, "NS IDENTIFY first0 wrong");
  const [locked] = await ask(other, `NS IDENTIFY first0 ${ACCOUNT_PASSWORD}`);
  assertMatch(locked!, /Too many failed logins: try again in 15 minutes/);

  for (let count = 0; count < 40; count++) {
    const visitor = await enter(`new${count}`, count % 2);
    const [made] = await ask(visitor, `NS REGISTER ${ACCOUNT_PASSWORD}`, "QUIT");
    assertMatch(made!, /The name new\d+ is now yours/);
  }
  for (const visitor of [one, other]) {
    const [refused] = await ask(visitor, `NS REGISTER ${ACCOUNT_PASSWORD}`);
    assertMatch(refused!, /Too many accounts were created from your network/);
  }
  await ask(other, "JOIN #lobby");
  assertEquals(await ask(one, `PRIVMSG other,NickServ :IDENTIFY x ${ACCOUNT_PASSWORD}`), [
    ":chat.test 407 one other,NickServ :Too many targets",
  ]);
  assertEquals(other.take().filter((line) => line.includes("PRIVMSG")), []);
});

Deno.test("Outcomes: a login is refused if its account changed on the way", async () => {
  const cluster = new PretendCluster(maker(SETTINGS), START);
  const visitor = cluster.connect("203.0.113.9", true, 0);
  for (const text of ["NICK one", "USER u 0 * :u"]) await visitor.send({ text, fault: undefined });
  visitor.take();
  cluster.isSlow = true;
  const text = `NS IDENTIFY first0 ${ACCOUNT_PASSWORD}`;
  const over = visitor.send({ text, fault: undefined });
  let isOver = false;
  void over.then(() => isOver = true);
  while (!cluster.published.at(-1)!.includes('"identified"')) {
    cluster.deliver();
    await Promise.resolve();
  }
  for (const { store } of cluster.servers) {
    store.accounts.setVerifier("first0", { ...verifier, storedKey: "another" });
  }
  while (!isOver) {
    cluster.deliver();
    await Promise.resolve();
  }
  assertEquals(visitor.take(), [
    ":NickServ!NickServ@chat.test NOTICE one :Wrong account name or password.",
  ]);
});
