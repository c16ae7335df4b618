import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromBase64 } from "../../../lib/crypto/base64.ts";
import { plainMessage } from "../../../lib/irc/sasl.ts";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { SIGN_UPS } from "../../../lib/server/entry/hourly.ts";
import { CALM, Harness } from "../harness.ts";
import {
  addAccount,
  authenticate,
  codes,
  member,
  newcomer,
  PASSWORD,
  plain,
  serverWith,
} from "../logins.ts";
import { reload } from "../../../lib/server/settings/reload.ts";

Deno.test("REGISTER: creates an account under the user's name, logs in and stores no password", async () => {
  const harness = new Harness();
  const client = harness.user("Gökçe", "draft/account-registration");
  assertEquals(
    await client.askSlow(`REGISTER * * :${PASSWORD}`),
    [
      ":chat.test REGISTER SUCCESS Gökçe :The name Gökçe is now yours",
      ":chat.test 900 Gökçe Gökçe!~Gxke@192.0.2.1 Gökçe :You are now logged in as Gökçe",
    ].map((line) => line.replace("Gxke", client.user.username.slice(1))),
  );
  const account = harness.store.accounts.find("gökçe")!;
  assertEquals([account.name, account.verifier.iterations], ["Gökçe", 4096]);
  assertEquals(fromBase64(account.verifier.salt)?.length, 16);
  assert(!JSON.stringify(account).includes("horse"));
  client.vanish();
  const again = newcomer(harness, "Gökçe");
  assertEquals(codes(await plain(again, "Gökçe")), ["900", "903"]);
});

Deno.test("REGISTER: gives the reason for each refusal, as does VERIFY", async () => {
  const harness = await serverWith(["Deniz"]);
  const client = harness.user("Gamze");
  const long = "x".repeat(301);
  const cases: [line: string, answer: string][] = [
    ["REGISTER * *", "461 Gamze REGISTER :Not enough parameters"],
    [
      `REGISTER Deniz * ${PASSWORD}`,
      "FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK Deniz :Your account must have the same name as you: Gamze",
    ],
    [
      "REGISTER gamze * short",
      "FAIL REGISTER WEAK_PASSWORD Gamze :A password must be at least 6 characters long",
    ],
    [
      `REGISTER * * ${long}`,
      "FAIL REGISTER UNACCEPTABLE_PASSWORD Gamze :A password can be at most 300 bytes long",
    ],
    ["VERIFY", "461 Gamze VERIFY :Not enough parameters"],
    [
      "VERIFY Gamze 1234",
      "FAIL VERIFY INVALID_CODE Gamze :Accounts on this server need no code",
    ],
  ];
  for (const [line, answer] of cases) {
    assertEquals(await client.askSlow(line), [`:chat.test ${answer}`], line);
  }
  await client.askSlow(`REGISTER * * ${PASSWORD.replace(" ", "-")}`);
  assertEquals(await client.askSlow("REGISTER * * another-one"), [
    ":chat.test FAIL REGISTER ALREADY_AUTHENTICATED Gamze :You are already logged in as Gamze",
  ]);
  assertEquals(await client.askSlow("VERIFY Gamze 1234"), [
    ":chat.test FAIL VERIFY ALREADY_AUTHENTICATED Gamze :You are already logged in as Gamze",
  ]);
  const early = harness.connect();
  assertMatch(early.ask("REGISTER * * password")[0]!, / COMPLETE_CONNECTION_REQUIRED \* :/);
  early.send("NICK x");
  for (const line of ["REGISTER * * password", "REGISTER x * password", "VERIFY x 1"]) {
    assertMatch(early.ask(line)[0]!, / FAIL \w+ COMPLETE_CONNECTION_REQUIRED x :/);
  }
});

Deno.test("REGISTER: takes a name before its owner has entered, if the server allows that", async () => {
  const harness = await serverWith([], { accounts: { beforeConnect: true } });
  const client = harness.connect();
  assertMatch((await client.askSlow("REGISTER * * password"))[0]!, / FAIL REGISTER NEED_NICK \* /);
  client.send("NICK Deniz", "CAP REQ cap-notify");
  assertEquals(codes(await client.askSlow("REGISTER * * password")), ["REGISTER", "900"]);
  client.send("USER d 0 * :d", "CAP END");
  assertEquals([client.user.registered, client.user.account], [true, "Deniz"]);
  const late = harness.connect().send("CAP LS", "NICK Furkan");
  const holder = harness.user("Furkan");
  assertEquals(await late.askSlow("REGISTER * * password"), [
    ":chat.test FAIL REGISTER ACCOUNT_EXISTS Furkan :Someone else is using this name",
  ]);
  assertEquals(harness.store.accounts.find("Furkan"), undefined);
  assert(holder.user.registered);
});

Deno.test("REGISTER: bypasses neither the password nor the invitation before the user has entered", async () => {
  for (const closed of [{ password: "sesame" }, { accounts: { required: true } }]) {
    const accounts = { beforeConnect: true, ...closed.accounts };
    const harness = await serverWith([], { ...closed, accounts });
    const client = harness.connect().send("NICK Gamze");
    assertMatch(
      (await client.askSlow("REGISTER * * password"))[0]!,
      / FAIL REGISTER TEMPORARILY_UNAVAILABLE Gamze :/,
    );
    assertEquals(harness.store.accounts.list(), []);
  }
});

Deno.test("REGISTER: says so if nobody can register", async () => {
  const cases: [accounts: ConfigOverrides["accounts"], answer: RegExp][] = [
    [{ registration: false }, / FAIL REGISTER TEMPORARILY_UNAVAILABLE a :Only the people who run/],
    [{ emailRequired: true }, / FAIL REGISTER INVALID_EMAIL a :/],
  ];
  for (const [accounts, answer] of cases) {
    const client = (await serverWith([], { accounts: accounts! })).user("a");
    assertMatch((await client.askSlow("REGISTER * x@y.example password"))[0]!, answer);
  }
});

Deno.test("REGISTER: one network makes only a limited number of accounts per hour", async () => {
  const harness = new Harness();
  const register = async (nick: string) => {
    const client = harness.user(nick);
    const [answer] = await client.askSlow("REGISTER * * password");
    client.vanish();
    return answer!.split(" ").slice(1, 4).join(" ");
  };
  for (let count = 0; count < SIGN_UPS; count++) {
    assertEquals(await register(`n${count}`), `REGISTER SUCCESS n${count}`);
  }
  assertEquals(await register("late"), "FAIL REGISTER TEMPORARILY_UNAVAILABLE");
  harness.now += 3_600_000;
  assertEquals(await register("late"), "REGISTER SUCCESS late");
});

Deno.test("Accounts: the account of a server operator makes its user one at login", async () => {
  const harness = await serverWith(["Gamze"]);
  harness.store.accounts.setOper("Gamze", true);
  const client = newcomer(harness, "Gamze");
  await plain(client, "Gamze");
  assertEquals(client.ask("CAP END").at(-1), ":chat.test MODE Gamze +o");
  assertEquals(client.user.oper, "Gamze");
  reload(harness.world, harness.config(CALM), harness.now);
  assertEquals(client.user.oper, "Gamze", "the configuration names none, and need not");
  await plain(client, "Gamze");
  assertEquals(client.user.oper, "Gamze");
});

Deno.test("Accounts: changes made by another program apply to users who are here", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  let version = 1;
  harness.store.accounts.version = () => version;
  const [gamze, deniz] = [await member(harness, "Gamze"), await member(harness, "Deniz")];
  const changed = () => {
    version++;
    harness.pass(1000);
    return [...gamze.take(), ...deniz.take()];
  };
  harness.store.accounts.setOper("Gamze", true);
  harness.pass(1000);
  version--;
  assertEquals(changed().filter((line) => line.includes("MODE")), [":chat.test MODE Gamze +o"]);
  harness.store.accounts.setOper("Gamze", false);
  assertEquals(changed(), [":chat.test MODE Gamze -o"]);
  harness.store.accounts.remove("Deniz");
  assertEquals(changed(), [
    ":chat.test 901 Deniz Deniz!~Deniz@192.0.2.1 :You are now logged out",
  ]);
  assertEquals(deniz.user.account, undefined);
  assertEquals(deniz.user.nick, "Deniz", "the name is free, and so it stays");
  harness.store.accounts.remove("Gamze");
  await addAccount(harness, "Gamze");
  assertEquals(codes(changed()), ["901", "NICK", "NOTICE"], "it is another account");
});

Deno.test("Accounts: a change that cannot be written is refused with the reason", async () => {
  const harness = await serverWith(["Gamze"]);
  const { accounts } = harness.store;
  const gamze = await member(harness, "Gamze");
  accounts.add = accounts.remove = accounts.setVerifier = () => false;
  const why = "The server cannot change accounts at the moment: try again later";
  assertEquals(await harness.user("Deniz").askSlow("REGISTER * * password"), [
    `:chat.test FAIL REGISTER TEMPORARILY_UNAVAILABLE Deniz :${why}`,
  ]);
  for (const line of ["SET PASSWORD another-one", `DROP ${PASSWORD}`]) {
    assertEquals(await gamze.askSlow(`NS ${line}`), [
      `:NickServ!NickServ@chat.test NOTICE Gamze :${why}.`,
    ]);
  }
  assertEquals(gamze.user.account, "Gamze");
});

Deno.test("Accounts: the longest names fit into the line that says who is logged in", async () => {
  const [name, nick] = ["漢".repeat(30), "字".repeat(30)];
  const harness = await serverWith([name]);
  const host = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff";
  Object.assign(harness.world, { name: `${"a".repeat(55)}.example` });
  const client = harness.connect(host).send("CAP REQ sasl", `NICK ${nick}`);
  client.send(`USER ${"u".repeat(20)} 0 * :x`, "CAP END");
  client.take();
  await client.askSlow("AUTHENTICATE PLAIN");
  const message = plainMessage({ authzid: "", authcid: name, password: PASSWORD });
  const [line] = await authenticate(client, message);
  assertEquals(new TextEncoder().encode(line).length <= 510, true);
  assertMatch(line!, new RegExp(` 900 ${nick} ${nick}!\\S+@${host} ${name} :You are now`));
});

Deno.test("REGISTER: only one new password per network is worked on at a time", async () => {
  const harness = await serverWith([]);
  const { hashes } = harness.world.init;
  const pbkdf2 = hashes.pbkdf2.bind(hashes);
  let [now, most] = [0, 0];
  Object.assign(hashes, {
    pbkdf2: async (...args: Parameters<typeof pbkdf2>) => {
      most = Math.max(most, ++now);
      const result = await pbkdf2(...args);
      now--;
      return result;
    },
  });
  const clients = ["a", "b", "c"].map((nick) => harness.user(nick));
  const answers = await Promise.all(
    clients.map((client) => client.askSlow("REGISTER * * password")),
  );
  assertEquals(answers.map((lines) => codes(lines)), Array(3).fill(["REGISTER", "900"]));
  assertEquals(most, 1);
});
