import { assert, assertEquals, assertMatch } from "@std/assert";
import { OPERATOR } from "../../../lib/irc/modes.ts";
import type { AccountStore, KnownNames } from "../../../lib/store/accounts.ts";
import { LostAccounts } from "../../../lib/store/lost_accounts.ts";
import { memoryStore } from "../../../lib/store/memory/store.ts";
import type { Store } from "../../../lib/store/store.ts";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { CALM, type Client, Harness, START } from "../harness.ts";
import { codes, member, newcomer, PASSWORD, serverWith } from "../logins.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

const NAMES: KnownNames = { accounts: ["Gamze", "Alice"], lost: [], complete: true };
const WHY = "The accounts can't be read.";

function harnessOn(store: Store, overrides: ConfigOverrides = {}): Harness {
  return new Harness({ ...CALM, ...overrides }, { store, now: START, run: 0 } as Harness);
}

/** A server that can't read its accounts. */
function without(known: KnownNames | undefined, overrides: ConfigOverrides = {}): Harness {
  return harnessOn({ ...memoryStore(), accounts: new LostAccounts(WHY, known) }, overrides);
}

/** Tries to register under a name. Returns the client and the answers. */
function entering(harness: Harness, nick: string): [Client, string[]] {
  const client = harness.connect();
  return [client, client.ask(`NICK ${nick}`, "USER x 0 * :x")];
}

Deno.test("Lost accounts: an owned name is refused to everyone, and what looks like it; others are free", () => {
  const harness = without(NAMES);
  const cases: [nick: string, why: string][] = [
    ["gamze", "Nickname has an owner whose account cannot be read now: choose another"],
    [
      "A1ice",
      "Nickname looks like Alice, which has an owner whose account cannot be read now: choose another",
    ],
  ];
  for (const [nick, why] of cases) {
    const [client, answers] = entering(harness, nick);
    assertEquals(answers, [`:chat.test 433 * ${nick} :${why}`]);
    assert(!client.user.registered);
  }
  const [free] = entering(harness, "Furkan");
  assertEquals(free.user.nick, "Furkan");
  assertEquals(codes(free.ask("NICK Gamze")), ["433"]);
  assertEquals(free.user.nick, "Furkan");
});

Deno.test("Lost accounts: if nobody can tell who owns what, newcomers are guests, and can talk", () => {
  const harness = without(undefined);
  const [one, answers] = entering(harness, "Gamze");
  assertEquals(one.user.nick, "Guest1");
  assertMatch(answers[0]!, / 001 Guest1 :Welcome .* Guest1$/);
  assertMatch(
    answers.at(-1)!,
    /NOTICE Guest1 :The server cannot read its accounts at the moment, so your name is Guest1 for now\.$/,
  );
  const [two] = entering(harness, "Gamze");
  assertEquals(two.user.nick, "Guest2");
  assertEquals(one.ask("NICK Furkan"), [
    ":chat.test 433 Guest1 Furkan :The server cannot read its accounts at the moment and gives " +
    "out only guest names",
  ]);
  assertEquals(codes(one.ask("NICK GUEST1")), ["NICK"], "its own in another form");
  for (const client of [one, two]) client.send("JOIN #lobby");
  harness.hush();
  one.send("PRIVMSG #lobby :hi");
  assertMatch(two.take()[0]!, /^:GUEST1!\S+ PRIVMSG #lobby :hi$/);
});

Deno.test("Lost accounts: the commands of accounts say that they are unavailable for now", async () => {
  for (const known of [NAMES, undefined]) {
    const harness = without(known, { accounts: { beforeConnect: true } });
    const client = newcomer(harness, "Furkan");
    const text = "The server cannot read its accounts at the moment: try again later";
    for (const mechanism of ["PLAIN", "SCRAM-SHA-256"]) {
      assertEquals(await client.askSlow(`AUTHENTICATE ${mechanism}`), [
        `:chat.test FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :${text}`,
        `:chat.test 904 * :${text}`,
      ]);
    }
    assertMatch(
      (await client.askSlow("REGISTER * * correct-horse"))[0]!,
      / FAIL REGISTER TEMPORARILY_UNAVAILABLE Furkan :The server cannot change accounts at the moment/,
    );
    assertEquals(client.ask("VERIFY Furkan 123"), [
      `:chat.test FAIL VERIFY TEMPORARILY_UNAVAILABLE Furkan :${text}`,
    ]);
    client.send("CAP END").take();
    assert(client.user.registered);
    for (
      const command of ["REGISTER x-horse", "IDENTIFY Gamze x", "INFO Gamze", "DROP x", "GHOST a"]
    ) {
      const [answer] = await client.askSlow(`NS ${command}`);
      assertMatch(answer!, /try again later \(TEMPORARILY_UNAVAILABLE\)\.$/, command);
    }
    assertMatch((await client.askSlow("NS HELP REGISTER"))[0]!, /Creates an account/);
    assertEquals(harness.store.accounts.list(), []);
  }
});

Deno.test("Lost accounts: no room is given to who enters it first, and operators are told", () => {
  const store = memoryStore();
  // A room of an account, from an earlier run.
  const before = harnessOn(store);
  const owner = before.user("Gamze");
  before.login(owner, "Gamze");
  owner.send("JOIN #owned", "TOPIC #owned :mine");
  before.store.history.commit();
  const harness = harnessOn({ ...store, accounts: new LostAccounts(WHY, NAMES) });
  const [stranger] = entering(harness, "Furkan");
  for (const room of ["#owned", "#new"]) {
    stranger.send(`JOIN ${room}`);
    const channel = harness.world.channels.find(room)!;
    assertEquals(channel.ranksOf(stranger.user), 0, room);
    assertMatch(stranger.ask(`MODE ${room} +i`)[0]!, / 482 /);
  }
  harness.pass(60_000);
  assertEquals(harness.world.channels.find("#owned")!.accounts.size, 1, "its owner keeps it");
  const [boss] = entering(harness, "Deniz");
  boss.take();
  setOper(harness.world, boss.user, "root", "password", harness.now);
  assertEquals(boss.take(), [
    ":chat.test MODE Deniz +o",
    `:chat.test NOTICE Deniz :${WHY}`,
  ]);
});

/** An account store that fails when the test sets `fail`. */
function fragile(accounts: AccountStore): { readonly store: AccountStore; fail: boolean } {
  const lost = new LostAccounts(WHY, NAMES);
  const state = { fail: false };
  const store = new Proxy(accounts, {
    get(target, key) {
      const from: object = state.fail ? lost : target;
      const value = Reflect.get(from, key, from);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
  return {
    store,
    get fail() {
      return state.fail;
    },
    set fail(value) {
      state.fail = value;
    },
  };
}

Deno.test("Lost accounts: whoever is logged in when they can't be read any more keeps name and rank", async () => {
  const first = await serverWith(["Gamze"]);
  first.store.accounts.setOper("Gamze", true);
  const accounts = fragile(first.store.accounts);
  const harness = harnessOn({ ...first.store, accounts: accounts.store });
  const gamze = await member(harness, "Gamze");
  gamze.send("JOIN #a");
  const challenged = newcomer(harness, "Deniz");
  await challenged.askSlow("AUTHENTICATE PLAIN");
  accounts.fail = true;
  harness.pass(5000);
  assertEquals([gamze.user.nick, gamze.user.account, gamze.ended], ["Gamze", "Gamze", undefined]);
  assert(gamze.user.oper !== undefined);
  assertEquals(harness.world.channels.find("#a")!.ranksOf(gamze.user), OPERATOR);
  assertEquals(codes(gamze.ask("NICK Deniz", "NICK Gamze")), ["NICK", "NICK"], "it is its own");
  const answers = await challenged.askSlow(
    `AUTHENTICATE ${btoa(`\0Gamze\0${PASSWORD}`)}`,
  );
  assertEquals(codes(answers), ["FAIL", "904"]);
  assertMatch((await gamze.askSlow(`NS DROP ${PASSWORD}`))[0]!, /TEMPORARILY_UNAVAILABLE/);
  accounts.fail = false;
  harness.pass(60_000);
  const again = newcomer(harness, "Gamze");
  assertEquals(codes(await again.askSlow("AUTHENTICATE PLAIN")), ["AUTHENTICATE"]);
});

Deno.test("Lost accounts: one address opens no more rooms than ever", () => {
  const harness = without(undefined, { limits: { ...CALM.limits, channels: 20 } });
  const [one] = entering(harness, "Gamze");
  one.send("JOIN #1,#2");
  assertEquals(one.ask("JOIN #3"), [
    ":chat.test 437 Guest1 #3 :Too many rooms have been opened from your address",
  ]);
});
